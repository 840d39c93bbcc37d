//! How much of the base a run forgets: the divergence from it on general
//! conversations that no run learns from.

use serde::Deserialize;
use serde_json::{Value, json};
use shinsa_jobs::Cancel;
use shinsa_lm::template::Turns;
use shinsa_lm::{Batch, Target};
use shinsa_prompt::Message;

use crate::data::{self, Words};
use crate::engine::Engine;
use crate::error::TrainError;
use crate::pack;
use crate::spec::Example;

const FILE: &str = include_str!("../../../../resources/prompts/probe.json");

#[derive(Deserialize)]
struct Conversations {
    version: u32,
    conversations: Vec<Turn>,
}

#[derive(Deserialize)]
struct Turn {
    user: String,
    assistant: String,
}

fn read() -> Result<Conversations, TrainError> {
    serde_json::from_str(FILE)
        .map_err(|_| TrainError::Broke { during: "reading the general prompts".into() })
}

/// Version and BLAKE3 of the conversations, for the passport.
pub(crate) fn identity() -> Result<Value, TrainError> {
    let hash = blake3::hash(FILE.as_bytes()).to_hex().to_string();
    Ok(json!({"version": read()?.version, "hash": hash}))
}

/// The conversations, packed to at most `capacity` tokens where they fit.
pub(crate) fn batches(words: Words<'_>, capacity: usize) -> Result<Vec<Batch>, TrainError> {
    let mut lessons = Vec::new();
    for (n, turn) in read()?.conversations.into_iter().enumerate() {
        let messages = vec![Message::user(turn.user), Message::assistant(turn.assistant)];
        let example = Example { id: format!("probe {}", n + 1), messages };
        lessons.push(data::lesson(words, &example, Turns::Last)?.cut(words.limit));
    }
    let lengths: Vec<(usize, usize)> =
        lessons.iter().map(|lesson| lesson.tokens.len()).enumerate().collect();
    let packs = pack::best_fit(&lengths, capacity);
    let packed = packs.into_iter().map(|pack| {
        let mut batch = pack::batch(pack.into_iter().map(|at| &lessons[at]));
        // Every position counts, whoever speaks.
        let rows = 0..u32::try_from(batch.tokens.len()).unwrap_or(u32::MAX);
        batch.targets = rows.map(|row| Target { row, token: 0 }).collect();
        batch
    });
    Ok(packed.collect())
}

/// Mean KL(base ‖ adapted) over all positions, in nats; `None` without any.
pub(crate) fn measure(
    engine: &mut Engine,
    batches: &[Batch],
    cancel: &Cancel,
) -> Result<Option<f64>, TrainError> {
    let (mut sum, mut positions) = (0.0, 0);
    for batch in batches {
        positions += batch.targets.len();
        let batch = batch.clone();
        sum += engine.compute(cancel, "probing", move |learner| learner.divergence(&batch))??;
    }
    Ok((positions > 0).then(|| sum / positions as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_conversations_are_read_and_named_by_their_hash() {
        let read = read().unwrap();
        assert!(read.conversations.len() >= 12);
        let japanese = |turn: &&Turn| !turn.assistant.is_ascii();
        let half = read.conversations.iter().filter(japanese).count();
        assert_eq!(2 * half, read.conversations.len(), "both languages weigh the same");
        let identity = identity().unwrap();
        assert_eq!(identity["version"], read.version);
        assert_eq!(identity["hash"].as_str().unwrap().len(), 64);
    }
}
