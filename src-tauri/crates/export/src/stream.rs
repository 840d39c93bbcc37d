//! Rows to an atomic file, with progress and cancel.

use std::io::{self, Write};
use std::path::Path;

use shinsa_fsio::{Action, AtomicFile, FsError};

use crate::csv::Unwritable;
use crate::error::ExportError;

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows taken from the source.
    pub rows: u64,
    /// Lines written below the heading; more than `rows` in the long CSV.
    pub lines: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Characters that had no form in the file's encoding.
    pub unwritable: u64,
    /// Where they are, the first [`Unwritable::KEPT`] of them.
    pub unwritable_cells: Vec<Unwritable>,
}

/// Rows between two calls of the progress hook.
const ROWS_PER_REPORT: u64 = 128;

/// A file being written, with its counts.
pub(crate) struct Out {
    file: AtomicFile,
    pub written: Written,
}

impl Out {
    pub(crate) fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written.bytes += bytes.len() as u64;
        self.file.write_all(bytes)
    }
}

/// Writes `head` and then every row. `report` hears the rows done and returns
/// false to cancel; it is called at the start and at the end too.
pub(crate) fn stream<R, E>(
    path: &Path,
    head: &[u8],
    rows: impl IntoIterator<Item = Result<R, E>>,
    report: &mut dyn FnMut(u64) -> bool,
    mut write: impl FnMut(&mut Out, u64, R) -> Result<(), ExportError>,
    check: impl FnOnce(&Written) -> Result<(), ExportError>,
) -> Result<Written, ExportError>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut out = Out { file: AtomicFile::create(path)?, written: Written::default() };
    let cancelled = |rows| ExportError::Cancelled { path: path.to_path_buf(), rows };
    out.put(head).map_err(|error| failed(path, error))?;
    if !report(0) {
        return Err(cancelled(0));
    }
    for row in rows {
        let number = out.written.rows + 1;
        let row = row.map_err(|source| ExportError::Source {
            path: path.to_path_buf(),
            row: number,
            source: source.into(),
        })?;
        write(&mut out, number, row)?;
        out.written.rows = number;
        if number.is_multiple_of(ROWS_PER_REPORT) && !report(number) {
            return Err(cancelled(number));
        }
    }
    check(&out.written)?;
    if !report(out.written.rows) {
        return Err(cancelled(out.written.rows));
    }
    out.file.commit()?;
    Ok(out.written)
}

/// A failed write as an error that names the file.
pub(crate) fn failed(path: &Path, error: io::Error) -> ExportError {
    FsError::new(Action::Write, path, error).into()
}
