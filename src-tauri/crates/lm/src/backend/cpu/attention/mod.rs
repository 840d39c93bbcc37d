//! Causal grouped-query attention, block of queries by block of queries.
//!
//! Keys are packed in blocks of 16 positions, `[block][kv head][dim][16]`, so
//! that scores come straight out of the product kernel; values stay rows. No
//! more scores exist at a time than one block of queries has. A query's result
//! depends on its own keys alone, not on the block it is computed in.

mod backward;
mod last_rows;

use std::cell::RefCell;

use rayon::prelude::*;

use super::kernel::{self, LANES, Start, Tile};
use super::lanes;
use super::product::Shared;
use crate::backend::{Attention, AttentionGrads, Heads};

pub use backward::{Scratch, backward};

/// Keys and values of a run of positions, for attention over a cache. Keys are
/// packed by [`pack`]; values are rows of [`Heads::kv_width`].
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    /// Packed keys.
    pub k: &'a [f32],
    /// Where the run's keys begin in `k`.
    pub k_at: usize,
    /// Rows of values.
    pub v: &'a [f32],
    /// Row of `v` with the run's first values.
    pub v_at: usize,
    /// Number of positions.
    pub len: usize,
}

/// Consecutive query rows of one sequence and all positions they may see. The
/// keys end with the last query's own position.
pub struct Span<'a> {
    /// First query row.
    pub row: usize,
    /// Number of query rows.
    pub rows: usize,
    /// Runs of positions, from the sequence's beginning.
    pub keys: Vec<Keys<'a>>,
}

impl Span<'_> {
    /// Number of positions that the last query sees.
    #[must_use]
    pub fn positions(&self) -> usize {
        self.keys.iter().map(|k| k.len).sum()
    }
}

/// Queries of one block: three full tiles.
const BLOCK: usize = 24;

thread_local! {
    static SCORES: RefCell<(Vec<f32>, Vec<f32>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

/// Consecutive rows of one head.
#[derive(Clone, Copy)]
struct Block {
    span: usize,
    head: usize,
    /// The first row, counted from the span's.
    first: usize,
    /// Number of queries.
    rows: usize,
}

impl Block {
    /// Positions that query `r` sees, of `all` that the span has.
    fn seen(&self, r: usize, all: usize, span_rows: usize) -> usize {
        all - span_rows + self.first + 1 + r
    }
}

/// Positions rounded up to whole blocks of keys.
fn padded(n: usize) -> usize {
    n.next_multiple_of(LANES)
}

/// Numbers that `len` positions take when packed.
pub fn packed_len(heads: &Heads, len: usize) -> usize {
    padded(len) * heads.kv_width()
}

/// Packs `rows` rows of keys (or values), from row `from_row` on, into the
/// positions `at..`. The lanes of a block that are still free are zeroed when
/// the block is begun.
pub fn pack(heads: &Heads, rows: usize, from: &[f32], from_row: usize, to: &mut [f32], at: usize) {
    let width = heads.kv_width();
    let block = LANES * width;
    for r in 0..rows {
        let (b, lane) = ((at + r) / LANES, (at + r) % LANES);
        let to = &mut to[b * block..][..block];
        if lane == 0 {
            to.fill(0.0);
        }
        let row = &from[(from_row + r) * width..][..width];
        for (i, v) in row.iter().enumerate() {
            to[i * LANES + lane] = *v;
        }
    }
}

/// `scores[r][j] = q_r · k_j` for the keys of a run and a key/value head;
/// queries lie `q_row` apart, rows of scores `stride`. Scores of the run's
/// padding are written, too: the next run begins where its last key ends.
#[allow(clippy::too_many_arguments)] // a product's shape
fn score(
    heads: &Heads,
    kv: usize,
    rows: usize,
    run: &Keys<'_>,
    q: *const f32,
    q_row: usize,
    scores: &mut [f32],
    stride: usize,
) {
    let isa = kernel::isa();
    let block = LANES * heads.kv_width();
    let blocks = run.len.div_ceil(LANES);
    let packed = &run.k[run.k_at..][..blocks * block];
    assert!(scores.len() >= (rows - 1) * stride + blocks * LANES);
    let mut j = 0;
    while j < blocks {
        let panels = isa.panels().min(blocks - j);
        for m in (0..rows).step_by(isa.rows()) {
            let k = packed.as_ptr().wrapping_add(j * block + kv * heads.dim * LANES);
            let tile = Tile {
                rows: isa.rows().min(rows - m),
                panels,
                k: heads.dim,
                a: q.wrapping_add(m * q_row),
                a_row: q_row,
                a_col: 1,
                b: [k, k.wrapping_add(block)],
                b_row: LANES,
                c: scores[m * stride + j * LANES..].as_mut_ptr(),
                c_row: stride,
                start: Start::Zero,
            };
            // SAFETY: the run's length and the scores' are checked above, and
            // the callers check `q`.
            unsafe { kernel::run(isa, &tile) };
        }
        j += panels;
    }
}

/// The same over all runs, one after the other.
fn score_all(
    heads: &Heads,
    b: &Block,
    keys: &[Keys<'_>],
    q: *const f32,
    scores: &mut [f32],
    stride: usize,
) {
    let mut at = 0;
    for run in keys {
        let (kv, q_row) = (b.head / heads.group(), heads.q_width());
        score(heads, kv, b.rows, run, q, q_row, &mut scores[at..], stride);
        at += run.len;
    }
}

/// Softmax of one row of scores.
fn soften(row: &mut [f32], dim: usize) {
    let by = 1.0 / (dim as f32).sqrt();
    let max = lanes::max(row);
    let sum = lanes::exp_sum(row, by, max);
    lanes::scale(row, 1.0 / sum);
}

/// Softmax of every row over the positions it may see; the rest become zero.
fn softmax(
    b: &Block,
    positions: usize,
    span_rows: usize,
    dim: usize,
    scores: &mut [f32],
    stride: usize,
    used: usize,
) {
    for r in 0..b.rows {
        let row = &mut scores[r * stride..][..used];
        let (row, hidden) = row.split_at_mut(b.seen(r, positions, span_rows));
        soften(row, dim);
        hidden.fill(0.0);
    }
}

/// Runs of keys cut after `limit` positions.
fn visible<'a>(keys: &[Keys<'a>], limit: usize) -> Vec<Keys<'a>> {
    let mut left = limit;
    let mut runs = Vec::with_capacity(keys.len());
    for run in keys {
        let len = run.len.min(left);
        if len > 0 {
            runs.push(Keys { len, ..*run });
        }
        left -= len;
    }
    runs
}

