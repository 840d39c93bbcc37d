//! What inference asks of a device besides [`Backend`]: keys and values that
//! stay from one pass to the next.

use super::{Attention, Backend, Heads};

/// New rows of one sequence in a batch, and what they see.
pub struct Rows<'a, B: Caches> {
    /// The first row in the batch.
    pub row: usize,
    /// How many rows.
    pub rows: usize,
    /// Finished runs of positions from the sequence's beginning, each with its length.
    pub before: Vec<(&'a B::Cache, usize)>,
    /// The run that the rows continue.
    pub tail: &'a mut B::Cache,
    /// Positions that `tail` had before this pass.
    pub len: usize,
}

impl<B: Caches> Rows<'_, B> {
    /// Positions that all runs before `tail` have together.
    #[cfg_attr(not(feature = "cuda"), allow(dead_code, reason = "the CPU counts by runs"))]
    pub fn past(&self) -> usize {
        self.before.iter().map(|(_, len)| len).sum()
    }
}

/// A device that can keep keys and values.
pub trait Caches: Backend {
    /// Keys and values of a run of positions, layer by layer.
    type Cache: Send + Sync;
    /// How the rows of one pass lie, and room for their attention.
    type Layout: Send;
    /// f32 numbers where the host reads them.
    type Host: AsRef<[f32]> + Send + Sync;

    /// No positions yet.
    fn cache(&self, layers: usize) -> Self::Cache;
    /// Bytes of a run's keys and values.
    fn cache_bytes(cache: &Self::Cache) -> u64;
    /// Makes room for so many positions in all; what is there stays.
    fn reserve(&self, heads: &Heads, cache: &mut Self::Cache, positions: usize);

    /// Nothing laid out yet.
    fn layout(&self) -> Self::Layout;
    /// Takes up the rows of a pass; their tails have room for them.
    fn lay_out(&self, heads: &Heads, batch: &[Rows<'_, Self>], layout: &mut Self::Layout);
    /// Appends one layer's keys and values to the tails, and every row's
    /// attention over all positions up to its own.
    fn attend_cached(
        &self,
        heads: &Heads,
        layer: usize,
        batch: &mut [Rows<'_, Self>],
        layout: &mut Self::Layout,
        inputs: &Attention<'_, Self::Slice>,
        out: &mut Self::Slice,
    );

    /// No numbers yet.
    fn host(&self) -> Self::Host;
    /// `x·Wᵀ` in f32 (the projection onto the vocabulary has no bias), brought to the host: `[rows, out]` from its beginning on.
    fn logits(&self, w: &Self::Linear, rows: usize, x: &Self::Slice, to: &mut Self::Host);
}
