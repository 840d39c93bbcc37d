//! One layer backward: hand-written vector-Jacobian products over what
//! [`super::forward`] computed, and LoRA gradients into one flat buffer.

use crate::backend::{Attended, Attention, AttentionGrads, Backend, LoraInputs, LoraScratch};
use crate::decoder::forward::{Activations, Pass, Place, Scratch};
use crate::decoder::heads;
use crate::decoder::weights::Layer;
use crate::lora::Projection;

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
        }
    }

    /// Makes room for the rows of a pass.
    pub fn grow(&mut self, pass: &Pass<'_, B>) {
        let (b, spec, rows) = (pass.backend, pass.spec, pass.rows);
        for hidden in [&mut self.dx, &mut self.d_in] {
            b.grow(hidden, rows * spec.hidden);
        }
        b.grow(&mut self.d_act, rows * spec.intermediate);
        for q in [&mut self.d_context, &mut self.dq] {
            b.grow(q, rows * spec.q_width());
        }
        for kv in [&mut self.dk, &mut self.dv] {
            b.grow(kv, rows * spec.kv_width());
        }
    }
}

impl<B: Backend> Pass<'_, B> {
    /// Gradients of one product: of its adapter and, unless `dx` is `None`, of
    /// its input (added to what is there if the flag says so).
    fn product_backward(
        &self,
        at: &Place<'_, B>,
        inputs: &LoraInputs<'_, B::Slice>,
        dx: Option<(&mut B::Slice, bool)>,
        grads: &mut B::Flat,
        scratch: &mut LoraScratch<B>,
    ) {
        let (b, rows) = (self.backend, self.rows);
        let dx = dx.map(|(dx, add)| {
            b.backward(at.weights.product(at.projection), rows, inputs.dy, dx, add);
            dx
        });
        let Some(attached) = self.attached else { return };
        let Some((adapted, slot)) = attached.at(at.layer, at.projection) else { return };
        b.lora_backward(&adapted, slot, rows, inputs, grads, dx, scratch);
    }

    /// Turns `g.dx` from the gradient of the layer's output into that of its
    /// input `x`, and adds the adapter's gradients to `grads`. `a` holds the
    /// layer's values and is used up; `fresh` says that `s` still holds what
    /// [`Pass::mix`] left there. The first layer's input needs no gradient.
    #[allow(clippy::too_many_arguments)]
    pub fn layer_backward(
        &self,
        layer: usize,
        weights: &Layer<B>,
        x: &B::Slice,
        fresh: bool,
        sequences: &mut B::Sequences,
        a: &mut Activations<B>,
        g: &mut Gradients<B>,
        grads: &mut B::Flat,
        s: &mut Scratch<B>,
    ) {
        let (b, spec, rows) = (self.backend, self.spec, self.rows);
        let (eps, hidden) = (spec.rms_eps, spec.hidden);
        macro_rules! product {
            ($p:ident, $x:expr, $dy:expr, $dx:expr) => {{
                let at = Place { layer, weights, projection: Projection::$p };
                let inputs = LoraInputs { x: &*$x, u: &*a.u[Projection::$p.index()], dy: &*$dy };
                self.product_backward(&at, &inputs, $dx, grads, &mut s.lora);
            }};
        }
        if !fresh {
            self.gated(a, s);
            self.mlp_in(weights, a, s);
        }
        product!(Down, s.act, g.dx, Some((&mut *g.d_act, false)));
        b.swiglu_backward(rows * spec.intermediate, &mut a.gate, &mut a.up, &g.d_act);
        product!(Gate, s.normed, a.gate, Some((&mut *g.d_in, false)));
        product!(Up, s.normed, a.up, Some((&mut *g.d_in, true)));
        let norm = &weights.mlp_norm;
        b.rms_norm_backward(hidden, rows, eps, &a.middle, norm, &g.d_in, &mut g.dx, true);

        product!(O, a.context, g.dx, Some((&mut *g.d_context, false)));
        let inputs = Attention { q: &*a.q, k: &*a.k, v: &*a.v };
        let attended = Attended { out: &*a.context, kept: &a.kept, d_out: &*g.d_context };
        let wanted = AttentionGrads { dq: &mut *g.dq, dk: &mut *g.dk, dv: &mut *g.dv };
        b.attend_backward(&heads(spec), sequences, &inputs, &attended, wanted);
        b.rope(self.turns, spec.heads, rows, self.positions, &mut g.dq, true);
        b.rope(self.turns, spec.kv_heads, rows, self.positions, &mut g.dk, true);
        if let (Some(q_norm), Some(k_norm)) = (&weights.q_norm, &weights.k_norm) {
            // What was rotated isn't wanted any more: its room takes the
            // gradients behind the norms.
            std::mem::swap(&mut g.dq, &mut a.q);
            std::mem::swap(&mut g.dk, &mut a.k);
            let (d, q_rows, k_rows) = (spec.head_dim, rows * spec.heads, rows * spec.kv_heads);
            b.rms_norm_backward(d, q_rows, eps, &a.q_raw, q_norm, &a.q, &mut g.dq, false);
            b.rms_norm_backward(d, k_rows, eps, &a.k_raw, k_norm, &a.k, &mut g.dk, false);
        }
        let first = layer == 0;
        self.attention_in(weights, x, s);
        product!(Q, s.normed, g.dq, (!first).then_some((&mut *g.d_in, false)));
        product!(K, s.normed, g.dk, (!first).then_some((&mut *g.d_in, true)));
        product!(V, s.normed, g.dv, (!first).then_some((&mut *g.d_in, true)));
        if !first {
            let norm = &weights.attention_norm;
            b.rms_norm_backward(hidden, rows, eps, x, norm, &g.d_in, &mut g.dx, true);
        }
    }
}
