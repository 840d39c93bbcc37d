//! Stored weights, laid out for the integer kernel.

use half::f16;
use rayon::prelude::*;

use super::kernel::{BLOCK, Layout, PANEL, Panel};
use super::rounded::Rounding;
use crate::weights::{DType, Run};

/// A weight `[out, in]` as panels of [`PANEL`] outputs, padded with zeros.
///
/// Codes lie `[panel][block of 32 terms]`, four consecutive terms of every
/// output together; 4-bit codes hold terms `i` and `i + 16` of a block in one
/// byte. Factors lie `[panel][block]`: a scale per output for each run of the
/// block, then, where the format has them, an offset per output.
pub struct Packed {
    dtype: DType,
    layout: Layout,
    inputs: usize,
    outputs: usize,
    codes: Vec<u8>,
    factors: Factors,
}

/// Factors as wide as the format needs them.
enum Factors {
    Half(Vec<u16>),
    Full(Vec<f32>),
}

impl Packed {
    /// Lays rows out; `None` for types that aren't made of integers or a width
    /// that isn't whole blocks.
    pub fn new(
        dtype: DType,
        bytes: &[u8],
        outputs: usize,
        inputs: usize,
        order: Option<&[u32]>,
    ) -> Option<Self> {
        let layout = layout(dtype)?;
        if !inputs.is_multiple_of(dtype.block()) || inputs == 0 {
            return None;
        }
        let (panels, blocks) = (outputs.div_ceil(PANEL), inputs / BLOCK);
        let mut codes = vec![0u8; panels * blocks * layout.code_bytes()];
        let per_panel = blocks * layout.factors();
        let mut factors = if layout.half {
            Factors::Half(vec![0; panels * per_panel])
        } else {
            Factors::Full(vec![0.0; panels * per_panel])
        };
        let row_bytes = dtype.bytes(inputs);
        let fill = |panel: usize, codes: &mut [u8], put: &mut dyn FnMut(usize, f32)| {
            for lane in 0..PANEL.min(outputs - panel * PANEL) {
                let o = panel * PANEL + lane;
                let from = order.map_or(o, |order| order[o] as usize);
                let row = &bytes[from * row_bytes..][..row_bytes];
                for block in 0..blocks {
                    let codes = &mut codes[block * layout.code_bytes()..][..layout.code_bytes()];
                    pack(dtype, layout, row, block, lane, codes, &mut |i, v| {
                        put(block * layout.factors() + i * PANEL + lane, v);
                    });
                }
            }
        };
        let by_panel = codes.par_chunks_exact_mut(blocks * layout.code_bytes()).enumerate();
        match &mut factors {
            Factors::Half(all) => by_panel
                .zip(all.par_chunks_exact_mut(per_panel))
                .for_each(|((p, c), f)| fill(p, c, &mut |i, v| f[i] = f16::from_f32(v).to_bits())),
            Factors::Full(all) => by_panel
                .zip(all.par_chunks_exact_mut(per_panel))
                .for_each(|((p, c), f)| fill(p, c, &mut |i, v| f[i] = v)),
        }
        Some(Packed { dtype, layout, inputs, outputs, codes, factors })
    }

    /// Width of the left side.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of rows.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        let factors = match &self.factors {
            Factors::Half(all) => size_of_val(all.as_slice()),
            Factors::Full(all) => size_of_val(all.as_slice()),
        };
        self.codes.len() + factors
    }

    /// How llama.cpp rounds the left side of such a weight.
    pub fn rounding(&self) -> Rounding {
        match self.dtype {
            DType::Q4_1 => Rounding::HalfSums,
            DType::Q4K | DType::Q5K | DType::Q6K => Rounding::Wide,
            _ => Rounding::Plain,
        }
    }

    /// One panel, for the kernel.
    pub(super) fn panel(&self, panel: usize) -> Panel<'_> {
        let blocks = self.inputs / BLOCK;
        let (codes, factors) = (blocks * self.layout.code_bytes(), blocks * self.layout.factors());
        let (mut half, mut full): (&[u16], &[f32]) = (&[], &[]);
        match &self.factors {
            Factors::Half(all) => half = &all[panel * factors..][..factors],
            Factors::Full(all) => full = &all[panel * factors..][..factors],
        }
        Panel { layout: self.layout, codes: &self.codes[panel * codes..][..codes], half, full }
    }

    /// Terms `first..first + to.len()` of row `o`, dequantised.
    pub fn read(&self, o: usize, first: usize, to: &mut [f32]) {
        let (panel, lane) = (self.panel(o / PANEL), o % PANEL);
        for (i, v) in to.iter_mut().enumerate() {
            *v = panel.value(lane, first + i);
        }
    }
}

fn layout(dtype: DType) -> Option<Layout> {
    let (nibbles, runs, offsets, half) = match dtype {
        DType::Q4_0 | DType::Q4_1 => (true, 1, true, true),
        DType::Q4K => (true, 1, true, false),
        DType::Q5K => (false, 1, true, false),
        DType::Q6K => (false, 2, false, false),
        DType::Q8_0 => (false, 1, false, true),
        DType::F32 | DType::F16 | DType::Bf16 => return None,
    };
    Some(Layout { nibbles, runs, offsets, half })
}

/// One output's terms of one block.
fn pack(
    dtype: DType,
    layout: Layout,
    row: &[u8],
    block: usize,
    lane: usize,
    codes: &mut [u8],
    put: &mut dyn FnMut(usize, f32),
) {
    for part in 0..2 {
        let Some(run) = dtype.run16(row, block * BLOCK + part * 16) else { return };
        let Run { codes: run, scale, offset } = run;
        for (i, code) in run.into_iter().enumerate() {
            let at = i / 4 * 4 * PANEL + lane * 4 + i % 4;
            if layout.nibbles {
                codes[at] |= code.cast_unsigned() << (4 * part);
            } else {
                codes[part * 16 * PANEL + at] = code.cast_unsigned();
            }
        }
        if part < layout.runs {
            put(part, scale);
        }
        if part == 0 && layout.offsets {
            put(layout.runs, offset);
        }
    }
}
