//! Blinding, tried through every reading method there is.

use serde_json::json;
use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{Sample, id};

/// All that a viewer can read, as one text.
fn everything(sample: &Sample, viewer: &Viewer, run: RunId) -> String {
    let view = sample.project.view(viewer);
    let page = Page::first(1000);
    let rubric = &sample.rubric;
    let mut all = vec![
        format!("{:?}", view.cases(page)),
        format!("{:?}", view.whole_cases(page)),
        format!("{:?}", view.case_ids()),
        format!("{:?}", view.case_by_key("case-000")),
        format!("{:?}", view.outputs(None, page)),
        format!("{:?}", view.whole_outputs(page)),
        format!("{:?}", view.output_by_key("origin-canary-000").map_err(|e| e.code())),
        format!("{:?}", view.output_ids().map_err(|e| e.code())),
        format!("{:?}", view.ratings(rubric, false, page)),
        format!("{:?}", view.ratings(rubric, true, page)),
        format!("{:?}", view.golds(rubric, page)),
        format!("{:?}", view.verdicts(run, page)),
        format!("{:?}", view.incidents(run)),
        format!("{:?}", view.samples_done(run).map_err(|e| e.code())),
        format!("{:?}", view.runs(None, page)),
        format!("{:?}", view.run(run).map_err(|e| e.code())),
        format!("{:?}", view.run_by_name(RunKind::Judge, "judge").map_err(|e| e.code())),
        format!("{:?}", view.probes(page)),
        format!("{:?}", view.probe_by_name("probe").map_err(|e| e.code())),
        format!("{:?}", view.probe_verdicts(run, page)),
        format!("{:?}", view.operations(page).map_err(|e| e.code())),
        format!("{:?}", view.team_progress(rubric).map_err(|e| e.code())),
        format!("{:?}", view.progress(rubric)),
        format!("{:?}", view.is_planned(rubric)),
        format!("{:?}", view.outside_plan(sample.outputs[0], rubric)),
        format!("{:?}", view.assignment_plan(rubric).map_err(|e| e.code())),
        format!("{:?}", view.planned_ratings(plan(), page).map_err(|e| e.code())),
        format!("{:?}", view.begun_ratings(rubric, page).map_err(|e| e.code())),
        format!("{:?}", view.team_times(rubric).map_err(|e| e.code())),
        format!("{:?}", view.active_times(rubric)),
        format!("{:?}", view.queue(rubric, None, page)),
        format!("{:?}", view.next_in_queue(rubric, 0)),
        format!("{:?}", view.place_in_queue(rubric, sample.outputs[0])),
        format!("{:?}", view.pairs(page)),
        format!("{:?}", view.preferences(page)),
        format!("{:?}", view.pair(PairId::new(8, [8; 10])).map_err(|e| e.code())),
        format!("{:?}", view.pairs_are_stale()),
        format!("{:?}", view.rubric_drafts().map_err(|e| e.code())),
        format!("{:?}", view.rubric_draft(draft()).map_err(|e| e.code())),
        format!("{:?}", view.carry_counts(rubric, 2).map_err(|e| e.code())),
        format!("{:?}", view.rubrics()),
        format!("{:?}", view.rubric(rubric)),
        format!("{:?}", view.latest_rubric(&rubric.id)),
        format!("{:?}", view.raters()),
        format!("{:?}", view.rater_by_name("Brown")),
        format!("{:?}", view.counts()),
        format!("{:?}", view.repeated_cases()),
        format!("{:?}", view.setting("none")),
        format!("{:?}", view.queue_rule(rubric)),
        format!("{:?}", view.queue_wish(rubric)),
        format!("{:?}", view.drawn(rubric)),
        format!("{:?}", view.places_left(rubric)),
        format!("{:?}", view.count_left(rubric)),
        format!("{:?}", view.output_at(1)),
        format!("{:?}", view.draws(rubric, page).map_err(|e| e.code())),
        format!("{:?}", view.ways(rubric)),
        format!("{:?}", view.open_repeats(rubric)),
        format!("{:?}", view.repeat(repeat())),
        format!("{:?}", view.second_rating(repeat())),
        format!("{:?}", view.repeats_kept(rubric)),
        format!("{:?}", view.may_come_again(rubric, 0, i64::MAX)),
        format!("{:?}", view.repeated(rubric)),
    ];
    for output in &sample.outputs {
        all.push(format!("{:?}", view.output(*output)));
        all.push(format!("{:?}", view.own_rating(*output, rubric)));
        all.push(format!("{:?}", view.awaits_second(*output)));
        all.push(format!("{:?}", view.ratings_of(*output, rubric)));
        all.push(format!("{:?}", view.rating_events(*output, rubric)));
        all.push(format!("{:?}", view.gold(*output, rubric)));
        all.push(format!("{:?}", view.verdicts_of(*output)));
    }
    for case in view.whole_cases(page).unwrap().rows {
        all.push(format!("{:?}", view.case(case.id)));
        all.push(format!("{:?}", view.outputs(Some(case.id), page)));
        for prompt in view.prompts_of(case.id).unwrap() {
            all.push(format!("{:?}", view.prompt(prompt.id)));
        }
    }
    all.join("\n")
}

