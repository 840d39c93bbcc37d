//! What the decoder asks of a device.
//!
//! The decoder's code is written once against [`Backend`]; a device brings its
//! own buffers and the operations below, each with its hand-written backward.
//! Matrices are row-major; `rows` counts tokens; buffers may be longer than
//! what an operation uses. Only [`cpu::Cpu`] exists today.

pub mod cpu;

use std::ops::{Deref, DerefMut};

use crate::error::LmError;
use crate::frozen::FrozenLinear;
use crate::lora::LoraSlot;

/// Heads of an attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heads {
    /// Query heads.
    pub q: usize,
    /// Key/value heads; divides `q`.
    pub kv: usize,
    /// Width of a head.
    pub dim: usize,
}

impl Heads {
    /// Width of all query heads.
    #[must_use]
    pub fn q_width(&self) -> usize {
        self.q * self.dim
    }

    /// Width of all key heads.
    #[must_use]
    pub fn kv_width(&self) -> usize {
        self.kv * self.dim
    }

    /// Query heads that share a key/value head.
    #[must_use]
    pub fn group(&self) -> usize {
        self.q / self.kv
    }
}

/// Keys and values of a run of positions. Keys are packed by
/// [`Backend::pack`]; values are rows of [`Heads::kv_width`].
pub struct Keys<'a, S: ?Sized> {
    /// Packed keys.
    pub k: &'a S,
    /// Where the run's keys begin in `k`.
    pub k_at: usize,
    /// Rows of values.
    pub v: &'a S,
    /// Row of `v` with the run's first values.
    pub v_at: usize,
    /// Number of positions.
    pub len: usize,
}

impl<S: ?Sized> Clone for Keys<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: ?Sized> Copy for Keys<'_, S> {}

/// Consecutive query rows of one sequence and all positions they may see. The
/// keys end with the last query's own position.
pub struct Span<'a, S: ?Sized> {
    /// First query row.
    pub row: usize,
    /// Number of query rows.
    pub rows: usize,
    /// Runs of positions, from the sequence's beginning.
    pub keys: Vec<Keys<'a, S>>,
}

impl<S: ?Sized> Span<'_, S> {
    /// Number of positions that the last query sees.
    #[must_use]
    pub fn positions(&self) -> usize {
        self.keys.iter().map(|k| k.len).sum()
    }
}

/// What the backward of a whole-sequence attention reads besides the span.
pub struct AttentionInputs<'a, S: ?Sized> {
    /// Rotated queries.
    pub q: &'a S,
    /// Rotated keys, as rows.
    pub k: &'a S,
    /// Values, packed like the keys and in the same places.
    pub v_packed: &'a S,
    /// Gradient of the attention's result.
    pub d_out: &'a S,
}

/// Where the backward of an attention writes.
pub struct AttentionGrads<'a, S: ?Sized> {
    /// Gradient of the rotated queries.
    pub dq: &'a mut S,
    /// Gradient of the rotated keys.
    pub dk: &'a mut S,
    /// Gradient of the values.
    pub dv: &'a mut S,
    /// Room for the keys' gradients of every query head: `rows · q_width`.
    pub dk_heads: &'a mut S,
    /// Room for the values' gradients of every query head.
    pub dv_heads: &'a mut S,
}

/// A low-rank product's rows of one batch.
pub struct LoraInputs<'a, S: ?Sized> {
    /// Input of the product (after dropout), `[rows, in]`.
    pub x: &'a S,
    /// `scale · x·Aᵀ`, kept from the forward pass, `[rows, padded rank]`.
    pub u: &'a S,
    /// Gradient of the product's output, `[rows, out]`.
    pub dy: &'a S,
}

/// The mask of a dropout: a function of these numbers and the element.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mask {
    /// Probability of dropping.
    pub p: f32,
    /// Seed of the run.
    pub seed: u64,
    /// Distinguishes step, layer and projection.
    pub stream: u64,
}

/// A device that can run the decoder.
pub trait Backend: Send + Sync {
    /// Numbers on the device, borrowed.
    type Slice: ?Sized + Sync;
    /// Numbers on the device, owned.
    type Buffer: Deref<Target = Self::Slice> + DerefMut + Send + Sync;
    /// A frozen weight on the device.
    type Linear: Send + Sync;
    /// One LoRA pair, laid out for the device.
    type Pair: Send + Sync;

    /// Zeros.
    fn zeros(&self, len: usize) -> Self::Buffer;
    /// Makes a buffer at least this long; what it holds is unspecified.
    fn grow(&self, buffer: &mut Self::Buffer, len: usize);
    /// Puts numbers on the device.
    fn upload(&self, host: &[f32]) -> Self::Buffer;
    /// Puts a weight on the device.
    ///
    /// # Errors
    /// A weight type that the device can't hold.
    fn linear(&self, weight: FrozenLinear) -> Result<Self::Linear, LmError>;
    /// Lays out one LoRA pair; `backward` when gradients will be asked for.
    fn pair(&self, values: &[f32], slot: &LoraSlot, rank: usize, backward: bool) -> Self::Pair;
    /// Rank as the device pads it: the width of `u`.
    fn padded_rank(&self, rank: usize) -> usize;

