//! One layer forward, for training and inference alike.

use crate::backend::{Attention, Backend, LoraScratch};
use crate::decoder::weights::Layer;
use crate::decoder::{Attached, heads};
use crate::lora::Projection;
use crate::spec::DecoderSpec;

/// What the backward of one layer needs and can't cheaply make again.
pub(crate) struct Activations<B: Backend> {
    pub q: B::Buffer,
    pub k: B::Buffer,
    pub v: B::Buffer,
    /// q and k before their norm, kept for its backward; empty without one.
    pub q_raw: B::Buffer,
    pub k_raw: B::Buffer,
    pub context: B::Buffer,
    pub kept: B::Kept,
    /// The residual stream between attention and MLP.
    pub middle: B::Buffer,
    pub gate: B::Buffer,
    pub up: B::Buffer,
    /// `scale · drop(x)·Aᵀ` of every projection.
    pub u: Vec<B::Buffer>,
}

/// Room that all layers share.
pub(crate) struct Scratch<B: Backend> {
    /// The latest norm's result: the attention's input, then the MLP's.
    pub normed: B::Buffer,
    /// The gated middle of the MLP.
    pub act: B::Buffer,
    /// A product's result before it is added to the residual stream.
    pub out: B::Buffer,
    pub lora: LoraScratch<B>,
}

impl<B: Backend> Scratch<B> {
    pub fn new(b: &B) -> Self {
        let lora = LoraScratch { du: b.zeros(0), dropped: b.zeros(0) };
        Self { normed: b.zeros(0), act: b.zeros(0), out: b.zeros(0), lora }
    }

    /// Makes room for the rows of a pass.
    pub fn grow(&mut self, pass: &Pass<'_, B>) {
        let (b, spec, rows) = (pass.backend, pass.spec, pass.rows);
        b.grow(&mut self.normed, rows * spec.hidden);
        b.grow(&mut self.out, rows * spec.hidden);
        b.grow(&mut self.act, rows * spec.intermediate);
    }
}

/// What stays the same for all layers of one pass.
pub(crate) struct Pass<'a, B: Backend> {
    pub backend: &'a B,
    pub spec: &'a DecoderSpec,
    pub attached: Option<Attached<'a, B>>,
    pub turns: &'a B::Turns,
    pub rows: usize,
    /// Position of every row in its sequence.
    pub positions: &'a B::Ids,
}

impl<B: Backend> Activations<B> {
    pub fn new(b: &B) -> Self {
        let empty = || b.zeros(0);
        Self {
            q: empty(),
            k: empty(),
            v: empty(),
            q_raw: empty(),
            k_raw: empty(),
            context: empty(),
            kept: b.kept(),
            middle: empty(),
            gate: empty(),
            up: empty(),
            u: (0..Projection::ALL.len()).map(|_| empty()).collect(),
        }
    }

    /// Makes room for the rows of a pass.
    pub fn grow(&mut self, pass: &Pass<'_, B>) {
        let (b, spec, rows) = (pass.backend, pass.spec, pass.rows);
        b.grow(&mut self.middle, rows * spec.hidden);
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
        for wide in [&mut self.gate, &mut self.up] {
            b.grow(wide, rows * spec.intermediate);
        }
        if let Some(attached) = pass.attached {
            for u in &mut self.u {
                b.grow(u, rows * b.padded_rank(attached.adapter.rank));
            }
        }
    }
}

/// One product of a layer.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a, B: Backend> {
    pub layer: usize,
    pub weights: &'a Layer<B>,
    pub projection: Projection,
}

