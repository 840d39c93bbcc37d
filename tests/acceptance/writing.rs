//! Outputs written by a model, incidents taken apart, and verdicts whose numbers
//! are read from probabilities: with the shipped model.

use serde_json::{Value, json};
use shinsa_tests::Shinsa;

use crate::flow::done;

fn two_incidents() -> Shinsa {
    let shinsa = crate::project::project();
    let cases = [
        json!({"key": "転倒", "lang": "ja", "what": "夜間、トイレへ行こうとして床で滑り転倒した。ナースコールは手の届かない位置にあった。"}),
        json!({"key": "pump", "lang": "en", "what": "The infusion ran ten times too fast. The nurse stopped it and called the physician."}),
    ];
    let lines: Vec<String> = cases.iter().map(Value::to_string).collect();
    let file = shinsa.file("cases.jsonl", lines.join("\n"));
    done(&shinsa, &["import", "cases", "ward.shinsa", &file]);
    shinsa
}

fn count(shinsa: &Shinsa, what: &str) -> Value {
    shinsa.json(&["project", "info", "ward.shinsa", "--json"])[what].clone()
}

#[test]
fn outputs_are_written_for_every_case_stored_and_never_written_twice() {
    let shinsa = two_incidents();
    let generate = |name: &'static str, more: &[&'static str]| {
        let mut args = vec!["generate", "ward.shinsa", "--name", name, "--samples", "2"];
        args.extend(["--max-tokens", "24", "--fast", "--json"]);
        args.extend(more);
        args
    };
    let said = shinsa.json(&generate("first", &[]));
    assert_eq!((&said["cases"], &said["texts"]), (&json!(2), &json!(4)), "{said}");
    assert_eq!(count(&shinsa, "outputs"), 4);
    shinsa.run(&generate("first", &[])).failed_with("name-taken");
    assert_eq!(count(&shinsa, "outputs"), 4);

    // A template of one's own; what it can't be is told before anything is written.
    let file = shinsa
        .file("own.jinja", "{% if part == 'system' %}短く{% else %}{{ case.what }}{% endif %}");
    let file: &'static str = Box::leak(file.into_boxed_str());
    let said = shinsa.json(&generate("own", &["--prompt", file]));
    assert_eq!(said["texts"], 4, "{said}");
    let broken = shinsa.file("broken.jinja", "{{ case.nonsense }}");
    let broken: &'static str = Box::leak(broken.into_boxed_str());
    shinsa.run(&generate("broken", &["--prompt", broken])).failed_with("prompt-template");
    assert_eq!(count(&shinsa, "outputs"), 8);
    let cold = shinsa.run(&generate("cold", &["--temperature=-1"]));
    cold.failed_with("judge-spec");
}

#[test]
fn incidents_are_taken_apart_into_valid_lists_in_their_own_language() {
    let shinsa = two_incidents();
    let restructure = |name: &'static str| {
        ["restructure", "ward.shinsa", "--name", name, "--max-tokens", "160", "--fast", "--json"]
    };
    let said = shinsa.json(&restructure("parts"));
    let incidents = said["incidents"].as_array().expect("incidents");
    assert_eq!(incidents.len(), 2, "{said}");
    let schema: Value = serde_json::from_str(
        &std::fs::read_to_string(
            shinsa_tests::root().join("resources/schemas/incident.schema.json"),
        )
        .expect("the schema"),
    )
    .expect("JSON");
    for incident in incidents {
        for name in ["actions", "events", "causes", "countermeasures"] {
            let list = incident[name].as_array().unwrap_or_else(|| panic!("{name}: {incident}"));
            let rule = &schema["properties"][name];
            assert!(list.len() as u64 <= rule["maxItems"].as_u64().expect("a bound"));
            for text in list {
                let chars = text.as_str().expect("a text").chars().count() as u64;
                assert!(
                    (1..=rule["items"]["maxLength"].as_u64().expect("a bound")).contains(&chars)
                );
            }
        }
    }
    assert_eq!(incidents[0]["case"], "pump");
    assert_eq!(incidents[1]["case"], "転倒");
    shinsa.run(&restructure("parts")).failed_with("name-taken");
    let few = ["restructure", "ward.shinsa", "--name", "few", "--max-tokens", "3", "--json"];
    shinsa.run(&few).failed_with("judge-max-tokens");
}

#[test]
fn numbers_read_from_probabilities_are_another_judge_s_and_come_once() {
    let shinsa = crate::remote::two_outputs();
    let judge = |name: &'static str, more: &[&'static str]| {
        let mut args =
            vec!["judge", "ward.shinsa", "--name", name, "--which", "all", "--fast", "--json"];
        args.extend(more);
        args
    };
    let said = shinsa.json(&judge("levels", &["--from-probabilities"]));
    assert_eq!((&said["verdicts"], &said["missing"]), (&json!(2), &json!(0)), "{said}");
    // The same seed or another: nothing is drawn.
    let said = shinsa.json(&judge("again", &["--from-probabilities", "--seed", "8"]));
    assert_eq!(said["verdicts"], 2);
    let rows = |name: &str| {
        let said = shinsa.json(&["verdicts", "ward.shinsa", "--name", name, "--json"]);
        said["rows"].clone()
    };
    assert_eq!(rows("levels"), rows("again"));
    // Their totals are expectations over all levels, not the likeliest one's.
    for row in rows("levels").as_array().expect("rows") {
        let total = row["mean_total"].as_f64().expect("a total");
        assert_eq!(row["expected"], true, "{row}");
        assert!((total * 2.0).fract().abs() > 1e-9 && (0.0..=5.0).contains(&total), "{row}");
    }
    // Beside a sampled judge they are combined, and that is said.
    let drawn = shinsa.json(&judge("drawn", &["--samples", "2"]));
    assert_eq!(drawn["verdicts"], 4);
    let together = |a: &str, b: &str| {
        let judges = format!("{a},{b}");
        shinsa.json(&["ensemble", "ward.shinsa", "--judges", &judges, "--json"])["recipe"]["mixed"]
            .clone()
    };
    assert_eq!(
        (together("levels", "drawn"), together("levels", "again")),
        (json!(true), json!(false))
    );
    let both = shinsa.run(&judge("both", &["--from-probabilities", "--samples", "4"]));
    assert_eq!(both.code, Some(2), "{}", both.stderr);
}

