//! Choosing the next token.

use crate::rng::Rng;

/// How a token is drawn from logits.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Sampling {
    /// Divides the logits; 0 takes the most likely token.
    pub temperature: f32,
    /// Keeps the smallest set of likeliest tokens whose probabilities reach this; 1 keeps all.
    pub top_p: f32,
    /// Keeps this many likeliest tokens; 0 keeps all.
    pub top_k: usize,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { temperature: 0.0, top_p: 1.0, top_k: 0 }
    }
}

/// Draws one token. Masked tokens are those with a logit of `-inf`. Ties go to
/// the lower id; when nothing is left, 0 is returned. Exactly one number is
/// drawn from `rng` unless the temperature is 0.
pub fn sample(logits: &mut [f32], sampling: &Sampling, rng: &mut Rng) -> u32 {
    let best = argmax(logits);
    // NaN counts as no temperature.
    if sampling.temperature.is_nan() || sampling.temperature <= 0.0 {
        return best;
    }
    let max = f64::from(logits.get(best as usize).copied().unwrap_or(0.0));
    let by = 1.0 / f64::from(sampling.temperature);
    let mut weights: Vec<(u32, f64)> = logits
        .iter()
        .enumerate()
        .filter(|(_, v)| **v > f32::NEG_INFINITY)
        .map(|(i, &v)| (i as u32, ((f64::from(v) - max) * by).exp()))
        .filter(|(_, w)| *w > 0.0)
        .collect();
    let cut = sampling.top_k > 0 || sampling.top_p < 1.0;
    if cut {
        weights.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        if sampling.top_k > 0 {
            weights.truncate(sampling.top_k);
        }
        let goal = f64::from(sampling.top_p) * weights.iter().map(|w| w.1).sum::<f64>();
        let mut mass = 0.0;
        let keep = weights.iter().take_while(|w| {
            let before = mass;
            mass += w.1;
            before < goal
        });
        let keep = keep.count().max(1);
        weights.truncate(keep);
    }
    let total: f64 = weights.iter().map(|w| w.1).sum();
    let mut left = rng.next_f64() * total;
    for &(token, weight) in &weights {
        left -= weight;
        if left < 0.0 {
            return token;
        }
    }
    // Rounding can leave a crumb behind the last token.
    weights.last().map_or(best, |w| w.0)
}

fn argmax(logits: &[f32]) -> u32 {
    let start = (0u32, f32::NEG_INFINITY);
    logits
        .iter()
        .enumerate()
        .fold(start, |best, (i, &v)| if v > best.1 { (i as u32, v) } else { best })
        .0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(logits: &[f32], sampling: Sampling, n: u64) -> Vec<u32> {
        (0..n).map(|i| sample(&mut logits.to_vec(), &sampling, &mut Rng::new(7, i))).collect()
    }

    #[test]
    fn no_temperature_takes_the_likeliest_and_the_lower_id_of_a_tie() {
        assert_eq!(draw(&[0.0, 2.0, 2.0, 1.0], Sampling::default(), 1), [1]);
    }

    #[test]
    fn a_masked_token_is_never_drawn() {
        let sampling = Sampling { temperature: 5.0, top_p: 1.0, top_k: 0 };
        let drawn = draw(&[f32::NEG_INFINITY, 0.0, f32::NEG_INFINITY, -1.0], sampling, 500);
        assert!(drawn.iter().all(|t| [1, 3].contains(t)) && drawn.contains(&3));
    }

    #[test]
    fn frequencies_follow_the_probabilities() {
        let p = [0.5f32, 0.3, 0.2];
        let logits: Vec<f32> = p.iter().map(|p| p.ln()).collect();
        let drawn = draw(&logits, Sampling { temperature: 1.0, top_p: 1.0, top_k: 0 }, 20_000);
        for (t, p) in p.iter().enumerate() {
            let share = drawn.iter().filter(|&&d| d as usize == t).count() as f32 / 20_000.0;
            assert!((share - p).abs() < 0.015, "{t}: {share}");
        }
    }

    #[test]
    fn top_p_and_top_k_keep_the_likeliest() {
        let logits: Vec<f32> = [0.5f32, 0.3, 0.2].iter().map(|p| p.ln()).collect();
        let by_p = draw(&logits, Sampling { temperature: 1.0, top_p: 0.6, top_k: 0 }, 300);
        assert!(by_p.iter().all(|t| *t < 2) && by_p.contains(&1));
        let by_k = draw(&logits, Sampling { temperature: 1.0, top_p: 1.0, top_k: 1 }, 300);
        assert!(by_k.iter().all(|t| *t == 0));
    }

    #[test]
    fn one_seed_gives_one_token() {
        let sampling = Sampling { temperature: 1.0, top_p: 0.9, top_k: 0 };
        let logits = [0.1, 0.2, 0.3, 0.4];
        assert_eq!(draw(&logits, sampling, 50), draw(&logits, sampling, 50));
    }
}
