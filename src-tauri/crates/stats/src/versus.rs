//! Two judges on the same outputs, each beside gold.

use serde::{Deserialize, Serialize};

use crate::bootstrap::{Resampling, cluster_bootstrap};
use crate::bounds::{Asked, Bounds, manski_mean};
use crate::estimate::mean;
use crate::{Estimate, PairedTest, mcnemar_exact, sign_flip};

/// Where one judge stands on one output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stand {
    /// Mean distance of its verdicts from gold.
    pub error: f64,
    /// Share of its verdicts equal to gold, 0 to 1.
    pub agreement: f64,
    /// Whether its own answer (the majority of its verdicts) is gold's.
    pub right: bool,
}

/// One output that both judges were given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Faced {
    /// The output's case, as a number (see [`crate::clusters_of`]).
    pub case: usize,
    /// The largest error that gold leaves room for.
    pub most: f64,
    /// The first judge; `None` where all its verdicts are missing.
    pub before: Option<Stand>,
    /// The second judge.
    pub after: Option<Stand>,
}

/// What kind of answers are compared, and so which test fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answering {
    /// Levels, numbers and counts: the error, by sign-flips of case means.
    Graded,
    /// Yes or no, or one of several options: right or wrong, by McNemar's exact test
    /// where every case has one output, else by sign-flips of case means.
    RightOrWrong,
}

/// The second judge less the first on one criterion, over outputs that both rated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Versus {
    /// Outputs with a verdict of both.
    pub outputs: usize,
    /// Outputs that lack one of the two.
    pub missing: usize,
    /// Mean error of the first, over cases.
    pub error_before: Estimate,
    /// Mean error of the second.
    pub error_after: Estimate,
    /// Second less first: below zero the second is closer to gold.
    pub error: PairedTest,
    /// Share of verdicts equal to gold, first judge, over cases.
    pub agreement_before: Estimate,
    /// The second's.
    pub agreement_after: Estimate,
    /// Second less first: above zero the second agrees more often.
    pub agreement: PairedTest,
    /// Outputs on which the second is closer to gold.
    pub wins: usize,
    /// Outputs on which the first is.
    pub losses: usize,
    /// Outputs on which both are equally far.
    pub ties: usize,
    /// Outputs that only the first got right.
    pub only_before: usize,
    /// Outputs that only the second got right.
    pub only_after: usize,
    /// p value of the test that fits, for one criterion by itself.
    pub p: Option<f64>,
    /// That test: `sign-flip-exact`, `sign-flip-sampled` or `mcnemar-exact`.
    pub test: String,
    /// p after Holm's correction over the criteria compared; filled in by [`adjust`].
    pub p_holm: Option<f64>,
    /// The error's difference with the lacking outputs put at either limit, over cases;
    /// counts are of outputs.
    pub bounds: Bounds,
}

impl Versus {
    /// Compares on the outputs that both rated; the others are counted and bounded.
    ///
    /// Errors, agreement and their differences are means over cases of case means, so
    /// that difference = second - first, and a case with many outputs counts once.
    /// The tests: [`sign_flip`] (Good 2005) and [`mcnemar_exact`] (McNemar,
    /// Psychometrika 12 (1947) 153, exact binomial form). McNemar's test takes outputs
    /// as independent, which several of one case are not.
    pub fn of(faced: &[Faced], answering: Answering, how: &Resampling) -> Versus {
        let both: Vec<(usize, Stand, Stand)> =
            faced.iter().filter_map(|f| Some((f.case, f.before?, f.after?))).collect();
        let clusters: Vec<usize> = both.iter().map(|row| row.0).collect();
        let column =
            |of: &dyn Fn(&(usize, Stand, Stand)) -> f64| both.iter().map(of).collect::<Vec<f64>>();
        let yes = |holds: bool| f64::from(u8::from(holds));
        let errors = (column(&|r| r.1.error), column(&|r| r.2.error));
        let agreements = (column(&|r| r.1.agreement), column(&|r| r.2.agreement));
        let error = sign_flip(&errors.0, &errors.1, &clusters, how);
        let count =
            |of: &dyn Fn(f64) -> bool| both.iter().filter(|r| of(r.2.error - r.1.error)).count();
        let right = |of: &dyn Fn(bool, bool) -> bool| {
            both.iter().filter(|r| of(r.1.right, r.2.right)).count()
        };
        let only_before = right(&|before, after| before && !after);
        let only_after = right(&|before, after| after && !before);
        let mut cases = clusters.clone();
        cases.sort_unstable();
        cases.dedup();
        let (p, test) = match answering {
            _ if both.is_empty() => (None, error.method.clone()),
            Answering::Graded => (error.p, error.method.clone()),
            Answering::RightOrWrong if cases.len() == both.len() => {
                (Some(mcnemar_exact(only_before, only_after)), "mcnemar-exact".to_owned())
            }
            Answering::RightOrWrong => {
                let test = sign_flip(
                    &column(&|r| yes(r.1.right)),
                    &column(&|r| yes(r.2.right)),
                    &clusters,
                    how,
                );
                (test.p, test.method)
            }
        };
        Versus {
            outputs: both.len(),
            missing: faced.len() - both.len(),
            error_before: over_cases(&errors.0, &clusters, how, "mean-error"),
            error_after: over_cases(&errors.1, &clusters, how, "mean-error"),
            error,
            agreement_before: over_cases(&agreements.0, &clusters, how, "agreement"),
            agreement_after: over_cases(&agreements.1, &clusters, how, "agreement"),
            agreement: sign_flip(&agreements.0, &agreements.1, &clusters, how),
            wins: count(&|change| change < -SAME),
            losses: count(&|change| change > SAME),
            ties: count(&|change| change.abs() <= SAME),
            only_before,
            only_after,
            p,
            test,
            p_holm: None,
            bounds: bounds(faced, how),
        }
    }
}

