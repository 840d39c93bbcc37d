//! Plans of who is to rate what, and what becomes of the queues.

use serde_json::{Value, json};
use shinsa_studio::{
    AddPerson, AddRubric, AssignRequest, Cancel, CreateProject, Ctx, ImportKind, ImportRequest,
    JobUpdate, OpenRating, Places, RatingState, Role, RubricRef, SaveAnswer, SecondsBasis, SignIn,
    Studio,
};
use std::collections::BTreeSet;
use std::path::Path;

fn import(studio: &Studio, dir: &Path, kind: ImportKind, lines: &[Value]) {
    let file = dir.join("import.jsonl");
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    shinsa_fsio::atomic_write(&file, text.as_bytes()).unwrap();
    let reply = studio
        .import(
            &ImportRequest {
                kind,
                path: file.display().to_string(),
                encoding: None,
                outputs: None,
                sheet: None,
                mapping: Default::default(),
                rubric: None,
                rater: None,
                commit: true,
                partial: false,
                failed_rows: None,
            },
            &Cancel::default(),
            &mut |_| {},
        )
        .unwrap();
    assert!(reply.problems.is_empty(), "{:?}", reply.problems);
}

fn outputs(from: usize, to: usize) -> Vec<Value> {
    let one = |i| json!({"key": format!("A1/{i}"), "case": "A1", "text": format!("回答 {i}"), "sample": i});
    (from..to).map(one).collect()
}

/// A project with forty outputs and three raters.
fn studio(dir: &Path) -> (Studio, RubricRef) {
    let studio = Studio::new(Ctx::fixed(1_750_000_000_000, 7, Places::default()));
    studio
        .create(&CreateProject {
            parent: dir.display().to_string(),
            name: "病棟".into(),
            passphrase: "spring 転倒 river".into(),
            lead: "責任者".into(),
        })
        .unwrap();
    let head = studio
        .add_rubric(&AddRubric { shipped: Some("answer-safety".into()), path: None })
        .unwrap();
    import(&studio, dir, ImportKind::Cases, &[json!({"key": "A1", "what": "夜間に転倒した。"})]);
    import(&studio, dir, ImportKind::Outputs, &outputs(0, 40));
    for name in ["青木", "馬場", "千葉"] {
        let person = AddPerson { name: name.into(), profession: String::new(), role: Role::Rater };
        studio.add_person(&person).unwrap();
    }
    (studio, RubricRef { id: head.id, version: head.version })
}

fn request(rubric: &RubricRef) -> AssignRequest {
    AssignRequest {
        rubric: rubric.clone(),
        people: vec![],
        per_output: 1,
        overlap_share: 0.25,
        overlap_raters: 2,
        calibration: 4,
        audit_share: 0.1,
        seed: Some(7),
        seconds: None,
    }
}

fn sign_in(studio: &Studio, name: &str) {
    studio.sign_in(&SignIn { name: name.into(), ..SignIn::default() }).unwrap();
}

fn queue_of(studio: &Studio, name: &str, rubric: &RubricRef) -> Vec<(String, RatingState)> {
    sign_in(studio, name);
    let entries = studio.rating_queue(rubric).unwrap().entries;
    entries.into_iter().map(|e| (e.output_id, e.state)).collect()
}

fn ids(queue: &[(String, RatingState)]) -> Vec<&str> {
    queue.iter().map(|(id, _)| id.as_str()).collect()
}

fn begin(studio: &Studio, rubric: &RubricRef, output: &str) {
    studio
        .save_answer(&SaveAnswer {
            output_id: output.to_owned(),
            rubric: rubric.clone(),
            criterion: "safety".into(),
            answer: Some(serde_json::from_value(json!(3)).unwrap()),
            active_ms: 30_000,
        })
        .unwrap();
}

