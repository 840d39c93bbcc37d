//! Vectors whose processor adds four products of bytes to a 32-bit sum in one
//! instruction: 256-bit, one panel at a time (AVX-VNNI), and 512-bit, two panels
//! side by side (AVX-512 VNNI).

use super::{BLOCK, PANEL, Sums, Tile};

/// One call's shape by its layout and rows.
macro_rules! by_shape {
    ($tile:expr, $to:expr, $($rows:literal),+) => {{
        let layout = $tile.w[0].layout;
        macro_rules! by_rows {
            ($nibbles:literal, $runs:literal, $offsets:literal, $half:literal) => {
                match $tile.height() {
                    $($rows => body::<$rows, $runs, $nibbles, $offsets, $half>($tile, $to),)+
                    _ => unreachable!("a tile has few rows"),
                }
            };
        }
        match (layout.nibbles, layout.runs, layout.offsets, layout.half) {
            (true, _, _, true) => by_rows!(true, 1, true, true),
            (true, _, _, false) => by_rows!(true, 1, true, false),
            (false, 2, _, _) => by_rows!(false, 2, false, false),
            (false, _, true, _) => by_rows!(false, 1, true, false),
            (false, _, false, _) => by_rows!(false, 1, false, true),
        }
    }};
}

/// The kernel, over operations of one width that are in scope.
macro_rules! body {
    ($features:literal) => {
        #[target_feature(enable = $features)]
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
            // SAFETY: the tile was checked: `blocks` blocks of codes, factors and
            // rows exist, and all that is read lies within them; `Sums` has room.
            unsafe {
                let mut sums = [no_sum(); M];
                let (mut codes, mut at) = (0, 0);
                for block in 0..blocks {
                    let x = tile.x.codes.as_ptr().add(block * BLOCK);
                    let mut dots = [[no_dot(); RUNS]; M];
                    if NIBBLES {
                        for four in 0..4 {
                            let both = load(tile, codes + four * 32);
                            let (first, second) = (low(both), high(both));
                            for (m, dot) in dots.iter_mut().enumerate() {
                                let x = x.add(m * inputs + four * 4);
                                dot[0] = dot4(dot[0], first, four_terms(x));
                                dot[0] = dot4(dot[0], second, four_terms(x.add(16)));
                            }
                        }
                        codes += 128;
                    } else {
                        for four in 0..8 {
                            let signed = load(tile, codes + four * 32);
                            // The left factor is unsigned: the sign goes to the right.
                            let size = size(signed);
                            for (m, dot) in dots.iter_mut().enumerate() {
                                let x = four_terms(x.add(m * inputs + four * 4));
                                let dot = &mut dot[four * RUNS / 8];
                                *dot = dot4(*dot, size, with_sign(x, signed));
                            }
                        }
                        codes += 256;
                    }
                    for run in 0..RUNS {
                        let scale = factors::<HALF>(tile, at + run * PANEL);
                        for (m, (sum, dots)) in sums.iter_mut().zip(&dots).enumerate() {
                            let by = *tile.x.scales.get_unchecked(m * blocks + block);
                            *sum = add_product(*sum, float(dots[run]), times(scale, by));
                        }
                    }
                    if OFFSETS {
                        let offset = factors::<HALF>(tile, at + PANEL);
                        for (m, sum) in sums.iter_mut().enumerate() {
                            let by = *tile.x.sums.get_unchecked(m * blocks + block);
                            *sum = add_product(*sum, offset, all(by));
                        }
                    }
                    at += (RUNS + OFFSETS as usize) * PANEL;
                }
                for (m, sum) in sums.iter().enumerate() {
                    store(*sum, m, to);
                }
            }
        }
    };
}

/// 256-bit: a panel's eight outputs, four terms each, in one register.
pub mod narrow {
    use std::arch::x86_64::{
        __m256, __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_cvtepi32_ps, _mm256_cvtph_ps,
        _mm256_dpbusd_avx_epi32, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_loadu_si256,
        _mm256_mul_ps, _mm256_set1_epi8, _mm256_set1_epi32, _mm256_set1_ps, _mm256_setzero_ps,
        _mm256_setzero_si256, _mm256_sign_epi8, _mm256_srli_epi16, _mm256_storeu_ps,
    };

    use super::{BLOCK, PANEL, Sums, Tile};

