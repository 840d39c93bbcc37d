//! A frozen weight on the device.

use candle_core::{Device, Result, Tensor};
use rayon::prelude::*;

use super::numbers::Numbers;
use crate::frozen::FrozenLinear;

/// A weight in f32, however it was stored: candle's products take no blocks
/// from both sides.
pub struct Linear {
    /// `[out, in]`.
    weight: Tensor,
    /// `[out]`.
    bias: Option<Tensor>,
}

impl Linear {
    /// Dequantises on the host, whole rows at a time, and uploads.
    ///
    /// # Errors
    /// The device has no room.
    pub fn new(device: &Device, frozen: &FrozenLinear) -> Result<Self> {
        let (outputs, inputs) = (frozen.outputs(), frozen.inputs());
        let mut rows = vec![0.0f32; outputs * inputs];
        rows.par_chunks_exact_mut(inputs).enumerate().for_each(|(o, row)| frozen.row(o, row));
        let bias =
            frozen.bias().map(|bias| Tensor::from_slice(bias, outputs, device)).transpose()?;
        Ok(Self { weight: Tensor::from_vec(rows, (outputs, inputs), device)?, bias })
    }

    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        let numbers = self.weight.elem_count() + self.bias.as_ref().map_or(0, Tensor::elem_count);
        (numbers * size_of::<f32>()) as u64
    }

    /// `x·Wᵀ + bias`, `[rows, out]`.
    ///
    /// # Errors
    /// The device's.
    pub fn forward(&self, rows: usize, x: &Numbers) -> Result<Tensor> {
        let y = x.first((rows, self.weight.dim(1)?))?.matmul(&self.weight.t()?)?;
        match &self.bias {
            Some(bias) => y.broadcast_add(bias),
            None => Ok(y),
        }
    }

    /// `dy·W`, `[rows, in]`.
    ///
    /// # Errors
    /// The device's.
    pub fn backward(&self, rows: usize, dy: &Numbers) -> Result<Tensor> {
        dy.first((rows, self.weight.dim(0)?))?.matmul(&self.weight)
    }

    /// The rows `ids`, `[rows, in]`.
    ///
    /// # Errors
    /// The device's.
    pub fn rows(&self, rows: usize, ids: &Numbers) -> Result<Tensor> {
        self.weight.index_select(&ids.first(rows)?, 0)
    }
}
