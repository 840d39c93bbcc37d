//! Examples as tokens, checked one by one.

use std::cmp::Reverse;

use shinsa_jobs::Cancel;
use shinsa_lm::Model;
use shinsa_lm::template::Lesson;
use shinsa_prompt::Role;

use crate::error::TrainError;
use crate::spec::Example;

/// How many over-long examples an error names.
const NAMED: usize = 5;

/// Every example as tokens of which only the answer is learned, in the order given.
pub(crate) fn lessons(
    model: &Model,
    examples: &[Example],
    max_tokens: usize,
    cancel: &Cancel,
) -> Result<Vec<Lesson>, TrainError> {
    let limit = max_tokens.min(model.spec.max_positions);
    let mut lessons = Vec::with_capacity(examples.len());
    let mut too_long: Vec<(usize, &str)> = Vec::new();
    for example in examples {
        if cancel.is_cancelled() {
            return Err(TrainError::Cancelled);
        }
        let id = || example.id.clone();
        let answer = match example.messages.last() {
            Some(message) if message.role == Role::Assistant => message,
            _ => return Err(TrainError::NoAnswer { id: id() }),
        };
        if answer.content.trim().is_empty() {
            return Err(TrainError::NothingToLearn { id: id() });
        }
        let lesson = model
            .template
            .lesson(&model.tokenizer, &example.messages)
            .map_err(|source| TrainError::Render { id: id(), source })?;
        if lesson.learned() == 0 {
            return Err(TrainError::NothingToLearn { id: id() });
        }
        if lesson.tokens.len() > limit {
            too_long.push((lesson.tokens.len(), &example.id));
        }
        lessons.push(lesson);
    }
    if too_long.is_empty() {
        return Ok(lessons);
    }
    too_long.sort_by_key(|(tokens, _)| Reverse(*tokens));
    let named: Vec<String> =
        too_long.iter().take(NAMED).map(|(tokens, id)| format!("{id} ({tokens})")).collect();
    Err(TrainError::TooLong { count: too_long.len(), limit, ids: named.join(", ") })
}

/// BLAKE3 over the messages of every example in order. Ids are left out: they
/// may differ from one repetition to the next.
pub(crate) fn hash(examples: &[Example]) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut put = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    for example in examples {
        put("example");
        for message in &example.messages {
            put(message.role.as_str());
            put(&message.content);
        }
    }
    hasher.finalize().to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shinsa_prompt::Message;

    #[test]
    fn the_datas_hash_follows_messages_and_order_but_not_ids() {
        let example = |id: &str, text: &str| Example {
            id: id.into(),
            messages: vec![Message::user(text), Message::assistant("x")],
        };
        let base = hash(&[example("1", "a"), example("2", "b")]);
        assert_eq!(hash(&[example("9", "a"), example("8", "b")]), base);
        assert_ne!(hash(&[example("2", "b"), example("1", "a")]), base);
        assert_ne!(hash(&[example("1", "a"), example("2", "c")]), base);
    }
}
