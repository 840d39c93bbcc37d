//! What a mean would be if the missing values were known: bounds both ways.

use serde::{Deserialize, Serialize};

use crate::bootstrap::{Resampling, cluster_bootstrap};
use crate::estimate::{Undefined, mean};
use crate::{Estimate, Judged};

/// A value that was asked for: seen, or missing between two limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// The value's case, as a number (see [`crate::clusters_of`]).
    pub case: usize,
    /// The value; `None` where it is missing.
    pub value: Option<f64>,
    /// The least it could have been.
    pub least: f64,
    /// The most it could have been.
    pub most: f64,
}

/// A mean with what is missing put at either limit. Nothing is assumed of why a
/// value is missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Values asked for.
    pub asked: usize,
    /// Of those, missing: counted, never filled in.
    pub missing: usize,
    /// The mean of those seen.
    pub seen: Estimate,
    /// The mean if every missing value were the least it could be.
    pub least: Estimate,
    /// The mean if every missing value were the most it could be.
    pub most: Estimate,
}

/// The worst-case bounds of a mean: with m of n values missing,
/// least = (sum of those seen + sum of the missing ones' least) / n, most likewise.
/// Both ends carry their own interval over cases; the lower end of `least` and the
/// upper end of `most` cover what is missing and what is chance together.
///
/// Undefined: nothing asked (`TooFewItems`); all missing leaves `seen` undefined and
/// the bounds at the limits; a limit the wrong way round (`BadValue`).
/// Source: Manski, Nonparametric bounds on treatment effects, AER P&P 80 (1990) 319,
/// eq. 3 for a bounded outcome; intervals as in Horowitz and Manski, JASA 95 (2000) 77.
pub fn manski_mean(rows: &[Asked], how: &Resampling, method: &str) -> Bounds {
    let clusters: Vec<usize> = rows.iter().map(|row| row.case).collect();
    let filled = |name: &str, of: &dyn Fn(&Asked) -> Option<f64>| {
        let values: Vec<Option<f64>> = rows.iter().map(of).collect();
        cluster_bootstrap(&clusters, how, &format!("{method}/{name}"), &|picked| {
            let wrong = |row: &Asked| row.least > row.most;
            if picked.iter().any(|&row| wrong(&rows[row])) {
                return Err(Undefined::BadValue);
            }
            mean(&picked.iter().filter_map(|&row| values[row]).collect::<Vec<_>>())
        })
    };
    let seen: Vec<&Asked> = rows.iter().filter(|row| row.value.is_some()).collect();
    let mut observed = filled("seen", &|row| row.value);
    observed.n = seen.len();
    Bounds {
        asked: rows.len(),
        missing: rows.len() - seen.len(),
        seen: observed,
        least: filled("missing-least", &|row| Some(row.value.unwrap_or(row.least))),
        most: filled("missing-most", &|row| Some(row.value.unwrap_or(row.most))),
    }
}

/// The bounds of what a judge's verdicts on one criterion come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgedBounds {
    /// Share of verdicts equal to gold.
    pub exact: Bounds,
    /// Share of verdicts at most one level away.
    pub within_one: Bounds,
    /// Mean absolute error in the scale's unit.
    pub mae: Bounds,
}

