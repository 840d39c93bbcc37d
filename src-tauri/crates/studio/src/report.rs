//! The report: every figure of a project on one page, and the same as JSON.

use crate::agreement::{SEED, primary, scale, value};
use crate::export::{codes, folder};
use crate::import::SYNTHETIC;
use crate::judge::{JudgeStart, Which};
use crate::studio::every;
use crate::train::TrainStart;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{
    Answers, CaseId, Lang, OutputId, Provenance, Rubric, RubricRef, Run, RunKind, RunState, Text,
    Verdict, hash_json, score,
};
use shinsa_fsio as fsio;
use shinsa_judge::JudgeReport;
use shinsa_report::{
    Counts, CriterionAgreement, CriterionComparison, EvaluationFigure, ExpertFigures, FORMAT,
    Figures, HarmFigures, HashFigure, JudgeFigures, ModelFigure, RaterFigure, ReportError,
    RubricFigure, StepFigure, TrainingFigures, Volatile,
};
use shinsa_stats::{
    Comparison, FlagComparison, Judged, Resampling, Scale, Side, clopper_pearson, clusters_of,
    sign_flip,
};
use shinsa_store::Folder;
use shinsa_train::TrainReport;
use std::collections::{BTreeMap, BTreeSet};

/// Writes the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReportRequest {
    /// By which rubric.
    pub rubric: RubricRef,
    /// Folder for the files; the project's exports where absent.
    pub out: Option<String>,
    /// The page's language.
    pub lang: Lang,
}

/// Where the report is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReportFiles {
    /// The page.
    pub page: String,
    /// Every figure as JSON, the same bytes for the same data and seeds.
    pub figures: String,
    /// Times, memory and places, which differ from run to run.
    pub volatile: String,
}

/// A judging run with its verdicts.
struct JudgeRun {
    run: Run,
    request: JudgeStart,
    report: Option<JudgeReport>,
    verdicts: BTreeMap<OutputId, Vec<Verdict>>,
}

/// What the figures rest on besides ratings.
struct Rest {
    project: String,
    synthetic: bool,
    rubric: Rubric,
    /// Per gold output in order of import: answers, provenance, case, whether held out.
    golden: Vec<(OutputId, Answers, Provenance, CaseId, bool)>,
    case_keys: BTreeMap<CaseId, String>,
    output_keys: BTreeMap<OutputId, String>,
    counts: Counts,
    training: Option<(Run, TrainReport)>,
    judges: Vec<JudgeRun>,
}

const REPORT_LIMIT: u64 = 64 << 20;
const LEVEL: f64 = 0.95;

impl Studio {
    /// Writes the report of a rubric: agreement, the newest training run, and
    /// every finished judging run on held-out outputs.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`, or a file error.
    pub fn write_report(&self, request: &ReportRequest) -> Result<ReportFiles, StudioError> {
        self.write_report_with(request, Volatile::default()).map(|(files, _)| files)
    }

    /// The same with what the caller measured, and with the figures.
    pub(crate) fn write_report_with(
        &self,
        request: &ReportRequest,
        volatile: Volatile,
    ) -> Result<(ReportFiles, Figures), StudioError> {
        let figures = self.figures(&request.rubric)?;
        let out = self.with(|open| {
            Ok(folder(open.project.folder(Folder::Exports), request.out.as_deref()))
        })?;
        fsio::create_dir_all(&out)?;
        let written = shinsa_report::write(&out, &figures, &volatile, page_lang(request.lang))
            .map_err(|error| match error {
                ReportError::File(error) => error.into(),
                ReportError::Json(_) => StudioError::new(error.code(), &error),
            })?;
        let files = ReportFiles {
            page: written.page.display().to_string(),
            figures: written.figures.display().to_string(),
            volatile: written.volatile.display().to_string(),
        };
        Ok((files, figures))
    }

    /// The page last written into the project's exports, if any.
    ///
    /// # Errors
    /// `lead-only`, or a file error.
    pub fn report_page(&self) -> Result<Option<String>, StudioError> {
        let page = self.with(|open| {
            open.lead()?;
            Ok(open.project.folder(Folder::Exports).join("report.html"))
        })?;
        if fsio::is_file(&page) {
            Ok(Some(fsio::read_to_string(&page, REPORT_LIMIT)?))
        } else {
            Ok(None)
        }
    }

