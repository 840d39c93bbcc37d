//! Which tokens of a conversation are learned.

use serde::Serialize;

use super::{ChatTemplate, wrong};
use crate::batch::Target;
use crate::error::LmError;
use crate::tokenizer::Tokenizer;

/// A conversation as tokens, of which the last assistant's turn is learned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The whole conversation, up to the end of the last turn.
    pub tokens: Vec<u32>,
    /// Number of tokens before the answer: what the model sees when it is asked.
    pub prompt: usize,
}

impl Lesson {
    /// One target per token of the answer, its end-of-turn token included, in
    /// ascending rows; `offset` is the row of the first token.
    pub fn targets(&self, offset: usize) -> impl Iterator<Item = Target> {
        let first = self.prompt.max(1);
        self.tokens.iter().enumerate().skip(first).filter_map(move |(at, token)| {
            let row = u32::try_from(offset + at - 1).ok()?;
            Some(Target { row, token: *token })
        })
    }

    /// How many tokens are learned.
    #[must_use]
    pub fn learned(&self) -> usize {
        self.tokens.len().saturating_sub(self.prompt.max(1))
    }
}

impl ChatTemplate {
    /// Tokens of a conversation and where the last message, the assistant's,
    /// begins in them. The prompt is the rendering of all messages before it
    /// with the generation prompt, exactly as at inference; that its tokens are
    /// the beginning of the whole conversation's tokens is checked, not assumed.
    /// What follows the answer's end-of-turn token (a line break, mostly) is cut
    /// off: the model never gets to say it.
    ///
    /// # Errors
    /// [`LmError::TemplateMissing`]; [`LmError::Template`] when there is no
    /// message, or the rendered prompt is no prefix of the rendered conversation.
    pub fn lesson<M: Serialize>(
        &self,
        tokenizer: &Tokenizer,
        messages: &[M],
    ) -> Result<Lesson, LmError> {
        let Some((_, before)) = messages.split_last() else {
            return Err(wrong("a conversation without messages has nothing to learn"));
        };
        let asked = self.render(before, true)?;
        let whole = self.render(messages, false)?;
        if !whole.starts_with(&asked) {
            return Err(wrong(
                "it renders earlier turns differently once they are answered, so that what is learned can't be told apart",
            ));
        }
        let prompt = tokenizer.encode(&asked, true);
        let mut tokens = tokenizer.encode(&whole, true);
        if !tokens.starts_with(&prompt) {
            return Err(wrong(
                "the answer's first characters merge with the prompt's last token; begin the answer with a letter, a digit or a bracket",
            ));
        }
        let answer = &tokens[prompt.len()..];
        if let Some(end) = answer.iter().rposition(|token| tokenizer.ends().contains(token)) {
            tokens.truncate(prompt.len() + end + 1);
        }
        Ok(Lesson { tokens, prompt: prompt.len() })
    }
}
