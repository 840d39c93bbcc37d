//! An NVIDIA GPU: bf16 numbers, f32 sums, one stream, no atomic additions, so
//! that the same inputs give the same bits.
//!
//! The driver and cuBLAS are loaded when a device is opened, not linked: a
//! program built with this feature starts without them and says what is missing.

mod attention;
mod caches;
mod device;
mod lora;
mod product;

use std::ops::Range;
use std::sync::{Arc, Mutex};

use self::device::{Buffer, Device, Held, Launch, Numbers};
use self::product::Linear;
use super::{
    Adapted, Attended, Attention, AttentionGrads, Backend, Heads, LoraInputs, Mask, Move, Noise,
    RopeTable, Trained, cuda_rows,
};
use crate::error::LmError;
use crate::frozen::FrozenLinear;
use crate::lora::LoraSlot;

/// Blocks of a sum of squares: a fixed number, for a fixed order.
const SUM_BLOCKS: usize = 256;

/// A GPU as a device.
#[derive(Clone)]
pub struct Cuda {
    pub device: Arc<Device>,
    /// Where a quantised weight is spread out for one product.
    spread: Arc<Mutex<Numbers>>,
    spare: caches::Spare,
}

/// The rotary embedding's turns on the card.
pub struct Turns {
    table: Held<f32>,
    half: usize,
    interleaved: bool,
}

/// Losses of single targets; summed on the host, in their order.
pub struct Losses(Vec<Held<f32>>);

/// Blocks, threads and groups of eight for an elementwise kernel over `len`
/// numbers.
fn eights(len: usize) -> (usize, usize, i64) {
    let eights = len.div_ceil(8);
    (eights.div_ceil(256), 256, eights as i64)
}

impl Cuda {
    /// Opens GPU `ordinal`.
    ///
    /// # Errors
    /// [`LmError::Device`]: no driver, no such GPU, a GPU or driver too old.
    pub fn open(ordinal: usize) -> Result<Self, LmError> {
        let device = Device::open(ordinal)?;
        let spread = Arc::new(Mutex::new(device.take(0)));
        Ok(Self { device, spread, spare: caches::Spare::default() })
    }

    /// For one row of `width` numbers a block: threads that have work.
    fn row_threads(width: usize) -> usize {
        (width / 8).next_multiple_of(32).clamp(32, 512)
    }

    fn elementwise(&self, kernel: &cudarc::driver::CudaFunction, len: usize, args: &[u64]) {
        let (blocks, threads, eights) = eights(len);
        let launch = args.iter().fold(Launch::new((blocks, 1), threads), |l, arg| l.with(*arg));
        launch.with(eights).run(&self.device, kernel);
    }

    /// Lanes of a short row's kernel, if the row is short enough for one.
    fn lanes(width: usize) -> Option<usize> {
        let lanes = width / 8;
        (width.is_multiple_of(8) && lanes.is_power_of_two() && lanes <= 16).then_some(lanes)
    }
}

impl Backend for Cuda {
    type Slice = Numbers;
    type Buffer = Buffer;
    type Flat = Held<f32>;
    type Ids = Held<u32>;
    type Linear = Linear;
    type Pair = lora::Pair;
    type Turns = Turns;
    type Sequences = attention::Sequences;
    type Kept = Held<f32>;
    type Sum = Losses;

    fn check(&self) -> Result<(), LmError> {
        self.device.check()
    }

    fn peak_bytes(&self) -> Option<u64> {
        Some(self.device.bytes().1)
    }

    fn logit_rows(&self, vocab: usize) -> usize {
        cuda_rows(vocab)
    }

    fn zeros(&self, len: usize) -> Buffer {
        let mut numbers = self.device.take(len);
        numbers.clear(len);
        Buffer(numbers)
    }

    fn grow(&self, buffer: &mut Buffer, len: usize) {
        buffer.0.grow(len);
    }

    fn upload(&self, host: &[f32]) -> Buffer {
        Buffer(product::narrow(&self.device, host))
    }

