//! What only the inside can see: raw SQL, past schemas, the connection's settings.

use rusqlite::Connection;
use serde_json::json;
use shinsa_domain::*;

use super::*;
use crate::schema::dump::dump;
use crate::{ImportedRating, Page};

const PASSPHRASE: &str = "past 転倒";

fn lead() -> Rater {
    Rater {
        id: RaterId::new(1, [1; 10]),
        name: "Lead".into(),
        profession: "pharmacist".into(),
        role: Role::Lead,
    }
}

fn project(dir: &Path) -> Project {
    let new = NewProject {
        id: ProjectId::new(1, [2; 10]),
        name: "past",
        passphrase: PASSPHRASE,
        lead: &lead(),
        device: DeviceId::new(1, [3; 10]),
        at: 1_750_000_000_000,
        cost: KdfCost::LEAST,
    };
    Project::create(dir, &new).unwrap()
}

fn viewer() -> Viewer {
    Viewer { rater: lead().id, role: Role::Lead }
}

fn op(name: &str) -> Op {
    Op::new(name, viewer(), DeviceId::new(1, [3; 10]), 1_750_000_000_001).with(json!({"n": 1}))
}

/// At least one row in every table.
fn fill_everything(project: &mut Project) -> (OutputId, RubricRef) {
    let rubric =
        Rubric::from_json(include_str!("../../../../../resources/rubrics/answer-safety.json"))
            .unwrap();
    let answers: Answers =
        serde_json::from_value(json!({"safety": 4, "deductions": ["unnatural"], "harm": false}))
            .unwrap();
    let case = Case {
        id: CaseId::new(1, [4; 10]),
        key: "1".into(),
        lang: Lang::Ja,
        text: CaseText {
            what: "夜間に「転倒」した。\n'; --".into(), ..CaseText::default()
        },
    };
    let prompt =
        Prompt { id: PromptId::new(1, [5; 10]), case: case.id, template: None, text: "?".into() };
    let output = Output {
        id: OutputId::new(1, [6; 10]),
        key: "o1".into(),
        case: case.id,
        prompt: prompt.id,
        sample: 0,
        text: "看護師に連絡".into(),
        items: Default::default(),
        origin: Origin { seed: Some(u64::MAX), ..Origin::default() },
    };
    let rating = ImportedRating {
        rater: lead().id,
        output: output.id,
        rubric: rubric.reference(),
        answers: answers.clone(),
        locked: true,
        at: 2,
        events: [EventId::new(1, [7; 10]), EventId::new(1, [8; 10])],
    };
    let gold = Gold {
        id: GoldId::new(1, [9; 10]),
        output: output.id,
        rubric: rubric.reference(),
        answers: answers.clone(),
        provenance: Provenance::Adjudicated,
        raters: vec![lead().id],
        by: Some(lead().id),
        causes: [("safety".into(), Cause::RubricUnclear)].into(),
    };
    let run = Run {
        id: RunId::new(1, [10; 10]),
        kind: RunKind::Judge,
        name: "judge".into(),
        config: json!({}),
        state: RunState::Done,
        started: 3,
        ended: Some(4),
        passport: Some((json!({}), hash_bytes(b""))),
        artefacts: Default::default(),
        figures: json!({}),
    };
    let verdict = Verdict {
        id: VerdictId::new(1, [11; 10]),
        run: run.id,
        output: output.id,
        sample: 0,
        seed: u64::MAX,
        answers,
        text: "{}".into(),
        prompt_tokens: 1,
        verdict_tokens: 1,
        millis: 1,
        mass: None,
        levels: Default::default(),
    };
    let probe = Probe {
        id: RunId::new(1, [12; 10]),
        kind: ProbeKind::Order,
        name: "probe".into(),
        config: json!({}),
        state: RunState::Done,
        started: 3,
        ended: Some(4),
        passport: Some((json!({}), hash_bytes(b""))),
        figures: json!({}),
    };
    let probed = ProbeVerdict {
        arm: Arm::Changed,
        verdict: Verdict {
            id: VerdictId::new(1, [13; 10]),
            run: probe.id,
            answers: verdict.answers.clone(),
            ..verdict.clone()
        },
    };
    let incident = Incident {
        run: run.id,
        case: case.id,
        sample: 0,
        seed: u64::MAX,
        parts: IncidentParts { events: vec!["転倒".into()], ..IncidentParts::default() },
        cut: false,
    };
    let done = (output.id, rubric.reference());
    let other = Output {
        id: OutputId::new(1, [13; 10]),
        key: "o2".into(),
        sample: 1,
        text: "別の回答".into(),
        ..output.clone()
    };
    let pair = Pair { id: PairId::new(1, [14; 10]), rater: lead().id, a: done.0, b: other.id };
    let plan = AssignmentPlan {
        id: PlanId::new(1, [16; 10]),
        rubric: rubric.reference(),
        rules: AssignmentRules {
            raters: vec![lead().id],
            per_output: 1,
            overlap_share: 0.0,
            overlap_raters: 1,
            calibration: 1,
            audit_share: 0.0,
            seed: 7,
        },
    };
    let planned = PlannedRating {
        output: other.id,
        rater: lead().id,
        part: PlanPart::Calibration,
        probability: Some(0.5),
    };
    let said = Opinion { choice: Some(Preferred::A), reason: "具体的".into() };
    project
        .transact(&op("fill"), |tx| {
            tx.publish_rubric(&rubric)?;
            tx.insert_cases(&[case])?;
            tx.ensure_prompt(&prompt)?;
            tx.insert_outputs(&[output, other])?;
            tx.assign(lead().id, &done.1, &[done.0])?;
            tx.import_ratings(&[rating])?;
            tx.put_gold(&[gold])?;
            tx.insert_run(&run)?;
            tx.insert_verdicts(&[verdict])?;
            tx.insert_probe(&probe)?;
            tx.insert_probe_verdict(&probed)?;
            tx.insert_incidents(&[incident])?;
            tx.add_pairs(std::slice::from_ref(&pair))?;
            tx.prefer(EventId::new(1, [15; 10]), pair.id, &said, 900)?;
            tx.put_assignment_plan(&plan, &[planned], &mut |_| true)?;
            tx.issue_passphrase(lead().id, KdfCost::LEAST)?;
            tx.begin_rubric_draft(DraftId::new(1, [12; 10]), Some(&done.1), &rubric)?;
            tx.set_queue_rule(&done.1, &QueueRule { run: Some(run.id), ..QueueRule::default() })?;
            tx.set_queue_wish(&done.1, Way::Disagreement)?;
            tx.insert_draw(&Draw {
                rater: lead().id,
                output: done.0,
                rubric: done.1.clone(),
                way: Way::Random,
                probability: 1.0,
                among: 1,
                recipe: json!({}),
                at: 5,
            })?;
            let again = RepeatId::new(1, [16; 10]);
            tx.begin_repeat(again, lead().id, done.0, &done.1)?;
            let span = Span { start: 0, end: 3, quote: "看護師".into() };
            let cite = Operation::Cite { criterion: "safety".into(), spans: vec![span] };
            let cited = RatingEvent {
                id: EventId::new(1, [17; 10]),
                device: tx.op().device,
                sequence: 0,
                rater: lead().id,
                output: done.0,
                rubric: done.1.clone(),
                operation: cite,
                parent: None,
                at: 6,
                active_ms: 0,
            };
            let lock = RatingEvent {
                id: EventId::new(1, [18; 10]),
                operation: Operation::Lock,
                ..cited.clone()
            };
            tx.append_second(again, &[cited, lock])?;
            tx.set_setting("seed", &json!(7))
        })
        .unwrap();
    done
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join("fixtures")
        .join(format!("schema-{}.sql", schema::newest()))
}

