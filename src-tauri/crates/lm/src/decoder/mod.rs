//! The decoder's skeleton: one for all families, described by data.

pub(crate) mod backward;
pub(crate) mod forward;
pub(crate) mod rope;
pub(crate) mod step;
pub(crate) mod weights;

use crate::backend::{Backend, Heads};
use crate::lora::{Lora, Projection};
use crate::spec::DecoderSpec;

/// Heads of a decoder's attention.
pub(crate) fn heads(spec: &DecoderSpec) -> Heads {
    Heads { q: spec.heads, kv: spec.kv_heads, dim: spec.head_dim }
}

/// A whole adapter, laid out for the device.
pub(crate) struct Adapter<B: Backend> {
    pairs: Vec<Option<B::Pair>>,
    pub scale: f32,
    pub rank: usize,
}

impl<B: Backend> Adapter<B> {
    pub fn new(backend: &B, lora: &Lora, backward: bool) -> Self {
        let rank = lora.config.r;
        let pairs = (0..lora.layers())
            .flat_map(|layer| Projection::ALL.map(|p| (layer, p)))
            .map(|(layer, p)| {
                lora.slot(layer, p).map(|s| backend.pair(&lora.values, s, rank, backward))
            })
            .collect();
        Self { pairs, scale: lora.scale(), rank }
    }

    pub fn pair(&self, layer: usize, projection: Projection) -> Option<&B::Pair> {
        self.pairs.get(layer * Projection::ALL.len() + projection.index())?.as_ref()
    }
}
