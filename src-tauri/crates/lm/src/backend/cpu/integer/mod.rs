//! Products in whole numbers: the numeric mode *fast*.
//!
//! A stored weight is `scale · code + offset`, with small integer codes and a
//! pair of factors for each run of 32 (or 16) terms. The left side is rounded to
//! 8-bit integers, as llama.cpp rounds it for the same weight, so that the sum
//! over a run is exact in integers and only runs are added in f32: in ascending
//! order, each with fused multiply-adds. Hence a result doesn't depend on the
//! batch, the number of threads or the instruction set here either.

mod kernel;
mod pack;
mod rounded;

use rayon::prelude::*;

use self::kernel::{Isa, PANEL, Tile};
pub use self::pack::Packed;
use self::rounded::Rounded;
use super::product::Shared;

/// Rows of the left side that stay in the nearest caches while the weights pass by.
const ROW_BLOCK: usize = 96;

/// Products below this many multiply-adds aren't worth waking other threads.
const SEQUENTIAL: usize = 1 << 17;

thread_local! {
    static ROUNDED: std::cell::RefCell<Rounded> = std::cell::RefCell::default();
}

/// `y[rows, out] = x[rows, in]·Wᵀ`.
pub fn multiply(w: &Packed, rows: usize, x: &[f32], y: &mut [f32]) {
    // Taken, not borrowed: while this thread waits for others it may take up
    // another product.
    let mut rounded = ROUNDED.take();
    rounded.round(w.rounding(), rows, &x[..rows * w.inputs()]);
    products(kernel::isa(), w, &rounded, rows, y);
    ROUNDED.set(rounded);
}

