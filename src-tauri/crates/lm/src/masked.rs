//! Choosing among the tokens of a mask without listing them: what a grammar allows
//! of a large vocabulary is most of it or next to nothing.

use crate::backend::cpu::lanes;
use crate::rng::Rng;
use crate::sample::{Sampling, draw, penalise, pick, with_room};

/// Tokens whose greatest logit is looked at first.
const BLOCK: usize = 32;

/// Draws one of the tokens whose bit is set in `mask` (token `t` is bit `t % 32` of
/// word `t / 32`; words may be missing, their tokens aren't allowed): the very one
/// that [`crate::sample`] draws from a list of them. `None` where there is nothing to
/// be drawn.
pub fn sample_masked(
    logits: &[f32],
    mask: &[u32],
    written: &[u32],
    sampling: &Sampling,
    rng: &mut Rng,
) -> Option<u32> {
    let cold = sampling.temperature.is_nan() || sampling.temperature <= 0.0;
    if sampling.repetition_penalty != 1.0 || (sampling.top_k == 0 && !cold) {
        return sample_packed(logits, mask, written, sampling, rng);
    }
    let mut tops = vec![f32::NEG_INFINITY; logits.len().div_ceil(BLOCK)];
    lanes::masked_tops(logits, mask, &mut tops);
    let max = lanes::max(&tops);
    if max == f32::NEG_INFINITY {
        return None;
    }
    let allowed = |block: usize| {
        let at = block * BLOCK;
        let values = logits[at..].iter().take(BLOCK).copied();
        (at..).zip(values).filter(|(token, _)| bit(mask, *token))
    };
    if cold {
        let block = tops.iter().position(|&top| top == max)?;
        return allowed(block).find(|(_, value)| *value == max).map(|(token, _)| token as u32);
    }
    let by = 1.0 / sampling.temperature;
    let weight = |value: f32| lanes::exp(by * (value - max));
    let mut least = sampling.min_p;
    if tops.len() > sampling.top_k {
        // So many blocks have a token of at least this weight.
        let mut order = tops.clone();
        let (_, nth, _) = order.select_nth_unstable_by(sampling.top_k - 1, |a, b| b.total_cmp(a));
        if *nth > f32::NEG_INFINITY {
            least = least.max(weight(*nth));
        }
    }
    let mut kept: Vec<(usize, f32)> = Vec::new();
    for (block, &top) in tops.iter().enumerate() {
        if top > f32::NEG_INFINITY && weight(top) >= least {
            let weights = allowed(block).map(|(token, value)| (token, weight(value)));
            kept.extend(weights.filter(|(_, weight)| *weight >= least));
        }
    }
    kept.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    kept.truncate(sampling.top_k);
    pick(kept, None, sampling, rng).map(|token| token as u32)
}

/// Looks at the logits of all allowed tokens, packed behind each other; which tokens
/// they are is only asked of the one that is drawn.
fn sample_packed(
    logits: &[f32],
    mask: &[u32],
    written: &[u32],
    sampling: &Sampling,
    rng: &mut Rng,
) -> Option<u32> {
    with_room(|values| {
        values.resize(logits.len() + 8, 0.0);
        let count = lanes::packed(logits, mask, values);
        let values = &mut values[..count];
        if sampling.repetition_penalty != 1.0 {
            let mut tokens: Vec<usize> = written.iter().map(|&token| token as usize).collect();
            tokens.retain(|&token| token < logits.len() && bit(mask, token));
            tokens.sort_unstable();
            tokens.dedup();
            penalise(values, places(mask, &tokens), sampling.repetition_penalty);
        }
        let place = draw(values, sampling, rng)?;
        token_at(mask, place).map(|token| token as u32)
    })
}

/// Where each of some allowed tokens, ascending, stands among the allowed ones.
fn places(mask: &[u32], tokens: &[usize]) -> Vec<usize> {
    let (mut word, mut before) = (0, 0);
    let place = |&token: &usize| {
        while word < token / 32 {
            before += mask[word].count_ones() as usize;
            word += 1;
        }
        before + (mask[word] & ((1 << (token % 32)) - 1)).count_ones() as usize
    };
    tokens.iter().map(place).collect()
}

/// The allowed token that stands at a place among the allowed ones.
fn token_at(mask: &[u32], place: usize) -> Option<usize> {
    let mut left = place;
    for (at, &word) in mask.iter().enumerate() {
        let count = word.count_ones() as usize;
        if left < count {
            let rest = (0..left).fold(word, |word, _| word & (word - 1));
            return Some(32 * at + rest.trailing_zeros() as usize);
        }
        left -= count;
    }
    None
}

