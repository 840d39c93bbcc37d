//! Writing expert-labelled datasets.

mod dataset;
mod material;

use crate::project::small;
use crate::train::{Golden, example};
use crate::view::JobProgress;
use crate::{JobUpdate, Studio, StudioError};
use material::Material;
pub(crate) use material::codes;
use serde::{Deserialize, Serialize};
use shinsa_domain::{Lang, RubricRef};
use shinsa_export::{
    CsvEncoding, CsvOptions, ExportError, SftRow, Written, argilla_rows, dpo_rows,
    healthbench_meta_rows, healthbench_rows, jsonl, kto_rows, label_studio_config,
    label_studio_json, long_csv, sft_jsonl,
};
use shinsa_fsio as fsio;
use shinsa_jobs::Cancel;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// A folder with SFT split by case, the long table, the dataset card and
    /// Croissant metadata.
    Dataset,
    /// SFT: JSONL of `messages` that end with the gold verdict.
    Sft,
    /// DPO: JSONL of `prompt`, `chosen`, `rejected`, from preferences and from
    /// rated alternatives.
    Dpo,
    /// KTO: JSONL of `prompt`, `completion`, `label`.
    Kto,
    /// HealthBench: JSONL of prompts with the points of the rubric.
    Healthbench,
    /// HealthBench's raters: JSONL of single points with their binary labels.
    HealthbenchMeta,
    /// Label Studio: JSON of tasks, and the labelling configuration beside it.
    LabelStudio,
    /// Argilla: JSONL of records for `records.log`.
    Argilla,
    /// Long CSV: one row per rater, output and criterion.
    Csv,
}

impl ExportFormat {
    fn name(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Sft => "sft",
            Self::Dpo => "dpo",
            Self::Kto => "kto",
            Self::Healthbench => "healthbench",
            Self::HealthbenchMeta => "healthbench-meta",
            Self::LabelStudio => "label-studio",
            Self::Argilla => "argilla",
            Self::Csv => "csv",
        }
    }
}

/// Writes a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportRequest {
    /// By which rubric.
    pub rubric: RubricRef,
    /// What.
    pub format: ExportFormat,
    /// Where: a file, or a folder for [`ExportFormat::Dataset`].
    pub path: String,
    /// The CSV in CP932 instead of UTF-8 with a byte-order mark.
    #[serde(default)]
    pub cp932: bool,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportReply {
    /// Name to path.
    pub files: BTreeMap<String, String>,
    /// Lines by file name, headings apart.
    pub lines: BTreeMap<String, u32>,
    /// Cells with characters that CP932 can't hold, the first of them, as
    /// `row N, COLUMN: CHARACTER`.
    pub unwritable: Vec<String>,
    /// How many characters CP932 can't hold.
    pub unwritable_count: u32,
}

/// Tells how far an export is, and hears whether to stop.
struct Teller<'t> {
    cancel: &'t Cancel,
    on: &'t mut dyn FnMut(JobUpdate),
    /// Rows of the file that is being written.
    total: usize,
}

impl Teller<'_> {
    fn heard(&mut self, rows: u64) -> bool {
        (self.on)(JobUpdate::Progress(JobProgress {
            phase: "export".to_owned(),
            done: f64::from(small(rows)),
            total: f64::from(small(self.total)),
            ..JobProgress::default()
        }));
        !self.cancel.is_cancelled()
    }
}

