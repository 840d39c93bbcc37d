//! The exact fields of every format, as its own tools read them.

use serde_json::{Value, json};
use shinsa_domain::{Answers, Evidence, Lang, Provenance, Rubric, Span, Votes};
use std::collections::BTreeMap;

use crate::{
    Card, Compared, Croissant, CroissantFile, DpoSource, Rated, argilla_rows, croissant, dpo_rows,
    healthbench_meta_rows, healthbench_rows, jsonl, kto_rows, label_studio_config,
    label_studio_json,
};

fn safety() -> Rubric {
    let text = include_str!("../../../../resources/rubrics/answer-safety.json");
    Rubric::from_json(text).unwrap()
}

fn points() -> Rubric {
    let text = include_str!("../../../../resources/rubrics/urgent-advice-points.json");
    Rubric::from_json(text).unwrap()
}

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).unwrap()
}

fn rated(output: &str, text: &str, gold: Option<Value>, ratings: &[Value]) -> Rated {
    Rated {
        output: output.into(),
        case: "A1".into(),
        lang: Lang::Ja,
        prompt: "転倒後はどうしますか。".into(),
        text: text.into(),
        reference: String::new(),
        gold: gold.map(|value| (answers(value), Provenance::Majority)),
        ratings: ratings
            .iter()
            .enumerate()
            .map(|(i, value)| (format!("r{}", i + 1), answers(value.clone())))
            .collect(),
        evidence: BTreeMap::new(),
    }
}

