//! Drawing with unequal probabilities that are known and never small.

use crate::Rng;

/// The probability of each item: with share `floor` (0 to 1) all are as likely, with the
/// rest each is as likely as its score is large: floor/n + (1 - floor) * s_i / sum(s).
/// Scores that are no number, or below 0, count as 0; with no score above 0 all are as
/// likely. Empty for none.
///
/// So no item is ever less than `floor` times as likely as in an even draw, and an
/// inverse-probability weight is at most 1/`floor` times that of an even draw.
/// Source: defensive mixture, Hesterberg, Technometrics 37 (1995) 185.
#[must_use]
pub fn mixture(scores: &[f64], floor: f64) -> Vec<f64> {
    let n = scores.len() as f64;
    let clean = |score: &f64| if score.is_finite() { score.max(0.0) } else { 0.0 };
    let sum: f64 = scores.iter().map(clean).sum();
    let of = |score: &f64| {
        if sum > 0.0 { floor / n + (1.0 - floor) * clean(score) / sum } else { 1.0 / n }
    };
    scores.iter().map(of).collect()
}

/// Which item a number in [0, 1) falls on; `None` for no items.
#[must_use]
pub fn pick(probabilities: &[f64], unit: f64) -> Option<usize> {
    let mut sum = 0.0;
    for (index, p) in probabilities.iter().enumerate() {
        sum += p;
        if unit < sum {
            return Some(index);
        }
    }
    // The sum may miss 1 by rounding.
    probabilities.iter().rposition(|p| *p > 0.0)
}

/// `most` of `n` items, each as likely as the other, ascending; all where there are no
/// more. Source: Floyd, in Bentley, Communications of the ACM 30 (1987) 754.
#[must_use]
pub fn subset(n: usize, most: usize, rng: &mut Rng) -> Vec<usize> {
    if n <= most {
        return (0..n).collect();
    }
    let mut chosen = std::collections::BTreeSet::new();
    for last in n - most..n {
        let one = rng.below(last as u64 + 1) as usize;
        if !chosen.insert(one) {
            chosen.insert(last);
        }
    }
    chosen.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up_to_one_and_none_is_below_its_share_of_the_floor() {
        let p = mixture(&[0.0, 1.0, 3.0, f64::NAN, -2.0], 0.5);
        assert_eq!(p, [0.1, 0.225, 0.475, 0.1, 0.1]);
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(mixture(&[0.0, 0.0], 0.5), [0.5, 0.5]);
        assert!(mixture(&[], 0.5).is_empty());
    }

    #[test]
    fn items_come_as_often_as_their_probability_says() {
        let p = mixture(&[0.0, 1.0, 3.0], 0.4);
        let mut rng = Rng::new(3, 0);
        let mut counts = [0_u32; 3];
        for _ in 0..60_000 {
            counts[pick(&p, rng.unit()).unwrap()] += 1;
        }
        for (count, p) in counts.iter().zip(&p) {
            let sd = (60_000.0 * p * (1.0 - p)).sqrt();
            assert!((f64::from(*count) - 60_000.0 * p).abs() < 4.0 * sd, "{counts:?}");
        }
        assert_eq!(pick(&[0.5, 0.5 - 1e-16, 0.0], 0.999_999_999_999_999_9), Some(1));
        assert_eq!(pick(&[], 0.3), None);
    }

    #[test]
    fn a_mean_weighted_by_inverse_probabilities_is_that_of_all_items() {
        // What the stored probabilities are for: draws that favour high values still
        // tell the plain mean.
        let values: Vec<f64> = (0..40).map(f64::from).collect();
        let p = mixture(&values, 0.5);
        let mut rng = Rng::new(11, 0);
        let draws = 40_000;
        let sum: f64 = (0..draws)
            .map(|_| pick(&p, rng.unit()).unwrap())
            .map(|i| values[i] / (values.len() as f64 * p[i]))
            .sum();
        assert!((sum / f64::from(draws) - 19.5).abs() < 0.15, "{}", sum / f64::from(draws));
    }

    #[test]
    fn a_subset_is_even_and_has_the_size_asked_for() {
        let mut counts = [0_u32; 10];
        for stream in 0..20_000 {
            let chosen = subset(10, 3, &mut Rng::new(5, stream));
            assert!(chosen.len() == 3 && chosen.is_sorted());
            chosen.into_iter().for_each(|i| counts[i] += 1);
        }
        assert!(counts.iter().all(|c| (5_700..6_300).contains(c)), "{counts:?}");
        assert_eq!(subset(3, 9, &mut Rng::new(1, 0)), [0, 1, 2]);
    }
}
