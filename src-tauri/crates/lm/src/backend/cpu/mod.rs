//! The CPU: slices of f32, rayon, and one product kernel.

mod attention;
pub mod kernel;
mod lanes;
mod loss;
pub mod product;

use rayon::prelude::*;

use self::kernel::LANES;
use self::product::{Left, Panels, Rows};
use super::{AttentionGrads, AttentionInputs, Backend, Heads, LoraInputs, Mask, RopeTable, Span};
use crate::error::LmError;
use crate::frozen::FrozenLinear;
use crate::lora::LoraSlot;
use crate::rng;

/// Elements per task of an elementwise operation.
const ELEMENTS: usize = 1 << 14;

/// The CPU as a device.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cpu;

/// One LoRA pair as the products want it.
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

/// Rows per task so that a task has about [`ELEMENTS`] elements.
fn task_rows(width: usize) -> usize {
    (ELEMENTS / width.max(1)).max(1)
}

impl Backend for Cpu {
    type Slice = [f32];
    type Buffer = Vec<f32>;
    type Linear = FrozenLinear;
    type Pair = CpuPair;

    fn zeros(&self, len: usize) -> Vec<f32> {
        vec![0.0; len]
    }

    fn grow(&self, buffer: &mut Vec<f32>, len: usize) {
        if buffer.len() < len {
            // Nothing is kept, so nothing need be copied.
            *buffer = Vec::new();
            *buffer = vec![0.0; len];
        }
    }

    fn upload(&self, host: &[f32]) -> Vec<f32> {
        host.to_vec()
    }

    fn linear(&self, weight: FrozenLinear) -> Result<FrozenLinear, LmError> {
        Ok(weight)
    }

    fn pair(&self, values: &[f32], slot: &LoraSlot, rank: usize, backward: bool) -> CpuPair {
        let (a, b) = (&values[slot.a.clone()], &values[slot.b.clone()]);
        let padded = self.padded_rank(rank);
        let mut a_panels = vec![0.0; padded * slot.in_features];
        product::panels_of_transpose(a, rank, slot.in_features, &mut a_panels);
        let mut b_panels = vec![0.0; slot.out_features.next_multiple_of(LANES) * rank];
        product::panels_of_transpose(b, slot.out_features, rank, &mut b_panels);
        let mut rows = Vec::new();
        if backward {
            rows = vec![0.0; slot.out_features * padded];
            for (to, from) in rows.chunks_exact_mut(padded).zip(b.chunks_exact(rank)) {
                to[..rank].copy_from_slice(from);
            }
        }
        CpuPair {
            inputs: slot.in_features,
            outputs: slot.out_features,
            rank,
            a_panels,
            b_panels,
            a: if backward { a.to_vec() } else { Vec::new() },
            b: rows,
        }
    }

    fn padded_rank(&self, rank: usize) -> usize {
        rank.next_multiple_of(LANES)
    }

    fn embed(&self, table: &FrozenLinear, ids: &[u32], to: &mut [f32]) {
        let width = table.inputs();
        to.par_chunks_exact_mut(width).zip(ids).for_each(|(row, &id)| table.row(id as usize, row));
    }

    fn forward(&self, w: &FrozenLinear, rows: usize, x: &[f32], y: &mut [f32]) {
        w.forward(rows, x, y);
    }

    fn backward(&self, w: &FrozenLinear, rows: usize, dy: &[f32], dx: &mut [f32], add: bool) {
        w.backward(rows, dy, dx, add);
    }

    fn lora_inner(&self, pair: &CpuPair, scale: f32, rows: usize, x: &[f32], u: &mut [f32]) {
        let padded = self.padded_rank(pair.rank);
        let a = Panels { data: &pair.a_panels, k: pair.inputs, n: padded };
        product::multiply(rows, Left::rows(x, pair.inputs), &a, u, padded, false);
        lanes::scale(&mut u[..rows * padded], scale);
    }

