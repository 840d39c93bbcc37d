//! Rubrics that are being written.

use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{PASSPHRASE, Sample, id, rubric};

fn titled(title: &str) -> Rubric {
    let mut rubric = rubric();
    rubric.title = Text { ja: title.into(), en: String::new() };
    rubric
}

fn begin(sample: &mut Sample) -> DraftId {
    let (op, id) = (sample.op("begin"), id!(sample.clock(), DraftId));
    let base = sample.rubric.clone();
    sample
        .project
        .transact(&op, |tx| tx.begin_rubric_draft(id, Some(&base), &titled("一")))
        .unwrap();
    id
}

fn save(sample: &mut Sample, id: DraftId, title: &str) {
    let op = sample.op("save");
    sample.project.transact(&op, |tx| tx.save_rubric_draft(id, &titled(title))).unwrap();
}

fn step(sample: &mut Sample, id: DraftId, forward: bool) -> bool {
    let op = sample.op("step");
    sample.project.transact(&op, |tx| tx.step_rubric_draft(id, forward)).unwrap()
}

fn title(sample: &Sample, id: DraftId) -> String {
    sample.project.view(&sample.as_lead()).rubric_draft(id).unwrap().rubric.title.ja
}

#[test]
fn a_draft_and_its_undo_survive_closing() {
    let mut sample = Sample::new(0);
    let id = begin(&mut sample);
    save(&mut sample, id, "二");
    save(&mut sample, id, "三");
    let path = sample.path();
    let lead = sample.as_lead();
    // As after a crash: dropped, not closed.
    drop(sample.project);
    sample.project = Project::open(&path, PASSPHRASE).unwrap();
    assert_eq!(title(&sample, id), "三");
    assert!(step(&mut sample, id, false));
    assert_eq!(title(&sample, id), "二");
    let draft = sample.project.view(&lead).rubric_draft(id).unwrap();
    assert!(draft.can_undo && draft.can_redo);
    assert_eq!(draft.base, Some(sample.rubric.clone()));
}

#[test]
fn undo_ends_at_the_beginning_redo_at_the_end_and_a_change_forgets_what_was_undone() {
    let mut sample = Sample::new(0);
    let id = begin(&mut sample);
    save(&mut sample, id, "二");
    assert!(step(&mut sample, id, false));
    assert!(!step(&mut sample, id, false));
    assert_eq!(title(&sample, id), "一");
    assert!(step(&mut sample, id, true));
    assert!(!step(&mut sample, id, true));
    assert_eq!(title(&sample, id), "二");
    assert!(step(&mut sample, id, false));
    save(&mut sample, id, "三");
    assert!(!step(&mut sample, id, true));
    assert_eq!(title(&sample, id), "三");
    // The same again is no change to undo.
    save(&mut sample, id, "三");
    assert!(step(&mut sample, id, false));
    assert_eq!(title(&sample, id), "一");
}

#[test]
fn an_unsound_rubric_is_kept_as_it_is_written() {
    let mut sample = Sample::new(0);
    let id = begin(&mut sample);
    let mut broken = titled("途中");
    broken.criteria.clear();
    assert!(!broken.problems().is_empty());
    let op = sample.op("save");
    sample.project.transact(&op, |tx| tx.save_rubric_draft(id, &broken)).unwrap();
    assert_eq!(sample.project.view(&sample.as_lead()).rubric_draft(id).unwrap().rubric, broken);
}

#[test]
fn what_is_long_ago_is_forgotten_and_what_is_dropped_is_gone() {
    let mut sample = Sample::new(0);
    let id = begin(&mut sample);
    let op = sample.op("save");
    let steps = sample
        .project
        .transact(&op, |tx| {
            for n in 0..450 {
                tx.save_rubric_draft(id, &titled(&n.to_string()))?;
            }
            let mut steps = 0;
            while tx.step_rubric_draft(id, false)? {
                steps += 1;
            }
            Ok::<_, StoreError>(steps)
        })
        .unwrap();
    assert!((399..=401).contains(&steps), "{steps}");
    let op = sample.op("drop");
    sample.project.transact(&op, |tx| tx.drop_rubric_draft(id)).unwrap();
    let lead = sample.as_lead();
    assert!(sample.project.view(&lead).rubric_drafts().unwrap().is_empty());
    let error = sample.project.transact(&op, |tx| tx.drop_rubric_draft(id)).unwrap_err();
    assert_eq!(error.code(), "not-found");
    assert!(sample.project.check().unwrap().is_sound());
}

#[test]
fn only_a_lead_writes_or_reads_a_draft() {
    let mut sample = Sample::new(0);
    let id = begin(&mut sample);
    for viewer in [sample.as_rater(0), sample.as_adjudicator()] {
        let view = sample.project.view(&viewer);
        assert_eq!(view.rubric_drafts().unwrap_err().code(), "not-allowed");
        assert_eq!(view.rubric_draft(id).unwrap_err().code(), "not-allowed");
        let op = sample.op_of("try", viewer);
        let error =
            sample.project.transact(&op, |tx| tx.save_rubric_draft(id, &titled("x"))).unwrap_err();
        assert_eq!(error.code(), "not-allowed");
        let error = sample.project.transact(&op, |tx| tx.drop_rubric_draft(id)).unwrap_err();
        assert_eq!(error.code(), "not-allowed");
    }
}
