//! Which tokens of a conversation are learned: what the assistant said, and
//! nothing else.
//!
//! Where the template marks what the assistant generates (`{% generation %}`),
//! its marks decide. Elsewhere an answer is what the rendering gains over the
//! prompt that asked for it; that the prompt's tokens are the beginning of the
//! whole's is checked, not assumed.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{ChatTemplate, MARKS, Now, wrong};
use crate::batch::Target;
use crate::error::LmError;
use crate::tokenizer::Tokenizer;

/// Which of the assistant's turns are learned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Turns {
    /// The last one; those before it are only read.
    #[default]
    Last,
    /// Every one.
    All,
}

/// A conversation as tokens, and which of them are learned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lesson {
    /// The conversation, up to the last learned token.
    pub tokens: Vec<u32>,
    /// Ranges of `tokens` that are learned: ascending, apart, none empty, and
    /// none with the first token, which nothing predicts.
    pub answers: Vec<Range<usize>>,
}

impl Lesson {
    /// A lesson of these tokens; the ranges may overlap and be in any order.
    #[must_use]
    pub fn new(mut tokens: Vec<u32>, mut ranges: Vec<Range<usize>>) -> Self {
        ranges.sort_by_key(|range| range.start);
        let mut answers: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            let (start, end) = (range.start.max(1), range.end.min(tokens.len()));
            match answers.last_mut() {
                Some(last) if start <= last.end => last.end = last.end.max(end),
                _ if start < end => answers.push(start..end),
                _ => {}
            }
        }
        if let Some(last) = answers.last() {
            tokens.truncate(last.end);
        }
        Self { tokens, answers }
    }

    /// One target per learned token, in ascending rows; `offset` is the row of
    /// the first token.
    pub fn targets(&self, offset: usize) -> impl Iterator<Item = Target> {
        self.answers.iter().cloned().flatten().filter_map(move |at| {
            let row = u32::try_from(offset + at - 1).ok()?;
            Some(Target { row, token: *self.tokens.get(at)? })
        })
    }

    /// How many tokens are learned.
    #[must_use]
    pub fn learned(&self) -> usize {
        self.answers.iter().map(ExactSizeIterator::len).sum()
    }

    /// For each token whether it is learned.
    #[must_use]
    pub fn mask(&self) -> Vec<bool> {
        let mut mask = vec![false; self.tokens.len()];
        for range in &self.answers {
            mask[range.clone()].fill(true);
        }
        mask
    }

    /// The first `limit` tokens of it; what was to be learned behind them is lost.
    #[must_use]
    pub fn cut(&self, limit: usize) -> Self {
        let mut tokens = self.tokens.clone();
        tokens.truncate(limit);
        Self::new(tokens, self.answers.clone())
    }
}

impl ChatTemplate {
    /// Tokens of a conversation, and which of them are learned. What follows an
    /// answer's end-of-turn token (a line break, mostly) is never learned: the
    /// model never gets to say it.
    ///
    /// # Errors
    /// [`LmError::TemplateMissing`]; [`LmError::Template`] when there is no
    /// answer, or what is learned can't be told from what is read.
    pub fn lesson<M: Serialize>(
        &self,
        tokenizer: &Tokenizer,
        messages: &[M],
        turns: Turns,
    ) -> Result<Lesson, LmError> {
        let messages: Vec<Json> =
            messages.iter().map(serde_json::to_value).collect::<Result<_, _>>().map_err(wrong)?;
        if !messages.iter().any(answers) {
            return Err(wrong("a conversation without an answer has nothing to learn"));
        }
        if self.marks_answers {
            self.marked(tokenizer, &messages, turns)
        } else {
            self.told_apart(tokenizer, &messages, turns)
        }
    }

    /// By the template's own marks.
    fn marked(
        &self,
        tokenizer: &Tokenizer,
        messages: &[Json],
        turns: Turns,
    ) -> Result<Lesson, LmError> {
        let (text, mut spans) = self.spans(messages)?;
        if turns == Turns::Last {
            let last = messages.iter().rposition(answers).unwrap_or(0);
            let before = if last == 0 { 0 } else { self.spans(&messages[..last])?.1.len() };
            spans.drain(..before.min(spans.len()));
        }
        let (tokens, places) = tokenizer.encode_with_places(&text);
        // Every token that holds a byte of a span.
        let ranges = spans.iter().filter_map(|span| {
            let inside = |place: &Range<usize>| place.start < span.end && span.start < place.end;
            let first = places.iter().position(inside)?;
            let last = places.iter().rposition(inside)?;
            Some(first..last + 1)
        });
        let ranges = ranges.collect();
        Ok(Lesson::new(tokens, ranges))
    }

