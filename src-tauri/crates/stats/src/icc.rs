//! Intraclass correlation, two-way random effects.

use crate::{Estimate, Ratings, Undefined, beta::f_quantile};

/// Which intraclass correlation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IccForm {
    /// ICC(2,1) = ICC(A,1): absolute agreement of one rater.
    Single,
    /// ICC(2,k) = ICC(A,k): absolute agreement of the mean of all k raters.
    Average,
}

/// ICC(2,1) or ICC(2,k) with its F interval.
///
/// With n units all rated by k raters and the two-way mean squares MSR (units), MSC
/// (raters), MSE (rest): ICC(2,1) = (MSR-MSE) / (MSR + (k-1) MSE + k (MSC-MSE)/n),
/// ICC(2,k) = (MSR-MSE) / (MSR + (MSC-MSE)/n).
/// Only units that every rater rated are used; `n` says how many.
///
/// Undefined: fewer than two raters (`TooFewRaters`), fewer than two complete units
/// (`TooFewItems`), no variation at all (`NoVariation`).
/// Source: Shrout and Fleiss 1979; interval: McGraw and Wong 1996, case 2A;
/// `pingouin.intraclass_corr` is the oracle.
pub fn icc(ratings: &Ratings, form: IccForm, level: f64) -> Estimate {
    let method = match form {
        IccForm::Single => "icc-2-1/f-interval",
        IccForm::Average => "icc-2-k/f-interval",
    };
    let rows = complete(ratings);
    let units = rows.len();
    let (msr, msc, mse) = match mean_squares(&rows, ratings.raters()) {
        Ok(squares) => squares,
        Err(reason) => return Estimate::undefined(reason, units, method),
    };
    let (n, k) = (units as f64, ratings.raters() as f64);
    let single = coefficient(n, k, (msr, msc, mse), IccForm::Single);
    let value = coefficient(n, k, (msr, msc, mse), form);
    if !value.is_finite() {
        return Estimate::undefined(Undefined::NoVariation, units, method);
    }
    let mut estimate = Estimate::point(Ok(value), units, method);
    estimate.level = level;
    if mse > 0.0 && single < 1.0 {
        let a = k * single / (n * (1.0 - single));
        let b = 1.0 + k * single * (n - 1.0) / (n * (1.0 - single));
        let freedom = (a * msc + b * mse).powi(2)
            / ((a * msc).powi(2) / (k - 1.0) + (b * mse).powi(2) / ((n - 1.0) * (k - 1.0)));
        let tail = 1.0 - (1.0 - level) / 2.0;
        let lower_f = f_quantile(tail, n - 1.0, freedom);
        let upper_f = f_quantile(tail, freedom, n - 1.0);
        let rest = k * msc + (k * n - k - n) * mse;
        let low = n * (msr - lower_f * mse) / (lower_f * rest + n * msr);
        let high = n * (upper_f * msr - mse) / (rest + n * upper_f * msr);
        let stretch = |bound: f64| match form {
            IccForm::Single => bound,
            IccForm::Average => k * bound / (1.0 + bound * (k - 1.0)),
        };
        (estimate.low, estimate.high) = (Some(stretch(low)), Some(stretch(high)));
    }
    // With no rest variance, or next to none between units, F's degrees of freedom vanish.
    let finite = |bound: Option<f64>| bound.is_some_and(f64::is_finite);
    if !finite(estimate.low) || !finite(estimate.high) {
        (estimate.low, estimate.high) = (None, None);
        estimate.reason = Some(Undefined::UnstableInterval.code().to_owned());
    }
    estimate
}

/// The value of [`icc`] alone, for resampling.
///
/// # Errors
/// As [`icc`].
pub fn icc_value(ratings: &Ratings, form: IccForm) -> Result<f64, Undefined> {
    let rows = complete(ratings);
    let squares = mean_squares(&rows, ratings.raters())?;
    let value = coefficient(rows.len() as f64, ratings.raters() as f64, squares, form);
    if value.is_finite() { Ok(value) } else { Err(Undefined::NoVariation) }
}

/// The units that every rater rated.
fn complete(ratings: &Ratings) -> Vec<Vec<f64>> {
    let whole = |row: &Vec<Option<f64>>| row.iter().copied().collect();
    ratings.rows().iter().filter_map(whole).collect()
}

/// MSR, MSC and MSE of complete rows.
fn mean_squares(rows: &[Vec<f64>], raters: usize) -> Result<(f64, f64, f64), Undefined> {
    let units = rows.len();
    if raters < 2 {
        return Err(Undefined::TooFewRaters);
    }
    if units < 2 {
        return Err(Undefined::TooFewItems);
    }
    let (n, k) = (units as f64, raters as f64);
    let grand = rows.iter().flatten().sum::<f64>() / (n * k);
    let between_rows: f64 =
        rows.iter().map(|row| (row.iter().sum::<f64>() / k - grand).powi(2)).sum::<f64>() * k;
    let between_columns: f64 = (0..raters)
        .map(|j| (rows.iter().map(|row| row[j]).sum::<f64>() / n - grand).powi(2))
        .sum::<f64>()
        * n;
    let total: f64 = rows.iter().flatten().map(|value| (value - grand).powi(2)).sum();
    if total <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let msr = between_rows / (n - 1.0);
    let msc = between_columns / (k - 1.0);
    let mse = ((total - between_rows - between_columns) / ((n - 1.0) * (k - 1.0))).max(0.0);
    Ok((msr, msc, mse))
}

fn coefficient(n: f64, k: f64, (msr, msc, mse): (f64, f64, f64), form: IccForm) -> f64 {
    match form {
        IccForm::Single => (msr - mse) / (msr + (k - 1.0) * mse + k * (msc - mse) / n),
        IccForm::Average => (msr - mse) / (msr + (msc - mse) / n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_rater_has_no_icc() {
        let ratings = Ratings::new(1, vec![vec![Some(1.0)], vec![Some(2.0)]]).unwrap();
        let estimate = icc(&ratings, IccForm::Single, 0.95);
        assert_eq!(estimate.reason.as_deref(), Some("too-few-raters"));
        assert_eq!(estimate.value, None);
    }

    #[test]
    fn perfect_agreement_is_one_without_an_interval() {
        let rows = vec![vec![Some(1.0), Some(1.0)], vec![Some(4.0), Some(4.0)]];
        let estimate = icc(&Ratings::new(2, rows).unwrap(), IccForm::Single, 0.95);
        assert_eq!((estimate.value, estimate.low), (Some(1.0), None));
    }
}
