use serde_json::json;
use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{Sample, answers};

#[test]
fn every_write_leaves_one_row_that_says_what_who_where_and_when() {
    let mut sample = Sample::new(1);
    sample.rate(0, 0, 4, "");
    let op = sample.op("export").with(json!({"format": "sft", "rows": 12}));
    sample.project.transact(&op, |_| Ok::<_, StoreError>(())).unwrap();
    let lead = sample.as_lead();
    let rows = sample.project.view(&lead).operations(Page::first(99)).unwrap().rows;
    let names: Vec<&str> = rows.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["create-project", "fill", "rate", "rate", "export"]);
    assert_eq!((rows[2].actor, rows[2].role), (sample.raters[0].id, Role::Rater));
    assert_eq!(rows[4].detail, Some(json!({"format": "sft", "rows": 12})));
    assert_eq!((rows[4].sequence, rows[4].at), (5, op.at));
}

#[test]
fn only_a_lead_changes_the_project() {
    let mut sample = Sample::new(1);
    let run = sample.run("r");
    let (rubric, output) = (sample.rubric.clone(), sample.outputs[0]);
    let (gold, verdict) = (sample.gold(0, 1), sample.verdict(run.id, 0, 0));
    let rater = sample.raters[0].clone();
    for viewer in [sample.as_rater(0), sample.as_adjudicator()] {
        let op = sample.op_of("try", viewer);
        let refused = [
            sample.project.transact(&op, |tx| tx.insert_cases(&[]).map(|_| ())),
            sample.project.transact(&op, |tx| tx.insert_outputs(&[]).map(|_| ())),
            sample.project.transact(&op, |tx| tx.insert_raters(&[]).map(|_| ())),
            sample
                .project
                .transact(&op, |tx| tx.publish_rubric(&crate::sample::rubric()).map(|_| ())),
            sample.project.transact(&op, |tx| tx.import_ratings(&[]).map(|_| ())),
            sample.project.transact(&op, |tx| tx.assign(rater.id, &rubric, &[output]).map(|_| ())),
            sample.project.transact(&op, |tx| tx.insert_run(&run)),
            sample.project.transact(&op, |tx| tx.update_run(&run)),
            sample
                .project
                .transact(&op, |tx| tx.insert_verdicts(std::slice::from_ref(&verdict)).map(|_| ())),
            sample.project.transact(&op, |tx| tx.set_setting("a", &json!(1))),
        ];
        for result in refused {
            assert_eq!(result.unwrap_err().code(), "not-allowed");
        }
        let gold = sample.project.transact(&op, |tx| tx.put_gold(std::slice::from_ref(&gold)));
        assert_eq!(gold.is_ok(), viewer.role == Role::Adjudicator);
    }
}

#[test]
fn an_operation_may_read_what_it_has_just_written() {
    let mut sample = Sample::new(1);
    let event = sample.event(0, 0, Operation::Replace { answers: answers(3, "") });
    let op = sample.op_of("rate", sample.as_rater(0));
    let (output, rubric) = (sample.outputs[0], sample.rubric.clone());
    let rating = sample
        .project
        .transact(&op, |tx| {
            tx.append_events(&[event])?;
            tx.view().own_rating(output, &rubric)
        })
        .unwrap();
    assert_eq!(rating.unwrap().answers, answers(3, ""));
}