    fn lora_outer(&self, pair: &CpuPair, rows: usize, u: &[f32], y: &mut [f32]) {
        let padded = self.padded_rank(pair.rank);
        let b = Panels { data: &pair.b_panels, k: pair.rank, n: pair.outputs };
        product::multiply(rows, Left::rows(u, padded), &b, y, pair.outputs, true);
    }

    fn lora_grads(
        &self,
        pair: &CpuPair,
        scale: f32,
        rows: usize,
        inputs: &LoraInputs<'_, [f32]>,
        du: &mut [f32],
        da: &mut [f32],
        db: &mut [f32],
    ) {
        let padded = self.padded_rank(pair.rank);
        let b = Rows::dense(&pair.b, pair.outputs, padded);
        product::multiply(rows, Left::rows(inputs.dy, pair.outputs), &b, du, padded, false);
        lanes::scale(&mut du[..rows * padded], scale);
        let x = Rows::dense(inputs.x, rows, pair.inputs);
        product::multiply(pair.rank, Left::transposed(du, padded), &x, da, pair.inputs, true);
        let u = Rows { data: inputs.u, stride: padded, k: rows, n: pair.rank };
        product::multiply(
            pair.outputs,
            Left::transposed(inputs.dy, pair.outputs),
            &u,
            db,
            pair.rank,
            true,
        );
    }

    fn lora_backward(&self, pair: &CpuPair, rows: usize, du: &[f32], dx: &mut [f32], add: bool) {
        let a = Rows::dense(&pair.a, pair.rank, pair.inputs);
        let padded = self.padded_rank(pair.rank);
        product::multiply(rows, Left::rows(du, padded), &a, dx, pair.inputs, add);
    }

    fn dropout(&self, mask: &Mask, len: usize, x: &[f32], to: &mut [f32], add: bool) {
        let keep = 1.0 / (1.0 - mask.p);
        to[..len].par_chunks_mut(ELEMENTS).zip(x[..len].par_chunks(ELEMENTS)).enumerate().for_each(
            |(c, (to, x))| {
                for (i, (to, x)) in to.iter_mut().zip(x).enumerate() {
                    let at = (c * ELEMENTS + i) as u64;
                    let kept = rng::uniform(mask.seed, mask.stream, at) >= mask.p;
                    let v = if kept { x * keep } else { 0.0 };
                    *to = if add { *to + v } else { v };
                }
            },
        );
    }

    fn rms_norm(&self, width: usize, rows: usize, eps: f32, x: &[f32], w: &[f32], y: &mut [f32]) {
        let part = task_rows(width) * width;
        y[..rows * width].par_chunks_mut(part).zip(x[..rows * width].par_chunks(part)).for_each(
            |(y, x)| {
                for (y, x) in y.chunks_exact_mut(width).zip(x.chunks_exact(width)) {
                    lanes::rms_norm(x, w, eps, y);
                }
            },
        );
    }

    fn rms_norm_backward(
        &self,
        width: usize,
        rows: usize,
        eps: f32,
        x: &[f32],
        w: &[f32],
        dy: &[f32],
        dx: &mut [f32],
        add: bool,
    ) {
        let (len, part) = (rows * width, task_rows(width) * width);
        let tasks = dx[..len]
            .par_chunks_mut(part)
            .zip(x[..len].par_chunks(part))
            .zip(dy[..len].par_chunks(part));
        tasks.for_each(|((dx, x), dy)| {
            for ((dx, x), dy) in
                dx.chunks_exact_mut(width).zip(x.chunks_exact(width)).zip(dy.chunks_exact(width))
            {
                lanes::rms_norm_backward(x, w, eps, dy, dx, add);
            }
        });
    }

    fn rope(
        &self,
        table: &RopeTable,
        heads: usize,
        positions: &[u32],
        x: &mut [f32],
        inverse: bool,
    ) {
        let (half, sign) = (table.half, if inverse { -1.0 } else { 1.0 });
        let width = heads * half * 2;
        let part = task_rows(width);
        let len = positions.len() * width;
        x[..len].par_chunks_mut(part * width).zip(positions.par_chunks(part)).for_each(
            |(x, positions)| {
                for (row, &p) in x.chunks_exact_mut(width).zip(positions) {
                    let turns = &table.turns[p as usize * half..][..half];
                    for head in row.chunks_exact_mut(half * 2) {
                        if table.interleaved {
                            turn_neighbours(head, turns, sign);
                        } else {
                            lanes::turn_halves(head, turns, sign);
                        }
                    }
                }
            },
        );
    }