impl<B: Backend> Pass<'_, B> {
    /// `y = W·x`, plus the adapter's part.
    fn product(
        &self,
        at: &Place<'_, B>,
        x: &B::Slice,
        y: &mut B::Slice,
        u: &mut B::Slice,
        scratch: &mut LoraScratch<B>,
    ) {
        let (b, rows) = (self.backend, self.rows);
        b.forward(at.weights.product(at.projection), rows, x, y);
        let Some(attached) = self.attached else { return };
        let Some((adapted, _)) = attached.at(at.layer, at.projection) else { return };
        b.lora_forward(&adapted, rows, x, u, Some(y), scratch);
    }

    /// Leaves the attention's input in `s.normed`; `x` is the layer's.
    pub fn attention_in(&self, weights: &Layer<B>, x: &B::Slice, s: &mut Scratch<B>) {
        let (hidden, eps) = (self.spec.hidden, self.spec.rms_eps);
        self.backend.rms_norm(hidden, self.rows, eps, x, &weights.attention_norm, &mut s.normed);
    }

    /// Leaves the MLP's input in `s.normed`.
    pub fn mlp_in(&self, weights: &Layer<B>, a: &Activations<B>, s: &mut Scratch<B>) {
        let (hidden, eps) = (self.spec.hidden, self.spec.rms_eps);
        self.backend.rms_norm(hidden, self.rows, eps, &a.middle, &weights.mlp_norm, &mut s.normed);
    }

    /// Leaves the gated middle of the MLP in `s.act`.
    pub fn gated(&self, a: &Activations<B>, s: &mut Scratch<B>) {
        self.backend.swiglu(self.rows * self.spec.intermediate, &a.gate, &a.up, &mut s.act);
    }

    /// Everything up to rotated queries and keys, and values.
    pub fn project(
        &self,
        layer: usize,
        weights: &Layer<B>,
        x: &B::Slice,
        a: &mut Activations<B>,
        s: &mut Scratch<B>,
    ) {
        let (b, spec, rows) = (self.backend, self.spec, self.rows);
        let eps = spec.rms_eps;
        self.attention_in(weights, x, s);
        let [uq, uk, uv, ..] = a.u.as_mut_slice() else { return };
        let at = |projection| Place { layer, weights, projection };
        let h = &s.normed;
        let normed = weights.q_norm.as_ref().zip(weights.k_norm.as_ref());
        let (q, k) = match normed {
            Some(_) => (&mut a.q_raw, &mut a.k_raw),
            None => (&mut a.q, &mut a.k),
        };
        self.product(&at(Projection::Q), h, q, uq, &mut s.lora);
        self.product(&at(Projection::K), h, k, uk, &mut s.lora);
        self.product(&at(Projection::V), h, &mut a.v, uv, &mut s.lora);
        if let Some((q_norm, k_norm)) = normed {
            let d = spec.head_dim;
            b.rms_norm(d, rows * spec.heads, eps, &a.q_raw, q_norm, &mut a.q);
            b.rms_norm(d, rows * spec.kv_heads, eps, &a.k_raw, k_norm, &mut a.k);
        }
        b.rope(self.turns, spec.heads, rows, self.positions, &mut a.q, false);
        b.rope(self.turns, spec.kv_heads, rows, self.positions, &mut a.k, false);
    }

    /// Attention over whole sequences.
    pub fn attend(&self, sequences: &mut B::Sequences, a: &mut Activations<B>) {
        let inputs = Attention { q: &*a.q, k: &*a.k, v: &*a.v };
        let heads = heads(self.spec);
        self.backend.attend(&heads, sequences, &inputs, &mut a.context, &mut a.kept);
    }

    /// From the attention's result to the gated middle of the MLP. `x` is the
    /// layer's input; the stream after attention is left in `middle`.
    pub fn mix(
        &self,
        layer: usize,
        weights: &Layer<B>,
        x: &B::Slice,
        a: &mut Activations<B>,
        s: &mut Scratch<B>,
    ) {
        let (b, spec, rows) = (self.backend, self.spec, self.rows);
        let [.., uo, _, _, _] = a.u.as_mut_slice() else { return };
        let at = |projection| Place { layer, weights, projection };
        self.product(&at(Projection::O), &a.context, &mut s.out, uo, &mut s.lora);
        b.add(rows * spec.hidden, x, &s.out, &mut a.middle);
        self.mlp_in(weights, a, s);
        let [.., ug, uu, _] = a.u.as_mut_slice() else { return };
        self.product(&at(Projection::Gate), &s.normed, &mut a.gate, ug, &mut s.lora);
        self.product(&at(Projection::Up), &s.normed, &mut a.up, uu, &mut s.lora);
        self.gated(a, s);
    }

    /// The adapter's inner product of the last projection: all that the
    /// backward pass needs of [`Pass::finish`].
    pub fn finish_inner(&self, layer: usize, a: &mut Activations<B>, s: &mut Scratch<B>) {
        let Some(attached) = self.attached else { return };
        let Some((adapted, _)) = attached.at(layer, Projection::Down) else { return };
        let [.., u] = a.u.as_mut_slice() else { return };
        self.backend.lora_forward(&adapted, self.rows, &s.act, u, None, &mut s.lora);
    }

    /// The last product; `y` becomes the layer's output.
    pub fn finish(
        &self,
        layer: usize,
        weights: &Layer<B>,
        y: &mut B::Slice,
        a: &mut Activations<B>,
        s: &mut Scratch<B>,
    ) {
        let at = Place { layer, weights, projection: Projection::Down };
        let [.., ud] = a.u.as_mut_slice() else { return };
        self.product(&at, &s.act, &mut s.out, ud, &mut s.lora);
        // The backward pass still wants `middle` as it is.
        self.backend.add(self.rows * self.spec.hidden, &a.middle, &s.out, y);
    }
}
