//! What a run would learn, shown without training.

use serde::{Deserialize, Serialize};
use shinsa_lm::Tokenizer;
use shinsa_lm::template::Lesson;

use crate::data::{self, Words};
use crate::error::TrainError;
use crate::spec::TrainSpec;

/// A piece of an example as the model reads it: a token, or the few tokens that
/// share one character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// Whether it is learned.
    pub learned: bool,
}

/// One example as the model reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previewed {
    /// The example.
    pub id: String,
    /// Its tokens.
    pub tokens: usize,
    /// Tokens of it that are learned.
    pub learned: usize,
    /// Tokens allowed; a longer example is refused, cut or left out.
    pub limit: usize,
    /// All of it, in order.
    pub pieces: Vec<Piece>,
}

/// The first `count` examples as tokens, those that are learned marked. Only the
/// model's header and tokenizer are read.
///
/// # Errors
/// As [`crate::run`], for these examples.
pub fn preview(spec: &TrainSpec, count: usize) -> Result<Vec<Previewed>, TrainError> {
    let words = shinsa_lm::Words::open(&spec.model)?;
    let limit = spec.max_tokens_per_example.min(words.max_positions);
    let words = Words { template: &words.template, tokenizer: &words.tokenizer, limit };
    let one = |example| {
        let lesson = data::lesson(words, example, spec.turns)?;
        Ok(Previewed {
            id: example.id.clone(),
            tokens: lesson.tokens.len(),
            learned: lesson.learned(),
            limit,
            pieces: pieces(words.tokenizer, &lesson),
        })
    };
    spec.examples.iter().take(count).map(one).collect()
}

fn pieces(tokenizer: &Tokenizer, lesson: &Lesson) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut bytes: Vec<u8> = Vec::new();
    let mut held = false;
    for (token, learned) in lesson.tokens.iter().zip(lesson.mask()) {
        let begun = !bytes.is_empty();
        if begun && learned != held {
            pieces.push(Piece { text: lossy(&bytes), learned: held });
            bytes.clear();
        }
        bytes.extend(tokenizer.token_bytes(*token));
        held = learned;
        if std::str::from_utf8(&bytes).is_ok() {
            pieces.push(Piece { text: lossy(&bytes), learned });
            bytes.clear();
        }
    }
    if !bytes.is_empty() {
        pieces.push(Piece { text: lossy(&bytes), learned: held });
    }
    pieces
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
