//! Verdicts: a judge's ratings.

use crate::{Answers, OutputId, RunId, Spread, VerdictId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The probability a judge gave to one level, choice or truth value, before
/// sampling, among the answers the schema allows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelProbability {
    /// The answer as JSON text.
    pub level: String,
    /// Its probability, 0 to 1.
    pub p: f64,
}

/// One sample of a judge's rating of an output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Stable identity.
    pub id: VerdictId,
    /// The judging run it belongs to; with output and sample it is unique.
    pub run: RunId,
    /// The output that was rated.
    pub output: OutputId,
    /// Sample k of N, counted from 0.
    pub sample: u32,
    /// The sample's own seed.
    pub seed: u64,
    /// The answers.
    pub answers: Answers,
    /// The JSON text as the model wrote it.
    pub text: String,
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Tokens of the verdict.
    pub verdict_tokens: u32,
    /// Wall time in milliseconds.
    pub millis: u32,
    /// Mean probability mass of the allowed tokens before the grammar's mask, 0 to 1;
    /// absent where an endpoint judged, which does not tell it.
    pub mass: Option<f64>,
    /// Per criterion id, the distribution over its levels where it could be read.
    pub levels: BTreeMap<String, Vec<LevelProbability>>,
}

impl Verdict {
    /// The probabilities of its answers. A distribution with a level that is no answer
    /// is left out.
    #[must_use]
    pub fn spread(&self) -> Spread {
        let read = |levels: &Vec<LevelProbability>| {
            let pair = |l: &LevelProbability| Some((serde_json::from_str(&l.level).ok()?, l.p));
            levels.iter().map(pair).collect::<Option<Vec<_>>>()
        };
        self.levels.iter().filter_map(|(id, levels)| Some((id.clone(), read(levels)?))).collect()
    }
}
