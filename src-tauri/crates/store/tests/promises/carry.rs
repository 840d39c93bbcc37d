//! Carrying ratings over to the next version of a rubric.

use std::collections::BTreeMap;

use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{Sample, id, rubric};

/// Publishes version 2, changed by `change`.
fn publish(sample: &mut Sample, change: impl FnOnce(&mut Rubric)) -> RubricRef {
    let mut second = rubric();
    second.version = 2;
    change(&mut second);
    let op = sample.op("publish-rubric");
    sample.project.transact(&op, |tx| tx.publish_rubric(&second)).unwrap();
    second.reference()
}

fn carry(sample: &mut Sample, criteria: &[&str]) -> Result<Carried, StoreError> {
    let criteria: Vec<String> = criteria.iter().map(|c| (*c).to_owned()).collect();
    let (op, from) = (sample.op("carry-ratings"), sample.rubric.clone());
    let clock = sample.clock().clone();
    let done = sample.project.transact(&op, |tx| {
        tx.carry_ratings(&from, 2, &criteria, &mut || id!(clock, EventId), &mut |_| true)
    });
    sample.keep(clock);
    done
}

fn rating(sample: &Sample, rater: usize, output: usize, rubric: &RubricRef) -> Option<Rating> {
    let view = sample.project.view(&sample.as_rater(rater));
    view.own_rating(sample.outputs[output], rubric).unwrap()
}

/// Other words for the first criterion.
fn reword(rubric: &mut Rubric) {
    rubric.criteria[0].help.en = "Other words.".into();
}

const ALL: [&str; 4] = ["safety", "deductions", "harm", "reason"];

#[test]
fn answers_go_over_to_their_own_rater_as_drafts_that_say_where_they_come_from() {
    let mut sample = Sample::new(2);
    sample.rate(0, 0, 4, "mine");
    sample.rate(1, 0, 2, "secret-of-brown");
    let before = rating(&sample, 0, 0, &sample.rubric).unwrap();
    let second = publish(&mut sample, reword);
    let done = carry(&mut sample, &["safety", "harm"]).unwrap();
    assert_eq!((done.carried, done.locked, done.begun, done.empty), (2, 0, 0, 0));
    let mine = rating(&sample, 0, 0, &second).unwrap();
    assert!(!mine.locked);
    assert_eq!(mine.answers.keys().collect::<Vec<_>>(), ["harm", "safety"]);
    assert_eq!(mine.answers["safety"], Answer::Int(4));
    assert!(mine.carried.values().all(|from| *from == sample.rubric));
    // The old rating is as it was, and the event names its last one.
    assert_eq!(rating(&sample, 0, 0, &sample.rubric).unwrap(), before);
    let lead = sample.as_lead();
    let view = sample.project.view(&lead);
    let old = view.rating_events(sample.outputs[0], &sample.rubric).unwrap();
    let new = view.rating_events(sample.outputs[0], &second).unwrap();
    let source = new.iter().find(|e| e.rater == sample.raters[0].id).unwrap();
    let Operation::Carry { event, .. } = &source.operation else { panic!("{source:?}") };
    let last = old.iter().rfind(|e| e.rater == sample.raters[0].id).unwrap();
    assert_eq!(*event, last.id);
    // Nobody meets another's answers by it.
    let me = sample.as_rater(0);
    let view = sample.project.view(&me);
    for shown in [
        format!("{:?}", view.ratings_of(sample.outputs[0], &second)),
        format!("{:?}", view.ratings(&second, false, Page::first(99))),
        format!("{:?}", view.rating_events(sample.outputs[0], &second)),
    ] {
        assert!(!shown.contains("secret-of-brown") && !shown.contains("Int(2)"), "{shown}");
    }
    assert!(sample.project.check().unwrap().is_sound());
}

#[test]
fn the_blindfold_is_on_again_until_the_carried_rating_is_ended() {
    let mut sample = Sample::new(1);
    sample.rate(0, 0, 4, "mine");
    sample.rate(1, 0, 2, "secret-of-brown");
    publish(&mut sample, reword);
    let me = sample.as_rater(0);
    let seen = |sample: &Sample| {
        let ratings =
            sample.project.view(&me).ratings_of(sample.outputs[0], &sample.rubric).unwrap();
        format!("{ratings:?}").contains("secret-of-brown")
    };
    assert!(seen(&sample));
    carry(&mut sample, &["safety"]).unwrap();
    assert!(!seen(&sample));
}

