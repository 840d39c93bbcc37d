//! The one micro-kernel under every product.
//!
//! `C[m, n] (+)= Σ_k A[m, k] · B[k, n]` for up to [`MAX_ROWS`] rows and one or
//! two panels of [`LANES`] columns. What one call computes of an element is
//! **one chain of fused multiply-adds in ascending `k`**, so that the result
//! doesn't depend on the tile, on the number of threads, on what else is in the
//! batch, or on the instruction set: AVX-512, AVX2 and the portable code agree
//! bit for bit. Storing a partial sum and loading it again is exact; whether a
//! call continues the chain in `C` or adds a new one to it is [`Start`].

use std::sync::OnceLock;

/// Columns of a panel.
pub const LANES: usize = 16;

/// Rows of the largest tile.
pub const MAX_ROWS: usize = 8;

/// What a tile does with what `C` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Nothing: it is overwritten.
    Zero,
    /// Goes on with the chain: as if the terms before had been in this call.
    Chain,
    /// Adds a chain of its own.
    Sum,
}

/// One call of the kernel. Strides count elements.
#[derive(Clone, Copy)]
pub struct Tile {
    /// Rows, `1..=MAX_ROWS`.
    pub rows: usize,
    /// Panels, 1 or 2.
    pub panels: usize,
    /// Terms of each sum.
    pub k: usize,
    /// `A[m, k]` lies at `a + m * a_row + k * a_col`.
    pub a: *const f32,
    /// See `a`.
    pub a_row: usize,
    /// See `a`.
    pub a_col: usize,
    /// `B[k, 16p..16p+16]` lies at `b[p] + k * b_row`.
    pub b: [*const f32; 2],
    /// See `b`.
    pub b_row: usize,
    /// `C[m, 16p..16p+16]` lies at `c + m * c_row + 16 p`.
    pub c: *mut f32,
    /// See `c`.
    pub c_row: usize,
    /// What becomes of what `C` holds.
    pub start: Start,
}

/// An implementation of the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isa {
    /// Arrays and `f32::mul_add`; NEON on aarch64.
    Portable,
    /// 256-bit.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// 512-bit.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// The best that this machine has.
pub fn isa() -> Isa {
    static ISA: OnceLock<Isa> = OnceLock::new();
    *ISA.get_or_init(|| available().last().copied().unwrap_or(Isa::Portable))
}

/// All that this machine has, slowest first.
pub fn available() -> Vec<Isa> {
    #[cfg_attr(not(target_arch = "x86_64"), allow(unused_mut))]
    let mut all = vec![Isa::Portable];
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            all.push(Isa::Avx2);
        }
        if is_x86_feature_detected!("avx512f") {
            all.push(Isa::Avx512);
        }
    }
    all
}

impl Isa {
    /// Rows of the tile that keeps this instruction set's registers full.
    pub fn rows(self) -> usize {
        match self {
            Self::Portable => 4,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => 6,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => 8,
        }
    }

    /// Panels of that tile.
    pub fn panels(self) -> usize {
        match self {
            Self::Portable => 1,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => 1,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => 2,
        }
    }
}

macro_rules! by_rows {
    ($f:ident, $tile:expr, $panels:literal, $($rows:literal)*) => {
        match $tile.rows {
            $($rows => $f::<$rows, $panels>($tile),)*
            rows => debug_assert!(false, "a tile of {rows} rows"),
        }
    };
}

