//! One answer per output beside gold, on one criterion.

use crate::Interval;
use crate::agreement::{scale, value};
use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::Criterion;
use shinsa_domain::{Answer, distance};
use shinsa_stats::{Resampling, Scale, Undefined, Weights, cluster_bootstrap, clusters_of, kappa};

/// How one answer per output matches gold, with intervals over cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AgainstGold {
    /// Share of outputs answered like gold.
    pub exact: Interval,
    /// Mean distance from gold in the criterion's unit; of the mean where there is one.
    pub error: Interval,
    /// Quadratic weighted kappa, for levels.
    pub qwk: Option<Interval>,
}

/// An output's answer, the number behind it, and gold.
pub(crate) struct Beside<'a> {
    pub case: &'a str,
    pub said: &'a Answer,
    pub number: Option<f64>,
    pub gold: &'a Answer,
}

impl AgainstGold {
    pub(crate) fn of(criterion: &Criterion, rows: &[Beside<'_>], how: &Resampling) -> Self {
        let cases: Vec<&str> = rows.iter().map(|row| row.case).collect();
        let clusters = clusters_of(&cases);
        let gap = |row: &Beside<'_>| distance(criterion, row.said, row.gold);
        let mean = |method: &str, of: &dyn Fn(&Beside<'_>) -> Option<f64>| -> Interval {
            let values: Vec<Option<f64>> = rows.iter().map(of).collect();
            (&cluster_bootstrap(&clusters, how, method, &|picked| average(picked, &values))).into()
        };
        let qwk = match scale(criterion) {
            Some(Scale::Ordinal(labels)) => {
                let pairs: Vec<Option<(f64, f64)>> = rows
                    .iter()
                    .map(|r| value(criterion, r.gold).zip(value(criterion, r.said)))
                    .collect();
                let estimate =
                    cluster_bootstrap(&clusters, how, "quadratic-weighted-kappa", &|p| {
                        let (a, b): (Vec<f64>, Vec<f64>) =
                            p.iter().filter_map(|&row| pairs[row]).unzip();
                        kappa(&a, &b, &labels, Weights::Quadratic)
                    });
                Some((&estimate).into())
            }
            _ => None,
        };
        Self {
            exact: mean("exact-agreement", &|row| Some(f64::from(u8::from(gap(row)? == 0.0)))),
            error: mean("mean-distance", &|row| match (row.number, value(criterion, row.gold)) {
                (Some(number), Some(gold)) => Some((number - gold).abs()),
                _ => gap(row),
            }),
            qwk,
        }
    }
}

/// The mean of those values that are there.
pub(crate) fn average(picked: &[usize], values: &[Option<f64>]) -> Result<f64, Undefined> {
    let there: Vec<f64> = picked.iter().filter_map(|&row| values[row]).collect();
    if there.is_empty() {
        return Err(Undefined::TooFewItems);
    }
    #[allow(clippy::cast_precision_loss)] // a few thousand outputs
    Ok(there.iter().sum::<f64>() / there.len() as f64)
}
