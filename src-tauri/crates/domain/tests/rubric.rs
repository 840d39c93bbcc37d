//! The shipped rubrics and the promises of scoring, checking and schema.

use proptest::prelude::*;
use serde_json::{Value, json};
use shinsa_domain::{
    Answer, Answers, Audience, CaseText, Consolidated, Declined, Output, Provenance, Rubric, Tie,
    check, consolidate, rating_schema, score,
};
use std::collections::BTreeMap;

const SAFETY: &str = include_str!("../../../../resources/rubrics/answer-safety.json");

fn safety() -> Rubric {
    Rubric::from_json(SAFETY).unwrap()
}

fn output() -> Output {
    serde_json::from_value(json!({
        "id": "018bcfe5-6800-7000-8000-000000000001", "key": "o1",
        "case": "018bcfe5-6800-7000-8000-000000000002", "prompt": "018bcfe5-6800-7000-8000-000000000003",
        "sample": 0, "text": "看護師に連絡してください。", "items": {"drugs": ["a", "b"]}, "origin": {}
    }))
    .unwrap()
}

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).unwrap()
}

#[test]
fn every_shipped_rubric_is_sound_in_both_languages() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../resources/rubrics");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let rubric = Rubric::from_json(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        for criterion in &rubric.criteria {
            assert!(
                !criterion.label.ja.is_empty() && !criterion.label.en.is_empty(),
                "{}: {}",
                path.display(),
                criterion.id
            );
        }
        seen += 1;
    }
    assert!(seen >= 1);
}

#[test]
fn score_goes_base_deductions_clamp_thresholds_veto() {
    let rubric = safety();
    let good =
        score(&rubric, &answers(json!({"safety": 5, "deductions": ["unnatural"], "harm": false})));
    assert_eq!(
        (good.total, good.label.as_deref(), good.harm),
        (Some(4.5), Some("pass"), Some(false))
    );
    let low = score(
        &rubric,
        &answers(json!({"safety": 1, "deductions": ["wrong_fact", "careless"], "harm": false})),
    );
    assert_eq!((low.total, low.label.as_deref()), (Some(0.0), Some("revise")));
    let veto = score(&rubric, &answers(json!({"safety": 5, "deductions": [], "harm": true})));
    assert_eq!(veto.label.as_deref(), Some("unsafe"));
}

#[test]
fn a_declined_base_leaves_the_total_undefined() {
    let s = score(
        &safety(),
        &answers(json!({"safety": {"declined": "cannot_judge"}, "deductions": [], "harm": false})),
    );
    assert_eq!((s.total, s.label, s.harm), (None, None, Some(false)));
}

#[test]
fn problems_are_named_in_the_rubrics_order() {
    let found = check(
        &safety(),
        &CaseText::default(),
        &output(),
        &answers(json!({"deductions": ["nope"], "harm": true, "total": 3, "x": 1})),
        true,
    );
    let found: Vec<(&str, &str)> =
        found.iter().map(|p| (p.criterion.as_str(), p.code.as_str())).collect();
    assert_eq!(
        found,
        [
            ("x", "unknown-criterion"),
            ("safety", "missing"),
            ("deductions", "not-a-deduction"),
            ("reason", "missing"),
            ("total", "derived-criterion")
        ]
    );
}

#[test]
fn a_judges_schema_has_the_rubrics_order_and_no_text_when_scores_only() {
    let schema = rating_schema(
        &safety(),
        &CaseText::default(),
        &output(),
        Audience::Judge { reasons: false },
    );
    let keys: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["safety", "deductions", "harm"]);
    assert_eq!(schema["properties"]["deductions"]["enum"].as_array().unwrap().len(), 8);
}

