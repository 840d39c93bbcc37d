//! One layer forward, for training and inference alike.

use crate::backend::{Backend, Mask, RopeTable};
use crate::batch::Dropout;
use crate::decoder::Adapter;
use crate::decoder::weights::Layer;
use crate::lora::Projection;
use crate::spec::DecoderSpec;

/// What one layer computes on its way; reused from layer to layer.
pub(crate) struct Activations<B: Backend> {
    pub attention_in: B::Buffer,
    pub q: B::Buffer,
    pub k: B::Buffer,
    pub v: B::Buffer,
    /// q and k before their norm, kept for its backward; empty without one.
    pub q_raw: B::Buffer,
    pub k_raw: B::Buffer,
    pub context: B::Buffer,
    /// The residual stream between attention and MLP.
    pub middle: B::Buffer,
    pub mlp_in: B::Buffer,
    pub gate: B::Buffer,
    pub up: B::Buffer,
    pub act: B::Buffer,
    /// A product's result before it is added to the residual stream.
    pub out: B::Buffer,
    /// `scale · x·Aᵀ` of every projection.
    pub u: Vec<B::Buffer>,
    /// A product's input after dropout.
    pub dropped: B::Buffer,
}

/// What stays the same for all layers of one pass.
pub(crate) struct Pass<'a, B: Backend> {
    pub backend: &'a B,
    pub spec: &'a DecoderSpec,
    pub adapter: Option<&'a Adapter<B>>,
    pub dropout: Option<(f32, Dropout)>,
    pub table: &'a RopeTable,
    /// Position of every row in its sequence.
    pub positions: &'a [u32],
}

impl<B: Backend> Activations<B> {
    pub fn new(backend: &B) -> Self {
        let empty = || backend.zeros(0);
        Self {
            attention_in: empty(),
            q: empty(),
            k: empty(),
            v: empty(),
            q_raw: empty(),
            k_raw: empty(),
            context: empty(),
            middle: empty(),
            mlp_in: empty(),
            gate: empty(),
            up: empty(),
            act: empty(),
            out: empty(),
            u: (0..Projection::ALL.len()).map(|_| empty()).collect(),
            dropped: empty(),
        }
    }

    /// Makes room for `rows` tokens.
    pub fn grow(&mut self, pass: &Pass<'_, B>) {
        let (b, spec, rows) = (pass.backend, pass.spec, pass.rows());
        for hidden in [&mut self.attention_in, &mut self.middle, &mut self.mlp_in, &mut self.out] {
            b.grow(hidden, rows * spec.hidden);
        }
        for q in [&mut self.q, &mut self.context] {
            b.grow(q, rows * spec.q_width());
        }
        for kv in [&mut self.k, &mut self.v] {
            b.grow(kv, rows * spec.kv_width());
        }
        if spec.qk_norm {
            b.grow(&mut self.q_raw, rows * spec.q_width());
            b.grow(&mut self.k_raw, rows * spec.kv_width());
        }
        for wide in [&mut self.gate, &mut self.up, &mut self.act] {
            b.grow(wide, rows * spec.intermediate);
        }
        if let Some(adapter) = pass.adapter {
            for u in &mut self.u {
                b.grow(u, rows * b.padded_rank(adapter.rank));
            }
        }
        if pass.dropout.is_some() {
            b.grow(
                &mut self.dropped,
                rows * spec.hidden.max(spec.intermediate).max(spec.q_width()),
            );
        }
    }
}

