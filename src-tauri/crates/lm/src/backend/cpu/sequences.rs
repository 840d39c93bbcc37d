//! Whole packed sequences: their keys and values laid out for [`attention`].

use super::attention::{self, Keys, Scratch, Span, pack, packed_len};
use crate::backend::{Attention, AttentionGrads, Heads};

/// Packed sequences of one batch, and room for their attention.
#[derive(Default)]
pub struct Sequences {
    places: Vec<Place>,
    k: Vec<f32>,
    v: Vec<f32>,
    dk_heads: Vec<f32>,
    dv_heads: Vec<f32>,
}

/// One sequence: its rows, and where its packed keys begin.
struct Place {
    row: usize,
    rows: usize,
    packed: usize,
}

impl Sequences {
    /// Takes up the bounds of a batch.
    pub fn arrange(&mut self, heads: &Heads, bounds: &[usize]) {
        self.places.clear();
        let mut packed = 0;
        for pair in bounds.windows(2) {
            let rows = pair[1] - pair[0];
            self.places.push(Place { row: pair[0], rows, packed });
            packed += packed_len(heads, rows);
        }
        longer(&mut self.k, packed);
    }

    /// See [`crate::backend::Backend::attend`].
    pub fn attend(&mut self, heads: &Heads, inputs: &Attention<'_, [f32]>, out: &mut [f32]) {
        let Self { places, k, .. } = self;
        pack_all(heads, places, inputs.k, k);
        attention::forward(heads, &spans(places, k, inputs.v), inputs.q, out);
    }

    /// See [`crate::backend::Backend::attend_backward`].
    pub fn attend_backward(
        &mut self,
        heads: &Heads,
        inputs: &Attention<'_, [f32]>,
        d_out: &[f32],
        grads: AttentionGrads<'_, [f32]>,
    ) {
        let Self { places, k, v, dk_heads, dv_heads } = self;
        let rows = places.iter().map(|p| p.row + p.rows).max().unwrap_or(0);
        longer(v, k.len());
        longer(dk_heads, rows * heads.q_width());
        longer(dv_heads, rows * heads.q_width());
        pack_all(heads, places, inputs.k, k);
        pack_all(heads, places, inputs.v, v);
        let scratch = Scratch { v_packed: v, dk_heads, dv_heads };
        attention::backward(heads, &spans(places, k, inputs.v), inputs, d_out, grads, scratch);
    }
}

fn pack_all(heads: &Heads, places: &[Place], from: &[f32], to: &mut [f32]) {
    for p in places {
        pack(heads, p.rows, from, p.row, to, p.packed / heads.kv_width());
    }
}

fn spans<'a>(places: &[Place], k: &'a [f32], v: &'a [f32]) -> Vec<Span<'a>> {
    let span = |p: &Place| {
        let keys = Keys { k, k_at: p.packed, v, v_at: p.row, len: p.rows };
        Span { row: p.row, rows: p.rows, keys: vec![keys] }
    };
    places.iter().map(span).collect()
}

/// Makes a buffer at least this long; nothing is kept.
pub fn longer(buffer: &mut Vec<f32>, len: usize) {
    if buffer.len() < len {
        *buffer = Vec::new();
        *buffer = vec![0.0; len];
    }
}
