//! One layer forward, for training and inference alike.

use crate::backend::{Attention, Backend, Mask};
use crate::decoder::weights::Layer;
use crate::decoder::{Attached, heads};
use crate::lora::{Input, Projection};
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
    /// What adapters read after dropout, or the gradient of it.
    pub dropped: B::Buffer,
    /// Gradients of `u` of the projections that share an input.
    pub du: [B::Buffer; 3],
}

impl<B: Backend> Scratch<B> {
    pub fn new(b: &B) -> Self {
        let empty = || b.zeros(0);
        let du = std::array::from_fn(|_| empty());
        Self { normed: empty(), act: empty(), out: empty(), dropped: empty(), du }
    }

    /// Makes room for the rows of a pass.
    pub fn grow(&mut self, pass: &Pass<'_, B>) {
        let (b, spec, rows) = (pass.backend, pass.spec, pass.rows);
        b.grow(&mut self.normed, rows * spec.hidden);
        b.grow(&mut self.out, rows * spec.hidden);
        b.grow(&mut self.act, rows * spec.intermediate);
        let Some(width) = pass.padded_rank() else { return };
        for du in &mut self.du {
            b.grow(du, rows * width);
        }
        if pass.mask(0, Input::Attention).is_some() {
            let widest = spec.hidden.max(spec.intermediate).max(spec.q_width());
            b.grow(&mut self.dropped, rows * widest);
        }
    }
}

/// What stays the same for all layers of one pass.
pub(crate) struct Pass<'a, B: Backend> {
    pub backend: &'a B,
    pub spec: &'a DecoderSpec,
    /// Each has rows of its own; those of none go through the model alone.
    /// Training has one adapter at most.
    pub attached: &'a [Attached<'a, B>],
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
        if let Some(width) = pass.padded_rank() {
            for u in &mut self.u {
                b.grow(u, rows * width);
            }
        }
    }
}

/// Products of a layer that read the same.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a, B: Backend> {
    pub layer: usize,
    pub weights: &'a Layer<B>,
    pub input: Input,
    /// Width of what they read.
    pub width: usize,
}

/// Where one product goes: `y`, and the adapter's inner product `u`.
pub(crate) type Out<'a, B> =
    (Projection, &'a mut <B as Backend>::Slice, &'a mut <B as Backend>::Slice);

impl<B: Backend> Pass<'_, B> {
    /// Width of the widest adapter's inner product.
    fn padded_rank(&self) -> Option<usize> {
        self.attached.iter().map(|a| self.backend.padded_rank(a.adapter.rank)).max()
    }

    /// The mask of what an adapter in training reads at a place.
    pub fn mask(&self, layer: usize, input: Input) -> Option<Mask> {
        self.attached.first()?.mask(layer, input)
    }

    /// `u = scale · x·Aᵀ` of every adapter's rows; with `y` also `y += u·Bᵀ`.
    fn low_rank(
        &self,
        layer: usize,
        projection: Projection,
        x: &B::Slice,
        u: &mut B::Slice,
        mut y: Option<&mut B::Slice>,
    ) {
        for attached in self.attached {
            let Some((adapted, _)) = attached.at(layer, projection) else { continue };
            let rows = attached.rows.clone();
            self.backend.lora_forward(&adapted, rows, x, u, y.as_deref_mut());
        }
    }

    /// `x` itself, or what the mask leaves of it.
    pub fn dropped<'x>(
        &self,
        at: &Place<'_, B>,
        x: &'x B::Slice,
        room: &'x mut B::Buffer,
    ) -> &'x B::Slice {
        let Some(mask) = self.mask(at.layer, at.input) else { return x };
        self.backend.drop(&mask, self.rows * at.width, x, room, false);
        room
    }

    /// `y = W·x` for products that read the same, plus their adapters' parts.
    fn products<const N: usize>(
        &self,
        at: &Place<'_, B>,
        x: &B::Slice,
        outs: [Out<'_, B>; N],
        room: &mut B::Buffer,
    ) {
        let (b, rows) = (self.backend, self.rows);
        let read = self.dropped(at, x, room);
        for (projection, y, u) in outs {
            b.forward(at.weights.product(projection), rows, x, y);
            self.low_rank(at.layer, projection, read, u, Some(y));
        }
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
        let at = Place { layer, weights, input: Input::Attention, width: spec.hidden };
        let normed = weights.q_norm.as_ref().zip(weights.k_norm.as_ref());
        let (q, k) = match normed {
            Some(_) => (&mut a.q_raw, &mut a.k_raw),
            None => (&mut a.q, &mut a.k),
        };
        let outs = [
            (Projection::Q, &mut **q, &mut **uq),
            (Projection::K, k, uk),
            (Projection::V, &mut a.v, uv),
        ];
        self.products(&at, &s.normed, outs, &mut s.dropped);
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
        let at = Place { layer, weights, input: Input::Context, width: spec.q_width() };
        let outs = [(Projection::O, &mut *s.out, &mut **uo)];
        self.products(&at, &a.context, outs, &mut s.dropped);
        b.add(rows * spec.hidden, x, &s.out, &mut a.middle);
        self.mlp_in(weights, a, s);
        let [.., ug, uu, _] = a.u.as_mut_slice() else { return };
        let at = Place { layer, weights, input: Input::Mlp, width: spec.hidden };
        let outs = [(Projection::Gate, &mut *a.gate, &mut **ug), (Projection::Up, &mut a.up, uu)];
        self.products(&at, &s.normed, outs, &mut s.dropped);
        self.gated(a, s);
    }

    /// The adapter's inner product of the last projection: all that the
    /// backward pass needs of [`Pass::finish`].
    pub fn finish_inner(
        &self,
        layer: usize,
        weights: &Layer<B>,
        a: &mut Activations<B>,
        s: &mut Scratch<B>,
    ) {
        let [.., u] = a.u.as_mut_slice() else { return };
        let read = self.dropped(&self.last(layer, weights), &s.act, &mut s.dropped);
        self.low_rank(layer, Projection::Down, read, u, None);
    }

    /// The place of the last product.
    pub fn last<'w>(&self, layer: usize, weights: &'w Layer<B>) -> Place<'w, B> {
        Place { layer, weights, input: Input::Gated, width: self.spec.intermediate }
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
        let [.., ud] = a.u.as_mut_slice() else { return };
        let outs = [(Projection::Down, &mut *s.out, &mut **ud)];
        self.products(&self.last(layer, weights), &s.act, outs, &mut s.dropped);
        // The backward pass still wants `middle` as it is.
        self.backend.add(self.rows * self.spec.hidden, &a.middle, &s.out, y);
    }
}
