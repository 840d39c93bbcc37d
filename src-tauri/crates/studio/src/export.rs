//! Writing expert-labelled datasets.

use crate::agreement::RatingTable;
use crate::import::SYNTHETIC;
use crate::project::small;
use crate::studio::every;
use crate::train::{Golden, example, template};
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::{ItemSource, Kind};
use shinsa_domain::{
    Case, CaseId, Output, OutputId, Provenance, Rater, RaterId, Rubric, RubricRef,
};
use shinsa_export::{
    Card, CardConfig, CsvEncoding, CsvOptions, ExportError, Figure, LongRow, SftRow, Standing,
    Written, long_csv, sft_jsonl, write_dataset_card,
};
use shinsa_fsio as fsio;
use shinsa_jobs::Cancel;
use shinsa_stats::Resampling;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// SFT: JSONL of `messages` that end with the gold verdict.
    Sft,
    /// Long CSV: one row per rater, output and criterion.
    Csv,
    /// A folder with both, split by case, and the dataset card.
    Dataset,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportReply {
    /// Name to path.
    pub files: BTreeMap<String, String>,
    /// Lines by file name, headings apart.
    pub lines: BTreeMap<String, u32>,
    /// Cells with characters that CP932 can't hold, as `row N, COLUMN: CHARACTER`.
    pub unwritable: Vec<String>,
}

/// Everything a dataset rests on, read from the project.
struct Material {
    rubric: Rubric,
    golden: Vec<Golden>,
    held_out: BTreeSet<CaseId>,
    outputs: BTreeMap<OutputId, Output>,
    cases: BTreeMap<CaseId, Case>,
    title: String,
    synthetic: bool,
}

impl Studio {
    /// Writes a dataset. Raters appear as codes (`r1`, `r2`, …), never by name.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`, `nothing-to-export`, `cancelled`, or a file
    /// error; then nothing is left but what was there before.
    pub fn export(
        &self,
        request: &ExportRequest,
        cancel: &Cancel,
    ) -> Result<ExportReply, StudioError> {
        let material = self.material(&request.rubric)?;
        let table = self.rating_table(&request.rubric)?;
        if table.ratings.is_empty() {
            return Err(StudioError::new(
                "nothing-to-export",
                "There are no finished ratings by this rubric yet.",
            ));
        }
        let path = Path::new(&request.path);
        let encoding = if request.cp932 { CsvEncoding::Cp932 } else { CsvEncoding::Utf8Bom };
        let options = CsvOptions { encoding, ..CsvOptions::default() };
        let mut reply =
            ExportReply { files: BTreeMap::new(), lines: BTreeMap::new(), unwritable: Vec::new() };
        match request.format {
            ExportFormat::Sft => reply.add("sft", path, &sft(path, &material, None, cancel)?),
            ExportFormat::Csv => {
                reply.add("csv", path, &csv(path, &material, &table, options, cancel)?)
            }
            ExportFormat::Dataset => {
                fsio::create_dir_all(path)?;
                let mut files = Vec::new();
                for (name, held_out) in [("train", false), ("test", true)] {
                    let file = path.join(format!("sft-{name}.jsonl"));
                    let written = sft(&file, &material, Some(held_out), cancel)?;
                    reply.add(if held_out { "sft_test" } else { "sft" }, &file, &written);
                    files.push((name.to_owned(), format!("sft-{name}.jsonl")));
                }
                let file = path.join("ratings.csv");
                reply.add("csv", &file, &csv(&file, &material, &table, options, cancel)?);
                let configs = vec![
                    CardConfig { name: "sft".to_owned(), files },
                    CardConfig {
                        name: "ratings".to_owned(),
                        files: vec![("train".to_owned(), "ratings.csv".to_owned())],
                    },
                ];
                let file = path.join("README.md");
                write_dataset_card(&file, &card(&material, &table, configs, &reply)?)?;
                reply.files.insert("card".to_owned(), file.display().to_string());
            }
        }
        Ok(reply)
    }

    fn material(&self, which: &RubricRef) -> Result<Material, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let rubric = open.rubric(&viewer, which)?;
            let split = open.split(&viewer)?;
            let view = open.project.view(&viewer);
            let cases: BTreeMap<CaseId, Case> =
                every(|page| view.whole_cases(page))?.into_iter().map(|c| (c.id, c)).collect();
            Ok(Material {
                rubric,
                golden: open.golden(&viewer, which)?,
                held_out: cases
                    .values()
                    .filter(|c| split.holds_out(&c.key))
                    .map(|c| c.id)
                    .collect(),
                outputs: every(|page| view.whole_outputs(page))?
                    .into_iter()
                    .map(|o| (o.id, o))
                    .collect(),
                cases,
                title: open.project.name().to_owned(),
                synthetic: view.setting(SYNTHETIC)?.is_some_and(|v| v == true),
            })
        })
    }
}

impl ExportReply {
    fn add(&mut self, name: &str, path: &Path, written: &Written) {
        self.files.insert(name.to_owned(), path.display().to_string());
        self.lines.insert(name.to_owned(), small(written.lines));
        self.unwritable.extend(
            written
                .unwritable_cells
                .iter()
                .map(|c| format!("row {}, {}: {}", c.row, c.column, c.character)),
        );
    }
}

