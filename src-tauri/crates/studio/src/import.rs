//! Bringing cases, outputs and ratings in. A dry run shows everything and
//! changes nothing; a commit is one operation, whole or not at all.

use crate::project::small;
use crate::studio::Open;
use crate::{Ctx, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{
    Case, CaseId, EventId, Output, OutputId, Prompt, PromptId, Rater, RaterId, Role, Rubric,
    RubricRef, check,
};
use shinsa_fsio as fsio;
use shinsa_intake::{
    CaseField, CaseMapping, CaseRecord, CsvOptions, Encoding, Intake, JsonlOptions, Located,
    OutputRecord, Problem, RatingRecord, Severity,
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
    /// Ratings, from JSONL.
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
    /// Field to heading, where the usual headings don't tell.
    #[serde(default)]
    pub mapping: BTreeMap<String, String>,
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
    /// `unknown-encoding`, `unknown-field`, or a file error. What is wrong with
    /// rows is in the reply, never an error.
    pub fn import(&self, request: &ImportRequest) -> Result<ImportReply, StudioError> {
        let bytes = fsio::read(Path::new(&request.path), LARGEST)?;
        let encoding = request.encoding.as_deref().map(encoding).transpose()?;
        match request.kind {
            ImportKind::Cases => {
                let intake = if is_jsonl(&request.path) {
                    shinsa_intake::cases_jsonl(
                        &bytes,
                        &JsonlOptions { encoding, ..JsonlOptions::default() },
                    )
                } else {
                    let options = CsvOptions {
                        encoding,
                        mapping: mapping(&request.mapping)?,
                        ..CsvOptions::default()
                    };
                    shinsa_intake::cases_csv(&bytes, &options)
                };
                self.store(request, &bytes, intake, case, |tx, cases| {
                    tx.insert_cases(&cases).map(|_| ())
                })
            }
            ImportKind::Outputs => {
                let intake = shinsa_intake::outputs_jsonl(
                    &bytes,
                    &JsonlOptions { encoding, ..JsonlOptions::default() },
                );
                self.store(request, &bytes, intake, output, |tx, pairs| {
                    let mut outputs = Vec::with_capacity(pairs.len());
                    for (prompt, output) in pairs {
                        outputs.push(Output { prompt: tx.ensure_prompt(&prompt)?, ..output });
                    }
                    tx.insert_outputs(&outputs).map(|_| ())
                })
            }
            ImportKind::Ratings => {
                let intake = shinsa_intake::ratings_jsonl(
                    &bytes,
                    &JsonlOptions { encoding, ..JsonlOptions::default() },
                );
                let mut raters = NewRaters::default();
                self.store(
                    request,
                    &bytes,
                    intake,
                    |open, ctx, record| rating(open, ctx, &mut raters, record),
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

fn mapping(given: &BTreeMap<String, String>) -> Result<CaseMapping, StudioError> {
    let field = |(name, heading): (&String, &String)| {
        let field = CaseField::from_name(name).ok_or_else(|| {
            let known: Vec<&str> = CaseField::ALL.iter().map(|f| f.as_str()).collect();
            StudioError::new(
                "unknown-field",
                format!("Unknown field {name}. Use one of {}.", known.join(", ")),
            )
            .with("field", name)
            .with("known", known.join(", "))
        })?;
        Ok((field, heading.clone()))
    };
    given.iter().map(field).collect()
}

fn case(open: &Open, ctx: &Ctx, record: &CaseRecord) -> Result<Fate<Case>, StudioError> {
    let viewer = open.viewer()?;
    Ok(match open.project.view(&viewer).case_by_key(&record.key)? {
        Some(before) if before.text.hash() == record.text.hash() => Fate::Repeated,
        Some(_) => Fate::Refused {
            column: "key",
            code: "key-taken",
            args: vec![("key", record.key.clone())],
        },
        None => Fate::New(Case {
            id: CaseId::new(ctx.now(), ctx.random()),
            key: record.key.clone(),
            lang: record.lang,
            text: record.text.clone(),
        }),
    })
}

fn output(
    open: &Open,
    ctx: &Ctx,
    record: &OutputRecord,
) -> Result<Fate<(Prompt, Output)>, StudioError> {
    let viewer = open.viewer()?;
    let view = open.project.view(&viewer);
    let Some(case) = view.case_by_key(&record.case)? else {
        return Ok(Fate::Refused {
            column: "case",
            code: "unknown-case",
            args: vec![("case", record.case.clone())],
        });
    };
    let text = record.prompt.clone().unwrap_or_else(|| case.text.what.clone());
    let prompt =
        Prompt { id: PromptId::new(ctx.now(), ctx.random()), case: case.id, template: None, text };
    let output = Output {
        id: OutputId::new(ctx.now(), ctx.random()),
        key: record.key.clone(),
        case: case.id,
        prompt: prompt.id,
        sample: record.sample,
        text: record.text.clone(),
        items: record.items.clone(),
        origin: record.origin.clone(),
    };
    Ok(match view.output_by_key(&record.key)? {
        Some(before)
            if before.case == output.case
                && before.text_hash() == output.text_hash()
                && before.items == output.items =>
        {
            Fate::Repeated
        }
        Some(_) => Fate::Refused {
            column: "key",
            code: "key-taken",
            args: vec![("key", record.key.clone())],
        },
        None => Fate::New((prompt, output)),
    })
}

/// The people and rubrics met while reading one file of ratings.
#[derive(Default)]
struct NewRaters {
    known: Option<BTreeMap<String, Rater>>,
    rubrics: BTreeMap<RubricRef, Rubric>,
}

type RatingRow = (Option<Rater>, ImportedRating);

fn rating(
    open: &Open,
    ctx: &Ctx,
    met: &mut NewRaters,
    record: &RatingRecord,
) -> Result<Fate<RatingRow>, StudioError> {
    let viewer = open.viewer()?;
    let view = open.project.view(&viewer);
    let version = match record.version {
        Some(version) => Some(version),
        None => view
            .rubrics()?
            .iter()
            .filter(|r| r.rubric.id == record.rubric)
            .map(|r| r.rubric.version)
            .max(),
    };
    let which = RubricRef { id: record.rubric.clone(), version: version.unwrap_or(0) };
    if !met.rubrics.contains_key(&which) {
        match open.rubric(&viewer, &which) {
            Ok(rubric) => {
                met.rubrics.insert(which.clone(), rubric);
            }
            Err(error) if error.code != "unknown-rubric" => return Err(error),
            Err(_) => {
                let name = record
                    .version
                    .map_or_else(|| record.rubric.clone(), |v| format!("{}@{v}", record.rubric));
                return Ok(Fate::Refused {
                    column: "rubric",
                    code: "unknown-rubric",
                    args: vec![("rubric", name)],
                });
            }
        }
    }
    let Some(output) = view.output_by_key(&record.output)? else {
        return Ok(Fate::Refused {
            column: "output",
            code: "unknown-output",
            args: vec![("output", record.output.clone())],
        });
    };
    let case = view.case(output.case)?;
    if let Some(problem) =
        check(&met.rubrics[&which], &case.text, &output, &record.answers, true).into_iter().next()
    {
        return Ok(Fate::Refused {
            column: "answers",
            code: "answer-refused",
            args: vec![("criterion", problem.criterion), ("problem", problem.code)],
        });
    }
    let (rater, is_new) = met.rater(open, ctx, record)?;
    let before = view.ratings_of(output.id, &which)?.into_iter().find(|r| r.rater == rater.id);
    if let Some(before) = before {
        return Ok(if before.locked && before.answers == record.answers {
            Fate::Repeated
        } else {
            // Somebody's rating is never overwritten from a file.
            Fate::Refused {
                column: "output",
                code: "rating-differs",
                args: vec![("output", record.output.clone()), ("rater", record.rater.clone())],
            }
        });
    }
    let event = || EventId::new(ctx.now(), ctx.random());
    let rating = ImportedRating {
        rater: rater.id,
        output: output.id,
        rubric: which,
        answers: record.answers.clone(),
        locked: true,
        at: record.at.unwrap_or_else(|| ctx.now()),
        events: [event(), event()],
    };
    Ok(Fate::New((is_new.then_some(rater), rating)))
}

impl NewRaters {
    /// The rater of that name, made where the project doesn't know it.
    fn rater(
        &mut self,
        open: &Open,
        ctx: &Ctx,
        record: &RatingRecord,
    ) -> Result<(Rater, bool), StudioError> {
        let known = match &mut self.known {
            Some(known) => known,
            None => self
                .known
                .insert(open.project.people()?.into_iter().map(|r| (r.name.clone(), r)).collect()),
        };
        if let Some(rater) = known.get(&record.rater) {
            return Ok((rater.clone(), false));
        }
        let rater = Rater {
            id: RaterId::new(ctx.now(), ctx.random()),
            name: record.rater.clone(),
            profession: record.profession.clone().unwrap_or_default(),
            role: Role::Rater,
        };
        known.insert(rater.name.clone(), rater.clone());
        Ok((rater, true))
    }
}
