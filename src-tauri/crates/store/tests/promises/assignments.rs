//! Plans of who is to rate what: stored whole, shown to a lead, and never in the way
//! of what is begun.

use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{Sample, answers, id};

fn rules(sample: &Sample) -> AssignmentRules {
    AssignmentRules {
        raters: sample.raters.iter().map(|r| r.id).collect(),
        per_output: 1,
        overlap_share: 0.5,
        overlap_raters: 2,
        calibration: 2,
        audit_share: 0.2,
        seed: 7,
    }
}

fn plan(sample: &mut Sample) -> (AssignmentPlan, Vec<PlannedRating>) {
    let rules = rules(sample);
    let planned = rules.allocate(&sample.outputs, &Begun::new(), &mut |_| true).unwrap();
    let id = id!(sample.clock(), PlanId);
    let plan = AssignmentPlan { id, rubric: sample.rubric.clone(), rules };
    let op = sample.op("plan");
    sample
        .project
        .transact(&op, |tx| tx.put_assignment_plan(&plan, &planned, &mut |_| true))
        .unwrap();
    (plan, planned)
}

#[test]
fn a_plan_comes_back_as_it_was_put_and_the_one_before_when_it_is_withdrawn() {
    let mut sample = Sample::new(12);
    let (first, planned) = plan(&mut sample);
    let (second, _) = plan(&mut sample);
    let rubric = sample.rubric.clone();
    let lead = sample.as_lead();
    let view = sample.project.view(&lead);
    assert_eq!(view.assignment_plan(&rubric).unwrap(), Some(second.clone()));
    let kept = view.planned_ratings(first.id, Page::first(999)).unwrap().rows;
    assert_eq!(kept, planned);
    let op = sample.op("withdraw");
    let withdrawn = |sample: &mut Sample| {
        sample.project.transact(&op, |tx| tx.withdraw_assignment_plan(&rubric)).unwrap()
    };
    assert_eq!(withdrawn(&mut sample), Some(second.id));
    assert_eq!(sample.project.view(&lead).assignment_plan(&rubric).unwrap(), Some(first.clone()));
    assert_eq!(withdrawn(&mut sample), Some(first.id));
    assert_eq!(withdrawn(&mut sample), None);
    assert!(!sample.project.view(&lead).is_planned(&rubric).unwrap());
    assert!(sample.project.check().unwrap().is_sound());
}

#[test]
fn a_new_queue_takes_the_place_of_what_is_not_begun_and_of_nothing_else() {
    let mut sample = Sample::new(6);
    let (rater, rubric) = (sample.raters[0].id, sample.rubric.clone());
    let outputs = sample.outputs.clone();
    let op = sample.op("assign");
    sample.project.transact(&op, |tx| tx.assign(rater, &rubric, &outputs)).unwrap();
    sample.rate(0, 4, 3, "done");
    sample.append(0, 1, Operation::Replace { answers: answers(2, "begun") }).unwrap();
    let wanted = [outputs[5], outputs[4], outputs[0]];
    sample.project.transact(&op, |tx| tx.requeue(rater, &rubric, &wanted, &mut |_| true)).unwrap();
    let me = sample.as_rater(0);
    let queue = sample.project.view(&me).queue(&rubric, None, Page::first(99)).unwrap().rows;
    let shown: Vec<(OutputId, QueueState)> = queue.iter().map(|r| (r.output, r.state)).collect();
    assert_eq!(
        shown,
        [
            (outputs[1], QueueState::Draft),
            (outputs[4], QueueState::Done),
            (outputs[5], QueueState::Todo),
            (outputs[0], QueueState::Todo),
        ]
    );
    let done = sample.project.view(&me).own_rating(outputs[4], &rubric).unwrap().unwrap();
    assert!(done.locked);
}

#[test]
fn a_plan_is_refused_whole_to_all_but_a_lead_and_for_what_is_not_there() {
    let mut sample = Sample::new(3);
    let (rules, rubric) = (rules(&sample), sample.rubric.clone());
    let planned = rules.allocate(&sample.outputs, &Begun::new(), &mut |_| true).unwrap();
    let new = AssignmentPlan { id: id!(sample.clock(), PlanId), rubric: rubric.clone(), rules };
    for viewer in [sample.as_rater(0), sample.as_adjudicator()] {
        let op = sample.op_of("plan", viewer);
        let outputs = sample.outputs.clone();
        let refused = [
            sample
                .project
                .transact(&op, |tx| tx.put_assignment_plan(&new, &planned, &mut |_| true)),
            sample
                .project
                .transact(&op, |tx| tx.requeue(viewer.rater, &rubric, &outputs, &mut |_| true)),
            sample.project.transact(&op, |tx| tx.withdraw_assignment_plan(&rubric).map(|_| ())),
        ];
        assert!(refused.iter().all(|r| r.as_ref().unwrap_err().code() == "not-allowed"));
    }
    let mut wrong = planned.clone();
    wrong[0].output = id!(sample.clock(), OutputId);
    let op = sample.op("plan");
    let refused =
        sample.project.transact(&op, |tx| tx.put_assignment_plan(&new, &wrong, &mut |_| true));
    assert!(refused.is_err());
    assert!(!sample.project.view(&sample.as_lead()).is_planned(&rubric).unwrap());
}

#[test]
fn team_times_are_pooled_and_a_leads_alone() {
    let mut sample = Sample::new(3);
    for (rater, ms) in [(0, 20_000), (1, 40_000), (1, 0)] {
        let output = if ms == 0 { 2 } else { rater };
        let mut event = sample.event(rater, output, Operation::Replace { answers: answers(3, "") });
        event.active_ms = ms;
        let op = sample.op_of("rate", sample.as_rater(rater));
        sample.project.transact(&op, |tx| tx.append_events(&[event])).unwrap();
        sample.append(rater, output, Operation::Lock).unwrap();
    }
    let rubric = sample.rubric.clone();
    let times = sample.project.view(&sample.as_lead()).team_times(&rubric).unwrap();
    assert_eq!(times, TeamTimes { active_ms: vec![20_000, 40_000], raters: 2 });
    let refused = sample.project.view(&sample.as_rater(0)).team_times(&rubric).unwrap_err();
    assert_eq!(refused.code(), "not-allowed");
}

#[test]
fn a_rater_appends_nothing_to_what_a_plan_gives_to_others() {
    let mut sample = Sample::new(12);
    let (_, planned) = plan(&mut sample);
    let (me, rubric) = (sample.raters[0].id, sample.rubric.clone());
    let mine: Vec<OutputId> =
        planned.iter().filter(|one| one.rater == me).map(|one| one.output).collect();
    let op = sample.op("plan");
    sample.project.transact(&op, |tx| tx.requeue(me, &rubric, &mine, &mut |_| true)).unwrap();
    let of = |sample: &Sample, mine_too: bool| {
        sample.outputs.iter().position(|o| mine.contains(o) == mine_too).unwrap()
    };
    let (inside, outside) = (of(&sample, true), of(&sample, false));
    let answer = || Operation::Set { criterion: "safety".into(), answer: Some(Answer::Int(3)) };
    assert_eq!(sample.append(0, outside, answer()).unwrap_err().code(), "not-assigned");
    sample.append(0, inside, answer()).unwrap();
    let view = sample.as_rater(0);
    let asked = |output: usize| {
        sample.project.view(&view).outside_plan(sample.outputs[output], &rubric).unwrap()
    };
    assert!(asked(outside) && !asked(inside));
}
