//! Low-rank products and their gradients, and the masks of a dropout.

use std::ops::Range;

use candle_core::{Result, Tensor};
use rayon::prelude::*;

use super::Ops;
use super::numbers::{Flat, Numbers};
use crate::backend::{Adapted, LoraInputs, Mask};
use crate::lora::LoraSlot;
use crate::rng;

/// One LoRA pair: views of the adapter's own numbers, so that a step of the
/// optimiser moves the pair, too.
pub struct Pair {
    a: Numbers,
    b: Numbers,
    inputs: usize,
    outputs: usize,
    rank: usize,
}

impl Pair {
    /// The pair of one slot.
    ///
    /// # Errors
    /// The slot lies outside the adapter.
    pub fn new(values: &Flat, slot: &LoraSlot, rank: usize) -> Result<Self> {
        Ok(Self {
            a: Numbers(Some(values.numbers.part(&slot.a)?)),
            b: Numbers(Some(values.numbers.part(&slot.b)?)),
            inputs: slot.in_features,
            outputs: slot.out_features,
            rank,
        })
    }

    /// `[r, in]`.
    fn a(&self) -> Result<Tensor> {
        self.a.first((self.rank, self.inputs))
    }

    /// `[out, r]`.
    fn b(&self) -> Result<Tensor> {
        self.b.first((self.outputs, self.rank))
    }
}

/// See [`crate::backend::Backend::lora_forward`].
pub fn forward(
    ops: &Ops,
    adapted: &Adapted<'_, Ops>,
    rows: Range<usize>,
    x: &Numbers,
    u: &mut Numbers,
    y: Option<&mut Numbers>,
) {
    let pair = adapted.pair;
    let (from, to) = (rows.start, rows.end);
    let these = |numbers: &Numbers, width: usize| {
        numbers.first((to, width))?.narrow(0, from, rows.len())?.contiguous()
    };
    ops.set(u, false, || {
        let u = (these(x, pair.inputs)?.matmul(&pair.a()?.t()?)? * f64::from(adapted.scale))?;
        u.pad_with_zeros(0, from, 0)
    });
    if let Some(y) = y {
        let after = y.all().map_or(to, |y| y.elem_count() / pair.outputs) - to;
        ops.set(y, true, || {
            these(u, pair.rank)?.matmul(&pair.b()?.t()?)?.pad_with_zeros(0, from, after)
        });
    }
}

/// See [`crate::backend::Backend::lora_backward`].
pub fn backward(
    ops: &Ops,
    adapted: &Adapted<'_, Ops>,
    slot: &LoraSlot,
    rows: usize,
    inputs: &LoraInputs<'_, Numbers>,
    grads: &Flat,
    du: &mut Numbers,
) {
    let pair = adapted.pair;
    let dy = || inputs.dy.first((rows, pair.outputs));
    ops.set(du, false, || dy()?.matmul(&pair.b()?)? * f64::from(adapted.scale));
    ops.run(|| {
        let (x, u) = (inputs.x.first((rows, pair.inputs))?, inputs.u.first((rows, pair.rank))?);
        let da = du.first((rows, pair.rank))?.t()?.matmul(&x)?;
        let db = dy()?.t()?.matmul(&u)?;
        for (range, new) in [(&slot.a, da), (&slot.b, db)] {
            grads.write(range, &(grads.numbers.part(range)? + new.flatten_all()?)?)?;
        }
        Ok(())
    });
}

/// See [`crate::backend::Backend::lora_dx`].
pub fn dx(
    ops: &Ops,
    adapted: &Adapted<'_, Ops>,
    rows: usize,
    du: &Numbers,
    dx: &mut Numbers,
    add: bool,
) {
    let pair = adapted.pair;
    ops.set(dx, add, || du.first((rows, pair.rank))?.matmul(&pair.a()?));
}

/// What a dropout multiplies each number by: made on the host and uploaded each
/// time it is wanted. That is the simple way, not the quick one: candle has no
/// 64-bit products to make these bits on every device.
pub fn mask(mask: &Mask, len: usize) -> Vec<f32> {
    let by = 1.0 / (1.0 - mask.p);
    let mut factors = vec![0.0; len];
    factors.par_chunks_mut(4).with_min_len(1024).enumerate().for_each(|(place, four)| {
        let keeps = rng::keeps(mask.seed, mask.stream, place as u64, mask.p);
        for (factor, keep) in four.iter_mut().zip(keeps) {
            *factor = if keep { by } else { 0.0 };
        }
    });
    factors
}
