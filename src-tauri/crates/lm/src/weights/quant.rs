//! Element types of stored weights and how runs of them become f32.
//!
//! Block formats follow ggml's: 32 values share a half-precision scale (and,
//! in `Q4_1`, a minimum); 4-bit values lie in split halves, element `i` in the
//! low and `i + 16` in the high bits of byte `i`.

use half::{bf16, f16};

use super::kquant;

/// How the elements of a tensor are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DType {
    /// 32-bit float.
    F32,
    /// IEEE half.
    F16,
    /// Upper half of an f32.
    Bf16,
    /// 8-bit integers with a scale for each 32.
    Q8_0,
    /// 4-bit integers minus 8, with a scale for each 32.
    Q4_0,
    /// 4-bit integers with a scale and a minimum for each 32.
    Q4_1,
    /// ggml's `Q4_K`: 4-bit integers in blocks of 256.
    Q4K,
    /// ggml's `Q5_K`.
    Q5K,
    /// ggml's `Q6_K`.
    Q6K,
}

/// Sixteen elements: `scale · code + offset`.
pub struct Run {
    /// The codes.
    pub codes: [i8; 16],
    /// Their common factor.
    pub scale: f32,
    /// What is added to each.
    pub offset: f32,
}

impl DType {
    /// Elements that belong together.
    #[must_use]
    pub fn block(self) -> usize {
        match self {
            Self::F32 | Self::F16 | Self::Bf16 => 1,
            Self::Q8_0 | Self::Q4_0 | Self::Q4_1 => 32,
            Self::Q4K | Self::Q5K | Self::Q6K => kquant::BLOCK,
        }
    }

