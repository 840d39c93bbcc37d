//! Any device that candle has, in f32, through candle's tensor operations
//! alone: how Apple's GPUs train, through Metal.
//!
//! Correct and simple before quick. An operation makes new tensors and replaces
//! what it writes; frozen weights are dequantised to f32 when they are loaded;
//! masks and noise are made on the host. All of it is compared with the CPU's
//! own kernels on candle's CPU device; on a Mac it has never run.

mod attention;
mod device;
mod linear;
mod lora;
mod loss;
mod numbers;
mod rows;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod training_tests;

use std::ops::Range;

use candle_core::Tensor;

use self::attention::Sequences;
pub use self::device::Ops;
use self::linear::Linear;
use self::lora::Pair;
use self::numbers::{Flat, Numbers};
use self::rows::Turns;
use super::{
    Adapted, Attended, Attention, AttentionGrads, Backend, Heads, LoraInputs, Mask, Move, Noise,
    RopeTable, Trained, cpu,
};
use crate::error::LmError;
use crate::frozen::FrozenLinear;
use crate::lora::LoraSlot;
use crate::rng;

/// Losses of single rows, `[n]` each; summed on the host, in their order.
#[derive(Default)]
pub struct Losses(Vec<Tensor>);

impl Backend for Ops {
    type Slice = Numbers;
    type Buffer = Box<Numbers>;
    type Flat = Flat;
    type Ids = Numbers;
    type Linear = Linear;
    type Pair = Pair;
    type Turns = Turns;
    type Sequences = Sequences;
    type Kept = ();
    type Sum = Losses;

    fn check(&self) -> Result<(), LmError> {
        // A GPU works on its own: what it was given may fail later.
        self.run(|| self.device.synchronize()).ok_or_else(|| self.error())
    }

    fn peak_bytes(&self) -> Option<u64> {
        // Apple's GPUs share the machine's memory.
        None
    }

    fn logit_rows(&self, vocab: usize) -> usize {
        cpu::logit_rows(vocab)
    }

    fn zeros(&self, len: usize) -> Box<Numbers> {
        Box::new(self.zeroed(len))
    }

    /// Nothing to do: an operation brings its room with it.
    fn grow(&self, _: &mut Box<Numbers>, _: usize) {}

    fn upload(&self, host: &[f32]) -> Box<Numbers> {
        Box::new(self.put(host))
    }

    fn ids(&self, host: &[u32]) -> Numbers {
        self.put(host)
    }

    fn turns(&self, table: &RopeTable) -> Turns {
        let (cos, sin): (Vec<f32>, Vec<f32>) = table.turns.iter().copied().unzip();
        Turns {
            cos: self.put(&cos),
            sin: self.put(&sin),
            positions: table.turns.len() / table.half.max(1),
            half: table.half,
            interleaved: table.interleaved,
        }
    }

    fn linear(&self, weight: FrozenLinear) -> Result<Linear, LmError> {
        let linear = self.run(|| Linear::new(&self.device, &weight)).ok_or_else(|| self.error())?;
        self.count(linear.bytes());
        Ok(linear)
    }

    fn flat(&self, host: &[f32]) -> Flat {
        Flat { numbers: self.put(host), len: host.len() }
    }

    fn read(&self, flat: &Flat) -> Vec<f32> {
        self.run(|| flat.numbers.all()?.to_vec1()).unwrap_or_else(|| vec![0.0; flat.len])
    }

    fn clear_flat(&self, flat: &mut Flat) {
        flat.numbers = self.zeroed(flat.len);
    }

    /// On the host: candle's sums are f32, and not everywhere in a fixed order.
    fn square_sum(&self, flat: &Flat) -> f64 {
        self.read(flat).iter().map(|v| f64::from(*v) * f64::from(*v)).sum()
    }

