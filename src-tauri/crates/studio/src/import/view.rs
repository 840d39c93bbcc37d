//! What is asked of an import, and what it replies.

use crate::project::small;
use serde::{Deserialize, Serialize};
use shinsa_domain::Text;
use shinsa_intake::{Problem, Severity};
use std::collections::BTreeMap;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Cases, from CSV, XLSX or JSONL; a table's rows may hold outputs, too.
    Cases,
    /// Outputs, from JSONL.
    Outputs,
    /// Ratings, from JSONL, or from CSV or XLSX with a row per rater and output.
    Ratings,
}

/// Imports a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ImportRequest {
    /// What it holds.
    pub kind: ImportKind,
    /// The file.
    pub path: String,
    /// Its encoding, when the guess is wrong.
    #[serde(default)]
    pub encoding: Option<String>,
    /// Field (in ratings also a criterion's id) to heading, where the usual
    /// headings don't tell.
    #[serde(default)]
    pub mapping: BTreeMap<String, String>,
    /// Headings of the columns of a table of cases that hold outputs; those whose
    /// headings tell where absent.
    #[serde(default)]
    pub outputs: Option<Vec<String>>,
    /// The sheet of a workbook; the first with anything in it where absent.
    #[serde(default)]
    pub sheet: Option<String>,
    /// The rubric of ratings in a table, `id` or `id@version`; the only one where absent.
    #[serde(default)]
    pub rubric: Option<String>,
    /// Whose ratings a table holds, where no column says.
    #[serde(default)]
    pub rater: Option<String>,
    /// Stores what was read; without it nothing changes.
    #[serde(default)]
    pub commit: bool,
    /// Commits the good rows even though others have problems.
    #[serde(default)]
    pub partial: bool,
    /// Writes the rows with problems to this file.
    #[serde(default)]
    pub failed_rows: Option<String>,
}

/// Something wrong with a row, or with the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ImportProblem {
    /// `error` keeps the row out, `warning` doesn't.
    pub severity: String,
    /// The row as a spreadsheet counts; nothing for the whole file.
    pub row: Option<u32>,
    /// The line of the file on which the row starts.
    pub line: Option<u32>,
    /// The column's heading, or the field.
    pub column: Option<String>,
    /// Stable code.
    pub code: String,
    /// Arguments of the localised message.
    pub args: BTreeMap<String, String>,
}

/// A column that was taken for a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MappedColumn {
    /// The field.
    pub field: String,
    /// The heading.
    pub heading: String,
}

/// A field that a column can be taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ImportField {
    /// Its name in a mapping.
    pub name: String,
    /// What a rubric calls it; nothing for fields that are not a rubric's.
    pub label: Option<Text>,
    /// Whether several columns may be taken for it.
    pub several: bool,
}

/// A row of the file as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ImportRow {
    /// The row as a spreadsheet counts.
    pub row: u32,
    /// The beginnings of its cells; of a line of JSONL its fields, with their names.
    pub cells: Vec<String>,
}

/// What reading (and storing) a file came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ImportReply {
    /// The encoding it was read in.
    pub encoding: String,
    /// Rows with anything in them.
    pub rows: u32,
    /// Rows that are new in the project.
    pub new: u32,
    /// Outputs that are new and stand in the rows of their cases.
    pub new_outputs: u32,
    /// Rows that have a problem and are left out.
    pub left_out: u32,
    /// Rows that the project had already.
    pub repeated: u32,
    /// The file's headings.
    pub headings: Vec<String>,
    /// Which column was taken for which field.
    pub columns: Vec<MappedColumn>,
    /// The fields that a column can be taken for; none for JSONL.
    pub fields: Vec<ImportField>,
    /// The first rows as they stand.
    pub sample: Vec<ImportRow>,
    /// The sheets of a workbook, and the one that was read.
    pub sheets: Vec<String>,
    /// The sheet that was read; nothing where it is no workbook.
    pub sheet: Option<String>,
    /// What the file rather seems to hold, where that is not what was asked for.
    pub rather: Option<ImportKind>,
    /// Everything wrong, in the file's order.
    pub problems: Vec<ImportProblem>,
    /// Whether it was stored.
    pub committed: bool,
}

impl ImportProblem {
    pub(super) fn of(problem: &Problem) -> Self {
        Self {
            severity: match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            }
            .to_owned(),
            row: problem.row.map(small),
            line: problem.line.map(small),
            column: problem.column.clone(),
            code: problem.code.as_str().to_owned(),
            args: problem.args.clone(),
        }
    }
}