    body!("avx2,fma,f16c,avxvnni");

    /// # Safety
    /// The machine has AVX2, FMA, F16C and AVX-VNNI; the tile was checked, and
    /// has one panel and at most four rows.
    pub unsafe fn run(tile: &Tile<'_>, to: &mut Sums) {
        // SAFETY: passed on from the caller.
        unsafe { by_shape!(tile, to, 1, 2, 3, 4) }
    }

    #[inline(always)]
    unsafe fn no_sum() -> __m256 {
        unsafe { _mm256_setzero_ps() }
    }

    #[inline(always)]
    unsafe fn no_dot() -> __m256i {
        unsafe { _mm256_setzero_si256() }
    }

    #[inline(always)]
    unsafe fn load(tile: &Tile<'_>, at: usize) -> __m256i {
        unsafe { _mm256_loadu_si256(tile.w[0].codes.as_ptr().add(at).cast()) }
    }

    #[inline(always)]
    unsafe fn low(both: __m256i) -> __m256i {
        unsafe { _mm256_and_si256(both, _mm256_set1_epi8(15)) }
    }

    #[inline(always)]
    unsafe fn high(both: __m256i) -> __m256i {
        unsafe { low(_mm256_srli_epi16::<4>(both)) }
    }

    #[inline(always)]
    unsafe fn size(signed: __m256i) -> __m256i {
        unsafe { _mm256_sign_epi8(signed, signed) }
    }

    #[inline(always)]
    unsafe fn with_sign(x: __m256i, signed: __m256i) -> __m256i {
        unsafe { _mm256_sign_epi8(x, signed) }
    }

    #[inline(always)]
    unsafe fn dot4(sum: __m256i, codes: __m256i, x: __m256i) -> __m256i {
        unsafe { _mm256_dpbusd_avx_epi32(sum, codes, x) }
    }

    #[inline(always)]
    unsafe fn four_terms(x: *const i8) -> __m256i {
        unsafe { _mm256_set1_epi32(x.cast::<i32>().read_unaligned()) }
    }

    #[inline(always)]
    unsafe fn factors<const HALF: bool>(tile: &Tile<'_>, at: usize) -> __m256 {
        let w = &tile.w[0];
        unsafe {
            if HALF {
                _mm256_cvtph_ps(_mm_loadu_si128(w.half.as_ptr().add(at).cast()))
            } else {
                _mm256_loadu_ps(w.full.as_ptr().add(at))
            }
        }
    }

    #[inline(always)]
    unsafe fn float(dot: __m256i) -> __m256 {
        unsafe { _mm256_cvtepi32_ps(dot) }
    }

    #[inline(always)]
    unsafe fn all(by: f32) -> __m256 {
        unsafe { _mm256_set1_ps(by) }
    }

    #[inline(always)]
    unsafe fn times(scale: __m256, by: f32) -> __m256 {
        unsafe { _mm256_mul_ps(scale, all(by)) }
    }

    #[inline(always)]
    unsafe fn add_product(sum: __m256, a: __m256, b: __m256) -> __m256 {
        unsafe { _mm256_fmadd_ps(a, b, sum) }
    }

    #[inline(always)]
    unsafe fn store(sum: __m256, row: usize, to: &mut Sums) {
        unsafe { _mm256_storeu_ps(to[0].as_mut_ptr().add(row * PANEL), sum) }
    }
}

/// 512-bit: two panels' sixteen outputs in one register.
pub mod wide {
    use std::arch::x86_64::{
        __m256, __m256i, __m512, __m512i, _mm_loadu_si128, _mm256_loadu_ps, _mm256_loadu_si256,
        _mm256_set_m128i, _mm256_storeu_ps, _mm512_abs_epi8, _mm512_and_si512,
        _mm512_castps256_ps512, _mm512_castps512_ps256, _mm512_castsi256_si512, _mm512_cvtepi32_ps,
        _mm512_cvtph_ps, _mm512_dpbusd_epi32, _mm512_extractf32x8_ps, _mm512_fmadd_ps,
        _mm512_insertf32x8, _mm512_inserti64x4, _mm512_mask_sub_epi8, _mm512_movepi8_mask,
        _mm512_mul_ps, _mm512_set1_epi8, _mm512_set1_epi32, _mm512_set1_ps, _mm512_setzero_ps,
        _mm512_setzero_si512, _mm512_srli_epi16,
    };