#[test]
fn lists_have_one_answer_per_frozen_item() {
    let rubric = Rubric::from_json(&json!({
        "id": "drugs", "version": 1, "title": {"ja": "薬", "en": "Drugs"}, "description": {"ja": "", "en": ""},
        "criteria": [{"id": "drugs", "label": {"ja": "薬", "en": "Drugs"}, "kind": {"type": "list", "items": "output", "each": [
            {"id": "ok", "label": {"ja": "可", "en": "OK"}, "kind": {"type": "flag"}}]}}],
        "scoring": {"base": {"of": "list", "id": "drugs", "each": "ok", "equals": true}}
    }).to_string()).unwrap();
    let case = CaseText::default();
    let both = answers(json!({"drugs": [{"ok": true}, {"ok": false}]}));
    assert!(check(&rubric, &case, &output(), &both, true).is_empty());
    assert_eq!(score(&rubric, &both).total, Some(0.5));
    let one = answers(json!({"drugs": [{"ok": true}]}));
    assert_eq!(check(&rubric, &case, &output(), &one, true)[0].code, "wrong-item-count");
}

#[test]
fn a_broken_rubric_is_refused_with_its_place() {
    let mut value: Value = serde_json::from_str(SAFETY).unwrap();
    value["criteria"][0]["kind"]["levels"] = json!([]);
    let error = Rubric::from_json(&value.to_string()).unwrap_err();
    assert!(error.to_string().starts_with("criteria.safety:"), "{error}");
    let error = Rubric::from_json("{").unwrap_err();
    assert!(error.to_string().starts_with("line 1"), "{error}");
}

#[test]
fn majority_decides_and_two_who_differ_stay_unresolved() {
    let rubric = safety();
    let r =
        |level: i32, harm: bool| answers(json!({"safety": level, "deductions": [], "harm": harm}));
    let Consolidated::Gold(gold, Provenance::Majority) =
        consolidate(&rubric, &[r(4, false), r(4, false), r(2, true)], Tie::Unresolved)
    else {
        panic!("a majority decides")
    };
    assert_eq!(gold["safety"], Answer::Int(4));
    assert_eq!(
        consolidate(&rubric, &[r(4, false), r(2, false)], Tie::Unresolved),
        Consolidated::Unresolved(vec!["safety".into()])
    );
    let Consolidated::Gold(gold, _) =
        consolidate(&rubric, &[r(4, false), r(2, true)], Tie::Cautious)
    else {
        panic!("cautious decides")
    };
    assert_eq!((&gold["safety"], &gold["harm"]), (&Answer::Int(2), &Answer::Bool(true)));
    assert!(matches!(
        consolidate(&rubric, &[r(3, false), r(3, false)], Tie::Unresolved),
        Consolidated::Gold(_, Provenance::Unanimous)
    ));
    assert_eq!(consolidate(&rubric, &[r(3, false)], Tie::Cautious), Consolidated::TooFew);
}

fn any_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        any::<bool>().prop_map(Answer::Bool),
        (-2..8_i32).prop_map(Answer::Int),
        (-1.0..6.0_f64).prop_map(Answer::Number),
        "[a-zあ-ん]{0,5}".prop_map(Answer::Text),
        prop::collection::vec(
            prop_oneof![
                Just("unnatural".to_owned()),
                Just("wrong_fact".to_owned()),
                Just("zzz".to_owned())
            ],
            0..3
        )
        .prop_map(Answer::Labels),
        Just(Answer::Declined { declined: Declined::CannotJudge }),
    ]
}

proptest! {
    /// The form, the import and the grammar hold the same rules: our check and
    /// an independent JSON-Schema validator agree. (A schema can't express
    /// `required_when` or blank text: the reason is left out here.)
    #[test]
    fn check_agrees_with_the_schema(given in prop::collection::btree_map(prop::sample::select(vec!["safety", "deductions", "harm", "other"]), any_answer(), 0..4)) {
        let rubric = {
            let mut rubric = safety();
            rubric.criteria.retain(|c| c.id != "reason");
            rubric
        };
        let given: Answers = given.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<BTreeMap<_, _>>();
        let schema = rating_schema(&rubric, &CaseText::default(), &output(), Audience::Rater);
        let valid = jsonschema::is_valid(&schema, &serde_json::to_value(&given).unwrap());
        let problems = check(&rubric, &CaseText::default(), &output(), &given, true);
        prop_assert_eq!(valid, problems.is_empty(), "{:?} {:?}", given, problems);
    }
}
