//! Attention of sequences' last rows, while they are decoded.
//!
//! Rows whose sequences begin with the same computed prefixes meet the same
//! keys there: these are read once for all of them. Each row's scores, softmax
//! and sums are those that it would have alone, in the same order.

use std::ops::Range;

use rayon::prelude::*;

use super::{BLOCK, Keys, LANES, SCORES, Shared, Span, score, soften, times};
use crate::backend::Heads;

/// Rows that see one run of keys, next to each other in the order of a
/// [`Cluster`], at the same positions.
struct Part<'a> {
    rows: Range<usize>,
    keys: Keys<'a>,
    /// Positions before the run.
    at: usize,
}

/// Spans of one row that are computed together.
struct Cluster<'a> {
    /// Their rows among the queries, and how many positions each sees.
    rows: Vec<(usize, usize)>,
    /// Runs from the beginning of the sequences on.
    parts: Vec<Part<'a>>,
}

/// Where a run lies: runs of the same place are the same.
fn place(keys: &Keys<'_>) -> (usize, usize, usize) {
    (keys.k.as_ptr() as usize, keys.k_at, keys.len)
}

fn clusters<'a>(heads: &Heads, spans: &[Span<'a>]) -> Vec<Cluster<'a>> {
    let mut order: Vec<&Span<'a>> = spans.iter().filter(|s| s.rows == 1).collect();
    order.sort_by(|a, b| a.keys.iter().map(place).cmp(b.keys.iter().map(place)));
    order.chunks((BLOCK / heads.group()).max(1)).map(cluster).collect()
}

fn cluster<'a>(spans: &[&Span<'a>]) -> Cluster<'a> {
    let rows = spans.iter().map(|s| (s.row, s.positions())).collect();
    let depths = spans.iter().map(|s| s.keys.len()).max().unwrap_or(0);
    let mut parts: Vec<Part<'a>> = Vec::new();
    for depth in 0..depths {
        let earlier = parts.len();
        for (row, span) in spans.iter().enumerate() {
            let Some(keys) = span.keys.get(depth) else { continue };
            let at = span.keys[..depth].iter().map(|k| k.len).sum();
            match parts.get_mut(earlier..).and_then(<[_]>::last_mut) {
                Some(last)
                    if last.rows.end == row
                        && last.at == at
                        && place(&last.keys) == place(keys) =>
                {
                    last.rows.end += 1;
                }
                _ => parts.push(Part { rows: row..row + 1, keys: *keys, at }),
            }
        }
    }
    Cluster { rows, parts }
}

/// See [`super::forward`], which has checked the lengths; for spans of one row.
pub(super) fn forward(heads: &Heads, spans: &[Span<'_>], q: &[f32], out: &Shared) {
    let (width, group, dim) = (heads.q_width(), heads.group(), heads.dim);
    let clusters = clusters(heads, spans);
    let tasks: Vec<_> =
        clusters.iter().flat_map(|c| (0..heads.kv).map(move |kv| (c, kv))).collect();
    tasks.into_par_iter().with_max_len(1).for_each(|(cluster, kv)| {
        let count = cluster.rows.len() * group;
        let longest = cluster.rows.iter().map(|r| r.1).max().unwrap_or(0);
        let stride = longest + 2 * LANES;
        SCORES.with_borrow_mut(|(scores, own)| {
            scores.resize(scores.len().max(count * stride), 0.0);
            own.resize(own.len().max(2 * count * dim), 0.0);
            let (queries, context) = own.split_at_mut(count * dim);
            for (&(row, _), to) in cluster.rows.iter().zip(queries.chunks_exact_mut(group * dim)) {
                to.copy_from_slice(&q[row * width + kv * group * dim..][..group * dim]);
            }
            for part in &cluster.parts {
                let (first, rows) = (part.rows.start * group, part.rows.len() * group);
                let q = &queries[first * dim..][..rows * dim];
                let to = &mut scores[first * stride + part.at..];
                score(heads, kv, rows, &part.keys, q.as_ptr(), dim, to, stride);
            }
            for (i, &(_, seen)) in cluster.rows.iter().enumerate() {
                for row in scores[i * group * stride..].chunks_mut(stride).take(group) {
                    soften(&mut row[..seen], dim);
                }
            }
            for part in &cluster.parts {
                let (first, rows) = (part.rows.start * group, part.rows.len() * group);
                let v = part.keys.v[part.keys.v_at * heads.kv_width() + kv * dim..].as_ptr();
                let p = scores[first * stride + part.at..].as_ptr();
                let c = context[first * dim..][..rows * dim].as_mut_ptr();
                let (len, v_row) = (part.keys.len, heads.kv_width());
                // SAFETY: the lengths of `q`, the keys and the values were
                // checked; scores and context have `rows` rows from `first` on.
                unsafe { times(rows, len, p, stride, 1, v, v_row, dim, c, dim, part.at > 0) };
            }
            for (&(row, _), from) in cluster.rows.iter().zip(context.chunks_exact(group * dim)) {
                let to = out.at(row * width + kv * group * dim);
                // SAFETY: checked; each task owns its rows of its heads.
                unsafe { std::ptr::copy_nonoverlapping(from.as_ptr(), to, group * dim) };
            }
        });
    });
}
