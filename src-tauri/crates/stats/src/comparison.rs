//! A judge's sampled verdicts against gold on one criterion.

use serde::{Deserialize, Serialize};

use crate::bootstrap::{Resampling, cluster_bootstrap};
use crate::{
    Confusion, Estimate, Side, Spread, Undefined, Weights, balanced_f1, clopper_pearson, kappa,
    mean_absolute_error,
};

/// One output: what gold says, and what the judge said in each sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// The output's case, as a number (see [`crate::clusters_of`]).
    pub case: usize,
    /// Gold's value.
    pub gold: f64,
    /// The judge's values, sample by sample; `None` where there is no valid verdict.
    pub samples: Vec<Option<f64>>,
}

/// How well a judge matches gold. Every pair (output, sample) counts once; intervals
/// resample cases, samples and outputs of a case together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Outputs compared.
    pub outputs: usize,
    /// Verdicts asked for.
    pub verdicts: usize,
    /// Verdicts that are missing: counted, never scored as wrong.
    pub missing: usize,
    /// Quadratic weighted kappa over the whole scale.
    pub qwk: Estimate,
    /// Share of verdicts equal to gold.
    pub exact: Estimate,
    /// The same if every missing verdict were wrong.
    pub exact_if_missing_wrong: Option<f64>,
    /// The same if every missing verdict were right.
    pub exact_if_missing_right: Option<f64>,
    /// Share of verdicts at most one level away.
    pub within_one: Estimate,
    /// Mean absolute error in units of the scale.
    pub mae: Estimate,
    /// Mean F1 over the levels that occur.
    pub macro_f1: Estimate,
    /// Gold against judged.
    pub confusion: Option<Confusion>,
    /// How steady repeated samples are.
    pub spread: Spread,
}

/// A statistic of gold and judged values, paired.
type Statistic<'a> = &'a dyn Fn(&[f64], &[f64]) -> Result<f64, Undefined>;

impl Comparison {
    /// Compares on the scale `labels` (all levels, lowest first). `missing` verdicts are
    /// left out of every figure but the two bounds.
    pub fn of(judged: &[Judged], labels: &[f64], how: &Resampling) -> Comparison {
        let pairs: Vec<(usize, f64, f64)> = judged
            .iter()
            .flat_map(|item| {
                item.samples.iter().flatten().map(move |&sample| (item.case, item.gold, sample))
            })
            .collect();
        let clusters: Vec<usize> = pairs.iter().map(|pair| pair.0).collect();
        let gold: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
        let said: Vec<f64> = pairs.iter().map(|pair| pair.2).collect();
        let estimate = |method: &str, of: Statistic<'_>| {
            cluster_bootstrap(&clusters, how, method, &|rows| {
                let (a, b): (Vec<f64>, Vec<f64>) =
                    rows.iter().map(|&row| (gold[row], said[row])).unzip();
                of(&a, &b)
            })
        };
        let exact = estimate("exact-agreement", &|a, b| Confusion::of(a, b, labels)?.within(0));
        let verdicts: usize = judged.iter().map(|item| item.samples.len()).sum();
        let missing = verdicts - pairs.len();
        let right = exact.value.map_or(0.0, |share| share * pairs.len() as f64);
        let bound = |right: f64| (verdicts > 0).then(|| right / verdicts as f64);
        let samples: Vec<Vec<f64>> =
            judged.iter().map(|item| item.samples.iter().flatten().copied().collect()).collect();
        Comparison {
            outputs: judged.len(),
            verdicts,
            missing,
            qwk: estimate("quadratic-weighted-kappa", &|a, b| {
                kappa(a, b, labels, Weights::Quadratic)
            }),
            exact_if_missing_wrong: bound(right),
            exact_if_missing_right: bound(right + missing as f64),
            exact,
            within_one: estimate("within-one", &|a, b| Confusion::of(a, b, labels)?.within(1)),
            mae: estimate("mean-absolute-error", &mean_absolute_error),
            macro_f1: estimate("macro-f1", &|a, b| Confusion::of(a, b, labels)?.macro_f1()),
            confusion: Confusion::of(&gold, &said, labels).ok(),
            spread: Spread::of(&samples),
        }
    }
}

impl Judged {
    /// The mean over samples of |sample - gold|, or `None` where every verdict is
    /// missing: what a paired test before/after rests on.
    pub fn error(&self) -> Option<f64> {
        let gaps: Vec<f64> = self.samples.iter().flatten().map(|s| (s - self.gold).abs()).collect();
        crate::estimate::mean(&gaps).ok()
    }
}

