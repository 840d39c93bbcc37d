//! A frozen weight: multiplied from both sides, never trained.

use std::sync::Arc;

use rayon::prelude::*;

use crate::backend::cpu::dequantise;
use crate::backend::cpu::integer::{self, Packed};
use crate::backend::cpu::kernel::LANES;
use crate::backend::cpu::product::{self, Columns, Left, Panels};
use crate::weights::{Bytes, DType};

/// A weight `[out, in]` in the form it is kept, with `y += x·Wᵀ` and
/// `dx += dy·W`; there is no `dW`.
pub struct FrozenLinear {
    inputs: usize,
    outputs: usize,
    store: Store,
    bias: Option<Vec<f32>>,
}

enum Store {
    /// f32, `[out/16][in][16]`, zero-padded: both a panel of the forward
    /// product and, transposed tile by tile, of the backward one.
    Panels(Vec<f32>),
    /// Rows as in the file; row `o` of the weight is the stored row `order[o]`.
    Rows { dtype: DType, bytes: Bytes, order: Option<Arc<[u32]>> },
    /// Integers, multiplied as such: the numeric mode *fast*.
    Integers(Packed),
}

/// A weight's rows as they lie in its file.
#[cfg(feature = "cuda")]
pub struct StoredRows<'a> {
    /// How they are packed.
    pub dtype: DType,
    /// All of them.
    pub bytes: &'a [u8],
    /// Row `o` of the weight is the stored row `order[o]`; absent where they are in order.
    pub order: Option<&'a [u32]>,
}

impl FrozenLinear {
    /// Keeps the rows as stored and dequantises them tile by tile.
    ///
    /// `bytes` holds `outputs` rows of `inputs` elements; `inputs` is a
    /// multiple of the type's block (and of 16 for block types).
    #[must_use]
    pub fn stored(
        dtype: DType,
        bytes: Bytes,
        outputs: usize,
        inputs: usize,
        order: Option<Arc<[u32]>>,
    ) -> Self {
        Self { inputs, outputs, store: Store::Rows { dtype, bytes, order }, bias: None }
    }

    /// Dequantises once.
    #[must_use]
    pub fn dequantised(
        dtype: DType,
        bytes: &[u8],
        outputs: usize,
        inputs: usize,
        order: Option<&[u32]>,
    ) -> Self {
        let mut panels = vec![0.0f32; outputs.next_multiple_of(LANES) * inputs];
        let row_bytes = dtype.bytes(inputs);
        panels.par_chunks_exact_mut(inputs * LANES).enumerate().for_each(|(p, panel)| {
            let valid = (outputs - p * LANES).min(LANES);
            let mut rows = vec![0.0f32; valid * inputs];
            for (r, row) in rows.chunks_exact_mut(inputs).enumerate() {
                let o = p * LANES + r;
                let from = order.map_or(o, |order| order[o] as usize);
                dequantise::read(dtype, &bytes[from * row_bytes..][..row_bytes], 0, row);
            }
            product::transpose(&rows, inputs, valid, inputs, panel, LANES);
        });
        Self { inputs, outputs, store: Store::Panels(panels), bias: None }
    }

    /// Lays the stored integers out to be multiplied as such; `None` for types
    /// that aren't made of integers.
    #[must_use]
    pub fn integers(
        dtype: DType,
        bytes: &[u8],
        outputs: usize,
        inputs: usize,
        order: Option<&[u32]>,
    ) -> Option<Self> {
        let packed = Packed::new(dtype, bytes, outputs, inputs, order)?;
        Some(Self { inputs, outputs, store: Store::Integers(packed), bias: None })
    }

    /// Adds a bias to every output.
    #[must_use]
    pub fn with_bias(mut self, bias: Option<Vec<f32>>) -> Self {
        self.bias = bias;
        self
    }

