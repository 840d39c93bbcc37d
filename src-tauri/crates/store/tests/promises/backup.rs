use shinsa_store::*;

use crate::sample::{PASSPHRASE, Sample};

#[test]
fn a_backup_is_a_project_with_all_that_was_there_and_nothing_later() {
    let mut sample = Sample::new(5);
    sample.rate(0, 0, 4, "reason-canary");
    let dest = sample.project.folder(Folder::Backups).join(Project::backup_name(1_750_000_000_000));
    let mut heard = vec![];
    sample
        .project
        .backup(&dest, &mut |done, all| {
            heard.push((done, all));
            true
        })
        .unwrap();
    sample.rate(0, 1, 2, "later-canary");
    let lead = sample.as_lead();
    let rubric = sample.rubric.clone();
    let copy = Project::open(&dest, PASSPHRASE).unwrap();
    assert_eq!((copy.id(), copy.name()), (sample.project.id(), sample.project.name()));
    assert!(copy.check().unwrap().is_sound());
    let in_copy = copy.view(&lead).ratings(&rubric, true, Page::first(9)).unwrap().rows;
    assert_eq!(in_copy.len(), 1);
    // The original went on meanwhile.
    let here = sample.project.view(&lead).ratings(&rubric, true, Page::first(9)).unwrap().rows;
    assert_eq!((here.len(), &here[0]), (2, &in_copy[0]));
    assert!(sample.project.check().unwrap().is_sound());
    copy.close().unwrap();
    let bytes = std::fs::read(dest.join("project.db")).unwrap();
    assert!(!bytes.windows(13).any(|w| w == b"reason-canary"));
    assert_eq!(Project::open(&dest, "wrong").unwrap_err().code(), "wrong-passphrase");
}

#[test]
fn a_backup_that_is_stopped_or_in_the_way_leaves_nothing() {
    let mut sample = Sample::new(0);
    let clock = sample.clock().clone();
    let op = sample.op("fill");
    let cases: Vec<_> = (0..3000)
        .map(|i| crate::sample::case(&clock, &format!("k{i}"), &"転倒。".repeat(300)))
        .collect();
    sample.project.transact(&op, |tx| tx.insert_cases(&cases)).unwrap();
    let backups = sample.project.folder(Folder::Backups);
    let dest = backups.join("a.shinsa");
    let error = sample.project.backup(&dest, &mut |_, _| false).unwrap_err();
    assert_eq!(error.code(), "cancelled");
    assert_eq!(std::fs::read_dir(&backups).unwrap().count(), 0);
    std::fs::create_dir(&dest).unwrap();
    let error = sample.project.backup(&dest, &mut |_, _| true).unwrap_err();
    assert_eq!(error.code(), "project-exists");
    assert_eq!(std::fs::read_dir(&dest).unwrap().count(), 0);
}
