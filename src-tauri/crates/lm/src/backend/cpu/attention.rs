//! Causal grouped-query attention, block of queries by block of queries.
//!
//! Keys are packed in blocks of 16 positions, `[block][kv head][dim][16]`, so
//! that scores come straight out of the product kernel; values stay rows. No
//! more scores exist at a time than one block of queries has. A query's result
//! depends on its own keys alone, not on the block it is computed in.

use std::cell::RefCell;

use rayon::prelude::*;

use super::kernel::{self, LANES, Tile};
use super::lanes;
use super::product::Shared;
use crate::backend::{AttentionGrads, AttentionInputs, Heads, Keys, Span};

/// Queries of one block: two full tiles.
const BLOCK: usize = 24;

thread_local! {
    static SCORES: RefCell<(Vec<f32>, Vec<f32>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

/// One block of queries of one head.
#[derive(Clone, Copy)]
struct Block {
    span: usize,
    head: usize,
    first: usize,
    rows: usize,
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

/// `scores[r][j] = q_r · k_j` for all keys of the runs; rows are `stride` apart.
fn score(
    heads: &Heads,
    b: &Block,
    keys: &[Keys<'_, [f32]>],
    q: *const f32,
    scores: &mut [f32],
    stride: usize,
) {
    let isa = kernel::isa();
    let block = LANES * heads.kv_width();
    let head = b.head / heads.group() * heads.dim * LANES;
    let mut at = 0;
    for run in keys {
        let blocks = run.len.div_ceil(LANES);
        let packed = &run.k[run.k_at..][..blocks * block];
        let mut j = 0;
        while j < blocks {
            let panels = isa.panels().min(blocks - j);
            for m in (0..b.rows).step_by(isa.rows()) {
                let k = packed.as_ptr().wrapping_add(j * block + head);
                let tile = Tile {
                    rows: isa.rows().min(b.rows - m),
                    panels,
                    k: heads.dim,
                    a: q.wrapping_add(m * heads.q_width()),
                    a_row: heads.q_width(),
                    a_col: 1,
                    b: [k, k.wrapping_add(block)],
                    b_row: LANES,
                    c: scores[m * stride + at + j * LANES..].as_mut_ptr(),
                    c_row: stride,
                    add: false,
                };
                // SAFETY: the runs' lengths are checked above, `scores` has
                // `stride` columns of which each run uses whole blocks, and the
                // callers check `q`.
                unsafe { kernel::run(isa, &tile) };
            }
            j += panels;
        }
        // The next run begins where this one's last key ends, over its padding.
        at += run.len;
    }
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
    let by = 1.0 / (dim as f32).sqrt();
    for r in 0..b.rows {
        let row = &mut scores[r * stride..][..used];
        let seen = positions - span_rows + b.first + r + 1;
        let (row, hidden) = row.split_at_mut(seen);
        let max = lanes::max(row);
        let sum = lanes::exp_sum(row, by, max);
        lanes::scale(row, 1.0 / sum);
        hidden.fill(0.0);
    }
}

/// Runs of keys cut after `limit` positions.
fn visible<'a>(keys: &[Keys<'a, [f32]>], limit: usize) -> Vec<Keys<'a, [f32]>> {
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
                add,
            };
            // SAFETY: passed on from the caller.
            unsafe { kernel::run(isa, &tile) };
            d += panels * LANES;
        }
    }
}

