//! The same output a second time, for a rater's own consistency.

use crate::{Answers, OutputId, RaterId, RepeatId, RubricRef};
use serde::Serialize;

/// An output that came to its rater again. Its ratings are kept apart from all others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repeat {
    /// The id under which it comes; it names no output.
    pub id: RepeatId,
    /// Whose.
    pub rater: RaterId,
    /// The output.
    pub output: OutputId,
    /// By which version of which rubric.
    pub rubric: RubricRef,
    /// Whether anything was said of it.
    pub begun: bool,
    /// Whether it is ended.
    pub locked: bool,
    /// Whether its rater has left it for later.
    pub skipped: bool,
    /// Whether its rater wants it looked at.
    pub flagged: bool,
}

/// What one rater said of one output the first and the second time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repeated {
    /// Who.
    pub rater: RaterId,
    /// Of what.
    pub output: OutputId,
    /// The answers as they stood when the output was drawn again.
    pub first: Answers,
    /// The answers of the second time.
    pub second: Answers,
}
