//! Shares and means from draws with unequal, known probabilities.

use crate::Undefined;

/// One draw without replacement out of what was left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawStep {
    /// The probability with which this one came, given what was left: above 0, at most 1.
    pub probability: f64,
    /// How many were left, this one among them.
    pub among: u32,
}

/// How many draws, from the first one on, emptied the same pool one by one. What was added
/// to it or taken out by hand ends the sequence: later draws came from another pool.
#[must_use]
pub fn unbroken(steps: &[DrawStep]) -> usize {
    let follows = |pair: &[DrawStep]| pair[0].among.checked_sub(1) == Some(pair[1].among);
    let broken = steps.windows(2).position(|pair| !follows(pair));
    broken.map_or(steps.len(), |last| last + 1)
}

/// The weight of each of M unbroken draws: sum(v_m y_m) / M is an unbiased estimate of the
/// mean of y over all N that were there before the first draw, and sum(v_m y_m) /
/// sum(v_m) ([`weighted_mean`]) is its ratio form. With n_m left and probability p_m,
///
/// v_m = 1 + (n_M - 1) / (n_m - 1) * (1 / (n_m p_m) - 1).
///
/// Every weight is above 0. Even draws all have 1, and so has whatever emptied the pool.
///
/// Undefined: no draw (`TooFewItems`); a probability that is none, or draws that are not
/// [`unbroken`] (`BadValue`).
/// Source: Farquhar, Gal and Rainforth, "On statistical bias in active learning", ICLR
/// 2021, their R_LURE, which is a weighted mean of the M estimates of Des Raj, JASA 51
/// (1956) 269.
pub fn draw_weights(steps: &[DrawStep]) -> Result<Vec<f64>, Undefined> {
    let last = steps.last().ok_or(Undefined::TooFewItems)?;
    let sound = |step: &DrawStep| step.probability > 0.0 && step.probability <= 1.0;
    if last.among == 0 || unbroken(steps) < steps.len() || !steps.iter().all(sound) {
        return Err(Undefined::BadValue);
    }
    let rest = f64::from(last.among) - 1.0;
    let weight = |step: &DrawStep| {
        let left = f64::from(step.among);
        // The last one of all: nothing was left that it could stand for.
        if step.among == 1 {
            return 1.0;
        }
        1.0 + rest / (left - 1.0) * (1.0 / (left * step.probability) - 1.0)
    };
    Ok(steps.iter().map(weight).collect())
}

/// sum(w y) / sum(w) over pairs of weight and value.
///
/// With inverse-probability weights this estimates the mean over all of which the value is
/// known or would be, had they been drawn: a ratio, so biased by terms of order 1/n.
///
/// Undefined: no pair, or no weight above 0 (`TooFewItems`); a weight below 0, or what is
/// no number (`BadValue`).
/// Source: Hajek, in Godambe and Sprott (eds.), Foundations of Statistical Inference
/// (1971) 236; Särndal, Swensson and Wretman, Model Assisted Survey Sampling (1992), 5.7.
pub fn weighted_mean(pairs: &[(f64, f64)]) -> Result<f64, Undefined> {
    let whole = sum_of_weights(pairs.iter().map(|(weight, _)| *weight))?;
    let sum: f64 = pairs.iter().map(|(weight, value)| weight * value).sum();
    if sum.is_finite() { Ok(sum / whole) } else { Err(Undefined::BadValue) }
}

/// How many evenly drawn items tell as much as these do: sum(w)^2 / sum(w^2).
///
/// Undefined as [`weighted_mean`]. Source: Kish, Survey Sampling (1965), 11.7.
pub fn effective_size(weights: &[f64]) -> Result<f64, Undefined> {
    let whole = sum_of_weights(weights.iter().copied())?;
    Ok(whole * whole / weights.iter().map(|weight| weight * weight).sum::<f64>())
}

