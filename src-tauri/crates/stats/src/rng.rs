//! Random numbers that depend on nothing but a seed, a stream and a counter.

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// SplitMix64 read as a counter-based generator: draw `i` of stream `s` is a pure
/// function of (seed, s, i), so that replicate 17 of a bootstrap is the same whoever
/// computes it and in whatever order.
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014. Not for secrets.
#[derive(Clone, Debug)]
pub struct Rng {
    key: u64,
    counter: u64,
}

impl Rng {
    /// The generator of `stream` under `seed`, at its first draw.
    pub fn new(seed: u64, stream: u64) -> Rng {
        // Mixed twice, so that neighbouring streams don't start on one another's path.
        Rng {
            key: mix(mix(seed.wrapping_add(GOLDEN)) ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03)),
            counter: 0,
        }
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(1);
        mix(self.key.wrapping_add(self.counter.wrapping_mul(GOLDEN)))
    }

    /// An unbiased whole number in `0..bound`; 0 when `bound` is 0.
    /// Source: Lemire, "Fast random integer generation in an interval", TOMACS 2019.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        let reject = bound.wrapping_neg() % bound;
        loop {
            let wide = u128::from(self.next_u64()) * u128::from(bound);
            if wide as u64 >= reject {
                return (wide >> 64) as u64;
            }
        }
    }

    /// A number in [0, 1) with 53 random bits.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mixer_is_splitmix64s() {
        // First outputs of the reference generator seeded with 0.
        assert_eq!(mix(GOLDEN), 0xE220_A839_7B1D_CDAF);
        assert_eq!(mix(GOLDEN.wrapping_mul(2)), 0x6E78_9E6A_A1B9_65F4);
    }

    #[test]
    fn the_same_seed_and_stream_give_the_same_draws_and_others_do_not() {
        let draws = |seed, stream| {
            let mut rng = Rng::new(seed, stream);
            [rng.next_u64(), rng.next_u64(), rng.next_u64()]
        };
        assert_eq!(draws(7, 3), draws(7, 3));
        assert_ne!(draws(7, 3), draws(7, 4));
        assert_ne!(draws(7, 3), draws(8, 3));
    }

    #[test]
    fn bounded_draws_are_even() {
        let mut counts = [0u32; 6];
        let mut rng = Rng::new(1, 0);
        (0..60_000).for_each(|_| counts[rng.below(6) as usize] += 1);
        assert!(counts.iter().all(|&count| (9_600..10_400).contains(&count)), "{counts:?}");
        assert_eq!(rng.below(0), 0);
        assert!((0..1000).all(|_| (0.0..1.0).contains(&rng.unit())));
    }
}
