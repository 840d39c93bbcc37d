use std::collections::BTreeMap;

use serde_json::json;
use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{Sample, answers, id};

#[test]
fn a_verdict_comes_back_as_it_was_to_the_last_bit() {
    let mut sample = Sample::new(2);
    let run = sample.run("judge-1");
    let verdicts: Vec<Verdict> =
        (0..4).map(|i| sample.verdict(run.id, i % 2, i as u32 / 2)).collect();
    let op = sample.op("save-verdicts");
    let done = sample.project.transact(&op, |tx| tx.insert_verdicts(&verdicts)).unwrap();
    assert_eq!(done.new, 4);
    let lead = sample.as_lead();
    let view = sample.project.view(&lead);
    assert_eq!(view.verdicts(run.id, Page::first(10)).unwrap().rows, verdicts);
    assert_eq!(view.verdicts_of(sample.outputs[1]).unwrap().len(), 2);
}

#[test]
fn a_resumed_run_knows_what_it_has_and_repeats_are_skipped() {
    let mut sample = Sample::new(2);
    let run = sample.run("judge-1");
    let op = sample.op("save-verdicts");
    let first = sample.verdict(run.id, 0, 1);
    let mut again = sample.verdict(run.id, 0, 1);
    sample.project.transact(&op, |tx| tx.insert_verdicts(&[first])).unwrap();
    let done = sample.project.transact(&op, |tx| tx.insert_verdicts(&[again.clone()])).unwrap();
    assert_eq!((done.new, done.same), (0, 1));
    again.text = "{}".into();
    let done = sample.project.transact(&op, |tx| tx.insert_verdicts(&[again])).unwrap();
    assert_eq!(done.conflicts[0].field, "text");
    let lead = sample.as_lead();
    let has = sample.project.view(&lead).samples_done(run.id).unwrap();
    assert_eq!(has, BTreeMap::from([(sample.outputs[0], [1].into())]));
}

#[test]
fn a_run_keeps_its_configuration_and_tells_how_far_it_came() {
    let mut sample = Sample::new(1);
    let mut run = sample.run("judge-1");
    run.state = RunState::Done;
    run.ended = Some(9);
    run.passport = Some((json!({"weights": "ab"}), hash_bytes(b"p")));
    run.artefacts = BTreeMap::from([("adapter".into(), "adapters/a".into())]);
    run.figures = json!({"qwk": 0.1 + 0.2});
    let op = sample.op("end-run");
    sample.project.transact(&op, |tx| tx.update_run(&run)).unwrap();
    let lead = sample.as_lead();
    let view = sample.project.view(&lead);
    assert_eq!(view.run(run.id).unwrap(), run);
    assert_eq!(view.run_by_name(RunKind::Judge, "judge-1").unwrap(), Some(run.clone()));
    assert_eq!(view.run_by_name(RunKind::Train, "judge-1").unwrap(), None);
    assert_eq!(view.runs(None, Page::first(9)).unwrap().rows[0].state, RunState::Done);
    assert!(view.runs(Some(RunKind::Train), Page::first(9)).unwrap().rows.is_empty());
    let twin = Run { id: id!(sample.clock(), RunId), ..run.clone() };
    let error = sample.project.transact(&op, |tx| tx.insert_run(&twin)).unwrap_err();
    assert_eq!(error.code(), "name-taken");
    let nobody = Run { id: RunId::new(9, [9; 10]), ..run };
    let error = sample.project.transact(&op, |tx| tx.update_run(&nobody)).unwrap_err();
    assert_eq!(error.code(), "not-found");
}

#[test]
fn the_last_gold_counts_and_the_same_gold_is_not_repeated() {
    let mut sample = Sample::new(2);
    let lead = sample.as_lead();
    let op = sample.op("gold");
    let (first, same, second) = (sample.gold(0, 4), sample.gold(0, 4), sample.gold(0, 2));
    for (gold, new) in [(&first, 1), (&same, 0), (&second, 1)] {
        let done =
            sample.project.transact(&op, |tx| tx.put_gold(std::slice::from_ref(gold))).unwrap();
        assert_eq!(done.new, new);
    }
    let (output, rubric) = (sample.outputs[0], sample.rubric.clone());
    assert_eq!(sample.project.view(&lead).gold(output, &rubric).unwrap(), Some(second));
    assert_eq!(sample.project.view(&lead).golds(&rubric, Page::first(9)).unwrap().rows.len(), 1);
    let ids = [id!(sample.clock(), GoldId), id!(sample.clock(), GoldId)];
    let back = ids.map(|id| {
        sample.project.transact(&op, |tx| tx.withdraw_gold(id, output, &rubric)).unwrap()
    });
    assert_eq!(back, [true, false]);
    assert_eq!(sample.project.view(&lead).gold(output, &rubric).unwrap(), None);
    let third = Gold { answers: answers(1, ""), ..sample.gold(0, 1) };
    sample.project.transact(&op, |tx| tx.put_gold(std::slice::from_ref(&third))).unwrap();
    assert_eq!(sample.project.view(&lead).gold(output, &rubric).unwrap(), Some(third));
    assert_eq!(sample.project.view(&lead).counts().unwrap().gold, 1);
}
