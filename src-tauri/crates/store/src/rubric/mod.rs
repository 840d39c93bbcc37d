//! Rubrics: published versions, which never change.

mod draft;

use rusqlite::{Row, params};
use serde::Serialize;
use shinsa_domain::{Hash, Role, Rubric, RubricRef, Text};

pub use draft::RubricDraft;

use crate::column::{json, to_json};
use crate::page::{Found, Inserted};
use crate::{StoreError, Tx, View};

/// A published version in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RubricRow {
    /// Which version of which rubric.
    pub rubric: RubricRef,
    /// Its name.
    pub title: Text,
    /// BLAKE3 of its canonical JSON.
    pub hash: Hash,
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<RubricRow> {
    Ok(RubricRow {
        rubric: RubricRef { id: row.get("id")?, version: row.get("version")? },
        title: json(row, "title")?,
        hash: Hash(row.get("hash")?),
    })
}

impl View<'_> {
    /// All published versions, by id and version.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn rubrics(&self) -> Result<Vec<RubricRow>, StoreError> {
        self.all("list-rubrics", include_str!("list.sql"), [], read_row)
    }

    /// One version.
    ///
    /// # Errors
    /// `not-found`, or when the database can't be read.
    pub fn rubric(&self, rubric: &RubricRef) -> Result<Rubric, StoreError> {
        self.first(
            "read-rubric",
            include_str!("read.sql"),
            params![rubric.id, rubric.version],
            |row| json(row, "body"),
        )?
        .ok_or_else(|| StoreError::NotFound {
            noun: "rubric",
            id: format!("{} version {}", rubric.id, rubric.version),
        })
    }

    /// The newest version of a rubric.
    ///
    /// # Errors
    /// `not-found`, or when the database can't be read.
    pub fn latest_rubric(&self, id: &str) -> Result<Rubric, StoreError> {
        self.first("read-rubric", include_str!("latest.sql"), [id], |row| json(row, "body"))?
            .ok_or_else(|| StoreError::NotFound { noun: "rubric", id: id.to_owned() })
    }
}

impl Tx<'_> {
    /// Publishes a version. The same version again changes nothing. For a lead only.
    ///
    /// # Errors
    /// `rubric-published` when this version stands there with another content,
    /// `not-allowed`, or when the database refuses.
    pub fn publish_rubric(&self, rubric: &Rubric) -> Result<Inserted, StoreError> {
        self.allow(&[Role::Lead])?;
        let hash = rubric.hash().map_err(|e| StoreError::DamagedValue {
            place: format!("rubric {}", rubric.id),
            detail: e.to_string(),
        })?;
        let versions: Vec<RubricRow> =
            self.view().rubrics()?.into_iter().filter(|row| row.rubric.id == rubric.id).collect();
        let mut inserted = Inserted::default();
        match versions.iter().find(|row| row.rubric.version == rubric.version) {
            Some(there) if there.hash == hash => inserted.count(0, &rubric.id, Found::Same),
            Some(_) => {
                let last = versions.iter().map(|row| row.rubric.version).max().unwrap_or(0);
                return Err(StoreError::RubricPublished {
                    id: rubric.id.clone(),
                    version: rubric.version,
                    next: last + 1,
                });
            }
            None => {
                self.execute(
                    include_str!("insert.sql"),
                    params![
                        rubric.id,
                        rubric.version,
                        hash.0,
                        to_json("rubrics.title", &rubric.title)?,
                        to_json("rubrics.body", rubric)?,
                        self.seq
                    ],
                )?;
                inserted.count(0, &rubric.id, Found::New);
            }
        }
        Ok(inserted)
    }
}
