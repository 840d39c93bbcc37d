//! From files to an expert-labelled dataset, step by step and without a model.

use crate::project::project;
use serde_json::Value;
use shinsa_tests::{Shinsa, demo_data};
use std::fs;

/// Runs a command that must succeed.
pub fn done(shinsa: &Shinsa, args: &[&str]) {
    let run = shinsa.run(args);
    assert_eq!(run.code, Some(0), "shinsa {args:?}: {run:?}");
}

/// A project with all of the demo's data in it.
pub fn rated(ratings: &str) -> Shinsa {
    let shinsa = project();
    done(&shinsa, &["rubric", "add", "ward.shinsa", "answer-safety"]);
    for (kind, name) in
        [("cases", "incidents.csv"), ("cases", "questions.en.jsonl"), ("outputs", "outputs.jsonl")]
    {
        done(&shinsa, &["import", kind, "ward.shinsa", &demo_data(name).to_string_lossy()]);
    }
    let file = shinsa.file("ratings.jsonl", ratings);
    done(&shinsa, &["import", "ratings", "ward.shinsa", &file]);
    shinsa
}

pub fn demo_ratings() -> String {
    fs::read_to_string(demo_data("ratings.jsonl")).expect("demo data")
}

fn alpha(shinsa: &Shinsa) -> f64 {
    let said = shinsa.json(&["agreement", "ward.shinsa", "--json"]);
    let criteria = said["criteria"].as_array().expect("criteria");
    let safety = criteria.iter().find(|c| c["id"] == "safety").expect("safety");
    let alpha = &safety["alpha"];
    for bound in ["low", "high"] {
        assert!(alpha[bound].is_f64(), "{alpha}");
    }
    alpha["value"].as_f64().expect("a value")
}

#[test]
fn one_rating_more_or_less_moves_the_agreement() {
    let all = demo_ratings();
    let before = alpha(&rated(&all));
    // Worked out by a script of its own from the same file: 0.793.
    assert!((before - 0.793).abs() < 0.001, "{before}");
    let changed = all.replacen("\"safety\": 5", "\"safety\": 2", 1);
    assert_ne!(all, changed);
    let after = alpha(&rated(&changed));
    assert!((before - after).abs() > 1e-6, "the table does not come from the data: {after}");
}

#[test]
fn agreement_shows_pairs_severity_and_drift_and_says_what_they_mean() {
    let shinsa = rated(&demo_ratings());
    let said = shinsa.json(&["agreement", "ward.shinsa", "--json"]);
    let raters = said["raters"].as_array().expect("raters").len();
    assert!(raters >= 3, "{said}");
    for criterion in said["criteria"].as_array().expect("criteria") {
        let id = &criterion["id"];
        let pairs = criterion["pairs"].as_array().expect("pairs");
        assert_eq!(pairs.len(), raters * (raters - 1) / 2, "{id}");
        assert_eq!(criterion["hands"].as_array().expect("hands").len(), raters, "{id}");
        for name in ["raw", "alpha"] {
            assert!(criterion[name]["low"].is_f64(), "{id} {name}: {criterion}");
        }
        assert!(!criterion["reading"].as_str().expect("a reading").is_empty());
    }
    let safety =
        said["criteria"].as_array().expect("criteria").iter().find(|c| c["id"] == "safety");
    let safety = safety.expect("safety");
    for name in ["kappa", "ac", "icc"] {
        assert!(safety[name]["low"].as_f64() <= safety[name]["value"].as_f64(), "{name}: {safety}");
    }
    let hand = &safety["hands"][0];
    assert!(hand["drift"]["low"].is_f64() && hand["severity"]["n"].as_u64() > Some(20), "{hand}");
    // A rater sees the others only taken together, and nobody's name but the own one.
    let own = shinsa.json(&["agreement", "ward.shinsa", "--json", "--as", "rater-a"]);
    let raters = own["raters"].as_array().expect("raters");
    let names: Vec<&str> = raters.iter().filter_map(|r| r["name"].as_str()).collect();
    assert_eq!(names, ["rater-a", ""]);
    assert!(!own.to_string().contains("rater-b"), "{own}");
    for criterion in own["criteria"].as_array().expect("criteria") {
        assert_eq!(criterion["pairs"].as_array().map(Vec::len), Some(1), "{criterion}");
        let hands = criterion["hands"].as_array().expect("hands");
        assert!(hands.iter().all(|hand| hand["rater"] == 0) && hands.len() == 1, "{criterion}");
    }
    // In words, in either language.
    for (lang, word) in [("ja", "ほかの評価者との差"), ("en", "difference from the others")]
    {
        let run = shinsa.run(&["agreement", "ward.shinsa", "--lang", lang]);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stdout.contains(word) && !run.stdout.contains("ui-"), "{}", run.stdout);
    }
}

