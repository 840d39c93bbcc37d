//! What may be carried from one version of a rubric to the next, and what a
//! broken rubric is told.

use serde_json::{Value, json};
use shinsa_domain::{Fit, Rubric, asks_the_same, carry_fits};

const SAFETY: &str = include_str!("../../../../resources/rubrics/answer-safety.json");
const FORESIGHT: &str = include_str!("../../../../resources/rubrics/incident-foresight.json");

/// A rubric after a change to its JSON.
fn changed(text: &str, change: impl FnOnce(&mut Value)) -> Rubric {
    let mut value: Value = serde_json::from_str(text).unwrap();
    value["version"] = json!(2);
    change(&mut value);
    Rubric::from_json(&value.to_string()).unwrap()
}

/// Fit and reason of a criterion after a change.
fn fit(text: &str, criterion: &str, change: impl FnOnce(&mut Value)) -> (Fit, Option<String>) {
    let (old, new) = (Rubric::from_json(text).unwrap(), changed(text, change));
    let fits = carry_fits(&old, &new);
    let found = fits.into_iter().find(|f| f.criterion == criterion).unwrap();
    (found.fit, found.reason)
}

fn not(reason: &str) -> (Fit, Option<String>) {
    (Fit::Not, Some(reason.to_owned()))
}

#[test]
fn a_change_of_scoring_alone_asks_the_same() {
    let old = Rubric::from_json(SAFETY).unwrap();
    let new = changed(SAFETY, |r| {
        r["scoring"]["clamp"] = json!([1, 5]);
        r["title"]["en"] = json!("Another title");
        r["criteria"][1]["kind"]["items"][0]["points"] = json!(3);
    });
    assert!(carry_fits(&old, &new).iter().all(|f| f.fit == Fit::Same && f.reason.is_none()));
    assert!(asks_the_same(&old, &new));
}

#[test]
fn other_words_are_for_a_person_to_judge_and_end_no_rating() {
    let words = (Fit::Reworded, Some("words".to_owned()));
    assert_eq!(fit(SAFETY, "safety", |r| r["criteria"][0]["label"]["en"] = json!("X")), words);
    assert_eq!(
        fit(SAFETY, "safety", |r| {
            r["criteria"][0]["kind"]["levels"][0]["description"] =
                json!({"ja": "別", "en": "other"});
        }),
        words
    );
    let example = json!([{"text": {"ja": "例", "en": "e"}, "answer": 1}]);
    assert_eq!(fit(SAFETY, "safety", |r| r["criteria"][0]["examples"] = example), words);
    let old = Rubric::from_json(SAFETY).unwrap();
    let guided = changed(SAFETY, |r| r["guidelines"] = json!({"ja": "手引き", "en": ""}));
    assert!(carry_fits(&old, &guided).iter().all(|f| f.fit == Fit::Same));
    assert!(!asks_the_same(&old, &guided));
    let optional = changed(SAFETY, |r| r["criteria"][2]["required"] = json!(false));
    assert!(!asks_the_same(&old, &optional));
}

#[test]
fn answers_that_could_not_be_chosen_are_never_carried() {
    let level = json!({"value": 9, "label": {"ja": "九", "en": "Nine"}});
    let more = |r: &mut Value| {
        r["criteria"][0]["kind"]["levels"].as_array_mut().unwrap().push(level);
    };
    assert_eq!(fit(SAFETY, "safety", more), not("levels"));
    let fewer = |r: &mut Value| {
        r["criteria"][0]["kind"]["levels"].as_array_mut().unwrap().remove(2);
    };
    assert_eq!(fit(SAFETY, "safety", fewer), not("levels"));
    let item = json!({"id": "rude", "label": {"ja": "無礼", "en": "Rude"}, "points": 1});
    let items = |r: &mut Value| {
        r["criteria"][1]["kind"]["items"].as_array_mut().unwrap().push(item);
    };
    assert_eq!(fit(SAFETY, "deductions", items), not("options"));
    let renamed = |r: &mut Value| r["criteria"][3]["kind"]["max_chars"] = json!(10);
    assert_eq!(fit(SAFETY, "reason", renamed), not("shorter"));
    let new =
        json!({"id": "tone", "label": {"ja": "口調", "en": "Tone"}, "kind": {"type": "flag"}});
    let added = |r: &mut Value| r["criteria"].as_array_mut().unwrap().push(new);
    assert_eq!(fit(SAFETY, "tone", added), not("new"));
    let kind = json!({"type": "text", "max_chars": 20});
    assert_eq!(
        fit(FORESIGHT, "specificity", |r| {
            r["criteria"][4]["kind"] = kind;
            r["scoring"]["caps"].as_array_mut().unwrap().pop();
        }),
        not("kind")
    );
}