    fn ids(&self, host: &[u32]) -> Held<u32> {
        self.device.put(host)
    }

    fn turns(&self, table: &RopeTable) -> Turns {
        let flat: Vec<f32> = table.turns.iter().flat_map(|(cos, sin)| [*cos, *sin]).collect();
        Turns { table: self.device.put(&flat), half: table.half, interleaved: table.interleaved }
    }

    fn linear(&self, weight: FrozenLinear) -> Result<Linear, LmError> {
        // Rows are read 16 bytes at a time; only the logits' may be of any width.
        if !weight.inputs().is_multiple_of(8) {
            let value = format!("{} (a GPU needs multiples of 8)", weight.inputs());
            return Err(LmError::Unsupported { key: "width".into(), value });
        }
        let linear = Linear::new(&self.device, &weight);
        self.device.check()?;
        Ok(linear)
    }

    fn flat(&self, host: &[f32]) -> Held<f32> {
        self.device.put(host)
    }

    fn read(&self, flat: &Held<f32>) -> Vec<f32> {
        flat.fetch()
    }

    fn clear_flat(&self, flat: &mut Held<f32>) {
        flat.clear(flat.len());
    }

    fn square_sum(&self, flat: &Held<f32>) -> f64 {
        let parts: Held<f64> = self.device.take(SUM_BLOCKS);
        Launch::new((SUM_BLOCKS, 1), 256)
            .with(flat.at(0))
            .with(flat.len() as i64)
            .with(parts.at(0))
            .run(&self.device, &self.device.kernels.square_sum);
        parts.fetch().iter().sum()
    }

    fn adamw(&self, trained: Trained<'_, Held<f32>>, how: &Move) {
        let len = how.range.len();
        let mut launch = Launch::new((len.div_ceil(256).min(1 << 14), 1), 256);
        for flat in [&*trained.values, trained.grads, &*trained.m, &*trained.v] {
            launch = launch.with(flat.at(0));
        }
        launch = launch.with(how.range.start as i64).with(len as i64);
        for number in [how.factor, how.decay, how.size, how.root] {
            launch = launch.with(number);
        }
        for number in [how.betas[0], how.betas[1], how.rest[0], how.rest[1], how.epsilon] {
            launch = launch.with(number);
        }
        launch.run(&self.device, &self.device.kernels.adamw);
    }

    fn pairs(
        &self,
        values: &Held<f32>,
        slots: &[LoraSlot],
        rank: usize,
        _: bool,
        into: &mut Vec<lora::Pair>,
    ) {
        let narrow: Arc<Numbers> = match into.first() {
            Some(pair) => Arc::clone(&pair.values),
            None => Arc::new(self.device.take(values.len())),
        };
        Launch::new((values.len().div_ceil(256).min(1 << 14), 1), 256)
            .with(values.at(0))
            .with(narrow.at(0))
            .with(values.len() as i64)
            .run(&self.device, &self.device.kernels.narrow);
        if into.is_empty() {
            into.extend(slots.iter().map(|slot| lora::Pair {
                values: Arc::clone(&narrow),
                a: slot.a.start,
                b: slot.b.start,
                inputs: slot.in_features,
                outputs: slot.out_features,
                rank,
            }));
        }
    }

    fn padded_rank(&self, rank: usize) -> usize {
        lora::padded(rank)
    }

    fn embed(&self, table: &Linear, ids: &Held<u32>, rows: usize, to: &mut Numbers) {
        table.rows(&self.device, Some(ids), rows, to.at(0));
    }

    fn noise(&self, noise: &Noise, width: usize, rows: Range<usize>, x: &mut Numbers) {
        Launch::new((rows.len(), 1), 256)
            .with(x.at(0))
            .with(rows.start as i32)
            .with(width as i32)
            .with(noise.magnitude)
            .with(noise.seed)
            .with(noise.stream)
            .run(&self.device, &self.device.kernels.noise);
    }

    fn forward(&self, w: &Linear, rows: usize, x: &Numbers, y: &mut Numbers) {
        w.forward(self, rows, x, y);
    }

