//! A whole batch forward and backward: the forward pass keeps each layer's
//! input, the backward pass recomputes one layer at a time.

use crate::backend::{Backend, RopeTable};
use crate::batch::{Batch, Dropout, LossSum};
use crate::decoder::backward::{Gradients, Place, Sink, spans};
use crate::decoder::forward::{Activations, Pass};
use crate::decoder::weights::{Layer, Weights};
use crate::decoder::{Adapter, heads, rope};
use crate::error::LmError;
use crate::lora::Lora;
use crate::spec::DecoderSpec;

/// Logits that exist at a time, whatever the vocabulary.
const LOGITS: usize = 6 << 20;

/// Target rows whose logits are computed together.
pub(crate) fn chunk_rows(vocab: usize) -> usize {
    (LOGITS / vocab.max(1)).clamp(8, 256)
}

/// All buffers of a step, grown to the largest batch seen.
pub(crate) struct Buffers<B: Backend> {
    inputs: Vec<B::Buffer>,
    x: B::Buffer,
    a: Activations<B>,
    g: Gradients<B>,
    k_packed: B::Buffer,
    v_packed: B::Buffer,
    logits: B::Buffer,
    ends: B::Buffer,
    normed: B::Buffer,
    d_normed: B::Buffer,
    d_ends: B::Buffer,
    table: RopeTable,
    /// Target rows per chunk of logits.
    pub chunk: usize,
}

impl<B: Backend> Buffers<B> {
    pub fn new(backend: &B, spec: &DecoderSpec) -> Self {
        let empty = || backend.zeros(0);
        Self {
            inputs: (0..spec.layers).map(|_| empty()).collect(),
            x: empty(),
            a: Activations::new(backend),
            g: Gradients::new(backend),
            k_packed: empty(),
            v_packed: empty(),
            logits: empty(),
            ends: empty(),
            normed: empty(),
            d_normed: empty(),
            d_ends: empty(),
            table: RopeTable::default(),
            chunk: chunk_rows(spec.vocab),
        }
    }
}

/// A decoder and a checked batch.
pub(crate) struct Step<'a, B: Backend> {
    pub backend: &'a B,
    pub spec: &'a DecoderSpec,
    pub weights: &'a Weights<B>,
    pub adapter: Option<&'a Adapter<B>>,
    pub batch: &'a Batch,
    pub dropout: Option<(f32, Dropout)>,
}

/// Gradients that are wanted.
pub(crate) struct Wanted<'a> {
    pub lora: &'a Lora,
    /// Multiplies every target's gradient.
    pub scale: f32,
    pub grads: &'a mut [f32],
}