    fn figures(&self, which: &RubricRef) -> Result<Figures, StudioError> {
        let rest = self.rest(which)?;
        let table = self.rating_table(which)?;
        let how = Resampling::seeded(SEED);
        let rubric = &rest.rubric;
        let primary = primary(rubric).unwrap_or_default();
        let codes = codes(&table.raters);
        let experts = ExpertFigures {
            raters: table
                .raters
                .iter()
                .map(|r| RaterFigure {
                    name: codes.get(&r.id).cloned().unwrap_or_default(),
                    profession: (!r.profession.is_empty()).then(|| r.profession.clone()),
                    ratings: table.ratings.keys().filter(|(_, rater)| *rater == r.id).count(),
                })
                .collect(),
            criteria: table
                .agreement(&how)?
                .into_iter()
                .map(|(c, agreement)| CriterionAgreement {
                    id: c.id.clone(),
                    title: c.label.clone(),
                    agreement,
                })
                .collect(),
            pairs: table.pairs(&primary, &how)?,
        };
        let mut counts = rest.counts.clone();
        counts.ratings = table.ratings.len();
        counts.undecided = table.outputs.len().saturating_sub(rest.golden.len());
        let judges: Vec<JudgeFigures> = rest
            .judges
            .iter()
            .map(|j| {
                let model = self.model_figure(
                    j.request.model.as_deref(),
                    j.report.as_ref().map(|r| &r.passport),
                );
                judge_figures(&rest, j, model, &how)
            })
            .collect();
        let mut hashes = vec![
            HashFigure { name: "rubric".to_owned(), hash: rubric.hash()?.0 },
            HashFigure { name: "data".to_owned(), hash: rest.data_hash()? },
        ];
        let mut seeds = BTreeMap::from([("resampling".to_owned(), SEED)]);
        let training = match &rest.training {
            Some((run, report)) => {
                hashes.push(HashFigure {
                    name: "adapter".to_owned(),
                    hash: report.adapter_hash.clone(),
                });
                hashes.push(HashFigure {
                    name: "passport-train".to_owned(),
                    hash: report.passport_hash.clone(),
                });
                let figures = self.training_figures(run, report)?;
                if let Some((_, seed)) = figures.settings.iter().find(|(n, _)| n == "seed") {
                    seeds.insert("train".to_owned(), seed.parse().unwrap_or_default());
                }
                Some(figures)
            }
            None => None,
        };
        for judge in &rest.judges {
            seeds.insert(format!("judge-{}", judge.run.name), u64::from(judge.request.seed));
            if let Some(report) = &judge.report {
                hashes.push(HashFigure {
                    name: format!("passport-{}", judge.run.name),
                    hash: report.passport_hash.clone(),
                });
            }
        }
        Ok(Figures {
            format: FORMAT,
            project: rest.project.clone(),
            synthetic: rest.synthetic,
            rubric: RubricFigure {
                id: rubric.id.clone(),
                title: rubric.title.clone(),
                version: rubric.version,
            },
            counts,
            change: rest.change(&primary, &how),
            harm: rest.harm(),
            primary,
            experts,
            training,
            judges,
            seeds,
            hashes,
        })
    }

    fn training_figures(
        &self,
        run: &Run,
        report: &TrainReport,
    ) -> Result<TrainingFigures, StudioError> {
        let request: TrainStart = serde_json::from_value(run.config.clone())?;
        let setting = |name: &str, value: String| (name.to_owned(), value);
        let passport = run.passport.as_ref().map(|(p, _)| p);
        let count = |name: &str| {
            passport
                .and_then(|p| p["data"][name].as_u64())
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(0)
        };
        Ok(TrainingFigures {
            model: self.model_figure(request.model.as_deref(), passport),
            trainable_parameters: report.trainable_parameters as u64,
            examples: count("example_count"),
            evaluation_examples: count("evaluation_count"),
            tokens: report.tokens,
            settings: vec![
                setting("r", request.r.to_string()),
                setting("alpha", request.alpha.to_string()),
                setting("dropout", request.dropout.to_string()),
                setting("learning-rate", request.learning_rate.to_string()),
                setting("epochs", request.epochs.to_string()),
                setting("seed", request.seed.to_string()),
            ],
            steps: report
                .steps
                .iter()
                .filter_map(|s| {
                    Some(StepFigure {
                        step: s.step,
                        loss: s.loss?,
                        lr: s.lr,
                        grad_norm: s.grad_norm?,
                        targets: s.targets,
                    })
                })
                .collect(),
            evaluation: report
                .evaluation
                .iter()
                .map(|e| EvaluationFigure { step: e.step, loss: e.loss })
                .collect(),
        })
    }

    /// The base model of a run, from its passport and the model's header.
    fn model_figure(&self, path: Option<&str>, passport: Option<&Value>) -> ModelFigure {
        let card = self.model_path(path).ok().and_then(|p| shinsa_lm::inspect(&p).ok());
        let base =
            passport.map(|p| if p["judge"].is_object() { &p["judge"]["base"] } else { &p["base"] });
        ModelFigure {
            name: card.as_ref().map(|c| c.name.clone()).unwrap_or_default(),
            weights: base.and_then(|b| b["weights"].as_str()).unwrap_or_default().to_owned(),
            parameters: card.map_or(0, |c| c.parameters),
        }
    }

