//! ggml's K-quants: 256 values share one or two half-precision scales; each run
//! of 32 (`Q6_K`: of 16) has a small integer scale below those.
//!
//! The arithmetic is that of ggml's reference, operation by operation, so that
//! every value has the same bits as there.

use half::f16;

use super::{DType, Run};

/// Values of a block.
pub(super) const BLOCK: usize = 256;

fn half(bytes: &[u8], at: usize) -> f32 {
    f16::from_le_bytes([bytes[at], bytes[at + 1]]).to_f32()
}

/// Scale and minimum of run `i` of eight, 6 bits each: the first four lie whole
/// in bytes 0–3 and 4–7, the others in the nibbles of bytes 8–11 with their upper
/// two bits on top of bytes 0–7.
fn six_bits(packed: &[u8], i: usize) -> (u8, u8) {
    if i < 4 {
        return (packed[i] & 63, packed[i + 4] & 63);
    }
    let (low, high) = (packed[i + 4], i - 4);
    ((low & 15) | ((packed[high] >> 6) << 4), (low >> 4) | ((packed[i] >> 6) << 4))
}

/// Values `at..at + 16` of a row of whole blocks; `at` is a multiple of 16.
pub(super) fn read16(dtype: DType, row: &[u8], at: usize, to: &mut [f32]) {
    let bytes = dtype.block_bytes();
    let (block, e) = (&row[at / BLOCK * bytes..][..bytes], at % BLOCK);
    match dtype {
        DType::Q4K => {
            let (scale, min) = scale_and_min(block, e / 32);
            for (v, q) in to.iter_mut().zip(nibbles(&block[16..], e)) {
                *v = scale * f32::from(q) - min;
            }
        }
        DType::Q5K => {
            let (scale, min) = scale_and_min(block, e / 32);
            let fifth = &block[16 + e % 32..][..16];
            for ((v, q), high) in to.iter_mut().zip(nibbles(&block[48..], e)).zip(fifth) {
                let q = q | (((high >> (e / 32)) & 1) << 4);
                *v = scale * f32::from(q) - min;
            }
        }
        // Halves of 128: four runs of 32 whose low bits share 64 bytes, the
        // third and fourth run in the upper nibbles.
        _ => {
            let (part, run, i) = (e / 128, e % 128 / 32, e % 32);
            let low = &block[part * 64 + run % 2 * 32 + i..][..16];
            let high = &block[128 + part * 32 + i..][..16];
            let scale = half(block, 208) * f32::from(block[192 + e / 16] as i8);
            for ((v, low), high) in to.iter_mut().zip(low).zip(high) {
                let low = if run < 2 { low & 15 } else { low >> 4 };
                let q = low | (((high >> (2 * run)) & 3) << 4);
                *v = scale * (f32::from(q) - 32.0);
            }
        }
    }
}

/// Values `at..at + 16` as integers with their factors.
pub(super) fn run16(dtype: DType, row: &[u8], at: usize) -> Run {
    let bytes = dtype.block_bytes();
    let (block, e) = (&row[at / BLOCK * bytes..][..bytes], at % BLOCK);
    let mut codes = [0i8; 16];
    if dtype == DType::Q6K {
        let (part, run, i) = (e / 128, e % 128 / 32, e % 32);
        let low = &block[part * 64 + run % 2 * 32 + i..][..16];
        let high = &block[128 + part * 32 + i..][..16];
        for ((code, low), high) in codes.iter_mut().zip(low).zip(high) {
            let low = if run < 2 { low & 15 } else { low >> 4 };
            *code = (low | (((high >> (2 * run)) & 3) << 4)).cast_signed() - 32;
        }
        let scale = half(block, 208) * f32::from(block[192 + e / 16].cast_signed());
        return Run { codes, scale, offset: 0.0 };
    }
    let low = if dtype == DType::Q4K { &block[16..] } else { &block[48..] };
    for (i, (code, q)) in codes.iter_mut().zip(nibbles(low, e)).enumerate() {
        let fifth = dtype == DType::Q5K && block[16 + e % 32 + i] >> (e / 32) & 1 == 1;
        *code = (q | u8::from(fifth) << 4).cast_signed();
    }
    let (scale, min) = scale_and_min(block, e / 32);
    Run { codes, scale, offset: -min }
}

fn scale_and_min(block: &[u8], run: usize) -> (f32, f32) {
    let (scale, min) = six_bits(&block[4..16], run);
    (half(block, 0) * f32::from(scale), half(block, 2) * f32::from(min))
}

/// Four-bit values `e..e + 16`: runs of 32, two sharing 32 bytes.
fn nibbles(packed: &[u8], e: usize) -> impl Iterator<Item = u8> + '_ {
    let high = e % 64 >= 32;
    packed[e / 64 * 32 + e % 32..][..16].iter().map(move |b| if high { b >> 4 } else { b & 15 })
}