/// The method names of `impl View` in the crate's sources.
fn reading_methods() -> Vec<String> {
    let src = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![src];
    let mut names = vec![];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(path).unwrap().map(|e| e.unwrap().path()));
            continue;
        }
        if path.extension().is_none_or(|e| e != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let mut inside = false;
        for line in text.lines() {
            if line.starts_with("impl") {
                inside = line.starts_with("impl View<'_>") || line.starts_with("impl<'a> View<'a>");
            } else if line == "}" {
                inside = false;
            }
            if let Some(rest) = line.strip_prefix("    pub fn ").filter(|_| inside) {
                names.push(rest.split(['(', '<']).next().unwrap().to_owned());
            }
        }
    }
    names
}

/// The draft of a rubric that the lead is writing.
fn draft() -> DraftId {
    DraftId::new(7, [7; 10])
}

/// The plan of who rates what: everybody calibrates, one output is audited.
fn plan() -> PlanId {
    PlanId::new(9, [9; 10])
}

/// Under which an output has come to Aoki again.
fn repeat() -> RepeatId {
    RepeatId::new(6, [6; 10])
}

/// Two raters have locked output 0, the third none; there is gold and a verdict.
fn rated() -> (Sample, RunId) {
    let mut sample = Sample::new(2);
    let run = sample.run("judge").id;
    sample.rate(0, 0, 4, "secret-of-aoki");
    sample.rate(1, 0, 2, "secret-of-brown");
    sample
        .append(1, 1, Operation::Replace { answers: crate::sample::answers(1, "draft-of-brown") })
        .unwrap();
    let op = sample.op("finish");
    let (gold, verdict) = (sample.gold(0, 3), sample.verdict(run, 0, 0));
    let pair = Pair {
        id: PairId::new(8, [8; 10]),
        rater: sample.raters[1].id,
        a: sample.outputs[0],
        b: sample.outputs[1],
    };
    let said = Opinion { choice: Some(Preferred::B), reason: "preference-canary".into() };
    let theirs = sample.op_of("prefer", sample.as_rater(1));
    let event = id!(sample.clock(), EventId);
    let assigned = AssignmentPlan {
        id: plan(),
        rubric: sample.rubric.clone(),
        rules: AssignmentRules {
            raters: sample.raters.iter().map(|r| r.id).collect(),
            per_output: 1,
            overlap_share: 0.0,
            overlap_raters: 2,
            calibration: 0,
            audit_share: 0.5,
            seed: 424_242,
        },
    };
    let planned = PlannedRating {
        output: sample.outputs[1],
        rater: sample.raters[1].id,
        part: PlanPart::Audit,
        probability: Some(0.5),
    };
    let drawn = Draw {
        rater: sample.raters[0].id,
        output: sample.outputs[0],
        rubric: sample.rubric.clone(),
        way: Way::Disagreement,
        probability: 0.5,
        among: 2,
        recipe: json!({"note": "draw-canary"}),
        at: 5,
    };
    let mut written = crate::sample::rubric();
    written.title.en = "draft-canary".into();
    sample
        .project
        .transact(&op, |tx| {
            tx.put_gold(&[gold])?;
            tx.add_pairs(std::slice::from_ref(&pair))?;
            tx.begin_rubric_draft(draft(), None, &written)?;
            tx.put_assignment_plan(&assigned, &[planned], &mut |_| true)?;
            tx.insert_draw(&drawn)?;
            tx.insert_verdicts(&[verdict])
        })
        .unwrap();
    sample.project.transact(&theirs, |tx| tx.prefer(event, pair.id, &said, 0)).unwrap();
    (sample, run)
}

