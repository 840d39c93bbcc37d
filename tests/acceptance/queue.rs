//! What comes next for whom, with its probability, by the command line.

use crate::flow::done;
use serde_json::{Value, json};
use shinsa_tests::Shinsa;

/// Five outputs; two people have rated them all and differ on Q2 alone.
fn rated() -> Shinsa {
    let shinsa = crate::project::project();
    done(&shinsa, &["rubric", "add", "ward.shinsa", "answer-safety"]);
    done(&shinsa, &["project", "person", "ward.shinsa", "丙", "--profession", "nurse"]);
    let mut lines = [String::new(), String::new(), String::new()];
    for i in 0..5 {
        let (case, output) = (format!("Q{i}"), format!("Q{i}-a"));
        lines[0] += &format!("{}\n", json!({"key": case, "what": "夜間に転倒した。"}));
        let text = json!({"key": output, "case": case, "text": "医師に報告する。"});
        lines[1] += &format!("{text}\n");
        for (rater, safety) in [("甲", 5), ("乙", if i == 2 { 1 } else { 5 })] {
            let answers = json!({"safety": safety, "deductions": [], "harm": false});
            let rating = json!({"output": output, "rater": rater, "profession": "nurse",
                "rubric": "answer-safety", "version": 1, "answers": answers});
            lines[2] += &format!("{rating}\n");
        }
    }
    for (kind, text) in ["cases", "outputs", "ratings"].iter().zip(lines) {
        let file = shinsa.file(&format!("{kind}.jsonl"), &text);
        done(&shinsa, &["import", kind, "ward.shinsa", &file]);
    }
    shinsa
}

fn next(shinsa: &Shinsa) -> Value {
    shinsa.json(&["queue", "ward.shinsa", "--next", "--as", "丙", "--json"])
}

#[test]
fn the_next_case_is_drawn_once_and_its_probability_is_for_the_lead_and_the_export() {
    let shinsa = rated();
    let set = shinsa.json(&["queue", "ward.shinsa", "--order", "disagreement", "--json"]);
    assert_eq!(set["way"], json!("disagreement"), "{set}");
    let first = next(&shinsa);
    // Each call is a process of its own.
    assert_eq!(next(&shinsa)["output_id"], first["output_id"]);
    assert!(!first.to_string().contains("probability"), "{first}");
    let refused = shinsa.run(&["queue", "ward.shinsa", "--draws", "--as", "丙"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");

    let draws = shinsa.json(&["queue", "ward.shinsa", "--draws", "--json"]);
    let draws = draws["draws"].as_array().expect("draws");
    assert_eq!(draws.len(), 1, "{draws:?}");
    // Half of an even draw, and all of the rest for the one on which two differ.
    let expected = if draws[0]["output"] == json!("Q2-a") { 0.6 } else { 0.1 };
    let p = draws[0]["probability"].as_f64().expect("a number");
    assert!((p - expected).abs() < 1e-12, "{draws:?}");
    assert_eq!(draws[0]["among"], json!(5));

    // Rated, it takes its way and probability into the long table; others have none.
    let answers = json!({"safety": 4, "deductions": [], "harm": false});
    let rating = json!({"output": draws[0]["output"], "rater": "丙", "profession": "nurse",
        "rubric": "answer-safety", "version": 1, "answers": answers});
    let file = shinsa.file("own.jsonl", format!("{rating}\n"));
    done(&shinsa, &["import", "ratings", "ward.shinsa", &file]);
    assert_ne!(next(&shinsa)["output_id"], first["output_id"]);
    let out = shinsa.path("long.csv");
    done(&shinsa, &["export", "ward.shinsa", "--format", "csv", "--out", &out.to_string_lossy()]);
    let text = std::fs::read_to_string(out).expect("the table");
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    assert!(lines.next().expect("headings").ends_with("evidence,evidence_at,order,probability"));
    let drawn: Vec<&str> = lines.clone().filter(|l| l.contains("disagreement")).collect();
    assert_eq!(drawn.len(), 3, "{text}");
    assert!(drawn.iter().all(|l| l.ends_with(&format!("disagreement,{p}"))), "{drawn:?}");
    assert_eq!(lines.filter(|l| l.ends_with(",,,,")).count(), 30, "{text}");

    let told = shinsa.json(&["agreement", "ward.shinsa", "--json"]);
    assert_eq!(
        told["drawn"],
        json!({"random": 0, "disagreement": 1, "uncertainty": 0, "not_drawn": 10}),
        "{told}"
    );
    let said = shinsa.run(&["agreement", "ward.shinsa", "--lang", "ja"]);
    assert!(said.stdout.contains("評価 11 件のうち、1 件"), "{said:?}");
}

#[test]
fn settings_are_the_leads_and_a_choice_is_a_raters_where_the_lead_lets_them() {
    let shinsa = rated();
    let fails = |args: &[&str]| {
        let run = shinsa.run(args);
        assert_eq!(run.code, Some(1), "{args:?}: {run:?}");
    };
    fails(&["queue", "ward.shinsa", "--order", "uncertainty"]);
    fails(&["queue", "ward.shinsa", "--again", "0.7"]);
    fails(&["queue", "ward.shinsa", "--order", "random", "--as", "丙"]);
    fails(&["queue", "ward.shinsa", "--choose", "disagreement", "--as", "丙"]);
    let args = ["queue", "ward.shinsa", "--raters-choose", "true", "--again", "0.1", "--json"];
    let set = shinsa.json(&args);
    assert_eq!((&set["way"], &set["again_share"]), (&json!("random"), &json!(0.1)), "{set}");
    let chosen =
        shinsa.json(&["queue", "ward.shinsa", "--choose", "disagreement", "--as", "丙", "--json"]);
    assert_eq!(chosen["way"], json!("disagreement"), "{chosen}");
    let own = shinsa.json(&["consistency", "ward.shinsa", "--as", "甲", "--json"]);
    assert_eq!((&own["repeats"], &own["rater"]), (&json!(0), &json!("甲")), "{own}");
    let said = shinsa.run(&["consistency", "ward.shinsa", "--as", "甲", "--lang", "ja"]);
    assert!(said.stdout.contains("もう一度評価したものがまだない"), "{said:?}");
}
