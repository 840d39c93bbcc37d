//! Judges against gold, and gold's own harm.

use super::gather::Rest;
use crate::StudioError;
use crate::agreement::{scale, value};
use crate::judging::{JudgedRun, own_of};
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{Answers, Rubric, Text, Verdict, hash_json, score};
use shinsa_report::{CriterionComparison, HarmFigures, JudgeFigures, ModelFigure, OwnFigure};
use shinsa_stats::{
    Comparison, FlagBounds, FlagComparison, Judged, JudgedBounds, Resampling, Scale, Side,
    clopper_pearson, clusters_of, sign_flip,
};

const LEVEL: f64 = 0.95;

impl Rest {
    /// The held-out outputs a judge was given, with case key and gold; without verdicts
    /// where all are missing.
    fn judged<'r>(
        &'r self,
        judge: &'r JudgedRun,
    ) -> impl Iterator<Item = (&'r str, &'r Answers, &'r [Verdict])> {
        self.golden.iter().filter(|g| g.4 && judge.asked.contains(&g.0)).map(
            |(id, gold, _, case, _)| {
                let verdicts = judge.verdicts.get(id).map_or(&[][..], Vec::as_slice);
                (self.case_keys.get(case).map_or("", String::as_str), gold, verdicts)
            },
        )
    }

    /// Gold and samples as numbers: `gold` gives the number of gold's answers,
    /// `sample` that of a verdict.
    fn numbers(
        &self,
        judge: &JudgedRun,
        gold: &dyn Fn(&Answers) -> Option<f64>,
        sample: &dyn Fn(&Verdict) -> Option<f64>,
    ) -> Vec<Judged> {
        let rows: Vec<_> = self
            .judged(judge)
            .filter_map(|(case, answers, verdicts)| Some((case, gold(answers)?, verdicts)))
            .collect();
        let cases: Vec<&str> = rows.iter().map(|r| r.0).collect();
        let clusters = clusters_of(&cases);
        rows.into_iter()
            .zip(clusters)
            .map(|((_, gold, verdicts), case)| {
                let of = |k: u32| verdicts.iter().find(|v| v.sample == k).and_then(sample);
                Judged { case, gold, samples: (0..judge.request.samples).map(of).collect() }
            })
            .collect()
    }

    /// The change of absolute error from the first judge to the last, on the
    /// outputs both rated.
    pub(super) fn change(
        &self,
        primary: &str,
        how: &Resampling,
    ) -> Option<shinsa_stats::PairedTest> {
        let (first, last) = (self.judges.first()?, self.judges.last()?);
        if self.judges.len() < 2 {
            return None;
        }
        let criterion = self.rubric.criterion(primary)?;
        let number = |answers: &Answers| value(criterion, answers.get(primary)?);
        let (before_is, after_is) = (first.number(criterion), last.number(criterion));
        let (mut before, mut after, mut cases) = (Vec::new(), Vec::new(), Vec::new());
        for (id, gold, _, case, held) in &self.golden {
            let (Some(a), Some(b), Some(gold), true) =
                (first.verdicts.get(id), last.verdicts.get(id), number(gold), *held)
            else {
                continue;
            };
            let error = |verdicts: &[Verdict], number: &dyn Fn(&Verdict) -> Option<f64>| {
                Judged { case: 0, gold, samples: verdicts.iter().map(number).collect() }.error()
            };
            if let (Some(a), Some(b)) = (error(a, &before_is), error(b, &after_is)) {
                before.push(a);
                after.push(b);
                cases.push(self.case_keys.get(case).map_or("", String::as_str));
            }
        }
        Some(sign_flip(&before, &after, &clusters_of(&cases), how))
    }

    /// How often gold says harm.
    pub(super) fn harm(&self) -> Option<HarmFigures> {
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
    pub(super) fn data_hash(&self) -> Result<String, StudioError> {
        let rows: Vec<(&str, &Answers)> = self
            .golden
            .iter()
            .map(|g| (self.output_keys.get(&g.0).map_or("", String::as_str), &g.1))
            .collect();
        Ok(hash_json(&rows)?.0)
    }
}

/// The figures of one judge.
pub(super) fn judge_figures(
    rest: &Rest,
    judge: &JudgedRun,
    model: ModelFigure,
    how: &Resampling,
) -> JudgeFigures {
    let rubric = &rest.rubric;
    let criteria = rubric.asked().filter_map(|criterion| {
        let Some(Scale::Ordinal(labels)) = scale(criterion) else { return None };
        let gold = |answers: &Answers| value(criterion, answers.get(&criterion.id)?);
        let rows = rest.numbers(judge, &gold, &judge.number(criterion));
        Some(CriterionComparison {
            id: criterion.id.clone(),
            title: criterion.label.clone(),
            levels: levels(criterion),
            comparison: Comparison::of(&rows, &labels, how),
            bounds: Some(JudgedBounds::of(&rows, &labels, how)),
        })
    });
    let harm = harm_title(rubric).map(|_| {
        let harm = |answers: &Answers| score(rubric, answers).harm.map(|h| f64::from(u8::from(h)));
        let rows = rest.numbers(judge, &harm, &|verdict| harm(&verdict.answers));
        (FlagComparison::of(&rows, how), FlagBounds::of(&rows, how))
    });
    let (harm, harm_bounds) = harm.unzip();
    let own =
        own_of(&judge.passport("inputs")).map(|(outputs, allowed)| OwnFigure { outputs, allowed });
    let passport = judge.report.as_ref().map(|r| &r.passport);
    // In the order of import: ids are new in every run, and sums depend on their order.
    let all: Vec<f64> =
        rest.judged(judge).flat_map(|(_, _, verdicts)| verdicts).filter_map(|v| v.mass).collect();
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
        harm_bounds,
        own,
        mass,
    }
}

fn levels(criterion: &Criterion) -> Vec<Text> {
    match &criterion.kind {
        Kind::Scale { levels } => levels.iter().map(|l| l.label.clone()).collect(),
        _ => Vec::new(),
    }
}

/// What people call harm in this rubric: the label of the first criterion of its rule.
pub(super) fn harm_title(rubric: &Rubric) -> Option<Text> {
    let condition = rubric.scoring.harm.when.first()?;
    rubric.criterion(condition.criterion()).map(|c| c.label.clone())
}
