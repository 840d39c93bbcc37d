//! Bringing cases, outputs and ratings in. A dry run shows everything and
//! changes nothing; a commit is one operation, whole or not at all.

mod cases;
mod outputs;
mod ratings;

use crate::project::small;
use crate::studio::Open;
use crate::{Ctx, Studio, StudioError};
use ratings::NewRaters;
use serde::{Deserialize, Serialize};
use shinsa_domain::{Output, Rater};
use shinsa_fsio as fsio;
use shinsa_intake::{
    CaseRecord, CsvOptions, Encoding, Intake, JsonlOptions, Located, OutputRecord, Problem,
    RatingRecord, RatingsCsvOptions, Severity,
};
use shinsa_store::ImportedRating;
use std::collections::BTreeMap;
use std::path::Path;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Cases, from CSV or JSONL.
    Cases,
    /// Outputs, from JSONL.
    Outputs,
    /// Ratings, from JSONL, or from CSV with a row per rater and output.
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
    /// The rubric of ratings in a CSV, `id` or `id@version`; the only one where absent.
    #[serde(default)]
    pub rubric: Option<String>,
    /// Whose ratings a CSV holds, where no column says.
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
    /// Rows that the project had already.
    pub repeated: u32,
    /// The file's headings.
    pub headings: Vec<String>,
    /// Which column was taken for which field.
    pub columns: Vec<MappedColumn>,
    /// Everything wrong, in the file's order.
    pub problems: Vec<ImportProblem>,
    /// Whether it was stored.
    pub committed: bool,
}

const LARGEST: u64 = 512 << 20;
/// The setting that says that the project holds invented data.
pub(crate) const SYNTHETIC: &str = "synthetic";

/// A record that may say that it was invented.
trait Marked {
    fn is_synthetic(&self) -> bool;
}

macro_rules! marked {
    ($($record:ty),*) => {$(
        impl Marked for $record {
            fn is_synthetic(&self) -> bool {
                self.synthetic
            }
        }
    )*};
}
marked!(CaseRecord, OutputRecord, RatingRecord);

