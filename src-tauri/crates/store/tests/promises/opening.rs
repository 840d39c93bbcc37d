use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{Clock, PASSPHRASE, Sample, device, empty, id, person};

fn files(path: &Path) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_dir(path)
        .unwrap()
        .map(|e| e.unwrap())
        .filter(|e| e.file_type().unwrap().is_file())
        .map(|e| (e.file_name().to_string_lossy().into_owned(), std::fs::read(e.path()).unwrap()))
        .collect()
}

#[test]
fn a_project_opens_again_with_all_it_held() {
    let sample = Sample::new(3);
    let (path, id) = (sample.path(), sample.project.id());
    let lead = sample.as_lead();
    let counts = sample.project.view(&lead).counts().unwrap();
    sample.project.close().unwrap();
    let project = Project::open(&path, PASSPHRASE).unwrap();
    assert_eq!((project.id(), project.name()), (id, "転倒 2026"));
    assert_eq!(project.view(&lead).counts().unwrap(), counts);
    assert_eq!(counts.cases, 3);
    assert!(project.check().unwrap().is_sound());
    assert_eq!(project.people().unwrap()[0].role, Role::Lead);
    for folder in Folder::ALL {
        assert!(project.folder(folder).is_dir());
    }
}

#[test]
fn closing_leaves_everything_in_the_database_file() {
    let sample = Sample::new(3);
    let path = sample.path();
    sample.project.close().unwrap();
    let names: Vec<String> = files(&path).into_keys().collect();
    assert_eq!(names, ["project.db", "project.json", "project.lock"]);
}

#[test]
fn a_dropped_project_opens_again_too() {
    let mut sample = Sample::new(1);
    sample.rate(0, 0, 4, "");
    let (path, lead, dir) = (sample.path(), sample.as_lead(), sample.dir);
    drop(sample.project);
    let project = Project::open(&path, PASSPHRASE).unwrap();
    assert_eq!(project.view(&lead).counts().unwrap().ratings, 1);
    drop(dir);
}

#[test]
fn a_wrong_passphrase_is_named_and_opens_nothing() {
    let sample = Sample::new(1);
    let path = sample.path();
    sample.project.close().unwrap();
    let before = files(&path);
    for wrong in ["", "spring 転倒 River", "x"] {
        assert_eq!(Project::open(&path, wrong).unwrap_err().code(), "wrong-passphrase");
    }
    assert_eq!(files(&path), before);
    // The lock was let go each time.
    Project::open(&path, PASSPHRASE).unwrap();
}

#[test]
fn a_second_owner_in_this_process_is_told_that_it_is_locked() {
    let sample = Sample::new(1);
    let error = Project::open(&sample.path(), PASSPHRASE).unwrap_err();
    assert_eq!(error.code(), "locked");
    assert!(error.to_string().contains("転倒 2026.shinsa"), "{error}");
}

/// Run by the test below in a process of its own.
#[test]
fn child_opens() {
    let Some(path) = std::env::var_os("SHINSA_TEST_OPEN") else { return };
    let begun = Instant::now();
    let code = Project::open(Path::new(&path), PASSPHRASE).unwrap_err().code();
    println!("child: {code} {}", begun.elapsed().as_millis());
}

#[test]
fn a_second_process_is_told_within_a_second_that_it_is_locked() {
    let sample = Sample::new(1);
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "opening::child_opens", "--nocapture"])
        .env("SHINSA_TEST_OPEN", sample.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&child.stdout).into_owned();
    let line = text.lines().find_map(|l| l.split_once("child: ")).expect(&text).1;
    let (code, millis) = line.split_once(' ').unwrap();
    assert_eq!(code, "locked");
    assert!(millis.parse::<u64>().unwrap() < 1000, "{millis} ms");
}

#[test]
fn what_is_no_project_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for path in [dir.path().to_path_buf(), dir.path().join("missing")] {
        assert_eq!(Project::open(&path, PASSPHRASE).unwrap_err().code(), "not-a-project");
        assert!(!is_project(&path));
    }
    std::fs::write(dir.path().join("project.json"), br#"{"application":"other","format":1}"#)
        .unwrap();
    assert_eq!(Project::open(dir.path(), PASSPHRASE).unwrap_err().code(), "not-a-project");
}

