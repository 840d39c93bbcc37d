//! Checking a project: pages, structure, references, and what events add up to.

use rusqlite::Connection;
use shinsa_domain::{Role, Viewer, fold};

use super::Project;
use crate::error::sqlite;
use crate::{StoreError, View, rating};

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
    /// Checks every page's authentication, the structure of the database, every
    /// reference, and that each rating equals the fold of its events. Reads the
    /// whole file.
    ///
    /// # Errors
    /// When the check itself can't run.
    pub fn check(&self) -> Result<Check, StoreError> {
        check(&self.conn, Some(&self.veil))
    }
}

pub(super) fn check(conn: &Connection, veil: Option<&[u8; 32]>) -> Result<Check, StoreError> {
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
    if !problems.is_empty() {
        // Reading on through damaged pages would only fail.
        return Ok(Check { problems });
    }
    let mut statement = conn.prepare("PRAGMA foreign_key_check").map_err(failed())?;
    let mut rows = statement.query([]).map_err(failed())?;
    while let Some(row) = rows.next().map_err(failed())? {
        let (table, target): (String, String) =
            (row.get(0).map_err(failed())?, row.get(2).map_err(failed())?);
        problems.push(format!("a row of {table} refers to nothing in {target}"));
    }
    if let Some(veil) = veil {
        problems.extend(misfits(conn, veil)?);
    }
    Ok(Check { problems })
}

/// Ratings that are not what their events add up to.
fn misfits(conn: &Connection, veil: &[u8; 32]) -> Result<Vec<String>, StoreError> {
    // The check reads on nobody's behalf, and tells no answers.
    let nobody = Viewer { rater: shinsa_domain::RaterId(uuid::Uuid::nil()), role: Role::Lead };
    let view = View { conn, viewer: nobody, veil };
    let mut problems = Vec::new();
    let mut kept = 0;
    rating::each_history(&view, |events| {
        kept += 1;
        let Some(folded) = fold(events) else { return Ok(()) };
        let stored = view.rating_of(folded.rater, folded.output, &folded.rubric)?;
        if stored.as_ref() != Some(&folded) {
            problems.push(format!("a rating of output {} differs from its events", folded.output));
        }
        Ok(())
    })?;
    let ratings: i64 = conn
        .query_row("SELECT count(*) FROM ratings", [], |row| row.get(0))
        .map_err(sqlite("check"))?;
    if ratings != kept {
        problems.push(format!("{ratings} ratings, but events of {kept}"));
    }
    Ok(problems)
}
