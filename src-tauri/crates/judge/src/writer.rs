//! A text as it is being written, token by token.

use shinsa_lm::{Rng, Sampling};

use crate::JudgeError;
use crate::constraint::Verdict;

/// What the schedule continues: a verdict under its grammar, or free text.
pub(crate) trait Writer: Clone + Send {
    /// An empty text like this one; those of different numbers can be written by
    /// different threads without waiting for each other.
    fn seat(&self, _: usize) -> Self {
        self.clone()
    }

    /// Tokens that come next whatever the model says; they belong to the text.
    fn force(&mut self) -> Result<Vec<u32>, JudgeError>;

    /// Finds out what may come next, before there are logits. Changes nothing but
    /// how long [`Writer::choose`] takes.
    fn look(&mut self) -> Result<(), JudgeError> {
        Ok(())
    }

    /// Chooses by `logits`, within `limit` tokens, and returns what is to be fed
    /// to the model next.
    fn choose(
        &mut self,
        logits: &[f32],
        sampling: &Sampling,
        rng: &mut Rng,
        limit: usize,
    ) -> Result<Vec<u32>, JudgeError>;

    /// Whether nothing follows.
    fn is_complete(&self) -> bool;
}

impl Writer for Verdict {
    fn seat(&self, number: usize) -> Self {
        Verdict::seat(self, number)
    }

    fn force(&mut self) -> Result<Vec<u32>, JudgeError> {
        Verdict::force(self)
    }

    fn look(&mut self) -> Result<(), JudgeError> {
        Verdict::look(self)
    }

    fn choose(
        &mut self,
        logits: &[f32],
        sampling: &Sampling,
        rng: &mut Rng,
        limit: usize,
    ) -> Result<Vec<u32>, JudgeError> {
        Verdict::choose(self, logits, sampling, rng, limit)
    }

    fn is_complete(&self) -> bool {
        Verdict::is_complete(self)
    }
}
