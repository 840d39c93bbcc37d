//! Whole packed sequences and their attention. The tiles, shared bytes and
//! argument lists are those of attention.cu.

use std::sync::Arc;

use cudarc::driver::{CudaFunction, sys::CUfunction_attribute};

use super::device::{Device, Held, Launch, Numbers};
use crate::backend::{Attention, AttentionGrads, Heads};

/// What attention.cu has for one head size.
struct Shape {
    dim: usize,
    /// Queries of a tile of the forward and of the queries' backward.
    queries: usize,
    /// Keys of a tile of the keys' backward.
    keys: usize,
    /// Shared bytes of forward, keys' and queries' backward.
    shared: [usize; 3],
    /// Lanes of a head in `delta`.
    lanes: usize,
}

const fn shape(dim: usize, keys: usize, shared: [usize; 3], lanes: usize) -> Shape {
    Shape { dim, queries: 128, keys, shared, lanes }
}

const SHAPES: [Shape; 5] = [
    shape(16, 128, [12288, 12800, 12288], 2),
    shape(32, 128, [24576, 25088, 24576], 4),
    shape(64, 128, [49152, 49664, 49152], 8),
    shape(96, 64, [73728, 74752, 73728], 16),
    shape(128, 64, [98304, 99328, 98304], 16),
];

const THREADS: usize = 128;

/// Sequences of one batch, and room for their attention.
pub struct Sequences {
    device: Arc<Device>,
    kernels: Option<Kernels>,
    rows: usize,
    /// `[start, length, first, 0]` of every tile of queries, most keys first.
    by_queries: Held<i32>,
    query_tiles: usize,
    /// The same for tiles of keys, most queries first.
    by_keys: Held<i32>,
    key_tiles: usize,
    delta: Held<f32>,
}

struct Kernels {
    shape: &'static Shape,
    forward: CudaFunction,
    delta: CudaFunction,
    backward_kv: CudaFunction,
    backward_q: CudaFunction,
}

impl Kernels {
    fn load(device: &Device, dim: usize) -> Result<Self, String> {
        let shape = SHAPES
            .iter()
            .find(|s| s.dim == dim)
            .ok_or_else(|| format!("heads of width {dim} aren't supported on a GPU"))?;
        let load = |name: &str, shared: usize| {
            let name = format!("attention_{name}_{dim}");
            let kernel = device.attention.load_function(&name).map_err(|e| e.to_string())?;
            let most = CUfunction_attribute::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
            kernel.set_attribute(most, shared as i32).map_err(|e| format!("{name}: {e}"))?;
            Ok::<_, String>(kernel)
        };
        let [forward, kv, q] = shape.shared;
        Ok(Self {
            shape,
            forward: load("forward", forward)?,
            delta: load("delta", 0)?,
            backward_kv: load("backward_kv", kv)?,
            backward_q: load("backward_q", q)?,
        })
    }
}

impl Sequences {
    pub fn new(device: &Arc<Device>) -> Self {
        Self {
            device: Arc::clone(device),
            kernels: None,
            rows: 0,
            by_queries: device.take(0),
            query_tiles: 0,
            by_keys: device.take(0),
            key_tiles: 0,
            delta: device.take(0),
        }
    }

    /// See [`crate::backend::Backend::arrange`].
    pub fn arrange(&mut self, heads: &Heads, bounds: &[usize]) {
        let device = Arc::clone(&self.device);
        if self.kernels.is_none() {
            self.kernels = device.run(|| Kernels::load(&device, heads.dim));
        }
        let Some(kernels) = &self.kernels else { return };
        self.rows = bounds.last().copied().unwrap_or(0);
        let mut queries = tiles(bounds, kernels.shape.queries);
        queries.sort_by_key(|t| std::cmp::Reverse(t[2]));
        let mut keys = tiles(bounds, kernels.shape.keys);
        keys.sort_by_key(|t| std::cmp::Reverse(t[1] - t[2]));
        (self.query_tiles, self.key_tiles) = (queries.len(), keys.len());
        self.by_queries = device.put(queries.as_flattened());
        self.by_keys = device.put(keys.as_flattened());
    }

