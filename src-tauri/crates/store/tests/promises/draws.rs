//! What comes next: kept with its probability, and told to nobody but a lead.

use serde_json::json;
use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::Sample;

fn assigned(n: usize) -> Sample {
    let mut sample = Sample::new(n);
    let (op, rubric, outputs) =
        (sample.op("assign"), sample.rubric.clone(), sample.outputs.clone());
    let rater = sample.raters[0].id;
    sample.project.transact(&op, |tx| tx.assign(rater, &rubric, &outputs)).unwrap();
    sample
}

fn draw(sample: &Sample, output: usize, probability: f64) -> Draw {
    Draw {
        rater: sample.raters[0].id,
        output: sample.outputs[output],
        rubric: sample.rubric.clone(),
        way: Way::Disagreement,
        probability,
        among: 3,
        recipe: json!({"seed": "7"}),
        at: 5,
    }
}

fn keep(sample: &mut Sample, draw: &Draw) -> Result<(), StoreError> {
    let op = sample.op("draw");
    sample.project.transact(&op, |tx| tx.insert_draw(draw))
}

#[test]
fn what_was_drawn_stays_the_current_one_until_it_is_ended_or_left_for_later() {
    let mut sample = assigned(3);
    let me = sample.as_rater(0);
    let drawn = |sample: &Sample| sample.project.view(&me).drawn(&sample.rubric).unwrap();
    assert_eq!(drawn(&sample), None);
    let first = draw(&sample, 2, 0.25);
    keep(&mut sample, &first).unwrap();
    assert_eq!(drawn(&sample), Some(sample.outputs[2]));
    // Begun, it is still the current one; a project that is opened anew knows it too.
    sample.append(0, 2, Operation::Replace { answers: Answers::new() }).unwrap();
    assert_eq!(drawn(&sample), Some(sample.outputs[2]));
    assert_eq!(sample.project.view(&me).count_left(&sample.rubric).unwrap(), 3);
    sample.append(0, 2, Operation::Skip { reason: Some("later".into()) }).unwrap();
    assert_eq!(drawn(&sample), None);
    let view = sample.project.view(&me);
    let left = view.places_left(&sample.rubric).unwrap();
    assert_eq!((left.len(), view.count_left(&sample.rubric).unwrap()), (2, 2));
    assert_eq!(view.output_at(left[0]).unwrap(), Some(sample.outputs[0]));
    let second = draw(&sample, 0, 0.5);
    keep(&mut sample, &second).unwrap();
    sample.rate(0, 0, 4, "");
    assert_eq!(drawn(&sample), None);
    // The colleague's queue has nothing to do with it.
    let other = sample.as_rater(1);
    assert_eq!(sample.project.view(&other).drawn(&sample.rubric).unwrap(), None);
    assert_eq!(sample.project.view(&other).output_at(left[0]).unwrap(), None);
}

#[test]
fn a_draw_is_a_leads_to_keep_and_to_read_and_has_a_probability_that_is_one() {
    let mut sample = assigned(2);
    for p in [0.0, 1.5, f64::NAN] {
        let bad = draw(&sample, 0, p);
        assert!(keep(&mut sample, &bad).is_err(), "{p}");
    }
    let good = draw(&sample, 1, 0.125);
    keep(&mut sample, &good).unwrap();
    let own = sample.op_of("draw", sample.as_rater(0));
    let refused = sample.project.transact(&own, |tx| tx.insert_draw(&good)).unwrap_err();
    assert_eq!(refused.code(), "not-allowed");
    let lead = sample.as_lead();
    let kept = sample.project.view(&lead).draws(&sample.rubric, Page::first(9)).unwrap().rows;
    assert_eq!(kept, [good]);
    for viewer in [sample.as_rater(0), sample.as_adjudicator()] {
        let refused =
            sample.project.view(&viewer).draws(&sample.rubric, Page::first(9)).unwrap_err();
        assert_eq!(refused.code(), "not-allowed");
    }
    // Each knows in which way their own came, the lead everyone's.
    sample.rate(0, 1, 3, "");
    sample.rate(1, 1, 3, "");
    let ways = |viewer: &Viewer| sample.project.view(viewer).ways(&sample.rubric).unwrap();
    assert_eq!(ways(&sample.as_rater(0)), [(Some(Way::Disagreement), 1)]);
    assert_eq!(ways(&lead), [(None, 1), (Some(Way::Disagreement), 1)]);
}

#[test]
fn a_rater_chooses_only_where_the_rule_lets_raters_and_never_learns_the_judging() {
    let mut sample = assigned(1);
    let run = sample.run("judge").id;
    let (rubric, mine) = (sample.rubric.clone(), sample.op_of("order", sample.as_rater(0)));
    let wish = |sample: &mut Sample| {
        sample.project.transact(&mine, |tx| tx.set_queue_wish(&rubric, Way::Uncertainty))
    };
    assert_eq!(wish(&mut sample).unwrap_err().code(), "not-allowed");
    let rule = QueueRule { run: Some(run), raters_choose: true, ..QueueRule::default() };
    let refused =
        sample.project.transact(&mine, |tx| tx.set_queue_rule(&rubric, &rule)).unwrap_err();
    assert_eq!(refused.code(), "not-allowed");
    let op = sample.op("order");
    sample.project.transact(&op, |tx| tx.set_queue_rule(&rubric, &rule)).unwrap();
    for again_share in [-0.1, 0.6] {
        let bad = QueueRule { again_share, ..rule.clone() };
        assert!(sample.project.transact(&op, |tx| tx.set_queue_rule(&rubric, &bad)).is_err());
    }
    wish(&mut sample).unwrap();
    let (me, lead) = (sample.as_rater(0), sample.as_lead());
    let view = sample.project.view(&me);
    assert_eq!(view.queue_wish(&rubric).unwrap(), Some(Way::Uncertainty));
    assert_eq!(view.queue_rule(&rubric).unwrap().unwrap().run, None);
    assert_eq!(sample.project.view(&lead).queue_rule(&rubric).unwrap(), Some(rule));
}
