//! A whole batch forward and backward: the forward pass keeps each layer's
//! input, and of the last layers all that their backward needs; the backward
//! pass recomputes the others one at a time.

use crate::backend::{Backend, Noise, RopeTable};
use crate::batch::{Batch, LossSum, Neftune};
use crate::decoder::backward::Gradients;
use crate::decoder::forward::{Activations, Pass, Scratch};
use crate::decoder::weights::Weights;
use crate::decoder::{Attached, heads, rope};
use crate::error::LmError;
use crate::spec::DecoderSpec;

/// All buffers of a step, grown to the largest batch seen.
pub(crate) struct Buffers<B: Backend> {
    /// Input of every layer.
    inputs: Vec<B::Buffer>,
    /// Output of the last.
    pub(super) x: B::Buffer,
    /// Of the last layers, the last layer's first; the last of these also
    /// serves every layer before.
    kept: Vec<Activations<B>>,
    g: Gradients<B>,
    s: Scratch<B>,
    sequences: B::Sequences,
    pub(super) logits: B::Buffer,
    pub(super) ends: B::Buffer,
    pub(super) normed: B::Buffer,
    d_normed: B::Buffer,
    d_ends: B::Buffer,
    table: RopeTable,
    turns: B::Turns,
    /// Target rows per chunk of logits.
    pub chunk: usize,
}

impl<B: Backend> Buffers<B> {
    pub fn new(backend: &B, spec: &DecoderSpec) -> Self {
        let empty = || backend.zeros(0);
        let table = RopeTable::default();
        Self {
            inputs: (0..spec.layers).map(|_| empty()).collect(),
            x: empty(),
            kept: vec![Activations::new(backend)],
            g: Gradients::new(backend),
            s: Scratch::new(backend),
            sequences: backend.sequences(),
            logits: empty(),
            ends: empty(),
            normed: empty(),
            d_normed: empty(),
            d_ends: empty(),
            turns: backend.turns(&table),
            table,
            chunk: backend.logit_rows(spec.vocab),
        }
    }

    /// From the next batch on, the values of the last `layers` layers are kept
    /// for the backward instead of computed again: more memory, less work, the
    /// same gradients to the last bit. At least one, at most all.
    pub fn keep(&mut self, backend: &B, layers: usize) {
        let layers = layers.clamp(1, self.inputs.len().max(1));
        self.kept.resize_with(layers, || Activations::new(backend));
    }

    /// Makes the table of turns long enough for the batch.
    fn turn(&mut self, backend: &B, spec: &DecoderSpec, batch: &Batch) {
        let longest = batch.bounds.windows(2).map(|b| b[1] - b[0]).max().unwrap_or(0);
        let have = self.table.turns.len();
        rope::extend(&mut self.table, spec, longest);
        if self.table.turns.len() != have {
            self.turns = backend.turns(&self.table);
        }
    }
}

/// Which of `slots` activations are layer `l`'s. Layers count from the end: the
/// last one's values lie in slot 0.
fn slot(spec: &DecoderSpec, l: usize, slots: usize) -> usize {
    (spec.layers - 1 - l).min(slots - 1)
}

/// A decoder and a batch.
pub(crate) struct Step<'a, B: Backend> {
    pub backend: &'a B,
    pub spec: &'a DecoderSpec,
    pub weights: &'a Weights<B>,
    pub attached: Option<Attached<'a, B>>,
    pub batch: &'a Batch,
    pub neftune: Option<Neftune>,
}

/// Gradients that are wanted.
pub(crate) struct Wanted<'a, B: Backend> {
    /// Multiplies every target's gradient.
    pub scale: f32,
    /// Added to, in the layout of the adapter's values.
    pub grads: &'a mut B::Flat,
}

