//! Ratings from a table: one row per rater and output, one column per
//! criterion, as experts keep them in a spreadsheet.

use std::collections::BTreeMap;

use shinsa_domain::rubric::Kind;
use shinsa_domain::{Answer, Answers, Millis, Rubric};

use super::cell::{Reading, read_cell};
use super::record::RatingRecord;
use super::seen::Seen;
use super::time::read_time;
use crate::case::Mapped;
use crate::csv::{Cells, Column, Finder, Sheet, Wanted, read_sheet};
use crate::encoding::Encoding;
use crate::intake::Intake;
use crate::limits::Limits;
use crate::problem::{Code, Problem};
use crate::text::fold_heading;

/// How to read a table of ratings.
#[derive(Clone, Debug, Default)]
pub struct RatingsTableOptions {
    /// The encoding, where the user chose one.
    pub encoding: Option<Encoding>,
    /// What separates cells, where the user chose.
    pub delimiter: Option<char>,
    /// The sheet of a workbook, where the user chose one.
    pub sheet: Option<String>,
    /// Field (`output`, `rater`, `profession`, `at`) or criterion id to
    /// heading, where the usual headings don't tell; empty for no column.
    pub mapping: BTreeMap<String, String>,
    /// Whose ratings these are, where no column says.
    pub rater: Option<String>,
    /// Upper bounds.
    pub limits: Limits,
}

/// Fields besides the criteria, with the headings they are recognised by.
pub const FIELDS: [(&str, &[&str]); 4] = [
    (
        "output",
        &[
            "output",
            "outputkey",
            "outputid",
            "出力",
            "出力id",
            "出力番号",
            "回答id",
            "回答番号",
            "番号",
            "no",
            "id",
            "key",
        ],
    ),
    (
        "rater",
        &[
            "rater",
            "raterid",
            "ratername",
            "annotator",
            "評価者",
            "評価者名",
            "評価者id",
            "氏名",
            "名前",
        ],
    ),
    ("profession", &["profession", "職種"]),
    ("at", &["at", "time", "date", "評価日時", "日時", "評価日"]),
];

/// Reads ratings under `rubric` from the bytes of a CSV file or a workbook (XLSX). Criteria are
/// found by id or by label in either language. A row without any answer is a
/// warning and left out: it isn't rated yet.
#[must_use]
pub fn ratings_table(
    bytes: &[u8],
    rubric: &Rubric,
    options: &RatingsTableOptions,
) -> Intake<RatingRecord> {
    let mut sheet = Ratings {
        rubric,
        options,
        fields: BTreeMap::new(),
        criteria: Vec::new(),
        headings: Vec::new(),
        seen: Seen::default(),
    };
    let how = Wanted {
        encoding: options.encoding,
        delimiter: options.delimiter,
        sheet: options.sheet.as_deref(),
    };
    read_sheet(&mut sheet, bytes, how, &options.limits)
}

struct Ratings<'o> {
    rubric: &'o Rubric,
    options: &'o RatingsTableOptions,
    /// Column of each field of [`FIELDS`].
    fields: BTreeMap<&'static str, usize>,
    /// Column, id and kind of each criterion found.
    criteria: Vec<(usize, &'o str, &'o Kind)>,
    headings: Vec<String>,
    seen: Seen,
}

/// A field or criterion that a column was looked for, with what was found.
struct Looked<'o> {
    name: &'o str,
    column: Option<usize>,
    /// The heading that the user chose and the file hasn't.
    unknown: Option<&'o str>,
}

