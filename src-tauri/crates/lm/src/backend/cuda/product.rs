//! Products: cuBLAS with bf16 operands and f32 sums.
//!
//! cuBLAS counts columns first, so a row-major `[rows, width]` is its
//! `[width, rows]`, and every product below is written transposed.

use std::ffi::c_void;
use std::sync::{Arc, PoisonError};

use cudarc::cublas::{result, sys};
use half::bf16;
use rayon::prelude::*;

use super::Cuda;
use super::device::{Device, Held, Launch, Numbers};
use crate::frozen::{FrozenLinear, StoredRows};
use crate::weights::DType;

/// A frozen weight on the card.
pub struct Linear {
    pub inputs: usize,
    pub outputs: usize,
    store: Store,
    bias: Option<Numbers>,
}

enum Store {
    /// `[out, in]`.
    Wide(Numbers),
    /// Blocks as in the file, spread out for every product; row `o` of the
    /// weight is the stored row `order[o]`.
    Blocks { bytes: Held<u8>, order: Option<Held<u32>>, dtype: DType },
}

/// One side of a product, as cuBLAS sees it.
#[derive(Clone, Copy)]
pub struct Side {
    pub at: u64,
    pub stride: usize,
    pub transposed: bool,
}

impl Side {
    pub fn plain(at: u64, stride: usize) -> Self {
        Self { at, stride, transposed: false }
    }

    pub fn transposed(at: u64, stride: usize) -> Self {
        Self { at, stride, transposed: true }
    }
}

/// Where a product goes.
#[derive(Clone, Copy)]
pub struct Result {
    pub at: u64,
    pub stride: usize,
    /// f32 instead of bf16.
    pub wide: bool,
    /// Added to what is there.
    pub add: bool,
}

/// `C[m, n] (+)= scale · A[m, k] · B[k, n]`, columns first.
pub fn multiply(device: &Device, [m, n, k]: [usize; 3], scale: f32, a: Side, b: Side, c: Result) {
    if m == 0 || n == 0 || k == 0 {
        return;
    }
    let operation = |side: Side| match side.transposed {
        true => sys::cublasOperation_t::CUBLAS_OP_T,
        false => sys::cublasOperation_t::CUBLAS_OP_N,
    };
    let narrow = sys::cudaDataType::CUDA_R_16BF;
    let wide = sys::cudaDataType::CUDA_R_32F;
    let beta = if c.add { 1.0f32 } else { 0.0 };
    device.run(|| {
        device.context.bind_to_thread().map_err(|error| error.to_string())?;
        // SAFETY: all addresses are of living buffers of this device that hold
        // the shapes the callers name.
        unsafe {
            result::gemm_ex(
                *device.blas.handle(),
                operation(a),
                operation(b),
                m as i32,
                n as i32,
                k as i32,
                std::ptr::from_ref(&scale).cast::<c_void>(),
                a.at as *const c_void,
                narrow,
                a.stride as i32,
                b.at as *const c_void,
                narrow,
                b.stride as i32,
                std::ptr::from_ref(&beta).cast::<c_void>(),
                c.at as *mut c_void,
                if c.wide { wide } else { narrow },
                c.stride as i32,
                sys::cublasComputeType_t::CUBLAS_COMPUTE_32F,
                sys::cublasGemmAlgo_t::CUBLAS_GEMM_DEFAULT_TENSOR_OP,
            )
        }
        .map_err(|error| format!("cuBLAS {error:?}, {m} x {n} x {k}"))
    });
}

/// A block format's number in quant.cuh; `None` for what has no blocks.
fn kind(dtype: DType) -> Option<i32> {
    match dtype {
        DType::Q8_0 => Some(0),
        DType::Q4_0 => Some(1),
        DType::Q4_1 => Some(2),
        DType::Q4K => Some(3),
        DType::Q5K => Some(4),
        DType::Q6K => Some(5),
        DType::F32 | DType::F16 | DType::Bf16 => None,
    }
}

impl Linear {
    /// Puts a weight on the card: bf16, or quantised blocks as they are.
    pub fn new(device: &Arc<Device>, weight: &FrozenLinear) -> Self {
        let (inputs, outputs) = (weight.inputs(), weight.outputs());
        let store = match weight.stored_rows() {
            Some(StoredRows { dtype, bytes, order }) if kind(dtype).is_some() => {
                let (bytes, order) = (device.put(bytes), order.map(|order| device.put(order)));
                Store::Blocks { bytes, order, dtype }
            }
            _ => Store::Wide(spread(device, weight)),
        };
        let bias = weight.bias().map(|bias| narrow(device, bias));
        Self { inputs, outputs, store, bias }
    }

