//! Matrix products, cut into tiles and spread over rayon's threads.
//!
//! Every element is a sum of chains of [`K_BLOCK`] fused multiply-adds, in
//! ascending order. One chain over all terms would lose accuracy: over the
//! 49,152 terms of a vocabulary more than the whole backward pass may. Nothing
//! else about how a product is cut touches its result (see [`super::kernel`]).

use std::cell::RefCell;

use rayon::prelude::*;

use super::kernel::{self, Isa, LANES, MAX_ROWS, Start, Tile};
use super::lanes::vectorised;

/// Terms of one chain, and of one block: two panels of it stay in the nearest
/// cache. Part of what a result is: another number gives other bits.
pub const K_BLOCK: usize = 256;

/// Rows of `A` per task where panels cost nothing to prepare.
const ROW_BLOCK: usize = 192;

/// Products below this many multiply-adds aren't worth waking other threads.
const SEQUENTIAL: usize = 1 << 16;

thread_local! {
    static SCRATCH: RefCell<Vec<f32>> = const { RefCell::new(Vec::new()) };
}

/// The right side of a product, seen as panels of [`LANES`] columns.
pub trait Columns: Sync {
    /// Terms of each sum.
    fn terms(&self) -> usize;
    /// Number of columns.
    fn width(&self) -> usize;
    /// Whether [`Columns::panel`] computes something that is worth sharing
    /// among as many rows as possible.
    fn costly(&self) -> bool;
    /// Address of `B[k0, 16·panel]` and the stride of a row; rows
    /// `k0..k0+len` can be read. It may be written to `scratch`, which holds
    /// `len · LANES` numbers.
    fn panel(
        &self,
        panel: usize,
        k0: usize,
        len: usize,
        scratch: &mut [f32],
    ) -> (*const f32, usize);
}

/// Columns already laid out as panels: `[panel][k][lane]`, zero-padded.
#[derive(Clone, Copy)]
pub struct Panels<'a> {
    /// The panels.
    pub data: &'a [f32],
    /// Terms.
    pub k: usize,
    /// Columns.
    pub n: usize,
}

impl Columns for Panels<'_> {
    fn terms(&self) -> usize {
        self.k
    }
    fn width(&self) -> usize {
        self.n
    }
    fn costly(&self) -> bool {
        false
    }
    fn panel(&self, panel: usize, k0: usize, len: usize, _: &mut [f32]) -> (*const f32, usize) {
        let at = (panel * self.k + k0) * LANES;
        (self.data[at..at + len * LANES].as_ptr(), LANES)
    }
}

/// A row-major matrix `[k, n]`, read where it lies.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// The first row begins here.
    pub data: &'a [f32],
    /// Distance between rows.
    pub stride: usize,
    /// Terms.
    pub k: usize,
    /// Columns.
    pub n: usize,
}

impl<'a> Rows<'a> {
    /// Rows that follow each other without a gap.
    pub fn dense(data: &'a [f32], k: usize, n: usize) -> Self {
        Self { data, stride: n, k, n }
    }
}

impl Columns for Rows<'_> {
    fn terms(&self) -> usize {
        self.k
    }
    fn width(&self) -> usize {
        self.n
    }
    fn costly(&self) -> bool {
        false
    }
    fn panel(
        &self,
        panel: usize,
        k0: usize,
        len: usize,
        scratch: &mut [f32],
    ) -> (*const f32, usize) {
        let first = panel * LANES;
        if first + LANES <= self.n {
            let last = (k0 + len - 1) * self.stride + first + LANES;
            return (self.data[k0 * self.stride + first..last].as_ptr(), self.stride);
        }
        let valid = self.n - first;
        for (k, lanes) in scratch.chunks_exact_mut(LANES).take(len).enumerate() {
            let from = (k0 + k) * self.stride + first;
            lanes[..valid].copy_from_slice(&self.data[from..from + valid]);
            lanes[valid..].fill(0.0);
        }
        (scratch.as_ptr(), LANES)
    }
}

/// The left side: element `[m, k]` lies at `data[m * row + k * col]`.
#[derive(Clone, Copy)]
pub struct Left<'a> {
    /// The elements.
    pub data: &'a [f32],
    /// Distance between rows.
    pub row: usize,
    /// Distance between terms.
    pub col: usize,
}

impl<'a> Left<'a> {
    /// A row-major matrix of `width` columns.
    pub fn rows(data: &'a [f32], width: usize) -> Self {
        Self { data, row: width, col: 1 }
    }

    /// The transpose of a row-major matrix of `width` columns.
    pub fn transposed(data: &'a [f32], width: usize) -> Self {
        Self { data, row: 1, col: width }
    }
}

/// A pointer that tasks share; they write disjoint places.
#[derive(Clone, Copy)]
pub struct Shared(pub *mut f32);
// SAFETY: every user hands disjoint parts to its tasks.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    /// The pointer, moved `at` elements.
    pub fn at(self, at: usize) -> *mut f32 {
        self.0.wrapping_add(at)
    }
}

