//! Why a run can't start or go on.

use std::collections::BTreeMap;
use std::path::PathBuf;

use shinsa_fsio::FsError;
use shinsa_jobs::Failure;
use shinsa_lm::LmError;

/// An error of this crate; [`TrainError::code`] is stable and crosses processes.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The run was asked to stop. What was checkpointed stays.
    #[error("the run was cancelled")]
    Cancelled,
    /// A number in the spec that makes no run.
    #[error("{field} = {value} can't be used: expected {expected}")]
    Setting {
        /// Field of the spec.
        field: String,
        /// As given.
        value: String,
        /// What would do.
        expected: String,
    },
    /// No examples at all.
    #[error("there is nothing to train on: the run has no examples; adjudicate more ratings first")]
    NoExamples,
    /// An example whose last message isn't the assistant's.
    #[error(
        "example {id}: its last message isn't an answer of the assistant, so there is nothing to learn; add the answer or leave the example out"
    )]
    NoAnswer {
        /// The example.
        id: String,
    },
    /// An example whose answer is empty.
    #[error(
        "example {id}: its answer has no tokens to learn; fill in the answer or leave the example out"
    )]
    NothingToLearn {
        /// The example.
        id: String,
    },
    /// An example that the chat template can't render.
    #[error("example {id}: {source}")]
    Render {
        /// The example.
        id: String,
        /// The template's reason.
        source: LmError,
    },
    /// Examples longer than allowed.
    #[error(
        "{count} examples are longer than {limit} tokens (the longest: {ids}); shorten them, raise the limit or leave them out"
    )]
    TooLong {
        /// How many.
        count: usize,
        /// Tokens allowed: the spec's limit, or the model's if that is lower.
        limit: usize,
        /// The longest ones, as `id (tokens)`.
        ids: String,
    },
    /// One question is both learned and evaluated.
    #[error(
        "example {trained} is learned and asks the same as {evaluated}, which is held out; leave one of them out, or hold both out"
    )]
    OnBothSides {
        /// The one that would be learned.
        trained: String,
        /// The one that would be measured.
        evaluated: String,
    },
    /// The plan is above what memory may be used.
    #[error("the run would need {needed} bytes of memory, {limit} may be used ({parts}); {advice}")]
    DoesNotFit {
        /// Planned peak.
        needed: u64,
        /// The spec's limit, or what is free.
        limit: u64,
        /// Bytes by part.
        parts: String,
        /// What would fit.
        advice: Advice,
    },
    /// Nothing but skipped steps: the numbers went wrong every time.
    #[error(
        "every one of {steps} steps gave a gradient that isn't a number (first in {tensor}); lower the learning rate"
    )]
    Diverged {
        /// Steps tried.
        steps: usize,
        /// First bad tensor of the first bad step.
        tensor: String,
    },
    /// A checkpoint of another run stands where this run's would.
    #[error("the checkpoint {path} belongs to another run; remove it or start without resuming", path = path.display())]
    OtherCheckpoint {
        /// The file.
        path: PathBuf,
    },
    /// A checkpoint that can't be read.
    #[error("the checkpoint {path} is damaged ({reason}); remove it and start again", path = path.display())]
    BrokenCheckpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Threads could not be started.
    #[error("the computing threads could not be started: {reason}; ask for fewer threads")]
    Threads {
        /// The system's reason.
        reason: String,
    },
    /// The computation stopped without an answer: a fault of this program.
    #[error("the computation broke off while {during}; please report this with the log")]
    Broke {
        /// What was being done.
        during: String,
    },
    /// Canonical JSON could not be written: a fault of this program.
    #[error("the passport could not be written: {reason}; please report this")]
    Passport {
        /// The serialiser's reason.
        reason: String,
    },
    /// The model or the adapter.
    #[error(transparent)]
    Model(#[from] LmError),
    /// Files.
    #[error(transparent)]
    Files(#[from] FsError),
}

/// What would make a run fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Advice {
    /// Weights kept as stored.
    #[error("keep the weights as stored (residency stored), or choose a smaller model")]
    Stored,
    /// Not even the weights fit.
    #[error("choose a smaller model, or close other programs")]
    SmallerModel,
    /// An adapter of at most this rank.
    #[error("lower the rank r to {0}, or adapt fewer modules")]
    Rank(usize),
    /// Packs and examples of at most so many tokens.
    #[error("shorten the packs and examples to {0} tokens")]
    Tokens(usize),
}

