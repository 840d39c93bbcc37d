//! Writing a rubric, from the first word to the ratings that go over to its next
//! version, through the use cases that both shells call.

use serde_json::json;
use shinsa_studio::{
    AddRubric, BeginDraft, CarryRatings, CarryScope, CompleteRating, CreateProject, Ctx, DraftView,
    Fit, ImportKind, ImportRequest, OpenRating, Places, RubricRef, SaveAnswer, SaveDraft, SignIn,
    Studio, TryRubric,
};
use std::path::Path;

const PASSPHRASE: &str = "spring 転倒 river";

/// A project with the demo's first outputs, its lead signed in.
fn studio(dir: &Path) -> Studio {
    let studio = Studio::new(Ctx::fixed(1_750_000_000_000, 7, Places::default()));
    studio
        .create(&CreateProject {
            parent: dir.display().to_string(),
            name: "病棟".into(),
            passphrase: PASSPHRASE.into(),
            lead: "責任者".into(),
        })
        .unwrap();
    studio
}

fn outputs(studio: &Studio, dir: &Path) {
    let import = |kind, name: &str, line: serde_json::Value| {
        let file = dir.join(name);
        shinsa_fsio::atomic_write(&file, format!("{line}\n").as_bytes()).unwrap();
        let reply = studio
            .import(&ImportRequest {
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
            })
            .unwrap();
        assert!(reply.problems.is_empty(), "{:?}", reply.problems);
    };
    import(ImportKind::Cases, "c.jsonl", json!({"key": "A1", "what": "夜間に転倒した。"}));
    import(
        ImportKind::Outputs,
        "o.jsonl",
        json!({"key": "A1/a", "case": "A1", "text": "看護師に連絡。"}),
    );
}

/// Saves the draft after a change to its JSON.
fn write(
    studio: &Studio,
    draft: &DraftView,
    change: impl FnOnce(&mut serde_json::Value),
) -> DraftView {
    let mut value = serde_json::to_value(&draft.rubric).unwrap();
    change(&mut value);
    let rubric = serde_json::from_value(value).unwrap();
    studio.save_draft(&SaveDraft { id: draft.id.clone(), rubric }).unwrap()
}

