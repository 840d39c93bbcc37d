//! Agreement as the window shows it: everything on one criterion, each figure with an
//! interval over cases.

use serde::{Deserialize, Serialize};

use crate::agreement::{Agreement, PairAgreement, Scale, pairwise};
use crate::bootstrap::{Resampling, cluster_bootstrap};
use crate::{Estimate, IccForm, Ratings, Reading, Undefined, Weights, icc_value, kappa};

/// One criterion's agreement with what the overview needs besides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// Raw agreement, alpha, AC.
    pub all: Agreement,
    /// Cohen's (labels) or the quadratic weighted kappa (levels), the mean over pairs;
    /// `None` for free numbers.
    pub kappa: Option<Estimate>,
    /// ICC(2,1) with a bootstrap interval, over the `n` units that every rater rated;
    /// `None` for labels without an order.
    pub icc: Option<Estimate>,
    /// Every pair of raters.
    pub pairs: Vec<PairAgreement>,
    /// What it all says, as a stable word.
    pub reading: Reading,
}

/// Everything on one criterion. `pairs_of` is the table that pairs and kappa rest on:
/// the ratings themselves, or, where others' columns fit no person, one rater's beside
/// the others' (with `clusters_of_pairs` for its rows).
pub fn live(
    ratings: &Ratings,
    clusters: &[usize],
    pairs_of: (&Ratings, &[usize]),
    scale: &Scale,
    how: &Resampling,
) -> Live {
    let all = Agreement::of(ratings, scale, clusters, how);
    let (paired, own) = pairs_of;
    let kappa = scale.labels().map(|labels| {
        let weights = scale.weights();
        let name =
            if weights == Weights::None { "cohen-kappa" } else { "quadratic-weighted-kappa" };
        estimate(paired, own, how, name, &|r| mean_kappa(r, labels, weights))
    });
    let active: Vec<usize> = (0..ratings.raters())
        .filter(|&rater| ratings.rows().iter().any(|row| row[rater].is_some()))
        .collect();
    let present = ratings.columns(&active);
    let ordered = !matches!(scale, Scale::Nominal(_));
    let icc = ordered.then(|| {
        let single = |r: &Ratings| icc_value(r, IccForm::Single);
        let mut told = estimate(&present, clusters, how, "icc-2-1", &single);
        let whole = |row: &&Vec<Option<f64>>| row.iter().all(Option::is_some);
        told.n = present.rows().iter().filter(whole).count();
        told
    });
    let reading = Reading::of(&all, kappa.as_ref());
    Live { kappa, icc, pairs: pairwise(paired, scale, own, how), reading, all }
}

fn estimate(
    ratings: &Ratings,
    clusters: &[usize],
    how: &Resampling,
    name: &str,
    statistic: &dyn Fn(&Ratings) -> Result<f64, Undefined>,
) -> Estimate {
    let mut estimate =
        cluster_bootstrap(clusters, how, name, &|rows| statistic(&ratings.pick(rows)));
    estimate.n = ratings.pairable_units();
    estimate
}

/// The mean of [`kappa`] over all pairs of raters with common units and a defined
/// kappa; for two raters it is their kappa.
///
/// Undefined: no common unit (`TooFewItems`); no pair varies (`NoVariation`).
/// Source: Light, Psychological Bulletin 76 (1971) 365; Hallgren, Tutorials in
/// Quantitative Methods for Psychology 8 (2012) 23.
pub fn mean_kappa(ratings: &Ratings, labels: &[f64], weights: Weights) -> Result<f64, Undefined> {
    let (mut values, mut met) = (Vec::new(), false);
    for a in 0..ratings.raters() {
        for b in a + 1..ratings.raters() {
            let (x, y) = ratings.both(a, b);
            match kappa(&x, &y, labels, weights) {
                Ok(value) => values.push(value),
                Err(Undefined::NoVariation) => met = true,
                Err(Undefined::TooFewItems) => {}
                Err(other) => return Err(other),
            }
        }
    }
    if values.is_empty() && met {
        return Err(Undefined::NoVariation);
    }
    crate::estimate::mean(&values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[[f64; 3]]) -> Ratings {
        let cell = |v: &f64| (*v >= 0.0).then_some(*v);
        Ratings::new(3, rows.iter().map(|row| row.iter().map(cell).collect()).collect()).unwrap()
    }

    #[test]
    fn the_mean_kappa_is_the_mean_over_pairs_by_hand() {
        // Raters 0 and 1 agree always (1); 0 and 2, and 1 and 2, on half of the units
        // with even margins (0): mean 1/3.
        let ratings = table(&[[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0]]);
        let value = mean_kappa(&ratings, &[0.0, 1.0], Weights::None).unwrap();
        assert!((value - 1.0 / 3.0).abs() < 1e-12, "{value}");
    }

    #[test]
    fn pairs_that_never_met_or_never_varied_are_left_out_and_none_is_undefined() {
        let labels = [0.0, 1.0];
        // 0 and 1 vary together; 2 rated nothing in common.
        let ratings = table(&[[0.0, 0.0, -1.0], [1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]]);
        assert_eq!(mean_kappa(&ratings, &labels, Weights::None), Ok(1.0));
        let constant = table(&[[0.0, 0.0, -1.0]; 3]);
        assert_eq!(mean_kappa(&constant, &labels, Weights::None), Err(Undefined::NoVariation));
        let apart = table(&[[0.0, -1.0, -1.0], [-1.0, 1.0, -1.0]]);
        assert_eq!(mean_kappa(&apart, &labels, Weights::None), Err(Undefined::TooFewItems));
    }

    #[test]
    fn icc_says_on_how_many_complete_units_it_rests() {
        let ratings = table(&[[1.0, 2.0, 1.0], [3.0, 3.0, -1.0], [4.0, 5.0, 5.0], [2.0, 2.0, 3.0]]);
        let clusters: Vec<usize> = (0..4).collect();
        let how = Resampling::for_rows(1, 4);
        let told = live(&ratings, &clusters, (&ratings, &clusters), &Scale::Number, &how);
        assert_eq!((told.all.units, told.icc.unwrap().n), (4, 3));
    }

    #[test]
    fn a_bootstrap_of_icc_holds_the_value_that_pingouin_gives() {
        // Shrout and Fleiss 1979, table 2: ICC(2,1) = .29.
        let rows = [
            [9.0, 2.0, 5.0, 8.0],
            [6.0, 1.0, 3.0, 2.0],
            [8.0, 4.0, 6.0, 8.0],
            [7.0, 1.0, 2.0, 6.0],
            [10.0, 5.0, 6.0, 9.0],
            [6.0, 2.0, 4.0, 7.0],
        ];
        let ratings = Ratings::new(4, rows.iter().map(|r| r.map(Some).to_vec()).collect()).unwrap();
        let clusters: Vec<usize> = (0..6).collect();
        let how = Resampling::for_rows(1, 6);
        let told = live(&ratings, &clusters, (&ratings, &clusters), &Scale::Number, &how);
        let icc = told.icc.unwrap();
        assert!((icc.value.unwrap() - 0.2898).abs() < 5e-4, "{icc:?}");
        assert!(icc.low < icc.value && icc.value < icc.high && told.kappa.is_none());
        assert_eq!((icc.method.as_str(), icc.n), ("icc-2-1/cluster-bootstrap", 6));
        assert_eq!((how.replicates, Resampling::for_rows(1, 100_000).replicates), (2000, 200));
    }
}