    fn adamw(&self, trained: Trained<'_, Flat>, how: &Move) {
        let Trained { values, grads, m, v } = trained;
        let range = &how.range;
        let [b1, b2, c1, c2] =
            [how.betas[0], how.betas[1], how.rest[0], how.rest[1]].map(f64::from);
        self.run(|| {
            let grad = (grads.numbers.part(range)? * f64::from(how.factor))?;
            let first = ((m.numbers.part(range)? * b1)? + (&grad * c1)?)?;
            let second = ((v.numbers.part(range)? * b2)? + (grad.sqr()? * c2)?)?;
            let root = second.sqrt()?.affine(1.0 / f64::from(how.root), f64::from(how.epsilon))?;
            let by = ((&first / root)? * f64::from(how.size))?;
            let moved = ((values.numbers.part(range)? * f64::from(how.decay))? - by)?;
            m.write(range, &first)?;
            v.write(range, &second)?;
            values.write(range, &moved)
        });
    }

    fn pairs(&self, values: &Flat, slots: &[LoraSlot], rank: usize, _: bool, into: &mut Vec<Pair>) {
        let pairs = slots.iter().map(|slot| Pair::new(values, slot, rank));
        *into = self.run(|| pairs.collect()).unwrap_or_default();
    }

    fn padded_rank(&self, rank: usize) -> usize {
        rank
    }

    fn embed(&self, table: &Linear, ids: &Numbers, rows: usize, to: &mut Numbers) {
        self.set(to, false, || table.rows(rows, ids));
    }

    /// Made on the host, as the masks of dropouts are.
    fn noise(&self, noise: &Noise, width: usize, rows: Range<usize>, x: &mut Numbers) {
        let Noise { magnitude, seed, stream } = *noise;
        let places = rows.start * width..rows.end * width;
        let number = |at| magnitude * (2.0 * rng::uniform(seed, stream, at as u64) - 1.0);
        let numbers: Vec<f32> = places.clone().map(number).collect();
        let before = x.clone();
        self.set(x, false, || {
            let added = Tensor::from_vec(numbers, places.len(), &self.device)?;
            before.all()?.slice_scatter0(&(before.part(&places)? + added)?, places.start)
        });
    }

    fn forward(&self, w: &Linear, rows: usize, x: &Numbers, y: &mut Numbers) {
        self.set(y, false, || w.forward(rows, x));
    }

    fn backward(&self, w: &Linear, rows: usize, dy: &Numbers, dx: &mut Numbers, add: bool) {
        self.set(dx, add, || w.backward(rows, dy));
    }

    fn drop(&self, mask: &Mask, len: usize, x: &Numbers, to: &mut Numbers, add: bool) {
        let factors = lora::mask(mask, len);
        self.set(to, add, || x.first(len)? * Tensor::from_vec(factors, len, &self.device)?);
        // candle gives uploads back to Metal only when it has waited for all
        // work: without this the masks of a whole step would lie side by side.
        self.run(|| self.device.synchronize());
    }

    fn lora_forward(
        &self,
        adapted: &Adapted<'_, Self>,
        rows: Range<usize>,
        x: &Numbers,
        u: &mut Numbers,
        y: Option<&mut Numbers>,
    ) {
        lora::forward(self, adapted, rows, x, u, y);
    }

    fn lora_backward(
        &self,
        adapted: &Adapted<'_, Self>,
        slot: &LoraSlot,
        rows: usize,
        inputs: &LoraInputs<'_, Numbers>,
        grads: &mut Flat,
        du: &mut Numbers,
    ) {
        lora::backward(self, adapted, slot, rows, inputs, grads, du);
    }

    fn lora_dx(
        &self,
        adapted: &Adapted<'_, Self>,
        rows: usize,
        du: &Numbers,
        dx: &mut Numbers,
        add: bool,
    ) {
        lora::dx(self, adapted, rows, du, dx, add);
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
        self.set(y, false, || rows::rms_norm(&x.first((rows, width))?, &w.first(width)?, eps));
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
        let shape = (rows, width);
        self.set(dx, add, || {
            rows::rms_norm_backward(&x.first(shape)?, &w.first(width)?, &dy.first(shape)?, eps)
        });
    }

    fn rope(
        &self,
        turns: &Turns,
        heads: usize,
        rows: usize,
        positions: &Numbers,
        x: &mut Numbers,
        inverse: bool,
    ) {
        let before = x.clone();
        self.set(x, false, || {
            let x = before.first((rows, heads, 2 * turns.half))?;
            rows::rope(turns, &x, &positions.first(rows)?, inverse)
        });
    }

