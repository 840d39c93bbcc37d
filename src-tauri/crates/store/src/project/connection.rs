//! The one connection: keyed, locked down, durable.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use super::key::{DatabaseKey, to_hex};
use crate::StoreError;
use crate::error::sqlite;

/// The largest text or blob accepted, in bytes.
const MOST_VALUE_BYTES: i32 = 64 * 1024 * 1024;
/// Statements kept compiled: about as many as there are `.sql` files.
const STATEMENTS: usize = 128;

/// Opens the database with its key. Nothing is written to it: the caller first
/// looks at the schema, and [`settle`]s the connection when it is one we know.
pub(crate) fn open(path: &Path, key: &DatabaseKey, create: bool) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let conn = Connection::open_with_flags(path, flags).map_err(sqlite("open"))?;
    let failed = || sqlite("open");
    // SQLCipher would report what we return as errors on stderr as well.
    // A pragma takes no bound parameter; the text is hexadecimal of our own making.
    let pragma = Zeroizing::new(format!(
        "PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{}'\"; PRAGMA cipher_compatibility = 4;",
        Zeroizing::new(to_hex(key.0.as_slice())).as_str()
    ));
    conn.execute_batch(&pragma).map_err(failed())?;
    for (config, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        // Until the schema is known to be ours, closing must not touch the file.
        (DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true),
    ] {
        conn.set_db_config(config, on).map_err(failed())?;
    }
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, MOST_VALUE_BYTES).map_err(failed())?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; \
         PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = ON; \
         PRAGMA recursive_triggers = ON; \
         PRAGMA cell_size_check = ON; \
         PRAGMA temp_store = MEMORY; \
         PRAGMA cache_size = -32768; \
         PRAGMA busy_timeout = 500;",
    )
    .map_err(failed())?;
    Ok(conn)
}

/// Turns on the write-ahead log, once the schema is known to be ours.
pub(crate) fn settle(conn: &Connection) -> Result<(), StoreError> {
    let failed = || sqlite("open");
    let mode: String =
        conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(failed())?;
    if mode != "wal" {
        return Err(StoreError::DamagedValue {
            place: "journal_mode".into(),
            detail: format!("the write-ahead log is refused here ({mode})"),
        });
    }
    conn.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024).map_err(failed())?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(failed())?;
    Ok(())
}
