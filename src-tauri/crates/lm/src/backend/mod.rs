//! What the decoder asks of a device.
//!
//! The decoder's code is written once against [`Backend`]; a device brings its
//! own buffers and the operations below, each with its hand-written backward.
//! Matrices are row-major; `rows` counts tokens; buffers may be longer than
//! what an operation uses.

mod caches;
pub mod cpu;
#[cfg(feature = "cuda")]
pub mod cuda;
#[cfg(any(test, feature = "metal"))]
pub mod ops;

use std::ops::{Deref, DerefMut, Range};

pub use self::caches::{Caches, Rows};

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

/// Rotated queries, keys and values of whole sequences, their attention and,
/// for the backward, its gradient.
pub struct Attention<'a, S: ?Sized> {
    /// Rotated queries, `[rows, q_width]`.
    pub q: &'a S,
    /// Rotated keys, `[rows, kv_width]`.
    pub k: &'a S,
    /// Values, as the keys.
    pub v: &'a S,
}

/// What the backward of an attention reads besides its inputs.
#[cfg_attr(
    not(feature = "cuda"),
    allow(dead_code, reason = "the CPU computes the result and the weights again")
)]
pub struct Attended<'a, B: Backend> {
    /// The attention's result.
    pub out: &'a B::Slice,
    /// What [`Backend::attend`] kept.
    pub kept: &'a B::Kept,
    /// Gradient of the result.
    pub d_out: &'a B::Slice,
}

/// Where the backward of an attention writes.
pub struct AttentionGrads<'a, S: ?Sized> {
    /// Gradient of the rotated queries.
    pub dq: &'a mut S,
    /// Gradient of the rotated keys.
    pub dk: &'a mut S,
    /// Gradient of the values.
    pub dv: &'a mut S,
}

/// A product's adapter in one pass.
pub struct Adapted<'a, B: Backend> {
    /// The pair of matrices.
    pub pair: &'a B::Pair,
    /// Factor of the low-rank product.
    pub scale: f32,
}

/// What the backward of an adapter reads.
pub struct LoraInputs<'a, S: ?Sized> {
    /// Input of the low-rank product, `[rows, in]`.
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
    /// Distinguishes step, layer and input.
    pub stream: u64,
}

/// What one optimiser step does to one range of the adapter's numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// Which numbers.
    pub range: Range<usize>,
    /// Every gradient is multiplied by this first (clipping).
    pub factor: f32,
    /// Factor that decays a value.
    pub decay: f32,
    /// Learning rate over the first moment's bias correction.
    pub size: f32,
    /// Square root of the second moment's bias correction.
    pub root: f32,
    /// Decays of the two moments.
    pub betas: [f32; 2],
    /// One minus each decay, rounded from f64.
    pub rest: [f32; 2],
    /// Added to the root of the second moment.
    pub epsilon: f32,
}

/// The flat f32 buffers of an adapter in training.
pub struct Trained<'a, F> {
    /// The adapter.
    pub values: &'a mut F,
    /// Its gradient.
    pub grads: &'a F,
    /// First moment.
    pub m: &'a mut F,
    /// Second moment.
    pub v: &'a mut F,
}

/// Target rows whose logits a GPU computes together: whole tiles of 64, at
/// most 58 MB of a vocabulary of 150,000. Fewer would read the whole output
/// projection more often than its products take.
pub(crate) fn cuda_rows(vocab: usize) -> usize {
    const LOGITS: usize = 30 << 20;
    (LOGITS / vocab.max(1) / 64 * 64).clamp(64, 1024)
}