fn blocks(heads: &Heads, spans: &[Span<'_, [f32]>]) -> Vec<Block> {
    let mut all = Vec::new();
    for (span, s) in spans.iter().enumerate() {
        for head in 0..heads.q {
            for first in (0..s.rows).step_by(BLOCK) {
                all.push(Block { span, head, first, rows: BLOCK.min(s.rows - first) });
            }
        }
    }
    all
}

/// See [`crate::backend::Backend::attention`].
pub fn forward(heads: &Heads, spans: &[Span<'_, [f32]>], q: &[f32], out: &mut [f32]) {
    let width = heads.q_width();
    for s in spans {
        assert!(q.len() >= (s.row + s.rows) * width && out.len() >= (s.row + s.rows) * width);
        assert!(
            s.keys.iter().all(|k| k.v.len() >= (k.v_at + k.len) * heads.kv_width())
                && s.positions() >= s.rows
        );
    }
    let out = Shared(out.as_mut_ptr());
    blocks(heads, spans).into_par_iter().for_each(|b| {
        let s = &spans[b.span];
        let positions = s.positions();
        let used = positions - s.rows + b.first + b.rows;
        let keys = visible(&s.keys, used);
        let stride = used + 2 * LANES;
        let at = (s.row + b.first) * width + b.head * heads.dim;
        SCORES.with_borrow_mut(|(scores, _)| {
            scores.resize(scores.len().max(BLOCK * stride), 0.0);
            score(heads, &b, &keys, q[at..].as_ptr(), scores, stride);
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

/// See [`crate::backend::Backend::attention_backward`].
pub fn backward(
    heads: &Heads,
    spans: &[Span<'_, [f32]>],
    inputs: &AttentionInputs<'_, [f32]>,
    grads: AttentionGrads<'_, [f32]>,
) {
    let (width, kv_width) = (heads.q_width(), heads.kv_width());
    let total = spans.iter().map(|s| s.row + s.rows).max().unwrap_or(0);
    for buffer in [&*grads.dq, &*grads.dk_heads, &*grads.dv_heads, inputs.q, inputs.d_out] {
        assert!(buffer.len() >= total * width);
    }
    assert!(
        inputs.k.len() >= total * kv_width
            && grads.dk.len() >= total * kv_width
            && grads.dv.len() >= total * kv_width
    );
    let (dq, dk, dv) = (
        Shared(grads.dq.as_mut_ptr()),
        Shared(grads.dk_heads.as_mut_ptr()),
        Shared(grads.dv_heads.as_mut_ptr()),
    );
    let by = 1.0 / (heads.dim as f32).sqrt();
    let tasks: Vec<(usize, usize)> =
        (0..spans.len()).flat_map(|s| (0..heads.q).map(move |h| (s, h))).collect();
    tasks.into_par_iter().with_max_len(1).for_each(|(span, head)| {
        let s = &spans[span];
        let kv = s.row * kv_width + head / heads.group() * heads.dim;
        let keys_at = s.row * width + head * heads.dim;
        SCORES.with_borrow_mut(|(p, d)| {
            for first in (0..s.rows).step_by(BLOCK) {
                let b = Block { span, head, first, rows: BLOCK.min(s.rows - first) };
                let used = first + b.rows;
                let stride = padded(used) + LANES;
                p.resize(p.len().max(BLOCK * stride), 0.0);
                d.resize(d.len().max(BLOCK * stride), 0.0);
                let keys = visible(&s.keys, used);
                let values: Vec<_> =
                    keys.iter().map(|k| Keys { k: inputs.v_packed, ..*k }).collect();
                let at = (s.row + first) * width + head * heads.dim;
                score(heads, &b, &keys, inputs.q[at..].as_ptr(), p, stride);
                softmax(&b, s.rows, s.rows, heads.dim, p, stride, used);
                score(heads, &b, &values, inputs.d_out[at..].as_ptr(), d, stride);
                for r in 0..b.rows {
                    let (p, d) = (&p[r * stride..][..used], &mut d[r * stride..][..used]);
                    // Scores of positions not seen are products with real
                    // values; p is zero there, and so is the gradient.
                    let mean = lanes::dot(p, d);
                    lanes::softmax_backward(p, d, mean, by);
                }
                let (ds, k) = (d.as_ptr(), inputs.k[kv..].as_ptr());
                let (q, d_out) = (inputs.q[at..].as_ptr(), inputs.d_out[at..].as_ptr());
                // SAFETY: lengths are checked above; each task owns its
                // sequence's rows of its head in all three results.
                unsafe {
                    times(
                        b.rows,
                        used,
                        ds,
                        stride,
                        1,
                        k,
                        kv_width,
                        heads.dim,
                        dq.at(at),
                        width,
                        false,
                    );
                    // Keys of this block of queries appear for the first time.
                    for (from, to, add) in [(0, first, true), (first, used, false)] {
                        let n = to - from;
                        times(
                            n,
                            b.rows,
                            ds.add(from),
                            1,
                            stride,
                            q,
                            width,
                            heads.dim,
                            dk.at(keys_at + from * width),
                            width,
                            add,
                        );
                        let p = p.as_ptr().add(from);
                        times(
                            n,
                            b.rows,
                            p,
                            1,
                            stride,
                            d_out,
                            width,
                            heads.dim,
                            dv.at(keys_at + from * width),
                            width,
                            add,
                        );
                    }
                }
            }
        });
    });
    fold_heads(heads, total, grads.dk_heads, grads.dk);
    fold_heads(heads, total, grads.dv_heads, grads.dv);
}

/// Sums the query heads that share a key/value head, in their order.
fn fold_heads(heads: &Heads, rows: usize, from: &[f32], to: &mut [f32]) {
    let (width, kv_width, group) = (heads.q_width(), heads.kv_width(), heads.group());
    to[..rows * kv_width].par_chunks_mut(kv_width).zip(from.par_chunks(width)).for_each(
        |(to, from)| {
            for kv in 0..heads.kv {
                let to = &mut to[kv * heads.dim..][..heads.dim];
                to.copy_from_slice(&from[kv * group * heads.dim..][..heads.dim]);
                for g in 1..group {
                    lanes::add(&from[(kv * group + g) * heads.dim..][..heads.dim], to);
                }
            }
        },
    );
}
