//! A project on disk: a folder with a plaintext header and an encrypted database.

mod backup;
mod check;
mod connection;
mod header;
pub(crate) mod key;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, params};
use shinsa_domain::{DeviceId, Millis, ProjectId, Rater, Role, Viewer};
use shinsa_fsio as fsio;

pub use check::Check;
pub use header::FORMAT;
pub use key::{KdfCost, SlotKind};

use crate::error::sqlite;
use crate::operation::{Op, Tx};
use crate::{StoreError, View, rater, schema};
use header::Header;
use key::{DatabaseKey, Slot};

/// The ending of a project folder's name.
pub const FOLDER_SUFFIX: &str = ".shinsa";
const DATABASE: &str = "project.db";
const LOCK: &str = "project.lock";

/// The folders beside the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// Trained adapters.
    Adapters,
    /// States of runs that can be resumed.
    Checkpoints,
    /// Datasets and reports.
    Exports,
    /// Copies of the database.
    Backups,
}

impl Folder {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Adapters, Self::Checkpoints, Self::Exports, Self::Backups];

    /// The folder's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Adapters => "adapters",
            Self::Checkpoints => "checkpoints",
            Self::Exports => "exports",
            Self::Backups => "backups",
        }
    }
}

/// What is needed to make a project.
#[derive(Debug, Clone)]
pub struct NewProject<'a> {
    /// Its identity.
    pub id: ProjectId,
    /// Its name; the folder is called after it.
    pub name: &'a str,
    /// Protects the database key. Not empty.
    pub passphrase: &'a str,
    /// The first person: becomes a lead, whatever role is given.
    pub lead: &'a Rater,
    /// The device on which it is made.
    pub device: DeviceId,
    /// When.
    pub at: Millis,
    /// What guessing the passphrase shall cost.
    pub cost: KdfCost,
}

/// What a project tells without its passphrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectSummary {
    /// Its identity.
    pub id: ProjectId,
    /// The folder's name without its ending.
    pub name: String,
    /// When it was made.
    pub created: Millis,
    /// The format of its folder.
    pub format: u32,
}

/// An open project. One process owns it until this value is dropped.
#[derive(Debug)]
pub struct Project {
    // Dropped before the lock: nobody may open the database while we close it.
    conn: Connection,
    path: PathBuf,
    id: ProjectId,
    name: String,
    created: Millis,
    veil: [u8; 32],
    // Backups are sealed with the same key.
    key: DatabaseKey,
    _lock: fsio::LockFile,
}

impl Project {
    /// Makes the project `parent/NAME.shinsa` and opens it. It appears whole or
    /// not at all.
    ///
    /// # Errors
    /// `project-exists`, `empty-name`, `empty-passphrase`, or a file error that
    /// names the path.
    pub fn create(parent: &Path, new: &NewProject<'_>) -> Result<Self, StoreError> {
        if new.name.trim().is_empty() {
            return Err(StoreError::EmptyName);
        }
        let path = parent.join(format!("{}{FOLDER_SUFFIX}", fsio::safe_name(new.name)));
        if fsio::exists(&path) {
            return Err(StoreError::ProjectExists { path });
        }
        let key = DatabaseKey::random()?;
        let slot = Slot::seal(SlotKind::Passphrase, new.id, new.passphrase, &key, new.cost)?;
        fsio::create_dir_all(parent)?;
        let folder = fsio::AtomicFolder::create(&path)?;
        Header::new(new.id, new.at, vec![slot]).write(folder.staged())?;
        for sub in Folder::ALL {
            fsio::create_dir(&folder.staged().join(sub.name()))?;
        }
        fill(&folder.staged().join(DATABASE), &key, new)?;
        match folder.commit_new() {
            Err(fsio::FsError::Exists { path }) => Err(StoreError::ProjectExists { path }),
            Err(error) => Err(error.into()),
            Ok(()) => {
                let lock = lock(&path)?;
                Self::open_with(&path, key, lock)
            }
        }
    }

    /// Opens the project folder `path`.
    ///
    /// # Errors
    /// `not-a-project`, `damaged-header`, `newer-format`, `locked`,
    /// `wrong-passphrase`, `damaged-database`, `newer-schema` (the database is
    /// then untouched), or a file error.
    pub fn open(path: &Path, passphrase: &str) -> Result<Self, StoreError> {
        let header = Header::read(path)?;
        let lock = lock(path)?;
        let key = unseal(path, &header, passphrase)?;
        Self::open_with(path, key, lock)
    }

    /// What a project tells without its passphrase: for lists of recent ones.
    ///
    /// # Errors
    /// `not-a-project`, `damaged-header`, `newer-format`.
    pub fn summary(path: &Path) -> Result<ProjectSummary, StoreError> {
        let header = Header::read(path)?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let name = name.strip_suffix(FOLDER_SUFFIX).unwrap_or(&name).to_owned();
        Ok(ProjectSummary { id: header.id, name, created: header.created, format: header.format })
    }

