//! Checking a project; backups and their restoration will live here too.

use rusqlite::Connection;

use super::Project;
use crate::StoreError;
use crate::error::sqlite;

/// What a check of the whole database found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What is wrong, in the engine's words; empty for a sound project.
    pub problems: Vec<String>,
}

impl Check {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

impl Project {
    /// Checks every page's authentication, the structure of the database, and
    /// every reference. Reads the whole file.
    ///
    /// # Errors
    /// When the check itself can't run.
    pub fn check(&self) -> Result<Check, StoreError> {
        check(&self.conn)
    }
}

fn check(conn: &Connection) -> Result<Check, StoreError> {
    let failed = || sqlite("check");
    let mut problems = Vec::new();
    for pragma in ["PRAGMA cipher_integrity_check", "PRAGMA integrity_check(100)"] {
        let mut statement = conn.prepare(pragma).map_err(failed())?;
        let mut rows = statement.query([]).map_err(failed())?;
        while let Some(row) = rows.next().map_err(failed())? {
            let line: String = row.get(0).map_err(failed())?;
            if line != "ok" {
                problems.push(line);
            }
        }
    }
    let mut statement = conn.prepare("PRAGMA foreign_key_check").map_err(failed())?;
    let mut rows = statement.query([]).map_err(failed())?;
    while let Some(row) = rows.next().map_err(failed())? {
        let (table, target): (String, String) =
            (row.get(0).map_err(failed())?, row.get(2).map_err(failed())?);
        problems.push(format!("a row of {table} refers to nothing in {target}"));
    }
    Ok(Check { problems })
}
