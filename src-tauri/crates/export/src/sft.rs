//! Conversations for supervised fine-tuning: one JSON object a line.

use std::path::Path;

use serde::Serialize;
use shinsa_domain::{Lang, Provenance, RubricRef};
use shinsa_prompt::Message;

use crate::error::ExportError;
use crate::jsonl::jsonl;
use crate::stream::Written;

/// One training example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SftRow {
    /// Stable name of the example.
    pub id: String,
    /// The conversation; the last turn is what is learned.
    pub messages: Vec<Message>,
    /// Key of the case: split by it, never by row.
    pub case: String,
    /// Language of the case.
    pub lang: Lang,
    /// The rubric and its version.
    pub rubric: RubricRef,
    /// How the gold rating came about.
    pub provenance: Provenance,
    /// On how many raters it rests.
    pub raters: u32,
}

/// The line as it stands in the file: the same columns in every line, so that
/// table readers infer one type for each.
#[derive(Serialize)]
struct Line {
    messages: Vec<Message>,
    id: String,
    case: String,
    lang: Lang,
    rubric: String,
    rubric_version: u32,
    provenance: Provenance,
    raters: u32,
}

/// Writes `messages` JSONL, as TRL and most trainers read it: `messages`
/// `[{role, content}]`, and beside it `id`, `case`, `lang`, `rubric`,
/// `rubric_version`, `provenance` and `raters`. UTF-8 without a byte-order
/// mark, LF. `report` hears the rows done and returns false to cancel.
///
/// # Errors
/// [`ExportError`]: the file can't be written, the rows' source failed, or the
/// caller cancelled. Nothing is left under `path` then but what was there before.
pub fn sft_jsonl<E>(
    path: &Path,
    rows: impl IntoIterator<Item = Result<SftRow, E>>,
    report: &mut dyn FnMut(u64) -> bool,
) -> Result<Written, ExportError>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let lines = rows.into_iter().map(|row| row.map(Line::from));
    jsonl(path, lines, report)
}

impl From<SftRow> for Line {
    fn from(row: SftRow) -> Self {
        Self {
            messages: row.messages,
            id: row.id,
            case: row.case,
            lang: row.lang,
            rubric: row.rubric.id,
            rubric_version: row.rubric.version,
            provenance: row.provenance,
            raters: row.raters,
        }
    }
}
