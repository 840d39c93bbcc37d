//! What is wrong with a file, and where: never a reason to stop reading it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Whether a problem keeps its row out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The row is imported; somebody should have a look.
    Warning,
    /// The row is left out; without a row, the whole file must not be imported.
    Error,
}

/// What kind of problem; [`Code::as_str`] is stable and names its text in i18n.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The file has no row at all.
    EmptyFile,
    /// More bytes than [`crate::Limits::max_bytes`]; args `bytes`, `limit`.
    FileTooLarge,
    /// More rows than [`crate::Limits::max_rows`]; args `limit`.
    TooManyRows,
    /// More problems than [`crate::Limits::max_problems`]: the rest isn't listed; args `limit`.
    TooManyProblems,
    /// More warnings of one kind than are listed; args `count`, `code`.
    MoreWarnings,
    /// More columns than [`crate::Limits::max_columns`]; args `columns`, `limit`.
    TooManyColumns,
    /// The encoding can't be told: choose one; args `guess`.
    EncodingUnclear,
    /// The file is ISO-2022-JP (JIS), which isn't read: save it as UTF-8.
    EncodingNotRead,
    /// No heading was recognised for a field that is needed; args `field`, `headings`.
    ColumnMissing,
    /// The mapping names a heading that the file hasn't; args `field`, `heading`.
    MappingUnknownHeading,
    /// Two columns carry the same heading; args `heading`, `renamed`.
    HeadingRepeated,
    /// There was no key column: keys were made from the content.
    KeysMade,
    /// Bytes that are no text in the file's encoding; args `encoding`, `offset`, `byte`.
    BadBytes,
    /// The NUL character, which no text has.
    NulCharacter,
    /// A control character other than tab and line break; args `character`.
    ControlCharacter,
    /// U+FFFD: the text was damaged before it came here.
    ReplacementCharacter,
    /// A private-use character (外字): it looks different on every machine; args `character`.
    GaijiCharacter,
    /// Half a surrogate pair in a JSON escape.
    LoneSurrogate,
    /// A quote that is opened and never closed.
    QuoteUnclosed,
    /// Text after a closing quote with a line break before it: rows have run together.
    QuoteStray,
    /// Text after a closing quote on the same line: read as it stands.
    QuoteInside,
    /// Fewer cells than headings; args `cells`, `headings`.
    TooFewCells,
    /// More cells than headings; args `cells`, `headings`.
    TooManyCells,
    /// A cell or field above the size limit; args `bytes`, `limit`.
    CellTooLong,
    /// The file is a JSON array or one object over several lines, not one object a line.
    JsonNotLines,
    /// A line that is not JSON; args `at` (character), `detail`.
    JsonSyntax,
    /// A line that ends in the middle of its object: the file was cut short.
    JsonCutShort,
    /// A line with some other JSON value than an object; args `found`.
    JsonNotObject,
    /// A field that is needed and not there; args `field`.
    FieldMissing,
    /// A field that is there and empty; args `field`.
    FieldEmpty,
    /// A value of the wrong type; args `field`, `expected`, `found`.
    FieldType,
    /// A value of the right type that can't be read; args `field`, `expected`, `found`.
    FieldFormat,
    /// A field that Shinsa doesn't know: probably a slip; args `field`.
    FieldUnknown,
    /// A field that occurs twice in one object; args `field`.
    FieldRepeated,
    /// A row of a ratings table without any answer: not rated yet.
    RowUnrated,
    /// A workbook with a password, which has to be taken off first.
    WorkbookLocked,
    /// A workbook of the old kind (.xls): save it as .xlsx.
    WorkbookOld,
    /// Not a workbook inside, whatever its name says, or a damaged one; args `detail`.
    WorkbookBroken,
    /// The workbook has no sheet of that name; args `sheet`, `sheets`.
    SheetUnknown,
    /// Nothing is in the sheet; args `sheet`.
    SheetEmpty,
    /// Of several sheets with something in them this one was read; args `sheet`, `sheets`.
    SheetAssumed,
    /// Cells of the heading row are merged: each column needs its own; args `range`.
    HeadingMerged,
    /// Merged cells, of which only the first has the value; args `range`.
    CellsMerged,
    /// A cell shows an error of a formula; args `found`.
    CellError,
    /// A formula that nobody has worked out: open and save the file in Excel; args `found`.
    FormulaUnsolved,
    /// The same key in an earlier row; args `key`, `first_row`.
    DuplicateKey,
    /// A language other than Japanese and English; args `found`.
    LanguageUnknown,
}

impl Code {
    /// Every code, for the test that each has a text in both languages.
    pub const ALL: [Self; 47] = [
        Self::EmptyFile,
        Self::FileTooLarge,
        Self::TooManyRows,
        Self::TooManyProblems,
        Self::MoreWarnings,
        Self::TooManyColumns,
        Self::EncodingUnclear,
        Self::EncodingNotRead,
        Self::ColumnMissing,
        Self::MappingUnknownHeading,
        Self::HeadingRepeated,
        Self::KeysMade,
        Self::BadBytes,
        Self::NulCharacter,
        Self::ControlCharacter,
        Self::ReplacementCharacter,
        Self::GaijiCharacter,
        Self::LoneSurrogate,
        Self::QuoteUnclosed,
        Self::QuoteStray,
        Self::QuoteInside,
        Self::TooFewCells,
        Self::TooManyCells,
        Self::CellTooLong,
        Self::JsonNotLines,
        Self::JsonSyntax,
        Self::JsonCutShort,
        Self::JsonNotObject,
        Self::FieldMissing,
        Self::FieldEmpty,
        Self::FieldType,
        Self::FieldFormat,
        Self::FieldUnknown,
        Self::FieldRepeated,
        Self::RowUnrated,
        Self::WorkbookLocked,
        Self::WorkbookOld,
        Self::WorkbookBroken,
        Self::SheetUnknown,
        Self::SheetEmpty,
        Self::SheetAssumed,
        Self::HeadingMerged,
        Self::CellsMerged,
        Self::CellError,
        Self::FormulaUnsolved,
        Self::DuplicateKey,
        Self::LanguageUnknown,
    ];

