//! What experts would have said of items only the judge has seen.

use crate::Estimate;
use crate::beta::normal_quantile;
use crate::estimate::{Undefined, finite, mean};

/// A count of events among n.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// How many had it.
    pub events: usize,
    /// How many were looked at.
    pub n: usize,
}

impl Counted {
    fn share(self) -> Result<f64, Undefined> {
        match self.n {
            0 => Err(Undefined::TooFewItems),
            n if self.events > n => Err(Undefined::BadValue),
            n => Ok(self.events as f64 / n as f64),
        }
    }
}

/// The true rate behind an imperfect judge: (p + sp - 1) / (se + sp - 1), from the rate
/// p the judge reports on unrated items and its sensitivity `se` and specificity `sp`
/// against experts, with the interval of Lang and Reiczigel that also carries the
/// uncertainty of se and sp. All clamped to [0, 1].
///
/// Undefined: an empty count; se + sp <= 1 (`Uninformative`).
/// Source: Rogan and Gladen 1978; Lang and Reiczigel, Prev Vet Med 113 (2014) 13.
/// p=.4 of 1000, se=.9 and sp=.7 of 200 each -> .1667 [.0564, .2627].
pub fn rogan_gladen(
    reported: Counted,
    sensitivity: Counted,
    specificity: Counted,
    level: f64,
) -> Estimate {
    const METHOD: &str = "rogan-gladen/lang-reiczigel";
    let shares = || Ok((reported.share()?, sensitivity.share()?, specificity.share()?));
    let (p, se, sp) = match shares() {
        Ok(shares) => shares,
        Err(reason) => return Estimate::undefined(reason, reported.n, METHOD),
    };
    let informative = se + sp - 1.0;
    if informative <= 0.0 {
        return Estimate::undefined(Undefined::Uninformative, reported.n, METHOD);
    }
    let clamp = |value: f64| value.clamp(0.0, 1.0);
    let mut estimate = Estimate::point(Ok(clamp((p + sp - 1.0) / informative)), reported.n, METHOD);
    estimate.level = level;

    let z = normal_quantile(0.5 + level / 2.0);
    let (n, m1, m0) = (reported.n as f64, sensitivity.n as f64, specificity.n as f64);
    let p = (n * p + z * z / 2.0) / (n + z * z);
    let se = (m1 * se + 1.0) / (m1 + 2.0);
    let sp = (m0 * sp + 1.0) / (m0 + 2.0);
    let informative = se + sp - 1.0;
    if informative <= 0.0 {
        estimate.reason = Some(Undefined::UnstableInterval.code().to_owned());
        return estimate;
    }
    let rate = (p + sp - 1.0) / informative;
    let noise_se = se * (1.0 - se) / (m1 + 2.0);
    let noise_sp = sp * (1.0 - sp) / (m0 + 2.0);
    let shift = 2.0 * z * z * (rate * noise_se - (1.0 - rate) * noise_sp);
    let variance =
        p * (1.0 - p) / (n + z * z) + (1.0 - rate).powi(2) * noise_sp + rate.powi(2) * noise_se;
    let half = z * variance.sqrt() / informative;
    estimate.low = Some(clamp(rate + shift - half));
    estimate.high = Some(clamp(rate + shift + half));
    estimate
}

/// The mean expert score over all items from a few expert scores and many judge scores
/// (PPI++): mean Y + lam (mean f over unrated - mean f over rated), with
/// se^2 = lam^2 Var f_U / N + Var(Y - lam f) / n and
/// lam = Cov(Y, f) / ((1 + n/N) Var f), clamped to [0, 1].
///
/// `rated` are pairs (expert Y, judge f) on a random sample of the same population that
/// `unrated` comes from; without that the interval means nothing. Variances divide by n.
/// Undefined: fewer than two rated items or no unrated ones.
/// Source: Angelopoulos, Duchi and Zrnic, PPI++ (2023).
pub fn ppi_mean(rated: &[(f64, f64)], unrated: &[f64], level: f64) -> Estimate {
    const METHOD: &str = "ppi-plus-plus-mean/normal";
    let (y, f): (Vec<f64>, Vec<f64>) = rated.iter().copied().unzip();
    let n = rated.len();
    match finite(&y).and(finite(&f)).and(finite(unrated)) {
        Err(reason) => return Estimate::undefined(reason, n, METHOD),
        Ok(()) if n < 2 || unrated.is_empty() => {
            return Estimate::undefined(Undefined::TooFewItems, n, METHOD);
        }
        Ok(()) => {}
    }
    let pooled: Vec<f64> = f.iter().chain(unrated).copied().collect();
    let ratio = n as f64 / unrated.len() as f64;
    let spread = variance(&pooled);
    let lam = if spread > 0.0 {
        (covariance(&y, &f) / ((1.0 + ratio) * spread)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let rest: Vec<f64> = rated.iter().map(|(y, f)| y - lam * f).collect();
    let centre = |values: &[f64]| mean(values).unwrap_or_default();
    let value = centre(&rest) + lam * centre(unrated);
    let error =
        (lam * lam * variance(unrated) / unrated.len() as f64 + variance(&rest) / n as f64).sqrt();
    let half = normal_quantile(0.5 + level / 2.0) * error;
    let mut estimate = Estimate::point(Ok(value), n, METHOD);
    estimate.level = level;
    estimate.low = Some(value - half);
    estimate.high = Some(value + half);
    estimate
}

fn covariance(a: &[f64], b: &[f64]) -> f64 {
    let (Ok(ma), Ok(mb)) = (mean(a), mean(b)) else { return 0.0 };
    a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum::<f64>() / a.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    covariance(values, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rogan_gladen_gives_the_reference_interval() {
        let estimate = rogan_gladen(
            Counted { events: 400, n: 1000 },
            Counted { events: 180, n: 200 },
            Counted { events: 140, n: 200 },
            0.95,
        );
        // The example of Lang and Reiczigel's interval, to four places.
        assert!((estimate.value.unwrap() - 0.1667).abs() < 5e-5);
        assert!((estimate.low.unwrap() - 0.0564).abs() < 5e-5, "{estimate:?}");
        assert!((estimate.high.unwrap() - 0.2627).abs() < 5e-5, "{estimate:?}");
    }

    #[test]
    fn a_judge_no_better_than_chance_is_refused() {
        let half = Counted { events: 5, n: 10 };
        let estimate = rogan_gladen(half, half, half, 0.95);
        assert_eq!(estimate.reason.as_deref(), Some("uninformative"));
        let nothing = Counted { events: 0, n: 0 };
        assert_eq!(
            rogan_gladen(nothing, half, half, 0.95).reason.as_deref(),
            Some("too-few-items")
        );
    }

    #[test]
    fn a_useful_judge_narrows_the_mean_and_a_useless_one_leaves_it() {
        let rated: Vec<(f64, f64)> =
            (0..20).map(|i| (f64::from(i % 5), f64::from(i % 5))).collect();
        let unrated: Vec<f64> = (0..500).map(|i| f64::from(i % 5)).collect();
        let width = |estimate: &Estimate| estimate.high.unwrap() - estimate.low.unwrap();
        let helped = ppi_mean(&rated, &unrated, 0.95);
        let constant: Vec<(f64, f64)> = rated.iter().map(|(y, _)| (*y, 3.0)).collect();
        let alone = ppi_mean(&constant, &vec![3.0; 500], 0.95);
        assert!(width(&helped) < 0.5 * width(&alone));
        assert_eq!(alone.value, Some(2.0));
        assert_eq!(ppi_mean(&rated[..1], &unrated, 0.95).reason.as_deref(), Some("too-few-items"));
    }
}