impl Studio {
    /// Writes a dataset. Raters appear as codes (`r1`, `r2`, …), never by name.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`, `nothing-to-export`, `nothing-for-format`,
    /// `folder-not-ours`, `cancelled`, or a file error; then nothing is left but
    /// what was there before.
    pub fn export(
        &self,
        request: &ExportRequest,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<ExportReply, StudioError> {
        let material = self.material(&request.rubric)?;
        let rated = !material.table.ratings.is_empty();
        // Preferences need no ratings.
        if !rated && request.format != ExportFormat::Dpo {
            return Err(StudioError::new(
                "nothing-to-export",
                "There are no finished ratings by this rubric yet.",
            ));
        }
        let path = Path::new(&request.path);
        let tell = &mut Teller { cancel, on, total: 0 };
        if request.format == ExportFormat::Dataset {
            return self.dataset(path, &material, request.cp932, tell);
        }
        let mut reply = ExportReply::default();
        let written = one_file(request, path, &material, tell)?;
        reply.add(request.format.name(), path, &written);
        if request.format == ExportFormat::LabelStudio {
            let config = path.with_extension("config.xml");
            let text = label_studio_config(&material.rubric, Lang::Ja);
            fsio::atomic_write(&config, text.as_bytes())?;
            reply.files.insert("config".to_owned(), config.display().to_string());
        }
        Ok(reply)
    }
}

fn one_file(
    request: &ExportRequest,
    path: &Path,
    material: &Material,
    tell: &mut Teller<'_>,
) -> Result<Written, StudioError> {
    let rubric = &material.rubric;
    let format = request.format;
    match format {
        ExportFormat::Dataset | ExportFormat::Sft => sft(path, material, None, tell),
        ExportFormat::Csv => {
            let rows = material.long_rows();
            tell.total = rows.len();
            let rows = rows.into_iter().map(Ok::<_, StudioError>);
            let options = csv_options(request.cp932);
            let rubrics = std::slice::from_ref(rubric);
            Ok(long_csv(path, rubrics, options, rows, &mut |done| tell.heard(done))?)
        }
        ExportFormat::Dpo => {
            lines(format, path, dpo_rows(rubric, &material.rated(), &material.compared()), tell)
        }
        ExportFormat::Kto => lines(format, path, kto_rows(rubric, &material.rated()), tell),
        ExportFormat::Healthbench => {
            lines(format, path, healthbench_rows(rubric, &material.rated()), tell)
        }
        ExportFormat::HealthbenchMeta => {
            lines(format, path, healthbench_meta_rows(rubric, &material.rated()), tell)
        }
        ExportFormat::Argilla => lines(format, path, argilla_rows(rubric, &material.rated()), tell),
        ExportFormat::LabelStudio => {
            let rated = material.rated();
            tell.total = rated.len();
            Ok(label_studio_json(path, rubric, &rated, &mut |done| tell.heard(done))?)
        }
    }
}

/// Rows of one format as JSONL; none at all is an error that says what it takes.
fn lines<R: Serialize>(
    format: ExportFormat,
    path: &Path,
    rows: Vec<R>,
    tell: &mut Teller<'_>,
) -> Result<Written, StudioError> {
    if rows.is_empty() {
        return Err(StudioError::new(
            "nothing-for-format",
            format!("No rated output fits the format {}.", format.name()),
        )
        .with("format", format.name()));
    }
    tell.total = rows.len();
    let rows = rows.into_iter().map(Ok::<_, StudioError>);
    Ok(jsonl(path, rows, &mut |done| tell.heard(done))?)
}

impl ExportReply {
    fn add(&mut self, name: &str, path: &Path, written: &Written) {
        self.files.insert(name.to_owned(), path.display().to_string());
        self.lines.insert(name.to_owned(), small(written.lines));
        self.unwritable_count += small(written.unwritable);
        self.unwritable.extend(
            written
                .unwritable_cells
                .iter()
                .map(|c| format!("row {}, {}: {}", c.row, c.column, c.character)),
        );
    }
}

fn csv_options(cp932: bool) -> CsvOptions {
    let encoding = if cp932 { CsvEncoding::Cp932 } else { CsvEncoding::Utf8Bom };
    CsvOptions { encoding, ..CsvOptions::default() }
}

fn sft(
    path: &Path,
    material: &Material,
    held_out: Option<bool>,
    tell: &mut Teller<'_>,
) -> Result<Written, StudioError> {
    let wanted = |g: &&Golden| held_out.is_none_or(|h| h == material.held_out.contains(&g.case.id));
    tell.total = material.golden.iter().filter(wanted).count();
    let rows = material.golden.iter().filter(wanted).map(|item| {
        Ok::<_, StudioError>(SftRow {
            id: item.output.key.clone(),
            messages: example(&material.template, &material.rubric, item)?,
            case: item.case.key.clone(),
            lang: item.case.lang,
            rubric: material.rubric.reference(),
            provenance: item.gold.provenance,
            raters: small(item.gold.raters.len()),
        })
    });
    Ok(sft_jsonl(path, rows, &mut |done| tell.heard(done))?)
}

/// Refuses to replace a folder that holds anything but an earlier dataset.
fn ours(path: &Path) -> Result<(), StudioError> {
    if !fsio::exists(path) {
        return Ok(());
    }
    let empty = fsio::is_dir(path) && fsio::list_dir(path)?.is_empty();
    let dataset = ["README.md", "ratings.csv"].iter().all(|name| fsio::is_file(&path.join(name)));
    if empty || dataset {
        return Ok(());
    }
    Err(StudioError::new(
        "folder-not-ours",
        format!("{} holds other files. Choose another folder.", path.display()),
    )
    .with("path", path.display()))
}

impl From<ExportError> for StudioError {
    fn from(error: ExportError) -> Self {
        if matches!(error, ExportError::Cancelled { .. }) {
            return Self::cancelled();
        }
        let mut args = error.args();
        args.insert("message".to_owned(), error.to_string());
        Self { code: error.code().to_owned(), args }
    }
}

/// The folder for exports below the project, or the one named.
pub(crate) fn folder(project: PathBuf, named: Option<&str>) -> PathBuf {
    named.map_or(project, PathBuf::from)
}