/// How much of all tokens' probability at temperature 1 those of the mask have.
#[must_use]
pub fn masked_mass(logits: &[f32], mask: &[u32]) -> f64 {
    let [all, allowed] = lanes::masked_exp_sums(logits, mask, lanes::max(logits));
    (f64::from(allowed) / f64::from(all)).min(1.0)
}

fn bit(mask: &[u32], token: usize) -> bool {
    mask.get(token / 32).is_some_and(|word| word >> (token % 32) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::uniform;
    use crate::sample::sample;

    fn list(mask: &[u32], vocab: usize) -> Vec<u32> {
        (0..vocab).filter(|&t| bit(mask, t)).map(|t| t as u32).collect()
    }

    #[test]
    fn a_mask_and_its_list_choose_the_same_token() {
        for (seed, vocab) in (0..60).zip([5000usize, 4999, 64, 37, 151].into_iter().cycle()) {
            let mut logits: Vec<f32> =
                (0..vocab).map(|i| 12.0 * uniform(seed, 0, i as u64) - 6.0).collect();
            // Ties, and what no softmax likes.
            logits[7] = logits[3];
            logits[30] = f32::NEG_INFINITY;
            // Nearly all, half, few, one.
            let share = [0.97, 0.5, 0.01, 0.0][seed as usize % 4];
            let mut mask: Vec<u32> = vec![0; vocab.div_ceil(32)];
            for t in 0..mask.len() * 32 {
                mask[t / 32] |= u32::from(uniform(seed, 1, t as u64) < share) << (t % 32);
            }
            mask[0] |= 1 << 3;
            let allowed = list(&mask, vocab);
            let written: Vec<u32> = (0..80).map(|i| (i * i) % vocab as u32).collect();
            for (temperature, top_k, top_p, min_p, repetition_penalty) in [
                (0.0, 0, 1.0, 0.0, 1.0),
                (1.0, 40, 0.95, 0.0, 1.0),
                (0.7, 1, 1.0, 0.0, 1.0),
                (1.3, 3000, 0.5, 0.02, 1.0),
                (0.2, 8, 1.0, 0.3, 1.0),
                // What looks at all that is allowed: the settings of a judge, first.
                (0.7, 0, 1.0, 0.0, 1.0),
                (3.0, 0, 1.0, 0.0, 1.0),
                (1.0, 0, 0.9, 0.0, 1.0),
                (1.0, 0, 1.0, 0.05, 1.0),
                (0.0, 0, 1.0, 0.0, 1.3),
                (0.8, 0, 0.95, 0.01, 1.2),
                (0.8, 20, 1.0, 0.0, 0.7),
            ] {
                let sampling = Sampling { temperature, top_p, top_k, min_p, repetition_penalty };
                for n in 0..20 {
                    let (mut a, mut b) = (Rng::new(seed, n), Rng::new(seed, n));
                    let want = sample(&logits, Some(&allowed), &written, &sampling, &mut a);
                    let got = sample_masked(&logits, &mask, &written, &sampling, &mut b);
                    assert_eq!((got, b), (want, a), "{seed} {sampling:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_allowed_draws_nothing() {
        let (logits, rng) = ([1.0; 40], &mut Rng::new(1, 1));
        let some = Sampling { temperature: 1.0, top_k: 5, ..Sampling::default() };
        let all = Sampling { temperature: 1.0, ..Sampling::default() };
        for sampling in [some, all, Sampling { repetition_penalty: 1.1, ..all }] {
            assert_eq!(sample_masked(&logits, &[0, 0], &[3], &sampling, rng), None);
            assert_eq!(sample_masked(&logits, &[], &[3], &sampling, rng), None);
            // Bits behind the vocabulary are no tokens.
            assert_eq!(sample_masked(&logits, &[0, 1 << 9], &[41], &sampling, rng), None);
        }
        assert_eq!(rng.position(), 0);
    }

    #[test]
    fn the_mass_is_the_allowed_tokens_share() {
        let logits: Vec<f32> = (0..1003).map(|i| 8.0 * uniform(5, 0, i) - 4.0).collect();
        let mask: Vec<u32> = (0..32).map(|i| (uniform(5, 1, i) * 4e9) as u32).collect();
        let e = |t: usize| f64::from(logits[t]).exp();
        let all: f64 = (0..1003).map(e).sum();
        let allowed: f64 = list(&mask, 1003).into_iter().map(|t| e(t as usize)).sum();
        assert!((masked_mass(&logits, &mask) - allowed / all).abs() < 1e-6);
        assert_eq!(masked_mass(&logits, &[u32::MAX; 40]), 1.0);
        assert_eq!(masked_mass(&logits, &[]), 0.0);
    }
}
