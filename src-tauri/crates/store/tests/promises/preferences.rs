//! Which of two outputs people find better.

use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{PASSPHRASE, Sample, id};

/// A pair of the first two outputs for a rater, `swapped` with the second as A.
fn pair(sample: &mut Sample, rater: usize, swapped: bool) -> PairId {
    let (a, b) = (sample.outputs[usize::from(swapped)], sample.outputs[usize::from(!swapped)]);
    let (op, id) = (sample.op("make-pairs"), id!(sample.clock(), PairId));
    let pair = Pair { id, rater: sample.raters[rater].id, a, b };
    sample.project.transact(&op, |tx| tx.add_pairs(&[pair])).unwrap();
    id
}

fn prefer(
    sample: &mut Sample,
    rater: usize,
    pair: PairId,
    choice: Option<Preferred>,
    reason: &str,
) -> Result<(), StoreError> {
    let (op, id) = (sample.op_of("prefer", sample.as_rater(rater)), id!(sample.clock(), EventId));
    let opinion = Opinion { choice, reason: reason.into() };
    sample.project.transact(&op, |tx| tx.prefer(id, pair, &opinion, 0))
}

fn undo(sample: &mut Sample, rater: usize) -> Option<PairId> {
    let (op, id) = (sample.op_of("undo", sample.as_rater(rater)), id!(sample.clock(), EventId));
    sample.project.transact(&op, |tx| tx.undo_preference(id)).unwrap()
}

fn opinion(sample: &Sample, rater: usize, pair: PairId) -> Opinion {
    sample.project.view(&sample.as_rater(rater)).pair(pair).unwrap().opinion
}

#[test]
fn what_was_said_survives_a_crash_and_the_last_counts() {
    let mut sample = Sample::new(2);
    let pair = pair(&mut sample, 0, false);
    prefer(&mut sample, 0, pair, Some(Preferred::A), "").unwrap();
    prefer(&mut sample, 0, pair, Some(Preferred::Tie), "どちらも報告を促す").unwrap();
    let path = sample.path();
    drop(sample.project);
    sample.project = Project::open(&path, PASSPHRASE).unwrap();
    let said = opinion(&sample, 0, pair);
    assert_eq!(said, Opinion { choice: Some(Preferred::Tie), reason: "どちらも報告を促す".into() });
    assert!(sample.project.check().unwrap().is_sound());
}

#[test]
fn undo_goes_back_across_pairs_to_the_beginning_and_touches_nobody_else() {
    let mut sample = Sample::new(3);
    let first = pair(&mut sample, 0, false);
    let other = pair(&mut sample, 1, true);
    let third = id!(sample.clock(), PairId);
    let op = sample.op("make-pairs");
    let (a, b) = (sample.outputs[1], sample.outputs[2]);
    let more = Pair { id: third, rater: sample.raters[0].id, a, b };
    sample.project.transact(&op, |tx| tx.add_pairs(&[more])).unwrap();
    prefer(&mut sample, 0, first, Some(Preferred::A), "").unwrap();
    prefer(&mut sample, 0, first, Some(Preferred::B), "").unwrap();
    prefer(&mut sample, 0, third, Some(Preferred::Tie), "").unwrap();
    prefer(&mut sample, 1, other, Some(Preferred::B), "").unwrap();
    assert_eq!(undo(&mut sample, 0), Some(third));
    assert_eq!(opinion(&sample, 0, third).choice, None);
    assert_eq!(undo(&mut sample, 0), Some(first));
    assert_eq!(opinion(&sample, 0, first).choice, Some(Preferred::A));
    // Something new after an undo is what the next undo takes back.
    prefer(&mut sample, 0, first, Some(Preferred::Tie), "").unwrap();
    assert_eq!(undo(&mut sample, 0), Some(first));
    assert_eq!(opinion(&sample, 0, first).choice, Some(Preferred::A));
    assert_eq!(undo(&mut sample, 0), Some(first));
    assert_eq!(opinion(&sample, 0, first).choice, None);
    assert_eq!(undo(&mut sample, 0), None);
    assert_eq!(opinion(&sample, 1, other).choice, Some(Preferred::B));
}

#[test]
fn two_outputs_are_one_pair_for_a_rater_whichever_is_a() {
    let mut sample = Sample::new(2);
    let first = pair(&mut sample, 0, false);
    pair(&mut sample, 0, true);
    let others = pair(&mut sample, 1, true);
    let page = Page::first(9);
    let of = |rater: usize| -> Vec<PairId> {
        let view = sample.project.view(&sample.as_rater(rater)).pairs(page).unwrap();
        view.rows.into_iter().map(|row| row.pair.id).collect()
    };
    assert_eq!((of(0), of(1)), (vec![first], vec![others]));
    assert_eq!(
        sample.project.view(&sample.as_rater(1)).pairs(page).unwrap().rows[0].pair.a,
        sample.outputs[1]
    );
}

#[test]
fn nobody_says_or_sees_anything_for_another_but_the_lead_sees_all() {
    let mut sample = Sample::new(2);
    let theirs = pair(&mut sample, 1, false);
    prefer(&mut sample, 1, theirs, Some(Preferred::B), "secret").unwrap();
    assert_eq!(
        prefer(&mut sample, 0, theirs, Some(Preferred::A), "").unwrap_err().code(),
        "not-found"
    );
    let page = Page::first(9);
    for viewer in [sample.as_rater(0), sample.as_adjudicator()] {
        let view = sample.project.view(&viewer);
        assert!(view.preferences(page).unwrap().rows.is_empty());
        assert_eq!(view.pair(theirs).unwrap_err().code(), "not-found");
        let op = sample.op_of("make-pairs", viewer);
        let error = sample.project.transact(&op, |tx| tx.add_pairs(&[])).unwrap_err();
        assert_eq!(error.code(), "not-allowed");
    }
    let lead = sample.as_lead();
    let all = sample.project.view(&lead).preferences(page).unwrap().rows;
    assert_eq!((all.len(), all[0].opinion.reason.as_str()), (1, "secret"));
    assert_eq!(all[0].pair.rater, sample.raters[1].id);
}

#[test]
fn new_outputs_make_pairs_stale() {
    let mut sample = Sample::new(2);
    let me = sample.as_rater(0);
    assert!(sample.project.view(&me).pairs_are_stale().unwrap());
    pair(&mut sample, 0, false);
    assert!(!sample.project.view(&me).pairs_are_stale().unwrap());
}