impl<B: Backend> Pass<'_, B> {
    pub fn rows(&self) -> usize {
        self.positions.len()
    }

    /// The dropout mask of one product's adapter.
    pub fn mask(&self, layer: usize, projection: Projection) -> Option<Mask> {
        let (p, dropout) = self.dropout?;
        let place = (layer * Projection::ALL.len() + projection.index()) as u64;
        Some(Mask { p, seed: dropout.seed, stream: dropout.step << 20 | place })
    }

    /// `y = W·x`, plus the adapter's part.
    #[allow(clippy::too_many_arguments)]
    fn product(
        &self,
        layer: usize,
        weights: &Layer<B>,
        projection: Projection,
        x: &B::Slice,
        y: &mut B::Slice,
        u: &mut B::Slice,
        dropped: &mut B::Slice,
    ) {
        let (b, rows) = (self.backend, self.rows());
        b.forward(weights.product(projection), rows, x, y);
        let Some(adapter) = self.adapter else { return };
        let Some(pair) = adapter.pair(layer, projection) else { return };
        match self.mask(layer, projection) {
            None => b.lora_inner(pair, adapter.scale, rows, x, u),
            Some(mask) => {
                b.dropout(&mask, rows * projection.shape(self.spec).0, x, dropped, false);
                b.lora_inner(pair, adapter.scale, rows, dropped, u);
            }
        }
        b.lora_outer(pair, rows, u, y);
    }

    /// Everything up to rotated queries and keys, and values.
    pub fn project(&self, layer: usize, weights: &Layer<B>, x: &B::Slice, a: &mut Activations<B>) {
        let (b, spec, rows) = (self.backend, self.spec, self.rows());
        b.rms_norm(
            spec.hidden,
            rows,
            spec.rms_eps,
            x,
            &weights.attention_norm,
            &mut a.attention_in,
        );
        let [uq, uk, uv, ..] = a.u.as_mut_slice() else { return };
        let h = &a.attention_in;
        self.product(layer, weights, Projection::Q, h, &mut a.q, uq, &mut a.dropped);
        self.product(layer, weights, Projection::K, h, &mut a.k, uk, &mut a.dropped);
        self.product(layer, weights, Projection::V, h, &mut a.v, uv, &mut a.dropped);
        if let (Some(q_norm), Some(k_norm)) = (&weights.q_norm, &weights.k_norm) {
            let d = spec.head_dim;
            b.copy_rows(spec.q_width(), rows, &a.q, 0, &mut a.q_raw, 0);
            b.copy_rows(spec.kv_width(), rows, &a.k, 0, &mut a.k_raw, 0);
            b.rms_norm(d, rows * spec.heads, spec.rms_eps, &a.q_raw, q_norm, &mut a.q);
            b.rms_norm(d, rows * spec.kv_heads, spec.rms_eps, &a.k_raw, k_norm, &mut a.k);
        }
        b.rope(self.table, spec.heads, self.positions, &mut a.q, false);
        b.rope(self.table, spec.kv_heads, self.positions, &mut a.k, false);
    }

    /// From the attention's result to the gated middle of the MLP. `x` is the
    /// layer's input; the stream after attention is left in `middle`.
    pub fn mix(&self, layer: usize, weights: &Layer<B>, x: &B::Slice, a: &mut Activations<B>) {
        let (b, spec, rows) = (self.backend, self.spec, self.rows());
        let len = rows * spec.hidden;
        let [.., uo, ug, uu, _] = a.u.as_mut_slice() else { return };
        b.copy_rows(spec.hidden, rows, x, 0, &mut a.middle, 0);
        self.product(layer, weights, Projection::O, &a.context, &mut a.out, uo, &mut a.dropped);
        b.add(len, &a.out, &mut a.middle);
        b.rms_norm(spec.hidden, rows, spec.rms_eps, &a.middle, &weights.mlp_norm, &mut a.mlp_in);
        self.product(layer, weights, Projection::Gate, &a.mlp_in, &mut a.gate, ug, &mut a.dropped);
        self.product(layer, weights, Projection::Up, &a.mlp_in, &mut a.up, uu, &mut a.dropped);
        b.swiglu(rows * spec.intermediate, &a.gate, &a.up, &mut a.act);
    }

    /// The adapter's inner product of the last projection: all that the
    /// backward pass needs of [`Pass::finish`].
    pub fn finish_inner(&self, layer: usize, a: &mut Activations<B>) {
        let (b, rows) = (self.backend, self.rows());
        let Some(adapter) = self.adapter else { return };
        let Some(pair) = adapter.pair(layer, Projection::Down) else { return };
        let [.., u] = a.u.as_mut_slice() else { return };
        match self.mask(layer, Projection::Down) {
            None => b.lora_inner(pair, adapter.scale, rows, &a.act, u),
            Some(mask) => {
                b.dropout(&mask, rows * self.spec.intermediate, &a.act, &mut a.dropped, false);
                b.lora_inner(pair, adapter.scale, rows, &a.dropped, u);
            }
        }
    }

    /// The last product; `x` becomes the layer's output.
    pub fn finish(
        &self,
        layer: usize,
        weights: &Layer<B>,
        x: &mut B::Slice,
        a: &mut Activations<B>,
    ) {
        let (b, spec, rows) = (self.backend, self.spec, self.rows());
        let [.., ud] = a.u.as_mut_slice() else { return };
        self.product(layer, weights, Projection::Down, &a.act, &mut a.out, ud, &mut a.dropped);
        // The backward pass still wants `middle` as it is.
        b.add(rows * spec.hidden, &a.middle, &mut a.out);
        b.copy_rows(spec.hidden, rows, &a.out, 0, x, 0);
    }
}
