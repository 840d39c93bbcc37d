//! Bringing cases, outputs and ratings in. A dry run shows everything and
//! changes nothing; a commit is one operation, whole or not at all.

mod cases;
mod look;
mod outputs;
mod ratings;
mod teller;
mod view;

pub use view::{
    ImportField, ImportKind, ImportProblem, ImportReply, ImportRequest, ImportRow, MappedColumn,
};

use crate::project::small;
use crate::studio::Open;
use crate::{Ctx, JobUpdate, Studio, StudioError};
use ratings::{NewRaters, RatingRow};
use shinsa_domain::{Output, Prompt, Rater};
use shinsa_fsio as fsio;
use shinsa_intake::{
    CaseRecord, Encoding, Format, Intake, JsonlOptions, Located, OutputRecord, Problem,
    RatingRecord, RatingsTableOptions, TableOptions,
};
use shinsa_jobs::Cancel;
use shinsa_store::{ImportedRating, StoreError, Tx};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
pub(crate) use teller::STORING;
use teller::{STEP, Teller};

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
    Refused { column: String, code: &'static str, args: Vec<(&'static str, String)> },
}

/// What was read of a file, and what its columns can be taken for.
type Read<R> = (Intake<R>, Vec<ImportField>);

/// Something to store: what the import is of, and what comes along with it.
trait Stored {
    /// How many of what the import is of.
    fn counted(&self) -> usize {
        1
    }

    /// How many outputs come along in the rows of their cases.
    fn along(&self) -> usize {
        0
    }
}
impl Stored for (Prompt, Output) {}
impl Stored for RatingRow {}

