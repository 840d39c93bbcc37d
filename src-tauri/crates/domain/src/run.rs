//! Runs: one training or judging job each.

use crate::{Hash, Millis, RunId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum RunKind {
    /// Trains an adapter.
    Train,
    /// Rates outputs with a judge.
    Judge,
    /// Writes outputs.
    Generate,
    /// Takes incidents' free text apart.
    Restructure,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// Started and not ended; after a crash, to be resumed.
    Running,
    /// Ended well.
    Done,
    /// Ended with an error.
    Failed,
    /// Ended on request.
    Cancelled,
}

/// A run as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Stable identity.
    pub id: RunId,
    /// What it does.
    pub kind: RunKind,
    /// A name for people, unique per kind in the project.
    pub name: String,
    /// The whole configuration, seeds included.
    pub config: Value,
    /// How far it has come.
    pub state: RunState,
    /// When it started.
    pub started: Millis,
    /// When it ended.
    pub ended: Option<Millis>,
    /// What it wrote for audit and repetition, and that document's hash.
    pub passport: Option<(Value, Hash)>,
    /// Name to path below the project folder, with `/` between parts.
    pub artefacts: BTreeMap<String, String>,
    /// Figures of the run (losses, tokens, seconds).
    pub figures: Value,
}