#[test]
fn a_damaged_header_is_named_and_not_taken_for_a_wrong_passphrase() {
    let sample = Sample::new(1);
    let path = sample.path();
    sample.project.close().unwrap();
    let header = path.join("project.json");
    let whole = std::fs::read_to_string(&header).unwrap();
    let sealed = whole.find("\"sealed\": \"").unwrap() + 12;
    let mut flipped = whole.clone();
    let digit = if &whole[sealed..=sealed] == "0" { "1" } else { "0" };
    flipped.replace_range(sealed..=sealed, digit);
    let hungry = whole.replace("\"memory_kib\": 19456", "\"memory_kib\": 4000000000");
    assert_ne!(hungry, whole);
    for bad in ["", "{", &whole[..whole.len() / 2], &flipped, &hungry, "[]", "\u{0}"] {
        std::fs::write(&header, bad).unwrap();
        let before = files(&path);
        assert_eq!(Project::open(&path, PASSPHRASE).unwrap_err().code(), "damaged-header", "{bad}");
        assert_eq!(files(&path), before);
    }
    std::fs::write(&header, whole).unwrap();
    Project::open(&path, PASSPHRASE).unwrap();
}

#[test]
fn a_newer_format_is_refused_by_number_and_untouched() {
    let sample = Sample::new(1);
    let path = sample.path();
    sample.project.close().unwrap();
    let header = path.join("project.json");
    let newer = std::fs::read_to_string(&header)
        .unwrap()
        .replace("\"format\": 1", "\"format\": 9, \"to_come\": true");
    std::fs::write(&header, newer).unwrap();
    let before = files(&path);
    let error = Project::open(&path, PASSPHRASE).unwrap_err();
    assert_eq!(error.code(), "newer-format");
    assert_eq!(error.args()["found"], "9");
    assert_eq!(files(&path), before);
}

#[test]
fn a_damaged_database_is_named_and_untouched() {
    let sample = Sample::new(1);
    let path = sample.path();
    sample.project.close().unwrap();
    let database = path.join("project.db");
    let whole = std::fs::read(&database).unwrap();
    let mut flipped = whole.clone();
    flipped[100] ^= 1;
    let plain = b"SQLite format 3\0".to_vec();
    for bad in [flipped, whole[..2048].to_vec(), plain, vec![]] {
        std::fs::write(&database, &bad).unwrap();
        let error = Project::open(&path, PASSPHRASE).unwrap_err();
        assert_eq!(error.code(), "damaged-database", "{error}");
        assert_eq!(std::fs::read(&database).unwrap(), bad);
    }
    std::fs::remove_file(&database).unwrap();
    assert_eq!(Project::open(&path, PASSPHRASE).unwrap_err().code(), "damaged-database");
    assert!(!database.exists());
}

#[test]
fn a_flipped_byte_anywhere_is_found_by_the_check_or_refused() {
    let sample = Sample::new(40);
    let path = sample.path();
    sample.project.close().unwrap();
    let database = path.join("project.db");
    let whole = std::fs::read(&database).unwrap();
    for at in (20..whole.len()).step_by(whole.len() / 12) {
        let mut bad = whole.clone();
        bad[at] ^= 0x40;
        std::fs::write(&database, &bad).unwrap();
        match Project::open(&path, PASSPHRASE) {
            Err(error) => assert_eq!(error.code(), "damaged-database"),
            Ok(project) => assert!(!project.check().map(|c| c.is_sound()).unwrap_or(false), "{at}"),
        }
    }
}