fn sft(
    path: &Path,
    material: &Material,
    held_out: Option<bool>,
    cancel: &Cancel,
) -> Result<Written, StudioError> {
    let template = template()?;
    let wanted = |g: &&Golden| held_out.is_none_or(|h| h == material.held_out.contains(&g.case.id));
    let rows = material.golden.iter().filter(wanted).map(|item| {
        Ok::<_, StudioError>(SftRow {
            id: item.output.key.clone(),
            messages: example(&template, &material.rubric, item)?,
            case: item.case.key.clone(),
            lang: item.case.lang,
            rubric: material.rubric.reference(),
            provenance: item.gold.provenance,
            raters: small(item.gold.raters.len()),
        })
    });
    Ok(sft_jsonl(path, rows, &mut |_| !cancel.is_cancelled())?)
}

fn csv(
    path: &Path,
    material: &Material,
    table: &RatingTable,
    options: CsvOptions,
    cancel: &Cancel,
) -> Result<Written, StudioError> {
    let codes = codes(&table.raters);
    let golds: BTreeMap<OutputId, &Golden> =
        material.golden.iter().map(|g| (g.output.id, g)).collect();
    let mut rows = Vec::new();
    for (id, case) in &table.outputs {
        let (Some(output), Some(case)) = (material.outputs.get(id), material.cases.get(case))
        else {
            continue;
        };
        let raters: Vec<&Rater> =
            table.raters.iter().filter(|r| table.ratings.contains_key(&(*id, r.id))).collect();
        let gold = golds.get(id);
        let standing = match gold {
            Some(golden) => Standing::Gold(golden.gold.provenance),
            None if raters.len() < 2 => Standing::Single,
            None => Standing::Unresolved,
        };
        for rater in raters {
            let Some(rating) = table.ratings.get(&(*id, rater.id)) else { continue };
            rows.push(LongRow {
                case: case.key.clone(),
                output: output.key.clone(),
                lang: case.lang,
                rater: codes.get(&rater.id).cloned().unwrap_or_default(),
                profession: rater.profession.clone(),
                rubric: material.rubric.reference(),
                answers: rating.answers.clone(),
                gold: gold.map(|g| g.gold.answers.clone()),
                standing,
                items: items(&material.rubric, case, output),
            });
        }
    }
    let rubrics = std::slice::from_ref(&material.rubric);
    Ok(long_csv(path, rubrics, options, rows.into_iter().map(Ok::<_, StudioError>), &mut |_| {
        !cancel.is_cancelled()
    })?)
}

/// Codes that stand for the raters in everything that leaves the project.
pub(crate) fn codes(raters: &[Rater]) -> BTreeMap<RaterId, String> {
    raters.iter().enumerate().map(|(i, r)| (r.id, format!("r{}", i + 1))).collect()
}

fn items(rubric: &Rubric, case: &Case, output: &Output) -> BTreeMap<String, Vec<String>> {
    let list = |c: &shinsa_domain::Criterion| match &c.kind {
        Kind::List { items: ItemSource::CaseAspects, .. } => {
            Some((c.id.clone(), case.text.aspects.clone()))
        }
        Kind::List { items: ItemSource::Output, .. } => {
            output.items.get(&c.id).map(|i| (c.id.clone(), i.clone()))
        }
        _ => None,
    };
    rubric.criteria.iter().filter_map(list).collect()
}

fn card(
    material: &Material,
    table: &RatingTable,
    configs: Vec<CardConfig>,
    reply: &ExportReply,
) -> Result<Card, StudioError> {
    let mut raters: BTreeMap<String, u64> = BTreeMap::new();
    for rater in &table.raters {
        *raters.entry(rater.profession.clone()).or_default() += 1;
    }
    let mut provenance: BTreeMap<Provenance, u64> = BTreeMap::new();
    for item in &material.golden {
        *provenance.entry(item.gold.provenance).or_default() += 1;
    }
    let cases: BTreeSet<CaseId> = table.outputs.iter().map(|(_, case)| *case).collect();
    let languages: BTreeSet<_> =
        cases.iter().filter_map(|c| material.cases.get(c)).map(|c| c.lang).collect();
    let agreement =
        table.agreement(&Resampling::seeded(crate::agreement::SEED))?.into_iter().map(|(c, a)| {
            Figure {
                criterion: c.id.clone(),
                measure: a.alpha.method.clone(),
                value: a.alpha.value,
                interval: a.alpha.low.zip(a.alpha.high),
                n: a.alpha.n as u64,
                reason: a.alpha.reason.clone(),
            }
        });
    Ok(Card {
        title: material.title.clone(),
        description: material.rubric.description.en.clone(),
        languages: languages.into_iter().collect(),
        configs,
        cases: cases.len() as u64,
        outputs: table.outputs.len() as u64,
        ratings: table.ratings.len() as u64,
        rows: u64::from(reply.lines.values().copied().max().unwrap_or(0)),
        raters,
        unresolved: table.outputs.len().saturating_sub(material.golden.len()) as u64,
        provenance,
        rubrics: vec![material.rubric.clone()],
        agreement: agreement.collect(),
        synthetic: material.synthetic,
        made_by: format!("Shinsa {}", env!("CARGO_PKG_VERSION")),
        ..Card::default()
    })
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