impl<B: Backend> Step<'_, B> {
    /// The summed loss and, if wanted, its gradient.
    pub fn run(
        &self,
        buffers: &mut Buffers<B>,
        wanted: Option<Wanted<'_, B>>,
    ) -> Result<LossSum, LmError> {
        check(self.spec, self.batch)?;
        if self.batch.targets.is_empty() {
            return Ok(LossSum::default());
        }
        buffers.turn(self.backend, self.spec, self.batch);
        let sum = self.passes(buffers, wanted);
        self.backend.check()?;
        Ok(sum)
    }

    fn pass<'p>(&'p self, turns: &'p B::Turns, positions: &'p B::Ids) -> Pass<'p, B> {
        Pass {
            backend: self.backend,
            spec: self.spec,
            attached: self.attached.as_slice(),
            turns,
            rows: self.batch.tokens.len(),
            positions,
        }
    }

    fn positions(&self) -> B::Ids {
        let bounds = self.batch.bounds.windows(2);
        let positions: Vec<u32> = bounds.flat_map(|p| 0..(p[1] - p[0]) as u32).collect();
        self.backend.ids(&positions)
    }

    /// Leaves the last layer's output in `x`; with `keep` every layer's input too.
    fn forward(&self, buffers: &mut Buffers<B>, positions: &B::Ids, keep: bool) {
        let (b, spec, batch) = (self.backend, self.spec, self.batch);
        let rows = batch.tokens.len();
        let Buffers { inputs, x, kept, g, s, sequences, turns, .. } = buffers;
        let pass = self.pass(turns, positions);
        s.grow(&pass);
        // Without a backward to come, one layer's room serves all.
        let slots = if keep { kept.len() } else { 1 };
        kept.iter_mut().take(slots).for_each(|a| a.grow(&pass));
        b.arrange(&heads(spec), &batch.bounds, sequences);
        b.grow(x, rows * spec.hidden);
        if keep {
            g.grow(&pass);
            inputs.iter_mut().for_each(|kept| b.grow(kept, rows * spec.hidden));
        }
        // With a backward to come every layer has its input to itself; without
        // one the stream stays where it is.
        let first = if keep { &mut inputs[0] } else { &mut *x };
        b.embed(&self.weights.embedding, &b.ids(&batch.tokens), rows, first);
        self.noise(first);
        for (l, layer) in self.weights.layers.iter().enumerate() {
            let (input, output) = match inputs.split_at_mut(l + 1) {
                _ if !keep => (&mut *x, None),
                (before, after) => (&mut before[l], Some(after.first_mut().unwrap_or(x))),
            };
            let a = &mut kept[slot(spec, l, slots)];
            pass.project(l, layer, input, a, s);
            pass.attend(sequences, a);
            pass.mix(l, layer, input, a, s);
            pass.finish(l, layer, output.unwrap_or(input), a, s);
        }
    }

    /// The last layer's output alone, for what looks at it without learning.
    pub(super) fn stream(&self, buffers: &mut Buffers<B>) -> Result<(), LmError> {
        check(self.spec, self.batch)?;
        buffers.turn(self.backend, self.spec, self.batch);
        self.forward(buffers, &self.positions(), false);
        self.backend.check()
    }

    fn passes(&self, buffers: &mut Buffers<B>, wanted: Option<Wanted<'_, B>>) -> LossSum {
        let spec = self.spec;
        let positions = self.positions();
        self.forward(buffers, &positions, wanted.is_some());
        let Some(wanted) = wanted else { return self.losses(buffers, None) };
        let sum = self.losses(buffers, Some(wanted.scale));
        let Buffers { inputs, kept, g, s, sequences, turns, .. } = buffers;
        let pass = self.pass(turns, &positions);
        let slots = kept.len();
        for (l, layer) in self.weights.layers.iter().enumerate().rev() {
            let (a, x) = (&mut kept[slot(spec, l, slots)], &inputs[l]);
            let recompute = l + slots < spec.layers;
            if recompute {
                pass.project(l, layer, x, a, s);
                pass.attend(sequences, a);
                pass.mix(l, layer, x, a, s);
                pass.finish_inner(l, layer, a, s);
            }
            let fresh = recompute || l + 1 == spec.layers;
            pass.layer_backward(l, layer, x, fresh, sequences, a, g, wanted.grads, s);
        }
        sum
    }

    /// Noise on the embeddings (Jain et al. 2023, NEFTune): uniform in
    /// `±alpha / sqrt(length · width)` for every sequence.
    fn noise(&self, x: &mut B::Slice) {
        let Some(Neftune { alpha, seed, step }) = self.neftune else { return };
        let width = self.spec.hidden;
        for pair in self.batch.bounds.windows(2) {
            let magnitude = alpha / ((pair[1] - pair[0]) as f32 * width as f32).sqrt();
            // Apart from the streams of dropout, which begin at the step's bits.
            let noise = Noise { magnitude, seed, stream: step << 20 | 0xf_ffff };
            self.backend.noise(&noise, width, pair[0]..pair[1], x);
        }
    }

    /// Loss over the target rows, chunk by chunk; with `scale` the gradient of
    /// the last layer's output is left in `g.dx`.
    fn losses(&self, buffers: &mut Buffers<B>, scale: Option<f32>) -> LossSum {
        let (b, spec, batch) = (self.backend, self.spec, self.batch);
        let (hidden, vocab, eps) = (spec.hidden, spec.vocab, spec.rms_eps);
        let Buffers { x, g, logits, ends, normed, d_normed, d_ends, chunk, .. } = buffers;
        let all = batch.targets.len();
        let most = (*chunk).min(all);
        b.grow(logits, most * vocab);
        for buffer in [&mut *ends, normed] {
            b.grow(buffer, most * hidden);
        }
        if scale.is_some() {
            b.grow(d_normed, most * hidden);
            b.grow(d_ends, most * hidden);
            b.clear(batch.tokens.len() * hidden, &mut g.dx);
        }
        let rows: Vec<u32> = batch.targets.iter().map(|t| t.row).collect();
        let tokens: Vec<u32> = batch.targets.iter().map(|t| t.token).collect();
        let (rows, tokens) = (b.ids(&rows), b.ids(&tokens));
        let (norm, output) = (&self.weights.norm, self.weights.output());
        let mut nll = b.sum();
        for from in (0..all).step_by(*chunk) {
            let range = from..(from + *chunk).min(all);
            let n = range.len();
            b.gather(hidden, &rows, range.clone(), x, ends);
            b.rms_norm(hidden, n, eps, ends, norm, normed);
            b.forward(output, n, normed, logits);
            b.cross_entropy(vocab, &tokens, range.clone(), logits, scale, &mut nll);
            if scale.is_some() {
                b.backward(output, n, logits, d_normed, false);
                b.rms_norm_backward(hidden, n, eps, ends, norm, d_normed, d_ends, false);
                b.scatter(hidden, &rows, range, d_ends, &mut g.dx);
            }
        }
        LossSum { nll: b.total(&nll), targets: all }
    }
}

