//! Incidents taken apart: what a report's free text says, as lists.

use crate::{CaseId, RunId};
use serde::{Deserialize, Serialize};

/// What a report says, in its own words; a list may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentParts {
    /// Who did what, in order.
    pub actions: Vec<String>,
    /// What happened, and what came of it.
    pub events: Vec<String>,
    /// Contributing factors that are named.
    pub causes: Vec<String>,
    /// What was done, or is going to be done, about it.
    pub countermeasures: Vec<String>,
}

/// One sample of a model's reading of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The run it belongs to; with case and sample it is unique.
    pub run: RunId,
    /// The case that was read.
    pub case: CaseId,
    /// Sample k of N, counted from 0.
    pub sample: u32,
    /// The sample's own seed.
    pub seed: u64,
    /// What it says.
    pub parts: IncidentParts,
    /// Whether a text was ended early for want of room.
    pub cut: bool,
}