    fn rest(&self, which: &RubricRef) -> Result<Rest, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let rubric = open.rubric(&viewer, which)?;
            let split = open.split(&viewer)?;
            let view = open.project.view(&viewer);
            let mut counts = Counts::default();
            let mut case_keys = BTreeMap::new();
            for row in every(|page| view.cases(page))? {
                *counts.cases.entry(row.lang.code().to_owned()).or_default() += 1;
                case_keys.insert(row.id, row.key);
            }
            let rows = every(|page| view.outputs(None, page))?;
            counts.outputs = rows.len();
            let output_keys = rows.into_iter().map(|row| (row.id, row.key)).collect();
            let mut golden = Vec::new();
            for item in open.golden(&viewer, which)? {
                let held = split.holds_out(&item.case.key);
                golden.push((
                    item.output.id,
                    item.gold.answers,
                    item.gold.provenance,
                    item.case.id,
                    held,
                ));
            }
            counts.gold_unanimous = golden.iter().filter(|g| g.2 == Provenance::Unanimous).count();
            counts.gold_adjudicated = golden.len() - counts.gold_unanimous;
            let cases_of = |held: bool| {
                golden.iter().filter(|g| g.4 == held).map(|g| g.3).collect::<BTreeSet<_>>().len()
            };
            (counts.training_cases, counts.held_out_cases) = (cases_of(false), cases_of(true));
            counts.held_out_outputs = golden.iter().filter(|g| g.4).count();
            counts.training_outputs = golden.len() - counts.held_out_outputs;
            let mut training = None;
            for row in every(|page| view.runs(Some(RunKind::Train), page))?
                .into_iter()
                .filter(|r| r.state == RunState::Done)
            {
                let run = view.run(row.id)?;
                let request: TrainStart = serde_json::from_value(run.config.clone())?;
                if request.rubric == *which {
                    let report: TrainReport = serde_json::from_value(run.figures.clone())?;
                    training = Some((run, report));
                }
            }
            let mut judges = Vec::new();
            for row in every(|page| view.runs(Some(RunKind::Judge), page))?
                .into_iter()
                .filter(|r| r.state == RunState::Done)
            {
                let run = view.run(row.id)?;
                let request: JudgeStart = serde_json::from_value(run.config.clone())?;
                if request.rubric != *which || request.which != Which::HeldOut {
                    continue;
                }
                let mut verdicts: BTreeMap<OutputId, Vec<Verdict>> = BTreeMap::new();
                for verdict in every(|page| view.verdicts(run.id, page))? {
                    verdicts.entry(verdict.output).or_default().push(verdict);
                }
                verdicts.values_mut().for_each(|list| list.sort_by_key(|v| v.sample));
                let report = serde_json::from_value(run.figures.clone())?;
                judges.push(JudgeRun { run, request, report, verdicts });
            }
            Ok(Rest {
                project: open.project.name().to_owned(),
                synthetic: view.setting(SYNTHETIC)?.is_some_and(|v| v == true),
                rubric,
                golden,
                case_keys,
                output_keys,
                counts,
                training,
                judges,
            })
        })
    }
}

