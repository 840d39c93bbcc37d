//! Changing a rubric as a file, and carrying ratings over, from the command line.

use serde_json::{Value, json};
use shinsa_tests::{Shinsa, demo_data};

fn project(shinsa: &Shinsa) -> Value {
    for args in [
        vec!["project", "new", "w.shinsa", "--lead", "責任者"],
        vec!["rubric", "add", "w.shinsa", "answer-safety"],
        vec!["import", "cases", "w.shinsa", &demo_data("incidents.csv").to_string_lossy()],
        vec!["import", "cases", "w.shinsa", &demo_data("questions.en.jsonl").to_string_lossy()],
        vec!["import", "outputs", "w.shinsa", &demo_data("outputs.jsonl").to_string_lossy()],
        vec!["import", "ratings", "w.shinsa", &demo_data("ratings.jsonl").to_string_lossy()],
    ] {
        let run = shinsa.run(&args);
        assert_eq!(run.code, Some(0), "{args:?}: {run:?}");
    }
    shinsa.json(&["rubric", "show", "w.shinsa", "answer-safety", "--json"])
}

#[test]
fn a_rubric_goes_out_as_a_file_is_changed_and_comes_back_as_the_next_version() {
    let shinsa = Shinsa::new();
    let mut rubric = project(&shinsa);

    // Mistakes are listed, each with its criterion and what to do.
    rubric["version"] = json!(2);
    rubric["criteria"][0]["kind"]["levels"] = json!([]);
    let file = shinsa.file("next.json", rubric.to_string());
    let run = shinsa.run(&["--lang", "ja", "rubric", "check", &file]);
    assert_eq!(run.code, Some(3), "{run:?}");
    let said = run.said();
    assert!(said.contains("criteria.safety") && said.contains("段階を加えてください"), "{said}");
    shinsa.run(&["rubric", "add", "w.shinsa", &file, "--json"]).failed_with("rubric-invalid");

    // Scoring alone has changed: everything goes over, ended ratings stay ended.
    let mut rubric = shinsa.json(&["rubric", "show", "w.shinsa", "answer-safety", "--json"]);
    rubric["version"] = json!(2);
    rubric["scoring"]["thresholds"][0]["min"] = json!(4.5);
    let file = shinsa.file("next.json", rubric.to_string());
    assert_eq!(shinsa.run(&["rubric", "check", &file]).code, Some(0));
    assert_eq!(shinsa.run(&["rubric", "add", "w.shinsa", &file]).code, Some(0));
    let carry = ["rubric", "carry", "w.shinsa", "answer-safety@1", "--json"];
    let plan = shinsa.json(&[&carry[..], &["--dry-run"]].concat());
    assert_eq!(plan["stays_ended"], json!(true), "{plan}");
    let counted = |version: &str| {
        let rubric = format!("answer-safety@{version}");
        let all = shinsa.json(&["ratings", "w.shinsa", "--rubric", &rubric, "--json"]);
        let all = all["ratings"].as_array().expect("a list").clone();
        (all.len(), all.iter().filter(|r| r["locked"] == json!(true)).count())
    };
    assert_eq!(counted("2").0, 0, "a dry run changes nothing");
    let reply = shinsa.json(&carry);
    assert_eq!(reply["carried"], plan["ratings"], "{reply}");
    assert_eq!(counted("2"), counted("1"));
    // The same agreement, since the same people gave the same answers.
    let raw = |version: &str| {
        let rubric = format!("answer-safety@{version}");
        let all = shinsa.json(&["agreement", "w.shinsa", "--rubric", &rubric, "--json"]);
        all["criteria"][0]["raw"].clone()
    };
    assert_eq!(raw("1"), raw("2"));

    // Again is nothing more, and it can be taken back.
    assert_eq!(shinsa.json(&carry)["carried"], json!(0));
    let back = shinsa.json(&[&carry[..], &["--back"]].concat());
    assert_eq!(back["taken_back"], reply["carried"], "{back}");
    assert_eq!(counted("2").1, 0);
    shinsa
        .run(&[
            "rubric",
            "carry",
            "w.shinsa",
            "answer-safety@1",
            "--criterion",
            "nothing",
            "--json",
        ])
        .failed_with("cannot-carry");
}