/// A device that can run the decoder.
pub trait Backend: Clone + Send + Sync + 'static {
    /// Numbers on the device, borrowed.
    type Slice: ?Sized + Sync;
    /// Numbers on the device, owned; as wide as the device computes with.
    type Buffer: Deref<Target = Self::Slice> + DerefMut + Send + Sync;
    /// f32 numbers on the device: adapter, gradients, moments.
    type Flat: Send + Sync;
    /// Tokens, rows or positions on the device.
    type Ids: Send + Sync;
    /// A frozen weight on the device.
    type Linear: Send + Sync;
    /// One LoRA pair, laid out for the device.
    type Pair: Send + Sync;
    /// Turns of the rotary embedding on the device.
    type Turns: Send + Sync;
    /// Where the sequences of a batch lie, and room for their attention.
    type Sequences: Send;
    /// What an attention keeps for its backward besides its result.
    type Kept: Send;
    /// A loss that is still being summed.
    type Sum: Send;

    /// What has failed so far, if anything: a device that works on its own tells
    /// only when it is asked.
    ///
    /// # Errors
    /// [`LmError::Device`].
    fn check(&self) -> Result<(), LmError>;
    /// High-water mark of the device's own memory; `None` where that is the
    /// process's.
    fn peak_bytes(&self) -> Option<u64>;

    /// Target rows whose logits are computed together.
    fn logit_rows(&self, vocab: usize) -> usize;

    /// Zeros.
    fn zeros(&self, len: usize) -> Self::Buffer;
    /// Makes a buffer at least this long; what it holds is unspecified.
    fn grow(&self, buffer: &mut Self::Buffer, len: usize);
    /// Puts numbers on the device.
    fn upload(&self, host: &[f32]) -> Self::Buffer;
    /// Puts row numbers or tokens on the device.
    fn ids(&self, host: &[u32]) -> Self::Ids;
    /// Puts turns on the device.
    fn turns(&self, table: &RopeTable) -> Self::Turns;
    /// Puts a weight on the device.
    ///
    /// # Errors
    /// A weight type that the device can't hold.
    fn linear(&self, weight: FrozenLinear) -> Result<Self::Linear, LmError>;

    /// Puts f32 numbers on the device.
    fn flat(&self, host: &[f32]) -> Self::Flat;
    /// Brings f32 numbers back.
    fn read(&self, flat: &Self::Flat) -> Vec<f32>;
    /// Zeros all numbers.
    fn clear_flat(&self, flat: &mut Self::Flat);
    /// Sum of squares in f64, in a fixed order.
    fn square_sum(&self, flat: &Self::Flat) -> f64;
    /// One step of AdamW (Loshchilov & Hutter 2019) on a range; the order of
    /// operations is PyTorch's.
    fn adamw(&self, trained: Trained<'_, Self::Flat>, how: &Move);

    /// Lays out the pairs of `slots`; `backward` when gradients will be asked
    /// for. `into` holds what an earlier call made, or nothing.
    fn pairs(
        &self,
        values: &Self::Flat,
        slots: &[LoraSlot],
        rank: usize,
        backward: bool,
        into: &mut Vec<Self::Pair>,
    );
    /// Rank as the device pads it: the width of `u`.
    fn padded_rank(&self, rank: usize) -> usize;

    /// `to[i] = table[ids[i]]`.
    fn embed(&self, table: &Self::Linear, ids: &Self::Ids, rows: usize, to: &mut Self::Slice);
    /// Adds `magnitude · uniform(-1, 1)` to rows of `width` numbers; the
    /// numbers are a function of seed, stream and place.
    fn noise(&self, noise: &Noise, width: usize, rows: Range<usize>, x: &mut Self::Slice);
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
    /// `to (+)= mask · x / (1 - p)` (Srivastava et al. 2014, inverted dropout).
    fn drop(&self, mask: &Mask, len: usize, x: &Self::Slice, to: &mut Self::Slice, add: bool);
    /// `u = scale · x·Aᵀ`, then `y += u·Bᵀ` where `y` is given, for these rows
    /// of each.
    fn lora_forward(
        &self,
        adapted: &Adapted<'_, Self>,
        rows: Range<usize>,
        x: &Self::Slice,
        u: &mut Self::Slice,
        y: Option<&mut Self::Slice>,
    );
    /// `du = scale · dy·B`, then `dA += duᵀ·x` and `dB += dyᵀ·u` in the slot's
    /// ranges of `grads`.
    fn lora_backward(
        &self,
        adapted: &Adapted<'_, Self>,
        slot: &LoraSlot,
        rows: usize,
        inputs: &LoraInputs<'_, Self::Slice>,
        grads: &mut Self::Flat,
        du: &mut Self::Slice,
    );
    /// `dx (+)= du·A`.
    fn lora_dx(
        &self,
        adapted: &Adapted<'_, Self>,
        rows: usize,
        du: &Self::Slice,
        dx: &mut Self::Slice,
        add: bool,
    );

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
        turns: &Self::Turns,
        heads: usize,
        rows: usize,
        positions: &Self::Ids,
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
    /// `to = a + b`.
    fn add(&self, len: usize, a: &Self::Slice, b: &Self::Slice, to: &mut Self::Slice);

    /// Nothing arranged yet.
    fn sequences(&self) -> Self::Sequences;
    /// Takes up the bounds of a batch.
    fn arrange(&self, heads: &Heads, bounds: &[usize], sequences: &mut Self::Sequences);
    /// Nothing kept yet.
    fn kept(&self) -> Self::Kept;
    /// Causal attention of whole sequences.
    fn attend(
        &self,
        heads: &Heads,
        sequences: &mut Self::Sequences,
        inputs: &Attention<'_, Self::Slice>,
        out: &mut Self::Slice,
        kept: &mut Self::Kept,
    );
    /// Gradient of [`Backend::attend`].
    fn attend_backward(
        &self,
        heads: &Heads,
        sequences: &mut Self::Sequences,
        inputs: &Attention<'_, Self::Slice>,
        attended: &Attended<'_, Self>,
        grads: AttentionGrads<'_, Self::Slice>,
    );

    /// Rows `ids[range]` of `x`, gathered.
    fn gather(
        &self,
        width: usize,
        ids: &Self::Ids,
        range: Range<usize>,
        x: &Self::Slice,
        to: &mut Self::Slice,
    );
    /// Row `i` of `x` becomes row `ids[range][i]` of `to`.
    fn scatter(
        &self,
        width: usize,
        ids: &Self::Ids,
        range: Range<usize>,
        x: &Self::Slice,
        to: &mut Self::Slice,
    );
    /// Zeros the first `len` numbers.
    fn clear(&self, len: usize, to: &mut Self::Slice);
    /// A sum of nothing.
    fn sum(&self) -> Self::Sum;
    /// What was summed.
    fn total(&self, sum: &Self::Sum) -> f64;
    /// Adds the negative log likelihood of `targets[range]` under rows of
    /// logits. With `gradient` the logits become `gradient · (softmax - onehot)`.
    fn cross_entropy(
        &self,
        vocab: usize,
        targets: &Self::Ids,
        range: Range<usize>,
        logits: &mut Self::Slice,
        gradient: Option<f32>,
        sum: &mut Self::Sum,
    );
    /// Adds KL(softmax(base) ‖ softmax(adapted)), in nats, of every row of logits.
    fn divergence(
        &self,
        vocab: usize,
        rows: usize,
        base: &Self::Slice,
        adapted: &Self::Slice,
        sum: &mut Self::Sum,
    );
}

/// Noise on embeddings: a function of these numbers and the element.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noise {
    /// Largest number added.
    pub magnitude: f32,
    /// Seed of the run.
    pub seed: u64,
    /// Distinguishes the steps.
    pub stream: u64,
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
