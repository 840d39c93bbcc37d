//! How much each of several judges should count, from calibration items.

use crate::Undefined;
use crate::estimate::finite;

/// Weights that add up to 1, from each judge's errors on the same calibration items:
/// w ~ 1 / s^2 with s^2 = (sum of squared errors + pooled) / (n + 1), where pooled is
/// the mean of all judges' squared errors. It stands in for one more item, so that a
/// judge that was right on a few items doesn't silence the others.
///
/// Undefined: no judge, no item or different numbers of items (`TooFewItems`,
/// `LengthMismatch`), an error that is no number (`BadValue`). Where nobody ever errs
/// all weigh the same.
/// Source: Bates and Granger, The combination of forecasts, OR Quarterly 20 (1969) 451
/// (independent errors).
pub fn inverse_error_weights(errors: &[Vec<f64>]) -> Result<Vec<f64>, Undefined> {
    let Some(n) = errors.first().map(Vec::len).filter(|n| *n > 0) else {
        return Err(Undefined::TooFewItems);
    };
    if errors.iter().any(|judge| judge.len() != n) {
        return Err(Undefined::LengthMismatch);
    }
    errors.iter().try_for_each(|judge| finite(judge))?;
    let squares: Vec<f64> =
        errors.iter().map(|judge| judge.iter().map(|e| e * e).sum::<f64>()).collect();
    let pooled = squares.iter().sum::<f64>() / (n * errors.len()) as f64;
    if pooled == 0.0 {
        return Ok(vec![1.0 / errors.len() as f64; errors.len()]);
    }
    shares(squares.iter().map(|sum| (n as f64 + 1.0) / (sum + pooled)).collect())
}

/// Weights that add up to 1 for votes among `classes` answers, from (right, of):
/// w ~ max(0, ln((classes - 1) p / (1 - p))) with p = (right + 1) / (of + 2). A judge
/// that does no better than chance has no vote.
///
/// Undefined: no judge or no item (`TooFewItems`), fewer than two classes or more right
/// than there are (`BadValue`), nobody better than chance (`Uninformative`).
/// Source: Nitzan and Paroush, Optimal decision rules in uncertain dichotomous choice
/// situations, Int Econ Rev 23 (1982) 289; p by Laplace's rule of succession.
pub fn log_odds_weights(right: &[(usize, usize)], classes: usize) -> Result<Vec<f64>, Undefined> {
    if right.is_empty() || right.iter().any(|(_, of)| *of == 0) {
        return Err(Undefined::TooFewItems);
    }
    if classes < 2 || right.iter().any(|(right, of)| right > of) {
        return Err(Undefined::BadValue);
    }
    let weight = |&(right, of): &(usize, usize)| {
        let p = (right as f64 + 1.0) / (of as f64 + 2.0);
        ((classes - 1) as f64 * p / (1.0 - p)).ln().max(0.0)
    };
    shares(right.iter().map(weight).collect())
}

fn shares(weights: Vec<f64>) -> Result<Vec<f64>, Undefined> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return Err(Undefined::Uninformative);
    }
    Ok(weights.into_iter().map(|w| w / sum).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_judge_with_half_the_error_weighs_four_times_as_much_with_many_items() {
        let weights = inverse_error_weights(&[vec![1.0; 4000], vec![2.0; 4000]]).unwrap();
        assert!((weights[0] / weights[1] - 4.0).abs() < 0.01, "{weights:?}");
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        // By hand with one item: sums 1 and 4, pooled 2.5; 1/3.5 to 1/6.5.
        let few = inverse_error_weights(&[vec![1.0], vec![2.0]]).unwrap();
        assert!((few[0] - 0.65).abs() < 1e-15 && (few[1] - 0.35).abs() < 1e-15, "{few:?}");
    }

    #[test]
    fn a_perfect_judge_leaves_the_others_a_voice_and_perfect_ones_are_equal() {
        let weights = inverse_error_weights(&[vec![0.0; 5], vec![1.0; 5]]).unwrap();
        assert!(weights[0] > 0.5 && weights[1] > 0.05, "{weights:?}");
        assert_eq!(inverse_error_weights(&[vec![0.0; 2], vec![0.0; 2]]), Ok(vec![0.5, 0.5]));
        assert_eq!(inverse_error_weights(&[]), Err(Undefined::TooFewItems));
        assert_eq!(inverse_error_weights(&[vec![], vec![]]), Err(Undefined::TooFewItems));
        assert_eq!(inverse_error_weights(&[vec![1.0], vec![]]), Err(Undefined::LengthMismatch));
        assert_eq!(inverse_error_weights(&[vec![f64::NAN]]), Err(Undefined::BadValue));
    }

    #[test]
    fn votes_weigh_by_the_log_odds_of_being_right() {
        // p = 9/10 and 6/10: ln 9 to ln 1.5.
        let weights = log_odds_weights(&[(8, 8), (5, 8)], 2).unwrap();
        let (a, b) = (9f64.ln(), 1.5f64.ln());
        assert!((weights[0] - a / (a + b)).abs() < 1e-15);
        assert_eq!(log_odds_weights(&[(8, 8), (1, 8)], 2), Ok(vec![1.0, 0.0]));
        assert_eq!(log_odds_weights(&[(4, 8), (1, 8)], 2), Err(Undefined::Uninformative));
        assert_eq!(log_odds_weights(&[(9, 8)], 2), Err(Undefined::BadValue));
        assert_eq!(log_odds_weights(&[(0, 0)], 2), Err(Undefined::TooFewItems));
    }
}
