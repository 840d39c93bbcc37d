//! What can go wrong while judging, each with a stable code and arguments.

use std::collections::BTreeMap;

use shinsa_jobs::{Failure, Unfinished};
use shinsa_lm::LmError;
use thiserror::Error;

use crate::remote::RemoteError;

/// An error of this crate. The text is for logs; the shells translate
/// [`JudgeError::code`] with [`JudgeError::args`].
#[derive(Debug, Error)]
pub enum JudgeError {
    /// The model, its tokenizer, template or adapter.
    #[error(transparent)]
    Lm(LmError),
    /// A setting that can't be.
    #[error("the judging job can't start: {reason}")]
    Spec {
        /// What is wrong, in words.
        reason: String,
    },
    /// The schema of a verdict holds something that a grammar can't guarantee.
    #[error("the verdict's schema can't be guaranteed: {place} {reason}")]
    Schema {
        /// The criterion, as `drugs[].label` inside lists.
        place: String,
        /// What is wrong, in words.
        reason: String,
    },
    /// A verdict might not fit.
    #[error(
        "a verdict on {item} may take {needed} tokens, and only {given} are allowed; raise max_tokens to {needed} or more"
    )]
    MaxTokens {
        /// The item.
        item: String,
        /// Tokens that always suffice.
        needed: usize,
        /// As set.
        given: usize,
    },
    /// Prompt and verdict are longer than the model's memory.
    #[error(
        "item {item} needs {tokens} tokens with its verdict, the model has room for {limit}; shorten the case or the output, or choose a model with a longer context"
    )]
    TooLong {
        /// The item.
        item: String,
        /// Tokens of prompt and verdict.
        tokens: usize,
        /// The model's limit.
        limit: usize,
    },
    /// The grammar engine refused what it should accept: a fault of this program.
    #[error("the verdict's grammar failed: {reason}; please report this")]
    Grammar {
        /// The engine's words.
        reason: String,
    },
    /// Loading the model broke off: a fault of this program.
    #[error("the judging job could not load its model: {reason}; please report this")]
    Load {
        /// What is known of it.
        reason: String,
    },
    /// Judging through an endpoint.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The job was asked to stop.
    #[error("the job was cancelled; the verdicts that were finished are kept")]
    Cancelled,
}

impl JudgeError {
    /// A short name that never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Lm(error) => error.code(),
            Self::Spec { .. } => "judge-spec",
            Self::Schema { .. } => "judge-schema",
            Self::MaxTokens { .. } => "judge-max-tokens",
            Self::TooLong { .. } => "judge-too-long",
            Self::Grammar { .. } => "judge-grammar",
            Self::Load { .. } => "judge-load",
            Self::Remote(error) => error.code(),
            Self::Cancelled => Failure::CANCELLED,
        }
    }

    /// The values that a translated message needs, by name.
    #[must_use]
    pub fn args(&self) -> BTreeMap<String, String> {
        let pairs: Vec<(&str, String)> = match self {
            Self::Lm(error) => return error.args(),
            Self::Remote(RemoteError::Log(error)) => return error.args(),
            Self::Remote(error) => error.args(),
            Self::Spec { reason } | Self::Grammar { reason } | Self::Load { reason } => {
                vec![("reason", reason.clone())]
            }
            Self::Schema { place, reason } => {
                vec![("place", place.clone()), ("reason", reason.clone())]
            }
            Self::MaxTokens { item, needed, given } => vec![
                ("item", item.clone()),
                ("needed", needed.to_string()),
                ("given", given.to_string()),
            ],
            Self::TooLong { item, tokens, limit } => vec![
                ("item", item.clone()),
                ("tokens", tokens.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::Cancelled => Vec::new(),
        };
        pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
    }

    /// As it crosses processes: code, arguments and the English text.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let mut failure = Failure::new(self.code(), self.to_string());
        failure.args.extend(self.args());
        failure
    }
}

impl From<Unfinished> for JudgeError {
    fn from(unfinished: Unfinished) -> Self {
        match unfinished {
            Unfinished::Cancelled => Self::Cancelled,
            other => Self::Load { reason: other.to_string() },
        }
    }
}

impl From<LmError> for JudgeError {
    fn from(error: LmError) -> Self {
        match error {
            LmError::Stopped => Self::Cancelled,
            other => Self::Lm(other),
        }
    }
}
