//! What several rooms show: heads, rows and pages.

use serde::{Deserialize, Serialize};
use shinsa_domain::{CaseText, Lang, Text};
use shinsa_store::PassphraseState;

/// The head of a rubric version, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RubricHead {
    /// The rubric's id.
    pub id: String,
    /// The version.
    pub version: u32,
    /// The name people see.
    pub title: Text,
    /// How many criteria are asked.
    pub criteria: u32,
}

/// A person who rates, as others see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RaterView {
    /// The id.
    pub id: String,
    /// The name in the project.
    pub name: String,
    /// The profession; may be empty.
    pub profession: String,
    /// `rater`, `adjudicator` or `lead`.
    pub role: String,
    /// Whether that person has a passphrase of their own.
    pub passphrase: OwnPassphrase,
}

/// Whether a person has a passphrase of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum OwnPassphrase {
    /// None: the name alone signs in.
    None,
    /// One that a lead handed out: good for choosing one's own.
    Once,
    /// Their own.
    Own,
}

impl From<PassphraseState> for OwnPassphrase {
    fn from(state: PassphraseState) -> Self {
        match state {
            PassphraseState::None => Self::None,
            PassphraseState::Once => Self::Once,
            PassphraseState::Own => Self::Own,
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Pass it as `after` for the next page; nothing at the end.
    pub next: Option<String>,
    /// Rows in all.
    pub total: u32,
}

/// Which page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PageRequest {
    /// The page after this one's `next`; the first where absent.
    #[serde(default)]
    pub after: Option<String>,
    /// Rows at most, 1 to 500.
    pub limit: u32,
    /// Only rows whose key or beginning contains this text.
    #[serde(default)]
    pub search: Option<String>,
}

/// A case in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CaseRow {
    /// The id.
    pub id: String,
    /// The source's number or key.
    pub key: String,
    /// The language of the text.
    pub lang: Lang,
    /// The title or the beginning of the text.
    pub excerpt: String,
    /// Outputs of this case.
    pub outputs: u32,
}

/// An output in a list. Its origin is never in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OutputRow {
    /// The id.
    pub id: String,
    /// The source's key.
    pub key: String,
    /// The case's id.
    pub case_id: String,
    /// The case's key.
    pub case_key: String,
    /// Sample k of N.
    pub sample: u32,
    /// The beginning of the text.
    pub excerpt: String,
}

/// A whole case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CaseView {
    /// The id.
    pub id: String,
    /// The source's number or key.
    pub key: String,
    /// The language of the text.
    pub lang: Lang,
    /// The content.
    pub text: CaseText,
}

/// How far a job is, for progress bars.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JobProgress {
    /// Stable code: `load`, `plan`, `train`, `evaluate`, `prefill`, `judge`.
    pub phase: String,
    /// Units done in this phase.
    pub done: f64,
    /// Units in this phase; 0 when unknown.
    pub total: f64,
    /// Units per time, as `rate_unit` says.
    pub rate: Option<f64>,
    /// Unit of `rate`, such as `tokens/s`.
    pub rate_unit: Option<String>,
    /// Seconds left in this phase.
    pub eta_s: Option<f64>,
    /// Resident memory of the worker, bytes.
    pub rss_bytes: f64,
    /// Other figures worth drawing: `loss`, `lr`.
    pub values: std::collections::BTreeMap<String, f64>,
}

impl From<shinsa_jobs::Progress> for JobProgress {
    fn from(p: shinsa_jobs::Progress) -> Self {
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        Self {
            phase: p.phase,
            done: p.done as f64,
            total: p.total as f64,
            rate: p.rate,
            rate_unit: p.rate_unit,
            eta_s: p.eta_s,
            rss_bytes: p.rss_bytes as f64,
            values: p.values,
        }
    }
}