impl<B: Backend> Step<'_, B> {
    /// The summed loss and, if wanted, its gradient.
    pub fn run(
        &self,
        buffers: &mut Buffers<B>,
        wanted: Option<Wanted<'_>>,
    ) -> Result<LossSum, LmError> {
        check(self.spec, self.batch)?;
        if self.batch.targets.is_empty() {
            return Ok(LossSum::default());
        }
        // The table is read while the other buffers are written.
        let mut table = std::mem::take(&mut buffers.table);
        let longest = self.batch.bounds.windows(2).map(|b| b[1] - b[0]).max().unwrap_or(0);
        rope::extend(&mut table, self.spec, longest);
        let sum = self.passes(buffers, &table, wanted);
        buffers.table = table;
        Ok(sum)
    }

    fn passes(
        &self,
        buffers: &mut Buffers<B>,
        table: &RopeTable,
        wanted: Option<Wanted<'_>>,
    ) -> LossSum {
        let (b, spec, batch) = (self.backend, self.spec, self.batch);
        let rows = batch.tokens.len();
        let heads = heads(spec);
        let mut positions = Vec::with_capacity(rows);
        let mut places = Vec::with_capacity(batch.bounds.len());
        let mut packed = 0;
        for pair in batch.bounds.windows(2) {
            let n = pair[1] - pair[0];
            positions.extend((0..n).map(|p| p as u32));
            places.push(Place { row: pair[0], rows: n, packed });
            packed += b.packed_len(&heads, n);
        }
        let Buffers { inputs, x, a, g, k_packed, v_packed, .. } = buffers;
        let pass = Pass {
            backend: b,
            spec,
            adapter: self.adapter,
            dropout: self.dropout,
            table,
            positions: &positions,
        };
        a.grow(&pass);
        b.grow(x, rows * spec.hidden);
        b.grow(k_packed, packed);
        if wanted.is_some() {
            g.grow(&pass);
            b.grow(v_packed, packed);
            inputs.iter_mut().for_each(|kept| b.grow(kept, rows * spec.hidden));
        }
        b.embed(&self.weights.embedding, &batch.tokens, x);
        for (l, layer) in self.weights.layers.iter().enumerate() {
            if wanted.is_some() {
                b.copy_rows(spec.hidden, rows, x, 0, &mut inputs[l], 0);
            }
            self.inner(&pass, l, layer, x, &places, k_packed, a);
            pass.finish(l, layer, x, a);
        }
        let Some(wanted) = wanted else { return self.losses(buffers, None) };
        let sum = self.losses(buffers, Some(wanted.scale));
        let Buffers { inputs, a, g, k_packed, v_packed, .. } = buffers;
        let mut sink = Sink { lora: wanted.lora, grads: wanted.grads };
        for (l, layer) in self.weights.layers.iter().enumerate().rev() {
            // The last layer's values are still there.
            if l + 1 < spec.layers {
                self.inner(&pass, l, layer, &inputs[l], &places, k_packed, a);
                pass.finish_inner(l, a);
            }
            for p in &places {
                let at = p.packed / heads.kv_width();
                b.pack(&heads, p.rows, &a.v, p.row, v_packed, at);
            }
            pass.layer_backward(
                l,
                layer,
                &inputs[l],
                (k_packed, v_packed, &places),
                a,
                g,
                &mut sink,
            );
        }
        sum
    }

    /// A layer up to the gated middle of its MLP.
    #[allow(clippy::too_many_arguments)]
    fn inner(
        &self,
        pass: &Pass<'_, B>,
        l: usize,
        layer: &Layer<B>,
        x: &B::Slice,
        places: &[Place],
        k_packed: &mut B::Slice,
        a: &mut Activations<B>,
    ) {
        let (b, heads) = (self.backend, heads(self.spec));
        pass.project(l, layer, x, a);
        for p in places {
            b.pack(&heads, p.rows, &a.k, p.row, k_packed, p.packed / heads.kv_width());
        }
        b.attention(&heads, &spans(places, k_packed, &a.v), &a.q, &mut a.context);
        pass.mix(l, layer, x, a);
    }

    /// Loss over the target rows, chunk by chunk; with `scale` the gradient of
    /// the last layer's output is left in `g.dx`.
    fn losses(&self, buffers: &mut Buffers<B>, scale: Option<f32>) -> LossSum {
        let (b, spec, batch) = (self.backend, self.spec, self.batch);
        let (hidden, vocab, eps) = (spec.hidden, spec.vocab, spec.rms_eps);
        let Buffers { x, g, logits, ends, normed, d_normed, d_ends, chunk, .. } = buffers;
        let most = (*chunk).min(batch.targets.len());
        b.grow(logits, most * vocab);
        for buffer in [&mut *ends, normed] {
            b.grow(buffer, most * hidden);
        }
        if scale.is_some() {
            b.grow(d_normed, most * hidden);
            b.grow(d_ends, most * hidden);
            b.clear(batch.tokens.len() * hidden, &mut g.dx);
        }
        let mut nll = 0.0;
        for targets in batch.targets.chunks(*chunk) {
            let n = targets.len();
            let rows: Vec<u32> = targets.iter().map(|t| t.row).collect();
            let tokens: Vec<u32> = targets.iter().map(|t| t.token).collect();
            b.gather(hidden, &rows, x, ends);
            b.rms_norm(hidden, n, eps, ends, &self.weights.norm, normed);
            b.forward(self.weights.output(), n, normed, logits);
            nll += b.cross_entropy(vocab, &tokens, logits, scale);
            if scale.is_some() {
                b.backward(self.weights.output(), n, logits, d_normed, false);
                b.rms_norm_backward(
                    hidden,
                    n,
                    eps,
                    ends,
                    &self.weights.norm,
                    d_normed,
                    d_ends,
                    false,
                );
                b.scatter(hidden, &rows, d_ends, &mut g.dx);
            }
        }
        LossSum { nll, targets: batch.targets.len() }
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
