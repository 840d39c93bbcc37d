//! Every figure of a project, put together.

use super::drawn::drawn_figures;
use super::judges::judge_figures;
use crate::agreement::{SEED, primary};
use crate::export::codes;
use crate::judging::pair_figures;
use crate::probe::probe_figures;
use crate::train::TrainStart;
use crate::{Studio, StudioError};
use serde_json::Value;
use shinsa_domain::{RubricRef, Run};
use shinsa_report::{
    CriterionAgreement, EvaluationFigure, ExpertFigures, FORMAT, Figures, HashFigure, JudgeFigures,
    ModelFigure, RaterFigure, RubricFigure, StepFigure, TrainingFigures,
};
use shinsa_stats::Resampling;
use shinsa_train::TrainReport;
use std::collections::BTreeMap;

impl Studio {
    /// The figures of a rubric.
    pub(super) fn figures(&self, which: &RubricRef) -> Result<Figures, StudioError> {
        let rest = self.rest(which)?;
        let table = self.rating_table(which)?;
        let probes = self.with(|open| {
            let viewer = open.lead()?;
            probe_figures(open, &viewer, &rest.rubric)
        })?;
        let names: Vec<String> = rest.judges.iter().map(|j| j.run.id.to_string()).collect();
        let pairs = pair_figures(&self.judged_material(which, &names)?);
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
                .map(|(question, agreement)| CriterionAgreement {
                    of_items: question.of_items(),
                    id: question.id,
                    title: question.title,
                    agreement,
                })
                .collect(),
            pairs: table.pairs(&primary, &how)?,
        };
        let draws = self.chunks(|view, page| view.draws(which, page))?;
        let drawn = drawn_figures(&table, self.drawn_counts(which)?, &draws, &how);
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
            drawn,
            primary,
            experts,
            training,
            judges,
            pairs,
            probes,
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
        let base =
            passport.map(|p| if p["judge"].is_object() { &p["judge"]["base"] } else { &p["base"] });
        // A model at an endpoint is known by its name there; its weights are not.
        if let Some((host, name)) =
            base.and_then(|b| Some((b["endpoint"].as_str()?, b["model"].as_str()?)))
        {
            let (name, weights) = (format!("{name} ({host})"), "remote".to_owned());
            return ModelFigure { name, weights, parameters: 0 };
        }
        let card = self.model_path(path).ok().and_then(|p| shinsa_lm::inspect(&p).ok());
        ModelFigure {
            name: card.as_ref().map(|c| c.name.clone()).unwrap_or_default(),
            weights: base.and_then(|b| b["weights"].as_str()).unwrap_or_default().to_owned(),
            parameters: card.map_or(0, |c| c.parameters),
        }
    }
}
