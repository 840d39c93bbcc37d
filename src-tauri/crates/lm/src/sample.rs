//! Choosing the next token.

use std::cell::Cell;

use crate::backend::cpu::lanes;
use crate::rng::Rng;

/// How a token is drawn from logits. In this order, as transformers applies
/// them: repetition penalty, temperature, `top_k`, `top_p`, `min_p`.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// Divides the logits; 0 takes the most likely token.
    pub temperature: f32,
    /// Keeps the smallest set of likeliest tokens whose probabilities reach this; 1 keeps all.
    pub top_p: f32,
    /// Keeps this many likeliest tokens; 0 keeps all.
    pub top_k: usize,
    /// Keeps tokens at least this many times as likely as the likeliest; 0
    /// keeps all (Nguyen et al. 2024).
    pub min_p: f32,
    /// Divides the positive logits of tokens that were already written and
    /// multiplies the negative ones; 1 changes nothing (Keskar et al. 2019).
    /// The prompt doesn't count as written.
    pub repetition_penalty: f32,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { temperature: 0.0, top_p: 1.0, top_k: 0, min_p: 0.0, repetition_penalty: 1.0 }
    }
}

impl Sampling {
    /// Whether every number lies where it means something.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.temperature.is_finite()
            && self.temperature >= 0.0
            && self.top_p > 0.0
            && self.top_p <= 1.0
            && (0.0..=1.0).contains(&self.min_p)
            && self.repetition_penalty.is_finite()
            && self.repetition_penalty > 0.0
    }
}

/// Draws one token of `allowed` (ascending; every token by default). `written`
/// are the tokens that a repetition penalty is about. Ties go to the lower id.
/// Exactly one number is drawn from `rng` unless the temperature is 0 or
/// nothing can be drawn: then no token is allowed, or all logits are `-inf`.
pub fn sample(
    logits: &[f32],
    allowed: Option<&[u32]>,
    written: &[u32],
    sampling: &Sampling,
    rng: &mut Rng,
) -> Option<u32> {
    with_room(|values| {
        match allowed {
            Some(allowed) => {
                // Ascending, so the last one is the greatest.
                if allowed.last().is_some_and(|&last| last as usize >= logits.len()) {
                    return None;
                }
                values.extend(allowed.iter().map(|&t| logits[t as usize]));
            }
            None => values.extend_from_slice(logits),
        }
        let place = |token: u32| match allowed {
            Some(allowed) => allowed.binary_search(&token).ok(),
            None => Some(token as usize),
        };
        if sampling.repetition_penalty != 1.0 {
            let places = written.iter().filter_map(|&token| place(token)).collect();
            penalise(values, places, sampling.repetition_penalty);
        }
        let place = draw(values, sampling, rng)?;
        Some(allowed.map_or(place as u32, |allowed| allowed[place]))
    })
}

/// Lends an empty list that keeps its memory for the next choice of this thread: a
/// vocabulary's worth of new pages costs as much as the choice itself.
pub(crate) fn with_room<T>(work: impl FnOnce(&mut Vec<f32>) -> T) -> T {
    thread_local! {
        static ROOM: Cell<Vec<f32>> = const { Cell::new(Vec::new()) };
    }
    let mut room = ROOM.take();
    room.clear();
    let done = work(&mut room);
    ROOM.set(room);
    done
}

/// The place of one of the values, which are logits with what was written already
/// penalised; they are overwritten.
pub(crate) fn draw(values: &mut [f32], sampling: &Sampling, rng: &mut Rng) -> Option<usize> {
    let best = argmax(values)?;
    // NaN counts as no temperature.
    if sampling.temperature.is_nan() || sampling.temperature <= 0.0 {
        return Some(best);
    }
    let max = values[best];
    let total = f64::from(lanes::exp_sum(values, 1.0 / sampling.temperature, max));
    let share = rng.next_f64();
    if let Some(kept) = keep(values, total, sampling) {
        return Some(drawn(&kept, share).unwrap_or(best));
    }
    let left = share * total;
    Some(crossed(values, left, total).unwrap_or_else(|| walked(values, left, best)))
}

/// Weights up to here are those of a logit of `-inf` or as good as that.
const NOTHING: f32 = 1e-37;

/// Where the weights, taken away one by one, leave less than nothing of `left`.
fn walked(weights: &[f32], mut left: f64, best: usize) -> usize {
    let mut last = best;
    for (place, &weight) in weights.iter().enumerate() {
        left -= f64::from(weight);
        if left < 0.0 {
            return place;
        }
        last = if weight > NOTHING { place } else { last };
    }
    // Rounding can leave a crumb behind the last token.
    last
}