fn sum_of_weights(weights: impl Iterator<Item = f64>) -> Result<f64, Undefined> {
    let mut whole = 0.0;
    for weight in weights {
        if !(weight.is_finite() && weight >= 0.0) {
            return Err(Undefined::BadValue);
        }
        whole += weight;
    }
    if whole > 0.0 { Ok(whole) } else { Err(Undefined::TooFewItems) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mixture;

    fn step(probability: f64, among: u32) -> DrawStep {
        DrawStep { probability, among }
    }

    /// Every sequence of `draws` draws by [`mixture`] over what is left: its steps, the
    /// items drawn, and how likely it is.
    fn sequences(scores: &[f64], draws: usize) -> Vec<(Vec<DrawStep>, Vec<usize>, f64)> {
        let mut all = vec![(Vec::new(), Vec::new(), 1.0)];
        for _ in 0..draws {
            let mut longer = Vec::new();
            for (steps, items, likely) in &all {
                let left: Vec<usize> = (0..scores.len()).filter(|i| !items.contains(i)).collect();
                let among = u32::try_from(left.len()).unwrap();
                let of: Vec<f64> = left.iter().map(|i| scores[*i]).collect();
                for (item, p) in left.iter().zip(mixture(&of, 0.3)) {
                    let (mut steps, mut items): (Vec<DrawStep>, Vec<usize>) =
                        (steps.clone(), items.clone());
                    steps.push(step(p, among));
                    items.push(*item);
                    longer.push((steps, items, likely * p));
                }
            }
            all = longer;
        }
        all
    }

    #[test]
    fn over_every_sequence_that_could_be_drawn_the_weighted_mean_is_that_of_all() {
        let (scores, values) = ([0.0, 1.0, 4.0, 0.5, 2.0], [0.0, 1.0, 1.0, 0.0, 1.0]);
        for draws in 1..=5 {
            let (mut weighted, mut plain, mut ones) = (0.0, 0.0, 0.0);
            for (steps, items, likely) in sequences(&scores, draws) {
                let weights = draw_weights(&steps).unwrap();
                assert!(weights.iter().all(|w| *w > 0.0));
                let of = |value: &dyn Fn(usize) -> f64| {
                    let sum: f64 = items.iter().zip(&weights).map(|(i, w)| w * value(*i)).sum();
                    sum / draws as f64
                };
                weighted += likely * of(&|i| values[i]);
                ones += likely * of(&|_| 1.0);
                plain += likely * items.iter().map(|i| values[*i]).sum::<f64>() / draws as f64;
            }
            assert!((weighted - 0.6).abs() < 1e-12, "{draws}: {weighted}");
            assert!((ones - 1.0).abs() < 1e-12, "{draws}: {ones}");
            // The plain mean is of what was chosen, until all are.
            assert!((plain - 0.6).abs() > 0.01 || draws == 5, "{draws}: {plain}");
        }
    }

    #[test]
    fn the_weights_are_those_of_des_rajs_estimates_averaged_by_hand() {
        // N = 4, two draws with p = 1/2 and 1/3. Des Raj: t1 = y1/p1 = 2 y1 and
        // t2 = y1 + y2/p2 = y1 + 3 y2; a_m = N(N-M) / (M(N-m)(N-m+1)) = 1/3 and 2/3.
        // (t1/3 + 2 t2/3) / N = (4/3 y1 + 2 y2) / 4, and v_m is M times the coefficient.
        let weights = draw_weights(&[step(0.5, 4), step(1.0 / 3.0, 3)]).unwrap();
        assert!((weights[0] - 2.0 / 3.0).abs() < 1e-12 && (weights[1] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn even_draws_weigh_the_same_and_so_does_a_pool_that_was_emptied() {
        let even = draw_weights(&[step(0.25, 4), step(1.0 / 3.0, 3)]).unwrap();
        assert!(even.iter().all(|w| (w - 1.0).abs() < 1e-12));
        let emptied = draw_weights(&[step(0.7, 3), step(0.9, 2), step(1.0, 1)]).unwrap();
        assert_eq!(emptied, [1.0; 3]);
    }

    #[test]
    fn a_pool_that_changed_otherwise_ends_the_sequence() {
        let steps = [step(0.2, 5), step(0.3, 4), step(0.2, 6), step(0.2, 5)];
        assert_eq!(unbroken(&steps), 2);
        assert_eq!(unbroken(&steps[2..]), 2);
        assert_eq!((unbroken(&[]), unbroken(&steps[..1])), (0, 1));
        assert_eq!(draw_weights(&steps), Err(Undefined::BadValue));
        assert_eq!(draw_weights(&[step(0.0, 3)]), Err(Undefined::BadValue));
        assert_eq!(draw_weights(&[]), Err(Undefined::TooFewItems));
    }

    #[test]
    fn a_weighted_mean_and_its_effective_size_by_hand() {
        let pairs = [(1.0, 1.0), (2.0, 0.0), (1.0, 1.0)];
        assert_eq!(weighted_mean(&pairs), Ok(0.5));
        // (1 + 2 + 1)^2 / (1 + 4 + 1).
        assert_eq!(effective_size(&[1.0, 2.0, 1.0]), Ok(16.0 / 6.0));
        assert_eq!(effective_size(&[3.0; 7]), Ok(7.0));
        assert_eq!(weighted_mean(&[]), Err(Undefined::TooFewItems));
        assert_eq!(weighted_mean(&[(-1.0, 1.0)]), Err(Undefined::BadValue));
        assert_eq!(weighted_mean(&[(1.0, f64::NAN)]), Err(Undefined::BadValue));
    }
}
