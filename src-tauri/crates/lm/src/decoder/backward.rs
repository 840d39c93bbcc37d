//! One layer backward: hand-written vector-Jacobian products over what
//! [`super::forward`] computed, and LoRA gradients into one flat buffer.

use crate::backend::{Attended, Attention, AttentionGrads, Backend, LoraInputs};
use crate::decoder::forward::{Activations, Pass, Place, Scratch};
use crate::decoder::heads;
use crate::decoder::weights::Layer;
use crate::lora::{Input, Projection};

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
    /// Gradients of products that read the same `x`: of their adapters and, unless
    /// `dx` is `None`, of `x`. `masked` says that the room already holds what the
    /// dropout leaves of it.
    fn products_backward<const N: usize>(
        &self,
        at: &Place<'_, B>,
        x: &B::Slice,
        masked: bool,
        outs: [(Projection, &B::Slice, &B::Slice); N],
        mut dx: Option<&mut B::Slice>,
        (grads, dropped, du): (&mut B::Flat, &mut B::Buffer, &mut [B::Buffer; 3]),
    ) {
        let (b, rows) = (self.backend, self.rows);
        if let Some(dx) = &mut dx {
            for (i, (projection, _, dy)) in outs.iter().enumerate() {
                b.backward(at.weights.product(*projection), rows, dy, dx, i > 0);
            }
        }
        let Some(attached) = self.attached.first() else { return };
        let mask = self.mask(at.layer, at.input);
        let read = match masked && mask.is_some() {
            true => &**dropped,
            false => self.dropped(at, x, dropped),
        };
        for ((projection, u, dy), du) in outs.iter().zip(&mut *du) {
            let Some((adapted, slot)) = attached.at(at.layer, *projection) else { continue };
            let inputs = LoraInputs { x: read, u, dy };
            b.lora_backward(&adapted, slot, rows, &inputs, grads, du);
        }
        let Some(dx) = dx else { return };
        let low = outs
            .iter()
            .zip(&*du)
            .filter_map(|((projection, ..), du)| Some((attached.at(at.layer, *projection)?.0, du)));
        let Some(mask) = mask else {
            low.for_each(|(adapted, du)| b.lora_dx(&adapted, rows, du, dx, true));
            return;
        };
        let mut some = false;
        for (adapted, du) in low {
            b.lora_dx(&adapted, rows, du, dropped, some);
            some = true;
        }
        if some {
            b.drop(&mask, rows * at.width, dropped, dx, true);
        }
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
        let at = |input, width| Place { layer, weights, input, width };
        macro_rules! products {
            ($input:ident, $width:expr, $x:expr, $masked:expr, [$(($p:ident, $dy:expr)),*], $dx:expr) => {{
                let at = at(Input::$input, $width);
                let outs = [$((Projection::$p, &*a.u[Projection::$p.index()], &*$dy)),*];
                let room = (&mut *grads, &mut s.dropped, &mut s.du);
                self.products_backward(&at, &*$x, $masked, outs, $dx, room);
            }};
        }
        if !fresh {
            self.gated(a, s);
            self.mlp_in(weights, a, s);
        }
        let middle = spec.intermediate;
        products!(Gated, middle, s.act, fresh, [(Down, g.dx)], Some(&mut *g.d_act));
        b.swiglu_backward(rows * middle, &mut a.gate, &mut a.up, &g.d_act);
        let d_in = Some(&mut *g.d_in);
        products!(Mlp, hidden, s.normed, false, [(Gate, a.gate), (Up, a.up)], d_in);
        let norm = &weights.mlp_norm;
        b.rms_norm_backward(hidden, rows, eps, &a.middle, norm, &g.d_in, &mut g.dx, true);

        let d_context = Some(&mut *g.d_context);
        products!(Context, spec.q_width(), a.context, false, [(O, g.dx)], d_context);
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
        let d_in = (!first).then_some(&mut *g.d_in);
        products!(Attention, hidden, s.normed, false, [(Q, g.dq), (K, g.dk), (V, g.dv)], d_in);
        if !first {
            let norm = &weights.attention_norm;
            b.rms_norm_backward(hidden, rows, eps, x, norm, &g.d_in, &mut g.dx, true);
        }
    }
}
