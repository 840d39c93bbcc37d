//! What one training step reads: packed sequences and the tokens to learn.

/// One token to learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Row of [`Batch::tokens`] whose *next* token is predicted.
    pub row: u32,
    /// That next token.
    pub token: u32,
}

/// Sequences laid end to end. Positions restart at every bound and nothing
/// attends across one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// All tokens.
    pub tokens: Vec<u32>,
    /// Start of every sequence, and the end of the last: `[0, n1, n1+n2, …]`.
    pub bounds: Vec<usize>,
    /// What is learned, in ascending order of rows.
    pub targets: Vec<Target>,
}

/// LoRA dropout of one step: the mask is a function of these two numbers, the
/// layer, the projection and the element, so that recomputation meets it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropout {
    /// The run's seed.
    pub seed: u64,
    /// Number of the micro-step.
    pub step: u64,
}

/// Noise on the embeddings of one step, a function of these numbers and the place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neftune {
    /// Strength; the paper's values are 5 to 15.
    pub alpha: f32,
    /// The run's seed.
    pub seed: u64,
    /// Number of the micro-step.
    pub step: u64,
}

/// What one batch adds to the gradient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Micro {
    /// Multiplies every target's gradient: one over the step's targets.
    pub scale: f32,
    /// Dropout of the adapter's inputs, with the adapter's own probability.
    pub dropout: Option<Dropout>,
    /// Noise on the embeddings.
    pub neftune: Option<Neftune>,
}

/// Summed negative log likelihood (natural logarithm) over the targets.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LossSum {
    /// Sum over the targets, in nats.
    pub nll: f64,
    /// How many targets.
    pub targets: usize,
}

impl LossSum {
    /// Nats per target; `None` without targets.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.targets > 0).then(|| self.nll / self.targets as f64)
    }
}
