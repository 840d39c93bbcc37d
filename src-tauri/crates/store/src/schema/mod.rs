//! The schema: numbered migrations, applied one by one, each in a transaction.
//!
//! A migration that was released is never edited; a change is the next file.
//! `tests/fixtures/schema-N.sql` keeps a database of every past schema.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};

use crate::error::{StoreError, sqlite};

/// `(number, SQL)`, in order, counted from 1 without gaps.
const MIGRATIONS: &[(u32, &str)] = &[
    (1, include_str!("0001_spine.sql")),
    (2, include_str!("0002_setting_aside.sql")),
    (3, include_str!("0003_active_time.sql")),
    (4, include_str!("0004_writing.sql")),
    (5, include_str!("0005_drafts_and_preferences.sql")),
    (6, include_str!("0006_probes.sql")),
    (7, include_str!("0007_people_and_plans.sql")),
    (8, include_str!("0008_order_repeats_evidence.sql")),
];

/// The schema this build writes.
#[must_use]
pub fn newest() -> u32 {
    MIGRATIONS.last().map_or(0, |(number, _)| *number)
}

/// The schema of an open database; 0 for an empty one.
pub(crate) fn version(conn: &Connection) -> Result<u32, StoreError> {
    conn.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(sqlite("read-schema"))
}

/// Brings a database from any past schema to the newest one.
pub(crate) fn upgrade(conn: &mut Connection) -> Result<(), StoreError> {
    upgrade_to(conn, newest())
}

/// Brings a database to the schema `target`, for the tests of upgrades.
pub(crate) fn upgrade_to(conn: &mut Connection, target: u32) -> Result<(), StoreError> {
    let from = version(conn)?;
    if from >= target {
        return Ok(());
    }
    // Where a migration changes the text of a check, the schema itself is written.
    let failed = || sqlite("migrate");
    let defensive = conn.db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE).map_err(failed())?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).map_err(failed())?;
    let migrated = migrate(conn, from, target);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, defensive).map_err(failed())?;
    migrated
}

fn migrate(conn: &mut Connection, from: u32, target: u32) -> Result<(), StoreError> {
    for (number, sql) in
        MIGRATIONS.iter().filter(|(number, _)| (from + 1..=target).contains(number))
    {
        let failed = || sqlite("migrate");
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed())?;
        tx.execute_batch(sql).map_err(failed())?;
        tx.pragma_update(None, "user_version", number).map_err(failed())?;
        tx.commit().map_err(failed())?;
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod dump;
#[cfg(test)]
mod tests;