/// The same by sums of blocks; `None` where rounding might have [`walked`] decide
/// otherwise.
fn crossed(weights: &[f32], left: f64, total: f64) -> Option<usize> {
    const BLOCK: usize = lanes::SUMMED;
    // Each of n subtractions rounds by at most 2^-53 of the total, there and here:
    // four times what the two can differ by.
    let margin = total * weights.len() as f64 * 2f64.powi(-50);
    let mut sums = [0.0f64; 64];
    let mut left = left;
    for (at, many) in weights.chunks(BLOCK * sums.len()).enumerate() {
        lanes::block_sums(many, &mut sums);
        for (n, block) in many.chunks(BLOCK).enumerate() {
            let after = left - sums[n];
            if after > margin {
                left = after;
                continue;
            }
            for (i, &weight) in block.iter().enumerate() {
                left -= f64::from(weight);
                if left < -margin {
                    return Some(BLOCK * (sums.len() * at + n) + i);
                }
                if left.is_nan() || left <= margin {
                    return None;
                }
            }
        }
    }
    None
}

/// Makes the values at some places less likely, at each of them once.
pub(crate) fn penalise(values: &mut [f32], mut places: Vec<usize>, penalty: f32) {
    places.sort_unstable();
    places.dedup();
    for place in places {
        if let Some(value) = values.get_mut(place) {
            *value = if *value > 0.0 { *value / penalty } else { *value * penalty };
        }
    }
}

/// The tokens that stay after `top_k`, `top_p` and `min_p`, likeliest first;
/// `None` when all stay. Weights are at most 1, the likeliest's.
fn keep(weights: &[f32], total: f64, sampling: &Sampling) -> Option<Vec<(usize, f32)>> {
    let Sampling { top_k, top_p, min_p, .. } = *sampling;
    if top_k == 0 && top_p >= 1.0 && min_p <= 0.0 {
        return None;
    }
    let goal = f64::from(top_p) * total;
    let kept = match top_k {
        0 => likeliest(weights, min_p, |mass| top_p < 1.0 && mass >= goal),
        _ => greatest(weights, min_p, top_k),
    };
    // With min-p alone nothing else is cut, and what it left out still counts.
    Some(cut(kept, (top_k == 0).then_some(total), top_p))
}

/// Of some tokens, likeliest first, as many as `top_p` keeps; `total` where
/// others count, too.
fn cut(mut kept: Vec<(usize, f32)>, total: Option<f64>, top_p: f32) -> Vec<(usize, f32)> {
    let all = total.unwrap_or_else(|| kept.iter().map(|k| f64::from(k.1)).sum());
    let goal = f64::from(top_p) * all;
    let mut mass = 0.0;
    let reached = kept.iter().take_while(|k| {
        let before = mass;
        mass += f64::from(k.1);
        top_p >= 1.0 || before < goal
    });
    let reached = reached.count().max(1);
    kept.truncate(reached);
    kept
}

/// Draws one of some tokens, likeliest first.
pub(crate) fn pick(
    kept: Vec<(usize, f32)>,
    total: Option<f64>,
    sampling: &Sampling,
    rng: &mut Rng,
) -> Option<usize> {
    let kept = cut(kept, total, sampling.top_p);
    drawn(&kept, rng.next_f64())
}

/// The one at which the weights reach a share of their sum.
fn drawn(kept: &[(usize, f32)], share: f64) -> Option<usize> {
    let mut left = share * kept.iter().map(|(_, weight)| f64::from(*weight)).sum::<f64>();
    for &(place, weight) in kept {
        left -= f64::from(weight);
        if left < 0.0 {
            return Some(place);
        }
    }
    kept.last().map(|k| k.0)
}

/// The `count` greatest of at least `floor`, by falling weight. Only blocks whose
/// greatest is among the `count` greatest of all blocks can have one of them.
fn greatest(weights: &[f32], floor: f32, count: usize) -> Vec<(usize, f32)> {
    const BLOCK: usize = 64;
    let tops: Vec<f32> = weights.chunks(BLOCK).map(lanes::max).collect();
    let mut least = floor;
    if tops.len() > count {
        let mut order = tops.clone();
        let (_, nth, _) = order.select_nth_unstable_by(count - 1, |a, b| b.total_cmp(a));
        least = least.max(*nth);
    }
    let mut kept: Vec<(usize, f32)> = Vec::new();
    for ((at, block), top) in (0..).step_by(BLOCK).zip(weights.chunks(BLOCK)).zip(tops) {
        if top >= least {
            kept.extend((at..).zip(block.iter().copied()).filter(|(_, weight)| *weight >= least));
        }
    }
    kept.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    kept.truncate(count);
    kept
}

