//! The CPU: slices of f32, rayon, and one product kernel.

pub mod attention;
mod caches;
pub mod dequantise;
#[cfg(test)]
mod gradient_tests;
pub mod integer;
pub mod kernel;
pub mod lanes;
mod lora;
mod loss;
mod optimise;
pub mod product;
mod sequences;

use std::ops::Range;

use rayon::prelude::*;

use self::kernel::LANES;
pub use self::lora::CpuPair;
pub use self::sequences::Sequences;
use self::sequences::longer;
use super::{
    Adapted, Attended, Attention, AttentionGrads, Backend, Heads, LoraInputs, Mask, Move, Noise,
    RopeTable, Trained,
};
use crate::error::LmError;
use crate::frozen::FrozenLinear;
use crate::lora::LoraSlot;
use crate::rng;

/// Elements per task of an elementwise operation.
const ELEMENTS: usize = 1 << 14;

/// The CPU as a device.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cpu;

/// Logits that exist at a time, whatever the vocabulary.
const LOGITS: usize = 6 << 20;

/// See [`Backend::logit_rows`].
pub fn logit_rows(vocab: usize) -> usize {
    (LOGITS / vocab.max(1)).clamp(8, 256)
}

/// Rows per task so that a task has about [`ELEMENTS`] elements.
fn task_rows(width: usize) -> usize {
    (ELEMENTS / width.max(1)).max(1)
}

impl Backend for Cpu {
    type Slice = [f32];
    type Buffer = Vec<f32>;
    type Flat = Vec<f32>;
    type Ids = Vec<u32>;
    type Linear = FrozenLinear;
    type Pair = CpuPair;
    type Turns = RopeTable;
    type Sequences = Sequences;
    type Kept = ();
    type Sum = f64;

    fn check(&self) -> Result<(), LmError> {
        Ok(())
    }

    fn peak_bytes(&self) -> Option<u64> {
        None
    }

    fn logit_rows(&self, vocab: usize) -> usize {
        logit_rows(vocab)
    }

    fn zeros(&self, len: usize) -> Vec<f32> {
        vec![0.0; len]
    }

    fn grow(&self, buffer: &mut Vec<f32>, len: usize) {
        longer(buffer, len);
    }

    fn upload(&self, host: &[f32]) -> Vec<f32> {
        host.to_vec()
    }

    fn linear(&self, weight: FrozenLinear) -> Result<FrozenLinear, LmError> {
        Ok(weight)
    }

    fn ids(&self, host: &[u32]) -> Vec<u32> {
        host.to_vec()
    }

    fn turns(&self, table: &RopeTable) -> RopeTable {
        table.clone()
    }

    fn flat(&self, host: &[f32]) -> Vec<f32> {
        host.to_vec()
    }

    fn read(&self, flat: &Vec<f32>) -> Vec<f32> {
        flat.clone()
    }

    fn clear_flat(&self, flat: &mut Vec<f32>) {
        flat.fill(0.0);
    }

    fn square_sum(&self, flat: &Vec<f32>) -> f64 {
        optimise::square_sum(flat)
    }

    fn adamw(&self, trained: Trained<'_, Vec<f32>>, how: &Move) {
        optimise::adamw(trained, how);
    }

    fn pairs(
        &self,
        values: &Vec<f32>,
        slots: &[LoraSlot],
        rank: usize,
        backward: bool,
        into: &mut Vec<CpuPair>,
    ) {
        into.resize_with(slots.len(), CpuPair::default);
        into.par_iter_mut()
            .zip(slots)
            .for_each(|(pair, slot)| pair.lay_out(values, slot, rank, backward));
    }

    fn padded_rank(&self, rank: usize) -> usize {
        rank.next_multiple_of(LANES)
    }

    fn embed(&self, table: &FrozenLinear, ids: &Vec<u32>, _: usize, to: &mut [f32]) {
        let width = table.inputs();
        to.par_chunks_exact_mut(width).zip(ids).for_each(|(row, &id)| table.row(id as usize, row));
    }

    fn forward(&self, w: &FrozenLinear, rows: usize, x: &[f32], y: &mut [f32]) {
        w.forward(rows, x, y);
    }

    fn backward(&self, w: &FrozenLinear, rows: usize, dy: &[f32], dx: &mut [f32], add: bool) {
        w.backward(rows, dy, dx, add);
    }

