//! One layer backward: hand-written vector-Jacobian products over what
//! [`super::forward`] computed, and LoRA gradients into one flat buffer.

use crate::backend::{AttentionGrads, AttentionInputs, Backend, LoraInputs, Span};
use crate::decoder::forward::{Activations, Pass};
use crate::decoder::heads;
use crate::decoder::weights::Layer;
use crate::lora::{Lora, Projection};

/// Gradients of one layer's values; reused from layer to layer.
pub(crate) struct Gradients<B: Backend> {
    /// Of the residual stream: of the layer's output at first, of its input
    /// in the end.
    pub dx: B::Buffer,
    /// Of a norm's result.
    d_in: B::Buffer,
    d_act: B::Buffer,
    d_context: B::Buffer,
    dq: B::Buffer,
    dk: B::Buffer,
    dv: B::Buffer,
    dk_heads: B::Buffer,
    dv_heads: B::Buffer,
    du: B::Buffer,
}

impl<B: Backend> Gradients<B> {
    pub fn new(backend: &B) -> Self {
        let empty = || backend.zeros(0);
        Self {
            dx: empty(),
            d_in: empty(),
            d_act: empty(),
            d_context: empty(),
            dq: empty(),
            dk: empty(),
            dv: empty(),
            dk_heads: empty(),
            dv_heads: empty(),
            du: empty(),
        }
    }

    /// Makes room for the rows of a pass.
    pub fn grow(&mut self, pass: &Pass<'_, B>) {
        let (b, spec, rows) = (pass.backend, pass.spec, pass.rows());
        for hidden in [&mut self.dx, &mut self.d_in] {
            b.grow(hidden, rows * spec.hidden);
        }
        b.grow(&mut self.d_act, rows * spec.intermediate);
        for q in [&mut self.d_context, &mut self.dq, &mut self.dk_heads, &mut self.dv_heads] {
            b.grow(q, rows * spec.q_width());
        }
        for kv in [&mut self.dk, &mut self.dv] {
            b.grow(kv, rows * spec.kv_width());
        }
        if let Some(adapter) = pass.adapter {
            b.grow(&mut self.du, rows * b.padded_rank(adapter.rank));
        }
    }
}

/// What one product's backward reads.
struct Product<'a, B: Backend> {
    layer: usize,
    projection: Projection,
    weight: &'a B::Linear,
    x: &'a B::Slice,
    u: &'a B::Slice,
    dy: &'a B::Slice,
}

/// Where LoRA gradients go.
pub(crate) struct Sink<'a> {
    pub lora: &'a Lora,
    /// Added to, in the layout of [`Lora::values`].
    pub grads: &'a mut [f32],
}