impl Advice {
    /// A short name that never changes, and the number that would fit (0 without one).
    fn parts(self) -> (&'static str, usize) {
        match self {
            Self::Stored => ("stored", 0),
            Self::SmallerModel => ("smaller-model", 0),
            Self::Rank(r) => ("rank", r),
            Self::Tokens(tokens) => ("tokens", tokens),
        }
    }
}

impl TrainError {
    /// A short name that never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => Failure::CANCELLED,
            Self::Setting { .. } => "train-setting",
            Self::NoExamples => "train-no-examples",
            Self::NoAnswer { .. } => "train-no-answer",
            Self::NothingToLearn { .. } => "train-nothing-to-learn",
            Self::Render { source, .. } => source.code(),
            Self::TooLong { .. } => "train-too-long",
            Self::OnBothSides { .. } => "train-on-both-sides",
            Self::DoesNotFit { .. } => "train-does-not-fit",
            Self::Diverged { .. } => "train-diverged",
            Self::OtherCheckpoint { .. } => "train-other-checkpoint",
            Self::BrokenCheckpoint { .. } => "train-broken-checkpoint",
            Self::Threads { .. } => "train-threads",
            Self::Broke { .. } => "train-broke",
            Self::Passport { .. } => "train-passport",
            Self::Model(error) => error.code(),
            Self::Files(error) => error.code(),
        }
    }

    /// The values that a translated message needs, by name.
    #[must_use]
    pub fn args(&self) -> BTreeMap<String, String> {
        let pairs: Vec<(&str, String)> = match self {
            Self::Cancelled | Self::NoExamples => vec![],
            Self::Setting { field, value, expected } => vec![
                ("field", field.clone()),
                ("value", value.clone()),
                ("expected", expected.clone()),
            ],
            Self::NoAnswer { id } | Self::NothingToLearn { id } => vec![("id", id.clone())],
            Self::Render { id, source } => {
                let mut args = source.args();
                args.insert("id".into(), id.clone());
                return args;
            }
            Self::TooLong { count, limit, ids } => vec![
                ("count", count.to_string()),
                ("limit", limit.to_string()),
                ("ids", ids.clone()),
            ],
            Self::DoesNotFit { needed, limit, parts, advice } => vec![
                ("needed", needed.to_string()),
                ("limit", limit.to_string()),
                ("parts", parts.clone()),
                ("advice", advice.parts().0.to_owned()),
                ("fits", advice.parts().1.to_string()),
            ],
            Self::OnBothSides { trained, evaluated } => {
                vec![("trained", trained.clone()), ("evaluated", evaluated.clone())]
            }
            Self::Diverged { steps, tensor } => {
                vec![("steps", steps.to_string()), ("tensor", tensor.clone())]
            }
            Self::OtherCheckpoint { path } => vec![("path", path.display().to_string())],
            Self::BrokenCheckpoint { path, reason } => {
                vec![("path", path.display().to_string()), ("reason", reason.clone())]
            }
            Self::Threads { reason } | Self::Passport { reason } => {
                vec![("reason", reason.clone())]
            }
            Self::Broke { during } => vec![("during", during.clone())],
            Self::Model(error) => return error.args(),
            Self::Files(error) => return error.args(),
        };
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The error as it crosses processes, with the English text as `message`.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let failure = Failure::new(self.code(), self.to_string());
        self.args().into_iter().fold(failure, |failure, (name, value)| failure.with(&name, value))
    }
}