/// `C[m, n] (+)= A · B` for `m` rows; `c` has rows of `c_row` elements.
pub fn multiply<B: Columns>(m: usize, a: Left<'_>, b: &B, c: &mut [f32], c_row: usize, add: bool) {
    let (k, n) = (b.terms(), b.width());
    if m == 0 || n == 0 {
        return;
    }
    assert!(k == 0 || a.data.len() > (m - 1) * a.row + (k - 1) * a.col, "left side too short");
    assert!(c.len() >= (m - 1) * c_row + n && c_row >= n, "result too short");
    if k == 0 {
        if !add {
            c.chunks_mut(c_row).take(m).for_each(|row| row[..n].fill(0.0));
        }
        return;
    }
    let isa = kernel::isa();
    let pairs = n.div_ceil(2 * LANES);
    let threads = if m * n * k < SEQUENTIAL { 1 } else { rayon::current_num_threads() };
    let row_block = if b.costly() || threads == 1 && m <= ROW_BLOCK { m } else { ROW_BLOCK };
    let row_blocks = m.div_ceil(row_block);
    // Several tasks a thread even out other load on the machine.
    let column_blocks =
        if threads == 1 { 1 } else { (4 * threads).div_ceil(row_blocks).clamp(1, pairs) };
    let column_block = pairs.div_ceil(column_blocks);
    let column_blocks = pairs.div_ceil(column_block);
    let out = Shared(c.as_mut_ptr());
    let task = |t: usize| {
        let (rb, cb) = (t / column_blocks, t % column_blocks);
        let rows = rb * row_block..((rb + 1) * row_block).min(m);
        let columns = cb * column_block..((cb + 1) * column_block).min(pairs);
        SCRATCH.with_borrow_mut(|scratch| {
            scratch.resize(2 * K_BLOCK * LANES, 0.0);
            block(isa, rows, columns, a, b, out, c_row, add, scratch);
        });
    };
    let tasks = row_blocks * column_blocks;
    if threads == 1 || tasks == 1 {
        (0..tasks).for_each(task);
    } else {
        (0..tasks).into_par_iter().with_max_len(1).for_each(task);
    }
}

/// One task: `rows` times the pairs of panels `columns`.
#[allow(clippy::too_many_arguments)]
fn block<B: Columns>(
    isa: Isa,
    rows: std::ops::Range<usize>,
    columns: std::ops::Range<usize>,
    a: Left<'_>,
    b: &B,
    c: Shared,
    c_row: usize,
    add: bool,
    scratch: &mut [f32],
) {
    let (terms, n) = (b.terms(), b.width());
    // Tiles of even height: 16 rows are two of 8, not 12 and 4.
    let tile_rows = rows.len().div_ceil(rows.len().div_ceil(isa.rows()));
    let (first, second) = scratch.split_at_mut(K_BLOCK * LANES);
    // Few rows stream through the panels once: no need to come back to them.
    let stream = rows.len() <= MAX_ROWS && !b.costly() && n.is_multiple_of(LANES);
    let (blocks, pairs) = (terms.div_ceil(K_BLOCK), columns.len());
    for at in 0..blocks * pairs {
        let (k0, pair) = if stream { (at % blocks, at / blocks) } else { (at / pairs, at % pairs) };
        let (k0, pair) = (k0 * K_BLOCK, columns.start + pair);
        let len = K_BLOCK.min(terms - k0);
        let start = if add || k0 > 0 { Start::Sum } else { Start::Zero };
        let column = pair * 2 * LANES;
        let width = (n - column).min(2 * LANES);
        let (b0, stride) = b.panel(2 * pair, k0, len, first);
        let (b1, stride1) =
            if width > LANES { b.panel(2 * pair + 1, k0, len, second) } else { (b0, stride) };
        let whole = isa.panels() == 2 && width == 2 * LANES && stride == stride1;
        for m in rows.clone().step_by(tile_rows) {
            let tile = Tile {
                rows: tile_rows.min(rows.end - m),
                panels: if whole { 2 } else { 1 },
                k: len,
                a: a.data.as_ptr().wrapping_add(k0 * a.col + m * a.row),
                a_row: a.row,
                a_col: a.col,
                b: [b0, b1],
                b_row: stride,
                c: c.at(m * c_row + column),
                c_row,
                start,
            };
            // SAFETY: `multiply` checked both sides' lengths, `panel`
            // vouches for the panels, and each task owns its rows and
            // columns of the result.
            unsafe {
                if whole {
                    kernel::run(isa, &tile);
                    continue;
                }
                edge(isa, &tile, width.min(LANES));
                if width > LANES {
                    let right = Tile { b: [b1, b1], b_row: stride1, c: tile.c.add(LANES), ..tile };
                    edge(isa, &right, width - LANES);
                }
            }
        }
    }
}