    /// Stable kebab-case name, the same in JSON and in the text files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmptyFile => "empty-file",
            Self::FileTooLarge => "file-too-large",
            Self::TooManyRows => "too-many-rows",
            Self::TooManyProblems => "too-many-problems",
            Self::MoreWarnings => "more-warnings",
            Self::TooManyColumns => "too-many-columns",
            Self::EncodingUnclear => "encoding-unclear",
            Self::EncodingNotRead => "encoding-not-read",
            Self::ColumnMissing => "column-missing",
            Self::MappingUnknownHeading => "mapping-unknown-heading",
            Self::HeadingRepeated => "heading-repeated",
            Self::KeysMade => "keys-made",
            Self::BadBytes => "bad-bytes",
            Self::NulCharacter => "nul-character",
            Self::ControlCharacter => "control-character",
            Self::ReplacementCharacter => "replacement-character",
            Self::GaijiCharacter => "gaiji-character",
            Self::LoneSurrogate => "lone-surrogate",
            Self::QuoteUnclosed => "quote-unclosed",
            Self::QuoteStray => "quote-stray",
            Self::QuoteInside => "quote-inside",
            Self::TooFewCells => "too-few-cells",
            Self::TooManyCells => "too-many-cells",
            Self::CellTooLong => "cell-too-long",
            Self::JsonNotLines => "json-not-lines",
            Self::JsonSyntax => "json-syntax",
            Self::JsonCutShort => "json-cut-short",
            Self::JsonNotObject => "json-not-object",
            Self::FieldMissing => "field-missing",
            Self::FieldEmpty => "field-empty",
            Self::FieldType => "field-type",
            Self::FieldFormat => "field-format",
            Self::FieldUnknown => "field-unknown",
            Self::FieldRepeated => "field-repeated",
            Self::RowUnrated => "row-unrated",
            Self::WorkbookLocked => "workbook-locked",
            Self::WorkbookOld => "workbook-old",
            Self::WorkbookBroken => "workbook-broken",
            Self::SheetUnknown => "sheet-unknown",
            Self::SheetEmpty => "sheet-empty",
            Self::SheetAssumed => "sheet-assumed",
            Self::HeadingMerged => "heading-merged",
            Self::CellsMerged => "cells-merged",
            Self::CellError => "cell-error",
            Self::FormulaUnsolved => "formula-unsolved",
            Self::DuplicateKey => "duplicate-key",
            Self::LanguageUnknown => "language-unknown",
        }
    }

    /// Whether this kind of problem keeps its row (or file) out.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::MoreWarnings
            | Self::HeadingRepeated
            | Self::KeysMade
            | Self::ControlCharacter
            | Self::ReplacementCharacter
            | Self::GaijiCharacter
            | Self::QuoteInside
            | Self::TooFewCells
            | Self::FieldUnknown
            | Self::RowUnrated
            | Self::SheetAssumed
            | Self::CellsMerged
            | Self::LanguageUnknown => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// One thing wrong with a file, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Whether the row is left out.
    pub severity: Severity,
    /// Row as a spreadsheet counts: the first row of the file is 1, and a row
    /// whose cells contain line breaks is still one. In JSONL the line. `None`
    /// for what concerns the whole file.
    pub row: Option<u64>,
    /// Line of the file, from 1, on which that row starts.
    pub line: Option<u64>,
    /// Heading of the column, or path of the field (`items.drugs[2]`).
    pub column: Option<String>,
    /// Number of the column from 1; `None` in JSONL.
    pub column_number: Option<u32>,
    /// What kind of problem.
    pub code: Code,
    /// Values for its text, by the names that [`Code`] lists.
    pub args: BTreeMap<String, String>,
}

impl Problem {
    /// A problem of the whole file.
    #[must_use]
    pub fn of_file(code: Code) -> Self {
        Self {
            severity: code.severity(),
            row: None,
            line: None,
            column: None,
            column_number: None,
            code,
            args: BTreeMap::new(),
        }
    }

    /// A problem of one row that starts on `line`.
    #[must_use]
    pub fn of_row(code: Code, row: u64, line: u64) -> Self {
        Self { row: Some(row), line: Some(line), ..Self::of_file(code) }
    }

    /// The same, in a named column or field.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// The same, in the column with this number (from 1).
    #[must_use]
    pub fn in_column_number(mut self, number: usize) -> Self {
        self.column_number = u32::try_from(number).ok();
        self
    }

    /// The same, with one more argument for its text.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }
}

/// Plain English, for logs and tests; shells show the text of the code instead.
impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(row) = self.row {
            write!(f, "row {row}")?;
        }
        if let Some(line) = self.line.filter(|line| Some(*line) != self.row) {
            write!(f, " (line {line})")?;
        }
        if let Some(column) = &self.column {
            write!(f, "{}{column}", if self.row.is_some() { ", " } else { "" })?;
        }
        let separator = if self.row.is_some() || self.column.is_some() { ": " } else { "" };
        write!(f, "{separator}{}", self.code.as_str())?;
        for (name, value) in &self.args {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_named_as_in_json() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn a_problem_says_where_it_is() {
        let problem =
            Problem::of_row(Code::FieldEmpty, 4, 9).in_column("改善策").with("field", "text");
        assert_eq!(problem.to_string(), "row 4 (line 9), 改善策: field-empty field=text");
    }
}
