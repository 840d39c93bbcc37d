//! Low-rank products and their gradients.

use std::ops::Range;

use rayon::prelude::*;

use super::kernel::LANES;
use super::product::{self, Left, Panels, Rows};
use super::{Cpu, ELEMENTS, lanes};
use crate::backend::{Adapted, LoraInputs, Mask};
use crate::lora::LoraSlot;
use crate::rng;

/// One LoRA pair as the products want it.
#[derive(Default)]
pub struct CpuPair {
    inputs: usize,
    outputs: usize,
    rank: usize,
    /// `Aᵀ` in panels of the rank.
    a_panels: Vec<f32>,
    /// `Bᵀ` in panels of the outputs.
    b_panels: Vec<f32>,
    /// `A` as it is, `[r, in]`; empty unless gradients are asked for.
    a: Vec<f32>,
    /// `B` with rows padded to whole panels, `[out, padded r]`; as `a`.
    b: Vec<f32>,
}

impl CpuPair {
    /// Takes up what the adapter holds now.
    pub fn lay_out(&mut self, values: &[f32], slot: &LoraSlot, rank: usize, backward: bool) {
        let (a, b) = (&values[slot.a.clone()], &values[slot.b.clone()]);
        let padded = rank.next_multiple_of(LANES);
        (self.inputs, self.outputs, self.rank) = (slot.in_features, slot.out_features, rank);
        self.a_panels.resize(padded * slot.in_features, 0.0);
        product::panels_of_transpose(a, rank, slot.in_features, &mut self.a_panels);
        self.b_panels.resize(slot.out_features.next_multiple_of(LANES) * rank, 0.0);
        product::panels_of_transpose(b, slot.out_features, rank, &mut self.b_panels);
        if backward {
            self.a.resize(a.len(), 0.0);
            self.a.copy_from_slice(a);
            self.b.resize(slot.out_features * padded, 0.0);
            for (to, from) in self.b.chunks_exact_mut(padded).zip(b.chunks_exact(rank)) {
                to[..rank].copy_from_slice(from);
            }
        }
    }

    fn padded(&self) -> usize {
        self.rank.next_multiple_of(LANES)
    }
}

/// See [`crate::backend::Backend::lora_forward`].
pub fn forward(
    adapted: &Adapted<'_, Cpu>,
    rows: Range<usize>,
    x: &[f32],
    u: &mut [f32],
    y: Option<&mut [f32]>,
) {
    let pair = adapted.pair;
    let padded = pair.padded();
    let (from, rows) = (rows.start, rows.len());
    let (x, u) = (&x[from * pair.inputs..], &mut u[from * padded..]);
    let a = Panels { data: &pair.a_panels, k: pair.inputs, n: padded };
    product::multiply(rows, Left::rows(x, pair.inputs), &a, u, padded, false);
    lanes::scale(&mut u[..rows * padded], adapted.scale);
    if let Some(y) = y {
        let b = Panels { data: &pair.b_panels, k: pair.rank, n: pair.outputs };
        let y = &mut y[from * pair.outputs..];
        product::multiply(rows, Left::rows(u, padded), &b, y, pair.outputs, true);
    }
}

/// See [`crate::backend::Backend::lora_backward`].
pub fn backward(
    adapted: &Adapted<'_, Cpu>,
    slot: &LoraSlot,
    rows: usize,
    inputs: &LoraInputs<'_, [f32]>,
    grads: &mut [f32],
    du: &mut [f32],
) {
    let pair = adapted.pair;
    let padded = pair.padded();
    let b = Rows::dense(&pair.b, pair.outputs, padded);
    product::multiply(rows, Left::rows(inputs.dy, pair.outputs), &b, du, padded, false);
    lanes::scale(&mut du[..rows * padded], adapted.scale);

    let x = Rows::dense(inputs.x, rows, pair.inputs);
    let da = &mut grads[slot.a.clone()];
    product::multiply(pair.rank, Left::transposed(du, padded), &x, da, pair.inputs, true);
    let u = Rows { data: inputs.u, stride: padded, k: rows, n: pair.rank };
    let dy = Left::transposed(inputs.dy, pair.outputs);
    product::multiply(pair.outputs, dy, &u, &mut grads[slot.b.clone()], pair.rank, true);
}

/// See [`crate::backend::Backend::lora_dx`].
pub fn dx(adapted: &Adapted<'_, Cpu>, rows: usize, du: &[f32], dx: &mut [f32], add: bool) {
    let pair = adapted.pair;
    let a = Rows::dense(&pair.a, pair.rank, pair.inputs);
    product::multiply(rows, Left::rows(du, pair.padded()), &a, dx, pair.inputs, add);
}

/// See [`crate::backend::Backend::drop`].
pub fn drop(mask: &Mask, x: &[f32], to: &mut [f32], add: bool) {
    let by = 1.0 / (1.0 - mask.p);
    let tasks = to.par_chunks_mut(ELEMENTS).zip(x.par_chunks(ELEMENTS)).enumerate();
    tasks.for_each(|(c, (to, x))| {
        for (i, (to, x)) in to.chunks_mut(4).zip(x.chunks(4)).enumerate() {
            let place = (c * ELEMENTS / 4 + i) as u64;
            let keeps = rng::keeps(mask.seed, mask.stream, place, mask.p);
            for ((to, x), keep) in to.iter_mut().zip(x).zip(keeps) {
                let v = if keep { x * by } else { 0.0 };
                *to = if add { *to + v } else { v };
            }
        }
    });
}