/// Refuses batches whose parts don't fit together.
fn check(spec: &DecoderSpec, batch: &Batch) -> Result<(), LmError> {
    let wrong = |reason: String| Err(LmError::Batch { reason });
    let rows = batch.tokens.len();
    if batch.bounds.first() != Some(&0) || batch.bounds.last() != Some(&rows) {
        return wrong(format!("its bounds don't run from 0 to its {rows} tokens"));
    }
    for pair in batch.bounds.windows(2) {
        if pair[0] >= pair[1] {
            return wrong(format!("the bounds {} and {} hold no sequence", pair[0], pair[1]));
        }
        if pair[1] - pair[0] > spec.max_positions {
            return Err(LmError::TooLong { tokens: pair[1] - pair[0], limit: spec.max_positions });
        }
    }
    if batch.targets.windows(2).any(|t| t[0].row >= t[1].row) {
        return wrong("its targets aren't in ascending order of rows".into());
    }
    if let Some(t) = batch.targets.iter().find(|t| t.row as usize >= rows) {
        return wrong(format!("target row {} lies outside its {rows} tokens", t.row));
    }
    let targets = batch.targets.iter().map(|t| t.token);
    match batch.tokens.iter().copied().chain(targets).find(|&t| t as usize >= spec.vocab) {
        Some(token) => Err(LmError::TokenRange { token, vocab: spec.vocab }),
        None => Ok(()),
    }
}
