//! Intervals for a proportion, exact also when nothing happened.

use crate::{
    Estimate, Undefined,
    beta::{beta_quantile, incomplete_beta},
};

/// Which bounds of a proportion are wanted. It is never implied: for 0 of 15 the upper
/// bound is .181 one-sided and .218 two-sided, both "95 %".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Both bounds, half of the error on each side.
    Both,
    /// An upper bound only, with all of the error above it: "at most".
    Upper,
    /// A lower bound only: "at least".
    Lower,
}

/// The exact binomial (Clopper-Pearson) interval for `events` among `n`.
///
/// With alpha = 1 - level, halved for `Side::Both`: low = BetaInv(alpha; x, n-x+1),
/// high = BetaInv(1-alpha; x+1, n-x). With 0 events the upper bound is 1 - alpha^(1/n)
/// (about 3/n one-sided at 95 %), with n events the lower one alpha^(1/n).
/// Units: shares in [0, 1]; `n` must be independent items.
///
/// Undefined: n = 0 (`TooFewItems`); events > n or a level outside (0,1) (`BadValue`).
/// Source: Clopper and Pearson 1934; scipy's `binomtest(...).proportion_ci` is the oracle.
pub fn clopper_pearson(events: usize, n: usize, level: f64, side: Side) -> Estimate {
    let method = match side {
        Side::Both => "proportion/clopper-pearson-two-sided",
        Side::Upper => "proportion/clopper-pearson-upper",
        Side::Lower => "proportion/clopper-pearson-lower",
    };
    if events > n || !(level > 0.0 && level < 1.0) {
        return Estimate::undefined(Undefined::BadValue, n, method);
    }
    if n == 0 {
        return Estimate::undefined(Undefined::TooFewItems, 0, method);
    }
    let error = if side == Side::Both { (1.0 - level) / 2.0 } else { 1.0 - level };
    let (x, total) = (events as f64, n as f64);
    let low = match events {
        0 => 0.0,
        _ if events == n => error.powf(1.0 / total),
        _ => beta_quantile(error, x, total - x + 1.0),
    };
    let high = match events {
        0 => 1.0 - error.powf(1.0 / total),
        _ if events == n => 1.0,
        _ => beta_quantile(1.0 - error, x + 1.0, total - x),
    };
    let mut estimate = Estimate::point(Ok(x / total), n, method);
    estimate.level = level;
    estimate.low = (side != Side::Upper).then_some(low);
    estimate.high = (side != Side::Lower).then_some(high);
    estimate
}

/// P(X <= k) for X ~ Binomial(n, p).
pub fn binomial_cdf(k: usize, n: usize, p: f64) -> f64 {
    if k >= n {
        return 1.0;
    }
    incomplete_beta((n - k) as f64, k as f64 + 1.0, 1.0 - p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_event_in_fifteen_is_at_most_18_percent_one_sided() {
        let upper = clopper_pearson(0, 15, 0.95, Side::Upper);
        assert!((upper.high.unwrap() - (1.0 - 0.05f64.powf(1.0 / 15.0))).abs() < 1e-15);
        assert!((upper.high.unwrap() - 0.181).abs() < 5e-4);
        assert_eq!((upper.value, upper.low), (Some(0.0), None));
        let both = clopper_pearson(0, 15, 0.95, Side::Both);
        assert!((both.high.unwrap() - 0.218).abs() < 5e-4);
        assert_eq!(both.low, Some(0.0));
    }

    #[test]
    fn nothing_observed_is_undefined_and_nonsense_is_refused() {
        let reason = |estimate: Estimate| estimate.reason.unwrap();
        assert_eq!(reason(clopper_pearson(0, 0, 0.95, Side::Upper)), "too-few-items");
        assert_eq!(reason(clopper_pearson(3, 2, 0.95, Side::Upper)), "bad-value");
        assert_eq!(reason(clopper_pearson(1, 2, 1.0, Side::Upper)), "bad-value");
    }
}
