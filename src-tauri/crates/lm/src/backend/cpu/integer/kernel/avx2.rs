//! [`super`] with 256-bit vectors: eight outputs, four terms each, in one register.

use std::arch::x86_64::{
    __m256, __m256i, _mm_loadu_si128, _mm256_add_epi16, _mm256_add_epi32, _mm256_and_si256,
    _mm256_cvtepi32_ps, _mm256_cvtph_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_loadu_si256,
    _mm256_madd_epi16, _mm256_maddubs_epi16, _mm256_mul_ps, _mm256_set1_epi8, _mm256_set1_epi16,
    _mm256_set1_epi32, _mm256_set1_ps, _mm256_setzero_ps, _mm256_setzero_si256, _mm256_sign_epi8,
    _mm256_srli_epi16, _mm256_storeu_ps,
};

use super::{BLOCK, PANEL, Sums, Tile};

macro_rules! by_rows {
    ($tile:expr, $to:expr, $nibbles:literal, $runs:literal, $offsets:literal, $half:literal) => {
        match $tile.height() {
            1 => body::<1, $runs, $nibbles, $offsets, $half>($tile, $to),
            2 => body::<2, $runs, $nibbles, $offsets, $half>($tile, $to),
            3 => body::<3, $runs, $nibbles, $offsets, $half>($tile, $to),
            _ => body::<4, $runs, $nibbles, $offsets, $half>($tile, $to),
        }
    };
}

/// # Safety
/// The machine has AVX2, FMA and F16C; the tile was checked.
pub unsafe fn run(tile: &Tile<'_>, to: &mut Sums) {
    let layout = tile.w[0].layout;
    // SAFETY: passed on from the caller.
    unsafe {
        match (layout.nibbles, layout.runs, layout.offsets, layout.half) {
            (true, _, _, true) => by_rows!(tile, to, true, 1, true, true),
            (true, _, _, false) => by_rows!(tile, to, true, 1, true, false),
            (false, 2, _, _) => by_rows!(tile, to, false, 2, false, false),
            (false, _, true, _) => by_rows!(tile, to, false, 1, true, false),
            (false, _, false, _) => by_rows!(tile, to, false, 1, false, true),
        }
    }
}

#[target_feature(enable = "avx2,fma,f16c")]
unsafe fn body<
    const M: usize,
    const RUNS: usize,
    const NIBBLES: bool,
    const OFFSETS: bool,
    const HALF: bool,
>(
    tile: &Tile<'_>,
    to: &mut Sums,
) {
    let (blocks, inputs) = (tile.blocks(), tile.x.inputs);
    let (low, ones) = (_mm256_set1_epi8(15), _mm256_set1_epi16(1));
    let mut sums = [_mm256_setzero_ps(); M];
    let (mut codes, mut at) = (tile.w[0].codes.as_ptr(), 0);
    for block in 0..blocks {
        // SAFETY: the tile was checked: `blocks` blocks of codes, factors and
        // rows exist, and all that is read lies within them.
        unsafe {
            let x = tile.x.codes.as_ptr().add(block * BLOCK);
            let mut dots = [[_mm256_setzero_si256(); RUNS]; M];
            if NIBBLES {
                // Eight products of at most 2 · 15 · 127 fit 16 bits.
                for four in 0..4 {
                    let both = _mm256_loadu_si256(codes.add(four * 32).cast());
                    let first = _mm256_and_si256(both, low);
                    let second = _mm256_and_si256(_mm256_srli_epi16::<4>(both), low);
                    for (m, dot) in dots.iter_mut().enumerate() {
                        let x = x.add(m * inputs + four * 4);
                        let part = _mm256_maddubs_epi16(first, four_terms(x));
                        dot[0] = _mm256_add_epi16(dot[0], part);
                        let part = _mm256_maddubs_epi16(second, four_terms(x.add(16)));
                        dot[0] = _mm256_add_epi16(dot[0], part);
                    }
                }
                for dot in &mut dots {
                    dot[0] = _mm256_madd_epi16(dot[0], ones);
                }
                codes = codes.add(128);
            } else {
                for four in 0..8 {
                    let signed = _mm256_loadu_si256(codes.add(four * 32).cast());
                    // The left factor is unsigned: the sign goes to the right.
                    let size = _mm256_sign_epi8(signed, signed);
                    for (m, dot) in dots.iter_mut().enumerate() {
                        let x = four_terms(x.add(m * inputs + four * 4));
                        let part = _mm256_maddubs_epi16(size, _mm256_sign_epi8(x, signed));
                        let part = _mm256_madd_epi16(part, ones);
                        let dot = &mut dot[four * RUNS / 8];
                        *dot = _mm256_add_epi32(*dot, part);
                    }
                }
                codes = codes.add(256);
            }
            for run in 0..RUNS {
                let scale = factors::<HALF>(tile, at + run * PANEL);
                for (m, (sum, dots)) in sums.iter_mut().zip(&dots).enumerate() {
                    let by = _mm256_set1_ps(*tile.x.scales.get_unchecked(m * blocks + block));
                    let dot = _mm256_cvtepi32_ps(dots[run]);
                    *sum = _mm256_fmadd_ps(dot, _mm256_mul_ps(scale, by), *sum);
                }
            }
            if OFFSETS {
                let offset = factors::<HALF>(tile, at + PANEL);
                for (m, sum) in sums.iter_mut().enumerate() {
                    let by = _mm256_set1_ps(*tile.x.sums.get_unchecked(m * blocks + block));
                    *sum = _mm256_fmadd_ps(offset, by, *sum);
                }
            }
        }
        at += (RUNS + OFFSETS as usize) * PANEL;
    }
    for (m, sum) in sums.iter().enumerate() {
        // SAFETY: `Sums` has room for MAX_ROWS rows.
        unsafe { _mm256_storeu_ps(to[0].as_mut_ptr().add(m * PANEL), *sum) };
    }
}

/// The same four terms for every output.
#[inline(always)]
unsafe fn four_terms(x: *const i8) -> __m256i {
    // SAFETY: the caller vouches for four readable terms.
    unsafe { _mm256_set1_epi32(x.cast::<i32>().read_unaligned()) }
}

#[inline(always)]
unsafe fn factors<const HALF: bool>(tile: &Tile<'_>, at: usize) -> __m256 {
    // SAFETY: the caller vouches for eight factors from `at`.
    unsafe {
        if HALF {
            _mm256_cvtph_ps(_mm_loadu_si128(tile.w[0].half.as_ptr().add(at).cast()))
        } else {
            _mm256_loadu_ps(tile.w[0].full.as_ptr().add(at))
        }
    }
}
