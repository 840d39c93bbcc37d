//! Checking a rubric file before it is added.

use super::LARGEST;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{Rubric, RubricError, RubricProblem, RubricRef};
use shinsa_fsio as fsio;
use std::path::Path;

/// A rubric file with all that is wrong in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedRubric {
    /// Which rubric it is.
    pub rubric: RubricRef,
    /// Every mistake; none for a file that can be added.
    pub problems: Vec<RubricProblem>,
}

impl Studio {
    /// Reads a rubric file and lists every mistake in it. Needs no project.
    ///
    /// # Errors
    /// `rubric-invalid` for what isn't a rubric's JSON at all, and those of
    /// reading the file.
    pub fn check_rubric(&self, path: &Path) -> Result<CheckedRubric, StudioError> {
        let text = fsio::read_to_string(path, LARGEST)?;
        let rubric: Rubric = serde_json::from_str(&text).map_err(|e| {
            StudioError::from(RubricError::Json {
                line: e.line(),
                column: e.column(),
                message: e.to_string(),
            })
        })?;
        Ok(CheckedRubric { rubric: rubric.reference(), problems: rubric.problems() })
    }
}
