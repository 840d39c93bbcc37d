//! What can go wrong with a project, each with a stable code and a next step.

use std::collections::BTreeMap;
use std::path::PathBuf;

use shinsa_domain::Role;
use shinsa_fsio::FsError;

/// Anything that goes wrong with a project.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file or folder could not be read or written.
    #[error(transparent)]
    Files(#[from] FsError),
    /// Another process has the project open.
    #[error("{}: this project is open in another program; close it there and try again", path.display())]
    Locked {
        /// The project folder.
        path: PathBuf,
    },
    /// The passphrase opens no key slot.
    #[error("{}: the passphrase is wrong; check the keyboard (capitals, Japanese input) and try again", path.display())]
    WrongPassphrase {
        /// The project folder.
        path: PathBuf,
    },
    /// This person has a passphrase of their own, and none was given.
    #[error("{name} has a passphrase; enter it to sign in under this name")]
    PersonPassphraseNeeded {
        /// The person.
        name: String,
    },
    /// The person's own passphrase is another one.
    #[error(
        "this is not the passphrase of {name}; check the keyboard (capitals, Japanese input) and try again"
    )]
    PersonPassphraseWrong {
        /// The person.
        name: String,
    },
    /// Too many wrong ones in a row.
    #[error("the passphrase of {name} was wrong several times; try again in {seconds} s")]
    PersonPassphraseWait {
        /// The person.
        name: String,
        /// Seconds until the next try.
        seconds: i64,
    },
    /// A person's passphrase is too easily guessed.
    #[error("this passphrase is too short; take at least {least} characters")]
    PersonPassphraseShort {
        /// Characters at least.
        least: usize,
    },
    /// The new passphrase is the old one.
    #[error("this is the passphrase of before; choose another one")]
    PersonPassphraseSame,
    /// A project can't be protected by nothing.
    #[error("the passphrase is empty; choose one of several words")]
    EmptyPassphrase,
    /// The project has no name.
    #[error("the project's name is empty; give it one")]
    EmptyName,
    /// There is no project here.
    #[error("{}: this is not a Shinsa project (a folder with project.json and project.db); choose another folder", path.display())]
    NotAProject {
        /// The path that was given.
        path: PathBuf,
    },
    /// Something stands where the project was to be made.
    #[error("{}: this exists already; open it, or choose another name", path.display())]
    ProjectExists {
        /// The folder in the way.
        path: PathBuf,
    },
    /// `project.json` was changed or cut.
    #[error("{}: the project's header is damaged ({reason}); restore it from a backup", path.display())]
    DamagedHeader {
        /// The header file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The header was written by a later version.
    #[error("{}: made by a newer version of Shinsa (format {found}, this one knows {known}); update Shinsa. Nothing was changed", path.display())]
    NewerFormat {
        /// The project folder.
        path: PathBuf,
        /// The format found.
        found: u32,
        /// The newest format this build reads.
        known: u32,
    },
    /// The database was written by a later version.
    #[error("{}: made by a newer version of Shinsa (schema {found}, this one knows {known}); update Shinsa. Nothing was changed", path.display())]
    NewerSchema {
        /// The project folder.
        path: PathBuf,
        /// The schema found.
        found: u32,
        /// The newest schema this build reads.
        known: u32,
    },
    /// The database can't be read with the right key.
    #[error("{}: the project's database is damaged ({detail}); restore a backup", path.display())]
    DamagedDatabase {
        /// The database file.
        path: PathBuf,
        /// What the database engine said.
        detail: String,
    },
    /// A stored value can't be understood.
    #[error("the project holds a value that can't be read ({place}: {detail}); restore a backup")]
    DamagedValue {
        /// Table and column, or what was being read.
        place: String,
        /// What is wrong.
        detail: String,
    },
    /// The viewer's role doesn't allow this.
    #[error("{operation}: not allowed in the role {role:?}; ask the project's lead")]
    NotAllowed {
        /// The operation.
        operation: String,
        /// The role of the viewer.
        role: Role,
    },
    /// Something that was named is not in the project.
    #[error("there is no {noun} {id} in this project; check the name or import it first")]
    NotFound {
        /// `case`, `output`, `rubric`, …
        noun: &'static str,
        /// Its id or key.
        id: String,
    },
    /// A published version would change.
    #[error(
        "the rubric {id} version {version} is published with another content; publish the change as version {next}"
    )]
    RubricPublished {
        /// The rubric.
        id: String,
        /// The version that exists.
        version: u32,
        /// The next free version.
        next: u32,
    },
    /// A name that must be unique is taken.
    #[error("the {noun} {name} exists already with other contents; choose another name")]
    NameTaken {
        /// `rater` or `run`.
        noun: &'static str,
        /// The name.
        name: String,
    },
    /// A locked rating would change.
    #[error("the rating of output {output} is locked; unlock it first")]
    RatingLocked {
        /// The output.
        output: String,
    },
    /// A plan gives the output to others.
    #[error("the plan doesn't give output {output} to this person")]
    NotAssigned {
        /// The output.
        output: String,
    },
    /// Answers would go over to a question that they don't answer.
    #[error("the answers to {criterion} can't be carried over; leave that criterion out")]
    CannotCarry {
        /// The criterion.
        criterion: String,
    },
    /// An event undoes something that isn't an event of the same rating.
    #[error("event {event} is no event of this rating; nothing to undo")]
    NothingToUndo {
        /// The event that was to be undone.
        event: String,
    },
    /// The caller asked to stop.
    #[error("stopped as asked; nothing was left behind")]
    Cancelled,
    /// The disk is full.
    #[error("the disk is full; free some space and try again (nothing was half written)")]
    DiskFull,
    /// The database engine refused.
    #[error("the project's database refused ({action}): {source}")]
    Database {
        /// What was being done.
        action: &'static str,
        /// What the engine said.
        source: rusqlite::Error,
    },
    /// The system gave no random numbers.
    #[error("the system gave no random numbers: {detail}; restart it and try again")]
    NoRandom {
        /// What the system said.
        detail: String,
    },
}