impl Studio {
    /// Reads a file and, with `commit`, stores it. Without `partial`, one
    /// problem keeps everything out.
    ///
    /// # Errors
    /// `unknown-encoding`, `unknown-field`, `unknown-rubric` or `which-rubric` for
    /// ratings in a table, `import-cancelled` (nothing is then stored), or a file error.
    /// What is wrong with rows is in the reply, never an error.
    pub fn import(
        &self,
        request: &ImportRequest,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<ImportReply, StudioError> {
        let tell = &mut Teller::new(cancel, on);
        let bytes = Arc::new(fsio::read(Path::new(&request.path), LARGEST)?);
        let all = Arc::clone(&bytes);
        let encoding = request.encoding.as_deref().map(encoding).transpose()?;
        let lines = JsonlOptions { encoding, ..JsonlOptions::default() };
        match request.kind {
            ImportKind::Cases => {
                let (intake, fields) = if is_jsonl(&request.path) {
                    (tell.read(move || shinsa_intake::cases_jsonl(&all, &lines))?, Vec::new())
                } else {
                    let options = TableOptions {
                        encoding,
                        mapping: cases::mapping(&request.mapping)?,
                        outputs: request.outputs.clone(),
                        sheet: request.sheet.clone(),
                        ..TableOptions::default()
                    };
                    let read = move || shinsa_intake::cases_table(&all, &options);
                    (tell.read(read)?, cases::fields())
                };
                let mut keys = BTreeSet::new();
                self.store(
                    request,
                    &bytes,
                    (intake, fields),
                    tell,
                    |open, ctx, record| cases::row(open, ctx, &mut keys, record),
                    |tx, rows| {
                        let (cases, outputs): (Vec<_>, Vec<_>) =
                            rows.into_iter().map(|row| (row.case, row.outputs)).unzip();
                        tx.insert_cases(&cases.into_iter().flatten().collect::<Vec<_>>())?;
                        insert_outputs(tx, outputs.into_iter().flatten())
                    },
                )
            }
            ImportKind::Outputs => {
                let intake = tell.read(move || shinsa_intake::outputs_jsonl(&all, &lines))?;
                let read = (intake, Vec::new());
                self.store(request, &bytes, read, tell, outputs::output, insert_outputs)
            }
            ImportKind::Ratings => {
                let read = if is_jsonl(&request.path) {
                    (tell.read(move || shinsa_intake::ratings_jsonl(&all, &lines))?, Vec::new())
                } else {
                    self.ratings_table(request, all, encoding, tell)?
                };
                let mut raters = NewRaters::default();
                self.store(
                    request,
                    &bytes,
                    read,
                    tell,
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

    fn ratings_table(
        &self,
        request: &ImportRequest,
        bytes: Arc<Vec<u8>>,
        encoding: Option<Encoding>,
        tell: &mut Teller<'_>,
    ) -> Result<Read<RatingRecord>, StudioError> {
        let rubric = self.rubric(&self.which_rubric(request.rubric.as_deref())?)?;
        let options = RatingsTableOptions {
            encoding,
            mapping: request.mapping.clone(),
            rater: request.rater.clone().filter(|name| !name.trim().is_empty()),
            sheet: request.sheet.clone(),
            ..RatingsTableOptions::default()
        };
        let fields = ratings::fields(&rubric);
        let intake = tell.read(move || shinsa_intake::ratings_table(&bytes, &rubric, &options))?;
        Ok((intake, fields))
    }

    fn store<R: Marked, T: Stored>(
        &self,
        request: &ImportRequest,
        bytes: &[u8],
        (mut intake, fields): Read<R>,
        tell: &mut Teller<'_>,
        mut resolve: impl FnMut(&Open, &Ctx, &R) -> Result<Fate<T>, StudioError>,
        mut write: impl FnMut(&Tx<'_>, Vec<T>) -> Result<(), StoreError>,
    ) -> Result<ImportReply, StudioError> {
        self.with(|open| {
            open.lead()?;
            let (mut fresh, mut repeated) = (Vec::new(), 0_u32);
            let mut problems: Vec<ImportProblem> =
                intake.problems.iter().map(ImportProblem::of).collect();
            let records = std::mem::take(&mut intake.records);
            tell.begin("import-check", records.len())?;
            for (at, Located { row, line, value }) in (1..).zip(&records) {
                tell.at(at)?;
                match resolve(open, &self.ctx, value)? {
                    Fate::New(item) => fresh.push(item),
                    Fate::Repeated => repeated += 1,
                    Fate::Refused { column, code, args } => problems.push(ImportProblem {
                        severity: "error".to_owned(),
                        row: Some(small(*row)),
                        line: Some(small(*line)),
                        column: Some(column),
                        code: code.to_owned(),
                        args: args.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
                    }),
                }
            }
            problems.sort_by_key(|p| p.row);
            let errors = || problems.iter().filter(|p| p.severity == "error");
            let failed = errors().next().is_some();
            let left_out: BTreeSet<u32> = errors().filter_map(|p| p.row).collect();
            let commit = request.commit && !intake.is_refused() && (!failed || request.partial);
            let new = small(fresh.iter().map(Stored::counted).sum::<usize>());
            let new_outputs = small(fresh.iter().map(Stored::along).sum::<usize>());
            if commit && !fresh.is_empty() {
                let invented = records.iter().any(|r| r.value.is_synthetic());
                let op = open.op(&self.ctx, "import")?;
                tell.begin(STORING, fresh.len())?;
                open.project.transact(&op, |tx| {
                    if invented {
                        tx.set_setting(SYNTHETIC, &serde_json::Value::Bool(true))?;
                    }
                    let (mut rest, mut done) = (fresh.into_iter(), 0);
                    while rest.len() > 0 {
                        let next: Vec<T> = rest.by_ref().take(STEP).collect();
                        done += next.len();
                        write(tx, next)?;
                        // Stopped in here, the whole operation is as if it had never been.
                        tell.at(done)?;
                    }
                    Ok::<_, StudioError>(())
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
                new_outputs,
                left_out: small(left_out.len()),
                repeated,
                rather: look::rather(request.kind, bytes, &intake),
                sample: look::sample(&intake.sample),
                sheet: match intake.format {
                    Format::Workbook { sheet, .. } => Some(sheet).filter(|name| !name.is_empty()),
                    _ => None,
                },
                sheets: intake.sheets,
                headings: intake.headings,
                fields,
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

/// Stores outputs, each under its prompt.
fn insert_outputs(
    tx: &Tx<'_>,
    pairs: impl IntoIterator<Item = (Prompt, Output)>,
) -> Result<(), StoreError> {
    let mut outputs = Vec::new();
    for (prompt, output) in pairs {
        outputs.push(Output { prompt: tx.ensure_prompt(&prompt)?, ..output });
    }
    tx.insert_outputs(&outputs).map(|_| ())
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
    shinsa_intake::failed_rows(bytes, &intake.format, intake.encoding.encoding, &all)
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