#[test]
fn a_judge_gives_reasons_after_its_scores_or_before_and_is_another_judge_each_time() {
    let shinsa = crate::remote::two_outputs();
    let judge = |name: &'static str, more: &[&'static str]| {
        let mut args = vec!["judge", "ward.shinsa", "--name", name, "--which", "all", "--fast"];
        args.extend(["--samples", "1", "--json"]);
        args.extend(more);
        args
    };
    let mut hashes = Vec::new();
    for (name, more) in
        [("none", &[][..]), ("last", &["--reasons", "last"]), ("first", &["--reasons", "first"])]
    {
        assert_eq!(shinsa.json(&judge(name, more))["verdicts"], 2, "{name}");
        let said = shinsa.json(&["verdicts", "ward.shinsa", "--name", name, "--json"]);
        hashes.push(said["judge"].clone());
        for row in said["rows"].as_array().expect("rows") {
            let answers = &row["samples"][0]["answers"];
            assert_eq!(answers["reason"].is_string(), name != "none", "{name}: {row}");
            assert!(answers["safety"].is_number(), "{name}: {row}");
        }
    }
    assert!(hashes[0] != hashes[1] && hashes[1] != hashes[2] && hashes[0] != hashes[2]);
    let compare = ["compare", "ward.shinsa", "--runs", "none,last", "--json"];
    shinsa.run(&compare).failed_with("compare-inputs-differ");
}

#[test]
fn a_project_keeps_its_own_versions_of_a_prompt_and_runs_are_given_the_one_they_name() {
    let shinsa = two_incidents();
    let file = |name: &str, text: &str| shinsa.file(name, text);
    let own = "{% if part == 'system' %}短く{% else %}質問: {{ case.what }}{% endif %}";
    let good = file("own.jinja", own);
    let prompt = |verb: &'static str, path: &str| -> Vec<String> {
        ["prompt", verb, "ward.shinsa", "answer", "ja", "--prompt", path, "--json"]
            .map(str::to_owned)
            .to_vec()
    };
    let run = |args: &[String]| shinsa.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let tried = run(&prompt("try", &good));
    let tried: Value = serde_json::from_str(&tried.stdout).expect("JSON");
    assert_eq!(tried["case"], "転倒", "{tried}");
    assert!(tried["user"].as_str().expect("a turn").starts_with("質問: 夜間"));
    // What a model could not use is told, and nothing is kept.
    for (text, code) in [
        ("{{ case.nonsense }}", "prompt-template"),
        ("{% if part == 'system' %}a{% else %}b{% endif %}", "prompt-without-case"),
    ] {
        run(&prompt("save", &file("bad.jinja", text))).failed_with(code);
    }
    let list = |more: &[&str]| {
        shinsa.json(&[&["prompt", "list", "ward.shinsa", "--json"][..], more].concat())
    };
    let versions = || -> Vec<u64> {
        let all = list(&[]);
        let all = all.as_array().expect("a list");
        let own = all.iter().filter(|one| one["name"] == "answer" && one["lang"] == "ja");
        own.map(|one| one["version"].as_u64().expect("a number")).collect()
    };
    assert_eq!(versions(), [0]);
    for expected in ["1", "1"] {
        let kept = run(&prompt("save", &good));
        assert!(kept.stdout.contains(&format!("\"version\":{expected}")), "{kept:?}");
    }
    assert_eq!(versions(), [0, 1]);
    let shown = ["prompt", "show", "ward.shinsa", "answer", "ja", "--version", "1", "--json"];
    assert_eq!(shinsa.json(&shown)["text"], own);

    let generate = |name: &'static str, version: &'static str| {
        let mut args = vec!["generate", "ward.shinsa", "--name", name, "--max-tokens", "4"];
        args.extend(["--prompt-version", version, "--fast", "--json"]);
        args
    };
    shinsa.run(&generate("none", "ja=2")).failed_with("unknown-prompt-version");
    assert_eq!(shinsa.json(&generate("own", "ja=1"))["texts"], 2);
    // A judge's prompt that doesn't show the answer is none.
    let text =
        file("judge.jinja", "{% if part == 'system' %}a{% else %}{{ case.what }}{% endif %}");
    let save = ["prompt", "save", "ward.shinsa", "judge-short", "en", "--prompt", &text, "--json"];
    shinsa.run(&save).failed_with("prompt-without-output");
    // The lead's alone.
    done(&shinsa, &["project", "person", "ward.shinsa", "Hanako"]);
    let other = ["prompt", "list", "ward.shinsa", "--as", "Hanako", "--json"];
    shinsa.run(&other).failed_with("lead-only");
}