    /// Width of `x`.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of rows.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// The rows as they are stored, and their order, if they are kept so.
    #[cfg(feature = "cuda")]
    pub fn stored_rows(&self) -> Option<StoredRows<'_>> {
        match &self.store {
            Store::Rows { dtype, bytes, order } => {
                Some(StoredRows { dtype: *dtype, bytes: bytes.as_ref(), order: order.as_deref() })
            }
            Store::Panels(_) | Store::Integers(_) => None,
        }
    }

    /// The bias, if there is one.
    #[cfg(any(test, feature = "cuda", feature = "metal"))]
    pub fn bias(&self) -> Option<&[f32]> {
        self.bias.as_deref()
    }

    /// Bytes held in memory (a mapped file counts in full).
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let weight = match &self.store {
            Store::Panels(data) => size_of_val(data.as_slice()),
            Store::Rows { bytes, .. } => bytes.as_ref().len(),
            Store::Integers(packed) => packed.bytes(),
        };
        (weight + self.bias.as_ref().map_or(0, |b| size_of_val(b.as_slice()))) as u64
    }

    /// `y[rows, out] = x[rows, in]·Wᵀ + bias`.
    pub fn forward(&self, rows: usize, x: &[f32], y: &mut [f32]) {
        match &self.store {
            Store::Panels(data) => {
                let b = Panels { data, k: self.inputs, n: self.outputs };
                product::multiply(rows, Left::rows(x, self.inputs), &b, y, self.outputs, false);
            }
            Store::Integers(packed) => integer::multiply(packed, rows, x, y),
            Store::Rows { .. } => {
                product::multiply(
                    rows,
                    Left::rows(x, self.inputs),
                    &Forward(self),
                    y,
                    self.outputs,
                    false,
                );
            }
        }
        if let Some(bias) = &self.bias {
            for row in y.chunks_exact_mut(self.outputs).take(rows) {
                row.iter_mut().zip(bias).for_each(|(y, b)| *y += b);
            }
        }
    }

    /// `dx[rows, in] (+)= dy[rows, out]·W`.
    pub fn backward(&self, rows: usize, dy: &[f32], dx: &mut [f32], add: bool) {
        product::multiply(
            rows,
            Left::rows(dy, self.outputs),
            &Backward(self),
            dx,
            self.inputs,
            add,
        );
    }

    /// Row `o` of the weight: how an embedding is looked up.
    pub fn row(&self, o: usize, to: &mut [f32]) {
        match &self.store {
            Store::Panels(data) => {
                let panel = &data[o / LANES * self.inputs * LANES..];
                for (i, v) in to.iter_mut().enumerate() {
                    *v = panel[i * LANES + o % LANES];
                }
            }
            Store::Integers(packed) => packed.read(o, 0, to),
            Store::Rows { dtype, .. } => dtype.read(self.stored_row(o), 0, to),
        }
    }

    fn stored_row(&self, o: usize) -> &[u8] {
        match &self.store {
            Store::Rows { dtype, bytes, order } => {
                let row = dtype.bytes(self.inputs);
                let from = order.as_ref().map_or(o, |order| order[o] as usize);
                &bytes.as_ref()[from * row..][..row]
            }
            Store::Panels(_) | Store::Integers(_) => &[],
        }
    }
}

/// `Wᵀ` of stored rows: a panel is 16 dequantised rows, transposed.
struct Forward<'a>(&'a FrozenLinear);

impl Columns for Forward<'_> {
    fn terms(&self) -> usize {
        self.0.inputs
    }
    fn width(&self) -> usize {
        self.0.outputs
    }
    fn costly(&self) -> bool {
        true
    }
    fn panel(
        &self,
        panel: usize,
        k0: usize,
        len: usize,
        scratch: &mut [f32],
    ) -> (*const f32, usize) {
        let Store::Rows { dtype, .. } = &self.0.store else { return (scratch.as_ptr(), LANES) };
        let mut rows = [0.0f32; LANES * product::K_BLOCK];
        let valid = (self.0.outputs - panel * LANES).min(LANES);
        if valid < LANES {
            scratch[..len * LANES].fill(0.0);
        }
        for (lane, row) in rows.chunks_exact_mut(len).take(valid).enumerate() {
            dequantise::read(*dtype, self.0.stored_row(panel * LANES + lane), k0, row);
        }
        product::transpose(&rows, len, valid, len, scratch, LANES);
        (scratch.as_ptr(), LANES)
    }
}

/// `W` itself: a panel is 16 inputs of a run of outputs.
struct Backward<'a>(&'a FrozenLinear);

