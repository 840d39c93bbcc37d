//! What a remote judging job is given.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use shinsa_jobs::Failure;
use shinsa_lm::Sampling;

use crate::JudgeError;
use crate::spec::JudgeItem;

/// A judging job for an endpoint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoteSpec {
    /// Where the endpoint is: `http://host:port`, with or without `/v1`.
    pub endpoint: String,
    /// The model's name there.
    pub model: String,
    /// Hosts that the lead allows, as `host:port`.
    pub allowed: Vec<String>,
    /// The file to which a line is added for every request.
    pub log: PathBuf,
    /// The time at the start, in milliseconds since 1970.
    pub now: i64,
    /// What is judged.
    pub items: Vec<JudgeItem>,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// With an item's id and a sample's number, the seed of that sample.
    pub seed: u64,
    /// Most tokens of one verdict; one that is cut there is missing.
    pub max_tokens: usize,
    /// Requests under way at the same time.
    pub parallel: usize,
    /// How long one request may take.
    pub timeout_ms: u64,
    /// How often a sample is asked for before it counts as lost.
    pub attempts: u32,
    /// The first wait before asking again; each further one is twice as long.
    pub backoff_ms: u64,
    /// Further hashes for the passport: rubric, prompt template, data.
    pub inputs: BTreeMap<String, String>,
}

impl RemoteSpec {
    pub(crate) fn check(&self) -> Result<(), JudgeError> {
        let refuse = |reason: &str| Err(JudgeError::Spec { reason: reason.to_owned() });
        if self.parallel == 0 || self.attempts == 0 || self.timeout_ms == 0 {
            return refuse("requests at a time, attempts and the time limit must be at least 1");
        }
        if self.model.trim().is_empty() {
            return refuse("the model's name at the endpoint is empty");
        }
        Ok(())
    }
}

/// A sample that the endpoint answered, but not with a valid verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The item's id.
    pub item: String,
    /// The sample's number.
    pub sample: u32,
    /// Why.
    pub failure: Failure,
}