    fn backward(&self, w: &Linear, rows: usize, dy: &Numbers, dx: &mut Numbers, add: bool) {
        w.backward(self, rows, dy, dx, add);
    }

    fn drop(&self, mask: &Mask, len: usize, x: &Numbers, to: &mut Numbers, add: bool) {
        lora::drop(&self.device, mask, len, x, to, add);
    }

    fn lora_forward(
        &self,
        adapted: &Adapted<'_, Self>,
        rows: Range<usize>,
        x: &Numbers,
        u: &mut Numbers,
        y: Option<&mut Numbers>,
    ) {
        lora::forward(&self.device, adapted, rows, x, u, y.as_deref());
    }

    fn lora_backward(
        &self,
        adapted: &Adapted<'_, Self>,
        slot: &LoraSlot,
        rows: usize,
        inputs: &LoraInputs<'_, Numbers>,
        grads: &mut Held<f32>,
        du: &mut Numbers,
    ) {
        lora::backward(&self.device, adapted, slot, rows, inputs, grads, du);
    }

    fn lora_dx(
        &self,
        adapted: &Adapted<'_, Self>,
        rows: usize,
        du: &Numbers,
        dx: &mut Numbers,
        add: bool,
    ) {
        lora::dx(&self.device, adapted, rows, du, dx, add);
    }

    fn rms_norm(
        &self,
        width: usize,
        rows: usize,
        eps: f32,
        x: &Numbers,
        w: &Numbers,
        y: &mut Numbers,
    ) {
        if let Some(lanes) = Self::lanes(width) {
            return Launch::new((rows.div_ceil(256 / lanes), 1), 256)
                .with(x.at(0))
                .with(w.at(0))
                .with(rows as i32)
                .with(lanes as i32)
                .with(eps)
                .with(y.at(0))
                .run(&self.device, &self.device.kernels.head_norm);
        }
        Launch::new((rows, 1), Self::row_threads(width))
            .with(x.at(0))
            .with(w.at(0))
            .with(width as i32)
            .with(eps)
            .with(y.at(0))
            .run(&self.device, &self.device.kernels.rms_norm);
    }

    fn rms_norm_backward(
        &self,
        width: usize,
        rows: usize,
        eps: f32,
        x: &Numbers,
        w: &Numbers,
        dy: &Numbers,
        dx: &mut Numbers,
        add: bool,
    ) {
        if let Some(lanes) = Self::lanes(width) {
            return Launch::new((rows.div_ceil(256 / lanes), 1), 256)
                .with(x.at(0))
                .with(w.at(0))
                .with(dy.at(0))
                .with(rows as i32)
                .with(lanes as i32)
                .with(eps)
                .with(dx.at(0))
                .with(i32::from(add))
                .run(&self.device, &self.device.kernels.head_norm_backward);
        }
        Launch::new((rows, 1), Self::row_threads(width))
            .with(x.at(0))
            .with(w.at(0))
            .with(dy.at(0))
            .with(width as i32)
            .with(eps)
            .with(dx.at(0))
            .with(i32::from(add))
            .run(&self.device, &self.device.kernels.rms_norm_backward);
    }

    fn rope(
        &self,
        turns: &Turns,
        heads: usize,
        rows: usize,
        positions: &Held<u32>,
        x: &mut Numbers,
        inverse: bool,
    ) {
        Launch::new((rows, 1), (heads * turns.half / 2).next_multiple_of(32).clamp(32, 512))
            .with(turns.table.at(0))
            .with(positions.at(0))
            .with(heads as i32)
            .with(turns.half as i32)
            .with(i32::from(turns.interleaved))
            .with(if inverse { -1.0f32 } else { 1.0 })
            .with(x.at(0))
            .run(&self.device, &self.device.kernels.rope);
    }

    fn swiglu(&self, len: usize, gate: &Numbers, up: &Numbers, y: &mut Numbers) {
        self.elementwise(&self.device.kernels.swiglu, len, &[gate.at(0), up.at(0), y.at(0)]);
    }