#[test]
fn gold_follows_the_majority_and_lists_what_has_none() {
    let shinsa = rated(&demo_ratings());
    let gold = shinsa.json(&["gold", "ward.shinsa", "--json"]);
    let count = |name: &str| gold[name].as_u64().unwrap_or_else(|| panic!("no {name}: {gold}"));
    let unresolved = gold["unresolved"].as_array().expect("a list").len() as u64;
    assert_eq!(count("unanimous") + count("majority") + count("adjudicated") + unresolved, 128);
    assert!(count("unanimous") > 30 && count("majority") > 20 && unresolved > 0, "{gold}");
    let info = shinsa.json(&["project", "info", "ward.shinsa", "--json"]);
    assert_eq!(info["gold"].as_u64(), Some(128 - unresolved), "{info}");
}

#[test]
fn the_dataset_can_be_written_in_each_form() {
    let shinsa = rated(&demo_ratings());
    done(&shinsa, &["gold", "ward.shinsa"]);
    done(&shinsa, &["export", "ward.shinsa", "--format", "sft", "--out", "sft.jsonl"]);
    let text = fs::read_to_string(shinsa.path("sft.jsonl")).expect("the dataset");
    assert!(text.lines().count() > 60, "{}", text.lines().count());
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON on every line");
        let last = row["messages"].as_array().and_then(|m| m.last()).expect("messages");
        assert_eq!(last["role"], "assistant");
        let verdict = last["content"].as_str().expect("a text");
        assert!(serde_json::from_str::<Value>(verdict).is_ok(), "{verdict}");
    }
    done(&shinsa, &["export", "ward.shinsa", "--format", "csv", "--out", "long.csv"]);
    let csv = fs::read(shinsa.path("long.csv")).expect("the long CSV");
    assert!(csv.starts_with(b"\xEF\xBB\xBF"), "no byte order mark");
    done(&shinsa, &["export", "ward.shinsa", "--format", "csv", "--out", "c.csv", "--cp932"]);
    let cp932 = fs::read(shinsa.path("c.csv")).expect("the CSV in CP932");
    assert!(std::str::from_utf8(&cp932).is_err(), "that is UTF-8");
    done(&shinsa, &["export", "ward.shinsa", "--format", "dataset", "--out", "set"]);
    let card = fs::read_to_string(shinsa.path("set").join("README.md")).expect("the card");
    assert!(card.starts_with("---"), "the card has no header");
    // The metadata's sums are those of the files beside it.
    let text = fs::read_to_string(shinsa.path("set").join("croissant.json")).expect("metadata");
    let metadata: Value = serde_json::from_str(&text).expect("JSON");
    let files = metadata["distribution"].as_array().expect("files");
    assert_eq!(files.len(), 3, "{metadata}");
    for file in files {
        let path = shinsa.path("set").join(file["contentUrl"].as_str().expect("a name"));
        let size = fs::metadata(&path).expect("the file").len();
        assert_eq!(file["contentSize"], format!("{size} B"), "{}", path.display());
        assert_eq!(file["sha256"].as_str().map(str::len), Some(64));
    }
    // Again over itself, but never over a folder with anything else.
    done(&shinsa, &["export", "ward.shinsa", "--format", "dataset", "--out", "set"]);
    #[allow(clippy::disallowed_methods)] // a user's own folder
    fs::create_dir(shinsa.path("mine")).expect("a folder");
    shinsa.file("mine/letter.txt", "dear");
    shinsa
        .run(&["export", "ward.shinsa", "--format", "dataset", "--out", "mine"])
        .refused(&["mine"]);
    assert_eq!(fs::read_to_string(shinsa.path("mine/letter.txt")).expect("still there"), "dear");
}