/// Places by falling weight, as many as it takes for `enough(mass)` and
/// at least `floor` in weight, then some. Only these are sorted: weights are
/// first put in buckets by their exponent.
fn likeliest(weights: &[f32], floor: f32, enough: impl Fn(f64) -> bool) -> Vec<(usize, f32)> {
    let bucket = |weight: f32| 127usize.saturating_sub((weight.to_bits() >> 23) as usize);
    let mut buckets = [0.0f64; 128];
    for &weight in weights {
        buckets[bucket(weight)] += f64::from(weight);
    }
    let mut mass = 0.0;
    let last = buckets.iter().position(|of| {
        mass += of;
        enough(mass)
    });
    let last = last.unwrap_or(127);
    let mut kept: Vec<(usize, f32)> = weights
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, weight)| bucket(*weight) <= last && *weight >= floor)
        .collect();
    kept.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    kept
}

fn argmax(values: &[f32]) -> Option<usize> {
    let max = lanes::max(values);
    // NaN is nobody's maximum.
    if max == f32::NEG_INFINITY { None } else { values.iter().position(|&v| v == max) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(temperature: f32) -> Sampling {
        Sampling { temperature, ..Sampling::default() }
    }

    fn draw(logits: &[f32], sampling: Sampling, n: u64) -> Vec<u32> {
        (0..n).map(|i| sample(logits, None, &[], &sampling, &mut Rng::new(7, i)).unwrap()).collect()
    }

    fn logs(p: &[f32]) -> Vec<f32> {
        p.iter().map(|p| p.ln()).collect()
    }

    #[test]
    fn no_temperature_takes_the_likeliest_and_the_lower_id_of_a_tie() {
        assert_eq!(draw(&[0.0, 2.0, 2.0, 1.0], Sampling::default(), 1), [1]);
    }

    #[test]
    fn only_allowed_tokens_are_drawn() {
        let logits = [9.0, 0.0, 9.0, -1.0];
        for sampling in
            [all(5.0), Sampling { top_p: 0.99, ..all(5.0) }, Sampling { top_k: 3, ..all(5.0) }]
        {
            let drawn: Vec<u32> = (0..500)
                .map(|i| {
                    sample(&logits, Some(&[1, 3]), &[], &sampling, &mut Rng::new(7, i)).unwrap()
                })
                .collect();
            assert!(drawn.iter().all(|t| [1, 3].contains(t)) && drawn.contains(&3));
        }
        let rng = &mut Rng::new(1, 1);
        assert_eq!(sample(&logits, Some(&[]), &[], &all(1.0), rng), None);
        assert_eq!(sample(&logits, Some(&[7]), &[], &all(1.0), rng), None);
        assert_eq!(sample(&[f32::NEG_INFINITY; 3], None, &[], &all(1.0), rng), None);
    }

    #[test]
    fn frequencies_follow_the_probabilities() {
        let p = [0.5f32, 0.3, 0.2];
        let drawn = draw(&logs(&p), all(1.0), 20_000);
        for (t, p) in p.iter().enumerate() {
            let share = drawn.iter().filter(|&&d| d as usize == t).count() as f32 / 20_000.0;
            assert!((share - p).abs() < 0.015, "{t}: {share}");
        }
    }

    #[test]
    fn top_p_top_k_and_min_p_keep_the_likeliest() {
        let logits = logs(&[0.2, 0.5, 0.3]);
        let drawn = |sampling| {
            let mut drawn = draw(&logits, sampling, 300);
            drawn.sort_unstable();
            drawn.dedup();
            drawn
        };
        assert_eq!(drawn(Sampling { top_p: 0.6, ..all(1.0) }), [1, 2]);
        assert_eq!(drawn(Sampling { top_k: 1, ..all(1.0) }), [1]);
        // .3 is .6 of the likeliest, .2 is .4.
        assert_eq!(drawn(Sampling { min_p: 0.5, ..all(1.0) }), [1, 2]);
        assert_eq!(drawn(Sampling { min_p: 0.7, ..all(1.0) }), [1]);
        // Of the two likeliest, .5 of .8 reaches .6.
        assert_eq!(drawn(Sampling { top_k: 2, top_p: 0.6, ..all(1.0) }), [1]);
    }

    /// As it is defined, by a full sort.
    fn plainly(weights: &[f32], sampling: &Sampling) -> Vec<usize> {
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by(|&a, &b| weights[b].total_cmp(&weights[a]).then(a.cmp(&b)));
        if sampling.top_k > 0 {
            order.truncate(sampling.top_k);
        }
        let all: f64 = order.iter().map(|&i| f64::from(weights[i])).sum();
        let mut mass = 0.0;
        let mut kept = Vec::new();
        for i in order {
            if (kept.is_empty() || sampling.top_p >= 1.0 || mass < f64::from(sampling.top_p) * all)
                && weights[i] >= sampling.min_p
            {
                kept.push(i);
            }
            mass += f64::from(weights[i]);
        }
        kept
    }

    #[test]
    fn the_kept_tokens_are_those_of_a_full_sort() {
        for seed in 0..40 {
            let mut weights: Vec<f32> =
                (0..2000).map(|i| lanes::exp(-30.0 * crate::rng::uniform(seed, 0, i))).collect();
            weights[700] = 1.0;
            weights[701] = weights[5];
            let total = weights.iter().map(|&w| f64::from(w)).sum();
            for (top_k, top_p, min_p) in [
                (0, 0.9, 0.0),
                (40, 0.95, 0.05),
                (40, 1.0, 0.0),
                (0, 1.0, 0.1),
                (3000, 0.5, 0.0),
                (0, 0.999, 0.0),
            ] {
                let sampling = Sampling { top_k, top_p, min_p, ..all(1.0) };
                let kept = keep(&weights, total, &sampling).unwrap();
                let kept: Vec<usize> = kept.into_iter().map(|k| k.0).collect();
                assert_eq!(kept, plainly(&weights, &sampling), "{seed} {sampling:?}");
            }
        }
    }

    #[test]
    fn what_was_written_becomes_less_likely() {
        let logits = [2.0, 1.9, -0.1, -0.2];
        let penalty = Sampling { repetition_penalty: 3.0, ..Sampling::default() };
        let take = |allowed: Option<&[u32]>, written: &[u32]| {
            sample(&logits, allowed, written, &penalty, &mut Rng::new(0, 0)).unwrap()
        };
        assert_eq!(take(None, &[]), 0);
        assert_eq!(take(None, &[0, 0]), 1);
        assert_eq!(take(Some(&[2, 3]), &[0, 2]), 3);
    }

    #[test]
    fn sums_of_blocks_find_the_place_that_one_after_the_other_does() {
        let (mut sure, mut unsure) = (0, 0);
        for (seed, n) in (0..24).zip([5000usize, 4096, 64, 37, 1].into_iter().cycle()) {
            // Of like size, of every size, and mostly nothing.
            let steep = [1.0, 60.0, 300.0][seed as usize % 3];
            let mut weights: Vec<f32> =
                (0..n).map(|i| -steep * crate::rng::uniform(seed, 0, i as u64)).collect();
            weights[n / 2] = 0.0;
            let total = f64::from(lanes::exp_sum(&mut weights, 1.0, 0.0));
            let mut lefts: Vec<f64> =
                (0..200).map(|i| total * f64::from(crate::rng::uniform(seed, 1, i))).collect();
            // At the very edges, where the last bit decides.
            let mut edge = 0.0;
            for &weight in &weights {
                edge += f64::from(weight);
                lefts.extend([edge, edge.next_down(), edge.next_up(), edge * (1.0 + 1e-12)]);
            }
            lefts.extend([0.0, total, 2.0 * total]);
            for left in lefts {
                match crossed(&weights, left, total) {
                    Some(place) => {
                        sure += 1;
                        assert_eq!(place, walked(&weights, left, 0), "{seed} {left}");
                    }
                    None => unsure += 1,
                }
            }
        }
        assert!(sure > 3000 && unsure > 1000, "{sure} {unsure}");
        assert_eq!(crossed(&[f32::NAN; 3], 1.0, 1.0), None);
    }

    #[test]
    fn one_seed_gives_one_token() {
        let sampling = Sampling { top_p: 0.9, ..all(1.0) };
        let logits = [0.1, 0.2, 0.3, 0.4];
        assert_eq!(draw(&logits, sampling, 50), draw(&logits, sampling, 50));
    }
}
