//! The left side of a product, rounded to 8-bit integers.

use half::f16;
use rayon::prelude::*;

use super::kernel::BLOCK;
use crate::backend::cpu::lanes::vectorised;

/// Which of llama.cpp's roundings is followed (`ggml-cpu/quants.c`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rounding {
    /// 32 terms share a scale in half precision (`Q8_0`).
    #[default]
    Plain,
    /// The same, and the sum of the terms is kept in half precision (`Q8_1`).
    HalfSums,
    /// 256 terms share a scale in f32 (`Q8_K`).
    Wide,
}

/// Rows of 8-bit integers with their scales and, per block of 32 terms, the sum
/// of what they stand for.
#[derive(Default)]
pub struct Rounded {
    inputs: usize,
    codes: Vec<i8>,
    scales: Vec<f32>,
    sums: Vec<f32>,
}

/// Terms of one task.
const TASK: usize = 1 << 14;

/// Some rows, for the kernel.
#[derive(Clone, Copy)]
pub struct RoundedRows<'a> {
    /// Terms of a row.
    pub inputs: usize,
    /// `[row][term]`.
    pub codes: &'a [i8],
    /// `[row][block]`.
    pub scales: &'a [f32],
    /// `[row][block]`.
    pub sums: &'a [f32],
}

impl<'a> RoundedRows<'a> {
    /// Rows `first..first + count` of these.
    pub fn part(&self, first: usize, count: usize) -> RoundedRows<'a> {
        let blocks = self.inputs / BLOCK;
        RoundedRows {
            inputs: self.inputs,
            codes: &self.codes[first * self.inputs..][..count * self.inputs],
            scales: &self.scales[first * blocks..][..count * blocks],
            sums: &self.sums[first * blocks..][..count * blocks],
        }
    }
}

impl Rounded {
    /// Takes up `rows` rows, whole blocks each.
    pub fn round(&mut self, how: Rounding, rows: usize, x: &[f32]) {
        self.inputs = x.len().checked_div(rows).unwrap_or(0);
        self.codes.resize(x.len(), 0);
        self.scales.resize(x.len() / BLOCK, 0.0);
        self.sums.resize(x.len() / BLOCK, 0.0);
        // Whole rows a task; a few aren't worth waking other threads.
        let part = TASK.next_multiple_of(self.inputs.max(1)).max(1);
        if x.len() <= part {
            round(how, x, &mut self.codes, &mut self.scales, &mut self.sums);
            return;
        }
        x.par_chunks(part)
            .zip(self.codes.par_chunks_mut(part))
            .zip(self.scales.par_chunks_mut(part / BLOCK))
            .zip(self.sums.par_chunks_mut(part / BLOCK))
            .for_each(|(((x, codes), scales), sums)| round(how, x, codes, scales, sums));
    }

    /// Rows `first..first + count`.
    pub fn rows(&self, first: usize, count: usize) -> RoundedRows<'_> {
        let Self { inputs, codes, scales, sums } = self;
        RoundedRows { inputs: *inputs, codes, scales, sums }.part(first, count)
    }

    /// What term `i` of a row was rounded to.
    #[cfg(test)]
    pub fn value(&self, row: usize, i: usize) -> f32 {
        let at = row * self.inputs + i;
        f32::from(self.codes[at]) * self.scales[at / BLOCK]
    }
}

/// Adding 1.5·2²³ rounds to the nearest integer.
const ROUND: f32 = 12_582_912.0;

/// Blocks of smaller terms are zeros: what they'd be divided by has no inverse.
const TINY: f32 = 127.0 * f32::MIN_POSITIVE;

vectorised! {
    fn round(how: Rounding, x: &[f32], codes: &mut [i8], scales: &mut [f32], sums: &mut [f32]) {
        let width = if how == Rounding::Wide { 256 } else { BLOCK };
        let blocks = width / BLOCK;
        let parts = x.chunks_exact(width).zip(codes.chunks_exact_mut(width));
        let factors = scales.chunks_exact_mut(blocks).zip(sums.chunks_exact_mut(blocks));
        for ((x, codes), (scales, sums)) in parts.zip(factors) {
            let (scale, kept, by) = if how == Rounding::Wide {
                // ggml scales the term of largest size to -127 and lets the
                // first of equals decide the sign.
                let first = x.iter().fold(0.0f32, |m, v| if v.abs() > m.abs() { *v } else { m });
                let by = if first.abs() < TINY { 0.0 } else { -127.0 / first };
                let scale = if first.abs() < TINY { 0.0 } else { 1.0 / by };
                (scale, scale, by)
            } else {
                let mut lanes = [0.0f32; 16];
                for part in x.chunks_exact(16) {
                    for (lane, v) in lanes.iter_mut().zip(part) {
                        *lane = if v.abs() > *lane { v.abs() } else { *lane };
                    }
                }
                let most = lanes.into_iter().fold(0.0f32, |m, v| if v > m { v } else { m });
                let by = if most < TINY { 0.0 } else { 127.0 / most };
                (most / 127.0, f16::from_f32(most / 127.0).to_f32(), by)
            };
            for (i, (codes, x)) in
                codes.chunks_exact_mut(BLOCK).zip(x.chunks_exact(BLOCK)).enumerate()
            {
                let mut sum = 0i32;
                for (code, v) in codes.iter_mut().zip(x) {
                    // Ties go to the even integer: the last bits of the sum.
                    let whole = (v * by + ROUND).to_bits().wrapping_sub(ROUND.to_bits());
                    sum = sum.wrapping_add(whole.cast_signed());
                    *code = whole as i8;
                }
                scales[i] = kept;
                sums[i] = match how {
                    Rounding::HalfSums => f16::from_f32(scale * sum as f32).to_f32(),
                    _ => kept * sum as f32,
                };
            }
        }
    }
}
