//! What can go wrong while a dataset is written.

use std::collections::BTreeMap;
use std::path::PathBuf;

use shinsa_fsio::FsError;

use crate::csv::Unwritable;

/// Why an export left no file behind.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file can't be written.
    #[error(transparent)]
    File(#[from] FsError),
    /// The caller said stop.
    #[error("{}: cancelled after {rows} rows; nothing was written", path.display())]
    Cancelled {
        /// The file that was being written.
        path: PathBuf,
        /// Rows taken until then.
        rows: u64,
    },
    /// The rows' source failed.
    #[error("{}: row {row} could not be read: {source}; nothing was written", path.display())]
    Source {
        /// The file that was being written.
        path: PathBuf,
        /// The row, from 1.
        row: u64,
        /// What its source says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A row has no JSON form.
    #[error("{}: row {row} has no JSON form: {source}", path.display())]
    Json {
        /// The file that was being written.
        path: PathBuf,
        /// The row, from 1.
        row: u64,
        /// What the serialiser says.
        source: serde_json::Error,
    },
    /// Characters without a form in the chosen encoding, which the caller
    /// wanted to hear of rather than lose.
    #[error(
        "{}: {count} characters have no form in CP932, the first in row {}, column {}; choose UTF-8 or allow them to be replaced",
        path.display(), first.row, first.column
    )]
    Unwritable {
        /// The file that was being written.
        path: PathBuf,
        /// How many.
        count: u64,
        /// The first of them.
        first: Unwritable,
        /// All of them, up to [`Unwritable::KEPT`].
        all: Vec<Unwritable>,
    },
}

impl ExportError {
    /// Stable name, by which the text in both languages is found.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Cancelled { .. } => "export-cancelled",
            Self::Source { .. } => "export-source-failed",
            Self::Json { .. } => "export-no-json",
            Self::Unwritable { .. } => "export-unwritable",
        }
    }

    /// Values for that text.
    #[must_use]
    pub fn args(&self) -> BTreeMap<String, String> {
        let pairs = match self {
            Self::File(error) => return error.args(),
            Self::Cancelled { path, rows } => {
                vec![("path", path.display().to_string()), ("rows", rows.to_string())]
            }
            Self::Source { path, row, source } => vec![
                ("path", path.display().to_string()),
                ("row", row.to_string()),
                ("detail", source.to_string()),
            ],
            Self::Json { path, row, source } => vec![
                ("path", path.display().to_string()),
                ("row", row.to_string()),
                ("detail", source.to_string()),
            ],
            Self::Unwritable { path, count, first, .. } => vec![
                ("path", path.display().to_string()),
                ("count", count.to_string()),
                ("row", first.row.to_string()),
                ("column", first.column.clone()),
                ("character", first.character.to_string()),
            ],
        };
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
