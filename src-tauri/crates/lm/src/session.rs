//! Inference: batched steps over sequences that share computed prefixes.

use std::sync::Arc;

use crate::error::LmError;
use crate::lora::Lora;
use crate::model::Model;

/// A computed run of tokens that sequences and longer prefixes build on.
/// Cloning it costs nothing.
#[derive(Clone)]
pub struct Prefix {
    logits: Arc<Vec<f32>>,
    tokens: usize,
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
}

/// A sequence that is open in a [`Session`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeqId(pub u64);

/// One model, possibly adapted, and the sequences being generated.
pub struct Session<'m> {
    _model: &'m Model,
    _lora: Option<&'m Lora>,
}

impl<'m> Session<'m> {
    /// No sequences yet.
    #[must_use]
    pub fn new(model: &'m Model, lora: Option<&'m Lora>) -> Self {
        Self { _model: model, _lora: lora }
    }

    /// Computes `tokens` after `parent` (or from the beginning) once.
    ///
    /// # Errors
    /// [`LmError::Batch`] for no tokens at all, [`LmError::TokenRange`],
    /// [`LmError::TooLong`].
    pub fn prefix(&mut self, parent: Option<&Prefix>, tokens: &[u32]) -> Result<Prefix, LmError> {
        let _ = (parent, tokens);
        Err(LmError::Batch { reason: "not built yet".into() })
    }

    /// Opens a sequence that continues `parent`.
    pub fn start(&mut self, parent: &Prefix) -> SeqId {
        let _ = parent;
        SeqId(0)
    }

    /// Closes a sequence and frees its cache.
    pub fn finish(&mut self, id: SeqId) {
        let _ = id;
    }

    /// Appends one or more tokens to each named sequence in one batched
    /// forward pass and returns the logits after each one's last token, in the
    /// order of `inputs`.
    ///
    /// # Errors
    /// [`LmError::UnknownSequence`], [`LmError::Batch`] (no tokens, or a
    /// sequence named twice), [`LmError::TokenRange`], [`LmError::TooLong`].
    pub fn step(&mut self, inputs: &[(SeqId, &[u32])]) -> Result<Vec<Vec<f32>>, LmError> {
        let _ = inputs;
        Err(LmError::Batch { reason: "not built yet".into() })
    }
}
