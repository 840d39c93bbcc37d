//! Seeded order.

use shinsa_lm::rng::bits;

/// Stream numbers of this crate begin here, apart from those of `lm`.
const STREAM: u64 = 0x7472_6169_6e00_0000;

/// The numbers `0..n` in an order that is a function of seed and epoch
/// (Fisher and Yates' shuffle on a counter-based generator; the bias of the
/// remainder is below n / 2^64).
pub(crate) fn order(n: usize, seed: u64, epoch: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        let chosen = bits(seed, STREAM.wrapping_add(epoch), last as u64) % (last as u64 + 1);
        order.swap(last, chosen as usize);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_holds_every_number_once_and_depends_on_seed_and_epoch() {
        let first = order(50, 1, 0);
        let mut sorted = first.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>());
        assert_eq!(order(50, 1, 0), first);
        assert_ne!(order(50, 2, 0), first);
        assert_ne!(order(50, 1, 1), first);
        assert_eq!(order(0, 1, 0), Vec::<usize>::new());
    }

    #[test]
    fn every_place_is_taken_by_every_number_equally_often() {
        let mut counts = [[0u32; 4]; 4];
        for seed in 0..4000 {
            for (place, number) in order(4, seed, 0).into_iter().enumerate() {
                counts[place][number] += 1;
            }
        }
        assert!(counts.iter().flatten().all(|count| (900..1100).contains(count)), "{counts:?}");
    }
}
