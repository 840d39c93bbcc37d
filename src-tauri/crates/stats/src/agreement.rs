//! Everything said of how far several raters agree on one criterion.

use serde::{Deserialize, Serialize};

use crate::bootstrap::{Resampling, cluster_bootstrap};
use crate::{
    Estimate, IccForm, Metric, Ratings, Undefined, Weights, gwet_ac, icc, kappa, krippendorff_alpha,
};

/// What kind of values a criterion has; decides metric and weights.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// Labels without an order (a choice, a flag as 0 and 1).
    Nominal(Vec<f64>),
    /// Levels in order, all of them, lowest first.
    Ordinal(Vec<f64>),
    /// Measured numbers.
    Number,
}

impl Scale {
    /// The distance of Krippendorff's alpha.
    pub fn metric(&self) -> Metric {
        match self {
            Scale::Nominal(_) => Metric::Nominal,
            Scale::Ordinal(_) => Metric::Ordinal,
            Scale::Number => Metric::Interval,
        }
    }

    /// The weights of kappa and AC: quadratic where levels have an order.
    pub fn weights(&self) -> Weights {
        match self {
            Scale::Nominal(_) => Weights::None,
            Scale::Ordinal(_) | Scale::Number => Weights::Quadratic,
        }
    }

    /// The labels, if there is a fixed set.
    pub fn labels(&self) -> Option<&[f64]> {
        match self {
            Scale::Nominal(labels) | Scale::Ordinal(labels) => Some(labels),
            Scale::Number => None,
        }
    }
}

/// Agreement of all raters on one criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// Units with two ratings or more: what the figures rest on.
    pub units: usize,
    /// Raters who gave at least one rating.
    pub raters: usize,
    /// Ratings in all, also those of units with one.
    pub ratings: usize,
    /// Mean share of agreeing pairs of raters.
    pub raw: Estimate,
    /// Krippendorff's alpha with the scale's metric.
    pub alpha: Estimate,
    /// Gwet's AC1 (nominal) or quadratic AC2 (ordinal); `None` for free numbers.
    pub ac: Option<Estimate>,
    /// ICC(2,1); `None` for labels without an order.
    pub icc_single: Option<Estimate>,
    /// ICC(2,k); `None` for labels without an order.
    pub icc_average: Option<Estimate>,
}

impl Agreement {
    /// All figures of one criterion. `clusters[unit]` is the unit's case; intervals of
    /// raw, alpha and AC resample cases.
    pub fn of(ratings: &Ratings, scale: &Scale, clusters: &[usize], how: &Resampling) -> Agreement {
        let cells = |row: &Vec<Option<f64>>| row.iter().flatten().count();
        let active: Vec<usize> = (0..ratings.raters())
            .filter(|&rater| ratings.rows().iter().any(|row| row[rater].is_some()))
            .collect();
        let present = ratings.columns(&active);
        let estimate = |method: &str, statistic: &dyn Fn(&Ratings) -> Result<f64, Undefined>| {
            let mut estimate =
                cluster_bootstrap(clusters, how, method, &|rows| statistic(&ratings.pick(rows)));
            estimate.n = ratings.pairable_units();
            if clusters.len() != ratings.rows().len() {
                return Estimate::undefined(Undefined::LengthMismatch, estimate.n, method);
            }
            estimate
        };
        let metric = scale.metric();
        let weights = scale.weights();
        let ordered = !matches!(scale, Scale::Nominal(_));
        Agreement {
            units: ratings.pairable_units(),
            raters: active.len(),
            ratings: ratings.rows().iter().map(cells).sum(),
            raw: estimate("raw-agreement", &raw_agreement),
            alpha: estimate(&format!("krippendorff-alpha-{}", metric.name()), &|ratings| {
                krippendorff_alpha(ratings, metric)
            }),
            ac: scale.labels().map(|labels| {
                let name = if weights == Weights::None { "gwet-ac1" } else { "gwet-ac2-quadratic" };
                estimate(name, &|ratings| gwet_ac(ratings, labels, weights))
            }),
            icc_single: ordered.then(|| icc(&present, IccForm::Single, how.level)),
            icc_average: ordered.then(|| icc(&present, IccForm::Average, how.level)),
        }
    }
}

/// The mean, over units with two ratings or more, of the share of pairs of raters that
/// gave the same value. Says nothing of chance: read it beside alpha and AC.
pub fn raw_agreement(ratings: &Ratings) -> Result<f64, Undefined> {
    let shares: Vec<f64> = ratings
        .pairable()
        .map(|values| {
            let mut same = 0usize;
            for (i, a) in values.iter().enumerate() {
                same += values[i + 1..].iter().filter(|b| *b == a).count();
            }
            same as f64 / (values.len() * (values.len() - 1) / 2) as f64
        })
        .collect();
    crate::estimate::mean(&shares)
}