#[test]
fn the_tests_of_blinding_try_every_reading_method() {
    let here = include_str!("blinding.rs");
    let methods = reading_methods();
    assert!(methods.len() > 30, "{methods:?}");
    for method in methods.iter().filter(|m| *m != "viewer") {
        assert!(here.contains(&format!("view.{method}(")), "{method} is not tried");
    }
}

#[test]
fn a_rater_who_has_not_locked_sees_nothing_of_others() {
    let (mut sample, run) = rated();
    for begun in [false, true] {
        if begun {
            // By the plan it is theirs to rate.
            let (op, me) = (sample.op("assign-by-plan"), sample.raters[2].id);
            let (rubric, one) = (sample.rubric.clone(), [sample.outputs[0]]);
            let give = |tx: &Tx<'_>| tx.requeue(me, &rubric, &one, &mut |_| true);
            sample.project.transact(&op, give).unwrap();
            let answers = crate::sample::answers(5, "mine");
            sample.append(2, 0, Operation::Replace { answers }).unwrap();
        }
        let all = everything(&sample, &sample.as_rater(2), run);
        for canary in [
            "secret-of-aoki",
            "secret-of-brown",
            "draft-of-brown",
            "gold-canary",
            "verdict-canary",
            "config-canary",
            "origin-canary",
            "draft-canary",
            "preference-canary",
            "424242",
            "Audit",
            "draw-canary",
        ] {
            assert!(!all.contains(canary), "{canary} after begun={begun}");
        }
        assert_eq!(all.contains("mine"), begun);
        let counts = sample.project.view(&sample.as_rater(2)).counts().unwrap();
        assert_eq!((counts.ratings, counts.gold, counts.verdicts, counts.runs), (0, 0, 0, 0));
        assert_eq!((counts.cases, counts.outputs), (2, 2));
    }
}

#[test]
fn a_rater_who_has_locked_sees_that_output_and_no_names_origins_or_drafts() {
    let (sample, run) = rated();
    let me = sample.as_rater(0);
    let all = everything(&sample, &me, run);
    for canary in ["secret-of-aoki", "secret-of-brown", "gold-canary", "verdict-canary"] {
        assert!(all.contains(canary), "{canary}");
    }
    for canary in [
        "draft-of-brown",
        "origin-canary",
        "config-canary",
        "draft-canary",
        "preference-canary",
        "424242",
        "Audit",
        "draw-canary",
    ] {
        assert!(!all.contains(canary), "{canary}");
    }
    let view = sample.project.view(&me);
    let shown = view.ratings_of(sample.outputs[0], &sample.rubric).unwrap();
    let others: Vec<RaterId> = shown.iter().map(|r| r.rater).filter(|r| *r != me.rater).collect();
    assert_eq!((shown.len(), others.len()), (2, 1));
    assert!(sample.raters.iter().all(|r| r.id != others[0]));
    let gold = view.gold(sample.outputs[0], &sample.rubric).unwrap().unwrap();
    assert!(!gold.raters.contains(&sample.raters[1].id) && gold.raters.contains(&me.rater));
    let counts = view.counts().unwrap();
    assert_eq!((counts.ratings, counts.gold, counts.verdicts, counts.runs), (2, 1, 1, 0));
}

#[test]
fn unlocking_or_another_open_assignment_puts_the_blindfold_back() {
    let (mut sample, run) = rated();
    let me = sample.as_rater(0);
    let hidden = |sample: &Sample| {
        !everything(sample, &me, run).contains("secret-of-brown")
            && sample.project.view(&me).verdicts_of(sample.outputs[0]).unwrap().is_empty()
    };
    assert!(!hidden(&sample));
    sample.append(0, 0, Operation::Unlock).unwrap();
    assert!(hidden(&sample));
    sample.append(0, 0, Operation::Lock).unwrap();
    assert!(!hidden(&sample));
    // The same output is to be rated by a second version too.
    let mut second = crate::sample::rubric();
    second.version = 2;
    let op = sample.op("assign");
    let output = sample.outputs[0];
    sample
        .project
        .transact(&op, |tx| {
            tx.publish_rubric(&second)?;
            tx.assign(me.rater, &second.reference(), &[output])
        })
        .unwrap();
    assert!(hidden(&sample));
}

