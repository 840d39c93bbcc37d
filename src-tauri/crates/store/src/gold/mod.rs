//! Gold: the last row of an output and rubric version counts; nothing is overwritten.

use rusqlite::{Row, named_params, params};
use shinsa_domain::{Gold, GoldId, OutputId, RaterId, Role, RubricRef};

use crate::column::{json, to_json, uuid, uuid_opt, word};
use crate::page::{Found, Inserted, Page, Rows};
use crate::{StoreError, Tx, View, words};

fn read(row: &Row<'_>) -> rusqlite::Result<Gold> {
    Ok(Gold {
        id: GoldId(uuid(row, "id")?),
        output: OutputId(uuid(row, "output")?),
        rubric: RubricRef { id: row.get("rubric")?, version: row.get("rubric_version")? },
        answers: json(row, "answers")?,
        provenance: word(row, "provenance", words::provenance_from)?,
        raters: json(row, "raters")?,
        by: uuid_opt(row, "decided_by")?.map(RaterId),
        causes: json(row, "causes")?,
    })
}

impl View<'_> {
    /// The gold of an output by one rubric version, if there is one and the
    /// viewer may see it.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn gold(&self, output: OutputId, rubric: &RubricRef) -> Result<Option<Gold>, StoreError> {
        let sql = concat!(include_str!("read.sql"), " AND ", include_str!("../view/unveiled.sql"));
        let params = named_params! {
            ":output": output.0.as_bytes(), ":rubric": rubric.id, ":version": rubric.version,
            ":me": self.viewer.rater.0.as_bytes(), ":role": self.role()
        };
        self.first("read-gold", sql, params, |row| self.read_gold(row))
    }

    /// The gold by one rubric version that the viewer may see, in chunks.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn golds(&self, rubric: &RubricRef, page: Page) -> Result<Rows<Gold>, StoreError> {
        let sql = concat!(
            include_str!("list.sql"),
            " AND ",
            include_str!("../view/unveiled.sql"),
            " ORDER BY t.seq LIMIT :limit"
        );
        let params = named_params! {
            ":rubric": rubric.id, ":version": rubric.version,
            ":me": self.viewer.rater.0.as_bytes(), ":role": self.role(),
            ":after": page.after, ":limit": page.limit
        };
        self.page("list-gold", sql, params, page, |row| self.read_gold(row))
    }

    fn read_gold(&self, row: &Row<'_>) -> rusqlite::Result<Gold> {
        let mut gold = read(row)?;
        for rater in &mut gold.raters {
            *rater = self.veiled(gold.output, *rater);
        }
        gold.raters.sort();
        gold.by = gold.by.map(|by| self.veiled(gold.output, by));
        Ok(gold)
    }

    /// The gold that counts, without a veil: for the store itself.
    fn current_gold(
        &self,
        output: OutputId,
        rubric: &RubricRef,
    ) -> Result<Option<Gold>, StoreError> {
        let params = named_params! {
            ":output": output.0.as_bytes(), ":rubric": rubric.id, ":version": rubric.version
        };
        self.first("read-gold", include_str!("read.sql"), params, read)
    }
}

impl Tx<'_> {
    /// Sets gold. Where the same gold counts already (whatever its id), nothing
    /// is added; where another counts, the new one counts from now on and the
    /// old one stays in the history. For a lead or an adjudicator.
    ///
    /// # Errors
    /// `not-found` for an output or rubric that isn't there, `not-allowed`, or
    /// when the database refuses.
    pub fn put_gold(&self, golds: &[Gold]) -> Result<Inserted, StoreError> {
        self.allow(&[Role::Lead, Role::Adjudicator])?;
        let mut inserted = Inserted::default();
        for (index, gold) in golds.iter().enumerate() {
            let there = self.view().current_gold(gold.output, &gold.rubric)?;
            let found = if there.is_some_and(|there| Gold { id: gold.id, ..there } == *gold) {
                Found::Same
            } else {
                self.require("output", include_str!("../output/exists.sql"), &gold.output.0)?;
                self.require_rubric(&gold.rubric)?;
                self.insert_gold(gold, Some(to_json("golds.answers", &gold.answers)?))?;
                Found::New
            };
            inserted.count(index, gold.output, found);
        }
        Ok(inserted)
    }

    /// Takes gold back, by a row with the id `id`: from now on the output has
    /// none by this rubric version. Returns whether there was any. For a lead
    /// or an adjudicator.
    ///
    /// # Errors
    /// `not-allowed`, or when the database refuses.
    pub fn withdraw_gold(
        &self,
        id: GoldId,
        output: OutputId,
        rubric: &RubricRef,
    ) -> Result<bool, StoreError> {
        self.allow(&[Role::Lead, Role::Adjudicator])?;
        let Some(there) = self.view().current_gold(output, rubric)? else { return Ok(false) };
        self.insert_gold(&Gold { id, ..there }, None)?;
        Ok(true)
    }

    fn insert_gold(&self, gold: &Gold, answers: Option<String>) -> Result<(), StoreError> {
        self.execute(
            include_str!("insert.sql"),
            params![
                gold.id.0.as_bytes(),
                gold.output.0.as_bytes(),
                gold.rubric.id,
                gold.rubric.version,
                answers,
                words::provenance(gold.provenance),
                to_json("golds.raters", &gold.raters)?,
                gold.by.as_ref().map(|by| by.0.as_bytes()),
                self.seq,
                to_json("golds.causes", &gold.causes)?
            ],
        )?;
        Ok(())
    }
}
