//! Paired tests: the same items before and after.

use serde::{Deserialize, Serialize};

use crate::bootstrap::{Resampling, cluster_bootstrap};
use crate::estimate::{Undefined, finite, mean};
use crate::proportion::binomial_cdf;
use crate::{Estimate, Rng};

/// A difference with its interval and the chance of one as large under "no effect".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedTest {
    /// Mean over cases of (after - before), with a bootstrap interval over cases.
    pub difference: Estimate,
    /// Two-sided p value of the sign-flip test.
    pub p: Option<f64>,
    /// The test, as a stable word: `sign-flip-exact` or `sign-flip-sampled`.
    pub method: String,
    /// How many cases took part.
    pub cases: usize,
    /// Why there is no p value.
    pub reason: Option<String>,
}

/// Up to this many cases all 2^n sign patterns are counted.
const EXACT_CASES: usize = 16;
/// Sign patterns drawn beyond that.
const SAMPLED_FLIPS: usize = 9_999;

/// The sign-flip permutation test on case means.
///
/// Rows of one case are averaged first; under "no effect" each case's mean difference
/// is as likely to have the other sign. p is the share of sign patterns whose mean is
/// at least as far from 0 as the one seen: all 2^n of them up to 16 cases, else
/// (1 + hits) / (1 + 9,999) drawn under the seed.
/// `before` and `after` must rest on the same rows (the same input hashes).
///
/// Undefined: no rows, or different lengths.
/// Source: Good, Permutation, Parametric and Bootstrap Tests (2005), 3.2;
/// scipy's `permutation_test(permutation_type="samples")` is the oracle.
pub fn sign_flip(
    before: &[f64],
    after: &[f64],
    clusters: &[usize],
    how: &Resampling,
) -> PairedTest {
    let means = match case_means(before, after, clusters) {
        Ok(means) => means,
        Err(reason) => {
            return PairedTest {
                difference: Estimate::undefined(reason, before.len(), "mean-difference"),
                p: None,
                method: "sign-flip-exact".to_owned(),
                cases: 0,
                reason: Some(reason.code().to_owned()),
            };
        }
    };
    let cases: Vec<usize> = (0..means.len()).collect();
    let difference = cluster_bootstrap(&cases, how, "mean-difference", &|rows| {
        mean(&rows.iter().map(|&row| means[row]).collect::<Vec<_>>())
    });
    let (p, method) = if means.len() <= EXACT_CASES {
        (exact(&means), "sign-flip-exact")
    } else {
        (sampled(&means, how.seed), "sign-flip-sampled")
    };
    PairedTest {
        difference,
        p: Some(p),
        method: method.to_owned(),
        cases: means.len(),
        reason: None,
    }
}

fn case_means(before: &[f64], after: &[f64], clusters: &[usize]) -> Result<Vec<f64>, Undefined> {
    if before.len() != after.len() || before.len() != clusters.len() {
        return Err(Undefined::LengthMismatch);
    }
    if before.is_empty() {
        return Err(Undefined::TooFewItems);
    }
    finite(before)?;
    finite(after)?;
    let mut sums: std::collections::BTreeMap<usize, (f64, usize)> =
        std::collections::BTreeMap::new();
    for ((b, a), &cluster) in before.iter().zip(after).zip(clusters) {
        let sum = sums.entry(cluster).or_default();
        sum.0 += a - b;
        sum.1 += 1;
    }
    Ok(sums.into_values().map(|(sum, count)| sum / count as f64).collect())
}

/// Sums are compared with a little slack, so that rounding doesn't part equal ones.
fn as_far(sum: f64, seen: f64) -> bool {
    sum.abs() >= seen - 1e-12 * seen.max(1.0)
}

fn exact(means: &[f64]) -> f64 {
    let seen = means.iter().sum::<f64>().abs();
    let patterns = 1u32 << means.len();
    let hits = (0..patterns)
        .filter(|pattern| {
            let sum: f64 = means
                .iter()
                .enumerate()
                .map(|(i, value)| if pattern >> i & 1 == 1 { -value } else { *value })
                .sum();
            as_far(sum, seen)
        })
        .count();
    hits as f64 / f64::from(patterns)
}

fn sampled(means: &[f64], seed: u64) -> f64 {
    let seen = means.iter().sum::<f64>().abs();
    let hits = (0..SAMPLED_FLIPS)
        .filter(|&flip| {
            // Streams of their own, apart from those of the bootstrap.
            let mut rng = Rng::new(seed, (1 << 32) + flip as u64);
            let sum: f64 = means
                .iter()
                .map(|value| if rng.next_u64() >> 63 == 1 { -value } else { *value })
                .sum();
            as_far(sum, seen)
        })
        .count();
    (1 + hits) as f64 / (1 + SAMPLED_FLIPS) as f64
}

/// McNemar's exact two-sided p for paired yes/no results: `only_before` items were
/// right only before, `only_after` only after. p = min(1, 2 P(X <= min(b, c))) with
/// X ~ Binomial(b + c, 1/2); 1 when nothing changed.
/// Source: statsmodels' `mcnemar(exact=True)` is the oracle.
pub fn mcnemar_exact(only_before: usize, only_after: usize) -> f64 {
    let total = only_before + only_after;
    if total == 0 {
        return 1.0;
    }
    (2.0 * binomial_cdf(only_before.min(only_after), total, 0.5)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_change_at_all_has_p_one() {
        let rows = [3.0, 4.0, 5.0];
        let test = sign_flip(&rows, &rows, &[0, 1, 2], &Resampling::seeded(1));
        assert_eq!((test.p, test.difference.value), (Some(1.0), Some(0.0)));
        assert_eq!(mcnemar_exact(0, 0), 1.0);
    }

    #[test]
    fn ten_cases_that_all_improve_have_two_patterns_in_1024() {
        let clusters: Vec<usize> = (0..10).collect();
        let test = sign_flip(&[0.0; 10], &[1.0; 10], &clusters, &Resampling::seeded(1));
        assert_eq!(test.p, Some(2.0 / 1024.0));
        assert_eq!(test.method, "sign-flip-exact");
    }

    #[test]
    fn rows_of_one_case_count_as_one_case() {
        let test = sign_flip(&[0.0; 40], &[1.0; 40], &[0; 40], &Resampling::seeded(1));
        assert_eq!((test.cases, test.p), (1, Some(1.0)));
        assert_eq!(test.difference.reason.as_deref(), Some("too-few-cases"));
    }

    #[test]
    fn the_sampled_test_repeats_and_is_near_the_exact_one() {
        let after: Vec<f64> = (0..17).map(|i| f64::from(i % 5) - 1.3).collect();
        let clusters: Vec<usize> = (0..17).collect();
        let sampled = sign_flip(&[0.0; 17], &after, &clusters, &Resampling::seeded(9));
        assert_eq!(sampled.method, "sign-flip-sampled");
        assert_eq!(sampled, sign_flip(&[0.0; 17], &after, &clusters, &Resampling::seeded(9)));
        assert!((sampled.p.unwrap() - exact(&after)).abs() < 0.02);
    }
}
