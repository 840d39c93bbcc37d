//! Gwet's AC1 and AC2.

use crate::kappa::positions;
use crate::{Ratings, Undefined, Weights};

/// Gwet's AC1 (no weights) or AC2 (linear or quadratic), for any number of raters and
/// with gaps: (pa - pe) / (1 - pe).
///
/// pa is the mean, over units with two or more ratings, of the weighted agreement
/// sum_k r_k (r*_k - 1) / (r (r - 1)), with r*_k = sum_l w_kl r_l;
/// pe = sum(w) / (q (q - 1)) * sum_k pi_k (1 - pi_k), pi_k the mean share of category
/// k over all rated units. w = 1 - cost / greatest cost over the q `categories`, which
/// are given in full: unused levels count.
///
/// Unlike kappa it stays sensible when nearly all items fall into one category, which
/// is the usual case with rare harm.
///
/// Undefined: fewer than two categories (`NoVariation`); no unit with two ratings.
/// Source: Gwet, Br J Math Stat Psychol 61 (2008) 29; `irrCAC` is the oracle.
pub fn gwet_ac(ratings: &Ratings, categories: &[f64], weights: Weights) -> Result<f64, Undefined> {
    let width = categories.len();
    if width < 2 {
        return Err(Undefined::NoVariation);
    }
    let far = (width - 1) as f64;
    let weight = |i: usize, j: usize| {
        let apart = i.abs_diff(j) as f64;
        match weights {
            Weights::None => f64::from(u8::from(i == j)),
            Weights::Linear => 1.0 - apart / far,
            Weights::Quadratic => 1.0 - (apart / far).powi(2),
        }
    };
    let (mut agreement, mut pairable, mut rated) = (0.0, 0usize, 0usize);
    let mut share = vec![0.0; width];
    for row in ratings.rows() {
        let values: Vec<f64> = row.iter().flatten().copied().collect();
        if values.is_empty() {
            continue;
        }
        rated += 1;
        let mut counts = vec![0.0; width];
        positions(&values, categories)?.into_iter().for_each(|k| counts[k] += 1.0);
        let total = values.len() as f64;
        share.iter_mut().zip(&counts).for_each(|(share, count)| *share += count / total);
        if values.len() >= 2 {
            pairable += 1;
            let agreeing: f64 = (0..width)
                .map(|k| {
                    let near: f64 = (0..width).map(|l| weight(k, l) * counts[l]).sum();
                    counts[k] * (near - 1.0)
                })
                .sum();
            agreement += agreeing / (total * (total - 1.0));
        }
    }
    if pairable == 0 {
        return Err(Undefined::TooFewItems);
    }
    let observed = agreement / pairable as f64;
    let sum: f64 = (0..width).flat_map(|i| (0..width).map(move |j| weight(i, j))).sum();
    let spread: f64 = share.iter().map(|s| s / rated as f64).map(|p| p * (1.0 - p)).sum();
    let expected = sum / (width * (width - 1)) as f64 * spread;
    if 1.0 - expected <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok((observed - expected) / (1.0 - expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac1_survives_the_prevalence_paradox() {
        let mut rows = vec![vec![Some(0.0), Some(0.0)]; 97];
        rows.extend(vec![vec![Some(1.0), Some(0.0)]; 2]);
        rows.push(vec![Some(0.0), Some(1.0)]);
        let ratings = Ratings::new(2, rows).unwrap();
        let value = gwet_ac(&ratings, &[0.0, 1.0], Weights::None).unwrap();
        assert!((value - 0.969).abs() < 5e-4, "{value}");
    }

    #[test]
    fn unanimous_ratings_of_one_value_are_full_agreement() {
        let ratings = Ratings::new(2, vec![vec![Some(1.0), Some(1.0)]; 5]).unwrap();
        assert_eq!(gwet_ac(&ratings, &[1.0, 2.0], Weights::None), Ok(1.0));
        assert_eq!(gwet_ac(&ratings, &[1.0], Weights::None), Err(Undefined::NoVariation));
    }
}