impl Columns for Backward<'_> {
    fn terms(&self) -> usize {
        self.0.outputs
    }
    fn width(&self) -> usize {
        self.0.inputs
    }
    fn costly(&self) -> bool {
        true
    }
    fn panel(
        &self,
        panel: usize,
        k0: usize,
        len: usize,
        scratch: &mut [f32],
    ) -> (*const f32, usize) {
        let first = panel * LANES;
        let valid = (self.0.inputs - first).min(LANES);
        if valid < LANES {
            scratch[..len * LANES].fill(0.0);
        }
        match &self.0.store {
            // Blocks of sums begin at multiples of 16 outputs: whole panels.
            Store::Panels(data) => {
                for from in (0..len).step_by(LANES) {
                    let at = ((k0 + from) / LANES * self.0.inputs + first) * LANES;
                    let high = LANES.min(len - from);
                    product::transpose(
                        &data[at..],
                        LANES,
                        valid,
                        high,
                        &mut scratch[from * LANES..],
                        LANES,
                    );
                }
            }
            Store::Integers(packed) => {
                for (k, lanes) in scratch.chunks_exact_mut(LANES).take(len).enumerate() {
                    packed.read(k0 + k, first, &mut lanes[..valid]);
                }
            }
            Store::Rows { dtype, .. } => {
                for (k, lanes) in scratch.chunks_exact_mut(LANES).take(len).enumerate() {
                    dequantise::read(*dtype, self.0.stored_row(k0 + k), first, &mut lanes[..valid]);
                }
            }
        }
        (scratch.as_ptr(), LANES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::uniform;

    #[test]
    fn stored_and_dequantised_weights_give_the_same_bits_in_both_directions() {
        let (out, rows) = (48, 5);
        for dtype in [
            DType::F32,
            DType::F16,
            DType::Bf16,
            DType::Q8_0,
            DType::Q4_0,
            DType::Q4_1,
            DType::Q4K,
            DType::Q5K,
            DType::Q6K,
        ] {
            let inp = dtype.block().max(64) * 2;
            let mut bytes: Vec<u8> = (0..out * dtype.bytes(inp))
                .map(|i| (uniform(3, 0, i as u64) * 256.0) as u8)
                .collect();
            // Keep scales and floats finite: clear the top exponent bit of every half.
            let unit = if dtype == DType::F32 { 4 } else { dtype.block_bytes() };
            for block in bytes.chunks_exact_mut(unit) {
                match dtype {
                    DType::F32 => block[3] = 0x3f,
                    DType::Bf16 => block[1] = 0x3f,
                    DType::Q4_1 | DType::Q4K | DType::Q5K => (block[1], block[3]) = (0x2c, 0xac),
                    DType::Q6K => block[209] = 0x2c,
                    _ => block[1] = 0x2c,
                }
            }
            let order: Arc<[u32]> = (0..out as u32).rev().collect();
            let whole = FrozenLinear::dequantised(dtype, &bytes, out, inp, Some(&order));
            let lean = FrozenLinear::stored(dtype, Bytes::from(bytes), out, inp, Some(order));
            let x: Vec<f32> = (0..rows * inp).map(|i| uniform(4, 0, i as u64) - 0.5).collect();
            let (mut y0, mut y1) = (vec![0.0; rows * out], vec![0.0; rows * out]);
            whole.forward(rows, &x, &mut y0);
            lean.forward(rows, &x, &mut y1);
            assert_eq!(y0, y1, "{dtype:?} forward");
            let (mut d0, mut d1) = (vec![0.5; rows * inp], vec![0.5; rows * inp]);
            whole.backward(rows, &y0, &mut d0, true);
            lean.backward(rows, &y0, &mut d1, true);
            assert_eq!(d0, d1, "{dtype:?} backward");
            let (mut r0, mut r1) = (vec![0.0; inp], vec![0.0; inp]);
            whole.row(7, &mut r0);
            lean.row(7, &mut r1);
            assert_eq!(r0, r1, "{dtype:?} row");
            let chain = |s: f32, (x, w): (&f32, &f32)| x.mul_add(*w, s);
            let chains = x[..inp].chunks(product::K_BLOCK).zip(r0.chunks(product::K_BLOCK));
            let dot = chains.fold(0.0, |t, (x, w)| t + x.iter().zip(w).fold(0.0, chain));
            assert_eq!(y0[7], dot, "{dtype:?} row is what the product uses");
        }
    }
}
