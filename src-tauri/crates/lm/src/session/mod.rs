//! Inference: batched steps over sequences that share computed prefixes.
//!
//! Keys and values form a tree: a [`Prefix`] is an immutable run of positions
//! with a parent, and each open sequence adds a tail of its own. On the CPU,
//! what a token comes out as depends on its own sequence alone, bit for bit, not
//! on how its text was cut into prefixes and steps or on what else is in the
//! batch. On a GPU the last bits of a product depend on how many rows it has.

mod run;

use std::sync::Arc;

use self::run::{Engine, Run, Segment};
use crate::backend::cpu::Cpu;
#[cfg(feature = "cuda")]
use crate::backend::cuda::Cuda;
use crate::error::LmError;
use crate::lora::Lora;
use crate::model::{Held, Model};

/// A computed run of tokens that sequences and longer prefixes build on.
/// Cloning it costs nothing.
#[derive(Clone)]
pub struct Prefix {
    segment: Place,
    logits: Arc<Vec<f32>>,
    tokens: usize,
    bytes: u64,
}

/// Where a prefix was computed.
#[derive(Clone)]
enum Place {
    Cpu(Arc<Segment<Cpu>>),
    #[cfg(feature = "cuda")]
    Cuda(Arc<Segment<Cuda>>),
}

impl Prefix {
    /// Logits after the last token, one per vocabulary entry.
    #[must_use]
    pub fn logits(&self) -> &[f32] {
        &self.logits
    }

    /// Number of tokens from the beginning of the text to the end of this prefix.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// Bytes of this prefix's own keys and values, without its parents'.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// A sequence that is open in a [`Session`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeqId(pub u64);

/// What a prefix continues.
#[derive(Clone, Copy)]
pub enum After<'p> {
    /// The beginning of a text, through one of the session's adapters or, without
    /// one, the model alone.
    Nothing {
        /// Place among those that the session was given.
        adapter: Option<usize>,
    },
    /// A prefix, through what computed it.
    Prefix(&'p Prefix),
}

/// One model, its adapters, and the sequences being generated, on the device
/// that holds the weights. Sequences of several adapters and of the model alone
/// share the frozen products of a step (Chen et al. 2023, Punica; nothing is
/// merged).
pub struct Session<'m> {
    engine: Box<dyn Engine + Send + 'm>,
    /// The adapter of texts that name none.
    first: Option<usize>,
}

impl<'m> Session<'m> {
    /// A model, possibly adapted: [`Session::prefix`] goes through `lora`.
    #[must_use]
    pub fn new(model: &'m Model, lora: Option<&Lora>) -> Self {
        Self::with(model, lora.as_slice())
    }

    /// No sequences yet. The adapters, which must fit the model, are laid out
    /// once, here.
    #[must_use]
    pub fn with(model: &'m Model, adapters: &[&Lora]) -> Self {
        let engine: Box<dyn Engine + Send + 'm> = match &model.weights {
            Held::Cpu(weights) => Box::new(Run::new(Cpu, &model.spec, weights, adapters)),
            #[cfg(feature = "cuda")]
            Held::Cuda(cuda, weights) => {
                Box::new(Run::new(cuda.clone(), &model.spec, weights, adapters))
            }
            #[cfg(any(test, feature = "metal"))]
            Held::Ops(ops, _) => Box::new(run::Nowhere { device: ops.name().into() }),
        };
        Self { engine, first: (!adapters.is_empty()).then_some(0) }
    }

    /// Asked before every layer: once it says yes, what is running ends with
    /// [`LmError::Stopped`] and no sequence has changed.
    pub fn stopped_by(&mut self, stop: impl Fn() -> bool + Send + Sync + 'static) {
        self.engine.stopped_by(Box::new(stop));
    }

    /// Computes `tokens` after `parent` (or from the beginning, through the
    /// session's first adapter where it has one) once.
    ///
    /// # Errors
    /// As [`Session::compute`].
    pub fn prefix(&mut self, parent: Option<&Prefix>, tokens: &[u32]) -> Result<Prefix, LmError> {
        let beginning = After::Nothing { adapter: self.first };
        self.compute(parent.map_or(beginning, After::Prefix), tokens)
    }

    /// Computes `tokens` after something once.
    ///
    /// # Errors
    /// [`LmError::Batch`] for no tokens at all, a parent from another device or
    /// an adapter that isn't there, [`LmError::TokenRange`],
    /// [`LmError::TooLong`], [`LmError::Stopped`], [`LmError::Device`].
    pub fn compute(&mut self, after: After<'_>, tokens: &[u32]) -> Result<Prefix, LmError> {
        self.engine.prefix(after, tokens)
    }

    /// Computes several prefixes in one batched forward pass; together they are
    /// best no longer than [`Session::chunk`].
    ///
    /// # Errors
    /// As [`Session::compute`]; none is made then.
    pub fn compute_all(&mut self, many: &[(After<'_>, &[u32])]) -> Result<Vec<Prefix>, LmError> {
        self.engine.prefixes(many)
    }

    /// Whether the processor is free for other work while a step is computed.
    #[must_use]
    pub fn is_aside(&self) -> bool {
        self.engine.is_aside()
    }

    /// Opens a sequence that continues `parent`.
    pub fn start(&mut self, parent: &Prefix) -> SeqId {
        self.engine.start(parent)
    }

    /// Closes a sequence and frees its cache.
    pub fn finish(&mut self, id: SeqId) {
        self.engine.finish(id);
    }

    /// Bytes of all open sequences' own keys and values.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.engine.bytes()
    }

    /// Tokens that are best computed together when a long prefix is cut into pieces.
    #[must_use]
    pub fn chunk(&self) -> usize {
        self.engine.chunk()
    }

    /// Appends one or more tokens to each named sequence in one batched forward
    /// pass. The logits after each one's last token are [`Session::logits`] from
    /// then on.
    ///
    /// # Errors
    /// [`LmError::UnknownSequence`], [`LmError::Batch`] (no tokens, or a
    /// sequence named twice), [`LmError::TokenRange`], [`LmError::TooLong`],
    /// [`LmError::Stopped`], [`LmError::Device`]; no sequence has changed then.
    pub fn advance(&mut self, inputs: &[(SeqId, &[u32])]) -> Result<(), LmError> {
        self.engine.advance(inputs)
    }

    /// The logits of input `at` of the latest [`Session::advance`]; empty where
    /// there was none.
    #[must_use]
    pub fn logits(&self, at: usize) -> &[f32] {
        self.engine.logits(at)
    }

    /// [`Session::advance`], and a copy of all logits in the order of `inputs`.
    ///
    /// # Errors
    /// As [`Session::advance`].
    pub fn step(&mut self, inputs: &[(SeqId, &[u32])]) -> Result<Vec<Vec<f32>>, LmError> {
        self.advance(inputs)?;
        Ok((0..inputs.len()).map(|at| self.logits(at).to_vec()).collect())
    }
}