    use super::{BLOCK, PANEL, Sums, Tile};

    body!("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,f16c,fma");

    /// # Safety
    /// The machine has AVX-512 F, BW, DQ, VL and VNNI, FMA and F16C; the tile
    /// was checked, and has two panels and at most eight rows.
    pub unsafe fn run(tile: &Tile<'_>, to: &mut Sums) {
        // SAFETY: passed on from the caller.
        unsafe { by_shape!(tile, to, 1, 2, 3, 4, 5, 6, 7, 8) }
    }

    #[inline(always)]
    unsafe fn no_sum() -> __m512 {
        unsafe { _mm512_setzero_ps() }
    }

    #[inline(always)]
    unsafe fn no_dot() -> __m512i {
        unsafe { _mm512_setzero_si512() }
    }

    #[inline(always)]
    unsafe fn load(tile: &Tile<'_>, at: usize) -> __m512i {
        unsafe {
            let half = |p: usize| -> __m256i {
                _mm256_loadu_si256(tile.w[p].codes.as_ptr().add(at).cast())
            };
            _mm512_inserti64x4::<1>(_mm512_castsi256_si512(half(0)), half(1))
        }
    }

    #[inline(always)]
    unsafe fn low(both: __m512i) -> __m512i {
        unsafe { _mm512_and_si512(both, _mm512_set1_epi8(15)) }
    }

    #[inline(always)]
    unsafe fn high(both: __m512i) -> __m512i {
        unsafe { low(_mm512_srli_epi16::<4>(both)) }
    }

    #[inline(always)]
    unsafe fn size(signed: __m512i) -> __m512i {
        unsafe { _mm512_abs_epi8(signed) }
    }

    #[inline(always)]
    unsafe fn with_sign(x: __m512i, signed: __m512i) -> __m512i {
        unsafe { _mm512_mask_sub_epi8(x, _mm512_movepi8_mask(signed), _mm512_setzero_si512(), x) }
    }

    #[inline(always)]
    unsafe fn dot4(sum: __m512i, codes: __m512i, x: __m512i) -> __m512i {
        unsafe { _mm512_dpbusd_epi32(sum, codes, x) }
    }

    #[inline(always)]
    unsafe fn four_terms(x: *const i8) -> __m512i {
        unsafe { _mm512_set1_epi32(x.cast::<i32>().read_unaligned()) }
    }

    #[inline(always)]
    unsafe fn factors<const HALF: bool>(tile: &Tile<'_>, at: usize) -> __m512 {
        let [a, b] = [&tile.w[0], &tile.w[1]];
        unsafe {
            if HALF {
                let eight =
                    |w: &super::super::Panel<'_>| _mm_loadu_si128(w.half.as_ptr().add(at).cast());
                _mm512_cvtph_ps(_mm256_set_m128i(eight(b), eight(a)))
            } else {
                let eight = |w: &super::super::Panel<'_>| -> __m256 {
                    _mm256_loadu_ps(w.full.as_ptr().add(at))
                };
                _mm512_insertf32x8::<1>(_mm512_castps256_ps512(eight(a)), eight(b))
            }
        }
    }

    #[inline(always)]
    unsafe fn float(dot: __m512i) -> __m512 {
        unsafe { _mm512_cvtepi32_ps(dot) }
    }

    #[inline(always)]
    unsafe fn all(by: f32) -> __m512 {
        unsafe { _mm512_set1_ps(by) }
    }

    #[inline(always)]
    unsafe fn times(scale: __m512, by: f32) -> __m512 {
        unsafe { _mm512_mul_ps(scale, all(by)) }
    }

    #[inline(always)]
    unsafe fn add_product(sum: __m512, a: __m512, b: __m512) -> __m512 {
        unsafe { _mm512_fmadd_ps(a, b, sum) }
    }

    #[inline(always)]
    unsafe fn store(sum: __m512, row: usize, to: &mut Sums) {
        let [first, second] = to;
        unsafe {
            _mm256_storeu_ps(first.as_mut_ptr().add(row * PANEL), _mm512_castps512_ps256(sum));
            let high = _mm512_extractf32x8_ps::<1>(sum);
            _mm256_storeu_ps(second.as_mut_ptr().add(row * PANEL), high);
        }
    }
}