fn products(isa: Isa, w: &Packed, x: &Rounded, rows: usize, y: &mut [f32]) {
    let outputs = w.outputs();
    assert!(y.len() >= rows * outputs, "result too short");
    let panels = outputs.div_ceil(PANEL);
    let work = rows * outputs * w.inputs();
    let threads = if work < SEQUENTIAL { 1 } else { rayon::current_num_threads() };
    // Several tasks a thread even out other load on the machine; whole tiles each.
    let chunk = panels.div_ceil(4 * threads).next_multiple_of(isa.panels());
    let chunks = panels.div_ceil(chunk);
    let out = Shared(y.as_mut_ptr());
    let task = |c: usize| {
        let end = ((c + 1) * chunk).min(panels);
        for from in (0..rows).step_by(ROW_BLOCK) {
            let until = (from + ROW_BLOCK).min(rows);
            for first in (c * chunk..end).step_by(isa.panels()) {
                let all = [w.panel(first), w.panel((first + 1).min(panels - 1))];
                let all = &all[..isa.panels().min(end - first)];
                for row in (from..until).step_by(isa.rows()) {
                    let high = isa.rows().min(until - row);
                    let mut part = [[0.0; kernel::MAX_ROWS * PANEL]; kernel::MAX_PANELS];
                    kernel::run(isa, &Tile { w: all, x: x.rows(row, high) }, &mut part);
                    for (panel, part) in (first..).zip(&part[..all.len()]) {
                        let columns = PANEL.min(outputs - panel * PANEL);
                        for (r, sums) in part.chunks_exact(PANEL).take(high).enumerate() {
                            let to = out.at((row + r) * outputs + panel * PANEL);
                            // SAFETY: within `y` by the check above; each task owns its panels.
                            unsafe { std::ptr::copy_nonoverlapping(sums.as_ptr(), to, columns) };
                        }
                    }
                }
            }
        }
    };
    if threads == 1 || chunks == 1 {
        (0..chunks).for_each(task);
    } else {
        (0..chunks).into_par_iter().with_max_len(1).for_each(task);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::uniform;
    use crate::weights::DType;

    /// Rows of random codes whose scales are ordinary numbers.
    fn random_rows(dtype: DType, rows: usize, inputs: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..rows * dtype.bytes(inputs))
            .map(|i| (uniform(3, 0, i as u64) * 256.0) as u8)
            .collect();
        for block in bytes.chunks_exact_mut(dtype.block_bytes()) {
            match dtype {
                DType::Q4_1 | DType::Q4K | DType::Q5K => (block[1], block[3]) = (0x2c, 0xac),
                DType::Q6K => block[209] = 0x2c,
                _ => block[1] = 0x2c,
            }
        }
        bytes
    }

    const TYPES: [DType; 6] =
        [DType::Q8_0, DType::Q4_0, DType::Q4_1, DType::Q4K, DType::Q5K, DType::Q6K];

    #[test]
    fn a_packed_row_has_the_stored_values() {
        for dtype in TYPES {
            let (out, inp) = (19, 512);
            let bytes = random_rows(dtype, out, inp);
            let order: Vec<u32> = (0..out as u32).rev().collect();
            let packed = Packed::new(dtype, &bytes, out, inp, Some(&order)).unwrap();
            let (mut got, mut want) = (vec![0.0; inp], vec![0.0; inp]);
            for o in 0..out {
                packed.read(o, 0, &mut got);
                dtype.read(&bytes[order[o] as usize * dtype.bytes(inp)..], 0, &mut want);
                let near = |(a, b): (&f32, &f32)| (a - b).abs() <= 1e-6 * b.abs().max(1.0);
                assert!(got.iter().zip(&want).all(near), "{dtype:?} row {o}");
            }
        }
    }

    #[test]
    fn the_sum_is_that_of_the_rounded_inputs() {
        for dtype in TYPES {
            let (out, inp, rows) = (21, 768, 7);
            let bytes = random_rows(dtype, out, inp);
            let packed = Packed::new(dtype, &bytes, out, inp, None).unwrap();
            let x: Vec<f32> = (0..rows * inp).map(|i| uniform(4, 0, i as u64) - 0.5).collect();
            let mut rounded = Rounded::default();
            rounded.round(packed.rounding(), rows, &x);
            let mut y = vec![f32::NAN; rows * out];
            multiply(&packed, rows, &x, &mut y);
            let mut w = vec![0.0; inp];
            for o in 0..out {
                packed.read(o, 0, &mut w);
                for r in 0..rows {
                    let term = |i: usize| f64::from(rounded.value(r, i)) * f64::from(w[i]);
                    let want: f64 = (0..inp).map(term).sum();
                    let size: f64 = (0..inp).map(|i| term(i).abs()).sum();
                    let got = f64::from(y[r * out + o]);
                    // Q4_1 keeps its sum of inputs in half precision, as llama.cpp does.
                    let bound = if dtype == DType::Q4_1 { 5e-4 } else { 1e-5 };
                    assert!((got - want).abs() < bound * size, "{dtype:?}: {got} for {want}");
                }
            }
        }
    }

    #[test]
    fn every_instruction_set_and_every_batch_give_the_same_bits() {
        for dtype in TYPES {
            let (out, inp, rows) = (27, 512, 9);
            let bytes = random_rows(dtype, out, inp);
            let packed = Packed::new(dtype, &bytes, out, inp, None).unwrap();
            let x: Vec<f32> = (0..rows * inp).map(|i| uniform(5, 0, i as u64) - 0.5).collect();
            let mut rounded = Rounded::default();
            let mut all = Vec::new();
            for isa in kernel::available() {
                rounded.round(packed.rounding(), rows, &x);
                let mut y = vec![f32::NAN; rows * out];
                products(isa, &packed, &rounded, rows, &mut y);
                for r in 0..rows {
                    let mut alone = vec![f32::NAN; out];
                    rounded.round(packed.rounding(), 1, &x[r * inp..][..inp]);
                    products(isa, &packed, &rounded, 1, &mut alone);
                    assert_eq!(alone, y[r * out..][..out], "{dtype:?} row {r}");
                }
                all.push(y);
            }
            assert!(all.windows(2).all(|w| w[0] == w[1]), "{dtype:?}");
        }
    }

    #[test]
    fn products_may_run_inside_each_others_tasks() {
        let (out, inp, rows) = (512, 512, 8);
        let bytes = random_rows(DType::Q4_1, out, inp);
        let packed = Packed::new(DType::Q4_1, &bytes, out, inp, None).unwrap();
        let x: Vec<f32> = (0..rows * inp).map(|i| uniform(6, 0, i as u64) - 0.5).collect();
        let mut want = vec![0.0; rows * out];
        multiply(&packed, rows, &x, &mut want);
        (0..64).into_par_iter().for_each(|_| {
            let mut y = vec![0.0; rows * out];
            multiply(&packed, rows, &x, &mut y);
            assert_eq!(y, want);
        });
    }
}