#[test]
fn only_a_version_that_asks_nothing_anew_leaves_a_rating_ended() {
    for (criteria, change, ended) in [
        (&ALL[..], None, true),
        (&ALL[..3], None, false),
        (&ALL[..], Some(reword as fn(&mut Rubric)), false),
    ] {
        let mut sample = Sample::new(2);
        sample.rate(0, 0, 4, "mine");
        let draft = Operation::Replace { answers: crate::sample::answers(3, "draft") };
        sample.append(0, 1, draft).unwrap();
        let second = publish(&mut sample, |rubric| {
            rubric.scoring.clamp = Some((1.0, 5.0));
            if let Some(change) = change {
                change(rubric);
            }
        });
        let done = carry(&mut sample, criteria).unwrap();
        assert_eq!((done.carried, done.locked), (2, u64::from(ended)));
        assert_eq!(rating(&sample, 0, 0, &second).unwrap().locked, ended);
        assert!(!rating(&sample, 0, 1, &second).unwrap().locked);
    }
}

#[test]
fn what_its_rater_has_begun_anew_is_left_alone_and_twice_is_once() {
    let mut sample = Sample::new(1);
    sample.rate(0, 0, 4, "mine");
    sample.rate(1, 0, 2, "theirs");
    let second = publish(&mut sample, reword);
    let mut event = sample.event(
        0,
        0,
        Operation::Set { criterion: "safety".into(), answer: Some(Answer::Int(1)) },
    );
    event.rubric = second.clone();
    let op = sample.op_of("rate", sample.as_rater(0));
    sample.project.transact(&op, |tx| tx.append_events(&[event])).unwrap();
    let done = carry(&mut sample, &["safety", "harm"]).unwrap();
    assert_eq!((done.carried, done.begun), (1, 1));
    let mine = rating(&sample, 0, 0, &second).unwrap();
    assert_eq!(mine.answers, Answers::from([("safety".into(), Answer::Int(1))]));
    let again = carry(&mut sample, &["safety", "harm"]).unwrap();
    assert_eq!((again.carried, again.begun), (0, 2));
}

#[test]
fn what_is_not_sound_is_refused_whole() {
    let mut sample = Sample::new(1);
    sample.rate(0, 0, 4, "mine");
    let second = publish(&mut sample, |rubric| {
        let Kind::Scale { levels } = &mut rubric.criteria[0].kind else { panic!("a scale") };
        levels.pop();
    });
    for criteria in [&["harm", "safety"][..], &["harm", "nothing"]] {
        let error = carry(&mut sample, criteria).unwrap_err();
        assert_eq!(error.code(), "cannot-carry");
        assert_eq!(error.args()["criterion"], criteria[1]);
    }
    assert!(rating(&sample, 0, 0, &second).is_none());
    let (op, from) = (sample.op_of("carry", sample.as_rater(0)), sample.rubric.clone());
    let error = sample
        .project
        .transact(&op, |tx| tx.carry_ratings(&from, 2, &[], &mut || unreachable!(), &mut |_| true))
        .unwrap_err();
    assert_eq!(error.code(), "not-allowed");
}

#[test]
fn cancelling_leaves_nothing_behind() {
    let mut sample = Sample::new(1);
    sample.rate(0, 0, 4, "mine");
    let second = publish(&mut sample, reword);
    let (op, from) = (sample.op("carry-ratings"), sample.rubric.clone());
    let clock = sample.clock().clone();
    let error = sample
        .project
        .transact(&op, |tx| {
            let harm = ["harm".to_owned()];
            tx.carry_ratings(&from, 2, &harm, &mut || id!(clock, EventId), &mut |_| false)
        })
        .unwrap_err();
    assert_eq!(error.code(), "cancelled");
    assert!(rating(&sample, 0, 0, &second).is_none());
}

#[test]
fn a_queue_goes_over_in_its_raters_own_order() {
    let mut sample = Sample::new(3);
    let order = [sample.outputs[2], sample.outputs[0]];
    let (op, from, me) = (sample.op("assign"), sample.rubric.clone(), sample.raters[0].id);
    sample.project.transact(&op, |tx| tx.assign(me, &from, &order)).unwrap();
    sample.rate(0, 0, 4, "");
    let second = publish(&mut sample, reword);
    carry(&mut sample, &["harm"]).unwrap();
    let viewer = sample.as_rater(0);
    let rows = sample.project.view(&viewer).queue(&second, None, Page::first(9)).unwrap().rows;
    let states: Vec<_> = rows.iter().map(|r| (r.output, r.state)).collect();
    assert_eq!(states, [(order[0], QueueState::Todo), (order[1], QueueState::Draft)]);
}