/// How a judge's yes/no answers (1 and 0) match gold. A judge's answer to an output is
/// the majority of its samples; a tie counts as yes, since a missed harm costs more than
/// a second look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlagComparison {
    /// Outputs with at least one verdict.
    pub outputs: usize,
    /// Verdicts that are missing.
    pub missing: usize,
    /// Share of outputs the judge flags; exact two-sided interval.
    pub flagged: Estimate,
    /// Share of gold's flagged outputs that the judge flags too; exact two-sided.
    pub sensitivity: Estimate,
    /// Share of gold's unflagged outputs that the judge leaves unflagged; exact two-sided.
    pub specificity: Estimate,
    /// Balanced F1 with an interval over cases.
    pub balanced_f1: Estimate,
}

impl FlagComparison {
    /// Compares flags given as 0 and 1 (anything above 1/2 is a yes).
    pub fn of(judged: &[Judged], how: &Resampling) -> FlagComparison {
        let answers: Vec<(usize, bool, bool)> = judged
            .iter()
            .filter_map(|item| {
                let yes = item.samples.iter().flatten().filter(|&&s| s > 0.5).count();
                let all = item.samples.iter().flatten().count();
                (all > 0).then_some((item.case, item.gold > 0.5, 2 * yes >= all))
            })
            .collect();
        let share = |of: &dyn Fn(&(usize, bool, bool)) -> bool, hit: &dyn Fn(bool) -> bool| {
            let chosen: Vec<bool> = answers.iter().filter(|a| of(a)).map(|a| a.2).collect();
            let hits = chosen.iter().filter(|&&said| hit(said)).count();
            clopper_pearson(hits, chosen.len(), how.level, Side::Both)
        };
        let clusters: Vec<usize> = answers.iter().map(|answer| answer.0).collect();
        FlagComparison {
            outputs: answers.len(),
            missing: judged.iter().flat_map(|item| &item.samples).filter(|s| s.is_none()).count(),
            flagged: share(&|_| true, &|said| said),
            sensitivity: share(&|answer| answer.1, &|said| said),
            specificity: share(&|answer| !answer.1, &|said| !said),
            balanced_f1: cluster_bootstrap(&clusters, how, "balanced-f1", &|rows| {
                let (gold, said): (Vec<bool>, Vec<bool>) =
                    rows.iter().map(|&row| (answers[row].1, answers[row].2)).unzip();
                balanced_f1(&gold, &said)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 5.0];

    #[test]
    fn a_missing_verdict_is_missing_counted_and_bounded_both_ways() {
        let judged: Vec<Judged> = (0..6)
            .map(|case| Judged {
                case,
                gold: f64::from(case as u8 % 5 + 1),
                samples: vec![Some(f64::from(case as u8 % 5 + 1)), None],
            })
            .collect();
        let all = Comparison::of(&judged, &SCALE, &Resampling::seeded(1));
        assert_eq!((all.outputs, all.verdicts, all.missing), (6, 12, 6));
        assert_eq!(all.exact.value, Some(1.0));
        assert_eq!(
            (all.exact_if_missing_wrong, all.exact_if_missing_right),
            (Some(0.5), Some(1.0))
        );
        assert_eq!(judged[0].error(), Some(0.0));
    }

    #[test]
    fn a_judge_without_any_verdict_is_undefined_and_not_bad() {
        let judged = [Judged { case: 0, gold: 1.0, samples: vec![None, None] }];
        let all = Comparison::of(&judged, &SCALE, &Resampling::seeded(1));
        assert_eq!(all.qwk.reason.as_deref(), Some("too-few-items"));
        assert_eq!(all.exact_if_missing_right, Some(1.0));
        assert_eq!(judged[0].error(), None);
    }

    #[test]
    fn a_tie_between_samples_counts_as_flagged() {
        let item = |case, gold, samples: [f64; 2]| Judged {
            case,
            gold,
            samples: samples.map(Some).to_vec(),
        };
        let judged = [
            item(0, 1.0, [1.0, 0.0]),
            item(1, 1.0, [0.0, 0.0]),
            item(2, 0.0, [0.0, 0.0]),
            item(3, 0.0, [1.0, 1.0]),
        ];
        let all = FlagComparison::of(&judged, &Resampling::seeded(1));
        assert_eq!(all.sensitivity.value, Some(0.5));
        assert_eq!(all.specificity.value, Some(0.5));
        assert_eq!((all.flagged.value, all.outputs, all.missing), (Some(0.5), 4, 0));
        assert_eq!(all.balanced_f1.value, Some(0.5));
    }

    #[test]
    fn without_gold_harm_sensitivity_is_undefined() {
        let judged = [Judged { case: 0, gold: 0.0, samples: vec![Some(0.0)] }];
        let all = FlagComparison::of(&judged, &Resampling::seeded(1));
        assert_eq!(all.sensitivity.reason.as_deref(), Some("too-few-items"));
        assert_eq!(all.balanced_f1.reason.as_deref(), Some("empty-class"));
    }
}