    /// The weight as bf16 `[out, in]`, spread out first where need be.
    fn wide(&self, cuda: &Cuda) -> u64 {
        match &self.store {
            Store::Wide(weight) => weight.at(0),
            Store::Blocks { .. } => {
                let mut room = cuda.spread.lock().unwrap_or_else(PoisonError::into_inner);
                room.grow(self.inputs * self.outputs);
                self.rows(&cuda.device, None, self.outputs, room.at(0));
                room.at(0)
            }
        }
    }

    /// Rows of the weight in bf16: those named, or the first `count`.
    pub fn rows(&self, device: &Arc<Device>, ids: Option<&Held<u32>>, count: usize, to: u64) {
        match (&self.store, ids) {
            (Store::Wide(weight), Some(ids)) => Launch::new((count, 1), 128)
                .with(weight.at(0))
                .with(ids.at(0))
                .with(self.inputs as i32)
                .with(to)
                .run(device, &device.kernels.embed),
            (Store::Wide(_), None) => {}
            (Store::Blocks { bytes, order, dtype }, ids) => Launch::new((count, 1), 256)
                .with(bytes.at(0))
                .with(ids.or(order.as_ref()).map_or(0, |ids| ids.at(0)))
                .with(kind(*dtype).unwrap_or(0))
                .with((self.inputs / dtype.block()) as i32)
                .with(dtype.block_bytes() as i32)
                .with(to)
                .run(device, &device.kernels.dequantise),
        }
    }

    /// `y[rows, out] = x[rows, in]·Wᵀ + bias`.
    pub fn forward(&self, cuda: &Cuda, rows: usize, x: &Numbers, y: &Numbers) {
        let device = &cuda.device;
        let weight = Side::transposed(self.wide(cuda), self.inputs);
        let to = Result { at: y.at(0), stride: self.outputs, wide: false, add: false };
        let shape = [self.outputs, rows, self.inputs];
        multiply(device, shape, 1.0, weight, Side::plain(x.at(0), self.inputs), to);
        if let Some(bias) = &self.bias {
            Launch::new((rows, 1), 128)
                .with(bias.at(0))
                .with(self.outputs as i32)
                .with(y.at(0))
                .run(device, &device.kernels.add_bias);
        }
    }

    /// `y = x·Wᵀ` in f32, without a bias.
    pub fn forward_wide(&self, cuda: &Cuda, rows: usize, x: &Numbers, y: &Held<f32>) {
        let weight = Side::transposed(self.wide(cuda), self.inputs);
        let to = Result { at: y.at(0), stride: self.outputs, wide: true, add: false };
        let shape = [self.outputs, rows, self.inputs];
        multiply(&cuda.device, shape, 1.0, weight, Side::plain(x.at(0), self.inputs), to);
    }

    /// `dx[rows, in] (+)= dy[rows, out]·W`.
    pub fn backward(&self, cuda: &Cuda, rows: usize, dy: &Numbers, dx: &Numbers, add: bool) {
        let weight = Side::plain(self.wide(cuda), self.inputs);
        let to = Result { at: dx.at(0), stride: self.inputs, wide: false, add };
        let shape = [self.inputs, rows, self.outputs];
        multiply(&cuda.device, shape, 1.0, weight, Side::plain(dy.at(0), self.outputs), to);
    }
}

/// Host numbers as bf16.
pub fn narrow(device: &Arc<Device>, host: &[f32]) -> Numbers {
    device.put(&host.iter().map(|v| bf16::from_f32(*v)).collect::<Vec<_>>())
}

/// A whole weight as bf16, a stretch of rows at a time.
fn spread(device: &Arc<Device>, weight: &FrozenLinear) -> Numbers {
    const STRETCH: usize = 1 << 23;
    let (inputs, outputs) = (weight.inputs(), weight.outputs());
    let held = device.take(inputs * outputs);
    let rows = (STRETCH / inputs).max(1);
    for first in (0..outputs).step_by(rows) {
        let count = rows.min(outputs - first);
        let mut host = vec![bf16::ZERO; count * inputs];
        host.par_chunks_exact_mut(inputs).enumerate().for_each_init(
            || vec![0.0f32; inputs],
            |row, (r, to)| {
                weight.row(first + r, row);
                to.iter_mut().zip(row).for_each(|(to, v)| *to = bf16::from_f32(*v));
            },
        );
        device.run(|| {
            // SAFETY: the rows lie inside what was taken.
            unsafe {
                cudarc::driver::result::memcpy_htod_async(
                    held.at(first * inputs),
                    &host,
                    device.stream.cu_stream(),
                )
            }
        });
        device.run(|| device.stream.synchronize());
    }
    held
}
