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
    // In steps, so that decoding token by token doesn't come here every time.
    for p in have..positions.next_multiple_of(64) {
        for f in &frequencies {
            let angle = f64::from(p as f32 * f);
            table.turns.push((angle.cos() as f32, angle.sin() as f32));
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
    }
}