impl JudgedBounds {
    /// On the scale `labels`, lowest first. A missing verdict may have been right or
    /// as wrong as the scale allows, given gold.
    pub fn of(judged: &[Judged], labels: &[f64], how: &Resampling) -> JudgedBounds {
        let low = labels.iter().copied().fold(f64::INFINITY, f64::min);
        let high = labels.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let place = |value: f64| labels.iter().position(|l| *l == value);
        let rows = |limits: &dyn Fn(f64) -> (f64, f64), of: &dyn Fn(f64, f64) -> f64| {
            let row = |item: &Judged, sample: &Option<f64>| {
                let (least, most) = limits(item.gold);
                Asked { case: item.case, value: sample.map(|s| of(item.gold, s)), least, most }
            };
            let all = judged.iter().flat_map(|item| item.samples.iter().map(move |s| row(item, s)));
            all.collect::<Vec<Asked>>()
        };
        let share = |_: f64| (0.0, 1.0);
        let yes = |holds: bool| f64::from(u8::from(holds));
        let near = |gold: f64, said: f64| match (place(gold), place(said)) {
            (Some(a), Some(b)) => yes(a.abs_diff(b) <= 1),
            _ => 0.0,
        };
        let far = |gold: f64| (0.0, (gold - low).abs().max((high - gold).abs()));
        JudgedBounds {
            exact: manski_mean(&rows(&share, &|g, s| yes(g == s)), how, "exact-agreement"),
            within_one: manski_mean(&rows(&share, &near), how, "within-one"),
            mae: manski_mean(&rows(&far, &|g, s| (g - s).abs()), how, "mean-absolute-error"),
        }
    }
}

/// The bounds of what a judge's yes/no answers come to, one per output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlagBounds {
    /// Share of outputs flagged.
    pub flagged: Bounds,
    /// Share of gold's flagged outputs that are flagged.
    pub sensitivity: Bounds,
    /// Share of gold's unflagged outputs that are not.
    pub specificity: Bounds,
}

