//! Outputs. Their origin, and the key that may give it away, are a lead's.

use std::collections::BTreeMap;

use rusqlite::{Row, named_params, params};
use serde::Serialize;
use shinsa_domain::{CaseId, Origin, Output, OutputId, PromptId, Role};

use crate::column::{damaged, excerpt, json, to_json, uuid};
use crate::page::{Found, Inserted, Page, Rows};
use crate::{StoreError, Tx, View};

/// An output in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutputRow {
    /// Its id.
    pub id: OutputId,
    /// Its key in the source; for all but a lead, one made from its id.
    pub key: String,
    /// The case it answers.
    pub case: CaseId,
    /// The key of that case.
    pub case_key: String,
    /// Sample k of N, from 0.
    pub sample: u32,
    /// The beginning of its text, on one line.
    pub excerpt: String,
}

/// The key under which all but a lead know an output: sources call their
/// outputs after the model only too often.
fn blind_key(id: OutputId) -> String {
    let hex = id.0.simple().to_string();
    hex[hex.len() - 12..].to_owned()
}

impl View<'_> {
    fn read_row(&self, row: &Row<'_>) -> rusqlite::Result<OutputRow> {
        let id = OutputId(uuid(row, "id")?);
        let key = if self.viewer.sees_all() { row.get("key")? } else { blind_key(id) };
        Ok(OutputRow {
            id,
            key,
            case: CaseId(uuid(row, "case_id")?),
            case_key: row.get("case_key")?,
            sample: row.get("sample")?,
            excerpt: row.get("excerpt")?,
        })
    }

    fn read(&self, row: &Row<'_>) -> rusqlite::Result<Output> {
        let id = OutputId(uuid(row, "id")?);
        let (key, origin) = if self.viewer.sees_all() {
            (row.get("key")?, json(row, "origin")?)
        } else {
            (blind_key(id), Origin::default())
        };
        Ok(Output {
            id,
            key,
            case: CaseId(uuid(row, "case_id")?),
            prompt: PromptId(uuid(row, "prompt_id")?),
            sample: row.get("sample")?,
            text: row.get("body")?,
            items: json(row, "items")?,
            origin,
        })
    }

    /// The list of outputs, in the order in which they came, without their
    /// texts; of one case or of all.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn outputs(&self, case: Option<CaseId>, page: Page) -> Result<Rows<OutputRow>, StoreError> {
        let map = |row: &Row<'_>| self.read_row(row);
        match case {
            None => {
                let params = named_params! { ":after": page.after, ":limit": page.limit };
                self.page("list-outputs", include_str!("list.sql"), params, page, map)
            }
            Some(case) => {
                let params = named_params! {
                    ":after": page.after, ":limit": page.limit, ":case": case.0.as_bytes()
                };
                self.page("list-outputs", include_str!("list_of_case.sql"), params, page, map)
            }
        }
    }

    /// Whole outputs, in the order in which they came, in chunks.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn whole_outputs(&self, page: Page) -> Result<Rows<Output>, StoreError> {
        let params = named_params! { ":after": page.after, ":limit": page.limit };
        self.page("read-outputs", include_str!("list_whole.sql"), params, page, |r| self.read(r))
    }

    /// One output.
    ///
    /// # Errors
    /// `not-found`, or when the database can't be read.
    pub fn output(&self, id: OutputId) -> Result<Output, StoreError> {
        self.first("read-output", include_str!("read.sql"), [id.0.as_bytes()], |r| self.read(r))?
            .ok_or_else(|| StoreError::NotFound { noun: "output", id: id.to_string() })
    }

    /// The output with this key in its source. For a lead only: to a rater the
    /// key could give the origin away.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn output_by_key(&self, key: &str) -> Result<Option<Output>, StoreError> {
        self.lead_only("find-output")?;
        self.first("read-output", include_str!("by_key.sql"), [key], |r| self.read(r))
    }

    /// The ids of all outputs by key, for imports that refer to them. For a
    /// lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn output_ids(&self) -> Result<BTreeMap<String, OutputId>, StoreError> {
        self.lead_only("list-output-keys")?;
        let pairs = self.all("list-outputs", include_str!("keys.sql"), [], |row| {
            Ok((row.get("key")?, OutputId(uuid(row, "id")?)))
        })?;
        Ok(pairs.into_iter().collect())
    }
}

impl Tx<'_> {
    /// Adds outputs, by key: one that is there with the same case, text, sample,
    /// list items and origin is the same and keeps its id; any difference is a
    /// conflict, and what is there stays. Prompts come first
    /// ([`Tx::ensure_prompt`]). For a lead only.
    ///
    /// # Errors
    /// `not-found` for a case or prompt that isn't there, `not-allowed`, or when
    /// the database refuses; nothing is then inserted.
    pub fn insert_outputs(&self, outputs: &[Output]) -> Result<Inserted, StoreError> {
        self.allow(&[Role::Lead])?;
        let mut inserted = Inserted::default();
        for (index, output) in outputs.iter().enumerate() {
            let there = self.view().first(
                "read-output",
                include_str!("same_by_key.sql"),
                [&output.key],
                |row| self.compare(row, output),
            )?;
            let found = match there {
                Some(found) => found,
                None => {
                    self.insert_output(output)?;
                    Found::New
                }
            };
            inserted.count(index, &output.key, found);
        }
        Ok(inserted)
    }

    fn compare(&self, row: &Row<'_>, output: &Output) -> rusqlite::Result<Found> {
        let text = |column: &str| row.get::<_, String>(column);
        let items = serde_json::from_str::<BTreeMap<String, Vec<String>>>(&text("items")?)
            .map_err(|e| damaged("items", &e.to_string()))?;
        let origin: Origin = json(row, "origin")?;
        Ok(Found::compare(&[
            ("case", uuid(row, "case_id")? == output.case.0),
            ("text", text("hash")? == output.text_hash().0),
            ("sample", row.get::<_, u32>("sample")? == output.sample),
            ("items", items == output.items),
            ("origin", origin == output.origin),
        ]))
    }

    fn insert_output(&self, output: &Output) -> Result<(), StoreError> {
        self.require("case", include_str!("../case/exists.sql"), &output.case.0)?;
        self.require("prompt", include_str!("../prompt/exists.sql"), &output.prompt.0)?;
        self.execute(
            include_str!("insert.sql"),
            params![
                output.id.0.as_bytes(),
                output.key,
                output.case.0.as_bytes(),
                output.prompt.0.as_bytes(),
                output.sample,
                output.text_hash().0,
                excerpt(&output.text),
                output.text,
                to_json("outputs.items", &output.items)?,
                to_json("outputs.origin", &output.origin)?,
                self.seq
            ],
        )?;
        Ok(())
    }
}
