use std::collections::BTreeMap;

use proptest::prelude::*;
use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{PASSPHRASE, Sample, answers, id};

fn set(safety: i32) -> Operation {
    Operation::Set { criterion: "safety".into(), answer: Some(Answer::Int(safety)) }
}

fn safety(sample: &Sample, rater: usize, output: usize) -> Option<Answer> {
    sample
        .project
        .view(&sample.as_rater(rater))
        .own_rating(sample.outputs[output], &sample.rubric)
        .unwrap()
        .and_then(|rating| rating.answers.get("safety").cloned())
}

#[test]
fn every_change_is_kept_as_an_event_and_the_last_by_sequence_counts() {
    let mut sample = Sample::new(1);
    let mut late = sample.event(0, 0, set(2));
    late.at = i64::MAX; // A clock that runs ahead decides nothing.
    let op = sample.op_of("rate", sample.as_rater(0));
    sample.project.transact(&op, |tx| tx.append_events(&[late])).unwrap();
    sample.append(0, 0, set(5)).unwrap();
    assert_eq!(safety(&sample, 0, 0), Some(Answer::Int(5)));
    let view = sample.project.view(&op.viewer);
    let events = view.rating_events(sample.outputs[0], &sample.rubric).unwrap();
    assert_eq!(events.iter().map(|e| e.sequence).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(events[1].parent, Some(events[0].id));
}

#[test]
fn a_rating_survives_closing() {
    let mut sample = Sample::new(1);
    sample.rate(0, 0, 4, "看護師への連絡");
    let path = sample.path();
    let viewer = sample.as_rater(0);
    let before =
        sample.project.view(&viewer).own_rating(sample.outputs[0], &sample.rubric).unwrap();
    sample.project.close().unwrap();
    let project = Project::open(&path, PASSPHRASE).unwrap();
    let after = project.view(&viewer).own_rating(sample.outputs[0], &sample.rubric).unwrap();
    assert_eq!(before, after);
    assert!(after.unwrap().locked);
}

#[test]
fn a_locked_rating_changes_only_after_it_is_unlocked() {
    let mut sample = Sample::new(1);
    sample.rate(0, 0, 4, "");
    assert_eq!(sample.append(0, 0, set(1)).unwrap_err().code(), "rating-locked");
    assert_eq!(safety(&sample, 0, 0), Some(Answer::Int(4)));
    sample.append(0, 0, Operation::Unlock).unwrap();
    sample.append(0, 0, set(1)).unwrap();
    assert_eq!(safety(&sample, 0, 0), Some(Answer::Int(1)));
}

#[test]
fn undo_goes_back_across_items_and_ends_when_nothing_is_left() {
    let mut sample = Sample::new(2);
    sample.append(0, 0, set(2)).unwrap();
    sample.append(0, 0, set(3)).unwrap();
    sample.append(0, 0, Operation::Lock).unwrap();
    sample.append(0, 1, set(5)).unwrap();
    sample.append(1, 1, set(1)).unwrap(); // Somebody else's, never undone here.
    let op = sample.op_of("undo", sample.as_rater(0));
    let mut undo = || {
        let id = id!(sample.clock(), EventId);
        sample.project.transact(&op, |tx| tx.undo_last(id)).unwrap().map(|e| e.operation)
    };
    assert_eq!(undo(), Some(set(5)));
    assert_eq!(undo(), Some(Operation::Lock));
    assert_eq!(undo(), Some(set(3)));
    assert_eq!(safety(&sample, 0, 0), Some(Answer::Int(2)));
    let mut undo = || {
        let id = id!(sample.clock(), EventId);
        sample.project.transact(&op, |tx| tx.undo_last(id)).unwrap().map(|e| e.operation)
    };
    assert_eq!(undo(), Some(set(2)));
    assert_eq!(undo(), None);
    assert_eq!(safety(&sample, 0, 0), None);
    assert_eq!(safety(&sample, 1, 1), Some(Answer::Int(1)));
}

#[test]
fn undoing_an_undo_is_redo() {
    let mut sample = Sample::new(1);
    sample.append(0, 0, set(2)).unwrap();
    let second = sample.append(0, 0, set(5)).unwrap();
    let undo = sample.append(0, 0, Operation::Undo { event: second }).unwrap();
    assert_eq!(safety(&sample, 0, 0), Some(Answer::Int(2)));
    sample.append(0, 0, Operation::Undo { event: undo }).unwrap();
    assert_eq!(safety(&sample, 0, 0), Some(Answer::Int(5)));
}

#[test]
fn an_undo_of_anothers_event_is_refused() {
    let mut sample = Sample::new(2);
    let other = sample.append(1, 0, set(2)).unwrap();
    let mine = sample.append(0, 1, set(2)).unwrap();
    for event in [other, mine] {
        let error = sample.append(0, 0, Operation::Undo { event }).unwrap_err();
        assert_eq!(error.code(), "nothing-to-undo");
    }
}

#[test]
fn a_rater_writes_only_their_own_ratings() {
    let mut sample = Sample::new(1);
    let event = sample.event(1, 0, set(1));
    let op = sample.op_of("rate", sample.as_rater(0));
    let error = sample.project.transact(&op, |tx| tx.append_events(&[event])).unwrap_err();
    assert_eq!(error.code(), "not-allowed");
}

#[test]
fn an_event_that_came_before_is_the_same_event() {
    let mut sample = Sample::new(1);
    let op = sample.op("import-ratings");
    let events = [sample.event(0, 0, set(2)), sample.event(0, 0, Operation::Lock)];
    let twice = |sample: &mut Sample, events: &[RatingEvent]| {
        sample.project.transact(&op, |tx| tx.append_events(events)).unwrap()
    };
    assert_eq!(twice(&mut sample, &events).new, 2);
    let again = twice(&mut sample, &events);
    assert_eq!((again.new, again.same, again.conflicts.len()), (0, 2, 0));
    let mut forged = events[0].clone();
    forged.operation = set(5);
    let forged = twice(&mut sample, &[forged]);
    assert_eq!((forged.new, forged.conflicts[0].field), (0, "operation"));
    assert_eq!(safety(&sample, 0, 0), Some(Answer::Int(2)));
}

#[test]
fn an_event_about_nothing_is_refused_by_name() {
    let mut sample = Sample::new(1);
    let good = sample.event(0, 0, set(2));
    let op = sample.op("import-ratings");
    let bad = [
        ("rater", RatingEvent { rater: RaterId::new(9, [9; 10]), ..good.clone() }),
        ("output", RatingEvent { output: OutputId::new(9, [9; 10]), ..good.clone() }),
        ("rubric", RatingEvent { rubric: RubricRef { id: "no".into(), version: 1 }, ..good }),
    ];
    for (noun, event) in bad {
        let error = sample.project.transact(&op, |tx| tx.append_events(&[event])).unwrap_err();
        assert_eq!((error.code(), error.args()["noun"].as_str()), ("not-found", noun));
    }
}

#[test]
fn whole_ratings_are_imported_once() {
    let mut sample = Sample::new(2);
    let import = |sample: &Sample, output: usize, safety: i32| ImportedRating {
        rater: sample.raters[0].id,
        output: sample.outputs[output],
        rubric: sample.rubric.clone(),
        answers: answers(safety, ""),
        locked: true,
        at: 1,
        events: [id!(sample.clock(), EventId), id!(sample.clock(), EventId)],
    };
    let op = sample.op("import-ratings");
    let ratings = [import(&sample, 0, 4), import(&sample, 1, 2)];
    let first = sample.project.transact(&op, |tx| tx.import_ratings(&ratings)).unwrap();
    assert_eq!(first.new, 2);
    // The same file again: other ids, the same ratings.
    let ratings = [import(&sample, 0, 4), import(&sample, 1, 3)];
    let second = sample.project.transact(&op, |tx| tx.import_ratings(&ratings)).unwrap();
    assert_eq!((second.new, second.same), (0, 1));
    assert_eq!((second.conflicts[0].index, second.conflicts[0].field), (1, "answers"));
    assert_eq!(safety(&sample, 0, 1), Some(Answer::Int(2)));
}

#[test]
fn the_queue_keeps_its_order_and_knows_what_is_left() {
    let mut sample = Sample::new(4);
    let order = [3, 1, 0, 2].map(|i| sample.outputs[i]);
    let (op, rubric, rater) = (sample.op("assign"), sample.rubric.clone(), sample.raters[0].id);
    let assign = |sample: &mut Sample, outputs: &[OutputId]| {
        sample.project.transact(&op, |tx| tx.assign(rater, &rubric, outputs)).unwrap()
    };
    assert_eq!(assign(&mut sample, &order).new, 4);
    let all = sample.outputs.clone();
    assert_eq!(assign(&mut sample, &all).same, 4);
    sample.rate(0, 3, 5, "");
    sample.append(0, 1, set(2)).unwrap();
    let me = sample.as_rater(0);
    let view = sample.project.view(&me);
    let rows = view.queue(&rubric, None, Page::first(10)).unwrap().rows;
    assert_eq!(rows.iter().map(|r| r.output).collect::<Vec<_>>(), order);
    use QueueState::{Done, Draft, Todo};
    assert_eq!(rows.iter().map(|r| r.state).collect::<Vec<_>>(), [Done, Draft, Todo, Todo]);
    let todo = view.queue(&rubric, Some(Todo), Page::first(1)).unwrap();
    assert_eq!(todo.rows[0].output, order[2]);
    let rest = view.queue(&rubric, Some(Todo), Page::after(todo.next.unwrap(), 5)).unwrap();
    assert_eq!((rest.rows[0].output, rest.next), (order[3], None));
    assert_eq!(view.next_in_queue(&rubric, 0).unwrap().unwrap().output, order[1]);
    let last = rows[3].position;
    assert_eq!(view.next_in_queue(&rubric, rows[1].position).unwrap().unwrap().output, order[2]);
    // After the last one it begins again with what was left behind.
    assert_eq!(view.next_in_queue(&rubric, last).unwrap().unwrap().output, order[1]);
    let progress = view.progress(&rubric).unwrap();
    assert_eq!(progress, Progress { assigned: 4, todo: 2, draft: 1, done: 1 });
    let team = sample.project.view(&sample.as_lead()).team_progress(&rubric).unwrap();
    assert_eq!(team, [(rater, progress)]);
    assert_eq!(sample.project.view(&sample.as_rater(1)).next_in_queue(&rubric, 0).unwrap(), None);
}

#[test]
fn what_is_left_for_later_comes_last_and_a_flag_is_seen_in_the_queue() {
    let mut sample = Sample::new(3);
    let skip = |reason: Option<&str>| Operation::Skip { reason: reason.map(str::to_owned) };
    // Set aside before it is assigned, and after.
    sample.append(0, 0, skip(Some("needs the chart"))).unwrap();
    let (op, rubric, outputs) =
        (sample.op("assign"), sample.rubric.clone(), sample.outputs.clone());
    let rater = sample.raters[0].id;
    sample.project.transact(&op, |tx| tx.assign(rater, &rubric, &outputs)).unwrap();
    sample.append(0, 2, Operation::Flag { note: Some("dose?".into()) }).unwrap();
    let aside = |sample: &Sample| {
        let view = sample.project.view(&sample.as_rater(0));
        let rows = view.queue(&rubric, None, Page::first(10)).unwrap().rows;
        rows.iter().map(|r| (r.skipped, r.flagged)).collect::<Vec<_>>()
    };
    let next = |sample: &Sample| {
        let view = sample.project.view(&sample.as_rater(0));
        view.next_in_queue(&rubric, 0).unwrap().map(|row| row.output)
    };
    assert_eq!(aside(&sample), [(true, false), (false, false), (false, true)]);
    assert_eq!(next(&sample), Some(outputs[1]));
    sample.rate(0, 1, 4, "");
    sample.rate(0, 2, 4, "");
    assert_eq!(next(&sample), Some(outputs[0]), "it comes again at the end");
    // An answer takes it up; undo leaves it for later again.
    sample.append(0, 0, set(3)).unwrap();
    assert!(!aside(&sample)[0].0);
    let (undo, id) = (sample.op_of("undo", sample.as_rater(0)), id!(sample.clock(), EventId));
    sample.project.transact(&undo, |tx| tx.undo_last(id)).unwrap();
    assert!(aside(&sample)[0].0);
    assert!(sample.project.check().unwrap().is_sound());
}

#[test]
fn a_queue_follows_ratings_made_before_it_unlocked_and_undone() {
    let mut sample = Sample::new(3);
    sample.rate(0, 0, 4, "");
    sample.append(0, 1, set(2)).unwrap();
    let (op, rubric, outputs) =
        (sample.op("assign"), sample.rubric.clone(), sample.outputs.clone());
    let rater = sample.raters[0].id;
    sample.project.transact(&op, |tx| tx.assign(rater, &rubric, &outputs)).unwrap();
    let progress =
        |sample: &Sample| sample.project.view(&sample.as_rater(0)).progress(&rubric).unwrap();
    assert_eq!(progress(&sample), Progress { assigned: 3, todo: 1, draft: 1, done: 1 });
    sample.append(0, 0, Operation::Unlock).unwrap();
    assert_eq!(progress(&sample), Progress { assigned: 3, todo: 1, draft: 2, done: 0 });
    let (undo, id) = (sample.op_of("undo", sample.as_rater(0)), id!(sample.clock(), EventId));
    sample.project.transact(&undo, |tx| tx.undo_last(id)).unwrap();
    assert_eq!(progress(&sample), Progress { assigned: 3, todo: 1, draft: 1, done: 1 });
    // Another rater's work moves nothing of this one's.
    sample.rate(1, 2, 1, "");
    assert_eq!(progress(&sample), Progress { assigned: 3, todo: 1, draft: 1, done: 1 });
}

#[derive(Clone, Debug)]
enum Step {
    Set(usize, usize, i32),
    Clear(usize, usize),
    Lock(usize, usize),
    Unlock(usize, usize),
    Undo(usize),
    UndoAny(usize, usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let (r, o) = (0..2usize, 0..2usize);
    prop_oneof![
        4 => (r.clone(), o.clone(), 1..=5).prop_map(|(r, o, v)| Step::Set(r, o, v)),
        1 => (r.clone(), o.clone()).prop_map(|(r, o)| Step::Clear(r, o)),
        2 => (r.clone(), o.clone()).prop_map(|(r, o)| Step::Lock(r, o)),
        1 => (r.clone(), o.clone()).prop_map(|(r, o)| Step::Unlock(r, o)),
        2 => r.clone().prop_map(Step::Undo),
        2 => (r, o, 0..40usize).prop_map(|(r, o, e)| Step::UndoAny(r, o, e)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_counts_always_equals_the_fold_of_the_events(
        steps in prop::collection::vec(step(), 1..40)
    ) {
        let mut sample = Sample::new(2);
        let mut ids = vec![];
        for step in steps {
            let done = match step {
                Step::Set(r, o, v) => sample.append(r, o, set(v)),
                Step::Clear(r, o) => sample.append(
                    r, o, Operation::Set { criterion: "safety".into(), answer: None }),
                Step::Lock(r, o) => sample.append(r, o, Operation::Lock),
                Step::Unlock(r, o) => sample.append(r, o, Operation::Unlock),
                Step::UndoAny(r, o, e) => match ids.get(e) {
                    Some(event) => sample.append(r, o, Operation::Undo { event: *event }),
                    None => continue,
                },
                Step::Undo(r) => {
                    let (op, id) = (sample.op_of("undo", sample.as_rater(r)), id!(sample.clock(), EventId));
                    sample.project.transact(&op, |tx| tx.undo_last(id)).map(|_| id)
                }
            };
            match done {
                Ok(id) => ids.push(id),
                Err(error) => prop_assert!(["rating-locked", "nothing-to-undo"].contains(&error.code())),
            }
        }
        let lead = sample.as_lead();
        let view = sample.project.view(&lead);
        let mut folded = BTreeMap::new();
        for output in &sample.outputs {
            let events = view.rating_events(*output, &sample.rubric).unwrap();
            for rater in &sample.raters {
                let own: Vec<_> = events.iter().filter(|e| e.rater == rater.id).cloned().collect();
                if let Some(rating) = fold(&own) {
                    folded.insert((*output, rater.id), rating);
                }
            }
        }
        let stored: BTreeMap<_, _> = view.ratings(&sample.rubric, false, Page::first(100)).unwrap()
            .rows.into_iter().map(|r| ((r.output, r.rater), r)).collect();
        prop_assert_eq!(stored, folded);
    }
}

#[test]
fn active_time_is_kept_with_the_events_and_only_its_own_rater_reads_it() {
    let mut sample = Sample::new(3);
    let (op, rubric) = (sample.op("assign"), sample.rubric.clone());
    let outputs = sample.outputs.clone();
    let raters = [sample.raters[0].id, sample.raters[1].id];
    sample
        .project
        .transact(&op, |tx| {
            tx.assign(raters[0], &rubric, &outputs)?;
            tx.assign(raters[1], &rubric, &outputs)
        })
        .unwrap();
    let mut work = |rater, output, operation, active_ms| {
        let event = RatingEvent { active_ms, ..sample.event(rater, output, operation) };
        let op = sample.op_of("rate", sample.as_rater(rater));
        sample.project.transact(&op, |tx| tx.append_events(&[event])).unwrap();
    };
    work(0, 0, set(3), 4_000);
    work(0, 0, Operation::Lock, 2_500);
    work(0, 1, set(3), 9_000);
    work(1, 2, set(3), 77_000);
    work(1, 2, Operation::Lock, 0);
    let times = |viewer| sample.project.view(&viewer).active_times(&rubric).unwrap();
    // What isn't finished has no time yet; the other's is the other's.
    assert_eq!(times(sample.as_rater(0)), [6_500]);
    assert_eq!(times(sample.as_rater(1)), [77_000]);
    assert!(times(sample.as_lead()).is_empty() && times(sample.as_adjudicator()).is_empty());
}
