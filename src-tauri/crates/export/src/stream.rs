//! Rows to an atomic file, with progress and cancel.

use std::io::{self, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
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
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
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
    sum: Sha256,
    pub written: Written,
}

impl Out {
    pub(crate) fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written.bytes += bytes.len() as u64;
        self.sum.update(bytes);
        self.file.write_all(bytes)
    }
}

/// Writes `head`, every row, and what `end` puts below them. `report` hears the rows done and returns
/// false to cancel; it is called at the start and at the end too.
pub(crate) fn stream<R, E>(
    path: &Path,
    head: &[u8],
    rows: impl IntoIterator<Item = Result<R, E>>,
    report: &mut dyn FnMut(u64) -> bool,
    mut write: impl FnMut(&mut Out, u64, R) -> Result<(), ExportError>,
    end: impl FnOnce(&mut Out) -> Result<(), ExportError>,
) -> Result<Written, ExportError>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut out =
        Out { file: AtomicFile::create(path)?, sum: Sha256::new(), written: Written::default() };
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
    end(&mut out)?;
    if !report(out.written.rows) {
        return Err(cancelled(out.written.rows));
    }
    let Out { file, sum, written } = out;
    file.commit()?;
    Ok(Written { sha256: sum.finalize().iter().map(|b| format!("{b:02x}")).collect(), ..written })
}

/// A failed write as an error that names the file.
pub(crate) fn failed(path: &Path, error: io::Error) -> ExportError {
    FsError::new(Action::Write, path, error).into()
}