impl FlagBounds {
    /// Of flags given as 0 and 1. An output is flagged when at least half of its verdicts
    /// are a yes, as in [`crate::FlagComparison`]; it is missing while those that lack
    /// could still decide it.
    pub fn of(judged: &[Judged], how: &Resampling) -> FlagBounds {
        let answer = |item: &Judged| {
            let yes = item.samples.iter().flatten().filter(|&&s| s > 0.5).count();
            let missing = item.samples.iter().filter(|s| s.is_none()).count();
            let all = item.samples.len();
            if all == 0 {
                None
            } else if 2 * yes >= all {
                Some(true)
            } else if 2 * (yes + missing) < all {
                Some(false)
            } else {
                None
            }
        };
        let share = |of: &dyn Fn(&Judged) -> bool, hit: bool, method: &str| {
            let rows: Vec<Asked> = judged
                .iter()
                .filter(|item| of(item))
                .map(|item| Asked {
                    case: item.case,
                    value: answer(item).map(|said| f64::from(u8::from(said == hit))),
                    least: 0.0,
                    most: 1.0,
                })
                .collect();
            manski_mean(&rows, how, method)
        };
        FlagBounds {
            flagged: share(&|_| true, true, "flagged"),
            sensitivity: share(&|item| item.gold > 0.5, true, "sensitivity"),
            specificity: share(&|item| item.gold <= 0.5, false, "specificity"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_missing_only_while_its_missing_verdicts_could_decide_it() {
        let item =
            |case, gold, samples: &[Option<f64>]| Judged { case, gold, samples: samples.to_vec() };
        let judged = [
            // Two yes of four: flagged whatever the others are. One of four: open.
            item(0, 1.0, &[Some(1.0), Some(1.0), None, None]),
            item(1, 1.0, &[Some(1.0), Some(0.0), Some(0.0), None]),
            item(2, 0.0, &[Some(0.0), Some(0.0), Some(0.0), None]),
            item(3, 0.0, &[None, None, None, None]),
        ];
        let all = FlagBounds::of(&judged, &Resampling::seeded(1));
        assert_eq!((all.flagged.asked, all.flagged.missing), (4, 2));
        assert_eq!((all.flagged.least.value, all.flagged.most.value), (Some(0.25), Some(0.75)));
        assert_eq!(
            (all.sensitivity.least.value, all.sensitivity.most.value),
            (Some(0.5), Some(1.0))
        );
        assert_eq!(
            (all.specificity.least.value, all.specificity.most.value),
            (Some(0.5), Some(1.0))
        );
    }

    fn asked(case: usize, value: Option<f64>) -> Asked {
        Asked { case, value, least: 1.0, most: 5.0 }
    }

    #[test]
    fn a_quarter_missing_by_hand() {
        let rows = [asked(0, Some(3.0)), asked(1, Some(4.0)), asked(2, Some(5.0)), asked(3, None)];
        let bounds = manski_mean(&rows, &Resampling::seeded(1), "mean");
        assert_eq!((bounds.asked, bounds.missing, bounds.seen.n), (4, 1, 3));
        assert_eq!(bounds.seen.value, Some(4.0));
        assert_eq!((bounds.least.value, bounds.most.value), (Some(13.0 / 4.0), Some(17.0 / 4.0)));
        assert_eq!(bounds.seen.method, "mean/seen/cluster-bootstrap");
    }

    #[test]
    fn nothing_missing_makes_the_bounds_one_number() {
        let rows: Vec<Asked> = (0..9).map(|i| asked(i, Some((i % 5 + 1) as f64))).collect();
        let bounds = manski_mean(&rows, &Resampling::seeded(3), "mean");
        assert_eq!(bounds.missing, 0);
        assert_eq!(bounds.least.value, bounds.most.value);
        assert_eq!((bounds.least.low, bounds.least.high), (bounds.seen.low, bounds.seen.high));
    }

    #[test]
    fn all_missing_leaves_only_the_limits_and_nothing_asked_nothing() {
        let rows = [asked(0, None), asked(1, None)];
        let bounds = manski_mean(&rows, &Resampling::seeded(1), "mean");
        assert_eq!(bounds.seen.reason.as_deref(), Some("too-few-items"));
        assert_eq!((bounds.least.value, bounds.most.value), (Some(1.0), Some(5.0)));
        let none = manski_mean(&[], &Resampling::seeded(1), "mean");
        assert_eq!(none.least.reason.as_deref(), Some("too-few-items"));
        let twisted = [Asked { least: 2.0, most: 1.0, ..asked(0, None) }];
        let twisted = manski_mean(&twisted, &Resampling::seeded(1), "mean");
        assert_eq!(twisted.most.reason.as_deref(), Some("bad-value"));
    }

    #[test]
    fn whatever_the_missing_values_are_the_mean_lies_within() {
        let mut rng = crate::Rng::new(5, 0);
        for _ in 0..200 {
            let whole: Vec<f64> = (0..12).map(|_| (1 + rng.below(5)) as f64).collect();
            let rows: Vec<Asked> = whole
                .iter()
                .enumerate()
                .map(|(i, v)| asked(i, (rng.below(3) > 0).then_some(*v)))
                .collect();
            let bounds =
                manski_mean(&rows, &Resampling { replicates: 1, ..Resampling::seeded(1) }, "m");
            let truth = whole.iter().sum::<f64>() / 12.0;
            assert!(bounds.least.value.unwrap() <= truth + 1e-12);
            assert!(bounds.most.value.unwrap() >= truth - 1e-12);
        }
    }

    #[test]
    fn a_missing_verdicts_error_is_at_most_what_gold_leaves_room_for() {
        let labels = [1.0, 2.0, 3.0, 4.0, 5.0];
        let judged = [
            Judged { case: 0, gold: 4.0, samples: vec![Some(4.0), None] },
            Judged { case: 1, gold: 1.0, samples: vec![Some(3.0), None] },
        ];
        let all = JudgedBounds::of(&judged, &labels, &Resampling::seeded(1));
        assert_eq!((all.mae.asked, all.mae.missing), (4, 2));
        // Seen (0 + 2) / 2; at best (0 + 2 + 0 + 0) / 4; at worst (0 + 2 + 3 + 4) / 4.
        assert_eq!(all.mae.seen.value, Some(1.0));
        assert_eq!((all.mae.least.value, all.mae.most.value), (Some(0.5), Some(2.25)));
        assert_eq!((all.exact.least.value, all.exact.most.value), (Some(0.25), Some(0.75)));
        assert_eq!(all.within_one.seen.value, Some(0.5));
    }
}
