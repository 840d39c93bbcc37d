//! Cases from a table.

use shinsa_domain::CaseText;

use super::layout::Layout;
use super::mapping::{CaseField, CaseMapping, Columns};
use super::record::{CaseOutput, CaseRecord};
use crate::csv::{Cells, Column, Finder, Sheet, Wanted, read_sheet};
use crate::encoding::Encoding;
use crate::intake::Intake;
use crate::keys::{Keyed, Keys};
use crate::limits::Limits;
use crate::problem::{Code, Problem};
use crate::text::read_language;

/// How to read a table of cases. The default recognises everything.
#[derive(Clone, Debug, Default)]
pub struct TableOptions {
    /// The encoding, where the user chose one.
    pub encoding: Option<Encoding>,
    /// What separates cells (comma, tab or semicolon), where the user chose.
    pub delimiter: Option<char>,
    /// The sheet of a workbook, where the user chose one.
    pub sheet: Option<String>,
    /// The user's choice of columns.
    pub mapping: CaseMapping,
    /// Headings of the columns that hold outputs, where the user chose them;
    /// else they are recognised.
    pub outputs: Option<Vec<String>>,
    /// Upper bounds.
    pub limits: Limits,
}

/// Reads cases from the bytes of a CSV file or a workbook (XLSX).
#[must_use]
pub fn cases_table(bytes: &[u8], options: &TableOptions) -> Intake<CaseRecord> {
    let mut sheet = Cases {
        options,
        columns: Columns::default(),
        extra: Vec::new(),
        headings: Vec::new(),
        keys: Keys::default(),
    };
    let how = Wanted {
        encoding: options.encoding,
        delimiter: options.delimiter,
        sheet: options.sheet.as_deref(),
    };
    read_sheet(&mut sheet, bytes, how, &options.limits)
}

struct Cases<'o> {
    options: &'o TableOptions,
    columns: Columns,
    /// Index and name of the columns that hold no field.
    extra: Vec<(usize, String)>,
    headings: Vec<String>,
    keys: Keys,
}

impl Cases<'_> {
    fn settle(&self, finder: &mut Finder<'_>) -> Columns {
        Columns::settle(finder, &self.options.mapping, self.options.outputs.as_deref())
    }
}

impl Sheet for Cases<'_> {
    type Record = CaseRecord;

    fn score(&self, columns: &[Column]) -> usize {
        let found = self.settle(&mut Finder::new(columns));
        found.of.len() + found.outputs.len()
    }

    fn map(&mut self, columns: &[Column], intake: &mut Intake<CaseRecord>) {
        let mut finder = Finder::new(columns);
        intake.layout = Layout::of(&finder);
        self.columns = self.settle(&mut finder);
        intake.mapping = self.columns.shown(columns);
        let headings = || list_headings(&intake.headings);
        let mut problems = Vec::new();
        for (field, heading) in &self.columns.unknown {
            problems.push(
                Problem::of_file(Code::MappingUnknownHeading)
                    .with("field", field)
                    .with("heading", heading)
                    .with("headings", headings()),
            );
        }
        let unmapped_what =
            self.columns.unknown.iter().any(|(field, _)| *field == CaseField::What.as_str());
        if !self.columns.of.contains_key(&CaseField::What) && !unmapped_what {
            problems.push(
                Problem::of_file(Code::ColumnMissing)
                    .with("field", CaseField::What.as_str())
                    .with("headings", headings()),
            );
        }
        if !self.columns.of.contains_key(&CaseField::Key) && problems.is_empty() {
            problems.push(Problem::of_file(Code::KeysMade));
        }
        intake.problems.append(&mut problems);
        self.headings.clone_from(&intake.headings);
        let taken = |index: usize| {
            self.columns.of.values().chain(&self.columns.outputs).any(|used| *used == index)
        };
        self.extra = columns
            .iter()
            .enumerate()
            .filter(|(index, _)| !taken(*index))
            .map(|(index, column)| (index, column.name.clone()))
            .collect();
    }

    fn row(&mut self, cells: &mut Cells, row: u64, line: u64) -> Option<CaseRecord> {
        let limits = &self.options.limits;
        // Without this column the file is refused already; rows say nothing new.
        self.columns.of.get(&CaseField::What)?;
        let mut take = |field: CaseField| {
            let index = self.columns.of.get(&field);
            index.map(|index| std::mem::take(&mut cells.texts[*index])).unwrap_or_default()
        };
        let key = take(CaseField::Key);
        let lang = take(CaseField::Lang);
        let mut text = CaseText {
            title: take(CaseField::Title),
            what: take(CaseField::What),
            factors: take(CaseField::Factors),
            improvements: take(CaseField::Improvements),
            reference: take(CaseField::Reference),
            aspects: split_aspects(&take(CaseField::Aspects)),
            extra: Vec::new(),
        };
        for (index, name) in &self.extra {
            let value = std::mem::take(&mut cells.texts[*index]);
            if !value.is_empty() {
                text.extra.push((name.clone(), value));
            }
        }
        let mut outputs = Vec::new();
        for index in &self.columns.outputs {
            let text = std::mem::take(&mut cells.texts[*index]);
            if !text.is_empty() {
                outputs.push(CaseOutput { column: self.headings[*index].clone(), text });
            }
        }
        let (mapping, headings) = (&self.columns, &self.headings);
        let problem = |code, field: CaseField| {
            let mut problem = Problem::of_row(code, row, line).with("field", field.as_str());
            if let Some(index) = mapping.of.get(&field) {
                problem = problem.in_column(&headings[*index]).in_column_number(index + 1);
            }
            problem
        };
        let mut found = Vec::new();
        if text.what.is_empty() {
            found.push(problem(Code::FieldEmpty, CaseField::What));
        }
        let key_made = !mapping.of.contains_key(&CaseField::Key);
        if key.is_empty() && !key_made {
            found.push(problem(Code::FieldEmpty, CaseField::Key));
        } else if key.chars().count() > limits.max_name_chars {
            found.push(
                problem(Code::CellTooLong, CaseField::Key)
                    .with("bytes", key.len())
                    .with("limit", limits.max_name_chars),
            );
        }
        let said = read_language(&lang);
        if said.is_none() && !lang.is_empty() {
            found.push(problem(Code::LanguageUnknown, CaseField::Lang).with("found", &lang));
        }
        let key = if key_made { self.keys.make(CaseRecord::MARK, text.hash().0) } else { key };
        if !key.is_empty()
            && let Some(first) = self.keys.again(&key, row)
        {
            found.push(
                problem(Code::DuplicateKey, CaseField::Key)
                    .with("key", &key)
                    .with("first_row", first),
            );
        }
        for found in found {
            cells.add(found, limits);
        }
        let lang = said.unwrap_or_else(|| CaseRecord::guess_lang(&text));
        Some(CaseRecord { key, key_made, lang, text, outputs, synthetic: false })
    }
}

/// One aspect a line; a single line may use `;` or `；` or `｜` instead.
fn split_aspects(cell: &str) -> Vec<String> {
    let marks: &[char] = if cell.contains('\n') { &['\n'] } else { &[';', '；', '|', '｜'] };
    cell.split(marks)
        .map(str::trim)
        .filter(|aspect| !aspect.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The headings as a message shows them: some of them, none of them long.
fn list_headings(headings: &[String]) -> String {
    let short = |heading: &String| heading.chars().take(30).collect::<String>();
    headings.iter().take(40).map(short).collect::<Vec<_>>().join(", ")
}