fn say(safety: u8, harm: bool) -> Value {
    json!({"safety": safety, "deductions": [], "harm": harm})
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_pair_has_the_better_answer_first_and_no_score_outweighs_harm() {
    let outputs = [
        rated("a", "良い", Some(say(5, false)), &[]),
        rated("b", "普通", Some(say(3, false)), &[]),
        rated("c", "危険", Some(say(5, true)), &[]),
        rated("d", "未定", None, &[]),
        rated("e", "良い", Some(say(4, false)), &[]),
        rated("f", "同点", Some(say(3, false)), &[]),
    ];
    let rows = dpo_rows(&safety(), &outputs, &[]);
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    // Not a>e (the same text), b with f (equal), anything with d (no gold).
    assert_eq!(
        ids,
        ["a>b", "a>c", "a>f", "b>c", "e>b", "e>c", "f>c", "e>f"],
        "harm ranks below every score"
    );
    let row = serde_json::to_value(&rows[1]).unwrap();
    assert_eq!(keys(&row)[..3], ["prompt", "chosen", "rejected"]);
    assert_eq!(row["prompt"], json!([{"role": "user", "content": "転倒後はどうしますか。"}]));
    assert_eq!(row["chosen"], json!([{"role": "assistant", "content": "良い"}]));
    assert_eq!(row["rejected"], json!([{"role": "assistant", "content": "危険"}]));
    assert_eq!(row["rejected_harm"], json!(true));
}

#[test]
fn what_people_said_side_by_side_counts_before_any_score() {
    let outputs = [
        rated("a", "良い", Some(say(5, false)), &[]),
        rated("b", "普通", Some(say(3, false)), &[]),
        rated("c", "悪い", Some(say(1, false)), &[]),
    ];
    let compared = |first: &str, second: &str, votes: (u32, u32, u32)| Compared {
        case: "A1".into(),
        lang: Lang::Ja,
        prompt: "転倒後はどうしますか。".into(),
        first: (first.into(), format!("{first}の文")),
        second: (second.into(), format!("{second}の文")),
        votes: Votes { first: votes.0, second: votes.1, ties: votes.2 },
    };
    let said = [compared("a", "b", (1, 2, 0)), compared("a", "c", (1, 1, 0))];
    let rows = dpo_rows(&safety(), &outputs, &said);
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    // b against all scores; a and c undecided side by side; b and c by gold.
    assert_eq!(ids, ["b>a", "b>c"]);
    let row = serde_json::to_value(&rows[0]).unwrap();
    assert_eq!((&row["source"], &row["rubric"]), (&json!("preference"), &Value::Null));
    assert_eq!((&row["votes_chosen"], &row["votes_rejected"]), (&json!(2), &json!(1)));
    assert_eq!(rows[1].source, DpoSource::Gold);
    // Nobody could judge: then the scores stand.
    let open = [compared("a", "b", (0, 0, 0))];
    assert_eq!(dpo_rows(&safety(), &outputs, &open)[0].id, "a>b");
}

#[test]
fn answers_to_other_prompts_form_no_pair() {
    let mut other = rated("b", "普通", Some(say(1, false)), &[]);
    other.case = "A2".into();
    assert!(
        dpo_rows(&safety(), &[rated("a", "良い", Some(say(5, false)), &[]), other], &[]).is_empty()
    );
}

#[test]
fn a_single_answer_is_good_only_with_the_best_label_and_without_harm() {
    let outputs = [
        rated("a", "良い", Some(say(5, false)), &[]),
        rated("b", "要改善", Some(say(3, false)), &[]),
        rated("c", "危険", Some(say(5, true)), &[]),
        rated("d", "未定", None, &[]),
    ];
    let rows = kto_rows(&safety(), &outputs);
    let told: Vec<(&str, bool)> = rows.iter().map(|row| (row.id.as_str(), row.label)).collect();
    assert_eq!(told, [("a", true), ("b", false), ("c", false)]);
    let row = serde_json::to_value(&rows[0]).unwrap();
    assert_eq!(keys(&row)[..3], ["prompt", "completion", "label"]);
    assert_eq!(row["completion"], json!([{"role": "assistant", "content": "良い"}]));
}

#[test]
fn a_prompt_has_the_points_of_its_rubric_as_healthbench_reads_them() {
    let rubric = points();
    let mut one = rated("a", "119番へ", None, &[]);
    one.reference = "119番に電話する。".into();
    let rows = healthbench_rows(&rubric, &[one, rated("b", "様子を見る", None, &[])]);
    assert_eq!(rows.len(), 1, "one row per prompt");
    let row = serde_json::to_value(&rows[0]).unwrap();
    assert_eq!(
        keys(&row),
        ["prompt_id", "prompt", "rubrics", "example_tags", "ideal_completions_data"]
    );
    assert_eq!(row["prompt_id"].as_str().map(str::len), Some(32));
    assert_eq!(keys(&row["rubrics"][0]), ["criterion", "points", "tags"]);
    let given: Vec<f64> =
        row["rubrics"].as_array().unwrap().iter().map(|r| r["points"].as_f64().unwrap()).collect();
    assert!(given.iter().any(|p| *p > 0.0) && given.iter().any(|p| *p < 0.0), "{given:?}");
    assert_eq!(row["ideal_completions_data"]["ideal_completion"], "119番に電話する。");
    assert!(healthbench_rows(&safety(), &[rated("a", "x", None, &[])]).is_empty());
}

#[test]
fn binary_labels_stand_beside_the_raters_who_gave_them() {
    let rubric = points();
    let id = rubric
        .asked()
        .find(|c| matches!(c.kind, shinsa_domain::rubric::Kind::Points { .. }))
        .map(|c| c.id.clone())
        .unwrap();
    let said =
        [json!({ &id: true }), json!({ &id: {"declined": "cannot_judge"} }), json!({ &id: false })];
    let mut one = rated("a", "119番へ", None, &said);
    let span = Span { start: 0, end: 3, quote: "119".into() };
    one.evidence.insert("r3".into(), Evidence::from([(id.clone(), vec![span])]));
    let rows = healthbench_meta_rows(&rubric, &[one]);
    assert_eq!(rows.len(), 1);
    let row = serde_json::to_value(&rows[0]).unwrap();
    assert_eq!(row["binary_labels"], json!([true, false]));
    assert_eq!(row["anonymized_physician_ids"], json!(["r1", "r3"]));
    assert_eq!(row["evidence"], json!([[], [{"start": 0, "end": 3, "quote": "119"}]]));
    assert_eq!((&row["category"], &row["completion"]), (&json!(id), &json!("119番へ")));
    assert!(row["rubric"].is_string() && row["prompt"].is_array());
}

#[test]
fn records_for_argilla_have_the_same_flat_keys_whoever_rated() {
    let ratings = [
        say(4, false),
        json!({"safety": 2, "deductions": ["careless"], "harm": true, "reason": "危険"}),
    ];
    let mut outputs =
        [rated("a", "良い", Some(say(4, false)), &ratings), rated("b", "未評価", None, &[])];
    let span = |start, end, quote: &str| Span { start, end, quote: quote.into() };
    let cited = Evidence::from([
        ("safety".into(), vec![span(0, 2, "良い"), span(1, 2, "い")]),
        ("drugs[0].label".into(), vec![span(0, 1, "良")]),
        ("drugs[1].harm".into(), vec![span(0, 1, "良")]),
    ]);
    outputs[0].evidence.insert("r1".into(), cited);
    let rows = argilla_rows(&safety(), &outputs);
    assert_eq!(rows.len(), 3);
    let first = Value::Object(rows[0].clone());
    for row in &rows {
        assert_eq!(keys(&Value::Object(row.clone())), keys(&first));
    }
    assert_eq!(
        keys(&first)[..10],
        [
            "id",
            "case",
            "prompt",
            "output",
            "lang",
            "rater",
            "safety.suggestion",
            "safety.suggestion.score",
            "safety.suggestion.agent",
            "safety.response"
        ]
    );
    assert_eq!(first["id"], "a/r1");
    assert_eq!(first["safety.suggestion"], 4);
    assert_eq!(first["safety.suggestion.score"], 0.5, "one of two raters gave it");
    assert_eq!(first["safety.suggestion.agent"], "gold-majority");
    assert_eq!(rows[1]["deductions.response"], json!(["careless"]));
    assert_eq!(rows[0]["deductions.response"], json!(["none"]));
    assert_eq!(rows[0]["deductions.suggestion"], json!(["none"]));
    assert_eq!(rows[0]["deductions.suggestion.score"], json!([0.5]), "a score per label");
    assert_eq!(rows[1]["harm.response"], json!("true"));
    assert_eq!(rows[2]["safety.response"], Value::Null);
    let marked =
        |start: u32, end: u32, label: &str| json!({"start": start, "end": end, "label": label});
    assert_eq!(
        first["__evidence.response"],
        json!([marked(0, 1, "drugs"), marked(0, 2, "safety"), marked(1, 2, "safety")])
    );
    assert!(rows[1]["__evidence.response"].is_null() && rows[2]["__evidence.response"].is_null());
}

#[test]
fn tasks_for_label_studio_fit_their_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tasks.json");
    let rubric = safety();
    let ratings = [
        json!({"safety": 4, "deductions": ["careless"], "harm": false, "reason": "<根拠>"}),
        json!({"safety": {"declined": "cannot_judge"}, "deductions": [], "harm": true}),
    ];
    let mut outputs = [
        rated("a", "𠮷良い", Some(say(4, false)), &ratings),
        rated("b", "普通", None, &[say(3, false)]),
    ];
    let span = Span { start: 1, end: 3, quote: "良い".into() };
    let cited = Evidence::from([("safety".into(), vec![span])]);
    outputs[0].evidence.insert("r1".into(), cited);
    let written = label_studio_json(&path, &rubric, &outputs, &mut |_| true).unwrap();
    assert_eq!(written.lines, 2);
    let tasks: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let first = &tasks[0];
    assert_eq!(keys(first), ["id", "data", "annotations", "predictions"]);
    let annotations = first["annotations"].as_array().unwrap();
    let truths: Vec<bool> =
        annotations.iter().map(|a| a["ground_truth"].as_bool().unwrap()).collect();
    assert_eq!(truths, [false, false, true]);
    for field in ["id", "result", "completed_by", "was_cancelled", "lead_time"] {
        assert!(annotations[0].get(field).is_some(), "{field}");
    }
    // Every result names a control of the configuration, and a value it offers.
    let config = label_studio_config(&rubric, Lang::Ja);
    for task in tasks.as_array().unwrap() {
        for result in task["annotations"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|a| a["result"].as_array().unwrap())
        {
            let name = result["from_name"].as_str().unwrap();
            let from = config.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("{name}"));
            let control = config[from..].split("</Choices>").next().unwrap();
            for label in result["value"]["labels"].as_array().into_iter().flatten() {
                assert!(control.contains(&format!("<Label value={label}/>")), "{label}");
            }
            for choice in result["value"]["choices"].as_array().into_iter().flatten() {
                let alias = format!("alias=\"{}\"", choice.as_str().unwrap());
                assert!(control.contains(&alias), "{name} offers no {choice}");
            }
            assert_eq!(result["to_name"], "output");
        }
    }
    assert_eq!(
        annotations[0]["result"][4]["value"],
        json!({"start": 1, "end": 3, "text": "良い", "labels": ["safety"]})
    );
    let declined = &annotations[1]["result"][0];
    assert_eq!(declined["from_name"], "safety__declined");
    assert_eq!(annotations[0]["result"][3]["value"], json!({"text": ["<根拠>"]}));
    assert!(!config.contains('&') || config.contains("&amp;") || config.contains("&quot;"));
}

