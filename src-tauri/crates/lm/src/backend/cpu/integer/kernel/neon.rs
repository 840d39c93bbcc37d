//! [`super`] with 128-bit vectors: four outputs, four terms each, in one register.

use std::arch::aarch64::{
    float32x4_t, int8x16_t, int32x4_t, vandq_u8, vcvtq_f32_s32, vdupq_n_f32, vdupq_n_s32,
    vdupq_n_u8, vfmaq_f32, vget_low_s8, vld1q_f32, vld1q_u8, vmull_high_s8, vmull_s8, vmulq_f32,
    vpadalq_s16, vpaddq_s16, vreinterpretq_s8_s32, vreinterpretq_s8_u8, vshrq_n_u8, vst1q_f32,
};

use half::f16;

use super::{BLOCK, PANEL, Sums, Tile};

/// # Safety
/// The tile was checked.
#[target_feature(enable = "neon")]
pub unsafe fn run(tile: &Tile<'_>, to: &mut Sums) {
    let (layout, blocks, inputs) = (tile.w[0].layout, tile.blocks(), tile.x.inputs);
    let low = vdupq_n_u8(15);
    for row in 0..tile.height() {
        for side in 0..2 {
            let mut sum = vdupq_n_f32(0.0);
            for block in 0..blocks {
                // SAFETY: the tile was checked: all that is read lies within
                // its codes, factors and rows.
                unsafe {
                    let codes =
                        tile.w[0].codes.as_ptr().add(block * layout.code_bytes() + side * 16);
                    let x = tile.x.codes.as_ptr().add(row * inputs + block * BLOCK);
                    let mut dots = [vdupq_n_s32(0); 2];
                    if layout.nibbles {
                        for four in 0..4 {
                            let both = vld1q_u8(codes.add(four * 32));
                            let first = vreinterpretq_s8_u8(vandq_u8(both, low));
                            let second = vreinterpretq_s8_u8(vshrq_n_u8::<4>(both));
                            dots[0] = dot(dots[0], first, x.add(four * 4));
                            dots[0] = dot(dots[0], second, x.add(16 + four * 4));
                        }
                    } else {
                        for four in 0..8 {
                            let code = vreinterpretq_s8_u8(vld1q_u8(codes.add(four * 32)));
                            let run = four * layout.runs / 8;
                            dots[run] = dot(dots[run], code, x.add(four * 4));
                        }
                    }
                    let by = vdupq_n_f32(tile.x.scales[row * blocks + block]);
                    let at = block * layout.factors() + side * 4;
                    for (run, dot) in dots.iter().enumerate().take(layout.runs) {
                        let scale = vmulq_f32(factors(tile, at + run * PANEL), by);
                        sum = vfmaq_f32(sum, vcvtq_f32_s32(*dot), scale);
                    }
                    if layout.offsets {
                        let by = vdupq_n_f32(tile.x.sums[row * blocks + block]);
                        sum = vfmaq_f32(sum, factors(tile, at + PANEL), by);
                    }
                }
            }
            // SAFETY: `Sums` has room for MAX_ROWS rows.
            unsafe { vst1q_f32(to[0].as_mut_ptr().add(row * PANEL + side * 4), sum) };
        }
    }
}

/// Adds four terms of each of four outputs. Two products of signed bytes fit 16 bits.
#[inline]
#[target_feature(enable = "neon")]
unsafe fn dot(sum: int32x4_t, codes: int8x16_t, x: *const i8) -> int32x4_t {
    // SAFETY: the caller vouches for four readable terms.
    unsafe {
        let x = vreinterpretq_s8_s32(vdupq_n_s32(x.cast::<i32>().read_unaligned()));
        let first = vmull_s8(vget_low_s8(codes), vget_low_s8(x));
        vpadalq_s16(sum, vpaddq_s16(first, vmull_high_s8(codes, x)))
    }
}

#[inline]
#[target_feature(enable = "neon")]
unsafe fn factors(tile: &Tile<'_>, at: usize) -> float32x4_t {
    // SAFETY: the caller vouches for four factors from `at`.
    unsafe {
        if tile.w[0].layout.half {
            let four: [f32; 4] =
                std::array::from_fn(|i| f16::from_bits(tile.w[0].half[at + i]).to_f32());
            vld1q_f32(four.as_ptr())
        } else {
            vld1q_f32(tile.w[0].full.as_ptr().add(at))
        }
    }
}