/// One panel of which only `valid` columns exist in the result.
unsafe fn edge(isa: Isa, tile: &Tile, valid: usize) {
    // SAFETY: passed on from the caller; a partial panel goes through a copy.
    unsafe {
        if valid == LANES {
            kernel::run(isa, tile);
            return;
        }
        let mut copy = [0.0f32; MAX_ROWS * LANES];
        for m in 0..tile.rows {
            for lane in 0..valid {
                copy[m * LANES + lane] = if tile.start != Start::Zero {
                    *tile.c.add(m * tile.c_row + lane)
                } else {
                    0.0
                };
            }
        }
        kernel::run(isa, &Tile { c: copy.as_mut_ptr(), c_row: LANES, ..*tile });
        for m in 0..tile.rows {
            for lane in 0..valid {
                *tile.c.add(m * tile.c_row + lane) = copy[m * LANES + lane];
            }
        }
    }
}

/// Lays the transpose of a row-major `[n, k]` matrix out as panels of columns:
/// `to[panel][k][lane] = from[16·panel + lane][k]`, zero-padded.
pub fn panels_of_transpose(from: &[f32], n: usize, k: usize, to: &mut [f32]) {
    debug_assert_eq!(to.len(), n.next_multiple_of(LANES) * k);
    for (p, panel) in to.chunks_exact_mut(k * LANES).enumerate() {
        let valid = (n - p * LANES).min(LANES);
        if valid < LANES {
            panel.fill(0.0);
        }
        transpose(&from[p * LANES * k..], k, valid, k, panel, LANES);
    }
}

vectorised! {
    /// `to[c * to_row + r] = from[r * from_row + c]` for `rows × columns`.
    pub fn transpose(
        from: &[f32],
        from_row: usize,
        rows: usize,
        columns: usize,
        to: &mut [f32],
        to_row: usize,
    ) {
        const EDGE: usize = 8;
        for c0 in (0..columns).step_by(EDGE) {
            let wide = EDGE.min(columns - c0);
            for r0 in (0..rows).step_by(EDGE) {
                let high = EDGE.min(rows - r0);
                if wide == EDGE && high == EDGE {
                    let mut cell = [[0.0f32; EDGE]; EDGE];
                    for (r, line) in cell.iter_mut().enumerate() {
                        let at = (r0 + r) * from_row + c0;
                        line.copy_from_slice(&from[at..at + EDGE]);
                    }
                    let lines = to[c0 * to_row..].chunks_mut(to_row).take(EDGE);
                    for (c, line) in lines.enumerate() {
                        let column: [f32; EDGE] = std::array::from_fn(|r| cell[r][c]);
                        line[r0..r0 + EDGE].copy_from_slice(&column);
                    }
                } else {
                    for r in r0..r0 + high {
                        for c in c0..c0 + wide {
                            to[c * to_row + r] = from[r * from_row + c];
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::uniform;

    fn random(seed: u64, len: usize) -> Vec<f32> {
        (0..len).map(|i| uniform(seed, 0, i as u64) - 0.5).collect()
    }

    /// The definition: chains of [`K_BLOCK`] terms, added in order.
    fn chains(a: &[f32], b: &[f32], before: Option<f32>) -> f32 {
        let chain =
            |(a, b): (&[f32], &[f32])| a.iter().zip(b).fold(0.0f32, |s, (a, b)| a.mul_add(*b, s));
        let parts = a.chunks(K_BLOCK).zip(b.chunks(K_BLOCK)).map(chain);
        before.into_iter().chain(parts).reduce(|s, part| s + part).unwrap()
    }

    #[test]
    fn every_element_is_a_sum_of_chains_whatever_the_shape() {
        for (m, n, k) in
            [(1, 5, 3), (1, 48, 600), (3, 16, 300), (13, 33, 7), (25, 80, 513), (200, 100, 40)]
        {
            let (a, b) = (random(1, m * k), random(2, n * k));
            let mut panels = vec![0.0; n.next_multiple_of(LANES) * k];
            panels_of_transpose(&b, n, k, &mut panels);
            let mut rows = vec![0.0; n * k];
            transpose(&b, k, n, k, &mut rows, n);
            let want: Vec<f32> = (0..m * n)
                .map(|i| chains(&a[i / n * k..][..k], &b[i % n * k..][..k], None))
                .collect();
            let mut got = vec![f32::NAN; m * n];
            multiply(m, Left::rows(&a, k), &Panels { data: &panels, k, n }, &mut got, n, false);
            assert_eq!(got, want, "panels {m} {n} {k}");
            got.fill(f32::NAN);
            multiply(m, Left::rows(&a, k), &Rows::dense(&rows, k, n), &mut got, n, false);
            assert_eq!(got, want, "rows {m} {n} {k}");
            let mut at = vec![0.0; m * k];
            transpose(&a, k, m, k, &mut at, m);
            multiply(m, Left::transposed(&at, m), &Rows::dense(&rows, k, n), &mut got, n, true);
            let twice: Vec<f32> = (0..m * n)
                .map(|i| chains(&a[i / n * k..][..k], &b[i % n * k..][..k], Some(want[i])))
                .collect();
            assert_eq!(got, twice, "accumulated {m} {n} {k}");
        }
    }
}
