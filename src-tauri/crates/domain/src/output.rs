//! Outputs: what a model (or a person) answered.

use crate::text::unify;
use crate::{CaseId, Hash, OutputId, PromptId, hash_bytes};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where an output came from. Raters never see it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The model's name, or nothing for a person's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// BLAKE3 of the model's weights, where whoever made the output recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// The adapter's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapter: Option<String>,
    /// Sampling settings, as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampling: Option<String>,
    /// The seed of the sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// One answer to a prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// Stable identity.
    pub id: OutputId,
    /// The key in the source, unique in the project.
    pub key: String,
    /// The case it answers.
    pub case: CaseId,
    /// The prompt it answers.
    pub prompt: PromptId,
    /// Sample k of N, counted from 0.
    pub sample: u32,
    /// The text.
    pub text: String,
    /// Frozen list items per list criterion id, fixed before anyone rates.
    pub items: BTreeMap<String, Vec<String>>,
    /// Where it came from: hidden from raters.
    pub origin: Origin,
}

impl Output {
    /// BLAKE3 of the text as NFC with unified line ends.
    #[must_use]
    pub fn text_hash(&self) -> Hash {
        hash_bytes(unify(&self.text).as_bytes())
    }
}
