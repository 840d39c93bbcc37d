//! How steady repeated verdicts on the same item are.

use serde::{Deserialize, Serialize};

use crate::Undefined;
use crate::estimate::Estimate;

/// The split of a judge's scores into spread between items and spread within one item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Items with at least one sample.
    pub items: usize,
    /// Samples in all.
    pub samples: usize,
    /// Standard deviation of repeated samples of one item, pooled: sqrt(MSW).
    pub within_sd: Estimate,
    /// Standard deviation of the items' true means: sqrt(max(0, (MSB - MSW) / n0)).
    pub between_sd: Estimate,
    /// The chance that two samples of one item differ, averaged over items.
    pub flip_rate: Estimate,
    /// The share of items whose samples are not all the same.
    pub unsteady: Estimate,
}

impl Spread {
    /// Splits the variance of `items[i]` = the samples of item i by one-way ANOVA, with
    /// n0 = (N - sum n_i^2 / N) / (a - 1) for unequal numbers of samples.
    ///
    /// With one sample per item everything but the counts is undefined
    /// (`SingleSample`): unknown, not zero. Fewer than two items leave `between_sd`
    /// undefined. Flip rates use items with two samples or more.
    /// Source: Searle, Casella and McCulloch, Variance Components (1992), 3.6.
    pub fn of(items: &[Vec<f64>]) -> Spread {
        let items: Vec<&Vec<f64>> = items.iter().filter(|samples| !samples.is_empty()).collect();
        let total: usize = items.iter().map(|samples| samples.len()).sum();
        let point = |value: Result<f64, Undefined>, method: &str| {
            Estimate::point(value, items.len(), method)
        };
        let (within, between) = variances(&items, total);
        let repeated: Vec<&&Vec<f64>> = items.iter().filter(|samples| samples.len() >= 2).collect();
        let over_repeated = |of: &dyn Fn(&[f64]) -> f64| -> Result<f64, Undefined> {
            if repeated.is_empty() {
                return Err(if items.is_empty() {
                    Undefined::TooFewItems
                } else {
                    Undefined::SingleSample
                });
            }
            Ok(repeated.iter().map(|samples| of(samples)).sum::<f64>() / repeated.len() as f64)
        };
        Spread {
            items: items.len(),
            samples: total,
            within_sd: point(within.map(f64::sqrt), "anova-within-sd"),
            between_sd: point(between.map(f64::sqrt), "anova-between-sd"),
            flip_rate: point(over_repeated(&flips), "flip-rate"),
            unsteady: point(
                over_repeated(&|samples| {
                    f64::from(u8::from(samples.iter().any(|s| *s != samples[0])))
                }),
                "unsteady-items",
            ),
        }
    }
}

/// The share of unordered pairs of samples that differ.
fn flips(samples: &[f64]) -> f64 {
    let mut differing = 0usize;
    for (i, a) in samples.iter().enumerate() {
        differing += samples[i + 1..].iter().filter(|b| *b != a).count();
    }
    differing as f64 / (samples.len() * (samples.len() - 1) / 2) as f64
}

fn variances(
    items: &[&Vec<f64>],
    total: usize,
) -> (Result<f64, Undefined>, Result<f64, Undefined>) {
    if items.is_empty() {
        return (Err(Undefined::TooFewItems), Err(Undefined::TooFewItems));
    }
    if total == items.len() {
        return (Err(Undefined::SingleSample), Err(Undefined::SingleSample));
    }
    let (count, n) = (items.len() as f64, total as f64);
    let grand = items.iter().flat_map(|samples| samples.iter()).sum::<f64>() / n;
    let (mut within, mut between, mut squares) = (0.0, 0.0, 0.0);
    for samples in items {
        let size = samples.len() as f64;
        let centre = samples.iter().sum::<f64>() / size;
        within += samples.iter().map(|value| (value - centre).powi(2)).sum::<f64>();
        between += size * (centre - grand).powi(2);
        squares += size * size;
    }
    let msw = within / (n - count);
    if items.len() < 2 {
        return (Ok(msw), Err(Undefined::TooFewItems));
    }
    let msb = between / (count - 1.0);
    let n0 = (n - squares / n) / (count - 1.0);
    (Ok(msw), Ok(((msb - msw) / n0).max(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sample_per_item_is_unknown_and_not_steady() {
        let spread = Spread::of(&[vec![1.0], vec![2.0]]);
        assert_eq!(spread.flip_rate.value, None);
        assert_eq!(spread.within_sd.reason.as_deref(), Some("single-sample"));
    }

    #[test]
    fn flips_count_pairs_and_items() {
        let spread = Spread::of(&[vec![1.0, 1.0, 1.0, 2.0], vec![3.0; 4]]);
        assert_eq!(spread.flip_rate.value, Some(0.25));
        assert_eq!(spread.unsteady.value, Some(0.5));
        assert_eq!((spread.items, spread.samples), (2, 8));
    }

    #[test]
    fn no_items_are_undefined() {
        assert_eq!(Spread::of(&[]).within_sd.reason.as_deref(), Some("too-few-items"));
    }
}
