//! Scores read from probabilities, and whether probabilities can be believed.

use crate::{Undefined, estimate::mean};

/// The expected score sum(s p(s)) / sum(p(s)) over a criterion's levels, and the mass
/// sum(p(s)) that lay on them before anything was masked.
/// Undefined: no mass (`TooFewItems`), a negative or non-finite number (`BadValue`).
/// Source: Liu et al., G-Eval (2023), eq. 1.
pub fn expected_score(levels: &[(f64, f64)]) -> Result<(f64, f64), Undefined> {
    if levels.iter().any(|(score, p)| !score.is_finite() || !p.is_finite() || *p < 0.0) {
        return Err(Undefined::BadValue);
    }
    let mass: f64 = levels.iter().map(|(_, p)| p).sum();
    if mass <= 0.0 {
        return Err(Undefined::TooFewItems);
    }
    Ok((levels.iter().map(|(score, p)| score * p).sum::<f64>() / mass, mass))
}

fn checked(probabilities: &[f64], outcomes: &[bool]) -> Result<(), Undefined> {
    if probabilities.len() != outcomes.len() {
        return Err(Undefined::LengthMismatch);
    }
    if probabilities.is_empty() {
        return Err(Undefined::TooFewItems);
    }
    if !probabilities.iter().all(|p| (0.0..=1.0).contains(p)) {
        return Err(Undefined::BadValue);
    }
    Ok(())
}

/// Brier's score: the mean of (p - outcome)^2; 0 is perfect, 0.25 is always saying 1/2.
/// Source: Brier 1950; scikit-learn's `brier_score_loss` is the oracle.
pub fn brier(probabilities: &[f64], outcomes: &[bool]) -> Result<f64, Undefined> {
    checked(probabilities, outcomes)?;
    let squares: Vec<f64> = probabilities
        .iter()
        .zip(outcomes)
        .map(|(p, &outcome)| (p - f64::from(u8::from(outcome))).powi(2))
        .collect();
    mean(&squares)
}

/// Expected calibration error over `bins` bins of equal mass: sorted by probability
/// (ties in given order), cut where i * n / bins falls; sum of n_b/n |mean p - mean
/// outcome|. Equal mass rather than equal width, because items are few.
/// Source: Nguyen and O'Connor 2015; Nixon et al. 2019.
pub fn expected_calibration_error(
    probabilities: &[f64],
    outcomes: &[bool],
    bins: usize,
) -> Result<f64, Undefined> {
    checked(probabilities, outcomes)?;
    if bins == 0 {
        return Err(Undefined::BadValue);
    }
    let n = probabilities.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b]));
    let mut error = 0.0;
    for bin in 0..bins.min(n) {
        let members = &order[bin * n / bins.min(n)..(bin + 1) * n / bins.min(n)];
        let said: f64 = members.iter().map(|&i| probabilities[i]).sum();
        let seen = members.iter().filter(|&&i| outcomes[i]).count() as f64;
        error += (said - seen).abs() / n as f64;
    }
    Ok(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_score_weighs_levels_and_reports_the_mass() {
        let (score, mass) = expected_score(&[(1.0, 0.1), (5.0, 0.3)]).unwrap();
        assert!((score - 4.0).abs() < 1e-15 && (mass - 0.4).abs() < 1e-15);
        assert_eq!(expected_score(&[(1.0, 0.0)]), Err(Undefined::TooFewItems));
        assert_eq!(expected_score(&[(1.0, -0.1)]), Err(Undefined::BadValue));
    }

    #[test]
    fn calibrated_bins_have_no_error_and_bold_ones_do() {
        let said = [0.0, 0.0, 1.0, 1.0];
        assert_eq!(expected_calibration_error(&said, &[false, false, true, true], 2), Ok(0.0));
        assert_eq!(expected_calibration_error(&said, &[true, true, false, false], 2), Ok(1.0));
        assert_eq!(brier(&said, &[true, false, true, true]), Ok(0.25));
        assert_eq!(brier(&[1.2], &[true]), Err(Undefined::BadValue));
    }
}
