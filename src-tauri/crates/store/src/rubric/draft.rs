//! Rubrics that are being written: every change is kept, so that a crash costs
//! nothing and undo outlives it. Only a lead has them.

use rusqlite::{Row, named_params, params};
use shinsa_domain::{DraftId, Role, Rubric, RubricRef};

use crate::column::{json, to_json, uuid};
use crate::{StoreError, Tx, View};

/// A rubric that is being written. It may still break every rule of rubrics.
#[derive(Debug, Clone, PartialEq)]
pub struct RubricDraft {
    /// Stable identity.
    pub id: DraftId,
    /// The published version that it changes, if it changes one.
    pub base: Option<RubricRef>,
    /// What is written so far.
    pub rubric: Rubric,
    /// Whether there is a state before this one.
    pub can_undo: bool,
    /// Whether a state after this one was undone.
    pub can_redo: bool,
}

/// States of a draft that are kept for undo.
const MOST_STATES: u32 = 400;

fn read(row: &Row<'_>) -> rusqlite::Result<RubricDraft> {
    let base: Option<String> = row.get("base")?;
    let version: Option<u32> = row.get("base_version")?;
    Ok(RubricDraft {
        id: DraftId(uuid(row, "id")?),
        base: base.zip(version).map(|(id, version)| RubricRef { id, version }),
        rubric: json(row, "body")?,
        can_undo: row.get("can_undo")?,
        can_redo: row.get("can_redo")?,
    })
}

impl View<'_> {
    /// The rubrics that are being written, oldest first. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn rubric_drafts(&self) -> Result<Vec<RubricDraft>, StoreError> {
        self.lead_only("list-rubric-drafts")?;
        let params = named_params! { ":id": None::<&[u8]> };
        self.all("list-drafts", include_str!("draft_list.sql"), params, read)
    }

    /// A rubric that is being written. For a lead only.
    ///
    /// # Errors
    /// `not-found`, `not-allowed`, or when the database can't be read.
    pub fn rubric_draft(&self, id: DraftId) -> Result<RubricDraft, StoreError> {
        self.lead_only("read-rubric-draft")?;
        let params = named_params! { ":id": Some(id.0.as_bytes().as_slice()) };
        self.first("read-draft", include_str!("draft_list.sql"), params, read)?
            .ok_or_else(|| StoreError::NotFound { noun: "draft", id: id.to_string() })
    }
}

impl Tx<'_> {
    /// Begins a draft: a change of `base`, or a new rubric. For a lead only.
    ///
    /// # Errors
    /// `not-found` for a base that isn't there, `not-allowed`.
    pub fn begin_rubric_draft(
        &self,
        id: DraftId,
        base: Option<&RubricRef>,
        rubric: &Rubric,
    ) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        if let Some(base) = base {
            self.require_rubric(base)?;
        }
        self.execute(
            include_str!("draft_insert.sql"),
            params![id.0.as_bytes(), base.map(|b| &b.id), base.map(|b| b.version), self.seq],
        )?;
        self.insert_state(id, rubric)
    }

    /// Keeps a draft as it is now. The same as before changes nothing; a change
    /// after an undo forgets what was undone. For a lead only.
    ///
    /// # Errors
    /// `not-found`, `not-allowed`, or when the database refuses.
    pub fn save_rubric_draft(&self, id: DraftId, rubric: &Rubric) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        if self.view().rubric_draft(id)?.rubric == *rubric {
            return Ok(());
        }
        self.execute(
            include_str!("draft_forget.sql"),
            named_params! { ":draft": id.0.as_bytes(), ":most": MOST_STATES },
        )?;
        self.insert_state(id, rubric)
    }

    /// Takes the last change of a draft back, or (`forward`) does it again.
    /// Returns whether there was one. For a lead only.
    ///
    /// # Errors
    /// `not-found`, `not-allowed`, or when the database refuses.
    pub fn step_rubric_draft(&self, id: DraftId, forward: bool) -> Result<bool, StoreError> {
        self.allow(&[Role::Lead])?;
        self.view().rubric_draft(id)?;
        let sql =
            if forward { include_str!("draft_redo.sql") } else { include_str!("draft_undo.sql") };
        Ok(self.execute(sql, named_params! { ":draft": id.0.as_bytes() })? > 0)
    }

    /// Drops a draft with all its states. What is published stays. For a lead only.
    ///
    /// # Errors
    /// `not-found`, `not-allowed`, or when the database refuses.
    pub fn drop_rubric_draft(&self, id: DraftId) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        self.view().rubric_draft(id)?;
        self.execute(include_str!("draft_drop_states.sql"), [id.0.as_bytes()])?;
        self.execute(include_str!("draft_drop.sql"), [id.0.as_bytes()])?;
        Ok(())
    }

    fn insert_state(&self, id: DraftId, rubric: &Rubric) -> Result<(), StoreError> {
        let body = to_json("rubric_draft_states.body", rubric)?;
        self.execute(include_str!("draft_save.sql"), params![id.0.as_bytes(), body, self.seq])?;
        Ok(())
    }
}
