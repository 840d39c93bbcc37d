//! Keys and values that stay, on the CPU: keys packed for the product kernel,
//! values in rows.

use super::Cpu;
use super::attention::{self, Keys, Span};
use crate::backend::{Attention, Backend, Caches, Heads, Rows};
use crate::frozen::FrozenLinear;

/// Keys and values of a run of positions, layer by layer.
pub struct Cache {
    layers: Vec<(Vec<f32>, Vec<f32>)>,
}

impl Cache {
    fn run(&self, layer: usize, len: usize) -> Keys<'_> {
        let (k, v) = &self.layers[layer];
        Keys { k, k_at: 0, v, v_at: 0, len }
    }
}

impl Caches for Cpu {
    type Cache = Cache;
    type Layout = ();
    type Host = Vec<f32>;

    fn cache(&self, layers: usize) -> Cache {
        Cache { layers: vec![(Vec::new(), Vec::new()); layers] }
    }

    fn cache_bytes(cache: &Cache) -> u64 {
        cache
            .layers
            .iter()
            .map(|(k, v)| (size_of_val(k.as_slice()) + size_of_val(v.as_slice())) as u64)
            .sum()
    }

    fn reserve(&self, heads: &Heads, cache: &mut Cache, positions: usize) {
        for (k, v) in &mut cache.layers {
            k.resize(attention::packed_len(heads, positions), 0.0);
            v.resize(positions * heads.kv_width(), 0.0);
        }
    }

    fn layout(&self) {}

    fn lay_out(&self, _: &Heads, _: &[Rows<'_, Self>], (): &mut ()) {}

    fn attend_cached(
        &self,
        heads: &Heads,
        layer: usize,
        batch: &mut [Rows<'_, Self>],
        (): &mut (),
        inputs: &Attention<'_, [f32]>,
        out: &mut [f32],
    ) {
        let width = heads.kv_width();
        for rows in batch.iter_mut() {
            let (k, v) = &mut rows.tail.layers[layer];
            attention::pack(heads, rows.rows, inputs.k, rows.row, k, rows.len);
            v[rows.len * width..][..rows.rows * width]
                .copy_from_slice(&inputs.v[rows.row * width..][..rows.rows * width]);
        }
        let spans: Vec<Span<'_>> = batch
            .iter()
            .map(|rows| {
                let mut keys: Vec<_> =
                    rows.before.iter().map(|(cache, len)| cache.run(layer, *len)).collect();
                keys.push(rows.tail.run(layer, rows.len + rows.rows));
                Span { row: rows.row, rows: rows.rows, keys }
            })
            .collect();
        attention::forward(heads, &spans, inputs.q, out);
    }

    fn host(&self) -> Vec<f32> {
        Vec::new()
    }

    fn logits(&self, w: &FrozenLinear, rows: usize, x: &[f32], to: &mut Vec<f32>) {
        to.resize(rows * w.outputs(), 0.0);
        Backend::forward(self, w, rows, x, to);
    }
}