    fn swiglu_backward(&self, len: usize, gate: &mut Numbers, up: &mut Numbers, dy: &Numbers) {
        self.elementwise(
            &self.device.kernels.swiglu_backward,
            len,
            &[gate.at(0), up.at(0), dy.at(0)],
        );
    }

    fn add(&self, len: usize, a: &Numbers, b: &Numbers, to: &mut Numbers) {
        self.elementwise(&self.device.kernels.add, len, &[a.at(0), b.at(0), to.at(0)]);
    }

    fn sequences(&self) -> attention::Sequences {
        attention::Sequences::new(&self.device)
    }

    fn arrange(&self, heads: &Heads, bounds: &[usize], sequences: &mut attention::Sequences) {
        sequences.arrange(heads, bounds);
    }

    fn kept(&self) -> Held<f32> {
        self.device.take(0)
    }

    fn attend(
        &self,
        heads: &Heads,
        sequences: &mut attention::Sequences,
        inputs: &Attention<'_, Numbers>,
        out: &mut Numbers,
        kept: &mut Held<f32>,
    ) {
        sequences.attend(heads, inputs, out, kept);
    }

    fn attend_backward(
        &self,
        heads: &Heads,
        sequences: &mut attention::Sequences,
        inputs: &Attention<'_, Numbers>,
        attended: &Attended<'_, Self>,
        grads: AttentionGrads<'_, Numbers>,
    ) {
        let Attended { out, kept, d_out } = *attended;
        sequences.attend_backward(heads, inputs, (out, kept, d_out), &grads);
    }

    fn gather(
        &self,
        width: usize,
        ids: &Held<u32>,
        range: Range<usize>,
        x: &Numbers,
        to: &mut Numbers,
    ) {
        Launch::new((range.len(), 1), 128)
            .with(x.at(0))
            .with(ids.at(0))
            .with(range.start as i32)
            .with(width as i32)
            .with(to.at(0))
            .run(&self.device, &self.device.kernels.gather);
    }

    fn scatter(
        &self,
        width: usize,
        ids: &Held<u32>,
        range: Range<usize>,
        x: &Numbers,
        to: &mut Numbers,
    ) {
        Launch::new((range.len(), 1), 128)
            .with(x.at(0))
            .with(ids.at(0))
            .with(range.start as i32)
            .with(width as i32)
            .with(to.at(0))
            .run(&self.device, &self.device.kernels.scatter);
    }

    fn clear(&self, len: usize, to: &mut Numbers) {
        to.clear(len);
    }

    fn sum(&self) -> Losses {
        Losses(Vec::new())
    }

    fn total(&self, sum: &Losses) -> f64 {
        sum.0.iter().flat_map(Held::fetch).map(f64::from).sum()
    }

    fn cross_entropy(
        &self,
        vocab: usize,
        targets: &Held<u32>,
        range: Range<usize>,
        logits: &mut Numbers,
        gradient: Option<f32>,
        sum: &mut Losses,
    ) {
        if sum.0.is_empty() {
            sum.0.push(self.device.take(targets.len()));
        }
        let Some(losses) = sum.0.first() else { return };
        Launch::new((range.len(), 1), 1024)
            .with(logits.at(0))
            .with(targets.at(0))
            .with(range.start as i32)
            .with(vocab as i32)
            .with(gradient.unwrap_or(0.0))
            .with(i32::from(gradient.is_some()))
            .with(losses.at(0))
            .run(&self.device, &self.device.kernels.cross_entropy);
    }

    fn divergence(
        &self,
        vocab: usize,
        rows: usize,
        base: &Numbers,
        adapted: &Numbers,
        sum: &mut Losses,
    ) {
        let each = self.device.take(rows);
        Launch::new((rows, 1), 1024)
            .with(base.at(0))
            .with(adapted.at(0))
            .with(vocab as i32)
            .with(each.at(0))
            .run(&self.device, &self.device.kernels.divergence);
        sum.0.push(each);
    }
}
