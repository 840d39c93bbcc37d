//! One error for both shells: a stable code, and what fills its message.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Why a use case was refused or failed. The shells localise it by its code
/// (`resources/i18n/*/errors.ftl`); `args["message"]` holds the English text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StudioError {
    /// Stable kebab-case code.
    pub code: String,
    /// Arguments of the localised message.
    pub args: BTreeMap<String, String>,
}

impl StudioError {
    /// An error with its English text.
    #[must_use]
    pub fn new(code: &str, message: impl fmt::Display) -> Self {
        Self {
            code: code.to_owned(),
            args: BTreeMap::from([("message".to_owned(), message.to_string())]),
        }
    }

    /// The same with one more argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }

    /// The English text.
    #[must_use]
    pub fn message(&self) -> &str {
        self.args.get("message").map_or(&self.code, String::as_str)
    }

    /// Stopped because it was asked to.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new("cancelled", "Stopped on request. What was finished is kept.")
    }
}

impl fmt::Display for StudioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for StudioError {}

impl From<shinsa_jobs::Failure> for StudioError {
    fn from(failure: shinsa_jobs::Failure) -> Self {
        Self { code: failure.code, args: failure.args }
    }
}

impl From<shinsa_jobs::WorkerError> for StudioError {
    fn from(error: shinsa_jobs::WorkerError) -> Self {
        error.failure().into()
    }
}

impl From<shinsa_fsio::FsError> for StudioError {
    fn from(error: shinsa_fsio::FsError) -> Self {
        let mut args = error.args();
        args.insert("message".to_owned(), error.to_string());
        Self { code: error.code().to_owned(), args }
    }
}

impl From<serde_json::Error> for StudioError {
    fn from(error: serde_json::Error) -> Self {
        Self::new("json", error)
    }
}

impl From<shinsa_domain::RubricError> for StudioError {
    fn from(error: shinsa_domain::RubricError) -> Self {
        let refused = Self::new("rubric-invalid", &error);
        match error {
            shinsa_domain::RubricError::Json { line, column, .. } => {
                refused.with("problem", "json").with("place", format!("{line}:{column}"))
            }
            shinsa_domain::RubricError::Rule(rule) => {
                refused.with("problem", rule.problem).with("place", rule.place)
            }
        }
    }
}