#[test]
fn an_adjudicator_sees_locked_ratings_without_names_and_no_verdict_before_gold() {
    let (mut sample, run) = rated();
    let me = sample.as_adjudicator();
    let all = everything(&sample, &me, run);
    for canary in ["secret-of-aoki", "secret-of-brown", "gold-canary", "verdict-canary"] {
        assert!(all.contains(canary), "{canary}");
    }
    for canary in [
        "draft-of-brown",
        "origin-canary",
        "config-canary",
        "draft-canary",
        "preference-canary",
        "424242",
        "Audit",
        "draw-canary",
    ] {
        assert!(!all.contains(canary), "{canary}");
    }
    let shown = sample.project.view(&me).ratings_of(sample.outputs[0], &sample.rubric).unwrap();
    assert_eq!(shown.len(), 2);
    assert!(shown.iter().all(|r| sample.raters.iter().all(|known| known.id != r.rater)));
    // A hand can't be followed from one output to the next.
    sample.append(1, 1, Operation::Lock).unwrap();
    let other = sample.project.view(&me).ratings_of(sample.outputs[1], &sample.rubric).unwrap();
    assert!(shown.iter().all(|r| r.rater != other[0].rater));
    let (op, id) = (sample.op("withdraw"), id!(sample.clock(), GoldId));
    let (output, rubric) = (sample.outputs[0], sample.rubric.clone());
    sample.project.transact(&op, |tx| tx.withdraw_gold(id, output, &rubric)).unwrap();
    assert!(sample.project.view(&me).verdicts_of(output).unwrap().is_empty());
}

#[test]
fn claiming_a_role_gives_no_sight() {
    let (mut sample, run) = rated();
    let claims = [
        Viewer { role: Role::Lead, ..sample.as_rater(2) },
        Viewer { role: Role::Adjudicator, ..sample.as_rater(2) },
        Viewer { role: Role::Lead, ..sample.as_adjudicator() },
        Viewer { rater: RaterId::new(9, [9; 10]), role: Role::Lead },
    ];
    for claim in claims {
        let all = everything(&sample, &claim, run);
        assert!(!all.contains("secret-of-aoki") && !all.contains("origin-canary"), "{claim:?}");
        let op = sample.op_of("try", claim);
        let error = sample.project.transact(&op, |tx| tx.insert_cases(&[])).unwrap_err();
        assert!(["not-allowed", "not-found"].contains(&error.code()));
    }
    // A lead may put the blindfold on.
    let blind = Viewer { role: Role::Rater, ..sample.as_lead() };
    assert!(!everything(&sample, &blind, run).contains("secret-of-aoki"));
}

#[test]
fn a_lead_sees_everything() {
    let (sample, run) = rated();
    let all = everything(&sample, &sample.as_lead(), run);
    for canary in [
        "secret-of-aoki",
        "secret-of-brown",
        "draft-of-brown",
        "gold-canary",
        "verdict-canary",
        "config-canary",
        "origin-canary",
        "draft-canary",
        "preference-canary",
        "424242",
        "Audit",
        "draw-canary",
    ] {
        assert!(all.contains(canary), "{canary}");
    }
    let lead = sample.as_lead();
    let ratings = sample.project.view(&lead).ratings_of(sample.outputs[0], &sample.rubric).unwrap();
    assert!(ratings.iter().all(|r| sample.raters.iter().any(|known| known.id == r.rater)));
}

#[test]
fn aggregates_of_a_rater_cover_only_what_that_rater_has_locked() {
    let mut sample = Sample::new(3);
    for output in 0..3 {
        sample.rate(1, output, 2, "");
        sample.rate(2, output, 3, "");
    }
    sample.rate(0, 1, 5, "");
    let me = sample.as_rater(0);
    let seen = sample.project.view(&me).ratings(&sample.rubric, true, Page::first(99)).unwrap();
    assert_eq!(seen.rows.len(), 3);
    assert!(seen.rows.iter().all(|r| r.output == sample.outputs[1]));
    let lead = sample.as_lead();
    let all = sample.project.view(&lead).ratings(&sample.rubric, true, Page::first(99)).unwrap();
    assert_eq!(all.rows.len(), 7);
}

#[test]
fn settings_hold_nothing_blinded_so_everyone_reads_them() {
    let mut sample = Sample::new(0);
    let op = sample.op("set");
    sample.project.transact(&op, |tx| tx.set_setting("k", &json!("v"))).unwrap();
    for viewer in [sample.as_lead(), sample.as_rater(0), sample.as_adjudicator()] {
        assert_eq!(sample.project.view(&viewer).setting("k").unwrap(), Some(json!("v")));
    }
}
