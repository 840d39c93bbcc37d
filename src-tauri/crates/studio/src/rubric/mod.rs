//! Rubrics of the project, and those shipped; writing one is in `draft`, carrying
//! ratings over to the next version in `carry`.

mod carry;
mod check;
mod draft;

pub use carry::{CarriedReply, CarryPlan, CarryRatings, CarryScope};
pub use check::CheckedRubric;
pub use draft::{
    BeginDraft, DraftHead, DraftView, PublishedRubric, SaveDraft, TriedRubric, TryRubric,
};

use crate::project::small;
use crate::studio::Open;
use crate::view::RubricHead;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{Rubric, RubricRef, Viewer};
use shinsa_fsio as fsio;
use std::path::Path;

/// The rubrics that come with Shinsa.
const SHIPPED: [&str; 5] = [
    include_str!("../../../../../resources/rubrics/answer-safety.json"),
    include_str!("../../../../../resources/rubrics/answer-usefulness.json"),
    include_str!("../../../../../resources/rubrics/drug-suggestion.json"),
    include_str!("../../../../../resources/rubrics/incident-foresight.json"),
    include_str!("../../../../../resources/rubrics/urgent-advice-points.json"),
];
const LARGEST: u64 = 4 << 20;

/// Adds a rubric: one of the shipped ones by its id, or a JSON file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AddRubric {
    /// The id of a shipped rubric.
    #[serde(default)]
    pub shipped: Option<String>,
    /// A file.
    #[serde(default)]
    pub path: Option<String>,
}

impl RubricHead {
    pub(crate) fn of(rubric: &Rubric) -> Self {
        Self {
            id: rubric.id.clone(),
            version: rubric.version,
            title: rubric.title.clone(),
            criteria: small(rubric.asked().count()),
        }
    }
}

impl Studio {
    /// The rubrics that come with Shinsa.
    ///
    /// # Errors
    /// Never: a test reads them all.
    pub fn shipped_rubrics(&self) -> Result<Vec<RubricHead>, StudioError> {
        SHIPPED.iter().map(|text| Ok(RubricHead::of(&Rubric::from_json(text)?))).collect()
    }

    /// The project's rubrics, oldest first.
    ///
    /// # Errors
    /// `no-project`, `not-signed-in`.
    pub fn rubrics(&self) -> Result<Vec<RubricHead>, StudioError> {
        self.with(|open| open.rubric_heads(&open.viewer()?))
    }

    /// The JSON Schema of a rubric file, for those who write one.
    #[must_use]
    pub fn rubric_format(&self) -> serde_json::Value {
        shinsa_domain::rubric_format()
    }

    /// One rubric version, whole.
    ///
    /// # Errors
    /// `unknown-rubric`.
    pub fn rubric(&self, which: &RubricRef) -> Result<Rubric, StudioError> {
        self.with(|open| open.rubric(&open.viewer()?, which))
    }

    /// Publishes a rubric in the project. The same again changes nothing.
    ///
    /// # Errors
    /// `unknown-rubric`, `rubric-invalid` with the place, `rubric-changed` when
    /// this version exists with other content.
    pub fn add_rubric(&self, request: &AddRubric) -> Result<RubricHead, StudioError> {
        let rubric = match (&request.shipped, &request.path) {
            (Some(id), _) => shipped(id)?,
            (None, Some(path)) => {
                let text = fsio::read_to_string(Path::new(path), LARGEST)?;
                Rubric::from_json(&text).map_err(|e| StudioError::from(e).with("path", path))?
            }
            (None, None) => {
                return Err(StudioError::new("unknown-rubric", "Say which rubric to add.")
                    .with("rubric", ""));
            }
        };
        self.with(|open| {
            open.lead()?;
            let op = open.op(&self.ctx, "publish-rubric")?;
            open.project.transact(&op, |tx| tx.publish_rubric(&rubric).map(|_| ()))?;
            Ok(RubricHead::of(&rubric))
        })
    }

    /// The rubric a shell means: `id`, `id@version`, or nothing where the
    /// project has just one rubric (of several versions, the newest).
    ///
    /// # Errors
    /// `unknown-rubric`, `which-rubric` when it isn't clear.
    pub fn which_rubric(&self, text: Option<&str>) -> Result<RubricRef, StudioError> {
        let heads = self.rubrics()?;
        let newest = |id: &str| heads.iter().filter(|h| h.id == id).map(|h| h.version).max();
        let Some(text) = text else {
            let mut ids: Vec<&str> = heads.iter().map(|h| h.id.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            return match ids.as_slice() {
                [id] => Ok(RubricRef { id: (*id).to_owned(), version: newest(id).unwrap_or(1) }),
                [] => Err(unknown("")),
                _ => Err(StudioError::new(
                    "which-rubric",
                    "The project has several rubrics: say which one.",
                )
                .with("rubrics", ids.join(", "))),
            };
        };
        let (id, version) = parse_reference(text).ok_or_else(|| unknown(text))?;
        let version = version.or_else(|| newest(&id)).ok_or_else(|| unknown(text))?;
        if heads.iter().any(|h| h.id == id && h.version == version) {
            Ok(RubricRef { id, version })
        } else {
            Err(unknown(text))
        }
    }
}

impl Open {
    /// A rubric of the project.
    pub fn rubric(&self, viewer: &Viewer, which: &RubricRef) -> Result<Rubric, StudioError> {
        self.project.view(viewer).rubric(which).map_err(|error| match error.code() {
            "not-found" => unknown(&format!("{}@{}", which.id, which.version)),
            _ => error.into(),
        })
    }

    /// The heads of the project's rubrics, by id and version.
    pub fn rubric_heads(&self, viewer: &Viewer) -> Result<Vec<RubricHead>, StudioError> {
        let view = self.project.view(viewer);
        let mut heads = Vec::new();
        for row in view.rubrics()? {
            heads.push(RubricHead::of(&view.rubric(&row.rubric)?));
        }
        Ok(heads)
    }
}

pub(crate) fn shipped(id: &str) -> Result<Rubric, StudioError> {
    for text in SHIPPED {
        let rubric = Rubric::from_json(text)?;
        if rubric.id == id {
            return Ok(rubric);
        }
    }
    Err(unknown(id))
}

pub(crate) fn unknown(rubric: &str) -> StudioError {
    StudioError::new("unknown-rubric", format!("No such rubric: {rubric}.")).with("rubric", rubric)
}

/// `id` or `id@version`.
#[must_use]
pub fn parse_reference(text: &str) -> Option<(String, Option<u32>)> {
    match text.split_once('@') {
        None => (!text.is_empty()).then(|| (text.to_owned(), None)),
        Some((id, version)) => Some((id.to_owned(), Some(version.parse().ok()?))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_rubric_is_offered_by_its_id() {
        for text in SHIPPED {
            let rubric = Rubric::from_json(text).unwrap();
            assert_eq!(shipped(&rubric.id).unwrap(), rubric);
        }
    }

    #[test]
    fn a_reference_may_name_its_version() {
        assert_eq!(parse_reference("a@2"), Some(("a".into(), Some(2))));
        assert_eq!(parse_reference("a"), Some(("a".into(), None)));
        assert_eq!(parse_reference("a@x"), None);
    }
}
