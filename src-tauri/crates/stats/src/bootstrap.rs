//! The cluster bootstrap: intervals that respect which rows belong together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Estimate, Rng, Undefined};

/// How to resample.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resampling {
    /// The seed; the same seed gives the same interval, bit for bit.
    pub seed: u64,
    /// How many resamples; 2,000 keeps the ends of a 95 % interval steady to about .01.
    pub replicates: usize,
    /// Confidence level, such as 0.95.
    pub level: f64,
}

impl Resampling {
    /// 2,000 resamples at 95 % under `seed`.
    pub fn seeded(seed: u64) -> Resampling {
        Resampling { seed, replicates: 2000, level: 0.95 }
    }

    /// As many resamples as suit a table of `rows` rows: 2,000, and fewer for a large
    /// one (whose intervals are narrow), so that nobody waits. Never under 200.
    pub fn for_rows(seed: u64, rows: usize) -> Resampling {
        let replicates = (2_000_000 / rows.max(1)).clamp(200, 2000);
        Resampling { replicates, ..Resampling::seeded(seed) }
    }
}

/// Numbers the clusters of rows by their keys (a case's id per row), in the keys' order.
pub fn clusters_of<K: Ord>(keys: &[K]) -> Vec<usize> {
    let mut order: Vec<&K> = keys.iter().collect();
    order.sort();
    order.dedup();
    let number: BTreeMap<&K, usize> =
        order.into_iter().enumerate().map(|(i, key)| (key, i)).collect();
    keys.iter().map(|key| number[key]).collect()
}

/// The value of `statistic` on all rows with a percentile interval from resampling
/// whole clusters (cases): all rows of a drawn cluster come along together, as often as
/// it is drawn, so that repeats and several outputs of one case don't pass for
/// independent evidence.
///
/// `clusters[row]` is the cluster of a row (see [`clusters_of`]); `statistic` gets row
/// numbers. Replicate r draws from stream r of the seed. Resamples on which the
/// statistic is undefined are left out; if more than one in ten is, or there are fewer
/// than two clusters, the interval is missing and `reason` says why.
/// Where all resamples give one value (a judge that is never wrong), low = high is kept
/// and `reason` says that it is not certainty.
/// `n` of the result is the number of rows.
///
/// Source: Davison and Hinkley, Bootstrap Methods and their Application (1997), 3.8 and
/// 5.3.1; quantiles as in [`quantile`].
pub fn cluster_bootstrap(
    clusters: &[usize],
    how: &Resampling,
    method: &str,
    statistic: &dyn Fn(&[usize]) -> Result<f64, Undefined>,
) -> Estimate {
    let all: Vec<usize> = (0..clusters.len()).collect();
    let mut estimate =
        Estimate::point(statistic(&all), all.len(), &format!("{method}/cluster-bootstrap"));
    estimate.level = how.level;
    if estimate.value.is_none() {
        return estimate;
    }
    match percentile_interval(clusters, how, statistic) {
        Ok((low, high)) => {
            estimate.low = Some(low);
            estimate.high = Some(high);
            if low == high {
                estimate.reason = Some(Undefined::DegenerateInterval.code().to_owned());
            }
        }
        Err(reason) => estimate.reason = Some(reason.code().to_owned()),
    }
    estimate
}

fn percentile_interval(
    clusters: &[usize],
    how: &Resampling,
    statistic: &dyn Fn(&[usize]) -> Result<f64, Undefined>,
) -> Result<(f64, f64), Undefined> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (row, &cluster) in clusters.iter().enumerate() {
        members.entry(cluster).or_default().push(row);
    }
    let members: Vec<Vec<usize>> = members.into_values().collect();
    if members.len() < 2 {
        return Err(Undefined::TooFewCases);
    }
    let mut values = Vec::with_capacity(how.replicates);
    let mut rows = Vec::with_capacity(clusters.len() * 2);
    for replicate in 0..how.replicates {
        let mut rng = Rng::new(how.seed, replicate as u64);
        rows.clear();
        for _ in 0..members.len() {
            rows.extend_from_slice(&members[rng.below(members.len() as u64) as usize]);
        }
        values.extend(statistic(&rows).ok());
    }
    if values.is_empty() || values.len() * 10 < how.replicates * 9 {
        return Err(Undefined::UnstableInterval);
    }
    values.sort_by(f64::total_cmp);
    let tail = (1.0 - how.level) / 2.0;
    Ok((quantile(&values, tail)?, quantile(&values, 1.0 - tail)?))
}