    /// Bytes of a block.
    #[must_use]
    pub fn block_bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
            Self::Q8_0 => 34,
            Self::Q4_0 => 18,
            Self::Q4_1 => 20,
            Self::Q4K => 144,
            Self::Q5K => 176,
            Self::Q6K => 210,
        }
    }

    /// Bytes of `len` elements, which are whole blocks.
    #[must_use]
    pub fn bytes(self, len: usize) -> usize {
        len / self.block() * self.block_bytes()
    }

    /// Elements `first..first + to.len()` of a row that begins at `row`. Both
    /// `first` and the length are multiples of 16 for the block formats.
    #[inline(always)]
    pub fn read(self, row: &[u8], first: usize, to: &mut [f32]) {
        match self {
            Self::F32 => {
                for (v, b) in to.iter_mut().zip(row[first * 4..].chunks_exact(4)) {
                    *v = f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
                }
            }
            Self::F16 => {
                for (v, b) in to.iter_mut().zip(row[first * 2..].chunks_exact(2)) {
                    *v = f16::from_le_bytes([b[0], b[1]]).to_f32();
                }
            }
            Self::Bf16 => {
                for (v, b) in to.iter_mut().zip(row[first * 2..].chunks_exact(2)) {
                    *v = bf16::from_le_bytes([b[0], b[1]]).to_f32();
                }
            }
            Self::Q8_0 | Self::Q4_0 | Self::Q4_1 => self.read_blocks(row, first, to),
            Self::Q4K | Self::Q5K | Self::Q6K => {
                debug_assert!(first.is_multiple_of(16) && to.len().is_multiple_of(16));
                for (i, to) in to.chunks_exact_mut(16).enumerate() {
                    kquant::read16(self, row, first + i * 16, to);
                }
            }
        }
    }

    /// Elements `at..at + 16` of a row as `scale · code + offset`; `at` is a
    /// multiple of 16. `None` for types that aren't made of integers.
    #[must_use]
    pub fn run16(self, row: &[u8], at: usize) -> Option<Run> {
        match self {
            Self::F32 | Self::F16 | Self::Bf16 => return None,
            Self::Q4K | Self::Q5K | Self::Q6K => return Some(kquant::run16(self, row, at)),
            Self::Q8_0 | Self::Q4_0 | Self::Q4_1 => {}
        }
        let block = &row[at / 32 * self.block_bytes()..][..self.block_bytes()];
        let high = !at.is_multiple_of(32);
        let half = |at: usize| f16::from_le_bytes([block[at], block[at + 1]]).to_f32();
        let nibble = |byte: u8| if high { byte >> 4 } else { byte & 15 }.cast_signed();
        let scale = half(0);
        Some(match self {
            Self::Q8_0 => {
                let from = if high { 18 } else { 2 };
                let codes = std::array::from_fn(|i| block[from + i].cast_signed());
                Run { codes, scale, offset: 0.0 }
            }
            Self::Q4_0 => {
                let codes = std::array::from_fn(|i| nibble(block[2 + i]));
                Run { codes, scale, offset: -8.0 * scale }
            }
            _ => {
                let codes = std::array::from_fn(|i| nibble(block[4 + i]));
                Run { codes, scale, offset: half(2) }
            }
        })
    }

    #[inline(always)]
    fn read_blocks(self, row: &[u8], first: usize, to: &mut [f32]) {
        debug_assert!(first.is_multiple_of(16) && to.len().is_multiple_of(16));
        for (half, to) in to.chunks_exact_mut(16).enumerate() {
            let at = first + half * 16;
            let block = &row[at / 32 * self.block_bytes()..][..self.block_bytes()];
            let high = !at.is_multiple_of(32);
            let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
            match self {
                Self::Q8_0 => {
                    let from = if high { &block[18..34] } else { &block[2..18] };
                    for (v, &q) in to.iter_mut().zip(from) {
                        *v = f32::from(q as i8) * scale;
                    }
                }
                Self::Q4_0 => {
                    for (v, &q) in to.iter_mut().zip(&block[2..18]) {
                        let q = if high { q >> 4 } else { q & 15 };
                        *v = (f32::from(q) - 8.0) * scale;
                    }
                }
                _ => {
                    let min = f16::from_le_bytes([block[2], block[3]]).to_f32();
                    for (v, &q) in to.iter_mut().zip(&block[4..20]) {
                        let q = if high { q >> 4 } else { q & 15 };
                        *v = f32::from(q) * scale + min;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use safetensors::SafeTensors;

    use super::*;

    /// Fixture and the script that makes it: `tests/parity/make_quant_fixtures.py`.
    #[test]
    fn every_stored_type_reads_as_gguf_pys_bits() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/parity/fixtures");
        let file = std::fs::read(root.join("quant.safetensors")).unwrap();
        let file = SafeTensors::deserialize(&file).unwrap();
        for (name, dtype) in [
            ("F16", DType::F16),
            ("BF16", DType::Bf16),
            ("Q8_0", DType::Q8_0),
            ("Q4_0", DType::Q4_0),
            ("Q4_1", DType::Q4_1),
            ("Q4_K", DType::Q4K),
            ("Q5_K", DType::Q5K),
            ("Q6_K", DType::Q6K),
        ] {
            let bytes = file.tensor(&format!("{name}.bytes")).unwrap().data().to_vec();
            let wanted = file.tensor(&format!("{name}.values")).unwrap();
            let (rows, columns) = (wanted.shape()[0], wanted.shape()[1]);
            let (words, _) = wanted.data().as_chunks::<4>();
            let wanted: Vec<u32> = words.iter().map(|w| u32::from_le_bytes(*w)).collect();
            assert_eq!(bytes.len(), rows * dtype.bytes(columns), "{name}");
            for row in 0..rows {
                let stored = &bytes[row * dtype.bytes(columns)..][..dtype.bytes(columns)];
                // Whole rows, and runs that begin and end inside blocks.
                for (first, len) in [(0, columns), (16, 16), (48, 224), (240, 272), (496, 16)] {
                    let mut values = vec![0.0f32; len];
                    dtype.read(stored, first, &mut values);
                    let bits: Vec<u32> = values.iter().map(|v| v.to_bits()).collect();
                    assert_eq!(
                        bits,
                        wanted[row * columns + first..][..len],
                        "{name} {row} {first}"
                    );
                }
            }
        }
    }
}