impl Rest {
    /// The held-out outputs a judge rated, with case key and gold.
    fn judged<'r>(
        &'r self,
        judge: &'r JudgeRun,
    ) -> impl Iterator<Item = (&'r str, &'r Answers, &'r [Verdict])> {
        self.golden.iter().filter(|g| g.4).filter_map(|(id, gold, _, case, _)| {
            let verdicts = judge.verdicts.get(id)?;
            Some((self.case_keys.get(case).map_or("", String::as_str), gold, verdicts.as_slice()))
        })
    }

    /// Gold and samples as numbers; `value` gives the number of an answer.
    fn numbers(&self, judge: &JudgeRun, value: &dyn Fn(&Answers) -> Option<f64>) -> Vec<Judged> {
        let rows: Vec<_> = self
            .judged(judge)
            .filter_map(|(case, gold, verdicts)| Some((case, value(gold)?, verdicts)))
            .collect();
        let cases: Vec<&str> = rows.iter().map(|r| r.0).collect();
        let clusters = clusters_of(&cases);
        rows.into_iter()
            .zip(clusters)
            .map(|((_, gold, verdicts), case)| {
                let sample = |k: u32| {
                    verdicts.iter().find(|v| v.sample == k).and_then(|v| value(&v.answers))
                };
                Judged { case, gold, samples: (0..judge.request.samples).map(sample).collect() }
            })
            .collect()
    }

    /// The change of absolute error from the first judge to the last, on the
    /// outputs both rated.
    fn change(&self, primary: &str, how: &Resampling) -> Option<shinsa_stats::PairedTest> {
        let (first, last) = (self.judges.first()?, self.judges.last()?);
        if self.judges.len() < 2 {
            return None;
        }
        let criterion = self.rubric.criterion(primary)?;
        let number = |answers: &Answers| value(criterion, answers.get(primary)?);
        let (mut before, mut after, mut cases) = (Vec::new(), Vec::new(), Vec::new());
        for (id, gold, _, case, held) in &self.golden {
            let (Some(a), Some(b), Some(gold), true) =
                (first.verdicts.get(id), last.verdicts.get(id), number(gold), *held)
            else {
                continue;
            };
            let error = |verdicts: &[Verdict]| {
                Judged {
                    case: 0,
                    gold,
                    samples: verdicts.iter().map(|v| number(&v.answers)).collect(),
                }
                .error()
            };
            if let (Some(a), Some(b)) = (error(a), error(b)) {
                before.push(a);
                after.push(b);
                cases.push(self.case_keys.get(case).map_or("", String::as_str));
            }
        }
        Some(sign_flip(&before, &after, &clusters_of(&cases), how))
    }

    /// How often gold says harm.
    fn harm(&self) -> Option<HarmFigures> {
        let title = harm_title(&self.rubric)?;
        let decided: Vec<bool> =
            self.golden.iter().filter_map(|g| score(&self.rubric, &g.1).harm).collect();
        let events = decided.iter().filter(|h| **h).count();
        Some(HarmFigures {
            title,
            events,
            rate: clopper_pearson(events, decided.len(), LEVEL, Side::Upper),
        })
    }

    /// Hash of what was compared: outputs' keys with their gold, in order.
    fn data_hash(&self) -> Result<String, StudioError> {
        let rows: Vec<(&str, &Answers)> = self
            .golden
            .iter()
            .map(|g| (self.output_keys.get(&g.0).map_or("", String::as_str), &g.1))
            .collect();
        Ok(hash_json(&rows)?.0)
    }
}

fn judge_figures(
    rest: &Rest,
    judge: &JudgeRun,
    model: ModelFigure,
    how: &Resampling,
) -> JudgeFigures {
    let rubric = &rest.rubric;
    let criteria = rubric.asked().filter_map(|criterion| {
        let Some(Scale::Ordinal(labels)) = scale(criterion) else { return None };
        let rows = rest.numbers(judge, &|answers| value(criterion, answers.get(&criterion.id)?));
        Some(CriterionComparison {
            id: criterion.id.clone(),
            title: criterion.label.clone(),
            levels: levels(criterion),
            comparison: Comparison::of(&rows, &labels, how),
        })
    });
    let harm = harm_title(rubric).map(|_| {
        let rows = rest
            .numbers(judge, &|answers| score(rubric, answers).harm.map(|h| f64::from(u8::from(h))));
        FlagComparison::of(&rows, how)
    });
    let passport = judge.report.as_ref().map(|r| &r.passport);
    // In the order of import: ids are new in every run, and sums depend on their order.
    let all: Vec<f64> =
        rest.judged(judge).flat_map(|(_, _, verdicts)| verdicts).map(|v| v.mass).collect();
    #[allow(clippy::cast_precision_loss)] // a few thousand verdicts
    let mass = (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64);
    JudgeFigures {
        name: judge.run.name.clone(),
        model,
        adapter: passport.and_then(|p| p["judge"]["adapter"].as_str()).map(str::to_owned),
        judge: judge.report.as_ref().map(|r| r.judge_hash.clone()).unwrap_or_default(),
        samples: judge.request.samples as usize,
        criteria: criteria.collect(),
        harm,
        mass,
    }
}

fn levels(criterion: &Criterion) -> Vec<Text> {
    match &criterion.kind {
        Kind::Scale { levels } => levels.iter().map(|l| l.label.clone()).collect(),
        _ => Vec::new(),
    }
}

fn page_lang(lang: Lang) -> shinsa_i18n::Lang {
    match lang {
        Lang::Ja => shinsa_i18n::Lang::Ja,
        Lang::En => shinsa_i18n::Lang::En,
    }
}

/// What people call harm in this rubric: the label of the first criterion of its rule.
fn harm_title(rubric: &Rubric) -> Option<Text> {
    let condition = rubric.scoring.harm.when.first()?;
    rubric.criterion(condition.criterion()).map(|c| c.label.clone())
}
