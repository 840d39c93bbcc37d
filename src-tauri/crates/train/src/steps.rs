//! Which examples make which step.

use shinsa_lm::Batch;
use shinsa_lm::template::Lesson;

use crate::pack;
use crate::shuffle;
use crate::spec::TrainSpec;

/// Capacity of a pack when the spec doesn't say: enough rows to keep two cores
/// busy, few enough to stay small in memory and to be interrupted soon.
const PACK: usize = 512;

/// One optimiser step: its packs, longest first, as indices of lessons.
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
/// examples until it has `tokens_per_step` learned tokens, across epochs.
pub(crate) fn all(spec: &TrainSpec, lessons: &[Lesson], capacity: usize) -> Vec<Step> {
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
    Step {
        packs: pack::best_fit(&lengths, capacity),
        targets: members.iter().map(|index| lessons[*index].learned()).sum(),
        tokens: lengths.iter().map(|(_, length)| length).sum(),
    }
}

/// One pack as the engine reads it.
pub(crate) fn batch(lessons: &[Lesson], pack: &[usize]) -> Batch {
    pack::batch(pack.iter().map(|index| &lessons[*index]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lessons(learned: &[usize]) -> Vec<Lesson> {
        learned.iter().map(|n| Lesson { tokens: vec![0; 10 + n], prompt: 10 }).collect()
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
}
