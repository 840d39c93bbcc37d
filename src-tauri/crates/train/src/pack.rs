//! Packing: several examples in one batch, none seeing another.

use std::cmp::Reverse;

use shinsa_lm::Batch;
use shinsa_lm::template::Lesson;

/// Indices of examples grouped so that no group is longer than `capacity`,
/// unless one example alone is. Best fit decreasing: the longest first, each
/// into the group that it leaves least room in; ties go to the earlier one.
pub(crate) fn best_fit(lengths: &[(usize, usize)], capacity: usize) -> Vec<Vec<usize>> {
    let mut order = lengths.to_vec();
    // Stable: equal lengths keep the order they came in.
    order.sort_by_key(|(_, length)| Reverse(*length));
    let mut packs: Vec<(usize, Vec<usize>)> = Vec::new();
    for (index, length) in order {
        let fits = packs.iter_mut().filter(|(used, _)| used + length <= capacity);
        match fits.reduce(|best, pack| if pack.0 > best.0 { pack } else { best }) {
            Some((used, members)) => {
                *used += length;
                members.push(index);
            }
            None => packs.push((length, vec![index])),
        }
    }
    packs.into_iter().map(|(_, members)| members).collect()
}

/// The examples of one group laid end to end.
pub(crate) fn batch<'a>(lessons: impl IntoIterator<Item = &'a Lesson>) -> Batch {
    let mut batch = Batch { bounds: vec![0], ..Batch::default() };
    for lesson in lessons {
        let offset = batch.tokens.len();
        batch.targets.extend(lesson.targets(offset));
        batch.tokens.extend_from_slice(&lesson.tokens);
        batch.bounds.push(batch.tokens.len());
    }
    batch
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init)] // one stretch is learned
mod tests {
    use super::*;

    #[test]
    fn packs_are_filled_best_fit_and_never_above_the_capacity() {
        let lengths: Vec<(usize, usize)> =
            [30, 70, 50, 20, 100, 45].into_iter().enumerate().collect();
        assert_eq!(best_fit(&lengths, 100), [vec![4], vec![1, 0], vec![2, 5], vec![3]]);
    }

    #[test]
    fn an_example_above_the_capacity_gets_a_pack_of_its_own() {
        assert_eq!(best_fit(&[(7, 150), (8, 10)], 100), [vec![7], vec![8]]);
        assert!(best_fit(&[], 100).is_empty());
    }

    #[test]
    fn targets_point_into_their_own_sequence() {
        let lessons =
            [Lesson::new(vec![1, 2, 3, 4], vec![2..4]), Lesson::new(vec![5, 6, 7], vec![1..3])];
        let batch = batch(&lessons);
        assert_eq!(batch.bounds, [0, 4, 7]);
        let targets: Vec<(u32, u32)> = batch.targets.iter().map(|t| (t.row, t.token)).collect();
        assert_eq!(targets, [(1, 3), (2, 4), (4, 6), (5, 7)]);
        assert!(targets.iter().all(|(row, token)| batch.tokens[*row as usize + 1] == *token));
    }
}
