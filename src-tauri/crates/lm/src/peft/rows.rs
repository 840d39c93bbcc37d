//! Order of the rows of q and k.
//!
//! GGUF files of the Llama family store the rows of q and k so that RoPE turns
//! neighbours (`2i`, `2i + 1`); Hugging Face turns halves (`i`, `i + d/2`). An
//! adapter's `B` has the rows of its base, so it is reordered at the border.

use std::borrow::Cow;

use crate::lora::Projection;
use crate::spec::{DecoderSpec, RopeLayout};

/// Which way rows are moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// From this engine's order to Hugging Face's.
    Out,
    /// From Hugging Face's order to this engine's.
    In,
}

/// `B`, row-major `[out, r]`, with its rows in the other order; untouched where
/// both orders are the same.
pub(super) fn reordered<'a>(
    values: &'a [f32],
    projection: Projection,
    rank: usize,
    spec: &DecoderSpec,
    direction: Direction,
) -> Cow<'a, [f32]> {
    let turned = matches!(projection, Projection::Q | Projection::K);
    if !turned || spec.rope.layout == RopeLayout::Halves {
        return Cow::Borrowed(values);
    }
    let (d, half) = (spec.head_dim, spec.head_dim / 2);
    let mut out = vec![0.0; values.len()];
    for row in 0..values.len() / rank {
        let (head, within) = (row / d, row % d);
        // `row` in Hugging Face's order is the first or second of pair `within % half`.
        let paired = head * d + 2 * (within % half) + within / half;
        let (from, to) = match direction {
            Direction::Out => (paired, row),
            Direction::In => (row, paired),
        };
        out[to * rank..(to + 1) * rank].copy_from_slice(&values[from * rank..(from + 1) * rank]);
    }
    Cow::Owned(out)
}
