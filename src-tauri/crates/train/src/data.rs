//! Examples as tokens, checked one by one.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shinsa_jobs::Cancel;
use shinsa_lm::template::{Lesson, Turns};
use shinsa_lm::{ChatTemplate, Tokenizer};
use shinsa_prompt::{Message, Role};

use crate::error::TrainError;
use crate::spec::{Example, OverLong, TrainSpec};

/// How many over-long examples an error names.
const NAMED: usize = 5;

/// What turns conversations into tokens.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub template: &'a ChatTemplate,
    pub tokenizer: &'a Tokenizer,
    /// Longest example, in tokens.
    pub limit: usize,
}

/// An example that was longer than allowed, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverLongLog {
    /// The example.
    pub id: String,
    /// Its tokens.
    pub tokens: usize,
    /// Tokens that are used of it; 0 when it was left out.
    pub kept: usize,
}

/// Examples as tokens; those left out are missing.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub lessons: Vec<Lesson>,
    pub over_long: Vec<OverLongLog>,
}

/// Every example as tokens of which only answers are learned, in the order given.
pub(crate) fn read(
    words: Words<'_>,
    examples: &[Example],
    spec: &TrainSpec,
    cancel: &Cancel,
) -> Result<Read, TrainError> {
    let mut read = Read { lessons: Vec::with_capacity(examples.len()), ..Read::default() };
    for example in examples {
        if cancel.is_cancelled() {
            return Err(TrainError::Cancelled);
        }
        let whole = lesson(words, example, spec.turns)?;
        let tokens = whole.tokens.len();
        if tokens <= words.limit {
            read.lessons.push(whole);
            continue;
        }
        let cut = match spec.over_long {
            OverLong::Truncate => whole.cut(words.limit),
            OverLong::Refuse | OverLong::Drop => Lesson::default(),
        };
        // Cut before its answer there is nothing in it to learn.
        let kept = if cut.learned() > 0 { cut.tokens.len() } else { 0 };
        read.over_long.push(OverLongLog { id: example.id.clone(), tokens, kept });
        if kept > 0 {
            read.lessons.push(cut);
        }
    }
    if spec.over_long == OverLong::Refuse && !read.over_long.is_empty() {
        let mut longest: Vec<&OverLongLog> = read.over_long.iter().collect();
        longest.sort_by_key(|log| Reverse(log.tokens));
        let named: Vec<String> =
            longest.iter().take(NAMED).map(|log| format!("{} ({})", log.id, log.tokens)).collect();
        let (count, ids) = (read.over_long.len(), named.join(", "));
        return Err(TrainError::TooLong { count, limit: words.limit, ids });
    }
    Ok(read)
}

/// One example as tokens, whatever its length.
pub(crate) fn lesson(
    words: Words<'_>,
    example: &Example,
    turns: Turns,
) -> Result<Lesson, TrainError> {
    let id = || example.id.clone();
    if example.messages.last().is_none_or(|message| message.role != Role::Assistant) {
        return Err(TrainError::NoAnswer { id: id() });
    }
    let learned =
        example.messages.iter().rev().filter(|m| m.role == Role::Assistant).take(match turns {
            Turns::Last => 1,
            Turns::All => usize::MAX,
        });
    if learned.into_iter().any(|answer| answer.content.trim().is_empty()) {
        return Err(TrainError::NothingToLearn { id: id() });
    }
    let lesson = words
        .template
        .lesson(words.tokenizer, &example.messages, turns)
        .map_err(|source| TrainError::Render { id: id(), source })?;
    if lesson.learned() == 0 {
        return Err(TrainError::NothingToLearn { id: id() });
    }
    Ok(lesson)
}

/// Refuses an evaluation example that asks what a training example asks: it
/// would measure what was learned by heart. Answers don't count, and neither do
/// line ends and spaces at the edges.
pub(crate) fn apart(examples: &[Example], evaluation: &[Example]) -> Result<(), TrainError> {
    let mut known: BTreeMap<[u8; 32], &str> = BTreeMap::new();
    for example in examples {
        known.entry(question(&example.messages)).or_insert(&example.id);
    }
    for example in evaluation {
        if let Some(trained) = known.get(&question(&example.messages)) {
            return Err(TrainError::OnBothSides {
                trained: (*trained).to_owned(),
                evaluated: example.id.clone(),
            });
        }
    }
    Ok(())
}

/// BLAKE3 of all that stands before the last answer.
fn question(messages: &[Message]) -> [u8; 32] {
    let asked = match messages.split_last() {
        Some((last, asked)) if last.role == Role::Assistant => asked,
        _ => messages,
    };
    let mut hasher = blake3::Hasher::new();
    for message in asked {
        put(&mut hasher, message.role.as_str());
        put(&mut hasher, message.content.replace("\r\n", "\n").trim());
    }
    *hasher.finalize().as_bytes()
}

fn put(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

/// BLAKE3 over the messages of every example in order. Ids are left out: they
/// may differ from one repetition to the next.
pub(crate) fn hash(examples: &[Example]) -> String {
    let mut hasher = blake3::Hasher::new();
    for example in examples {
        put(&mut hasher, "example");
        for message in &example.messages {
            put(&mut hasher, message.role.as_str());
            put(&mut hasher, &message.content);
        }
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(id: &str, text: &str) -> Example {
        Example { id: id.into(), messages: vec![Message::user(text), Message::assistant("x")] }
    }

    #[test]
    fn the_datas_hash_follows_messages_and_order_but_not_ids() {
        let base = hash(&[example("1", "a"), example("2", "b")]);
        assert_eq!(hash(&[example("9", "a"), example("8", "b")]), base);
        assert_ne!(hash(&[example("2", "b"), example("1", "a")]), base);
        assert_ne!(hash(&[example("1", "a"), example("2", "c")]), base);
    }

    #[test]
    fn the_same_question_on_both_sides_is_refused_with_both_names() {
        let trained = [example("A1", "転倒した\r\n至急"), example("A2", "b")];
        let mut same = example("H7", " 転倒した\n至急\n");
        same.messages[1].content = "another answer".into();
        assert!(apart(&trained, &[example("H1", "c")]).is_ok());
        let error = apart(&trained, &[example("H1", "c"), same]).unwrap_err();
        assert_eq!(error.code(), "train-on-both-sides");
        let args = error.args();
        assert_eq!((args["trained"].as_str(), args["evaluated"].as_str()), ("A1", "H7"));
        // Twice on the same side is the data's own affair.
        assert!(apart(&[trained[0].clone(), trained[0].clone()], &[]).is_ok());
    }
}