/// What a record becomes in the project, or why not.
enum Fate<T> {
    New(T),
    Repeated,
    Refused { column: &'static str, code: &'static str, args: Vec<(&'static str, String)> },
}

impl Studio {
    /// Reads a file and, with `commit`, stores it. Without `partial`, one
    /// problem keeps everything out.
    ///
    /// # Errors
    /// `unknown-encoding`, `unknown-field`, `unknown-rubric` or `which-rubric` for
    /// ratings in a CSV, or a file error. What is wrong with
    /// rows is in the reply, never an error.
    pub fn import(&self, request: &ImportRequest) -> Result<ImportReply, StudioError> {
        let bytes = fsio::read(Path::new(&request.path), LARGEST)?;
        let encoding = request.encoding.as_deref().map(encoding).transpose()?;
        let lines = JsonlOptions { encoding, ..JsonlOptions::default() };
        match request.kind {
            ImportKind::Cases => {
                let intake = if is_jsonl(&request.path) {
                    shinsa_intake::cases_jsonl(&bytes, &lines)
                } else {
                    let mapping = cases::mapping(&request.mapping)?;
                    let options = CsvOptions { encoding, mapping, ..CsvOptions::default() };
                    shinsa_intake::cases_csv(&bytes, &options)
                };
                self.store(request, &bytes, intake, cases::case, |tx, cases| {
                    tx.insert_cases(&cases).map(|_| ())
                })
            }
            ImportKind::Outputs => {
                let intake = shinsa_intake::outputs_jsonl(&bytes, &lines);
                self.store(request, &bytes, intake, outputs::output, |tx, pairs| {
                    let mut outputs = Vec::with_capacity(pairs.len());
                    for (prompt, output) in pairs {
                        outputs.push(Output { prompt: tx.ensure_prompt(&prompt)?, ..output });
                    }
                    tx.insert_outputs(&outputs).map(|_| ())
                })
            }
            ImportKind::Ratings => {
                let intake = if is_jsonl(&request.path) {
                    shinsa_intake::ratings_jsonl(&bytes, &lines)
                } else {
                    self.ratings_csv(request, &bytes, encoding)?
                };
                let mut raters = NewRaters::default();
                self.store(
                    request,
                    &bytes,
                    intake,
                    |open, ctx, record| ratings::rating(open, ctx, &mut raters, record),
                    |tx, rows| {
                        let (raters, ratings): (Vec<Option<Rater>>, Vec<ImportedRating>) =
                            rows.into_iter().unzip();
                        tx.insert_raters(&raters.into_iter().flatten().collect::<Vec<_>>())?;
                        tx.import_ratings(&ratings).map(|_| ())
                    },
                )
            }
        }
    }

    fn ratings_csv(
        &self,
        request: &ImportRequest,
        bytes: &[u8],
        encoding: Option<Encoding>,
    ) -> Result<Intake<RatingRecord>, StudioError> {
        let rubric = self.rubric(&self.which_rubric(request.rubric.as_deref())?)?;
        let options = RatingsCsvOptions {
            encoding,
            mapping: request.mapping.clone(),
            rater: request.rater.clone().filter(|name| !name.trim().is_empty()),
            ..RatingsCsvOptions::default()
        };
        Ok(shinsa_intake::ratings_csv(bytes, &rubric, &options))
    }

    fn store<R: Marked, T>(
        &self,
        request: &ImportRequest,
        bytes: &[u8],
        mut intake: Intake<R>,
        mut resolve: impl FnMut(&Open, &Ctx, &R) -> Result<Fate<T>, StudioError>,
        write: impl FnOnce(&shinsa_store::Tx<'_>, Vec<T>) -> Result<(), shinsa_store::StoreError>,
    ) -> Result<ImportReply, StudioError> {
        self.with(|open| {
            open.lead()?;
            let (mut fresh, mut repeated) = (Vec::new(), 0_u32);
            let mut problems: Vec<ImportProblem> =
                intake.problems.iter().map(ImportProblem::of).collect();
            let records = std::mem::take(&mut intake.records);
            for Located { row, line, value } in &records {
                match resolve(open, &self.ctx, value)? {
                    Fate::New(item) => fresh.push(item),
                    Fate::Repeated => repeated += 1,
                    Fate::Refused { column, code, args } => problems.push(ImportProblem {
                        severity: "error".to_owned(),
                        row: Some(small(*row)),
                        line: Some(small(*line)),
                        column: Some(column.to_owned()),
                        code: code.to_owned(),
                        args: args.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
                    }),
                }
            }
            problems.sort_by_key(|p| p.row);
            let failed = problems.iter().any(|p| p.severity == "error");
            let commit = request.commit && !intake.is_refused() && (!failed || request.partial);
            let new = small(fresh.len());
            if commit && !fresh.is_empty() {
                let invented = records.iter().any(|r| r.value.is_synthetic());
                let op = open.op(&self.ctx, "import")?;
                open.project.transact(&op, |tx| {
                    if invented {
                        tx.set_setting(SYNTHETIC, &serde_json::Value::Bool(true))?;
                    }
                    write(tx, fresh)
                })?;
            }
            if let Some(path) = &request.failed_rows {
                let rows = failed_rows(bytes, &intake, &problems);
                fsio::atomic_write(Path::new(path), &rows)?;
            }
            Ok(ImportReply {
                encoding: intake.encoding.encoding.name().to_owned(),
                rows: small(intake.total_rows),
                new,
                repeated,
                headings: intake.headings,
                columns: intake
                    .mapping
                    .into_iter()
                    .map(|m| MappedColumn { field: m.field, heading: m.heading })
                    .collect(),
                problems,
                committed: commit,
            })
        })
    }
}

impl ImportProblem {
    fn of(problem: &Problem) -> Self {
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

/// The rows that intake or the project refused, as they stand in the file.
fn failed_rows<T>(bytes: &[u8], intake: &Intake<T>, problems: &[ImportProblem]) -> Vec<u8> {
    let mut all = intake.problems.clone();
    for problem in problems.iter().filter(|p| p.severity == "error") {
        if let (Some(row), Some(line)) = (problem.row, problem.line) {
            all.push(Problem::of_row(
                shinsa_intake::Code::FieldFormat,
                u64::from(row),
                u64::from(line),
            ));
        }
    }
    shinsa_intake::failed_rows(bytes, intake.format, intake.encoding.encoding, &all)
}

fn is_jsonl(path: &str) -> bool {
    let ending = Path::new(path).extension().map(|e| e.to_string_lossy().to_lowercase());
    matches!(ending.as_deref(), Some("jsonl" | "ndjson" | "json"))
}

fn encoding(name: &str) -> Result<Encoding, StudioError> {
    Encoding::from_name(name).ok_or_else(|| {
        StudioError::new(
            "unknown-encoding",
            format!("Unknown encoding {name}. Use utf-8, cp932, utf-16le or utf-16be."),
        )
        .with("encoding", name)
    })
}