#[test]
fn a_new_project_replaces_nothing() {
    let clock = Clock::default();
    let (dir, project, lead) = empty(&clock);
    let new = NewProject {
        id: id!(clock, ProjectId),
        name: " 転倒 2026 ",
        passphrase: "other",
        lead: &lead,
        device: device(),
        at: 0,
        cost: KdfCost::LEAST,
    };
    assert_eq!(Project::create(dir.path(), &new).unwrap_err().code(), "project-exists");
    let no_name = NewProject { name: " ", ..new.clone() };
    assert_eq!(Project::create(dir.path(), &no_name).unwrap_err().code(), "empty-name");
    let no_words = NewProject { name: "b", passphrase: " \u{3000}", ..new.clone() };
    assert_eq!(Project::create(dir.path(), &no_words).unwrap_err().code(), "empty-passphrase");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    drop(project);
}

#[test]
fn hostile_names_stay_in_their_folder() {
    let clock = Clock::default();
    let dir = tempfile::tempdir().unwrap();
    let lead = person(&clock, "Lead", Role::Lead);
    let new = NewProject {
        id: id!(clock, ProjectId),
        name: "../../a／b\\c:CON",
        passphrase: PASSPHRASE,
        lead: &lead,
        device: device(),
        at: 0,
        cost: KdfCost::LEAST,
    };
    let project = Project::create(dir.path(), &new).unwrap();
    assert_eq!(project.path().parent().unwrap(), dir.path());
    assert_eq!(project.name(), "../../a／b\\c:CON");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let clock = Clock::default();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let lead = person(&clock, "Lead", Role::Lead);
    let new = NewProject {
        id: id!(clock, ProjectId),
        name: "a",
        passphrase: PASSPHRASE,
        lead: &lead,
        device: device(),
        at: 0,
        cost: KdfCost::LEAST,
    };
    let error = Project::create(&file, &new).unwrap_err();
    assert!(error.to_string().contains("file"), "{error}");
}

#[test]
fn the_new_passphrase_opens_and_the_old_one_does_not() {
    let mut sample = Sample::new(1);
    let path = sample.path();
    let wrong = sample.project.change_passphrase("no", "summer", KdfCost::LEAST).unwrap_err();
    assert_eq!(wrong.code(), "wrong-passphrase");
    sample.project.change_passphrase(PASSPHRASE, "summer", KdfCost::LEAST).unwrap();
    sample.project.close().unwrap();
    assert_eq!(Project::open(&path, PASSPHRASE).unwrap_err().code(), "wrong-passphrase");
    Project::open(&path, "summer").unwrap();
}

#[test]
fn a_summary_needs_no_passphrase_and_tells_no_more_than_the_folder_does() {
    let sample = Sample::new(1);
    let summary = Project::summary(&sample.path()).unwrap();
    assert_eq!((summary.id, summary.name.as_str()), (sample.project.id(), "転倒 2026"));
    let header = std::fs::read_to_string(sample.path().join("project.json")).unwrap();
    assert!(!header.contains("Lead") && !header.contains("転倒"), "{header}");
}

#[test]
fn nothing_that_was_written_is_readable_at_rest() {
    let mut sample = Sample::new(2);
    sample.rate(0, 0, 4, "reason-canary");
    // Now part of it lies in the log, and after closing all in the database.
    for _ in 0..2 {
        for (name, bytes) in files(&sample.path()) {
            for canary in ["reason-canary", "origin-canary", "Aoki", "夜間に転倒", "CREATE TABLE"]
            {
                let found = bytes.windows(canary.len()).any(|w| w == canary.as_bytes());
                assert!(!found, "{canary} in {name}");
            }
        }
        let path = sample.path();
        let Sample { project, dir, .. } = sample;
        project.close().unwrap();
        sample = Sample::new(0);
        sample.project.close().unwrap();
        sample.project = Project::open(&path, PASSPHRASE).unwrap();
        sample.dir = dir;
    }
}

#[test]
fn two_projects_of_one_seed_share_no_key() {
    let headers = [1, 2].map(|_| {
        let (dir, project, _) = empty(&Clock::default());
        let text = std::fs::read_to_string(project.path().join("project.json")).unwrap();
        drop(dir);
        text
    });
    assert_ne!(headers[0], headers[1]);
}
