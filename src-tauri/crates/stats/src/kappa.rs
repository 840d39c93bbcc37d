//! Cohen's kappa, plain and weighted.

use crate::{Undefined, estimate::finite};

/// What a disagreement costs in a kappa.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// Every disagreement counts the same: Cohen's kappa.
    None,
    /// |i - j|.
    Linear,
    /// (i - j)^2: the quadratic weighted kappa (QWK).
    Quadratic,
}

/// The position of each value among `labels`.
pub(crate) fn positions(values: &[f64], labels: &[f64]) -> Result<Vec<usize>, Undefined> {
    finite(values)?;
    values
        .iter()
        .map(|value| labels.iter().position(|label| label == value).ok_or(Undefined::UnknownLabel))
        .collect()
}

/// Kappa between two raters: 1 - sum(w O) / sum(w E), O the observed table over
/// `labels` x `labels`, E the product of its margins over n, w by position in
/// `labels` (see [`Weights`]).
///
/// `labels` is the whole scale in order, also the levels nobody used: leaving one out
/// moves the others together and changes the weights (on one data set, .643 against .688).
///
/// Undefined: no pairs (`TooFewItems`); both constant at one value (`NoVariation`); a
/// value outside the scale (`UnknownLabel`).
/// Source: Cohen 1960 and 1968; scikit-learn's `cohen_kappa_score` is the oracle.
pub fn kappa(a: &[f64], b: &[f64], labels: &[f64], weights: Weights) -> Result<f64, Undefined> {
    if a.len() != b.len() {
        return Err(Undefined::LengthMismatch);
    }
    if a.is_empty() {
        return Err(Undefined::TooFewItems);
    }
    let (a, b) = (positions(a, labels)?, positions(b, labels)?);
    let width = labels.len();
    let (mut rows, mut columns) = (vec![0.0; width], vec![0.0; width]);
    let cost = |i: usize, j: usize| match weights {
        Weights::None => f64::from(u8::from(i != j)),
        Weights::Linear => i.abs_diff(j) as f64,
        Weights::Quadratic => (i.abs_diff(j) as f64).powi(2),
    };
    let mut observed = 0.0;
    for (&i, &j) in a.iter().zip(&b) {
        rows[i] += 1.0;
        columns[j] += 1.0;
        observed += cost(i, j);
    }
    let mut expected = 0.0;
    for (i, row) in rows.iter().enumerate() {
        for (j, column) in columns.iter().enumerate() {
            expected += cost(i, j) * row * column / a.len() as f64;
        }
    }
    if expected <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok(1.0 - observed / expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALE: [f64; 5] = [1.0, 2.0, 3.0, 4.0, 5.0];

    #[test]
    fn the_prevalence_paradox_is_reproduced() {
        // 97 of 100 agree, and yet kappa is below zero.
        let mut a = vec![0.0; 97];
        let mut b = vec![0.0; 97];
        a.extend([1.0, 1.0, 0.0]);
        b.extend([0.0, 0.0, 1.0]);
        let value = kappa(&a, &b, &[0.0, 1.0], Weights::None).unwrap();
        assert!((value - -0.0135).abs() < 5e-4, "{value}");
    }

    #[test]
    fn a_constant_judge_against_varying_experts_is_zero_but_two_constants_are_undefined() {
        let experts = [1.0, 2.0, 5.0, 4.0];
        assert_eq!(kappa(&[3.0; 4], &experts, &SCALE, Weights::Quadratic), Ok(0.0));
        assert_eq!(
            kappa(&[3.0; 4], &[3.0; 4], &SCALE, Weights::Quadratic),
            Err(Undefined::NoVariation)
        );
    }

    #[test]
    fn bad_input_is_named() {
        assert_eq!(kappa(&[1.0], &[], &SCALE, Weights::None), Err(Undefined::LengthMismatch));
        assert_eq!(kappa(&[], &[], &SCALE, Weights::None), Err(Undefined::TooFewItems));
        assert_eq!(kappa(&[9.0], &[1.0], &SCALE, Weights::None), Err(Undefined::UnknownLabel));
        assert_eq!(kappa(&[f64::NAN], &[1.0], &SCALE, Weights::None), Err(Undefined::BadValue));
    }
}