impl Versus {
    /// Whether the second is closer to gold, by what the test is about: right and wrong
    /// outputs for McNemar's, the mean error else. `None` where they are level.
    pub fn better(&self) -> Option<bool> {
        if self.test == "mcnemar-exact" {
            return (self.only_after != self.only_before)
                .then_some(self.only_after > self.only_before);
        }
        self.error.difference.value.filter(|d| d.abs() > SAME).map(|d| d < 0.0)
    }
}

/// Errors that differ by rounding only are equal.
const SAME: f64 = 1e-9;

/// Fills in Holm's correction over all that have a p value.
pub fn adjust(all: &mut [&mut Versus]) {
    let given: Vec<f64> = all.iter().filter_map(|versus| versus.p).collect();
    let Ok(adjusted) = crate::holm(&given) else { return };
    let mut next = adjusted.into_iter();
    for versus in all.iter_mut().filter(|versus| versus.p.is_some()) {
        versus.p_holm = next.next();
    }
}

/// The mean over cases of case means, with an interval over cases.
pub fn over_cases(values: &[f64], clusters: &[usize], how: &Resampling, method: &str) -> Estimate {
    let mut sums: std::collections::BTreeMap<usize, (f64, usize)> =
        std::collections::BTreeMap::new();
    for (value, &cluster) in values.iter().zip(clusters) {
        let sum = sums.entry(cluster).or_default();
        sum.0 += value;
        sum.1 += 1;
    }
    let means: Vec<f64> = sums.into_values().map(|(sum, count)| sum / count as f64).collect();
    let cases: Vec<usize> = (0..means.len()).collect();
    cluster_bootstrap(&cases, how, &format!("{method}-over-cases"), &|rows| {
        mean(&rows.iter().map(|&row| means[row]).collect::<Vec<_>>())
    })
}