/// The `p` quantile of ascending values, linear between neighbours (type 7 of Hyndman
/// and Fan 1996, numpy's default).
pub fn quantile(ascending: &[f64], p: f64) -> Result<f64, Undefined> {
    if ascending.is_empty() {
        return Err(Undefined::TooFewItems);
    }
    if !(0.0..=1.0).contains(&p) {
        return Err(Undefined::BadValue);
    }
    let place = p * (ascending.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(ascending.len() - 1);
    let share = place - below as f64;
    Ok(ascending[below] + share * (ascending[above] - ascending[below]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::mean;

    fn mean_of(values: &[f64], clusters: &[usize], seed: u64) -> Estimate {
        cluster_bootstrap(clusters, &Resampling::seeded(seed), "mean", &|rows| {
            mean(&rows.iter().map(|&row| values[row]).collect::<Vec<_>>())
        })
    }

    #[test]
    fn the_same_seed_gives_the_same_bits_and_another_seed_does_not() {
        let values: Vec<f64> = (0..40).map(|i| f64::from(i * i % 17)).collect();
        let clusters: Vec<usize> = (0..40).map(|i| i / 2).collect();
        let first = mean_of(&values, &clusters, 5);
        assert_eq!(first, mean_of(&values, &clusters, 5));
        assert_ne!(first.low, mean_of(&values, &clusters, 6).low);
        assert!(first.low < first.value && first.value < first.high);
    }

    #[test]
    fn copying_every_row_within_its_case_does_not_narrow_the_interval() {
        let values: Vec<f64> = (0..30).map(|i| f64::from(i % 7)).collect();
        let single: Vec<usize> = (0..30).collect();
        let copied: Vec<f64> = values.iter().flat_map(|&v| [v; 4]).collect();
        let clusters: Vec<usize> = (0..30).flat_map(|i| [i; 4]).collect();
        let (a, b) = (mean_of(&values, &single, 1), mean_of(&copied, &clusters, 1));
        assert!((a.low.unwrap() - b.low.unwrap()).abs() < 1e-12);
        assert!((a.high.unwrap() - b.high.unwrap()).abs() < 1e-12);
    }

    #[test]
    fn an_interval_without_width_is_marked() {
        let estimate = mean_of(&[1.0; 20], &(0..20).collect::<Vec<_>>(), 1);
        assert_eq!((estimate.low, estimate.high), (Some(1.0), Some(1.0)));
        assert_eq!(estimate.reason.as_deref(), Some("degenerate-interval"));
    }

    #[test]
    fn one_case_gives_a_value_without_an_interval() {
        let estimate = mean_of(&[1.0, 2.0], &[0, 0], 1);
        assert_eq!(estimate.value, Some(1.5));
        assert_eq!((estimate.low, estimate.reason.as_deref()), (None, Some("too-few-cases")));
    }

    #[test]
    fn a_bootstrap_of_the_mean_is_near_the_normal_interval() {
        let values: Vec<f64> = (0..200).map(|i| f64::from(i * 37 % 101)).collect();
        let clusters: Vec<usize> = (0..200).collect();
        let estimate = mean_of(&values, &clusters, 3);
        let centre = mean(&values).unwrap();
        let sd = (values.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / 199.0).sqrt();
        let half = 1.96 * sd / 200f64.sqrt();
        assert!((estimate.low.unwrap() - (centre - half)).abs() < 0.15 * half);
        assert!((estimate.high.unwrap() - (centre + half)).abs() < 0.15 * half);
    }

    #[test]
    fn clusters_are_numbered_by_key() {
        assert_eq!(clusters_of(&["b", "a", "b", "c"]), [1, 0, 1, 2]);
    }
}