#[test]
fn an_empty_list_of_tasks_is_still_json() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tasks.json");
    label_studio_json(&path, &safety(), &[], &mut |_| true).unwrap();
    let tasks: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(tasks, json!([]));
}

#[test]
fn the_sum_of_a_file_is_that_of_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.jsonl");
    let rows = [json!("abc")].map(Ok::<_, String>);
    let written = jsonl(&path, rows, &mut |_| true).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"\"abc\"\n");
    // sha256sum of the line `"abc"`.
    assert_eq!(written.sha256, SUM);
}

const SUM: &str = "a4fb58ab9e76dcf8d9b2638c78dc2ba08b72447170604684d3f1adfb9842f950";

#[test]
fn the_metadata_names_every_file_with_its_sum_and_says_who_rated() {
    let card = Card {
        title: "病棟: demo".into(),
        languages: vec![Lang::Ja],
        outputs: 10,
        ratings: 25,
        raters: [("nurse".to_owned(), 2), (String::new(), 1)].into(),
        made_by: "Shinsa 0.1.0".into(),
        ..Card::default()
    };
    let file = CroissantFile {
        name: "ratings.csv".into(),
        encoding_format: "text/csv",
        sha256: SUM.into(),
        bytes: 6,
        fields: vec![("case", "sc:Text"), ("item", "sc:Integer")],
        description: "Ratings.".into(),
    };
    let value = croissant(&card, &Croissant { date: "2026-11-24".into(), files: vec![file] });
    assert_eq!(value["name"], "病棟 demo");
    assert_eq!(value["distribution"][0]["sha256"], SUM);
    assert_eq!(value["distribution"][0]["contentUrl"], "ratings.csv");
    let field = &value["recordSet"][0]["field"][1];
    assert_eq!(field["source"]["fileObject"]["@id"], "ratings.csv");
    assert_eq!(field["source"]["extract"]["column"], "item");
    assert_eq!(value["rai:annotationsPerItem"], "2.50 on average");
    assert_eq!(value["rai:annotatorDemographics"], "3 raters (profession not given: 1, nurse: 2)");
    for name in
        ["rai:annotationPlatform", "rai:machineAnnotationTools", "rai:personalSensitiveInformation"]
    {
        assert!(value.get(name).is_some(), "{name}");
    }
}
