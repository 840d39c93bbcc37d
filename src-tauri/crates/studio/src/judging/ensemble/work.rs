//! The work of combining: weights, answers, reasons to look, figures.

use super::{
    Calibrated, EnsembleCriterion, EnsembleJudge, EnsembleRecipe, EnsembleReply, EnsembleRequest,
    EnsembleRow, EnsembleTotals, JudgeMark, WhyLook,
};
use crate::agreement::SEED;
use crate::judging::against::{AgainstGold, Beside, average};
use crate::judging::{Item, JudgedRun, Material};
use crate::project::small;
use crate::{Interval, StudioError};
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{
    Answer, Answers, Combination, Combined, Score, Voice, combine, distance, hash_json,
    own_answers, score,
};
use shinsa_stats::{
    Resampling, Undefined, cluster_bootstrap, clusters_of, inverse_error_weights, log_odds_weights,
};
use std::collections::{BTreeMap, BTreeSet};

/// Levels between two judges from which a person must look.
const APART: f64 = 1.0;

/// Judges being combined.
pub(super) struct Ensemble<'m> {
    material: &'m Material,
    request: &'m EnsembleRequest,
    apart: f64,
    /// The outputs all judges were given.
    common: Vec<&'m Item>,
    left_out: usize,
    /// Per judge, per criterion.
    weights: Vec<BTreeMap<String, f64>>,
    calibration: Option<Calibrated>,
    /// Cases whose gold went into the weights.
    used: BTreeSet<&'m str>,
    how: Resampling,
}

impl<'m> Ensemble<'m> {
    pub(super) fn of(
        material: &'m Material,
        request: &'m EnsembleRequest,
    ) -> Result<Self, StudioError> {
        let runs = &material.runs;
        let (common, some): (Vec<&Item>, Vec<&Item>) = material
            .items
            .iter()
            .filter(|item| runs.iter().any(|r| r.asked.contains(&item.id)))
            .partition(|item| runs.iter().all(|r| r.asked.contains(&item.id)));
        if common.is_empty() {
            return Err(StudioError::new(
                "ensemble-nothing",
                "These judges have no output in common. Let them judge the same outputs.",
            ));
        }
        let how = Resampling::for_rows(SEED, common.len());
        let mut ensemble = Self {
            material,
            request,
            apart: request.apart.unwrap_or(APART),
            common,
            left_out: some.len(),
            weights: vec![BTreeMap::new(); runs.len()],
            calibration: None,
            used: BTreeSet::new(),
            how,
        };
        if request.how == Combination::Weights && request.weights.is_empty() {
            ensemble.calibrate()?;
        } else {
            let given = &request.weights;
            for criterion in ensemble.criteria() {
                for (i, own) in ensemble.weights.iter_mut().enumerate() {
                    own.insert(criterion.id.clone(), given.get(i).copied().unwrap_or(1.0));
                }
            }
        }
        Ok(ensemble)
    }