#[test]
fn a_list_goes_over_only_whole() {
    let same = |r: &mut Value| r["criteria"][0]["help"]["en"] = json!("Other words.");
    assert_eq!(fit(FORESIGHT, "events", same).0, Fit::Reworded);
    let option = json!({"id": "unsure", "label": {"ja": "不明", "en": "Unsure"}});
    let inner = |r: &mut Value| {
        r["criteria"][0]["kind"]["each"][0]["kind"]["options"].as_array_mut().unwrap().push(option);
    };
    assert_eq!(fit(FORESIGHT, "events", inner), not("options"));
    let source = |r: &mut Value| r["criteria"][1]["kind"]["items"] = json!("case_aspects");
    assert_eq!(fit(FORESIGHT, "causes", source), not("items"));
}

#[test]
fn what_is_gone_or_computed_now_is_said() {
    let gone = |r: &mut Value| {
        r["criteria"].as_array_mut().unwrap().remove(3);
        r["criteria"][2].as_object_mut().unwrap().remove("required_when");
    };
    assert_eq!(fit(SAFETY, "reason", gone), not("gone"));
    let derived = |r: &mut Value| {
        r["criteria"][3]["source"] = json!({"from": "derived", "rule": "label"});
        r["criteria"][3]["required"] = json!(false);
    };
    assert_eq!(fit(SAFETY, "reason", derived), not("derived"));
}

#[test]
fn every_mistake_is_told_with_its_place_and_a_stable_word() {
    let mut value: Value = serde_json::from_str(SAFETY).unwrap();
    value["title"] = json!({"ja": " ", "en": ""});
    value["criteria"][0]["kind"]["levels"] = json!([]);
    value["criteria"][1]["id"] = json!("Deductions");
    value["criteria"][2]["examples"] = json!([{"text": {"ja": "例", "en": ""}, "answer": 3}]);
    let rubric: Rubric = serde_json::from_value(value).unwrap();
    let found: Vec<(String, String)> =
        rubric.problems().into_iter().map(|p| (p.place, p.problem)).collect();
    let has = |place: &str, problem: &str| {
        assert!(found.contains(&(place.to_owned(), problem.to_owned())), "{place} {found:?}");
    };
    has("title", "title");
    has("criteria.safety", "scale-few");
    has("criteria.Deductions", "criterion-id");
    has("criteria.harm", "example-answer");
    has("scoring.deductions", "deductions");
}

#[test]
fn a_condition_that_can_never_hold_is_refused() {
    for (when, sound) in [
        (json!({"is": "equal", "criterion": "harm", "to": true}), true),
        (json!({"is": "equal", "criterion": "harm", "to": 3}), false),
        (json!({"is": "at_most", "criterion": "safety", "bound": 2}), true),
        (json!({"is": "at_most", "criterion": "harm", "bound": 2}), false),
        (json!({"is": "has", "criterion": "deductions", "id": "wrong_fact"}), true),
        (json!({"is": "has", "criterion": "deductions", "id": "nothing"}), false),
        (json!({"is": "any_item", "criterion": "deductions", "each": "x", "to": 1}), false),
    ] {
        let mut value: Value = serde_json::from_str(SAFETY).unwrap();
        value["scoring"]["caps"] = json!([{"when": when, "at": 1}]);
        let rubric: Rubric = serde_json::from_value(value).unwrap();
        assert_eq!(rubric.problems().is_empty(), sound, "{when} {:?}", rubric.problems());
    }
}

#[test]
fn guidelines_and_examples_that_are_not_there_leave_no_trace_in_the_file() {
    let rubric = Rubric::from_json(SAFETY).unwrap();
    let value = serde_json::to_value(&rubric).unwrap();
    assert!(value.get("guidelines").is_none());
    assert!(value["criteria"][0].get("examples").is_none());
}
