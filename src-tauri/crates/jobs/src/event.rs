//! What goes over the worker's pipes: one JSON object a line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The first line on the worker's stdin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Which job: `"plan"`, `"train"`, `"judge"`, `"judge-remote"` or `"merge"`.
    pub job: String,
    /// That job's specification.
    pub spec: Value,
}

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Stable code: `load`, `plan`, `train`, `evaluate`, `prefill`, `judge`, `merge`.
    pub phase: String,
    /// Units done in this phase.
    pub done: u64,
    /// Units in this phase; 0 when unknown.
    pub total: u64,
    /// Units per time, as `rate_unit` says.
    pub rate: Option<f64>,
    /// Unit of `rate`, e.g. `tokens/s`, `verdicts/min`.
    pub rate_unit: Option<String>,
    /// Seconds left in this phase.
    pub eta_s: Option<f64>,
    /// Resident memory of the worker now, bytes.
    pub rss_bytes: u64,
    /// Whatever else is worth drawing: `loss`, `lr`, …
    pub values: BTreeMap<String, f64>,
}

/// Why a job failed: a stable code and what fills its message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Stable kebab-case code, e.g. `gguf-truncated`.
    pub code: String,
    /// Arguments of the localised message; `message` holds the English text.
    pub args: BTreeMap<String, String>,
}

impl Failure {
    /// The code by which a job says that it stopped because it was asked to.
    pub const CANCELLED: &'static str = "cancelled";

    /// A failure with the English text as its only argument.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Failure {
            code: code.into(),
            args: BTreeMap::from([("message".to_owned(), message.into())]),
        }
    }

    /// The same failure with one more argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }

    /// The English text, or the code where there is none.
    pub fn message(&self) -> &str {
        self.args.get("message").map_or(self.code.as_str(), String::as_str)
    }
}

/// One line on the worker's stdout. Exactly one of [`Event::Done`],
/// [`Event::Failed`], [`Event::Cancelled`] comes, and it comes last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "lowercase")]
pub enum Event {
    /// How far the job is.
    Progress(Progress),
    /// One finished piece of the result (a verdict, a training step): the reader
    /// stores it at once, so that a killed job loses nothing.
    Item(Value),
    /// The job needs something that the app has: the next line on the worker's stdin
    /// is the answer.
    Ask(Value),
    /// The job's report.
    Done(Value),
    /// The job could not be done.
    Failed(Failure),
    /// The job stopped because it was asked to.
    Cancelled,
}

impl Event {
    /// Whether nothing may follow.
    pub fn is_last(&self) -> bool {
        matches!(self, Event::Done(_) | Event::Failed(_) | Event::Cancelled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_one_line_and_reads_back() {
        let events = [
            Event::Progress(Progress {
                phase: "train".into(),
                done: 1,
                total: 2,
                values: BTreeMap::from([("loss".into(), 0.5)]),
                ..Progress::default()
            }),
            Event::Item(serde_json::json!({"text": "改行\nは逃がす"})),
            Event::Ask(serde_json::json!([1, 2])),
            Event::Done(Value::Null),
            Event::Failed(Failure::new("gguf-truncated", "cut short").with("path", "a.gguf")),
            Event::Cancelled,
        ];
        for event in events {
            let line = serde_json::to_string(&event).unwrap();
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(serde_json::from_str::<Event>(&line).unwrap(), event);
        }
    }
}