impl<'o> Ratings<'o> {
    fn look(&self, columns: &[Column]) -> Vec<Looked<'o>> {
        let mut finder = Finder::new(columns);
        let mut looked = Vec::new();
        let choice = |name: &str| self.options.mapping.get(name).map(String::as_str);
        let asked: Vec<_> = self.rubric.asked().collect();
        let names = FIELDS.iter().map(|(name, _)| *name).chain(asked.iter().map(|c| c.id.as_str()));
        for name in names {
            let Some(heading) = choice(name).filter(|heading| !heading.trim().is_empty()) else {
                continue;
            };
            let column = finder.take_named(heading);
            let unknown = column.is_none().then_some(heading);
            looked.push(Looked { name, column, unknown });
        }
        // Criteria before fields: a rubric may well ask for a number or a date.
        for criterion in asked.iter().filter(|c| choice(&c.id).is_none()) {
            let folded =
                [&criterion.id, &criterion.label.ja, &criterion.label.en].map(|n| fold_heading(n));
            let wanted: Vec<&str> =
                folded.iter().map(String::as_str).filter(|n| !n.is_empty()).collect();
            let column = finder.take_first_of(&wanted);
            looked.push(Looked { name: &criterion.id, column, unknown: None });
        }
        for (name, headings) in FIELDS.iter().filter(|(name, _)| choice(name).is_none()) {
            looked.push(Looked { name, column: finder.take_first_of(headings), unknown: None });
        }
        looked
    }

    fn answers(&self, cells: &mut Cells, row: u64, line: u64) -> Answers {
        let mut answers = Answers::new();
        let mut blank_deductions = Vec::new();
        for (index, id, kind) in &self.criteria {
            match read_cell(kind, &cells.texts[*index]) {
                Reading::Given(answer) => {
                    answers.insert((*id).to_owned(), answer);
                }
                Reading::Blank if matches!(kind, Kind::Deductions { .. }) => {
                    blank_deductions.push((*id).to_owned());
                }
                Reading::Blank => {}
                Reading::Unreadable(expected) => {
                    let found: String = cells.texts[*index].chars().take(80).collect();
                    let problem = self
                        .problem(Code::FieldFormat, *index, row, line)
                        .with("field", id)
                        .with("expected", expected)
                        .with("found", found);
                    cells.add(problem, &self.options.limits);
                }
            }
        }
        if !answers.is_empty() {
            answers.extend(blank_deductions.into_iter().map(|id| (id, Answer::Labels(Vec::new()))));
        }
        answers
    }

    fn problem(&self, code: Code, index: usize, row: u64, line: u64) -> Problem {
        let problem = Problem::of_row(code, row, line).in_column_number(index + 1);
        problem.in_column(&self.headings[index])
    }

    /// A name from a field's column; empty where there is no column.
    fn name(&self, field: &str, cells: &mut Cells, row: u64, line: u64) -> String {
        let Some(index) = self.fields.get(field) else { return String::new() };
        let name = std::mem::take(&mut cells.texts[*index]);
        let limit = self.options.limits.max_name_chars;
        if name.chars().count() > limit {
            let problem = self.problem(Code::CellTooLong, *index, row, line);
            cells.add(problem.with("bytes", name.len()).with("limit", limit), &self.options.limits);
        }
        name
    }

    fn at(&self, cells: &mut Cells, row: u64, line: u64) -> Option<Millis> {
        let index = *self.fields.get("at")?;
        let text = std::mem::take(&mut cells.texts[index]);
        let at = read_time(&text);
        if at.is_none() && !text.is_empty() {
            let problem = self
                .problem(Code::FieldFormat, index, row, line)
                .with("field", "at")
                .with("expected", "2026-04-01T09:30:00+09:00")
                .with("found", text.chars().take(80).collect::<String>());
            cells.add(problem, &self.options.limits);
        }
        at
    }
}

impl Sheet for Ratings<'_> {
    type Record = RatingRecord;

    fn score(&self, columns: &[Column]) -> usize {
        self.look(columns).iter().filter(|looked| looked.column.is_some()).count()
    }

    fn map(&mut self, columns: &[Column], intake: &mut Intake<RatingRecord>) {
        self.headings.clone_from(&intake.headings);
        for looked in self.look(columns) {
            if let Some(heading) = looked.unknown {
                intake.problems.push(
                    Problem::of_file(Code::MappingUnknownHeading)
                        .with("field", looked.name)
                        .with("heading", heading),
                );
            }
            let Some(index) = looked.column else { continue };
            intake.mapping.push(Mapped {
                field: looked.name.to_owned(),
                heading: columns[index].name.clone(),
                column: u32::try_from(index + 1).unwrap_or(u32::MAX),
                given: self.options.mapping.contains_key(looked.name),
            });
            match FIELDS.iter().find(|(name, _)| *name == looked.name) {
                Some((name, _)) => {
                    self.fields.insert(*name, index);
                }
                None => {
                    let asked = self.rubric.asked().find(|criterion| criterion.id == looked.name);
                    self.criteria.extend(asked.map(|c| (index, c.id.as_str(), &c.kind)));
                }
            }
        }
        intake.mapping.sort_by_key(|mapped| mapped.column);
        let mut missing = Vec::new();
        if !self.fields.contains_key("output") {
            missing.push("output");
        }
        if !self.fields.contains_key("rater") && self.options.rater.is_none() {
            missing.push("rater");
        }
        if self.criteria.is_empty() {
            missing.extend(self.rubric.asked().map(|criterion| criterion.id.as_str()).take(1));
        }
        for field in missing {
            intake.problems.push(Problem::of_file(Code::ColumnMissing).with("field", field));
        }
    }

    fn row(&mut self, cells: &mut Cells, row: u64, line: u64) -> Option<RatingRecord> {
        let limits = &self.options.limits;
        let output_column = *self.fields.get("output")?;
        let answers = self.answers(cells, row, line);
        if answers.is_empty() {
            if !cells.has_error() {
                cells.add(Problem::of_row(Code::RowUnrated, row, line), limits);
            }
            return None;
        }
        let output = self.name("output", cells, row, line);
        if output.is_empty() {
            cells.add(
                self.problem(Code::FieldEmpty, output_column, row, line).with("field", "output"),
                limits,
            );
        }
        let mut rater = self.name("rater", cells, row, line);
        if rater.is_empty() {
            rater = self.options.rater.clone().unwrap_or_default();
        }
        if rater.is_empty() {
            let index = self.fields.get("rater").copied().unwrap_or(output_column);
            cells.add(
                self.problem(Code::FieldEmpty, index, row, line).with("field", "rater"),
                limits,
            );
        }
        let profession = self.name("profession", cells, row, line);
        let record = RatingRecord {
            output,
            rater,
            profession: Some(profession).filter(|profession| !profession.is_empty()),
            rubric: self.rubric.id.clone(),
            version: Some(self.rubric.version),
            answers,
            at: self.at(cells, row, line),
            synthetic: false,
        };
        if let Some((key, first)) = self.seen.again(&record, row) {
            let problem = self.problem(Code::DuplicateKey, output_column, row, line);
            cells.add(problem.with("key", key).with("first_row", first), limits);
        }
        Some(record)
    }
}
