//! Operations: every user write is one of them, whole or not at all, and audited.

use rusqlite::{Connection, Params, TransactionBehavior, named_params, params};
use serde::Serialize;
use serde_json::Value;
use shinsa_domain::{DeviceId, Millis, RaterId, Role, Viewer};

use crate::column::{json_opt, to_json, uuid, word};
use crate::error::sqlite;
use crate::page::{Page, Rows};
use crate::{StoreError, View, words};

/// What is about to be written, by whom, where and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Op {
    /// A stable name such as `import-cases`.
    pub name: String,
    /// On whose behalf.
    pub viewer: Viewer,
    /// On which device.
    pub device: DeviceId,
    /// When.
    pub at: Millis,
    /// What a later reader of the audit needs besides the name.
    pub detail: Option<Value>,
}

impl Op {
    /// An operation without detail.
    #[must_use]
    pub fn new(name: &str, viewer: Viewer, device: DeviceId, at: Millis) -> Self {
        Self { name: name.to_owned(), viewer, device, at, detail: None }
    }

    /// The same with a detail for the audit.
    #[must_use]
    pub fn with(mut self, detail: Value) -> Self {
        self.detail = Some(detail);
        self
    }
}

/// A row of the audit table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OperationRow {
    /// Counted from 1.
    pub sequence: i64,
    /// What was done.
    pub name: String,
    /// Who did it.
    pub actor: RaterId,
    /// In which role.
    pub role: Role,
    /// On which device.
    pub device: DeviceId,
    /// When.
    pub at: Millis,
    /// What was noted.
    pub detail: Option<Value>,
}

/// The only door for writing: inside one operation. Its methods are spread over
/// the nouns' files.
pub struct Tx<'a> {
    pub(crate) conn: &'a Connection,
    pub(crate) op: &'a Op,
    /// Who writes, with no more rights than the project grants.
    viewer: Viewer,
    /// The operation's own number, which every row it writes carries.
    pub(crate) seq: i64,
    veil: &'a [u8; 32],
}

impl Tx<'_> {
    /// The operation.
    #[must_use]
    pub fn op(&self) -> &Op {
        self.op
    }

    /// What the operation's viewer may read, with what was just written.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View { conn: self.conn, viewer: self.viewer, veil: self.veil }
    }

    /// Refuses the roles that are not listed.
    pub(crate) fn allow(&self, roles: &[Role]) -> Result<(), StoreError> {
        if roles.contains(&self.viewer.role) {
            return Ok(());
        }
        Err(StoreError::NotAllowed { operation: self.op.name.clone(), role: self.viewer.role })
    }

    /// Refuses a reference to something that isn't there, by name.
    pub(crate) fn require(
        &self,
        noun: &'static str,
        sql: &str,
        id: &uuid::Uuid,
    ) -> Result<(), StoreError> {
        self.view()
            .first("look-up", sql, [id.as_bytes()], |_| Ok(()))?
            .ok_or_else(|| StoreError::NotFound { noun, id: id.to_string() })
    }

    /// Runs one statement; returns how many rows it changed.
    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<usize, StoreError> {
        let failed = sqlite("write");
        let mut statement = self.conn.prepare_cached(sql).map_err(&failed)?;
        statement.execute(params).map_err(failed)
    }
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("op", &self.op).finish_non_exhaustive()
    }
}

/// Runs `write` as one operation. `granted` says which rights its viewer has.
pub(crate) fn transact<T, E: From<StoreError>>(
    conn: &mut Connection,
    veil: &[u8; 32],
    op: &Op,
    granted: impl FnOnce(&Connection, &Viewer) -> Result<Viewer, StoreError>,
    write: impl FnOnce(&Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let failed = || sqlite("commit");
    // Immediate: the one writer takes the database's lock before it reads.
    let guard = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed())?;
    let viewer = granted(&guard, &op.viewer)?;
    let detail = op.detail.as_ref().map(|d| to_json("operations.detail", d)).transpose()?;
    guard
        .prepare_cached(include_str!("insert.sql"))
        .and_then(|mut statement| {
            statement.execute(params![
                op.name,
                viewer.rater.0.as_bytes(),
                words::role(viewer.role),
                op.device.0.as_bytes(),
                op.at,
                detail
            ])
        })
        .map_err(sqlite("write"))?;
    let seq = guard.last_insert_rowid();
    let done = write(&Tx { conn: &guard, op, viewer, seq, veil })?;
    guard.commit().map_err(failed())?;
    Ok(done)
}

impl View<'_> {
    /// The audit table, oldest first. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn operations(&self, page: Page) -> Result<Rows<OperationRow>, StoreError> {
        self.lead_only("list-operations")?;
        let params = named_params! { ":after": page.after, ":limit": page.limit };
        self.page("list-operations", include_str!("list.sql"), params, page, |row| {
            Ok(OperationRow {
                sequence: row.get("seq")?,
                name: row.get("name")?,
                actor: RaterId(uuid(row, "actor")?),
                role: word(row, "role", words::role_from)?,
                device: DeviceId(uuid(row, "device")?),
                at: row.get("at")?,
                detail: json_opt(row, "detail")?,
            })
        })
    }
}