/// Two raters on the units both rated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairAgreement {
    /// Column of the first rater.
    pub a: usize,
    /// Column of the second rater.
    pub b: usize,
    /// Units both rated.
    pub n: usize,
    /// Share of equal ratings.
    pub raw: Estimate,
    /// Kappa, quadratic for ordered levels; for free numbers ICC(2,1).
    pub kappa: Estimate,
}

/// Every pair of raters (a < b), in order.
pub fn pairwise(
    ratings: &Ratings,
    scale: &Scale,
    clusters: &[usize],
    how: &Resampling,
) -> Vec<PairAgreement> {
    let mut pairs = Vec::new();
    for a in 0..ratings.raters() {
        for b in a + 1..ratings.raters() {
            pairs.push(pair(ratings, scale, clusters, how, a, b));
        }
    }
    pairs
}

fn pair(
    ratings: &Ratings,
    scale: &Scale,
    clusters: &[usize],
    how: &Resampling,
    a: usize,
    b: usize,
) -> PairAgreement {
    let shared: Vec<usize> = (0..ratings.rows().len())
        .filter(|&row| ratings.rows()[row][a].is_some() && ratings.rows()[row][b].is_some())
        .collect();
    let (left, right) = ratings.both(a, b);
    let own: Vec<usize> = shared.iter().filter_map(|&row| clusters.get(row).copied()).collect();
    let at = |rows: &[usize]| -> (Vec<f64>, Vec<f64>) {
        rows.iter().map(|&row| (left[row], right[row])).unzip()
    };
    let raw = cluster_bootstrap(&own, how, "raw-agreement", &|rows| {
        let (x, y) = at(rows);
        crate::estimate::mean(
            &x.iter().zip(&y).map(|(x, y)| f64::from(u8::from(x == y))).collect::<Vec<_>>(),
        )
    });
    let agreement = match scale.labels() {
        Some(labels) => {
            let weights = scale.weights();
            let name =
                if weights == Weights::None { "cohen-kappa" } else { "quadratic-weighted-kappa" };
            cluster_bootstrap(&own, how, name, &|rows| {
                let (x, y) = at(rows);
                kappa(&x, &y, labels, weights)
            })
        }
        None => {
            let rows = left.iter().zip(&right).map(|(x, y)| vec![Some(*x), Some(*y)]).collect();
            match Ratings::new(2, rows) {
                Ok(two) => icc(&two, IccForm::Single, how.level),
                Err(reason) => Estimate::undefined(reason, left.len(), "icc-2-1/f-interval"),
            }
        }
    };
    PairAgreement { a, b, n: left.len(), raw, kappa: agreement }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels() -> Scale {
        Scale::Ordinal(vec![1.0, 2.0, 3.0, 4.0, 5.0])
    }

    #[test]
    fn constant_ratings_show_raw_agreement_and_say_why_alpha_is_missing() {
        let ratings = Ratings::new(2, vec![vec![Some(3.0), Some(3.0)]; 6]).unwrap();
        let clusters: Vec<usize> = (0..6).collect();
        let all = Agreement::of(&ratings, &levels(), &clusters, &Resampling::seeded(1));
        assert_eq!(all.raw.value, Some(1.0));
        assert_eq!((all.alpha.value, all.alpha.reason.as_deref()), (None, Some("no-variation")));
        assert_eq!(all.ac.unwrap().value, Some(1.0));
        assert_eq!((all.units, all.raters, all.ratings), (6, 2, 12));
    }

    #[test]
    fn pairs_rest_on_the_units_both_rated() {
        let rows = (0..12)
            .map(|i| {
                let level = f64::from(i % 5 + 1);
                vec![Some(level), Some(level), (i % 2 == 0).then_some(6.0 - level)]
            })
            .collect();
        let ratings = Ratings::new(3, rows).unwrap();
        let clusters: Vec<usize> = (0..12).collect();
        let pairs = pairwise(&ratings, &levels(), &clusters, &Resampling::seeded(1));
        assert_eq!(
            pairs.iter().map(|p| (p.a, p.b, p.n)).collect::<Vec<_>>(),
            [(0, 1, 12), (0, 2, 6), (1, 2, 6)]
        );
        assert_eq!(pairs[0].kappa.value, Some(1.0));
        assert!(pairs[1].kappa.value.unwrap() < 0.0);
    }

    #[test]
    fn the_order_of_raters_does_not_change_alpha() {
        let rows: Vec<Vec<Option<f64>>> = (0..20)
            .map(|i| vec![Some(f64::from(i % 5 + 1)), Some(f64::from(i % 4 + 1)), None])
            .collect();
        let turned = rows.iter().map(|row| row.iter().rev().copied().collect()).collect();
        let alpha = |rows| krippendorff_alpha(&Ratings::new(3, rows).unwrap(), Metric::Ordinal);
        assert_eq!(alpha(rows), alpha(turned));
    }
}