    /// The rendered conversation and the byte ranges that its template marks.
    fn spans(&self, messages: &[Json]) -> Result<(String, Vec<Range<usize>>), LmError> {
        let plain = self.render(messages, false)?;
        if plain.contains(MARKS) {
            return Err(wrong(
                "the conversation holds U+FDD0 or U+FDD1, which mean nothing in a text; remove them",
            ));
        }
        let marked = self.rendered(messages, false, Now::default(), true)?;
        let (mut text, mut spans, mut open) =
            (String::with_capacity(plain.len()), Vec::new(), None);
        for part in marked.split_inclusive(MARKS) {
            let mark = part.chars().next_back().filter(|last| MARKS.contains(last));
            text.push_str(part.trim_end_matches(MARKS));
            if mark == Some(MARKS[0]) {
                open = Some(text.len());
            } else if mark == Some(MARKS[1])
                && let Some(start) = open.take()
            {
                spans.push(start..text.len());
            }
        }
        if text != plain {
            return Err(wrong(
                "its generation tags stand where they change the text; what is learned can't be told from what is read",
            ));
        }
        Ok((text, spans))
    }

    /// By what each answer adds to the prompt that asked for it.
    fn told_apart(
        &self,
        tokenizer: &Tokenizer,
        messages: &[Json],
        turns: Turns,
    ) -> Result<Lesson, LmError> {
        let mut asked_for =
            messages.iter().enumerate().filter(|(_, m)| answers(m)).map(|(at, _)| at);
        let learned: Vec<usize> = match turns {
            Turns::All => asked_for.collect(),
            Turns::Last => asked_for.next_back().into_iter().collect(),
        };
        let whole = self.render(messages, false)?;
        let tokens = tokenizer.encode(&whole, true);
        let mut ranges = Vec::with_capacity(learned.len());
        for at in learned {
            let asked = self.render(&messages[..at], true)?;
            let answered = self.render(&messages[..=at], false)?;
            if !answered.starts_with(&asked) || !whole.starts_with(&answered) {
                return Err(wrong(
                    "it renders earlier turns differently once they are answered, so that what is learned can't be told apart; learn the last turn only",
                ));
            }
            let prompt = tokenizer.encode(&asked, true);
            let mut answer = tokenizer.encode(&answered, true);
            if !answer.starts_with(&prompt) {
                return Err(wrong(
                    "the answer's first characters merge with the prompt's last token; begin the answer with a letter, a digit or a bracket",
                ));
            }
            let said = &answer[prompt.len()..];
            if let Some(end) = said.iter().rposition(|token| tokenizer.ends().contains(token)) {
                answer.truncate(prompt.len() + end + 1);
            }
            if !tokens.starts_with(&answer) {
                return Err(wrong(
                    "an answer's last characters merge with the next turn's first token, so that what is learned can't be told apart; learn the last turn only",
                ));
            }
            ranges.push(prompt.len()..answer.len());
        }
        Ok(Lesson::new(tokens, ranges))
    }
}

fn answers(message: &Json) -> bool {
    message["role"] == "assistant"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_put_in_order_and_the_first_token_is_never_learned() {
        let lesson = Lesson::new((0..10).collect(), vec![6..8, 0..2, 7..8, 4..4]);
        assert_eq!(lesson.answers, [1..2, 6..8]);
        assert_eq!((lesson.tokens.len(), lesson.learned()), (8, 3));
        let targets: Vec<(u32, u32)> = lesson.targets(100).map(|t| (t.row, t.token)).collect();
        assert_eq!(targets, [(100, 1), (105, 6), (106, 7)]);
        let mask = lesson.mask();
        assert_eq!(mask.iter().filter(|learned| **learned).count(), 3);
        assert!(mask[1] && mask[6] && mask[7]);
    }

    #[test]
    fn a_cut_lesson_keeps_its_beginning_and_what_is_learned_in_it() {
        let lesson = Lesson::new((0..10).collect(), vec![2..4, 6..10]);
        let cut = lesson.cut(8);
        assert_eq!((cut.tokens.len(), cut.answers.clone()), (8, vec![2..4, 6..8]));
        // Nothing learned, nothing cut off behind it.
        assert_eq!(lesson.cut(2).learned(), 0);
        // A tail in which nothing is learned is not computed either.
        assert_eq!(lesson.cut(5).tokens.len(), 4);
    }
}