/// Run once for a new schema, before it is released:
/// `cargo test -p shinsa-store --lib -- --ignored write_the_fixture`.
#[test]
#[ignore = "writes the fixture of the newest schema"]
fn write_the_fixture_of_the_newest_schema() {
    let dir = tempfile::tempdir().unwrap();
    let mut project = project(dir.path());
    fill_everything(&mut project);
    // Veil and salts are random; a fixture is the same whenever it is made.
    project.conn.execute("UPDATE project SET veil = zeroblob(32)", []).unwrap();
    let passphrase = "UPDATE passphrases SET salt = zeroblob(16), hash = zeroblob(32)";
    project.conn.execute(passphrase, []).unwrap();
    fsio::atomic_write(&fixture(), dump(&project.conn).as_bytes()).unwrap();
}

/// Puts another database into a project, made by `sql` under the project's key.
fn replace_database(path: &Path, sql: &str) {
    let key = unseal(path, &Header::read(path).unwrap(), PASSPHRASE).unwrap();
    let database = path.join(DATABASE);
    fsio::remove_file(&database).unwrap();
    let conn = connection::open(&database, &key, true).unwrap();
    connection::settle(&conn).unwrap();
    conn.execute_batch(sql).unwrap();
    conn.close().unwrap();
}

#[test]
fn a_project_of_every_past_schema_opens() {
    for number in 1..=schema::newest() {
        let dir = tempfile::tempdir().unwrap();
        let project = project(dir.path());
        let path = project.path().to_path_buf();
        project.close().unwrap();
        let file = fixture().with_file_name(format!("schema-{number}.sql"));
        replace_database(&path, &fsio::read_to_string(&file, 1 << 20).unwrap());
        let project = Project::open(&path, PASSPHRASE).unwrap();
        assert_eq!(schema::version(&project.conn).unwrap(), schema::newest());
        assert!(project.check().unwrap().is_sound());
        let view = project.view(&viewer());
        let counts = view.counts().unwrap();
        assert_eq!((counts.cases, counts.ratings, counts.gold, counts.verdicts), (1, 1, 1, 1));
        let output = view.output_by_key("o1").unwrap().unwrap();
        assert_eq!(output.origin.seed, Some(u64::MAX));
        let rubric = view.latest_rubric("answer-safety").unwrap();
        assert_eq!(view.golds(&rubric.reference(), Page::first(9)).unwrap().rows.len(), 1);
    }
}

