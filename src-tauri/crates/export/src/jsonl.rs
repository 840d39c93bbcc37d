//! One JSON object a line: what every format for trainers is written as.

use std::path::Path;

use serde::Serialize;

use crate::error::ExportError;
use crate::stream::{Out, Written, failed, stream};

/// Writes rows as JSONL: UTF-8 without a byte-order mark, LF. Rows of one file
/// have the same columns, so that table readers infer one type for each.
/// `report` hears the rows done and returns false to cancel.
///
/// # Errors
/// [`ExportError`]: the file can't be written, the rows' source failed, or the
/// caller cancelled. Nothing is left under `path` then but what was there before.
pub fn jsonl<R: Serialize, E>(
    path: &Path,
    rows: impl IntoIterator<Item = Result<R, E>>,
    report: &mut dyn FnMut(u64) -> bool,
) -> Result<Written, ExportError>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut line = Vec::new();
    let write = |out: &mut Out, number: u64, row: R| {
        line.clear();
        to_json(path, number, &row, &mut line)?;
        line.push(b'\n');
        out.written.lines += 1;
        out.put(&line).map_err(|error| failed(path, error))
    };
    stream(path, b"", rows, report, write, |_| Ok(()))
}

/// One row as JSON behind what `line` holds.
pub(crate) fn to_json(
    path: &Path,
    row: u64,
    value: &impl Serialize,
    line: &mut Vec<u8>,
) -> Result<(), ExportError> {
    serde_json::to_writer(line, value).map_err(|source| ExportError::Json {
        path: path.to_path_buf(),
        row,
        source,
    })
}
