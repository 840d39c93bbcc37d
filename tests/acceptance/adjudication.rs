//! Where raters differ, a person decides.

use crate::flow::{demo_ratings, done, rated};
use serde_json::{Value, json};
use shinsa_tests::Shinsa;

fn queue(shinsa: &Shinsa) -> Value {
    shinsa.json(&["adjudicate", "ward.shinsa", "--json"])
}

fn decide(shinsa: &Shinsa, key: &str, decision: &Value) -> Option<i32> {
    let file = shinsa.file("decision.json", decision.to_string());
    shinsa.run(&["adjudicate", "ward.shinsa", "--output", key, "--decision", &file, "--json"]).code
}

#[test]
fn differences_come_first_and_raters_are_letters() {
    let shinsa = rated(&demo_ratings());
    let queue = queue(&shinsa);
    let entries = queue["entries"].as_array().expect("entries");
    let differ: Vec<usize> =
        entries.iter().map(|e| e["differing"].as_array().expect("a list").len()).collect();
    assert!(differ.windows(2).all(|w| w[0] >= w[1]), "{differ:?}");
    assert_eq!(
        queue["open"].as_u64(),
        Some(differ.iter().filter(|n| **n > 0).count() as u64),
        "{queue}"
    );
    let key = entries[0]["output"].as_str().expect("a key");
    let item = shinsa.json(&["adjudicate", "ward.shinsa", "--output", key, "--json"]);
    assert!(item["ratings"].as_array().expect("ratings").len() > 1, "{item}");
    let text = item.to_string();
    for rating in demo_ratings().lines() {
        let rating: Value = serde_json::from_str(rating).expect("JSON");
        let name = rating["rater"].as_str().expect("a name");
        assert!(!text.contains(&format!("\"{name}\"")), "{name} in {text}");
    }
    // One's own colleagues' answers are not for a rater.
    let ratings = demo_ratings();
    let first: Value =
        serde_json::from_str(ratings.lines().next().expect("ratings")).expect("JSON");
    let refused = shinsa.run(&[
        "adjudicate",
        "ward.shinsa",
        "--as",
        first["rater"].as_str().expect("a name"),
    ]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
}

#[test]
fn a_decision_with_its_causes_is_gold_that_stands() {
    let shinsa = rated(&demo_ratings());
    let before = queue(&shinsa);
    let entry = &before["entries"][0];
    let key = entry["output"].as_str().expect("a key");
    let differing: Vec<&str> =
        entry["differing"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let item = shinsa.json(&["adjudicate", "ward.shinsa", "--output", key, "--json"]);
    // As rater A has it; its reason is a rater's own.
    let answers = item["ratings"][0].clone();
    assert_eq!(
        decide(&shinsa, key, &json!({ "answers": answers })),
        Some(3),
        "causes are asked for"
    );
    assert_eq!(decide(&shinsa, key, &json!({ "answers": {}, "causes": {} })), Some(3));
    assert_eq!(decide(&shinsa, key, &json!({ "nonsense": 1 })), Some(1));
    assert_eq!(queue(&shinsa), before, "what was refused has changed something");

    let causes: serde_json::Map<String, Value> =
        differing.iter().map(|id| ((*id).to_owned(), json!("rubric-unclear"))).collect();
    let causes = Value::Object(causes);
    assert_eq!(decide(&shinsa, key, &json!({ "answers": answers, "causes": causes })), Some(0));
    let item = shinsa.json(&["adjudicate", "ward.shinsa", "--output", key, "--json"]);
    assert_eq!(
        (&item["gold"], &item["answers"], &item["causes"]),
        (&json!("adjudicated"), &answers, &causes)
    );
    let after = queue(&shinsa);
    assert_eq!(after["decided"], 1);
    assert_eq!(after["entries"][0]["output_id"], before["entries"][1]["output_id"]);
    // Majorities made later leave it alone.
    let gold = shinsa.json(&["gold", "ward.shinsa", "--json"]);
    assert_eq!(gold["adjudicated"], 1, "{gold}");

    done(&shinsa, &["adjudicate", "ward.shinsa", "--output", key, "--withdraw"]);
    assert_eq!(queue(&shinsa)["decided"], 0);
}

#[test]
fn what_all_agree_on_is_settled_at_once() {
    let shinsa = rated(&demo_ratings());
    let agreed = queue(&shinsa)["agreed"].as_u64().expect("a count");
    assert!(agreed > 0);
    let reply = shinsa.json(&["adjudicate", "ward.shinsa", "--settle", "--json"]);
    assert_eq!(reply["settled"].as_u64(), Some(agreed));
    let info = shinsa.json(&["project", "info", "ward.shinsa", "--json"]);
    assert_eq!(info["gold"].as_u64(), Some(agreed), "{info}");
    assert_eq!(queue(&shinsa)["agreed"], 0);
    let again = shinsa.json(&["adjudicate", "ward.shinsa", "--settle", "--json"]);
    assert_eq!(again["settled"], 0);
}

#[test]
fn an_adjudicator_decides_and_the_lead_sees_whose_ratings_it_rests_on() {
    let shinsa = rated(&demo_ratings());
    let person = ["project", "person", "ward.shinsa", "裁定者", "--role", "adjudicator"];
    done(&shinsa, &person);
    // The same person again is the same; another role under that name is refused.
    done(&shinsa, &person);
    let refused = shinsa.run(&["project", "person", "ward.shinsa", "裁定者", "--role", "lead"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");

    let as_adjudicator = ["--as", "裁定者", "--json"];
    let list = |rest: &[&str]| {
        let args: Vec<&str> = ["adjudicate", "ward.shinsa"]
            .iter()
            .chain(rest)
            .chain(&as_adjudicator)
            .copied()
            .collect();
        shinsa.json(&args)
    };
    let queue = list(&[]);
    let key = queue["entries"][0]["output"].as_str().expect("a key");
    let item = list(&["--output", key]);
    let causes: serde_json::Map<String, Value> = item["differing"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|id| (id.as_str().expect("an id").to_owned(), json!("disagreement")))
        .collect();
    let decision = json!({ "answers": item["ratings"][0], "causes": causes });
    let file = shinsa.file("decision.json", decision.to_string());
    let reply = list(&["--output", key, "--decision", &file]);
    assert_eq!(reply["next"], list(&[])["entries"][0]["output_id"], "next is the queue's first");
    // The adjudicator sees letters; the lead's own view of the same gold stands on
    // the raters themselves, so that a majority made now leaves it alone.
    let gold = shinsa.json(&["gold", "ward.shinsa", "--json"]);
    assert_eq!(gold["adjudicated"], 1, "{gold}");
    assert_eq!(list(&[])["decided"], 1);
}
