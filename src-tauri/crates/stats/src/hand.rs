//! One rater against the others: severity and drift.

use serde::{Deserialize, Serialize};

use crate::bootstrap::{Resampling, cluster_bootstrap};
use crate::estimate::mean;
use crate::{Estimate, Ratings, Undefined};

/// How one rater's values lie beside the others' on the same units, in the scale's own
/// unit (levels, points; a share for a flag).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hand {
    /// Units that the rater and at least one other rated.
    pub n: usize,
    /// Severity: the mean difference from the others; above zero the rater gives more.
    pub severity: Estimate,
    /// The mean difference in the first half of the rater's own sequence.
    pub first: Estimate,
    /// The mean difference in the second half.
    pub second: Estimate,
    /// Drift: second less first.
    pub drift: Estimate,
}

/// Units that each half must have for a drift to be told.
const HALF: usize = 3;

/// Severity and drift of the rater in column `rater`.
///
/// On unit u the difference is d(u) = x(rater, u) - mean of x(other, u) over the others
/// who rated u. Severity is the mean of d over the common units; since both sides saw
/// the same units, the units' own difficulty cancels out (a two-way layout without
/// interaction: Myford and Wolfe, Journal of Applied Measurement 4 (2003) 386, on
/// leniency and severity). Drift is the mean of d over the second half of `sequence`
/// less that over the first (differential severity over time, ibid. 5 (2004) 189);
/// with an odd number the middle unit belongs to the second half.
///
/// `sequence` lists rows in the order in which the rater rated them; rows that aren't
/// common are passed over. `clusters[row]` is a row's case: intervals resample cases.
///
/// Undefined: no common unit (`TooFewItems`); drift with fewer than three units in a
/// half (`TooFewItems`).
pub fn hand(
    ratings: &Ratings,
    rater: usize,
    sequence: &[usize],
    clusters: &[usize],
    how: &Resampling,
) -> Hand {
    let difference = |row: usize| -> Option<(usize, f64)> {
        let cells = ratings.rows().get(row)?;
        let own = (*cells.get(rater)?)?;
        let others: Vec<f64> =
            cells.iter().enumerate().filter(|(i, _)| *i != rater).filter_map(|(_, v)| *v).collect();
        Some((*clusters.get(row)?, own - mean(&others).ok()?))
    };
    let common: Vec<(usize, f64)> = sequence.iter().filter_map(|&row| difference(row)).collect();
    let (own, differences): (Vec<usize>, Vec<f64>) = common.into_iter().unzip();
    let n = differences.len();
    let half = n / 2;
    let of = |rows: &[usize], second: Option<bool>| {
        let kept = rows.iter().filter(|&&row| second.is_none_or(|s| (row >= half) == s));
        mean(&kept.map(|&row| differences[row]).collect::<Vec<_>>())
    };
    let told = |name: &str, n: usize, statistic: &dyn Fn(&[usize]) -> Result<f64, Undefined>| {
        if n == 0 {
            return Estimate::undefined(Undefined::TooFewItems, 0, name);
        }
        let mut estimate = cluster_bootstrap(&own, how, name, statistic);
        estimate.n = n;
        estimate
    };
    let severity = told("severity", n, &|rows| of(rows, None));
    if half < HALF {
        let none = |name| Estimate::undefined(Undefined::TooFewItems, n, name);
        return Hand {
            n,
            severity,
            first: none("first-half"),
            second: none("second-half"),
            drift: none("drift"),
        };
    }
    Hand {
        n,
        severity,
        first: told("first-half", half, &|rows| of(rows, Some(false))),
        second: told("second-half", n - half, &|rows| of(rows, Some(true))),
        drift: told("drift", n, &|rows| Ok(of(rows, Some(true))? - of(rows, Some(false))?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn how() -> Resampling {
        Resampling::seeded(1)
    }

    fn table(rows: &[[Option<f64>; 3]]) -> Ratings {
        Ratings::new(3, rows.iter().map(|row| row.to_vec()).collect()).unwrap()
    }

    #[test]
    fn severity_is_the_mean_difference_on_the_common_units_by_hand() {
        // d = 4 - (2+3)/2 = 1.5 ; 5 - 3 = 2 ; the third has nobody else, the fourth not me.
        let ratings = table(&[
            [Some(4.0), Some(2.0), Some(3.0)],
            [Some(5.0), None, Some(3.0)],
            [Some(1.0), None, None],
            [None, Some(1.0), Some(5.0)],
        ]);
        let told = hand(&ratings, 0, &[0, 1, 2, 3], &[0, 1, 2, 3], &how());
        assert_eq!((told.n, told.severity.value), (2, Some(1.75)));
        assert_eq!(told.drift.reason.as_deref(), Some("too-few-items"));
        let (low, high) = (told.severity.low.unwrap(), told.severity.high.unwrap());
        assert!(low >= 1.5 && high <= 2.0 && low < high);
    }

    #[test]
    fn a_rater_who_becomes_milder_drifts_by_the_halves_difference() {
        // The other always says 3; the rater says 2 three times, then 4 four times.
        let rows: Vec<[Option<f64>; 3]> =
            (0..7).map(|i| [Some(if i < 3 { 2.0 } else { 4.0 }), Some(3.0), None]).collect();
        let clusters: Vec<usize> = (0..7).collect();
        let told = hand(&table(&rows), 0, &clusters, &clusters, &how());
        assert_eq!((told.first.value, told.first.n), (Some(-1.0), 3));
        assert_eq!((told.second.value, told.second.n), (Some(1.0), 4));
        assert_eq!(told.drift.value, Some(2.0));
        // The order is the rater's own, not that of the rows.
        let backwards: Vec<usize> = (0..7).rev().collect();
        assert!(hand(&table(&rows), 0, &backwards, &clusters, &how()).drift.value.unwrap() < 0.0);
    }

    #[test]
    fn shifting_a_rater_shifts_severity_and_leaves_drift_alone() {
        let rows = |shift: f64| -> Ratings {
            let row =
                |i: u32| [Some(f64::from(i * 7 % 5) + shift), Some(f64::from(i * 3 % 5)), None];
            table(&(0..20).map(row).collect::<Vec<_>>())
        };
        let order: Vec<usize> = (0..20).collect();
        let of = |shift| hand(&rows(shift), 0, &order, &order, &how());
        let (a, b) = (of(0.0), of(2.0));
        assert!((b.severity.value.unwrap() - a.severity.value.unwrap() - 2.0).abs() < 1e-12);
        assert!((b.drift.value.unwrap() - a.drift.value.unwrap()).abs() < 1e-12);
    }

    #[test]
    fn a_rater_alone_has_neither() {
        let ratings = table(&[[Some(1.0), None, None]]);
        let told = hand(&ratings, 0, &[0], &[0], &how());
        assert_eq!((told.n, told.severity.value, told.drift.value), (0, None, None));
    }
}