/// Runs one tile.
///
/// # Safety
/// All addresses that `tile` describes are valid, `C` for writing and not
/// aliased, and `isa` is one of [`available`].
pub unsafe fn run(isa: Isa, tile: &Tile) {
    // SAFETY: passed on from the caller.
    unsafe {
        match (isa, tile.panels) {
            (Isa::Portable, 1) => by_rows!(portable, tile, 1, 1 2 3 4 5 6 7 8),
            (Isa::Portable, _) => by_rows!(portable, tile, 2, 1 2 3 4 5 6 7 8),
            #[cfg(target_arch = "x86_64")]
            (Isa::Avx2, 1) => by_rows!(avx2, tile, 1, 1 2 3 4 5 6 7 8),
            #[cfg(target_arch = "x86_64")]
            (Isa::Avx2, _) => by_rows!(avx2, tile, 2, 1 2 3 4 5 6 7 8),
            #[cfg(target_arch = "x86_64")]
            (Isa::Avx512, 1) => by_rows!(avx512, tile, 1, 1 2 3 4 5 6 7 8),
            #[cfg(target_arch = "x86_64")]
            (Isa::Avx512, _) => by_rows!(avx512, tile, 2, 1 2 3 4 5 6 7 8),
        }
    }
}

/// Four row pointers reach twelve rows with the offsets 0, 1 and 2 strides,
/// which x86 folds into the address of a broadcast.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn anchors(tile: &Tile) -> [*const f32; 4] {
    [0, 3, 6, 9].map(|m| tile.a.wrapping_add(m * tile.a_row))
}

