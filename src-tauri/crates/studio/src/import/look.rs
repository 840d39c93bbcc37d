//! What a person looks at before anything is stored.

use super::{ImportKind, ImportRow};
use shinsa_intake::{Format, Intake, SampleRow};

/// Characters of a cell that are shown.
const SHOWN: usize = 160;
/// Cells of a row that are shown.
const SHOWN_CELLS: usize = 200;

/// The first rows, no cell of them long.
pub(super) fn sample(rows: &[SampleRow]) -> Vec<ImportRow> {
    let short = |cell: &String| {
        let mut short: String = cell.chars().take(SHOWN).collect();
        if short.len() < cell.len() {
            short.push('…');
        }
        short
    };
    rows.iter()
        .map(|row| ImportRow {
            row: u32::try_from(row.row).unwrap_or(u32::MAX),
            cells: row.cells.iter().take(SHOWN_CELLS).map(short).collect(),
        })
        .collect()
}

/// What a file of JSONL holds by the fields of its lines, where that is not
/// what was asked for. Tables say less by their headings: they are not guessed.
pub(super) fn rather<T>(asked: ImportKind, bytes: &[u8], intake: &Intake<T>) -> Option<ImportKind> {
    if intake.format != Format::Jsonl {
        return None;
    }
    let first = bytes.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty())?;
    let text = intake.encoding.encoding.decode(first.trim_ascii()).ok()?;
    let line: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let has = |name: &str| line.get(name).is_some();
    let found = if has("rater") && has("answers") {
        ImportKind::Ratings
    } else if has("case") && has("text") {
        ImportKind::Outputs
    } else if has("what") {
        ImportKind::Cases
    } else {
        return None;
    };
    (found != asked).then_some(found)
}