impl<B: Backend> Pass<'_, B> {
    /// Gradients of one product: of its adapter and, unless `dx` is `None`, of
    /// its input (added to what is there if the flag says so).
    fn product_backward(
        &self,
        p: &Product<'_, B>,
        dx: Option<(&mut B::Slice, bool)>,
        du: &mut B::Slice,
        dropped: &mut B::Slice,
        sink: &mut Sink<'_>,
    ) {
        let (b, rows) = (self.backend, self.rows());
        let dx = dx.map(|(dx, add)| {
            b.backward(p.weight, rows, p.dy, dx, add);
            dx
        });
        let Some(adapter) = self.adapter else { return };
        let Some(pair) = adapter.pair(p.layer, p.projection) else { return };
        let Some(slot) = sink.lora.slot(p.layer, p.projection) else { return };
        // A and B of one slot lie side by side.
        let (da, db) = sink.grads[slot.a.start..slot.b.end].split_at_mut(slot.a.len());
        let mask = self.mask(p.layer, p.projection);
        let len = rows * slot.in_features;
        let x = match &mask {
            None => p.x,
            Some(mask) => {
                b.dropout(mask, len, p.x, dropped, false);
                &*dropped
            }
        };
        b.lora_grads(pair, adapter.scale, rows, &LoraInputs { x, u: p.u, dy: p.dy }, du, da, db);
        let Some(dx) = dx else { return };
        match &mask {
            None => b.lora_backward(pair, rows, du, dx, true),
            Some(mask) => {
                b.lora_backward(pair, rows, du, dropped, false);
                b.dropout(mask, len, dropped, dx, true);
            }
        }
    }

    /// Turns `g.dx` from the gradient of the layer's output into that of its
    /// input `x`. `a` holds the layer's recomputed values and is used up. The
    /// first layer's input needs no gradient.
    #[allow(clippy::too_many_arguments)]
    pub fn layer_backward(
        &self,
        layer: usize,
        weights: &Layer<B>,
        x: &B::Slice,
        kv: (&B::Slice, &B::Slice, &[Place]),
        a: &mut Activations<B>,
        g: &mut Gradients<B>,
        sink: &mut Sink<'_>,
    ) {
        let (b, spec, rows) = (self.backend, self.spec, self.rows());
        let (eps, hidden) = (spec.rms_eps, spec.hidden);
        macro_rules! product {
            ($p:ident, $x:expr, $dy:expr, $dx:expr) => {{
                let p = Product {
                    layer,
                    projection: Projection::$p,
                    weight: weights.product(Projection::$p),
                    x: &*$x,
                    u: &*a.u[Projection::$p.index()],
                    dy: &*$dy,
                };
                self.product_backward(&p, $dx, &mut g.du, &mut a.dropped, sink);
            }};
        }
        product!(Down, a.act, g.dx, Some((&mut *g.d_act, false)));
        b.swiglu_backward(rows * spec.intermediate, &mut a.gate, &mut a.up, &g.d_act);
        product!(Gate, a.mlp_in, a.gate, Some((&mut *g.d_in, false)));
        product!(Up, a.mlp_in, a.up, Some((&mut *g.d_in, true)));
        b.rms_norm_backward(
            hidden,
            rows,
            eps,
            &a.middle,
            &weights.mlp_norm,
            &g.d_in,
            &mut g.dx,
            true,
        );

        product!(O, a.context, g.dx, Some((&mut *g.d_context, false)));
        let (k_packed, v_packed, places) = kv;
        let spans = spans(places, k_packed, &a.v);
        let inputs = AttentionInputs { q: &*a.q, k: &*a.k, v_packed, d_out: &*g.d_context };
        let grads = AttentionGrads {
            dq: &mut *g.dq,
            dk: &mut *g.dk,
            dv: &mut *g.dv,
            dk_heads: &mut *g.dk_heads,
            dv_heads: &mut *g.dv_heads,
        };
        b.attention_backward(&heads(spec), &spans, &inputs, grads);
        b.rope(self.table, spec.heads, self.positions, &mut g.dq, true);
        b.rope(self.table, spec.kv_heads, self.positions, &mut g.dk, true);
        if let (Some(q_norm), Some(k_norm)) = (&weights.q_norm, &weights.k_norm) {
            let d = spec.head_dim;
            b.copy_rows(spec.q_width(), rows, &g.dq, 0, &mut a.q, 0);
            b.copy_rows(spec.kv_width(), rows, &g.dk, 0, &mut a.k, 0);
            b.rms_norm_backward(
                d,
                rows * spec.heads,
                eps,
                &a.q_raw,
                q_norm,
                &a.q,
                &mut g.dq,
                false,
            );
            b.rms_norm_backward(
                d,
                rows * spec.kv_heads,
                eps,
                &a.k_raw,
                k_norm,
                &a.k,
                &mut g.dk,
                false,
            );
        }
        let first = layer == 0;
        product!(Q, a.attention_in, g.dq, (!first).then_some((&mut *g.d_in, false)));
        product!(K, a.attention_in, g.dk, (!first).then_some((&mut *g.d_in, true)));
        product!(V, a.attention_in, g.dv, (!first).then_some((&mut *g.d_in, true)));
        if !first {
            b.rms_norm_backward(
                hidden,
                rows,
                eps,
                x,
                &weights.attention_norm,
                &g.d_in,
                &mut g.dx,
                true,
            );
        }
    }
}

/// One sequence of a batch: its rows, and where its packed keys begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub row: usize,
    pub rows: usize,
    pub packed: usize,
}

/// Whole sequences as the attention wants them.
pub(crate) fn spans<'a, S: ?Sized>(
    places: &[Place],
    k_packed: &'a S,
    v: &'a S,
) -> Vec<Span<'a, S>> {
    places
        .iter()
        .map(|p| {
            let keys =
                crate::backend::Keys { k: k_packed, k_at: p.packed, v, v_at: p.row, len: p.rows };
            Span { row: p.row, rows: p.rows, keys: vec![keys] }
        })
        .collect()
}
