//! The gradient of attention, by blocks of the same shape as its forward pass.

use super::*;

/// Room for the backward of an attention.
pub struct Scratch<'a> {
    /// Values, packed like the keys and in the same places.
    pub v_packed: &'a [f32],
    /// The keys' gradients of every query head: `rows · q_width`.
    pub dk_heads: &'a mut [f32],
    /// The values' gradients of every query head.
    pub dv_heads: &'a mut [f32],
}

/// Gradient of [`forward`] for whole sequences (one run of keys a span, as
/// long as its rows).
pub fn backward(
    heads: &Heads,
    spans: &[Span<'_>],
    inputs: &Attention<'_, [f32]>,
    d_out: &[f32],
    grads: AttentionGrads<'_, [f32]>,
    scratch: Scratch<'_>,
) {
    let (width, kv_width) = (heads.q_width(), heads.kv_width());
    let total = spans.iter().map(|s| s.row + s.rows).max().unwrap_or(0);
    for buffer in [&*grads.dq, &*scratch.dk_heads, &*scratch.dv_heads, inputs.q, d_out] {
        assert!(buffer.len() >= total * width);
    }
    assert!(
        inputs.k.len() >= total * kv_width
            && grads.dk.len() >= total * kv_width
            && grads.dv.len() >= total * kv_width
    );
    let (dq, dk, dv) = (
        Shared(grads.dq.as_mut_ptr()),
        Shared(scratch.dk_heads.as_mut_ptr()),
        Shared(scratch.dv_heads.as_mut_ptr()),
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
                let rows = BLOCK.min(s.rows - first);
                let b = Block { span, head, first, rows };
                let used = first + b.rows;
                let stride = padded(used) + LANES;
                p.resize(p.len().max(BLOCK * stride), 0.0);
                d.resize(d.len().max(BLOCK * stride), 0.0);
                let keys = visible(&s.keys, used);
                let values: Vec<_> =
                    keys.iter().map(|k| Keys { k: scratch.v_packed, ..*k }).collect();
                let at = (s.row + first) * width + head * heads.dim;
                score_all(heads, &b, &keys, inputs.q[at..].as_ptr(), p, stride);
                softmax(&b, s.rows, s.rows, heads.dim, p, stride, used);
                score_all(heads, &b, &values, d_out[at..].as_ptr(), d, stride);
                for r in 0..b.rows {
                    let (p, d) = (&p[r * stride..][..used], &mut d[r * stride..][..used]);
                    // Scores of positions not seen are products with real
                    // values; p is zero there, and so is the gradient.
                    let mean = lanes::dot(p, d);
                    lanes::softmax_backward(p, d, mean, by);
                }
                let (ds, k) = (d.as_ptr(), inputs.k[kv..].as_ptr());
                let (q, d_out) = (inputs.q[at..].as_ptr(), d_out[at..].as_ptr());
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
    fold_heads(heads, total, scratch.dk_heads, grads.dk);
    fold_heads(heads, total, scratch.dv_heads, grads.dv);
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
