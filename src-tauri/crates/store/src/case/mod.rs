//! Cases.

use std::collections::BTreeMap;

use rusqlite::{Row, named_params, params};
use serde::Serialize;
use shinsa_domain::{Case, CaseId, Lang, Role};

use crate::column::{excerpt, json, to_json, uuid, word};
use crate::page::{Found, Inserted, Page, Rows};
use crate::{StoreError, Tx, View, words};

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseRow {
    /// Its id.
    pub id: CaseId,
    /// Its key in the source.
    pub key: String,
    /// Its language.
    pub lang: Lang,
    /// Its title; may be empty.
    pub title: String,
    /// The beginning of its text, on one line.
    pub excerpt: String,
    /// How many outputs answer it.
    pub outputs: u32,
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<CaseRow> {
    Ok(CaseRow {
        id: CaseId(uuid(row, "id")?),
        key: row.get("key")?,
        lang: word(row, "lang", words::lang_from)?,
        title: row.get("title")?,
        excerpt: row.get("excerpt")?,
        outputs: row.get("outputs")?,
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Case> {
    Ok(Case {
        id: CaseId(uuid(row, "id")?),
        key: row.get("key")?,
        lang: word(row, "lang", words::lang_from)?,
        text: json(row, "body")?,
    })
}

impl View<'_> {
    /// The list of cases, in the order in which they came, without their texts.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn cases(&self, page: Page) -> Result<Rows<CaseRow>, StoreError> {
        let params = named_params! { ":after": page.after, ":limit": page.limit };
        self.page("list-cases", include_str!("list.sql"), params, page, read_row)
    }

    /// Whole cases, in the order in which they came, in chunks.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn whole_cases(&self, page: Page) -> Result<Rows<Case>, StoreError> {
        let params = named_params! { ":after": page.after, ":limit": page.limit };
        self.page("read-cases", include_str!("list_whole.sql"), params, page, read)
    }

    /// One case.
    ///
    /// # Errors
    /// `not-found`, or when the database can't be read.
    pub fn case(&self, id: CaseId) -> Result<Case, StoreError> {
        self.first("read-case", include_str!("read.sql"), [id.0.as_bytes()], read)?
            .ok_or_else(|| StoreError::NotFound { noun: "case", id: id.to_string() })
    }

    /// The case with this key in its source.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn case_by_key(&self, key: &str) -> Result<Option<Case>, StoreError> {
        self.first("read-case", include_str!("by_key.sql"), [key], read)
    }

    /// The ids of all cases by key, for imports that refer to them.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn case_ids(&self) -> Result<BTreeMap<String, CaseId>, StoreError> {
        let pairs = self.all("list-cases", include_str!("keys.sql"), [], |row| {
            Ok((row.get("key")?, CaseId(uuid(row, "id")?)))
        })?;
        Ok(pairs.into_iter().collect())
    }

    /// How many cases share their content with another one.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn repeated_cases(&self) -> Result<u64, StoreError> {
        let count =
            self.first("count-cases", include_str!("repeats.sql"), [], |row| row.get::<_, i64>(0))?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }
}

impl Tx<'_> {
    /// Adds cases, by key: one whose key and content hash are there is the same
    /// and keeps its id; one whose key is there with another content is a
    /// conflict and left as it is. Two cases with one content and two keys are
    /// two cases. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database refuses; nothing is then inserted.
    pub fn insert_cases(&self, cases: &[Case]) -> Result<Inserted, StoreError> {
        self.allow(&[Role::Lead])?;
        let mut inserted = Inserted::default();
        for (index, case) in cases.iter().enumerate() {
            let hash = case.text.hash();
            let there = self.view().first(
                "read-case",
                include_str!("hash_by_key.sql"),
                [&case.key],
                |row| Ok((row.get::<_, String>("hash")?, row.get::<_, String>("lang")?)),
            )?;
            let found = match there {
                Some((text, lang)) => {
                    Found::compare(&[("text", text == hash.0), ("lang", lang == case.lang.code())])
                }
                None => {
                    self.execute(
                        include_str!("insert.sql"),
                        params![
                            case.id.0.as_bytes(),
                            case.key,
                            case.lang.code(),
                            hash.0,
                            case.text.title,
                            excerpt(&case.text.what),
                            to_json("cases.body", &case.text)?,
                            self.seq
                        ],
                    )?;
                    Found::New
                }
            };
            inserted.count(index, &case.key, found);
        }
        Ok(inserted)
    }
}
