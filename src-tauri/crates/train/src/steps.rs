//! Which examples make which step.

use std::cmp::Reverse;

use shinsa_lm::Batch;
use shinsa_lm::template::Lesson;

use crate::pack;
use crate::shuffle;
use crate::spec::TrainSpec;

/// Capacity of a pack when the spec doesn't say: enough rows to keep two cores
/// busy, few enough to stay small in memory and to be interrupted soon.
const PACK: usize = 512;

/// One optimiser step: its packs, largest first, as indices of lessons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub packs: Vec<Vec<usize>>,
    /// All learned tokens of the step: every pack's gradient is divided by it.
    pub targets: usize,
    /// All tokens of the step.
    pub tokens: usize,
}

/// Rows of one pack.
pub(crate) fn capacity(spec: &TrainSpec, longest: usize) -> usize {
    spec.tokens_per_pack.unwrap_or(PACK).max(longest)
}

/// All steps of the run. Every epoch has an order of its own; a step takes
/// examples until it has `tokens_per_step` learned tokens, across epochs. The
/// step with the longest example changes places with the first one, so that
/// memory that is lacking is lacking at once; how examples are packed has no say
/// in the order in which they are learned.
pub(crate) fn all(spec: &TrainSpec, lessons: &[Lesson], capacity: usize) -> Vec<Step> {
    let mut steps = in_order(spec, lessons, capacity);
    let longest = |step: &Step| {
        step.packs.iter().flatten().map(|index| lessons[*index].tokens.len()).max().unwrap_or(0)
    };
    let first = steps
        .iter()
        .enumerate()
        .max_by_key(|(at, step)| (longest(step), step.tokens, Reverse(*at)));
    if let Some((at, _)) = first {
        steps.swap(0, at);
    }
    steps
}

fn in_order(spec: &TrainSpec, lessons: &[Lesson], capacity: usize) -> Vec<Step> {
    let n = lessons.len();
    let wanted = match spec.max_steps {
        Some(_) => usize::MAX,
        None => ((spec.epochs * n as f64).round() as usize).max(1),
    };
    let limit = spec.max_steps.unwrap_or(usize::MAX);
    let stream = (0u64..).flat_map(|epoch| shuffle::order(n, spec.seed, epoch)).take(wanted);
    let mut steps = Vec::new();
    let (mut members, mut targets) = (Vec::new(), 0);
    for index in stream {
        members.push(index);
        targets += lessons[index].learned();
        if targets >= spec.tokens_per_step {
            steps.push(step(lessons, &std::mem::take(&mut members), capacity));
            targets = 0;
            if steps.len() == limit {
                return steps;
            }
        }
    }
    if !members.is_empty() {
        steps.push(step(lessons, &members, capacity));
    }
    steps
}

fn step(lessons: &[Lesson], members: &[usize], capacity: usize) -> Step {
    let lengths: Vec<(usize, usize)> =
        members.iter().map(|index| (*index, lessons[*index].tokens.len())).collect();
    let mut packs = pack::best_fit(&lengths, capacity);
    // Stable: packs of one size keep the order they were filled in.
    packs.sort_by_key(|pack| Reverse(rows(lessons, pack)));
    Step {
        packs,
        targets: members.iter().map(|index| lessons[*index].learned()).sum(),
        tokens: lengths.iter().map(|(_, length)| length).sum(),
    }
}

/// Tokens of one pack.
pub(crate) fn rows(lessons: &[Lesson], pack: &[usize]) -> usize {
    pack.iter().map(|index| lessons[*index].tokens.len()).sum()
}

/// One pack as the engine reads it.
pub(crate) fn batch(lessons: &[Lesson], pack: &[usize]) -> Batch {
    pack::batch(pack.iter().map(|index| &lessons[*index]))
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init)] // one stretch is learned
mod tests {
    use super::*;

    fn lessons(learned: &[usize]) -> Vec<Lesson> {
        learned.iter().map(|n| Lesson::new(vec![0; 10 + n], vec![10..10 + n])).collect()
    }

    fn spec(epochs: f64, tokens_per_step: usize) -> TrainSpec {
        TrainSpec { epochs, tokens_per_step, ..TrainSpec::default() }
    }

    fn seen(steps: &[Step]) -> Vec<usize> {
        let mut seen: Vec<usize> = steps.iter().flat_map(|step| step.packs.concat()).collect();
        seen.sort_unstable();
        seen
    }

    #[test]
    fn an_epoch_sees_every_example_once() {
        let lessons = lessons(&[5; 7]);
        let steps = all(&spec(1.0, 10), &lessons, 64);
        assert_eq!(seen(&steps), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(steps.iter().map(|step| step.targets).collect::<Vec<_>>(), [10, 10, 10, 5]);
        assert!(steps.iter().all(|step| step.tokens == 3 * step.targets));
    }

    #[test]
    fn fractions_of_epochs_and_fixed_numbers_of_steps_hold() {
        let lessons = lessons(&[5; 4]);
        assert_eq!(seen(&all(&spec(1.5, 5), &lessons, 64)).len(), 6);
        let fixed = TrainSpec { max_steps: Some(9), ..spec(1.0, 5) };
        let steps = all(&fixed, &lessons, 64);
        assert_eq!(steps.len(), 9);
        assert_eq!(seen(&steps[..4]), [0, 1, 2, 3]);
    }

    #[test]
    fn the_longest_example_of_the_run_comes_first_and_nothing_is_lost_by_it() {
        let lessons = lessons(&[5, 6, 40, 7, 8, 9]);
        for seed in 0..5 {
            let steps = all(&TrainSpec { seed, ..spec(2.0, 10) }, &lessons, 50);
            assert_eq!(steps[0].packs[0], [2], "{steps:?}");
            assert_eq!(seen(&steps), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
            for step in &steps {
                assert!(step.packs.is_sorted_by_key(|pack| Reverse(rows(&lessons, pack))));
            }
        }
    }
}