/// Over cases like the difference itself: a case's limits are the means of its outputs'.
fn bounds(faced: &[Faced], how: &Resampling) -> Bounds {
    let mut cases: std::collections::BTreeMap<usize, Vec<Asked>> =
        std::collections::BTreeMap::new();
    for f in faced {
        let (before, after) = (f.before.map(|s| s.error), f.after.map(|s| s.error));
        cases.entry(f.case).or_default().push(Asked {
            case: f.case,
            value: before.zip(after).map(|(b, a)| a - b),
            least: after.unwrap_or(0.0) - before.unwrap_or(f.most),
            most: after.unwrap_or(f.most) - before.unwrap_or(0.0),
        });
    }
    let rows: Vec<Asked> = cases
        .into_iter()
        .map(|(case, outputs)| {
            let over = |of: &dyn Fn(&Asked) -> f64| {
                outputs.iter().map(of).sum::<f64>() / outputs.len() as f64
            };
            let whole = outputs.iter().all(|o| o.value.is_some());
            Asked {
                case,
                value: whole.then(|| over(&|o| o.value.unwrap_or(0.0))),
                least: over(&|o| o.value.unwrap_or(o.least)),
                most: over(&|o| o.value.unwrap_or(o.most)),
            }
        })
        .collect();
    let mut bounds = manski_mean(&rows, how, "error-difference");
    bounds.asked = faced.len();
    bounds.missing = faced.iter().filter(|f| f.before.is_none() || f.after.is_none()).count();
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand(error: f64) -> Option<Stand> {
        Some(Stand { error, agreement: f64::from(u8::from(error == 0.0)), right: error == 0.0 })
    }

    fn faced(case: usize, before: Option<Stand>, after: Option<Stand>) -> Faced {
        Faced { case, most: 4.0, before, after }
    }

    #[test]
    fn four_outputs_by_hand() {
        let rows = [
            faced(0, stand(2.0), stand(0.0)),
            faced(1, stand(1.0), stand(1.0)),
            faced(2, stand(0.0), stand(1.0)),
            faced(3, stand(3.0), stand(1.0)),
        ];
        let all = Versus::of(&rows, Answering::Graded, &Resampling::seeded(1));
        assert_eq!((all.wins, all.losses, all.ties), (2, 1, 1));
        assert_eq!((all.error_before.value, all.error_after.value), (Some(1.5), Some(0.75)));
        assert_eq!(all.error.difference.value, Some(-0.75));
        assert_eq!(all.agreement.difference.value, Some(0.0));
        // |sum| >= 3 of the 16 sign patterns of (-2, 0, 1, -2): 2 * 4 * ... by count: 8.
        assert_eq!((all.p, all.test.as_str()), (Some(0.5), "sign-flip-exact"));
        assert_eq!((all.only_before, all.only_after), (1, 1));
    }

    #[test]
    fn right_or_wrong_is_mcnemars_where_every_case_has_one_output() {
        let mut rows: Vec<Faced> = (0..9).map(|i| faced(i, stand(1.0), stand(0.0))).collect();
        rows.push(faced(9, stand(0.0), stand(1.0)));
        let all = Versus::of(&rows, Answering::RightOrWrong, &Resampling::seeded(1));
        assert_eq!((all.only_before, all.only_after, all.test.as_str()), (1, 9, "mcnemar-exact"));
        assert_eq!((all.p, all.better()), (Some(mcnemar_exact(1, 9)), Some(true)));
        // Two outputs of one case are not independent: another test.
        rows[9].case = 0;
        let clustered = Versus::of(&rows, Answering::RightOrWrong, &Resampling::seeded(1));
        assert_eq!(clustered.test, "sign-flip-exact");
        assert_eq!(clustered.error.cases, 9);
    }

    #[test]
    fn what_one_of_the_two_lacks_is_counted_and_bounded_and_never_compared() {
        let rows = [
            faced(0, stand(1.0), stand(0.0)),
            faced(1, None, stand(0.0)),
            faced(2, stand(2.0), None),
            faced(3, None, None),
        ];
        let all = Versus::of(&rows, Answering::Graded, &Resampling::seeded(1));
        assert_eq!((all.outputs, all.missing, all.bounds.asked), (1, 3, 4));
        assert_eq!(all.error.difference.value, Some(-1.0));
        // Least: -1, 0-4, 0-2, 0-4; most: -1, 0-0, 4-2, 4-0.
        assert_eq!(all.bounds.least.value, Some(-11.0 / 4.0));
        assert_eq!(all.bounds.most.value, Some(5.0 / 4.0));
        let nothing = Versus::of(&rows[1..], Answering::RightOrWrong, &Resampling::seeded(1));
        assert_eq!((nothing.p, nothing.outputs), (None, 0));
        assert_eq!(nothing.error.reason.as_deref(), Some("too-few-items"));
    }

    #[test]
    fn a_case_with_many_outputs_counts_once_and_the_difference_is_that_of_the_means() {
        let mut rows = vec![faced(0, stand(0.0), stand(1.0))];
        rows.extend((0..5).map(|_| faced(1, stand(2.0), stand(0.0))));
        let all = Versus::of(&rows, Answering::Graded, &Resampling::seeded(1));
        assert_eq!((all.error_before.value, all.error_after.value), (Some(1.0), Some(0.5)));
        assert_eq!(all.error.difference.value, Some(-0.5));
        assert_eq!((all.error.cases, all.wins, all.losses), (2, 5, 1));
        // Nothing lacks, so the bounds are the difference itself.
        let both = (all.bounds.least.value, all.bounds.most.value);
        assert_eq!(both, (Some(-0.5), Some(-0.5)));
        // One output of the second case lacks: (1 + (4 * -2 + limit) / 5) / 2.
        rows[5].after = None;
        let lacking = Versus::of(&rows, Answering::Graded, &Resampling::seeded(1)).bounds;
        assert_eq!((lacking.asked, lacking.missing), (6, 1));
        assert_eq!(lacking.least.value, Some((1.0 + (-8.0 - 2.0) / 5.0) / 2.0));
        assert_eq!(lacking.most.value, Some((1.0 + (-8.0 + 2.0) / 5.0) / 2.0));
    }

    #[test]
    fn holm_runs_over_the_criteria_that_have_a_p() {
        let rows: Vec<Faced> = (0..6).map(|i| faced(i, stand(1.0), stand(0.0))).collect();
        let mut a = Versus::of(&rows, Answering::Graded, &Resampling::seeded(1));
        let mut b = Versus::of(&rows, Answering::RightOrWrong, &Resampling::seeded(1));
        let mut none = Versus::of(&[], Answering::Graded, &Resampling::seeded(1));
        adjust(&mut [&mut a, &mut none, &mut b]);
        assert_eq!((a.p, a.p_holm), (Some(2.0 / 64.0), Some(2.0 * 2.0 / 64.0)));
        assert_eq!((none.p, none.p_holm), (None, None));
        assert_eq!(b.p_holm, Some(4.0 / 64.0));
    }
}