    fn open_with(path: &Path, key: DatabaseKey, lock: fsio::LockFile) -> Result<Self, StoreError> {
        let database = path.join(DATABASE);
        let damaged =
            |detail: String| StoreError::DamagedDatabase { path: database.clone(), detail };
        if !fsio::is_file(&database) {
            return Err(damaged("the file is missing".into()));
        }
        let unreadable = |error: StoreError| match error {
            StoreError::DamagedValue { detail, .. } => damaged(detail),
            StoreError::Database { source, .. }
                if matches!(
                    source.sqlite_error_code(),
                    Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
                ) =>
            {
                StoreError::Locked { path: path.to_path_buf() }
            }
            StoreError::Database { source, .. }
                if source.sqlite_error_code() == Some(ErrorCode::CannotOpen) =>
            {
                damaged(source.to_string())
            }
            other => other,
        };
        let mut conn = connection::open(&database, &key, false).map_err(unreadable)?;
        let found = schema::version(&conn).map_err(unreadable)?;
        if found > schema::newest() {
            return Err(StoreError::NewerSchema {
                path: path.to_path_buf(),
                found,
                known: schema::newest(),
            });
        }
        if found == 0 {
            return Err(damaged("it is empty".into()));
        }
        connection::settle(&conn).map_err(unreadable)?;
        schema::upgrade(&mut conn).map_err(unreadable)?;
        let (id, name, created, veil) = conn
            .query_row(include_str!("read.sql"), [], |row| {
                Ok((crate::column::uuid(row, "id")?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .map_err(sqlite("open"))
            .map_err(unreadable)?;
        for sub in Folder::ALL {
            fsio::create_dir_all(&path.join(sub.name()))?;
        }
        Ok(Self {
            conn,
            path: path.to_path_buf(),
            id: ProjectId(id),
            name,
            created,
            veil,
            key,
            _lock: lock,
        })
    }

    /// The project folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A folder beside the database.
    #[must_use]
    pub fn folder(&self, folder: Folder) -> PathBuf {
        self.path.join(folder.name())
    }

    /// Its identity.
    #[must_use]
    pub fn id(&self) -> ProjectId {
        self.id
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it was made.
    #[must_use]
    pub fn created(&self) -> Millis {
        self.created
    }

    /// The people of the project, in the order in which they came: for signing
    /// in, which happens before there is a viewer. Names are not blinded; who
    /// rated what is.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn people(&self) -> Result<Vec<Rater>, StoreError> {
        rater::all(&self.conn)
    }

    /// All that `viewer` may read. A role that the project does not grant to
    /// this person, or a person who is not in it, sees what a rater sees.
    #[must_use]
    pub fn view(&self, viewer: &Viewer) -> View<'_> {
        let viewer = rater::granted(&self.conn, viewer)
            .unwrap_or(Viewer { rater: viewer.rater, role: Role::Rater });
        View { conn: &self.conn, viewer, veil: &self.veil }
    }

    /// The connection, for the nouns that are asked before there is a viewer.
    pub(crate) fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Runs one named operation of a user: everything in `write` happens, with
    /// an audit row, or nothing does.
    ///
    /// # Errors
    /// What `write` returns, `not-found` for a viewer who is not in the project,
    /// or the database's refusal to commit.
    pub fn transact<T, E: From<StoreError>>(
        &mut self,
        op: &Op,
        write: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        crate::operation::transact(&mut self.conn, &self.veil, op, rater::granted, write)
    }

    /// Replaces the passphrase. The database itself is not rewritten.
    ///
    /// # Errors
    /// `wrong-passphrase`, `empty-passphrase`, or a file error; the old header
    /// then still stands.
    pub fn change_passphrase(
        &mut self,
        old: &str,
        new: &str,
        cost: KdfCost,
    ) -> Result<(), StoreError> {
        let mut header = Header::read(&self.path)?;
        let key = unseal(&self.path, &header, old)?;
        let slot = Slot::seal(SlotKind::Passphrase, self.id, new, &key, cost)?;
        header.slots.retain(|slot| slot.kind() != SlotKind::Passphrase);
        header.slots.insert(0, slot);
        header.write(&self.path)
    }

    /// Closes the project, with all of it in the database file.
    ///
    /// # Errors
    /// When the log could not be folded in; nothing is lost, the next opening
    /// does it.
    pub fn close(self) -> Result<(), StoreError> {
        let Self { conn, _lock, .. } = self;
        conn.close().map_err(|(_, error)| sqlite("close")(error))
    }
}

/// Whether the folder looks like a project (its header is not read).
#[must_use]
pub fn is_project(path: &Path) -> bool {
    fsio::is_file(&path.join(header::FILE))
}

fn lock(path: &Path) -> Result<fsio::LockFile, StoreError> {
    fsio::LockFile::acquire(&path.join(LOCK)).map_err(|error| match error {
        fsio::FsError::Locked { .. } => StoreError::Locked { path: path.to_path_buf() },
        other => other.into(),
    })
}

fn unseal(path: &Path, header: &Header, passphrase: &str) -> Result<DatabaseKey, StoreError> {
    header
        .slots
        .iter()
        .filter(|slot| slot.kind() == SlotKind::Passphrase)
        .find_map(|slot| slot.open(header.id, passphrase))
        .ok_or_else(|| StoreError::WrongPassphrase { path: path.to_path_buf() })
}

/// Makes the database of a new project and closes it.
fn fill(database: &Path, key: &DatabaseKey, new: &NewProject<'_>) -> Result<(), StoreError> {
    let mut conn = connection::open(database, key, true)?;
    connection::settle(&conn)?;
    schema::upgrade(&mut conn)?;
    let mut veil = [0u8; 32];
    key::fill(&mut veil)?;
    let lead = Rater { role: Role::Lead, ..new.lead.clone() };
    let op =
        Op::new("create-project", Viewer { rater: lead.id, role: Role::Lead }, new.device, new.at);
    // Nobody is in the project yet who could grant anything.
    crate::operation::transact(
        &mut conn,
        &veil,
        &op,
        |_, viewer| Ok(*viewer),
        |tx| {
            tx.execute(
                include_str!("create.sql"),
                params![new.id.0.as_bytes(), new.name.trim(), new.at, veil],
            )?;
            tx.insert_raters(std::slice::from_ref(&lead)).map(|_| ())
        },
    )?;
    conn.close().map_err(|(_, error)| sqlite("close")(error))
}

#[cfg(test)]
mod tests;
