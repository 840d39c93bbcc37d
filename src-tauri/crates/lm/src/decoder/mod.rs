//! The decoder's skeleton: one for all families, described by data.

pub(crate) mod backward;
pub(crate) mod forward;
mod probe;
pub(crate) mod rope;
pub(crate) mod step;
pub(crate) mod weights;

use std::ops::Range;

use crate::backend::{Adapted, Backend, Heads, Mask};
use crate::batch::{Batch, Dropout};
use crate::lora::{Input, Lora, LoraSlot, Projection};
use crate::spec::DecoderSpec;

/// Heads of a decoder's attention.
pub(crate) fn heads(spec: &DecoderSpec) -> Heads {
    Heads { q: spec.heads, kv: spec.kv_heads, dim: spec.head_dim }
}

/// A whole adapter, laid out for the device.
pub(crate) struct Adapter<B: Backend> {
    /// In the order of [`Lora::slots`].
    pub pairs: Vec<B::Pair>,
    pub scale: f32,
    pub rank: usize,
}

impl<B: Backend> Adapter<B> {
    /// Lays `values`, which have the layout of [`Lora::values`], out;
    /// `backward` when gradients will be asked for.
    pub fn new(backend: &B, lora: &Lora, values: &B::Flat, backward: bool) -> Self {
        let mut adapter = Self { pairs: Vec::new(), scale: lora.scale(), rank: lora.config.r };
        backend.pairs(values, &lora.slots, adapter.rank, backward, &mut adapter.pairs);
        adapter
    }
}

/// An adapter in one pass, and the rows that go through it.
pub(crate) struct Attached<'a, B: Backend> {
    pub rows: Range<usize>,
    pub lora: &'a Lora,
    pub adapter: &'a Adapter<B>,
    pub dropout: Option<Dropout>,
}

impl<'a, B: Backend> Attached<'a, B> {
    /// An adapter that a whole batch goes through.
    pub fn whole(
        batch: &Batch,
        lora: &'a Lora,
        adapter: &'a Adapter<B>,
        dropout: Option<Dropout>,
    ) -> Self {
        Attached { rows: 0..batch.tokens.len(), lora, adapter, dropout }
    }

    /// One projection's pair and slot, if it is adapted.
    pub fn at(&self, layer: usize, projection: Projection) -> Option<(Adapted<'_, B>, &LoraSlot)> {
        let place = self.lora.place(layer, projection)?;
        let (pair, slot) = (self.adapter.pairs.get(place)?, self.lora.slots.get(place)?);
        Some((Adapted { pair, scale: self.adapter.scale }, slot))
    }

    /// The dropout of what adapters read at one place. One mask for all that
    /// read it (PEFT draws one for each projection, to the same expectation): it
    /// is then applied once, and so is its gradient.
    pub fn mask(&self, layer: usize, input: Input) -> Option<Mask> {
        let dropout = self.dropout.filter(|_| self.lora.config.dropout > 0.0)?;
        let stream = dropout.step << 20 | (layer << 2 | input as usize) as u64;
        Some(Mask { p: self.lora.config.dropout, seed: dropout.seed, stream })
    }
}
