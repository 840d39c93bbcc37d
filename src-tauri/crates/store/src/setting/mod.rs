//! Settings: small things a project remembers, by name.

use rusqlite::params;
use serde_json::Value;
use shinsa_domain::Role;

use crate::column::{json, to_json};
use crate::{StoreError, Tx, View};

impl View<'_> {
    /// What is remembered under `key`. Everyone in the project may read it:
    /// nothing that is blinded belongs here.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn setting(&self, key: &str) -> Result<Option<Value>, StoreError> {
        self.first("read-setting", include_str!("read.sql"), [key], |row| json(row, "value"))
    }
}

impl Tx<'_> {
    /// Remembers `value` under `key`, instead of what was there. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database refuses.
    pub fn set_setting(&self, key: &str, value: &Value) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        let text = to_json("settings.value", value)?;
        self.execute(include_str!("set.sql"), params![key, text, self.seq])?;
        Ok(())
    }
}
