//! Prompts.

use rusqlite::{Row, params};
use shinsa_domain::{CaseId, Hash, Prompt, PromptId, Role, hash_bytes};

use crate::column::{uuid, uuid_opt};
use crate::{StoreError, Tx, View};

fn read(row: &Row<'_>) -> rusqlite::Result<Prompt> {
    Ok(Prompt {
        id: PromptId(uuid(row, "id")?),
        case: CaseId(uuid(row, "case_id")?),
        template: row.get::<_, Option<String>>("template")?.map(Hash),
        text: row.get("body")?,
    })
}

impl View<'_> {
    /// One prompt.
    ///
    /// # Errors
    /// `not-found`, or when the database can't be read.
    pub fn prompt(&self, id: PromptId) -> Result<Prompt, StoreError> {
        self.first("read-prompt", include_str!("read.sql"), [id.0.as_bytes()], read)?
            .ok_or_else(|| StoreError::NotFound { noun: "prompt", id: id.to_string() })
    }

    /// The prompts of a case, in the order in which they came.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn prompts_of(&self, case: CaseId) -> Result<Vec<Prompt>, StoreError> {
        self.all("list-prompts", include_str!("of_case.sql"), [case.0.as_bytes()], read)
    }
}

impl Tx<'_> {
    /// The id of the prompt with this case, template and text: of the one that
    /// is there, or of `prompt`, which is then added. For a lead only.
    ///
    /// # Errors
    /// `not-found` for a case that isn't there, `not-allowed`, or when the
    /// database refuses.
    pub fn ensure_prompt(&self, prompt: &Prompt) -> Result<PromptId, StoreError> {
        self.allow(&[Role::Lead])?;
        let hash = hash_bytes(prompt.text.as_bytes());
        let template = prompt.template.as_ref().map(|t| t.0.as_str());
        let there = self.view().first(
            "read-prompt",
            include_str!("by_content.sql"),
            params![prompt.case.0.as_bytes(), hash.0, template],
            |row| uuid_opt(row, "id"),
        )?;
        if let Some(Some(id)) = there {
            return Ok(PromptId(id));
        }
        self.require("case", include_str!("../case/exists.sql"), &prompt.case.0)?;
        self.execute(
            include_str!("insert.sql"),
            params![
                prompt.id.0.as_bytes(),
                prompt.case.0.as_bytes(),
                template,
                hash.0,
                prompt.text,
                self.seq
            ],
        )?;
        Ok(prompt.id)
    }
}
