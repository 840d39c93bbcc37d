//! Low-rank products and their gradients.

use std::ops::Range;
use std::sync::Arc;

use super::device::{Device, Held, Launch, Numbers};
use super::product::{Result, Side, multiply};
use super::{Cuda, eights};
use crate::backend::{Adapted, LoraInputs, Mask};
use crate::lora::LoraSlot;
use crate::rng;

/// One LoRA pair: where its halves lie in the adapter's bf16 copy.
pub struct Pair {
    /// The whole adapter in bf16, in the layout of its values.
    pub values: Arc<Numbers>,
    /// `A`, `[r, in]`.
    pub a: usize,
    /// `B`, `[out, r]`.
    pub b: usize,
    pub inputs: usize,
    pub outputs: usize,
    pub rank: usize,
}

/// The width of `u`: rows that begin at multiples of 16 bytes.
pub fn padded(rank: usize) -> usize {
    rank.next_multiple_of(8)
}

impl Pair {
    fn a(&self) -> Side {
        Side::plain(self.values.at(self.a), self.inputs)
    }

    fn b(&self) -> Side {
        Side::plain(self.values.at(self.b), self.rank)
    }

    fn u(&self, at: u64) -> Side {
        Side::plain(at, padded(self.rank))
    }
}

fn flip(side: Side) -> Side {
    Side { transposed: !side.transposed, ..side }
}

fn narrow(at: u64, stride: usize, add: bool) -> Result {
    Result { at, stride, wide: false, add }
}

fn wide(at: u64, stride: usize) -> Result {
    Result { at, stride, wide: true, add: true }
}

/// See [`crate::backend::Backend::lora_forward`].
pub fn forward(
    device: &Arc<Device>,
    adapted: &Adapted<'_, Cuda>,
    rows: Range<usize>,
    x: &Numbers,
    u: &Numbers,
    y: Option<&Numbers>,
) {
    let p = adapted.pair;
    let (from, rows) = (rows.start, rows.len());
    let (x, u) = (x.at(from * p.inputs), u.at(from * padded(p.rank)));
    let x = Side::plain(x, p.inputs);
    let to = narrow(u, padded(p.rank), false);
    multiply(device, [p.rank, rows, p.inputs], adapted.scale, flip(p.a()), x, to);
    if let Some(y) = y {
        let to = narrow(y.at(from * p.outputs), p.outputs, true);
        multiply(device, [p.outputs, rows, p.rank], 1.0, flip(p.b()), p.u(u), to);
    }
}

/// See [`crate::backend::Backend::lora_backward`].
pub fn backward(
    device: &Arc<Device>,
    adapted: &Adapted<'_, Cuda>,
    slot: &LoraSlot,
    rows: usize,
    inputs: &LoraInputs<'_, Numbers>,
    grads: &Held<f32>,
    du: &Numbers,
) {
    let p = adapted.pair;
    let (dy, du) = (Side::plain(inputs.dy.at(0), p.outputs), du.at(0));
    let to = narrow(du, padded(p.rank), false);
    multiply(device, [p.rank, rows, p.outputs], adapted.scale, p.b(), dy, to);

    let x = Side::plain(inputs.x.at(0), p.inputs);
    let da = wide(grads.at(slot.a.start), p.inputs);
    multiply(device, [p.inputs, p.rank, rows], 1.0, x, flip(p.u(du)), da);
    let db = wide(grads.at(slot.b.start), p.rank);
    multiply(device, [p.rank, p.outputs, rows], 1.0, p.u(inputs.u.at(0)), flip(dy), db);
}

/// See [`crate::backend::Backend::lora_dx`].
pub fn dx(
    device: &Arc<Device>,
    adapted: &Adapted<'_, Cuda>,
    rows: usize,
    du: &Numbers,
    dx: &Numbers,
    add: bool,
) {
    let p = adapted.pair;
    let to = narrow(dx.at(0), p.inputs, add);
    multiply(device, [p.inputs, rows, p.rank], 1.0, p.a(), p.u(du.at(0)), to);
}

/// See [`crate::backend::Backend::drop`].
pub fn drop(device: &Device, mask: &Mask, len: usize, x: &Numbers, to: &Numbers, add: bool) {
    let (blocks, threads, eights) = eights(len);
    Launch::new((blocks, 1), threads)
        .with(x.at(0))
        .with(to.at(0))
        .with(eights)
        .with(mask.p)
        .with(rng::key(mask.seed, mask.stream))
        .with(i32::from(add))
        .run(device, &device.kernels.dropout);
}