#[test]
fn a_newer_schema_is_refused_by_number_and_no_byte_changes() {
    let dir = tempfile::tempdir().unwrap();
    let project = project(dir.path());
    let path = project.path().to_path_buf();
    project.conn.pragma_update(None, "user_version", 99).unwrap();
    // As after a crash: the newer version's last writes are still in the log.
    project
        .conn
        .set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .unwrap();
    drop(project);
    let bytes = |name: &str| fsio::read(&path.join(name), 1 << 24).unwrap();
    let names = ["project.json", "project.db", "project.db-wal"];
    let before = names.map(bytes);
    assert!(!before[2].is_empty());
    let error = Project::open(&path, PASSPHRASE).unwrap_err();
    assert_eq!(error.code(), "newer-schema");
    assert_eq!(error.args()["found"], "99");
    assert_eq!(names.map(bytes), before);
}

#[test]
fn history_can_not_be_changed_or_removed() {
    let dir = tempfile::tempdir().unwrap();
    let mut project = project(dir.path());
    fill_everything(&mut project);
    for table in
        ["operations", "rating_events", "golds", "rubrics", "verdicts", "preference_events"]
    {
        for sql in [
            format!("DELETE FROM {table}"),
            format!("UPDATE {table} SET seq = seq + 100"),
            format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"),
            format!("REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"),
        ] {
            let error = project.conn.execute(&sql, []).unwrap_err().to_string();
            assert!(error.contains("append-only"), "{sql}: {error}");
        }
    }
    assert!(project.check().unwrap().is_sound());
}

#[test]
fn the_connection_is_durable_exclusive_and_locked_down() {
    let dir = tempfile::tempdir().unwrap();
    let project = project(dir.path());
    let text = |pragma: &str| -> String {
        project
            .conn
            .query_row(&format!("PRAGMA {pragma}"), [], |row| {
                Ok(match row.get_ref(0)? {
                    rusqlite::types::ValueRef::Text(t) => String::from_utf8_lossy(t).into_owned(),
                    other => other.as_i64()?.to_string(),
                })
            })
            .unwrap()
    };
    for (pragma, value) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("locking_mode", "exclusive"),
        ("foreign_keys", "1"),
        ("trusted_schema", "0"),
        ("recursive_triggers", "1"),
        ("cipher_status", "1"),
        ("cipher_page_size", "4096"),
    ] {
        assert_eq!(text(pragma), value, "{pragma}");
    }
    // DEFENSIVE: the schema can't be written by hand, the log not be turned off.
    let _ = project.conn.execute_batch("PRAGMA writable_schema = ON");
    assert!(project.conn.execute("DELETE FROM sqlite_schema", []).is_err());
    assert_eq!(text("journal_mode = OFF"), "wal");
    // The engine itself keeps a second one out too, whatever holds our lock file.
    let other = Connection::open(project.path().join(DATABASE)).unwrap();
    assert!(
        other.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0)).is_err()
    );
}

#[test]
fn the_engine_is_recent_enough_for_the_wal_reset_fix() {
    // SQLite 3.7.0 to 3.51.2 may corrupt a database with two connections.
    assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
}

#[test]
fn a_rating_that_differs_from_its_events_is_found_by_the_check() {
    let dir = tempfile::tempdir().unwrap();
    let mut project = project(dir.path());
    fill_everything(&mut project);
    assert!(project.check().unwrap().is_sound());
    project.conn.execute("UPDATE ratings SET answers = '{\"safety\":1}'", []).unwrap();
    let found = project.check().unwrap();
    assert_eq!(found.problems.len(), 1);
    assert!(found.problems[0].contains("differs from its events"), "{found:?}");
    project.conn.execute("DELETE FROM ratings", []).unwrap();
    assert!(!project.check().unwrap().is_sound());
}

#[test]
fn a_tampered_row_count_or_reference_is_found_by_the_check() {
    let dir = tempfile::tempdir().unwrap();
    let mut project = project(dir.path());
    fill_everything(&mut project);
    project
        .conn
        .execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM cases; PRAGMA foreign_keys = ON;")
        .unwrap();
    let found = project.check().unwrap();
    assert!(found.problems.iter().any(|p| p.contains("refers to nothing in cases")), "{found:?}");
}