#[test]
fn a_rubric_is_written_published_changed_and_its_ratings_carried_over() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path());

    // Begun, with a name missing: it says so, is kept, and can't be published.
    let draft = studio.begin_draft(&BeginDraft::default()).unwrap();
    let places = |d: &DraftView| d.problems.iter().map(|p| p.place.clone()).collect::<Vec<_>>();
    assert_eq!(places(&draft), ["title"]);
    let refused = studio.publish_draft(&draft.id).unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.args["place"].as_str()),
        ("rubric-invalid", "title")
    );
    assert_eq!(refused.args["problem"], "title");
    let draft = write(&studio, &draft, |r| {
        r["title"] = json!({"ja": "受け答え", "en": "Manner"});
        r["criteria"][0]["label"] = json!({"ja": "丁寧さ", "en": "Politeness"});
    });
    assert!(draft.problems.is_empty() && draft.can_undo, "{:?}", draft.problems);
    // Undo and redo, and the score by what is written.
    assert_eq!(places(&studio.step_draft(&draft.id, false).unwrap()), ["title"]);
    assert!(studio.step_draft(&draft.id, true).unwrap().problems.is_empty());
    let tried = TryRubric {
        id: draft.id.clone(),
        answers: serde_json::from_value(json!({"quality": 4})).unwrap(),
    };
    assert_eq!(studio.try_draft(&tried).unwrap().score.total, Some(4.0));
    let first = studio.publish_draft(&draft.id).unwrap();
    assert_eq!((first.head.version, first.base.as_ref(), first.ratings), (1, None, 0));
    assert!(studio.rubric_drafts().unwrap().is_empty());

    // Rated by somebody.
    outputs(&studio, dir.path());
    let rubric = RubricRef { id: first.head.id.clone(), version: 1 };
    studio.sign_in(&SignIn { name: "評価者".into(), ..SignIn::default() }).unwrap();
    let output = studio.rating_queue(&rubric).unwrap().entries[0].output_id.clone();
    let save = SaveAnswer {
        output_id: output.clone(),
        rubric: rubric.clone(),
        criterion: "quality".into(),
        answer: Some(serde_json::from_value(json!(2)).unwrap()),
        active_ms: 0,
    };
    studio.save_answer(&save).unwrap();
    let done = CompleteRating { output_id: output.clone(), rubric: rubric.clone(), active_ms: 0 };
    assert!(studio.complete_rating(&done).unwrap().rating.locked);
    // A rater writes no rubric, and carries nothing.
    assert_eq!(studio.begin_draft(&BeginDraft::default()).unwrap_err().code, "lead-only");
    assert_eq!(studio.rubric_drafts().unwrap_err().code, "lead-only");
    let scope = CarryScope { from: rubric.clone(), to: 1 };
    assert_eq!(studio.carry_plan(&scope).unwrap_err().code, "lead-only");

    // Changed: the same draft is gone on with, nothing new is refused.
    studio.sign_in(&SignIn { name: "責任者".into(), ..SignIn::default() }).unwrap();
    let from = BeginDraft { from: Some(rubric.clone()) };
    let draft = studio.begin_draft(&from).unwrap();
    assert_eq!(studio.begin_draft(&from).unwrap().id, draft.id);
    assert!(draft.unchanged && draft.rubric.version == 2);
    assert_eq!(studio.publish_draft(&draft.id).unwrap_err().code, "rubric-unchanged");
    let taken = write(&studio, &draft, |r| r["id"] = json!("other"));
    assert_eq!(taken.problems[0].problem, "id-taken");
    let draft = write(&studio, &draft, |r| {
        r["criteria"][0]["help"] = json!({"ja": "言葉づかいを見ます。", "en": ""});
        r["criteria"].as_array_mut().unwrap().push(json!({
            "id": "harm", "label": {"ja": "害", "en": "Harm"}, "kind": {"type": "flag"}
        }));
    });
    let second = studio.publish_draft(&draft.id).unwrap();
    assert_eq!((second.head.version, second.base, second.ratings), (2, Some(rubric.clone()), 1));

    // Carried over criterion by criterion.
    let scope = CarryScope { from: rubric.clone(), to: 2 };
    let plan = studio.carry_plan(&scope).unwrap();
    let fits: Vec<_> = plan.criteria.iter().map(|c| (c.criterion.as_str(), c.fit)).collect();
    assert_eq!(fits, [("quality", Fit::Reworded), ("harm", Fit::Not)]);
    assert_eq!((plan.ratings, plan.ended, plan.stays_ended), (1, 1, false));
    let request = |criteria: &[&str]| CarryRatings {
        from: rubric.clone(),
        to: 2,
        criteria: criteria.iter().map(|c| (*c).to_owned()).collect(),
    };
    let cancel = shinsa_studio::Cancel::default();
    let refused = studio.carry_ratings(&request(&["harm"]), &cancel, &mut |_| ()).unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.args["criterion"].as_str()),
        ("cannot-carry", "harm")
    );
    let mut heard = 0;
    let reply = studio.carry_ratings(&request(&["quality"]), &cancel, &mut |_| heard += 1).unwrap();
    assert_eq!((reply.carried, reply.ended), (1, 0));
    assert!(heard > 0);

    // Its rater finds the answer, marked, and what is missing.
    studio.sign_in(&SignIn { name: "評価者".into(), ..SignIn::default() }).unwrap();
    let newer = RubricRef { version: 2, ..rubric };
    let open = OpenRating { output_id: output, rubric: newer.clone() };
    let item = studio.open_rating(&open).unwrap();
    assert_eq!(serde_json::to_value(&item.rating.answers).unwrap(), json!({"quality": 2}));
    assert_eq!(item.rating.carried, [("quality".to_owned(), 1)].into());
    assert_eq!(item.rating.problems[0].criterion, "harm");
    // And the lead can take it back.
    studio.sign_in(&SignIn { name: "責任者".into(), ..SignIn::default() }).unwrap();
    assert_eq!(studio.carry_back(&newer).unwrap(), 1);
}

#[test]
fn a_file_with_mistakes_is_told_all_of_them_and_refused_with_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path());
    let file = dir.path().join("broken.json");
    let text = json!({
        "id": "broken", "version": 1, "title": {"ja": "", "en": ""}, "description": {"ja": "", "en": ""},
        "criteria": [{"id": "a", "label": {"ja": "あ", "en": ""}, "kind": {"type": "scale", "levels": []}}],
        "scoring": {"base": {"of": "criterion", "id": "b"}}
    });
    shinsa_fsio::atomic_write(&file, text.to_string().as_bytes()).unwrap();
    let checked = studio.check_rubric(&file).unwrap();
    let found: Vec<_> = checked.problems.iter().map(|p| p.problem.as_str()).collect();
    assert_eq!(found, ["title", "scale-few", "base"]);
    let add = AddRubric { shipped: None, path: Some(file.display().to_string()) };
    let refused = studio.add_rubric(&add).unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.args["problem"].as_str()),
        ("rubric-invalid", "title")
    );
    shinsa_fsio::atomic_write(&file, b"{\n]").unwrap();
    let refused = studio.check_rubric(&file).unwrap_err();
    assert_eq!((refused.args["problem"].as_str(), refused.args["place"].as_str()), ("json", "2:1"));
}
