//! Angles of the rotary embedding (Su et al. 2021), rounded as transformers
//! rounds them: frequencies and angles in f32.

use crate::backend::RopeTable;
use crate::spec::{DecoderSpec, RopeLayout, RopeScaling};

/// Makes the table long enough for `positions`.
pub(crate) fn extend(table: &mut RopeTable, spec: &DecoderSpec, positions: usize) {
    table.half = spec.head_dim / 2;
    table.interleaved = spec.rope.layout == RopeLayout::Interleaved;
    let have = table.turns.len() / table.half;
    if have >= positions {
        return;
    }
    let frequencies: Vec<f32> = (0..table.half).map(|i| frequency(spec, i)).collect();
    let length = match spec.rope.scaling {
        RopeScaling::Yarn { attention_factor, .. } => attention_factor,
        _ => 1.0,
    };
    // In steps, so that decoding token by token doesn't come here every time.
    for p in have..positions.next_multiple_of(64) {
        for f in &frequencies {
            let angle = f64::from(p as f32 * f);
            table.turns.push((angle.cos() as f32 * length, angle.sin() as f32 * length));
        }
    }
}

fn frequency(spec: &DecoderSpec, i: usize) -> f32 {
    let exponent = (2 * i) as f32 / spec.head_dim as f32;
    let plain = 1.0 / f64::from(spec.rope.theta).powf(f64::from(exponent)) as f32;
    match spec.rope.scaling {
        RopeScaling::None => plain,
        RopeScaling::Linear { factor } => plain / factor,
        RopeScaling::Llama3 { factor, low_freq_factor, high_freq_factor, original_positions } => {
            let wavelength = 2.0 * std::f32::consts::PI / plain;
            if wavelength < original_positions / high_freq_factor {
                plain
            } else if wavelength > original_positions / low_freq_factor {
                plain / factor
            } else {
                let smooth = (original_positions / wavelength - low_freq_factor)
                    / (high_freq_factor - low_freq_factor);
                (1.0 - smooth) * plain / factor + smooth * plain
            }
        }
        RopeScaling::Yarn {
            factor, original_positions, beta_fast, beta_slow, truncate, ..
        } => {
            let width = spec.head_dim as f64;
            let theta = f64::from(spec.rope.theta);
            // The pair that makes this many rotations over the original positions.
            let pair = |rotations: f32| {
                let full = f64::from(rotations) * 2.0 * std::f64::consts::PI;
                width * (f64::from(original_positions) / full).ln() / (2.0 * theta.ln())
            };
            let (mut low, mut high) = (pair(beta_fast), pair(beta_slow));
            if truncate {
                (low, high) = (low.floor(), high.ceil());
            }
            (low, high) = (low.max(0.0), high.min(width - 1.0));
            if low == high {
                high += 0.001;
            }
            let divided = ((i as f64 - low) / (high - low)).clamp(0.0, 1.0) as f32;
            plain / factor * divided + plain * (1.0 - divided)
        }
    }
}