    /// See [`crate::backend::Backend::attend`].
    pub fn attend(
        &self,
        heads: &Heads,
        inputs: &Attention<'_, Numbers>,
        out: &Numbers,
        lse: &mut Held<f32>,
    ) {
        let Some(kernels) = &self.kernels else { return };
        lse.grow(heads.q * self.rows);
        let (wide, narrow) = (heads.q_width() as i32, heads.kv_width() as i32);
        Launch::new((heads.q, self.query_tiles), THREADS)
            .shared(kernels.shape.shared[0])
            .with(inputs.q.at(0))
            .with(inputs.k.at(0))
            .with(inputs.v.at(0))
            .with(out.at(0))
            .with(lse.at(0))
            .with(self.by_queries.at(0))
            .with(self.rows as i32)
            .with(wide)
            .with(narrow)
            .with(narrow)
            .with(wide)
            .with(heads.group() as i32)
            .with(scale(heads))
            .run(&self.device, &kernels.forward);
    }

    /// See [`crate::backend::Backend::attend_backward`].
    pub fn attend_backward(
        &mut self,
        heads: &Heads,
        inputs: &Attention<'_, Numbers>,
        (out, lse, d_out): (&Numbers, &Held<f32>, &Numbers),
        grads: &AttentionGrads<'_, Numbers>,
    ) {
        let Some(kernels) = &self.kernels else { return };
        self.delta.grow(heads.q * self.rows);
        let (wide, narrow, rows) =
            (heads.q_width() as i32, heads.kv_width() as i32, self.rows as i32);
        let threads = self.rows * heads.q * kernels.shape.lanes;
        Launch::new((threads.div_ceil(256), 1), 256)
            .with(out.at(0))
            .with(d_out.at(0))
            .with(self.delta.at(0))
            .with(rows)
            .with(heads.q as i32)
            .with(wide)
            .with(wide)
            .run(&self.device, &kernels.delta);
        let common = |launch: Launch| {
            launch
                .with(inputs.q.at(0))
                .with(inputs.k.at(0))
                .with(inputs.v.at(0))
                .with(d_out.at(0))
                .with(lse.at(0))
                .with(self.delta.at(0))
        };
        common(Launch::new((heads.kv, self.key_tiles), THREADS).shared(kernels.shape.shared[1]))
            .with(grads.dk.at(0))
            .with(grads.dv.at(0))
            .with(self.by_keys.at(0))
            .with(rows)
            .with(wide)
            .with(narrow)
            .with(narrow)
            .with(wide)
            .with(narrow)
            .with(narrow)
            .with(heads.group() as i32)
            .with(scale(heads))
            .run(&self.device, &kernels.backward_kv);
        common(Launch::new((heads.q, self.query_tiles), THREADS).shared(kernels.shape.shared[2]))
            .with(grads.dq.at(0))
            .with(self.by_queries.at(0))
            .with(rows)
            .with(wide)
            .with(narrow)
            .with(narrow)
            .with(wide)
            .with(wide)
            .with(heads.group() as i32)
            .with(scale(heads))
            .run(&self.device, &kernels.backward_q);
    }
}

fn scale(heads: &Heads) -> f32 {
    1.0 / (heads.dim as f32).sqrt()
}

/// All tiles of `height` rows of all sequences.
fn tiles(bounds: &[usize], height: usize) -> Vec<[i32; 4]> {
    bounds
        .windows(2)
        .flat_map(|b| {
            let length = b[1] - b[0];
            (0..length)
                .step_by(height)
                .map(move |first| [b[0] as i32, length as i32, first as i32, 0])
        })
        .collect()
}
