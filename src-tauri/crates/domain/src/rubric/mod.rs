//! Rubrics: versioned sets of criteria, as data.
//!
//! A published version never changes; a change makes the next version. The
//! schema of a rating follows from rubric, case and output together, because
//! lists are frozen per output before anyone rates them.

mod carry;
mod criterion;
#[cfg(feature = "schemars")]
mod format;
mod order;
mod schema;
mod scoring;
mod validate;

pub use carry::{CriterionFit, Fit, asks_the_same, carry_fits};
pub use criterion::{
    Choice, Criterion, DeductionItem, Example, ItemSource, Kind, Level, Rule, Source,
};
#[cfg(feature = "schemars")]
pub use format::rubric_format;
pub use order::texts_moved;
pub use schema::{Audience, rating_schema};
pub use scoring::{Base, Cap, Condition, Score, Scoring, Threshold, Veto, score};
pub use validate::{RubricError, RubricProblem};

use crate::{Hash, Text, hash_json};
use serde::{Deserialize, Serialize};

/// Names one version of a rubric.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RubricRef {
    /// The rubric's id: lower-case letters, digits and hyphens.
    pub id: String,
    /// The version, counted from 1.
    pub version: u32,
}

/// One version of a rubric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rubric {
    /// Stable across versions: lower-case letters, digits and hyphens.
    pub id: String,
    /// Counted from 1.
    pub version: u32,
    /// The name people see.
    pub title: Text,
    /// What it is for, and how to use it.
    pub description: Text,
    /// How to rate by it, at length: Markdown for raters, never shown to a judge.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub guidelines: Text,
    /// The criteria, in the order in which they are asked.
    pub criteria: Vec<Criterion>,
    /// How the answers become a score, a label and a harm flag.
    pub scoring: Scoring,
}

impl Rubric {
    /// Reads a rubric from JSON and checks it.
    ///
    /// # Errors
    /// [`RubricError`] naming the place: malformed JSON, or a rule that is broken.
    pub fn from_json(text: &str) -> Result<Self, RubricError> {
        let rubric: Self = serde_json::from_str(text).map_err(|e| RubricError::Json {
            line: e.line(),
            column: e.column(),
            message: e.to_string(),
        })?;
        rubric.validate()?;
        Ok(rubric)
    }

    /// Which version this is.
    #[must_use]
    pub fn reference(&self) -> RubricRef {
        RubricRef { id: self.id.clone(), version: self.version }
    }

    /// The criterion with this id.
    #[must_use]
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria.iter().find(|c| c.id == id)
    }

    /// The criteria a person or a judge answers, in order.
    pub fn asked(&self) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(|c| c.source == Source::Asked)
    }

    /// BLAKE3 of the rubric as canonical JSON.
    ///
    /// # Errors
    /// Never for a rubric that passed [`Rubric::validate`]; a non-finite number otherwise.
    pub fn hash(&self) -> Result<Hash, serde_json::Error> {
        hash_json(self)
    }
}
