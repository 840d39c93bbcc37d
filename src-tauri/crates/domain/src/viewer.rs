//! Who asks. Every query of the store takes a viewer, and blinding is decided there.

use crate::RaterId;
use serde::{Deserialize, Serialize};

/// What a person may do in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Rates alone and blind.
    Rater,
    /// Decides where raters differ; sees ratings without names.
    Adjudicator,
    /// Prepares projects, models and exports; sees everything.
    Lead,
}

/// A person who rates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rater {
    /// Stable identity.
    pub id: RaterId,
    /// The name used in the project, unique there.
    pub name: String,
    /// The profession, kept with the ratings; may be empty.
    pub profession: String,
    /// What the person may do.
    pub role: Role,
}

/// The person on whose behalf a query runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Who.
    pub rater: RaterId,
    /// With which rights.
    pub role: Role,
}

impl Viewer {
    /// Whether the viewer sees what a blind rater may not.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.role == Role::Lead
    }
}
