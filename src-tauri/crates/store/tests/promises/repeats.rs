//! The same output a second time: blind, kept apart, and compared when it is ended.

use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{Sample, answers, id};

/// Rater 0 has ended outputs 0 and 1; 0 has come again.
fn again() -> (Sample, RepeatId) {
    let mut sample = Sample::new(3);
    let (op, rubric, outputs) =
        (sample.op("assign"), sample.rubric.clone(), sample.outputs.clone());
    let rater = sample.raters[0].id;
    sample.project.transact(&op, |tx| tx.assign(rater, &rubric, &outputs)).unwrap();
    sample.rate(0, 0, 4, "first-answer");
    sample.rate(1, 0, 2, "a-colleagues");
    sample.rate(0, 1, 3, "");
    let (id, op) = (id!(sample.clock(), RepeatId), sample.op("come-again"));
    let output = outputs[0];
    sample.project.transact(&op, |tx| tx.begin_repeat(id, rater, output, &rubric)).unwrap();
    (sample, id)
}

fn second(sample: &mut Sample, id: RepeatId, operation: Operation) -> Result<EventId, StoreError> {
    let event = sample.event(0, 0, operation);
    let op = sample.op_of("rate", sample.as_rater(0));
    sample.project.transact(&op, |tx| tx.append_second(id, std::slice::from_ref(&event)))?;
    Ok(event.id)
}

fn undo(sample: &mut Sample) -> Option<RatingEvent> {
    let (op, id) = (sample.op_of("undo", sample.as_rater(0)), id!(sample.clock(), EventId));
    sample.project.transact(&op, |tx| tx.undo_last(id)).unwrap()
}

/// All that rater 0 can read of output 0.
fn sight(sample: &Sample) -> String {
    let me = sample.as_rater(0);
    let (view, output, rubric) = (sample.project.view(&me), sample.outputs[0], &sample.rubric);
    format!(
        "{:?} {:?} {:?} {:?} {:?}",
        view.own_rating(output, rubric).unwrap(),
        view.ratings_of(output, rubric).unwrap(),
        view.ratings(rubric, false, Page::first(99)).unwrap(),
        view.rating_events(output, rubric).unwrap(),
        view.repeated(rubric).unwrap()
    )
}

#[test]
fn while_the_second_rating_is_open_its_rater_reads_neither_the_first_nor_anyone_elses() {
    let (mut sample, id) = again();
    for _ in 0..2 {
        let seen = sight(&sample);
        assert!(!seen.contains("first-answer") && !seen.contains("a-colleagues"), "{seen}");
        let me = sample.as_rater(0);
        assert!(sample.project.view(&me).awaits_second(sample.outputs[0]).unwrap());
        second(&mut sample, id, Operation::Replace { answers: answers(5, "mine") }).unwrap();
    }
    second(&mut sample, id, Operation::Lock).unwrap();
    let seen = sight(&sample);
    assert!(seen.contains("first-answer") && seen.contains("a-colleagues"), "{seen}");
    let me = sample.as_rater(0);
    let both = sample.project.view(&me).repeated(&sample.rubric).unwrap();
    assert_eq!((both[0].first["safety"].clone(), both.len()), (Answer::Int(4), 1));
    assert_eq!(both[0].second["safety"], Answer::Int(5));
}

#[test]
fn the_second_rating_changes_and_counts_nothing_of_the_first() {
    let (mut sample, id) = again();
    let lead = sample.as_lead();
    let before = sample.project.view(&lead).ratings(&sample.rubric, true, Page::first(99)).unwrap();
    second(&mut sample, id, Operation::Replace { answers: answers(1, "") }).unwrap();
    second(&mut sample, id, Operation::Lock).unwrap();
    let view = sample.project.view(&lead);
    assert_eq!(view.ratings(&sample.rubric, true, Page::first(99)).unwrap(), before);
    assert_eq!(view.counts().unwrap().ratings, 3);
    let me = sample.as_rater(0);
    let progress = sample.project.view(&me).progress(&sample.rubric).unwrap();
    assert_eq!((progress.assigned, progress.done), (3, 2));
    assert!(sample.project.check().unwrap().is_sound());
}

