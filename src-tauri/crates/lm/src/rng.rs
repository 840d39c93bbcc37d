//! Randomness without state: every number is a function of a seed, a stream
//! and a counter, so that it can be made again in any order, on any thread.

/// Philox-style mixing is more than is needed here: two rounds of `SplitMix64`'s
/// finaliser (Steele, Lea & Flood 2014) over the three words.
#[must_use]
pub fn bits(seed: u64, stream: u64, counter: u64) -> u64 {
    mix(key(seed, stream).wrapping_add(counter.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
}

/// What seed and stream make of a counter's words.
#[must_use]
pub(crate) fn key(seed: u64, stream: u64) -> u64 {
    mix(seed ^ mix(stream.wrapping_add(0x9E37_79B9_7F4A_7C15)))
}

/// `SplitMix64`'s finaliser: a bijection of 64-bit words.
#[must_use]
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A number in `[0, 1)` with 24 random bits.
#[must_use]
pub fn uniform(seed: u64, stream: u64, counter: u64) -> f32 {
    (bits(seed, stream, counter) >> 40) as f32 / (1u64 << 24) as f32
}

/// Which of four neighbours a dropout of probability `p` keeps: 16 bits of one
/// word each, `place` counting by fours.
#[must_use]
pub fn keeps(seed: u64, stream: u64, place: u64, p: f32) -> [bool; 4] {
    let word = bits(seed, stream, place);
    let least = (p * 65536.0).round() as u64;
    std::array::from_fn(|i| word >> (16 * i) & 0xffff >= least)
}

/// A stream of numbers for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rng {
    seed: u64,
    stream: u64,
    counter: u64,
}

impl Rng {
    /// The stream's beginning.
    #[must_use]
    pub fn new(seed: u64, stream: u64) -> Self {
        Self { seed, stream, counter: 0 }
    }

    /// How many numbers were drawn.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.counter
    }

    /// 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        let out = bits(self.seed, self.stream, self.counter);
        self.counter += 1;
        out
    }

    /// A number in `[0, 1)` with 53 random bits.
    pub fn next_f64(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }
}