impl StoreError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Files(error) => error.code(),
            Self::Locked { .. } => "locked",
            Self::WrongPassphrase { .. } => "wrong-passphrase",
            Self::PersonPassphraseNeeded { .. } => "person-passphrase-needed",
            Self::PersonPassphraseWrong { .. } => "person-passphrase-wrong",
            Self::PersonPassphraseWait { .. } => "person-passphrase-wait",
            Self::PersonPassphraseShort { .. } => "person-passphrase-short",
            Self::PersonPassphraseSame => "person-passphrase-same",
            Self::EmptyPassphrase => "empty-passphrase",
            Self::EmptyName => "empty-name",
            Self::NotAProject { .. } => "not-a-project",
            Self::ProjectExists { .. } => "project-exists",
            Self::DamagedHeader { .. } => "damaged-header",
            Self::NewerFormat { .. } => "newer-format",
            Self::NewerSchema { .. } => "newer-schema",
            Self::DamagedDatabase { .. } => "damaged-database",
            Self::DamagedValue { .. } => "damaged-value",
            Self::NotAllowed { .. } => "not-allowed",
            Self::NotFound { .. } => "not-found",
            Self::RubricPublished { .. } => "rubric-published",
            Self::NameTaken { .. } => "name-taken",
            Self::RatingLocked { .. } => "rating-locked",
            Self::NotAssigned { .. } => "not-assigned",
            Self::CannotCarry { .. } => "cannot-carry",
            Self::NothingToUndo { .. } => "nothing-to-undo",
            Self::Cancelled => "cancelled",
            Self::DiskFull => "disk-full",
            Self::Database { .. } => "database",
            Self::NoRandom { .. } => "no-random",
        }
    }

    /// The values a localised message needs, by name.
    #[must_use]
    pub fn args(&self) -> BTreeMap<String, String> {
        let pairs: Vec<(&str, String)> = match self {
            Self::Files(error) => return error.args(),
            Self::Locked { path }
            | Self::WrongPassphrase { path }
            | Self::NotAProject { path }
            | Self::ProjectExists { path } => vec![("path", path.display().to_string())],
            Self::PersonPassphraseNeeded { name } | Self::PersonPassphraseWrong { name } => {
                vec![("name", name.clone())]
            }
            Self::PersonPassphraseWait { name, seconds } => {
                vec![("name", name.clone()), ("seconds", seconds.to_string())]
            }
            Self::PersonPassphraseShort { least } => vec![("least", least.to_string())],
            Self::DamagedHeader { path, reason } => {
                vec![("path", path.display().to_string()), ("reason", reason.clone())]
            }
            Self::NewerFormat { path, found, known } | Self::NewerSchema { path, found, known } => {
                vec![
                    ("path", path.display().to_string()),
                    ("found", found.to_string()),
                    ("known", known.to_string()),
                ]
            }
            Self::DamagedDatabase { path, detail } => {
                vec![("path", path.display().to_string()), ("detail", detail.clone())]
            }
            Self::DamagedValue { place, detail } => {
                vec![("place", place.clone()), ("detail", detail.clone())]
            }
            Self::NotAllowed { operation, role } => vec![
                ("operation", operation.clone()),
                ("role", crate::words::role(*role).to_owned()),
            ],
            Self::NotFound { noun, id } => vec![("noun", (*noun).to_owned()), ("id", id.clone())],
            Self::RubricPublished { id, version, next } => vec![
                ("id", id.clone()),
                ("version", version.to_string()),
                ("next", next.to_string()),
            ],
            Self::NameTaken { noun, name } => {
                vec![("noun", (*noun).to_owned()), ("name", name.clone())]
            }
            Self::RatingLocked { output } | Self::NotAssigned { output } => {
                vec![("output", output.clone())]
            }
            Self::CannotCarry { criterion } => vec![("criterion", criterion.clone())],
            Self::NothingToUndo { event } => vec![("event", event.clone())],
            Self::Database { action, source } => {
                vec![("action", (*action).to_owned()), ("detail", source.to_string())]
            }
            Self::NoRandom { detail } => vec![("detail", detail.clone())],
            Self::PersonPassphraseSame
            | Self::EmptyPassphrase
            | Self::EmptyName
            | Self::Cancelled
            | Self::DiskFull => vec![],
        };
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// Turns an engine error into ours, saying what was being done.
pub(crate) fn sqlite(action: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |source| match source.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => StoreError::DiskFull,
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
            StoreError::DamagedValue { place: action.to_owned(), detail: source.to_string() }
        }
        _ => match source {
            rusqlite::Error::FromSqlConversionFailure(_, _, detail) => {
                StoreError::DamagedValue { place: action.to_owned(), detail: detail.to_string() }
            }
            source => StoreError::Database { action, source },
        },
    }
}