#[test]
fn each_queue_holds_what_the_plan_gives_calibration_first_in_ones_own_order() {
    let dir = tempfile::tempdir().unwrap();
    let (studio, rubric) = studio(dir.path());
    // Before a plan: everything, in an order of one's own.
    let before = queue_of(&studio, "青木", &rubric);
    assert_eq!(before.len(), 40);
    sign_in(&studio, "責任者");
    let preview =
        studio.assign_preview(&request(&rubric), &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(studio.assignment(&rubric).unwrap(), None, "a preview changes nothing");
    let plan = studio.assign(&request(&rubric), &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(plan, preview);
    assert_eq!(studio.assignment(&rubric).unwrap(), Some(plan.clone()));
    assert_eq!((plan.parts.calibration, plan.parts.base), (12, 36));
    assert_eq!((plan.parts.overlap, plan.parts.audit, plan.outputs), (9, 4, 40));
    assert_eq!((plan.basis, plan.seconds, plan.timed), (SecondsBasis::Guess, 90.0, 0));
    let hours: f64 = plan.raters.iter().map(|r| r.hours).sum();
    assert!((hours - plan.hours).abs() < 1e-9 && (plan.hours - 61.0 * 90.0 / 3600.0).abs() < 1e-9);

    let queues: Vec<_> =
        ["青木", "馬場", "千葉"].iter().map(|name| queue_of(&studio, name, &rubric)).collect();
    let first: BTreeSet<&str> = ids(&queues[0])[..4].iter().copied().collect();
    for queue in &queues {
        assert_eq!(ids(queue)[..4].iter().copied().collect::<BTreeSet<_>>(), first);
    }
    let todo: Vec<u32> = plan.raters.iter().map(|r| r.todo).collect();
    assert_eq!(queues.iter().map(|q| u32::try_from(q.len()).unwrap()).collect::<Vec<_>>(), todo);
    // The order within each part is the one that was stored before.
    let place = |id: &str| before.iter().position(|(one, _)| one == id).unwrap();
    for part in [&ids(&queues[0])[..4], &ids(&queues[0])[4..]] {
        assert!(part.windows(2).all(|two| place(two[0]) < place(two[1])));
    }
    // Who has no part in it has nothing to rate, a newcomer too.
    assert!(queue_of(&studio, "新人", &rubric).is_empty());
    assert!(queue_of(&studio, "責任者", &rubric).is_empty());
}

#[test]
fn planning_again_keeps_what_is_begun_and_undoing_gives_everything_back() {
    let dir = tempfile::tempdir().unwrap();
    let (studio, rubric) = studio(dir.path());
    let before = queue_of(&studio, "青木", &rubric);
    begin(&studio, &rubric, &before[39].0);
    sign_in(&studio, "責任者");
    let first = studio.assign(&request(&rubric), &Cancel::default(), &mut |_| {}).unwrap();
    let planned = queue_of(&studio, "青木", &rubric);
    assert_eq!(planned[0], (before[39].0.clone(), RatingState::Draft), "it keeps its place");
    begin(&studio, &rubric, &planned[6].0);

    sign_in(&studio, "責任者");
    import(&studio, dir.path(), ImportKind::Outputs, &outputs(40, 46));
    assert_eq!(studio.assignment(&rubric).unwrap().unwrap().unplanned, 6);
    let only = AssignRequest {
        people: vec!["馬場".into(), "千葉".into()],
        seed: Some(8),
        ..request(&rubric)
    };
    let again = studio.assign(&only, &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!((again.outputs, again.unplanned), (46, 0));
    let left = queue_of(&studio, "青木", &rubric);
    assert!(left.iter().all(|(_, state)| *state == RatingState::Draft) && left.len() == 2);

    sign_in(&studio, "責任者");
    let undone = studio.unassign(&rubric, &Cancel::default(), &mut |_| {}).unwrap();
    assert!(undone.withdrawn);
    assert_eq!(undone.now.as_ref().map(|p| &p.request), Some(&first.request));
    assert_eq!(queue_of(&studio, "青木", &rubric).len(), planned.len());
    sign_in(&studio, "責任者");
    assert_eq!(studio.unassign(&rubric, &Cancel::default(), &mut |_| {}).unwrap().now, None);
    assert!(!studio.unassign(&rubric, &Cancel::default(), &mut |_| {}).unwrap().withdrawn);
    // Everybody may rate everything again, whether they had begun or not.
    let all = queue_of(&studio, "青木", &rubric);
    assert_eq!(all.len(), 46);
    assert_eq!(all.iter().filter(|(_, state)| *state == RatingState::Draft).count(), 2);
    assert_eq!(queue_of(&studio, "馬場", &rubric).len(), 46);
}

#[test]
fn a_plan_is_the_leads_and_one_that_cannot_be_is_refused_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (studio, rubric) = studio(dir.path());
    let code = |change: &dyn Fn(&mut AssignRequest)| {
        let mut asked = request(&rubric);
        change(&mut asked);
        let error = studio.assign(&asked, &Cancel::default(), &mut |_| {}).unwrap_err();
        (error.code, error.args.get("problem").cloned().unwrap_or_default())
    };
    let refused = |problem: &str| ("assignment-refused".to_owned(), problem.to_owned());
    assert_eq!(code(&|r| r.per_output = 9), refused("per-output"));
    assert_eq!(code(&|r| r.calibration = 41), refused("calibration"));
    assert_eq!(code(&|r| r.overlap_share = f64::INFINITY), refused("overlap-share"));
    assert_eq!(code(&|r| r.seconds = Some(0.0)), refused("seconds"));
    assert_eq!(code(&|r| r.people = vec!["青木".into(); 2]), refused("raters"));
    assert_eq!(code(&|r| r.people = vec!["誰か".into()]).0, "unknown-rater");
    assert_eq!(code(&|r| r.rubric.version = 9).0, "unknown-rubric");
    assert_eq!(studio.assignment(&rubric).unwrap(), None);
    sign_in(&studio, "青木");
    for error in [
        studio.assign(&request(&rubric), &Cancel::default(), &mut |_| {}).unwrap_err(),
        studio.assign_preview(&request(&rubric), &Cancel::default(), &mut |_| {}).unwrap_err(),
        studio.assignment(&rubric).unwrap_err(),
        studio.unassign(&rubric, &Cancel::default(), &mut |_| {}).unwrap_err(),
    ] {
        assert_eq!(error.code, "lead-only");
    }
    assert_eq!(queue_of(&studio, "青木", &rubric).len(), 40);
}

#[test]
fn making_a_plan_says_how_far_it_is_and_stopped_at_any_phase_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (studio, rubric) = studio(dir.path());
    let mut phases: Vec<(String, f64, f64)> = vec![];
    let hear = |update: JobUpdate, phases: &mut Vec<(String, f64, f64)>| {
        if let JobUpdate::Progress(p) = update {
            phases.push((p.phase, p.done, p.total));
        }
    };
    let none = Cancel::default();
    studio
        .assign_preview(&request(&rubric), &none, &mut |update| hear(update, &mut phases))
        .unwrap();
    assert_eq!(phases.first(), Some(&("assign-read".into(), 0.0, 40.0)));
    assert!(phases.contains(&("assign-read".into(), 40.0, 40.0)), "{phases:?}");
    assert!(phases.contains(&("assign-draw".into(), 0.0, 40.0)), "{phases:?}");
    for phase in ["assign-read", "assign-draw", "assign-store"] {
        let cancel = Cancel::default();
        let stop = &mut |update: JobUpdate| {
            if matches!(update, JobUpdate::Progress(p) if p.phase == phase) {
                cancel.cancel();
            }
        };
        let stopped = studio.assign(&request(&rubric), &cancel, stop).unwrap_err();
        assert_eq!(stopped.code, "cancelled", "{phase}");
        assert_eq!(studio.assignment(&rubric).unwrap(), None, "{phase}");
    }
    // Nobody's queue is less than whole.
    assert_eq!(queue_of(&studio, "青木", &rubric).len(), 40);
    sign_in(&studio, "責任者");
    studio.assign(&request(&rubric), &none, &mut |_| {}).unwrap();
    let cancel = Cancel::default();
    let stop = &mut |update: JobUpdate| {
        if matches!(update, JobUpdate::Progress(p) if p.phase == "assign-store") {
            cancel.cancel();
        }
    };
    assert_eq!(studio.unassign(&rubric, &cancel, stop).unwrap_err().code, "cancelled");
    assert!(studio.assignment(&rubric).unwrap().is_some());
}

#[test]
fn by_hand_nobody_begins_what_the_plan_gives_to_others() {
    let dir = tempfile::tempdir().unwrap();
    let (studio, rubric) = studio(dir.path());
    let everything = queue_of(&studio, "青木", &rubric);
    // Begun before the plan: it stays one's own.
    begin(&studio, &rubric, &everything[0].0);
    sign_in(&studio, "責任者");
    let rules = AssignRequest { calibration: 0, ..request(&rubric) };
    studio.assign(&rules, &Cancel::default(), &mut |_| {}).unwrap();
    let own = queue_of(&studio, "青木", &rubric);
    assert!(own.iter().any(|(id, _)| *id == everything[0].0));
    let other = everything.iter().find(|(id, _)| !ids(&own).contains(&id.as_str())).unwrap();
    let open = |id: &str| {
        let request = OpenRating { output_id: id.into(), rubric: rubric.clone() };
        studio.open_rating(&request).map(|_| ()).map_err(|error| error.code)
    };
    let save = |id: &str| {
        let request = SaveAnswer {
            output_id: id.into(),
            rubric: rubric.clone(),
            criterion: "safety".into(),
            answer: Some(serde_json::from_value(json!(3)).unwrap()),
            active_ms: 0,
        };
        studio.save_answer(&request).map(|_| ()).map_err(|error| error.code)
    };
    assert_eq!(open(&other.0), Err("not-assigned".into()));
    assert_eq!(save(&other.0), Err("not-assigned".into()));
    for (id, _) in &own {
        assert_eq!(open(id), Ok(()));
    }
    assert_eq!((save(&everything[0].0), save(&own[1].0)), (Ok(()), Ok(())));
    // Without the plan everybody may rate everything again.
    sign_in(&studio, "責任者");
    studio.unassign(&rubric, &Cancel::default(), &mut |_| {}).unwrap();
    sign_in(&studio, "青木");
    assert_eq!((open(&other.0), save(&other.0)), (Ok(()), Ok(())));
}