unsafe fn portable<const M: usize, const P: usize>(tile: &Tile) {
    let mut sum = [[[0.0f32; LANES]; P]; M];
    // SAFETY: the caller vouches for every address.
    unsafe {
        if tile.start == Start::Chain {
            for (m, row) in sum.iter_mut().enumerate() {
                for (p, lanes) in row.iter_mut().enumerate() {
                    let from = tile.c.add(m * tile.c_row + p * LANES);
                    *lanes = from.cast::<[f32; LANES]>().read_unaligned();
                }
            }
        }
        for k in 0..tile.k {
            for p in 0..P {
                let b = tile.b[p].add(k * tile.b_row).cast::<[f32; LANES]>().read_unaligned();
                for (m, row) in sum.iter_mut().enumerate() {
                    let a = *tile.a.add(m * tile.a_row + k * tile.a_col);
                    for (s, b) in row[p].iter_mut().zip(b) {
                        *s = a.mul_add(b, *s);
                    }
                }
            }
        }
        for (m, row) in sum.iter().enumerate() {
            for (p, lanes) in row.iter().enumerate() {
                let to = tile.c.add(m * tile.c_row + p * LANES).cast::<[f32; LANES]>();
                let mut lanes = *lanes;
                if tile.start == Start::Sum {
                    lanes.iter_mut().zip(to.read_unaligned()).for_each(|(s, c)| *s += c);
                }
                to.write_unaligned(lanes);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2<const M: usize, const P: usize>(tile: &Tile) {
    use std::arch::x86_64::{
        _mm256_add_ps, _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_setzero_ps,
        _mm256_storeu_ps,
    };
    let mut sum = [[[_mm256_setzero_ps(); 2]; P]; M];
    // SAFETY: the caller vouches for every address.
    unsafe {
        if tile.start == Start::Chain {
            for (m, row) in sum.iter_mut().enumerate() {
                for (p, halves) in row.iter_mut().enumerate() {
                    for (h, s) in halves.iter_mut().enumerate() {
                        *s = _mm256_loadu_ps(tile.c.add(m * tile.c_row + p * LANES + h * 8));
                    }
                }
            }
        }
        let mut a = anchors(tile);
        let mut b = [tile.b[0], tile.b[1]];
        for _ in 0..tile.k {
            let mut v = [[_mm256_setzero_ps(); 2]; P];
            for p in 0..P {
                v[p] = [_mm256_loadu_ps(b[p]), _mm256_loadu_ps(b[p].add(8))];
                b[p] = b[p].wrapping_add(tile.b_row);
            }
            for (m, row) in sum.iter_mut().enumerate() {
                let x = _mm256_set1_ps(*a[m / 3].add((m % 3) * tile.a_row));
                for p in 0..P {
                    for h in 0..2 {
                        row[p][h] = _mm256_fmadd_ps(x, v[p][h], row[p][h]);
                    }
                }
            }
            for a in &mut a {
                *a = a.wrapping_add(tile.a_col);
            }
        }
        let sum_up = tile.start == Start::Sum;
        for (m, row) in sum.iter().enumerate() {
            for (p, halves) in row.iter().enumerate() {
                for (h, s) in halves.iter().enumerate() {
                    let to = tile.c.add(m * tile.c_row + p * LANES + h * 8);
                    let s = if sum_up { _mm256_add_ps(_mm256_loadu_ps(to), *s) } else { *s };
                    _mm256_storeu_ps(to, s);
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
unsafe fn avx512<const M: usize, const P: usize>(tile: &Tile) {
    use std::arch::x86_64::{
        _mm512_add_ps, _mm512_fmadd_ps, _mm512_loadu_ps, _mm512_set1_ps, _mm512_setzero_ps,
        _mm512_storeu_ps,
    };
    let mut sum = [[_mm512_setzero_ps(); P]; M];
    // SAFETY: the caller vouches for every address.
    unsafe {
        if tile.start == Start::Chain {
            for (m, row) in sum.iter_mut().enumerate() {
                for (p, s) in row.iter_mut().enumerate() {
                    *s = _mm512_loadu_ps(tile.c.add(m * tile.c_row + p * LANES));
                }
            }
        }
        let mut a = anchors(tile);
        let mut b = [tile.b[0], tile.b[1]];
        for _ in 0..tile.k {
            let mut v = [_mm512_setzero_ps(); P];
            for p in 0..P {
                v[p] = _mm512_loadu_ps(b[p]);
                b[p] = b[p].wrapping_add(tile.b_row);
            }
            for (m, row) in sum.iter_mut().enumerate() {
                let x = _mm512_set1_ps(*a[m / 3].add((m % 3) * tile.a_row));
                for p in 0..P {
                    row[p] = _mm512_fmadd_ps(x, v[p], row[p]);
                }
            }
            for a in &mut a {
                *a = a.wrapping_add(tile.a_col);
            }
        }
        let sum_up = tile.start == Start::Sum;
        for (m, row) in sum.iter().enumerate() {
            for (p, s) in row.iter().enumerate() {
                let to = tile.c.add(m * tile.c_row + p * LANES);
                let s = if sum_up { _mm512_add_ps(_mm512_loadu_ps(to), *s) } else { *s };
                _mm512_storeu_ps(to, s);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::uniform;

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        let k = 37;
        let a: Vec<f32> = (0..MAX_ROWS * k).map(|i| uniform(1, 0, i as u64) - 0.5).collect();
        let b: Vec<f32> = (0..k * 32).map(|i| uniform(2, 0, i as u64) - 0.5).collect();
        let chain = |from: f32| (0..k).fold(from, |s, i| a[i].mul_add(b[i * 32], s));
        let starts = [
            (Start::Zero, chain(0.0)),
            (Start::Chain, chain(0.25)),
            (Start::Sum, 0.25 + chain(0.0)),
        ];
        for (rows, panels) in (1..=MAX_ROWS).flat_map(|rows| [(rows, 1), (rows, 2)]) {
            for (start, want) in starts {
                let mut results = Vec::new();
                for isa in available() {
                    let mut c = vec![0.25f32; MAX_ROWS * 32];
                    let tile = Tile {
                        rows,
                        panels,
                        k,
                        a: a.as_ptr(),
                        a_row: k,
                        a_col: 1,
                        b: [b.as_ptr(), b[16..].as_ptr()],
                        b_row: 32,
                        c: c.as_mut_ptr(),
                        c_row: 32,
                        start,
                    };
                    // SAFETY: the buffers above hold every address of the tile.
                    unsafe { run(isa, &tile) };
                    assert_eq!(c[0].to_bits(), want.to_bits());
                    results.push(c);
                }
                assert!(results.windows(2).all(|w| w[0] == w[1]), "{rows} rows, {panels} panels");
            }
        }
    }
}