#[test]
fn each_format_for_other_tools_has_its_fields_and_no_names() {
    let shinsa = rated(&demo_ratings());
    done(&shinsa, &["gold", "ward.shinsa"]);
    for (format, fields) in [
        ("dpo", &["prompt", "chosen", "rejected"][..]),
        ("kto", &["prompt", "completion", "label"]),
        ("argilla", &["id", "safety.suggestion", "safety.response"]),
    ] {
        let file = format!("{format}.jsonl");
        done(&shinsa, &["export", "ward.shinsa", "--format", format, "--out", &file]);
        let text = fs::read_to_string(shinsa.path(&file)).expect("the file");
        assert!(text.lines().count() > 20, "{format}: {}", text.lines().count());
        for line in text.lines() {
            let row: Value = serde_json::from_str(line).expect("JSON on every line");
            for field in fields {
                assert!(row.get(field).is_some(), "{format} lacks {field}: {line}");
            }
        }
    }
    done(&shinsa, &["export", "ward.shinsa", "--format", "label-studio", "--out", "ls.json"]);
    let tasks: Value =
        serde_json::from_slice(&fs::read(shinsa.path("ls.json")).expect("tasks")).expect("JSON");
    assert_eq!(tasks.as_array().map(Vec::len), Some(128));
    assert!(shinsa.path("ls.config.xml").is_file());
    for rater in ["rater-a", "rater-b", "rater-c"] {
        assert!(!tasks.to_string().contains(rater), "{rater} is named");
    }
    // A rubric without points has nothing for HealthBench, and says so.
    shinsa
        .run(&["export", "ward.shinsa", "--format", "healthbench", "--out", "hb.jsonl"])
        .refused(&["HealthBench"]);
    assert!(!shinsa.path("hb.jsonl").exists());
}

#[test]
fn an_export_to_a_place_that_cannot_be_written_is_refused_and_leaves_nothing() {
    let shinsa = rated(&demo_ratings());
    done(&shinsa, &["gold", "ward.shinsa"]);
    shinsa.file("taken", "a file where a folder would have to be");
    shinsa
        .run(&["export", "ward.shinsa", "--format", "sft", "--out", "taken/sft.jsonl"])
        .refused(&["taken"]);
    assert_eq!(
        fs::read_to_string(shinsa.path("taken")).expect("still there"),
        "a file where a folder would have to be"
    );
}

#[test]
fn a_rater_sees_others_only_where_done_and_never_who_they_are() {
    // One more rater, who rated a single output that two others rated too.
    let all = demo_ratings();
    let first = all.lines().next().expect("a rating");
    let output = "\"output\": \"A001-a\"";
    assert!(first.contains(output), "{first}");
    let others = all.lines().filter(|line| line.contains(output)).count();
    let shinsa = rated(&format!("{all}{}\n", first.replace("rater-a", "rater-d")));
    let said = shinsa.json(&["ratings", "ward.shinsa", "--as", "rater-d", "--json"]);
    assert_eq!(said["ratings"].as_array().expect("ratings").len(), others + 1, "{said}");
    let text = said.to_string();
    for hidden in ["rater-a", "rater-b", "rater-c", "demo-model", "A001"] {
        assert!(!text.contains(hidden), "{hidden} is shown to a rater");
    }
}

#[test]
fn the_same_ratings_twice_change_nothing() {
    let shinsa = rated(&demo_ratings());
    let count = || shinsa.json(&["project", "info", "ward.shinsa", "--json"])["ratings"].clone();
    let before = count();
    let file = shinsa.path("ratings.jsonl").to_string_lossy().into_owned();
    done(&shinsa, &["import", "ratings", "ward.shinsa", &file]);
    assert_eq!(count(), before);
}

#[test]
#[cfg(unix)]
fn a_process_killed_during_an_import_leaves_all_of_it_or_nothing() {
    use std::fmt::Write as _;
    let shinsa = project();
    let mut lines = String::new();
    for i in 0..20_000 {
        writeln!(lines, "{{\"key\":\"k{i}\",\"what\":\"case {i}\"}}").expect("a string grows");
    }
    let file = shinsa.file("many.jsonl", lines);
    for wait in [150, 400, 800] {
        let mut child = shinsa.spawn(&["import", "cases", "ward.shinsa", &file]);
        std::thread::sleep(std::time::Duration::from_millis(wait));
        child.kill().ok();
        child.wait().expect("a child");
        let info = shinsa.json(&["project", "info", "ward.shinsa", "--json"]);
        let cases = info["cases"].as_u64();
        assert!(cases == Some(0) || cases == Some(20_000), "half an import: {info}");
    }
}
