//! The only door for reading: on behalf of a viewer.

use rusqlite::{Connection, OptionalExtension, Params, Row, named_params};
use serde::Serialize;
use shinsa_domain::{OutputId, RaterId, Role, Viewer};
use uuid::Uuid;

use crate::error::sqlite;
use crate::page::{Page, Rows};
use crate::{StoreError, words};

/// Everything a viewer may read. Its queries are spread over the nouns' files.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub(crate) conn: &'a Connection,
    pub(crate) viewer: Viewer,
    pub(crate) veil: &'a [u8; 32],
}

/// How many there are, as far as the viewer may know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Cases.
    pub cases: u64,
    /// Outputs.
    pub outputs: u64,
    /// People.
    pub raters: u64,
    /// Published rubric versions.
    pub rubrics: u64,
    /// Locked ratings the viewer may see.
    pub ratings: u64,
    /// Outputs with gold that the viewer may see, counted per rubric version.
    pub gold: u64,
    /// Verdicts the viewer may see.
    pub verdicts: u64,
    /// Runs; 0 for all but a lead.
    pub runs: u64,
}

impl<'a> View<'a> {
    /// On whose behalf this reads.
    #[must_use]
    pub fn viewer(&self) -> Viewer {
        self.viewer
    }

    /// How many of everything there are.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let sql = concat!(
            include_str!("view/count_open.sql"),
            ", (SELECT count(*) FROM ratings AS t WHERE ",
            include_str!("view/rating_visible.sql"),
            include_str!("view/unveiled.sql"),
            ")",
            " AND t.locked = 1) AS ratings, (SELECT count(*) FROM current_golds AS t WHERE ",
            include_str!("view/unveiled.sql"),
            ") AS gold, (SELECT count(*) FROM verdicts AS t WHERE ",
            include_str!("view/verdict_visible.sql"),
            include_str!("view/unveiled.sql"),
            ") AS verdicts"
        );
        let me = self.viewer.rater.0.as_bytes();
        let params = named_params! { ":me": me, ":role": self.role() };
        let counts = self.first("count", sql, params, |row| {
            let n = |column: &str| row.get::<_, i64>(column).map(i64::unsigned_abs);
            Ok(Counts {
                cases: n("cases")?,
                outputs: n("outputs")?,
                raters: n("raters")?,
                rubrics: n("rubrics")?,
                ratings: n("ratings")?,
                gold: n("gold")?,
                verdicts: n("verdicts")?,
                runs: n("runs")?,
            })
        })?;
        Ok(counts.unwrap_or_default())
    }

    /// The viewer's role as the queries know it.
    pub(crate) fn role(&self) -> &'static str {
        words::role(self.viewer.role)
    }

    /// Refuses all but a lead.
    pub(crate) fn lead_only(&self, operation: &str) -> Result<(), StoreError> {
        if self.viewer.sees_all() {
            return Ok(());
        }
        Err(StoreError::NotAllowed { operation: operation.to_owned(), role: self.viewer.role })
    }

    /// The id under which this viewer sees a rater beside an output: their own
    /// and, for a lead, everyone's is real; others' fit nobody, and differ from
    /// output to output so that hands can't be recognised.
    pub(crate) fn veiled(&self, output: OutputId, rater: RaterId) -> RaterId {
        if self.viewer.role == Role::Lead || rater == self.viewer.rater {
            return rater;
        }
        let mut hasher = blake3::Hasher::new_keyed(self.veil);
        hasher.update(output.0.as_bytes()).update(rater.0.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        RaterId(Uuid::from_bytes(id))
    }

    /// The first row of a query, if there is one.
    pub(crate) fn first<T>(
        &self,
        action: &'static str,
        sql: &str,
        params: impl Params,
        map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        first(self.conn, action, sql, params, map)
    }

    /// All rows of a query.
    pub(crate) fn all<T>(
        &self,
        action: &'static str,
        sql: &str,
        params: impl Params,
        map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        all(self.conn, action, sql, params, map)
    }

    /// One page of a query that has a `seq` column and takes a limit.
    pub(crate) fn page<T>(
        &self,
        action: &'static str,
        sql: &str,
        params: impl Params,
        page: Page,
        mut map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Rows<T>, StoreError> {
        let keyed = self.all(action, sql, params, |row| Ok((row.get("seq")?, map(row)?)))?;
        Ok(Rows::new(keyed, page.limit))
    }
}

impl std::fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("View").field("viewer", &self.viewer).finish_non_exhaustive()
    }
}

pub(crate) fn first<T>(
    conn: &Connection,
    action: &'static str,
    sql: &str,
    params: impl Params,
    map: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, StoreError> {
    let mut statement = conn.prepare_cached(sql).map_err(sqlite(action))?;
    statement.query_row(params, map).optional().map_err(sqlite(action))
}

pub(crate) fn all<T>(
    conn: &Connection,
    action: &'static str,
    sql: &str,
    params: impl Params,
    map: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = conn.prepare_cached(sql).map_err(sqlite(action))?;
    let rows = statement.query_map(params, map).map_err(sqlite(action))?;
    rows.collect::<Result<_, _>>().map_err(sqlite(action))
}