    fn swiglu(&self, len: usize, gate: &Numbers, up: &Numbers, y: &mut Numbers) {
        self.set(y, false, || rows::swiglu(&gate.first(len)?, &up.first(len)?));
    }

    fn swiglu_backward(&self, len: usize, gate: &mut Numbers, up: &mut Numbers, dy: &Numbers) {
        let grads =
            self.run(|| rows::swiglu_backward(&gate.first(len)?, &up.first(len)?, &dy.first(len)?));
        (gate.0, up.0) = grads.unzip();
    }

    fn add(&self, len: usize, a: &Numbers, b: &Numbers, to: &mut Numbers) {
        self.set(to, false, || a.first(len)? + b.first(len)?);
    }

    fn sequences(&self) -> Sequences {
        Sequences::default()
    }

    fn arrange(&self, _: &Heads, bounds: &[usize], sequences: &mut Sequences) {
        self.run(|| sequences.arrange(&self.device, bounds));
    }

    fn kept(&self) {}

    fn attend(
        &self,
        heads: &Heads,
        sequences: &mut Sequences,
        inputs: &Attention<'_, Numbers>,
        out: &mut Numbers,
        (): &mut (),
    ) {
        self.set(out, false, || sequences.attend(heads, inputs));
    }

    fn attend_backward(
        &self,
        heads: &Heads,
        sequences: &mut Sequences,
        inputs: &Attention<'_, Numbers>,
        attended: &Attended<'_, Self>,
        grads: AttentionGrads<'_, Numbers>,
    ) {
        let made = self.run(|| sequences.attend_backward(heads, inputs, attended.d_out));
        let Some([dq, dk, dv]) = made else { return };
        for (to, new) in [(grads.dq, dq), (grads.dk, dk), (grads.dv, dv)] {
            self.set(to, false, || Ok(new));
        }
    }

    fn gather(
        &self,
        width: usize,
        ids: &Numbers,
        range: Range<usize>,
        x: &Numbers,
        to: &mut Numbers,
    ) {
        self.set(to, false, || {
            let all = x.all()?.elem_count() / width;
            x.first((all, width))?.index_select(&ids.part(&range)?, 0)
        });
    }

    fn scatter(
        &self,
        width: usize,
        ids: &Numbers,
        range: Range<usize>,
        x: &Numbers,
        to: &mut Numbers,
    ) {
        let before = to.clone();
        self.set(to, false, || {
            let all = before.all()?.elem_count() / width;
            let x = x.first((range.len(), width))?;
            rows::scatter(&before.first((all, width))?, &ids.part(&range)?, &x)
        });
    }

    fn clear(&self, len: usize, to: &mut Numbers) {
        *to = self.zeroed(len);
    }

    fn sum(&self) -> Losses {
        Losses::default()
    }

    fn total(&self, sum: &Losses) -> f64 {
        let each = sum.0.iter().filter_map(|losses| self.run(|| losses.to_vec1::<f32>()));
        each.flatten().map(f64::from).sum()
    }

    fn cross_entropy(
        &self,
        vocab: usize,
        targets: &Numbers,
        range: Range<usize>,
        logits: &mut Numbers,
        gradient: Option<f32>,
        sum: &mut Losses,
    ) {
        let made = self.run(|| {
            let rows = logits.first((range.len(), vocab))?;
            loss::cross_entropy(&rows, &targets.part(&range)?, gradient)
        });
        let Some((losses, gradient)) = made else { return };
        sum.0.push(losses);
        if let Some(gradient) = gradient {
            self.set(logits, false, || Ok(gradient));
        }
    }

    fn divergence(
        &self,
        vocab: usize,
        rows: usize,
        base: &Numbers,
        adapted: &Numbers,
        sum: &mut Losses,
    ) {
        let shape = (rows, vocab);
        let each = self.run(|| loss::divergence(&base.first(shape)?, &adapted.first(shape)?));
        sum.0.extend(each);
    }
}
