use rusqlite::Connection;

use super::dump::shape;
use super::*;

/// A database of every schema that was ever released, as SQL.
const FIXTURES: &[(u32, &str)] = &[
    (1, include_str!("../../tests/fixtures/schema-1.sql")),
    (2, include_str!("../../tests/fixtures/schema-2.sql")),
    (3, include_str!("../../tests/fixtures/schema-3.sql")),
    (4, include_str!("../../tests/fixtures/schema-4.sql")),
    (5, include_str!("../../tests/fixtures/schema-5.sql")),
    (6, include_str!("../../tests/fixtures/schema-6.sql")),
    (7, include_str!("../../tests/fixtures/schema-7.sql")),
    (8, include_str!("../../tests/fixtures/schema-8.sql")),
];

fn fresh(target: u32) -> Connection {
    let mut conn = Connection::open_in_memory().unwrap();
    upgrade_to(&mut conn, target).unwrap();
    conn
}

fn counts(conn: &Connection) -> Vec<(String, i64)> {
    let mut statement =
        conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let names: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    names
        .into_iter()
        .map(|name| {
            let sql = format!("SELECT count(*) FROM \"{name}\"");
            let count = conn.query_row(&sql, [], |row| row.get(0)).unwrap();
            (name, count)
        })
        .collect()
}

#[test]
fn migrations_are_numbered_from_one_without_gaps() {
    for (i, (number, _)) in MIGRATIONS.iter().enumerate() {
        assert_eq!(*number as usize, i + 1);
    }
}

#[test]
fn every_schema_has_a_fixture() {
    let numbers: Vec<u32> = FIXTURES.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=newest()).collect::<Vec<_>>());
}

#[test]
fn a_migration_that_was_released_is_never_edited() {
    for (number, sql) in FIXTURES {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(sql).unwrap();
        assert_eq!(shape(&conn), shape(&fresh(*number)), "schema {number}");
    }
}

#[test]
fn every_past_schema_upgrades_with_all_it_held() {
    for (number, sql) in FIXTURES {
        let mut conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(sql).unwrap();
        assert_eq!(version(&conn).unwrap(), *number);
        let before = counts(&conn);
        assert!(
            before.iter().all(|(name, rows)| *rows > 0 || name == "sqlite_sequence"),
            "{before:?}"
        );
        upgrade(&mut conn).unwrap();
        assert_eq!(version(&conn).unwrap(), newest());
        assert_eq!(shape(&conn), shape(&fresh(newest())), "schema {number}");
        let after = counts(&conn);
        for table in before {
            assert!(after.contains(&table), "{table:?} of schema {number}");
        }
        let broken: i64 = conn
            .query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(broken, 0);
    }
}

#[test]
fn events_from_before_active_time_have_none() {
    for (number, sql) in FIXTURES.iter().filter(|(number, _)| *number < 3) {
        let mut conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(sql).unwrap();
        upgrade(&mut conn).unwrap();
        let (events, active): (i64, i64) = conn
            .query_row("SELECT count(*), sum(active_ms) FROM rating_events", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert!(events > 0 && active == 0, "schema {number}");
        let refused = conn.execute(
            "INSERT INTO rating_events SELECT seq + 100, randomblob(16), device, device_sequence, \
             rater, output, rubric, rubric_version, op, body, parent, at, operation, chain, -1 \
             FROM rating_events LIMIT 1",
            [],
        );
        assert!(refused.unwrap_err().to_string().contains("CHECK"));
    }
}

#[test]
fn a_migration_that_fails_leaves_the_schema_before_it() {
    let mut conn = Connection::open_in_memory().unwrap();
    conn.execute_batch("CREATE TABLE golds (x)").unwrap();
    assert!(upgrade(&mut conn).is_err());
    assert_eq!(version(&conn).unwrap(), 0);
    let tables: i64 =
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 1);
}