    /// `to[i] = table[ids[i]]`.
    fn embed(&self, table: &Self::Linear, ids: &[u32], to: &mut Self::Slice);
    /// `y = x·Wᵀ + bias`.
    fn forward(&self, w: &Self::Linear, rows: usize, x: &Self::Slice, y: &mut Self::Slice);
    /// `dx (+)= dy·W`.
    fn backward(
        &self,
        w: &Self::Linear,
        rows: usize,
        dy: &Self::Slice,
        dx: &mut Self::Slice,
        add: bool,
    );
    /// `u = scale · x·Aᵀ`.
    fn lora_inner(
        &self,
        pair: &Self::Pair,
        scale: f32,
        rows: usize,
        x: &Self::Slice,
        u: &mut Self::Slice,
    );
    /// `y += u·Bᵀ`.
    fn lora_outer(&self, pair: &Self::Pair, rows: usize, u: &Self::Slice, y: &mut Self::Slice);
    /// `da += duᵀ·x`, `db += dyᵀ·u` with `du = scale · dy·B`, which is left in `du`.
    #[allow(clippy::too_many_arguments)]
    fn lora_grads(
        &self,
        pair: &Self::Pair,
        scale: f32,
        rows: usize,
        inputs: &LoraInputs<'_, Self::Slice>,
        du: &mut Self::Slice,
        da: &mut [f32],
        db: &mut [f32],
    );
    /// `dx (+)= du·A`.
    fn lora_backward(
        &self,
        pair: &Self::Pair,
        rows: usize,
        du: &Self::Slice,
        dx: &mut Self::Slice,
        add: bool,
    );
    /// `to = mask · x / (1 - p)`, or `to += …`.
    fn dropout(&self, mask: &Mask, len: usize, x: &Self::Slice, to: &mut Self::Slice, add: bool);

    /// `y = w · x / sqrt(mean(x²) + eps)` for rows of `width`.
    fn rms_norm(
        &self,
        width: usize,
        rows: usize,
        eps: f32,
        x: &Self::Slice,
        w: &Self::Slice,
        y: &mut Self::Slice,
    );
    /// `dx (+)=` the norm's gradient for `dy`.
    #[allow(clippy::too_many_arguments)]
    fn rms_norm_backward(
        &self,
        width: usize,
        rows: usize,
        eps: f32,
        x: &Self::Slice,
        w: &Self::Slice,
        dy: &Self::Slice,
        dx: &mut Self::Slice,
        add: bool,
    );
    /// Rotates every head of every row by its position; `inverse` turns back,
    /// which is the rotation's gradient.
    fn rope(
        &self,
        table: &RopeTable,
        heads: usize,
        positions: &[u32],
        x: &mut Self::Slice,
        inverse: bool,
    );
    /// `y = silu(gate) · up`.
    fn swiglu(&self, len: usize, gate: &Self::Slice, up: &Self::Slice, y: &mut Self::Slice);
    /// Replaces `gate` and `up` by their gradients for `dy`.
    fn swiglu_backward(
        &self,
        len: usize,
        gate: &mut Self::Slice,
        up: &mut Self::Slice,
        dy: &Self::Slice,
    );
    /// `y += x`.
    fn add(&self, len: usize, x: &Self::Slice, y: &mut Self::Slice);

    /// Numbers that `len` positions take in packed form.
    fn packed_len(&self, heads: &Heads, len: usize) -> usize;
    /// Packs rows of keys (or values) into positions `at..at + rows`.
    fn pack(
        &self,
        heads: &Heads,
        rows: usize,
        from: &Self::Slice,
        from_row: usize,
        to: &mut Self::Slice,
        at: usize,
    );
    /// Copies rows of `width` numbers.
    #[allow(clippy::too_many_arguments)]
    fn copy_rows(
        &self,
        width: usize,
        rows: usize,
        from: &Self::Slice,
        from_row: usize,
        to: &mut Self::Slice,
        to_row: usize,
    );
    /// Causal attention of every span's queries over its keys.
    fn attention(
        &self,
        heads: &Heads,
        spans: &[Span<'_, Self::Slice>],
        q: &Self::Slice,
        out: &mut Self::Slice,
    );
    /// Gradient of [`Backend::attention`] for whole sequences (one run of keys
    /// a span, as long as its rows).
    fn attention_backward(
        &self,
        heads: &Heads,
        spans: &[Span<'_, Self::Slice>],
        inputs: &AttentionInputs<'_, Self::Slice>,
        grads: AttentionGrads<'_, Self::Slice>,
    );

    /// Rows `rows[i]` of `x`, gathered.
    fn gather(&self, width: usize, rows: &[u32], x: &Self::Slice, to: &mut Self::Slice);
    /// Row `i` of `x` becomes row `rows[i]` of `to`.
    fn scatter(&self, width: usize, rows: &[u32], x: &Self::Slice, to: &mut Self::Slice);
    /// Zeros the first `len` numbers.
    fn clear(&self, len: usize, to: &mut Self::Slice);
    /// Summed negative log likelihood of `targets` under rows of logits. With
    /// `gradient` the logits become `gradient · (softmax - onehot)`.
    fn cross_entropy(
        &self,
        vocab: usize,
        targets: &[u32],
        logits: &mut Self::Slice,
        gradient: Option<f32>,
    ) -> f64;
}

/// Cosine and sine of every position and frequency.
#[derive(Debug, Clone, Default)]
pub struct RopeTable {
    /// Frequencies: half a head.
    pub half: usize,
    /// Pairs lie `half` apart, or side by side.
    pub interleaved: bool,
    /// `[position][frequency]` of `(cos, sin)`.
    pub turns: Vec<(f32, f32)>,
}
