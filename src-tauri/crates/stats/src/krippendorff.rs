//! Krippendorff's alpha.

use crate::{Ratings, Undefined};

/// How far two values are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Same or different.
    Nominal,
    /// Squared number of ranks between them, counted by how often each value occurs.
    Ordinal,
    /// Squared difference.
    Interval,
}

impl Metric {
    /// The stable word for methods and files.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Nominal => "nominal",
            Metric::Ordinal => "ordinal",
            Metric::Interval => "interval",
        }
    }
}

/// Krippendorff's alpha, 1 - Do/De, for any number of raters and with gaps.
///
/// With o(c,k) the coincidences (each unit with m >= 2 ratings adds 1/(m-1) per
/// ordered pair), n(c) their row sums and n the total:
/// Do = sum o(c,k) d(c,k), De = sum n(c) n(k) d(c,k) / (n - 1).
/// Ordinal: d(c,k) = (sum of n(g) for g from c to k, less (n(c)+n(k))/2)^2.
/// Units with fewer than two ratings are left out.
///
/// Undefined: no unit with two ratings (`TooFewItems`); one value only (`NoVariation`).
/// Source: Krippendorff, "Computing Krippendorff's alpha-reliability" (2011);
/// the `krippendorff` package is the oracle.
pub fn krippendorff_alpha(ratings: &Ratings, metric: Metric) -> Result<f64, Undefined> {
    let units: Vec<Vec<f64>> = ratings.pairable().collect();
    if units.is_empty() {
        return Err(Undefined::TooFewItems);
    }
    let mut values: Vec<f64> = units.iter().flatten().copied().collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let width = values.len();
    let index = |value: f64| values.partition_point(|other| *other < value);

    let mut coincidence = vec![0.0; width * width];
    let mut counts = vec![0.0; width];
    for unit in &units {
        counts.fill(0.0);
        unit.iter().for_each(|&value| counts[index(value)] += 1.0);
        let weight = 1.0 / (unit.len() - 1) as f64;
        for c in (0..width).filter(|&c| counts[c] > 0.0) {
            for k in 0..width {
                let pairs = counts[c] * (counts[k] - f64::from(u8::from(c == k)));
                coincidence[c * width + k] += pairs * weight;
            }
        }
    }
    let marginal: Vec<f64> = coincidence.chunks(width).map(|row| row.iter().sum::<f64>()).collect();
    let total: f64 = marginal.iter().sum();

    let (mut observed, mut expected) = (0.0, 0.0);
    for c in 0..width {
        for k in c + 1..width {
            let distance = match metric {
                Metric::Nominal => 1.0,
                Metric::Interval => (values[c] - values[k]).powi(2),
                Metric::Ordinal => {
                    let between: f64 = marginal[c..=k].iter().sum();
                    (between - (marginal[c] + marginal[k]) / 2.0).powi(2)
                }
            };
            observed += coincidence[c * width + k] * distance;
            expected += marginal[c] * marginal[k] * distance;
        }
    }
    if expected <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok(1.0 - (total - 1.0) * observed / expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unanimous_units_with_variation_give_one() {
        let rows = vec![vec![Some(1.0), Some(1.0)], vec![Some(2.0), Some(2.0)]];
        let ratings = Ratings::new(2, rows).unwrap();
        for metric in [Metric::Nominal, Metric::Ordinal, Metric::Interval] {
            assert_eq!(krippendorff_alpha(&ratings, metric), Ok(1.0));
        }
    }

    #[test]
    fn constant_ratings_are_undefined_and_not_zero_or_one() {
        let ratings = Ratings::new(2, vec![vec![Some(3.0), Some(3.0)]; 9]).unwrap();
        assert_eq!(krippendorff_alpha(&ratings, Metric::Ordinal), Err(Undefined::NoVariation));
    }

    #[test]
    fn units_with_one_rating_do_not_count() {
        let rows = vec![vec![Some(1.0), None], vec![None, Some(2.0)], vec![None, None]];
        let ratings = Ratings::new(2, rows).unwrap();
        assert_eq!(krippendorff_alpha(&ratings, Metric::Nominal), Err(Undefined::TooFewItems));
    }
}
