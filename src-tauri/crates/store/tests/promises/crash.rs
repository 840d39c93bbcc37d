//! What a crash leaves: the files as they lie on the disk at some moment.

use std::path::Path;

use shinsa_store::*;

use crate::sample::{PASSPHRASE, Sample, case};

const FILES: [&str; 3] = ["project.json", "project.db", "project.db-wal"];

/// The project as a crash would leave it, its log cut to `log` bytes.
fn left_behind(project: &Path, dir: &Path, log: usize) -> std::path::PathBuf {
    let copy = dir.join("copy.shinsa");
    let _ = std::fs::remove_dir_all(&copy);
    std::fs::create_dir(&copy).unwrap();
    for name in FILES {
        let mut bytes = std::fs::read(project.join(name)).unwrap();
        if name.ends_with("wal") {
            bytes.truncate(log);
        }
        std::fs::write(copy.join(name), bytes).unwrap();
    }
    copy
}

#[test]
fn what_was_acknowledged_is_there_after_a_crash() {
    let mut sample = Sample::new(2);
    let dir = tempfile::tempdir().unwrap();
    for (n, output) in [(1, 0), (2, 1)] {
        sample.rate(0, output, 4, "");
        let copy = left_behind(&sample.path(), dir.path(), usize::MAX);
        let project = Project::open(&copy, PASSPHRASE).unwrap();
        assert_eq!(project.view(&sample.as_lead()).counts().unwrap().ratings, n);
        assert!(project.check().unwrap().is_sound());
    }
}

#[test]
fn a_log_cut_anywhere_holds_whole_operations_only() {
    let mut sample = Sample::new(0);
    let op = sample.op("import");
    for i in 0..12 {
        let pair = [
            case(sample.clock(), &format!("{i}-a"), &"転倒。".repeat(400)),
            case(sample.clock(), &format!("{i}-b"), &"誤薬。".repeat(400)),
        ];
        sample.project.transact(&op, |tx| tx.insert_cases(&pair)).unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let log = std::fs::metadata(sample.path().join("project.db-wal")).unwrap().len() as usize;
    assert!(log > 100_000);
    let mut seen = std::collections::BTreeSet::new();
    let mut before = 0;
    // Odd steps, so that cuts fall inside frames as well as between them.
    for cut in (0..=log).step_by(log / 23 + 1).chain([log]) {
        let copy = left_behind(&sample.path(), dir.path(), cut);
        let project = Project::open(&copy, PASSPHRASE).unwrap();
        let view = project.view(&sample.as_lead());
        let cases = view.counts().unwrap().cases;
        assert!(cases.is_multiple_of(2) && cases >= before, "{cases} after a cut at {cut}");
        let operations = view.operations(Page::first(99)).unwrap().rows;
        let imports = operations.iter().filter(|o| o.name == "import").count() as u64;
        assert_eq!(imports * 2, cases);
        assert!(project.check().unwrap().is_sound());
        seen.insert(cases);
        before = cases;
    }
    assert!(seen.contains(&24) && seen.len() > 3, "{seen:?}");
}
