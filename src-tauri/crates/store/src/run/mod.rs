//! Runs. Their figures compare judge and experts, so they are a lead's.

use std::collections::BTreeMap;

use rusqlite::{Row, named_params, params};
use serde::Serialize;
use shinsa_domain::{Hash, Millis, Role, Run, RunId, RunKind, RunState};

use crate::column::{json, json_opt, to_json, uuid, word};
use crate::page::{Page, Rows};
use crate::{StoreError, Tx, View, words};

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunRow {
    /// Its id.
    pub id: RunId,
    /// What it does.
    pub kind: RunKind,
    /// Its name.
    pub name: String,
    /// How far it has come.
    pub state: RunState,
    /// When it started.
    pub started: Millis,
    /// When it ended.
    pub ended: Option<Millis>,
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    Ok(RunRow {
        id: RunId(uuid(row, "id")?),
        kind: word(row, "kind", words::run_kind_from)?,
        name: row.get("name")?,
        state: word(row, "state", words::run_state_from)?,
        started: row.get("started")?,
        ended: row.get("ended")?,
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Run> {
    let list: RunRow = read_row(row)?;
    let hash: Option<String> = row.get("passport_hash")?;
    let artefacts: BTreeMap<String, String> = json(row, "artefacts")?;
    Ok(Run {
        id: list.id,
        kind: list.kind,
        name: list.name,
        config: json(row, "config")?,
        state: list.state,
        started: list.started,
        ended: list.ended,
        passport: json_opt(row, "passport")?.zip(hash.map(Hash)),
        artefacts,
        figures: json(row, "figures")?,
    })
}

impl View<'_> {
    /// The runs, oldest first, of one kind or of all. Empty for all but a lead.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn runs(&self, kind: Option<RunKind>, page: Page) -> Result<Rows<RunRow>, StoreError> {
        let params = named_params! {
            ":kind": kind.map(words::run_kind), ":role": self.role(),
            ":after": page.after, ":limit": page.limit
        };
        self.page("list-runs", include_str!("list.sql"), params, page, read_row)
    }

    /// One run. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, `not-found`, or when the database can't be read.
    pub fn run(&self, id: RunId) -> Result<Run, StoreError> {
        self.lead_only("read-run")?;
        self.first("read-run", include_str!("read.sql"), [id.0.as_bytes()], read)?
            .ok_or_else(|| StoreError::NotFound { noun: "run", id: id.to_string() })
    }

    /// The run of this kind with this name. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn run_by_name(&self, kind: RunKind, name: &str) -> Result<Option<Run>, StoreError> {
        self.lead_only("read-run")?;
        let params = params![words::run_kind(kind), name];
        self.first("read-run", include_str!("by_name.sql"), params, read)
    }
}

impl Tx<'_> {
    /// Adds a run as it starts. For a lead only.
    ///
    /// # Errors
    /// `name-taken` when a run of this kind has the name, `not-allowed`, or when
    /// the database refuses.
    pub fn insert_run(&self, run: &Run) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        if self.view().run_by_name(run.kind, &run.name)?.is_some() {
            return Err(StoreError::NameTaken { noun: "run", name: run.name.clone() });
        }
        self.execute(
            include_str!("insert.sql"),
            named_params! {
                ":id": run.id.0.as_bytes(),
                ":kind": words::run_kind(run.kind),
                ":name": run.name,
                ":config": to_json("runs.config", &run.config)?,
                ":state": words::run_state(run.state),
                ":started": run.started,
                ":ended": run.ended,
                ":passport": passport(run)?,
                ":passport_hash": run.passport.as_ref().map(|(_, hash)| hash.0.as_str()),
                ":artefacts": to_json("runs.artefacts", &run.artefacts)?,
                ":figures": to_json("runs.figures", &run.figures)?,
                ":operation": self.seq
            },
        )?;
        Ok(())
    }

    /// Writes how far a run has come: its state, end, passport, artefacts and
    /// figures. Kind, name, configuration and start stay. For a lead only.
    ///
    /// # Errors
    /// `not-found`, `not-allowed`, or when the database refuses.
    pub fn update_run(&self, run: &Run) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        let changed = self.execute(
            include_str!("update.sql"),
            named_params! {
                ":id": run.id.0.as_bytes(),
                ":state": words::run_state(run.state),
                ":ended": run.ended,
                ":passport": passport(run)?,
                ":passport_hash": run.passport.as_ref().map(|(_, hash)| hash.0.as_str()),
                ":artefacts": to_json("runs.artefacts", &run.artefacts)?,
                ":figures": to_json("runs.figures", &run.figures)?
            },
        )?;
        if changed == 0 {
            return Err(StoreError::NotFound { noun: "run", id: run.id.to_string() });
        }
        Ok(())
    }
}

fn passport(run: &Run) -> Result<Option<String>, StoreError> {
    run.passport.as_ref().map(|(value, _)| to_json("runs.passport", value)).transpose()
}