#[test]
fn carrying_over_is_taken_back_where_nobody_has_gone_on() {
    let mut sample = Sample::new(2);
    sample.rate(0, 0, 4, "");
    sample.rate(0, 1, 3, "");
    let second = publish(&mut sample, reword);
    carry(&mut sample, &["safety"]).unwrap();
    let mut event = sample.event(
        0,
        1,
        Operation::Set { criterion: "harm".into(), answer: Some(Answer::Bool(false)) },
    );
    event.rubric = second.clone();
    let op = sample.op_of("rate", sample.as_rater(0));
    sample.project.transact(&op, |tx| tx.append_events(&[event])).unwrap();
    let (op, clock) = (sample.op("uncarry-ratings"), sample.clock().clone());
    let undone = sample
        .project
        .transact(&op, |tx| tx.uncarry_ratings(&second, &mut || id!(clock, EventId)))
        .unwrap();
    sample.keep(clock);
    assert_eq!(undone, 1);
    assert!(rating(&sample, 0, 0, &second).unwrap().answers.is_empty());
    assert_eq!(rating(&sample, 0, 1, &second).unwrap().answers.len(), 2);
    assert!(sample.project.check().unwrap().is_sound());
    // Then it can be carried again.
    assert_eq!(carry(&mut sample, &["safety"]).unwrap().carried, 1);
}

#[test]
fn a_raters_undo_stops_before_what_was_carried() {
    let mut sample = Sample::new(1);
    sample.rate(0, 0, 4, "");
    let second = publish(&mut sample, reword);
    carry(&mut sample, &["safety"]).unwrap();
    let op = sample.op_of("undo", sample.as_rater(0));
    let id = id!(sample.clock(), EventId);
    let undone = sample.project.transact(&op, |tx| tx.undo_last(id)).unwrap().unwrap();
    assert_eq!((undone.rubric, undone.operation), (sample.rubric.clone(), Operation::Lock));
    let kept = rating(&sample, 0, 0, &second).unwrap();
    assert_eq!(kept.carried, BTreeMap::from([("safety".into(), sample.rubric.clone())]));
}

#[test]
fn the_lead_hears_how_many_there_are() {
    let mut sample = Sample::new(2);
    sample.rate(0, 0, 4, "");
    sample.append(1, 1, Operation::Replace { answers: crate::sample::answers(3, "") }).unwrap();
    publish(&mut sample, reword);
    carry(&mut sample, &["safety"]).unwrap();
    let lead = sample.as_lead();
    let counts = sample.project.view(&lead).carry_counts(&sample.rubric, 2).unwrap();
    assert_eq!(counts, CarryCounts { ratings: 2, locked: 1, begun: 2, carried: 2 });
    let me = sample.as_rater(0);
    let refused = sample.project.view(&me).carry_counts(&sample.rubric, 2).unwrap_err();
    assert_eq!(refused.code(), "not-allowed");
}

#[test]
fn passages_go_over_with_the_answers_that_rest_on_them_and_come_back_with_them() {
    let mut sample = Sample::new(1);
    let span =
        |start: u32, end: u32| Span { start, end, quote: "転".repeat((end - start) as usize) };
    let cite = |criterion: &str, spans| Operation::Cite { criterion: criterion.into(), spans };
    let answers = crate::sample::answers(4, "mine");
    sample.append(0, 0, Operation::Replace { answers }).unwrap();
    sample.append(0, 0, cite("safety", vec![span(0, 2), span(4, 5)])).unwrap();
    sample.append(0, 0, cite("reason", vec![span(1, 2)])).unwrap();
    sample.append(0, 0, Operation::Lock).unwrap();
    let second = publish(&mut sample, |rubric| rubric.scoring.clamp = Some((1.0, 5.0)));
    assert_eq!(carry(&mut sample, &["safety", "harm"]).unwrap().carried, 1);
    let there = rating(&sample, 0, 0, &second).unwrap();
    // Only what rests on an answer that went over.
    assert_eq!(there.evidence, Evidence::from([("safety".into(), vec![span(0, 2), span(4, 5)])]));
    let lead = sample.as_lead();
    let counts = sample.project.view(&lead).carry_counts(&sample.rubric, 2).unwrap();
    assert_eq!((counts.ratings, counts.begun, counts.carried), (1, 1, 1));
    assert!(sample.project.check().unwrap().is_sound());
}
