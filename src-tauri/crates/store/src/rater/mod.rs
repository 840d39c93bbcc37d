//! The people of a project.

use rusqlite::{Connection, Row, params};
use shinsa_domain::{Rater, RaterId, Role, Viewer};

use crate::column::{uuid, word};
use crate::page::{Found, Inserted};
use crate::view::{all as fetch, first};
use crate::{StoreError, Tx, View, words};

fn read(row: &Row<'_>) -> rusqlite::Result<Rater> {
    Ok(Rater {
        id: RaterId(uuid(row, "id")?),
        name: row.get("name")?,
        profession: row.get("profession")?,
        role: word(row, "role", words::role_from)?,
    })
}

/// Everyone, in the order in which they came.
pub(crate) fn all(conn: &Connection) -> Result<Vec<Rater>, StoreError> {
    fetch(conn, "list-raters", include_str!("list.sql"), [], read)
}

/// The viewer with the rights the project grants: one's own role, for a lead
/// any, and a rater's at least. Nobody gains sight by claiming it.
///
/// # Errors
/// `not-found` for somebody who is not in the project.
pub(crate) fn granted(conn: &Connection, claimed: &Viewer) -> Result<Viewer, StoreError> {
    let sql = include_str!("role.sql");
    let role = first(conn, "read-rater", sql, [claimed.rater.0.as_bytes()], |row| {
        word(row, "role", words::role_from)
    })?
    .ok_or_else(|| StoreError::NotFound { noun: "rater", id: claimed.rater.to_string() })?;
    let granted = role == Role::Lead || role == claimed.role;
    Ok(Viewer { rater: claimed.rater, role: if granted { claimed.role } else { Role::Rater } })
}

impl View<'_> {
    /// Everyone in the project. Names are not blinded; who rated what is.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn raters(&self) -> Result<Vec<Rater>, StoreError> {
        all(self.conn)
    }

    /// The person with this name.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn rater_by_name(&self, name: &str) -> Result<Option<Rater>, StoreError> {
        self.first("read-rater", include_str!("by_name.sql"), [name], read)
    }
}

impl Tx<'_> {
    /// Adds people, by name: one whose name, profession and role are there
    /// already is the same person and keeps the id they have. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database refuses.
    pub fn insert_raters(&self, raters: &[Rater]) -> Result<Inserted, StoreError> {
        self.allow(&[Role::Lead])?;
        let mut inserted = Inserted::default();
        for (index, rater) in raters.iter().enumerate() {
            let there =
                first(self.conn, "read-rater", include_str!("by_name.sql"), [&rater.name], read)?;
            let found = match there {
                Some(there) => Found::compare(&[
                    ("profession", there.profession == rater.profession),
                    ("role", there.role == rater.role),
                ]),
                None => {
                    self.execute(
                        include_str!("insert.sql"),
                        params![
                            rater.id.0.as_bytes(),
                            rater.name,
                            rater.profession,
                            words::role(rater.role),
                            self.seq
                        ],
                    )?;
                    Found::New
                }
            };
            inserted.count(index, &rater.name, found);
        }
        Ok(inserted)
    }
}