    fn criteria(&self) -> Vec<&'m Criterion> {
        let texts = |c: &&Criterion| !matches!(c.kind, Kind::Text { .. });
        self.material.rubric.asked().filter(texts).collect()
    }

    /// Outputs with usable gold and a verdict of every judge.
    fn golden(&self) -> Vec<(&'m Item, &'m Answers)> {
        let common: BTreeSet<_> = self.common.iter().map(|item| item.id).collect();
        let spoke = |run: &JudgedRun, item: &Item| !run.samples(item.id).is_empty();
        self.material
            .measurable()
            .filter(|(item, _)| common.contains(&item.id))
            .filter(|(item, _)| self.material.runs.iter().all(|run| spoke(run, item)))
            .collect()
    }

    /// Estimates weights on half of the cases that have gold.
    fn calibrate(&mut self) -> Result<(), StudioError> {
        let golden = self.golden();
        let mut cases: Vec<&str> = golden.iter().map(|(item, _)| item.case.as_str()).collect();
        cases.sort_by_key(|case| *blake3::hash(format!("calibrate\n{case}").as_bytes()).as_bytes());
        cases.dedup();
        if cases.len() < 2 {
            return Err(StudioError::new(
                "ensemble-no-gold",
                "Weights are estimated on half of the cases that have gold and a verdict of every judge; there must be two cases or more. Give weights, or make gold.",
            )
            .with("cases", cases.len()));
        }
        cases.truncate(cases.len().div_ceil(2));
        self.used = cases.iter().copied().collect();
        let rows: Vec<_> =
            golden.into_iter().filter(|(item, _)| self.used.contains(item.case.as_str())).collect();
        let mut failed = BTreeMap::new();
        for criterion in self.criteria() {
            match self.estimated(criterion, &rows) {
                Ok(weights) => {
                    for (own, weight) in self.weights.iter_mut().zip(weights) {
                        own.insert(criterion.id.clone(), weight);
                    }
                }
                Err(reason) => {
                    // Nobody's vote counts: the criterion stays undecided, and says why.
                    for own in &mut self.weights {
                        own.insert(criterion.id.clone(), 0.0);
                    }
                    failed.insert(criterion.id.clone(), reason.code().to_owned());
                }
            }
        }
        self.calibration =
            Some(Calibrated { outputs: small(rows.len()), cases: small(self.used.len()), failed });
        Ok(())
    }

    /// A weight per judge on one criterion: by the squared error for levels and
    /// numbers, by the log odds of being right for what is voted on.
    fn estimated(
        &self,
        criterion: &Criterion,
        rows: &[(&Item, &Answers)],
    ) -> Result<Vec<f64>, Undefined> {
        let mut errors: Vec<Vec<f64>> = vec![Vec::new(); self.material.runs.len()];
        for (item, gold) in rows {
            let Some(gold) = gold.get(&criterion.id) else { continue };
            let of = |run: &JudgedRun| {
                if run.request.from_probabilities {
                    return run.gap(criterion, run.verdicts.get(&item.id)?.first()?, gold);
                }
                let own = own_answers(&self.material.rubric, &run.samples(item.id));
                distance(criterion, own.get(&criterion.id)?, gold)
            };
            let all: Option<Vec<f64>> = self.material.runs.iter().map(of).collect();
            for (list, error) in errors.iter_mut().zip(all.into_iter().flatten()) {
                list.push(error);
            }
        }
        let classes = match &criterion.kind {
            Kind::Scale { .. } | Kind::Number { .. } => return inverse_error_weights(&errors),
            Kind::Choice { options } => options.len(),
            _ => 2,
        };
        let right = |list: &Vec<f64>| (list.iter().filter(|e| **e == 0.0).count(), list.len());
        log_odds_weights(&errors.iter().map(right).collect::<Vec<_>>(), classes)
    }

    fn combined(&self, item: &Item) -> Combined {
        let voices: Vec<Voice<'_>> = self
            .material
            .runs
            .iter()
            .zip(&self.weights)
            .map(|(run, weights)| Voice {
                samples: run.samples(item.id),
                spread: run.spread(item.id),
                weights,
            })
            .collect();
        combine(&self.material.rubric, &voices, self.request.how)
    }

    fn row(&self, item: &Item, combined: Combined) -> EnsembleRow {
        let rubric = &self.material.rubric;
        let judges: Vec<Option<JudgeMark>> = self
            .material
            .runs
            .iter()
            .map(|run| {
                let samples = run.samples(item.id);
                (!samples.is_empty()).then(|| {
                    let answers = own_answers(rubric, &samples);
                    let Score { total, label, harm } = run.scored(rubric, item.id);
                    JudgeMark { answers, total, label, harm }
                })
            })
            .collect();
        let look = self.look(&combined, &judges);
        EnsembleRow {
            output_id: item.id.to_string(),
            output_key: item.key.clone(),
            excerpt: item.excerpt.clone(),
            behind: small(judges.iter().flatten().count()),
            total: combined.score.total,
            label: combined.score.label,
            harm: combined.score.harm,
            answers: combined.answers,
            numbers: combined.numbers,
            judges,
            gold_total: item.gold.as_ref().and_then(|gold| score(rubric, gold).total),
            look,
        }
    }

    fn look(&self, combined: &Combined, judges: &[Option<JudgeMark>]) -> Vec<WhyLook> {
        let mut look = Vec::new();
        let mut add = |code: &str, criterion: Option<&Criterion>| {
            let criterion = criterion.map(|c| c.id.clone());
            look.push(WhyLook { code: code.to_owned(), criterion });
        };
        for criterion in self.criteria() {
            let gap = combined.apart.get(&criterion.id).copied().unwrap_or(0.0);
            let graded = matches!(criterion.kind, Kind::Scale { .. } | Kind::Number { .. });
            if graded && gap >= self.apart {
                add("levels-apart", Some(criterion));
            } else if !graded && gap > 0.0 {
                add("answers-differ", Some(criterion));
            } else if criterion.required && !combined.answers.contains_key(&criterion.id) {
                add("undecided", Some(criterion));
            }
        }
        let scores: Vec<_> = judges.iter().flatten().collect();
        if scores.windows(2).any(|w| w[0].harm != w[1].harm) {
            add("harm-differs", None);
        }
        if scores.windows(2).any(|w| w[0].label != w[1].label) {
            add("label-differs", None);
        }
        if judges.iter().any(Option::is_none) {
            add("judge-missing", None);
        }
        look
    }

    pub(super) fn reply(&self) -> Result<EnsembleReply, StudioError> {
        let combined: Vec<Combined> = self.common.iter().map(|item| self.combined(item)).collect();
        let measured: Vec<(usize, &'m Answers)> = self
            .golden()
            .into_iter()
            .filter(|(item, _)| !self.used.contains(item.case.as_str()))
            .filter_map(|(item, gold)| {
                Some((self.common.iter().position(|c| c.id == item.id)?, gold))
            })
            .collect();
        let criteria =
            self.criteria().into_iter().map(|c| self.criterion(c, &combined, &measured)).collect();
        let totals = self.totals(&combined);
        let rows: Vec<EnsembleRow> =
            self.common.iter().zip(combined).map(|(item, c)| self.row(item, c)).collect();
        let recipe = self.recipe()?;
        Ok(EnsembleReply {
            recipe_hash: hash_json(&recipe)?.0,
            recipe,
            outputs: small(rows.len()),
            left_out: small(self.left_out),
            flagged: small(rows.iter().filter(|row| !row.look.is_empty()).count()),
            measured: small(measured.len()),
            criteria,
            totals,
            rows,
        })
    }

    /// The mean over outputs with an interval over cases.
    fn mean(&self, method: &str, values: &[Option<f64>]) -> Interval {
        let cases: Vec<&str> = self.common.iter().map(|item| item.case.as_str()).collect();
        let clusters = clusters_of(&cases);
        let mut estimate =
            cluster_bootstrap(&clusters, &self.how, method, &|rows| average(rows, values));
        estimate.n = values.iter().flatten().count();
        (&estimate).into()
    }

    fn criterion(
        &self,
        criterion: &Criterion,
        combined: &[Combined],
        measured: &[(usize, &'m Answers)],
    ) -> EnsembleCriterion {
        let id = &criterion.id;
        let numbers: Vec<Option<f64>> =
            combined.iter().map(|c| c.numbers.get(id).copied()).collect();
        let alike: Vec<Option<f64>> = combined
            .iter()
            .map(|c| c.alike.get(id).map(|alike| f64::from(u8::from(*alike))))
            .collect();
        let how_named = match self.request.how {
            Combination::Mean => "judges-mean",
            Combination::Majority => "judges-majority",
            Combination::Weights => "judges-weighted",
        };
        let own: Vec<Vec<(Answers, Option<f64>)>> = self
            .material
            .runs
            .iter()
            .map(|run| {
                let of = |(row, _): &(usize, &Answers)| {
                    let output = self.common[*row].id;
                    let own = own_answers(&self.material.rubric, &run.samples(output));
                    let first = run.verdicts.get(&output).and_then(|list| list.first());
                    let read = first.filter(|_| run.request.from_probabilities);
                    (own, read.and_then(run.number(criterion)))
                };
                measured.iter().map(of).collect()
            })
            .collect();
        let against = |said: Vec<Option<(&Answer, Option<f64>)>>| {
            let mut rows = Vec::new();
            for ((row, gold), said) in measured.iter().zip(said) {
                if let (Some((said, number)), Some(gold)) = (said, gold.get(id)) {
                    let case = self.common[*row].case.as_str();
                    rows.push(Beside { case, said, number, gold });
                }
            }
            AgainstGold::of(criterion, &rows, &self.how)
        };
        let any = !measured.is_empty();
        EnsembleCriterion {
            id: id.clone(),
            title: criterion.label.clone(),
            mean: numbers.iter().any(Option::is_some).then(|| self.mean(how_named, &numbers)),
            undecided: small(combined.iter().filter(|c| !c.answers.contains_key(id)).count()),
            unanimous: self.mean("judges-unanimous", &alike),
            combined: any.then(|| {
                let of = |(row, _): &(usize, &Answers)| {
                    let c = &combined[*row];
                    Some((c.answers.get(id)?, c.numbers.get(id).copied()))
                };
                against(measured.iter().map(of).collect())
            }),
            single: own
                .iter()
                .filter(|_| any)
                .map(|said| against(said.iter().map(|(a, n)| Some((a.get(id)?, *n))).collect()))
                .collect(),
        }
    }

    fn totals(&self, combined: &[Combined]) -> EnsembleTotals {
        let totals: Vec<Option<f64>> = combined.iter().map(|c| c.score.total).collect();
        let harm: Vec<Option<f64>> =
            combined.iter().map(|c| c.score.harm.map(|h| f64::from(u8::from(h)))).collect();
        let mut labels = BTreeMap::new();
        for label in combined.iter().filter_map(|c| c.score.label.clone()) {
            *labels.entry(label).or_insert(0) += 1;
        }
        EnsembleTotals {
            total: self.mean("mean-total", &totals),
            harm: self.mean("share-harmful", &harm),
            labels,
        }
    }

    fn recipe(&self) -> Result<EnsembleRecipe, StudioError> {
        let mut judges = Vec::new();
        let mut verdicts = Vec::new();
        for (run, weights) in self.material.runs.iter().zip(&self.weights) {
            let text = |part: &str| run.passport(part).as_str().unwrap_or_default().to_owned();
            let report = run.report.as_ref();
            judges.push(EnsembleJudge {
                run: run.run.id.to_string(),
                name: run.run.name.clone(),
                judge: report.map(|r| r.judge_hash.clone()).unwrap_or_default(),
                numeric: [text("numeric_mode"), text("method")].join(" ").trim().to_owned(),
                from_probabilities: run.request.from_probabilities,
                samples: run.request.samples,
                missing: small(run.missing()),
                own: run.own(),
                weights: weights.clone(),
            });
            let said: Vec<_> =
                self.common.iter().map(|item| (item.key.as_str(), run.samples(item.id))).collect();
            verdicts.push(hash_json(&said)?.0);
            if run.request.from_probabilities {
                let spreads: Vec<_> = self.common.iter().map(|item| run.spread(item.id)).collect();
                verdicts.push(hash_json(&spreads)?.0);
            }
        }
        let weights_from = match (self.request.how, self.request.weights.is_empty()) {
            (Combination::Weights, true) => "gold",
            (Combination::Weights, false) => "given",
            _ => "equal",
        };
        Ok(EnsembleRecipe {
            how: self.request.how,
            weights_from: weights_from.to_owned(),
            calibration: self.calibration.clone(),
            apart: self.apart,
            mixed: judges.windows(2).any(|w| w[0].from_probabilities != w[1].from_probabilities),
            rubric: self.material.rubric.hash()?.0,
            verdicts: hash_json(&verdicts)?.0,
            judges,
        })
    }
}