/// `c[rows, dim] (+)= a[rows, k] · rows of width` for one head.
#[allow(clippy::too_many_arguments)]
unsafe fn times(
    rows: usize,
    k: usize,
    a: *const f32,
    a_row: usize,
    a_col: usize,
    b: *const f32,
    b_row: usize,
    dim: usize,
    c: *mut f32,
    c_row: usize,
    add: bool,
) {
    let isa = kernel::isa();
    for m in (0..rows).step_by(isa.rows()) {
        let mut d = 0;
        while d < dim {
            let panels = isa.panels().min((dim - d) / LANES);
            let b = b.wrapping_add(d);
            let tile = Tile {
                rows: isa.rows().min(rows - m),
                panels,
                k,
                a: a.wrapping_add(m * a_row),
                a_row,
                a_col,
                b: [b, b.wrapping_add(LANES)],
                b_row,
                c: c.wrapping_add(m * c_row + d),
                c_row,
                start: if add { Start::Chain } else { Start::Zero },
            };
            // SAFETY: passed on from the caller.
            unsafe { kernel::run(isa, &tile) };
            d += panels * LANES;
        }
    }
}

/// Of the spans of several rows.
fn blocks(heads: &Heads, spans: &[Span<'_>]) -> Vec<Block> {
    let mut all = Vec::new();
    for (span, s) in spans.iter().enumerate() {
        if s.rows == 1 {
            continue;
        }
        for head in 0..heads.q {
            for first in (0..s.rows).step_by(BLOCK) {
                let rows = BLOCK.min(s.rows - first);
                all.push(Block { span, head, first, rows });
            }
        }
    }
    all
}

/// Causal attention of every span's queries over its keys.
pub fn forward(heads: &Heads, spans: &[Span<'_>], q: &[f32], out: &mut [f32]) {
    let width = heads.q_width();
    for s in spans {
        assert!(q.len() >= (s.row + s.rows) * width && out.len() >= (s.row + s.rows) * width);
        assert!(
            s.keys.iter().all(|k| k.v.len() >= (k.v_at + k.len) * heads.kv_width())
                && s.positions() >= s.rows
        );
    }
    let out = Shared(out.as_mut_ptr());
    last_rows::forward(heads, spans, q, &out);
    blocks(heads, spans).into_par_iter().for_each(|b| {
        let s = &spans[b.span];
        let positions = s.positions();
        let used = b.seen(b.rows - 1, positions, s.rows);
        let keys = visible(&s.keys, used);
        let stride = used + 2 * LANES;
        let at = (s.row + b.first) * width + b.head * heads.dim;
        SCORES.with_borrow_mut(|(scores, _)| {
            scores.resize(scores.len().max(BLOCK * stride), 0.0);
            score_all(heads, &b, &keys, q[at..].as_ptr(), scores, stride);
            softmax(&b, positions, s.rows, heads.dim, scores, stride, used);
            let mut from = 0;
            for run in &keys {
                let head = b.head / heads.group() * heads.dim;
                let v = run.v[run.v_at * heads.kv_width() + head..].as_ptr();
                let p = scores[from..].as_ptr();
                // SAFETY: lengths are checked above; each block owns its rows
                // and its head of the result.
                unsafe {
                    times(
                        b.rows,
                        run.len,
                        p,
                        stride,
                        1,
                        v,
                        heads.kv_width(),
                        heads.dim,
                        out.at(at),
                        width,
                        from > 0,
                    )
                };
                from += run.len;
            }
        });
    });
}

#[cfg(test)]
mod tests;