    fn swiglu(&self, len: usize, gate: &[f32], up: &[f32], y: &mut [f32]) {
        let tasks = y[..len]
            .par_chunks_mut(ELEMENTS)
            .zip(gate[..len].par_chunks(ELEMENTS))
            .zip(up[..len].par_chunks(ELEMENTS));
        tasks.for_each(|((y, gate), up)| lanes::swiglu(gate, up, y));
    }

    fn swiglu_backward(&self, len: usize, gate: &mut [f32], up: &mut [f32], dy: &[f32]) {
        let tasks = gate[..len]
            .par_chunks_mut(ELEMENTS)
            .zip(up[..len].par_chunks_mut(ELEMENTS))
            .zip(dy[..len].par_chunks(ELEMENTS));
        tasks.for_each(|((gate, up), dy)| lanes::swiglu_backward(gate, up, dy));
    }

    fn add(&self, len: usize, x: &[f32], y: &mut [f32]) {
        y[..len]
            .par_chunks_mut(ELEMENTS)
            .zip(x[..len].par_chunks(ELEMENTS))
            .for_each(|(y, x)| lanes::add(x, y));
    }

    fn packed_len(&self, heads: &Heads, len: usize) -> usize {
        attention::packed_len(heads, len)
    }

    fn pack(
        &self,
        heads: &Heads,
        rows: usize,
        from: &[f32],
        from_row: usize,
        to: &mut [f32],
        at: usize,
    ) {
        attention::pack(heads, rows, from, from_row, to, at);
    }

    fn copy_rows(
        &self,
        width: usize,
        rows: usize,
        from: &[f32],
        from_row: usize,
        to: &mut [f32],
        to_row: usize,
    ) {
        to[to_row * width..][..rows * width]
            .copy_from_slice(&from[from_row * width..][..rows * width]);
    }

    fn attention(&self, heads: &Heads, spans: &[Span<'_, [f32]>], q: &[f32], out: &mut [f32]) {
        attention::forward(heads, spans, q, out);
    }

    fn attention_backward(
        &self,
        heads: &Heads,
        spans: &[Span<'_, [f32]>],
        inputs: &AttentionInputs<'_, [f32]>,
        grads: AttentionGrads<'_, [f32]>,
    ) {
        attention::backward(heads, spans, inputs, grads);
    }

    fn gather(&self, width: usize, rows: &[u32], x: &[f32], to: &mut [f32]) {
        for (to, &row) in to.chunks_exact_mut(width).zip(rows) {
            to.copy_from_slice(&x[row as usize * width..][..width]);
        }
    }

    fn scatter(&self, width: usize, rows: &[u32], x: &[f32], to: &mut [f32]) {
        for (from, &row) in x.chunks_exact(width).zip(rows) {
            to[row as usize * width..][..width].copy_from_slice(from);
        }
    }

    fn clear(&self, len: usize, to: &mut [f32]) {
        to[..len].fill(0.0);
    }

    fn cross_entropy(
        &self,
        vocab: usize,
        targets: &[u32],
        logits: &mut [f32],
        gradient: Option<f32>,
    ) -> f64 {
        loss::cross_entropy(vocab, targets, logits, gradient)
    }
}

/// Turns pairs that lie side by side.
fn turn_neighbours(head: &mut [f32], turns: &[(f32, f32)], sign: f32) {
    for (pair, &(cos, sin)) in head.chunks_exact_mut(2).zip(turns) {
        let (a, b) = (pair[0], pair[1]);
        pair[0] = a * cos - b * sin * sign;
        pair[1] = b * cos + a * sin * sign;
    }
}
