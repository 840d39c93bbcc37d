//! What reading a file gives: its good rows, its problems, and how it was read.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::case::{Layout, Mapped};
use crate::csv::Rows;
use crate::encoding::{Encoding, EncodingChoice, UTF8_BOM};
use crate::ledger::Ledger;
use crate::limits::Limits;
use crate::open::Opened;
use crate::problem::{Problem, Severity};
use crate::workbook::workbook_rows;

/// A value with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Located<T> {
    /// Row as a spreadsheet counts (see [`Problem::row`]); in JSONL the line.
    pub row: u64,
    /// Line of the file, from 1, on which the row starts.
    pub line: u64,
    /// The value.
    pub value: T,
}

/// Rows that are kept as they stand, for a look at what is in the columns.
pub(crate) const SAMPLE_ROWS: usize = 8;

/// A row as it stands, for a look at what is in the columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRow {
    /// Row as a spreadsheet counts.
    pub row: u64,
    /// Its cells, as many as there are headings; or a line's fields, each with its name.
    pub cells: Vec<String>,
}

/// How the rows of a file are told apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "format")]
pub enum Format {
    /// A table with a heading row.
    Csv {
        /// What separates the cells.
        delimiter: char,
        /// The heading row's number.
        header_row: u64,
    },
    /// One JSON object a line.
    Jsonl,
    /// A sheet of a workbook (XLSX) with a heading row.
    Workbook {
        /// The sheet's name.
        sheet: String,
        /// The heading row's number.
        header_row: u64,
    },
}

/// The result of reading one file. Nothing has been stored: showing this is
/// the dry run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intake<T> {
    /// Rows that can be imported, in the file's order.
    pub records: Vec<Located<T>>,
    /// Everything wrong, in the file's order; what concerns the whole file first.
    pub problems: Vec<Problem>,
    /// The encoding the file was read in; UTF-8 for a workbook, which has its own.
    pub encoding: EncodingChoice,
    /// Rows or lines.
    pub format: Format,
    /// What kind of table was recognised.
    pub layout: Layout,
    /// The sheets that a workbook shows, in its order; empty for other files.
    pub sheets: Vec<String>,
    /// The first rows as they stand: the cells of a table, or a line's fields.
    pub sample: Vec<SampleRow>,
    /// Headings left to right, made unique; empty for JSONL.
    pub headings: Vec<String>,
    /// Which column was taken for which field; empty for JSONL.
    pub mapping: Vec<Mapped>,
    /// Rows with anything in them, good and bad, without the heading row.
    pub total_rows: u64,
}

impl<T> Intake<T> {
    pub(crate) fn of(opened: &Opened<'_>, format: Format) -> Self {
        Self { problems: opened.problems.clone(), ..Self::nothing(opened.choice, format) }
    }

    pub(crate) fn nothing(encoding: EncodingChoice, format: Format) -> Self {
        Self {
            records: Vec::new(),
            problems: Vec::new(),
            encoding,
            format,
            layout: Layout::Plain,
            sheets: Vec::new(),
            sample: Vec::new(),
            headings: Vec::new(),
            mapping: Vec::new(),
            total_rows: 0,
        }
    }

    /// Problems that keep a row or the file out.
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.severity == Severity::Error)
    }

    /// True if something is wrong with the file as a whole, so that none of it
    /// must be imported even if single rows could be read: the encoding is
    /// unclear, a column is missing, the file is too large.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.errors().any(|problem| problem.row.is_none())
    }

    /// Rows left out.
    #[must_use]
    pub fn failed_count(&self) -> u64 {
        self.total_rows.saturating_sub(self.records.len() as u64)
    }

    /// The rows that were left out, byte by byte as in `bytes` (the file this
    /// was read from), with the headings: correct them and import them again.
    /// A workbook's come as CSV.
    #[must_use]
    pub fn failed_rows(&self, bytes: &[u8]) -> Vec<u8> {
        failed_rows(bytes, &self.format, self.encoding.encoding, &self.problems)
    }

    /// Takes over the problems of the rows, behind those of the file.
    pub(crate) fn close(&mut self, rows: Ledger<'_>) {
        self.problems.extend(rows.finish());
        self.problems.sort_by_key(|problem| problem.row);
    }
}

/// See [`Intake::failed_rows`]. A UTF-16 file and a workbook come back as UTF-8
/// with a byte-order mark.
#[must_use]
pub fn failed_rows(
    bytes: &[u8],
    format: &Format,
    encoding: Encoding,
    problems: &[Problem],
) -> Vec<u8> {
    let failed: BTreeSet<u64> = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .filter_map(|problem| problem.row)
        .collect();
    if let Format::Workbook { sheet, header_row } = format {
        return workbook_rows(bytes, sheet, |row| row <= *header_row || failed.contains(&row));
    }
    let opened =
        Opened::new(bytes, Some(encoding), &Limits { max_bytes: usize::MAX, ..Limits::default() });
    let source = opened.bytes.as_ref();
    let mut out = Vec::new();
    if source.starts_with(UTF8_BOM) || !encoding.is_byte_splittable() {
        out.extend_from_slice(UTF8_BOM);
    }
    let start = opened.inner.bom_len(source);
    match format {
        Format::Workbook { .. } => {}
        Format::Jsonl => {
            for (index, line) in source[start..].split(|byte| *byte == b'\n').enumerate() {
                if failed.contains(&(index as u64 + 1)) {
                    out.extend_from_slice(line);
                    out.push(b'\n');
                }
            }
        }
        Format::Csv { delimiter, header_row } => {
            let delimiter = u8::try_from(*delimiter).unwrap_or(b',');
            let rows = Rows::new(source, start, delimiter, Limits::default().max_cell_bytes);
            for row in rows.filter(|row| row.row <= *header_row || failed.contains(&row.row)) {
                let piece = &source[row.span];
                out.extend_from_slice(piece);
                if !piece.ends_with(b"\n") && !piece.ends_with(b"\r") {
                    out.extend_from_slice(b"\r\n");
                }
            }
        }
    }
    out
}