#[test]
fn it_comes_once_to_its_own_rater_after_enough_others_and_only_when_it_was_ended() {
    let (mut sample, id) = again();
    let (me, rubric) = (sample.as_rater(0), sample.rubric.clone());
    let may = |sample: &Sample, items, before| {
        sample.project.view(&me).may_come_again(&rubric, items, before).unwrap()
    };
    // Output 0 has come; 1 is the newest, and was ended at ...600.
    assert_eq!(may(&sample, 0, 1_750_000_000_600), [sample.outputs[1]]);
    assert!(may(&sample, 1, 1_750_000_000_600).is_empty());
    assert!(may(&sample, 0, 1_750_000_000_599).is_empty());
    assert_eq!(sample.project.view(&me).repeats_kept(&rubric).unwrap(), 1);
    let begin = |sample: &mut Sample, rater: usize, output: usize| {
        let (id, op) = (id!(sample.clock(), RepeatId), sample.op("come-again"));
        let (rater, output) = (sample.raters[rater].id, sample.outputs[output]);
        sample.project.transact(&op, |tx| tx.begin_repeat(id, rater, output, &rubric))
    };
    assert!(begin(&mut sample, 0, 0).is_err(), "twice");
    assert_eq!(begin(&mut sample, 0, 2).unwrap_err().code(), "not-found");
    // A colleague can't reach it by its id.
    let op = sample.op_of("rate", sample.as_rater(1));
    let event = sample.event(1, 0, Operation::Lock);
    let refused = sample.project.transact(&op, |tx| tx.append_second(id, &[event])).unwrap_err();
    assert_eq!(refused.code(), "not-found");
    let other = sample.as_rater(1);
    assert_eq!(sample.project.view(&other).repeat(id).unwrap(), None);
    assert_eq!(sample.project.view(&other).second_rating(id).unwrap(), None);
}

#[test]
fn undo_takes_changes_back_in_the_order_in_which_they_were_made_over_both() {
    let (mut sample, id) = again();
    let set = |v| Operation::Set { criterion: "safety".into(), answer: Some(Answer::Int(v)) };
    second(&mut sample, id, set(1)).unwrap();
    sample.append(0, 2, set(2)).unwrap();
    second(&mut sample, id, set(3)).unwrap();
    let undone = undo(&mut sample).unwrap();
    // Named by the id under which it came, never by the output's.
    assert_eq!((undone.output, undone.operation), (OutputId(id.0), set(3)));
    assert_eq!(undo(&mut sample).unwrap().output, sample.outputs[2]);
    assert_eq!(undo(&mut sample).unwrap().operation, set(1));
    let me = sample.as_rater(0);
    let rating = sample.project.view(&me).second_rating(id).unwrap().unwrap();
    assert!(rating.answers.is_empty());
    // Next is output 1, whose second rating isn't open.
    assert_eq!(undo(&mut sample).unwrap().operation, Operation::Lock);
    assert_eq!(sample.project.view(&me).open_repeats(&sample.rubric).unwrap().len(), 1);
}

#[test]
fn going_back_to_the_first_rating_takes_the_second_away() {
    let (mut sample, id) = again();
    second(&mut sample, id, Operation::Replace { answers: answers(1, "") }).unwrap();
    // The second's change, output 1's lock and answers, then the first rating itself.
    for _ in 0..3 {
        undo(&mut sample).unwrap();
    }
    let me = sample.as_rater(0);
    assert_eq!(sample.project.view(&me).open_repeats(&sample.rubric).unwrap().len(), 1);
    assert_eq!(undo(&mut sample).unwrap().output, sample.outputs[0]);
    let view = sample.project.view(&me);
    assert!(view.open_repeats(&sample.rubric).unwrap().is_empty());
    assert_eq!((view.repeat(id).unwrap(), view.repeats_kept(&sample.rubric).unwrap()), (None, 0));
    assert_eq!(second(&mut sample, id, Operation::Lock).unwrap_err().code(), "not-found");
}

#[test]
fn a_locked_second_rating_does_not_change() {
    let (mut sample, id) = again();
    second(&mut sample, id, Operation::Replace { answers: answers(1, "") }).unwrap();
    second(&mut sample, id, Operation::Lock).unwrap();
    let set = Operation::Set { criterion: "safety".into(), answer: Some(Answer::Int(2)) };
    assert_eq!(second(&mut sample, id, set.clone()).unwrap_err().code(), "rating-locked");
    second(&mut sample, id, Operation::Unlock).unwrap();
    second(&mut sample, id, set).unwrap();
}

#[test]
fn passages_are_kept_with_the_rating_and_a_locked_one_keeps_its_own() {
    let mut sample = Sample::new(1);
    let span = Span { start: 0, end: 3, quote: "看護師".into() };
    let cite = Operation::Cite { criterion: "safety".into(), spans: vec![span.clone()] };
    sample.append(0, 0, cite.clone()).unwrap();
    let me = sample.as_rater(0);
    let own = |sample: &Sample| {
        sample.project.view(&me).own_rating(sample.outputs[0], &sample.rubric).unwrap().unwrap()
    };
    assert_eq!(own(&sample).evidence, Evidence::from([("safety".into(), vec![span])]));
    sample.append(0, 0, Operation::Lock).unwrap();
    let none = Operation::Cite { criterion: "safety".into(), spans: vec![] };
    assert_eq!(sample.append(0, 0, none.clone()).unwrap_err().code(), "rating-locked");
    sample.append(0, 0, Operation::Unlock).unwrap();
    sample.append(0, 0, none).unwrap();
    assert!(own(&sample).evidence.is_empty());
    assert!(undo(&mut sample).is_some());
    assert_eq!(own(&sample).evidence.len(), 1);
    assert!(sample.project.check().unwrap().is_sound());
}
