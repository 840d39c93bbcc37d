//! A database as SQL text, for the fixtures of past schemas.

use std::fmt::Write;

use rusqlite::Connection;

/// Everything the database holds: schema version, tables, rows, then the rest.
pub(crate) fn dump(conn: &Connection) -> String {
    let version: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let mut text = format!(
        "-- A database of schema {version}, for the test of upgrades. Made by a test; never edited.\n\
         PRAGMA foreign_keys = OFF;\nBEGIN;\n"
    );
    for sql in objects(conn, "type = 'table'") {
        writeln!(text, "{sql};").unwrap();
    }
    for table in tables(conn) {
        for row in rows(conn, &table) {
            writeln!(text, "{row};").unwrap();
        }
    }
    for sql in objects(conn, "type <> 'table' AND sql IS NOT NULL") {
        writeln!(text, "{sql};").unwrap();
    }
    writeln!(text, "PRAGMA user_version = {version};\nCOMMIT;").unwrap();
    text
}

/// The statements that made the schema, comments and spacing apart.
pub(crate) fn shape(conn: &Connection) -> Vec<String> {
    let mut all: Vec<String> = objects(conn, "sql IS NOT NULL")
        .iter()
        .map(|sql| {
            let bare = sql.lines().map(|line| line.split("--").next().unwrap_or(line));
            bare.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect();
    all.sort();
    all
}

fn objects(conn: &Connection, which: &str) -> Vec<String> {
    let sql = format!(
        "SELECT sql FROM sqlite_schema WHERE {which} AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    );
    strings(conn, &sql)
}

fn tables(conn: &Connection) -> Vec<String> {
    strings(
        conn,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
         ORDER BY rowid",
    )
}

fn rows(conn: &Connection, table: &str) -> Vec<String> {
    let columns = strings(conn, &format!("SELECT name FROM pragma_table_info('{table}')"));
    let quoted: Vec<String> = columns.iter().map(|c| format!("quote(\"{c}\")")).collect();
    let list = columns.iter().map(|c| format!("\"{c}\"")).collect::<Vec<_>>().join(", ");
    let values = quoted.join(" || ', ' || ");
    strings(conn, &format!("SELECT {values} FROM \"{table}\" ORDER BY 1"))
        .into_iter()
        .map(|values| format!("INSERT INTO \"{table}\" ({list}) VALUES ({values})"))
        .collect()
}

fn strings(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}