    fn noise(&self, noise: &Noise, width: usize, rows: Range<usize>, x: &mut [f32]) {
        let Noise { magnitude, seed, stream } = *noise;
        let at = rows.start * width;
        x[at..rows.end * width].par_chunks_mut(ELEMENTS).enumerate().for_each(|(c, x)| {
            for (i, x) in x.iter_mut().enumerate() {
                let place = (at + c * ELEMENTS + i) as u64;
                *x += magnitude * (2.0 * rng::uniform(seed, stream, place) - 1.0);
            }
        });
    }

    fn drop(&self, mask: &Mask, len: usize, x: &[f32], to: &mut [f32], add: bool) {
        lora::drop(mask, &x[..len], &mut to[..len], add);
    }

    fn lora_forward(
        &self,
        adapted: &Adapted<'_, Self>,
        rows: Range<usize>,
        x: &[f32],
        u: &mut [f32],
        y: Option<&mut [f32]>,
    ) {
        lora::forward(adapted, rows, x, u, y);
    }

    fn lora_backward(
        &self,
        adapted: &Adapted<'_, Self>,
        slot: &LoraSlot,
        rows: usize,
        inputs: &LoraInputs<'_, [f32]>,
        grads: &mut Vec<f32>,
        du: &mut [f32],
    ) {
        lora::backward(adapted, slot, rows, inputs, grads, du);
    }

    fn lora_dx(
        &self,
        adapted: &Adapted<'_, Self>,
        rows: usize,
        du: &[f32],
        dx: &mut [f32],
        add: bool,
    ) {
        lora::dx(adapted, rows, du, dx, add);
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
        rows: usize,
        positions: &Vec<u32>,
        x: &mut [f32],
        inverse: bool,
    ) {
        let (half, sign) = (table.half, if inverse { -1.0 } else { 1.0 });
        let width = heads * half * 2;
        let part = task_rows(width);
        let len = rows * width;
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

    fn add(&self, len: usize, a: &[f32], b: &[f32], to: &mut [f32]) {
        let tasks = to[..len]
            .par_chunks_mut(ELEMENTS)
            .zip(a[..len].par_chunks(ELEMENTS))
            .zip(b[..len].par_chunks(ELEMENTS));
        tasks.for_each(|((to, a), b)| lanes::add_to(a, b, to));
    }

    fn sequences(&self) -> Sequences {
        Sequences::default()
    }

    fn arrange(&self, heads: &Heads, bounds: &[usize], sequences: &mut Sequences) {
        sequences.arrange(heads, bounds);
    }

    fn kept(&self) {}

    fn attend(
        &self,
        heads: &Heads,
        sequences: &mut Sequences,
        inputs: &Attention<'_, [f32]>,
        out: &mut [f32],
        (): &mut (),
    ) {
        sequences.attend(heads, inputs, out);
    }

    fn attend_backward(
        &self,
        heads: &Heads,
        sequences: &mut Sequences,
        inputs: &Attention<'_, [f32]>,
        attended: &Attended<'_, Self>,
        grads: AttentionGrads<'_, [f32]>,
    ) {
        sequences.attend_backward(heads, inputs, attended.d_out, grads);
    }

    fn gather(&self, width: usize, ids: &Vec<u32>, range: Range<usize>, x: &[f32], to: &mut [f32]) {
        for (to, &row) in to.chunks_exact_mut(width).zip(&ids[range]) {
            to.copy_from_slice(&x[row as usize * width..][..width]);
        }
    }

    fn scatter(
        &self,
        width: usize,
        ids: &Vec<u32>,
        range: Range<usize>,
        x: &[f32],
        to: &mut [f32],
    ) {
        for (from, &row) in x.chunks_exact(width).zip(&ids[range]) {
            to[row as usize * width..][..width].copy_from_slice(from);
        }
    }

    fn clear(&self, len: usize, to: &mut [f32]) {
        to[..len].fill(0.0);
    }

    fn sum(&self) -> f64 {
        0.0
    }

    fn total(&self, sum: &f64) -> f64 {
        *sum
    }

    fn cross_entropy(
        &self,
        vocab: usize,
        targets: &Vec<u32>,
        range: Range<usize>,
        logits: &mut [f32],
        gradient: Option<f32>,
        sum: &mut f64,
    ) {
        *sum += loss::cross_entropy(vocab, &targets[range], logits, gradient);
    }

    fn divergence(&self, vocab: usize, rows: usize, base: &[f32], adapted: &[f32], sum: &mut f64) {
        *sum += loss::divergence(vocab, rows, base, adapted);
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
