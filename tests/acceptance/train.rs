//! Looking at a training before it starts, and what it says afterwards.

use crate::demo;
use serde_json::Value;

#[test]
fn a_preview_marks_the_verdict_and_nothing_else_as_learned() {
    let demo = demo::small();
    let _alone = demo.alone();
    let project = demo.project();
    let shown = demo.shinsa.json(&["train", &project, "--preview", "2", "--json"]);
    let examples = shown["examples"].as_array().expect("examples");
    assert_eq!(examples.len(), 2);
    for example in examples {
        let text = |learned: bool| -> String {
            let pieces = example["pieces"].as_array().expect("pieces").iter();
            let of_kind = pieces.filter(|piece| piece["learned"] == learned);
            of_kind.filter_map(|piece| piece["text"].as_str()).collect()
        };
        let verdict = text(true);
        let json = verdict.strip_suffix("<|im_end|>").expect("the end of the turn is learned");
        assert!(serde_json::from_str::<Value>(json).is_ok(), "{verdict}");
        assert!(text(false).contains("Answer:"), "{}", text(false));
    }
    let plain = demo.shinsa.run(&["train", &project, "--preview", "1", "--lang", "ja"]);
    assert_eq!(plain.code, Some(0), "{plain:?}");
    assert!(plain.stdout.contains("⟦{") && plain.stdout.contains("⟧"), "{}", plain.stdout);
    assert!(plain.stdout.contains("トークン"), "{}", plain.stdout);
}

#[test]
fn a_plan_says_memory_by_part_and_time_and_leaves_no_run_behind() {
    let demo = demo::small();
    let _alone = demo.alone();
    let project = demo.project();
    let args = ["train", &project, "--plan-only", "--evaluate-every", "10", "--json"];
    let plan = demo.shinsa.json(&args);
    let parts = plan["parts"].as_array().expect("parts");
    let sum: f64 = parts.iter().filter_map(|part| part["bytes"].as_f64()).sum();
    assert_eq!(plan["total_bytes"].as_f64(), Some(sum), "{plan}");
    assert!(plan["seconds"].as_f64().is_some_and(|s| s > 1.0), "{plan}");
    assert!(plan["steps"].as_u64().is_some_and(|steps| steps > 5), "{plan}");
    assert!(plan["dry_peak_bytes"].as_f64() <= plan["limit_bytes"].as_f64(), "{plan}");
    assert!(!demo.adapter().with_file_name("plan").exists());
    let kept = |plan: &Value| {
        let parts = plan["parts"].as_array().expect("parts").iter();
        parts
            .filter(|part| part["part"] == "kept")
            .find_map(|part| part["bytes"].as_f64())
            .expect("kept")
    };
    let limited = |bytes: f64| {
        let limit = format!("{bytes:.0}");
        demo.shinsa.run(&["train", &project, "--plan-only", "--memory-limit", &limit, "--json"])
    };
    // With less memory fewer layers are kept; with too little the run is refused.
    let less = limited(sum - kept(&plan) / 2.0);
    assert_eq!(less.code, Some(0), "{less:?}");
    let tight = less.last_json();
    assert!(kept(&tight) < kept(&plan), "{tight}");
    limited((sum - kept(&plan)) * 0.9).failed_with("train-does-not-fit");
}

#[test]
fn a_run_says_what_it_kept_how_far_it_moved_and_what_was_planned() {
    let demo = demo::small();
    let _alone = demo.alone();
    let project = demo.project();
    let said = demo.shinsa.json(&[
        "train",
        &project,
        "--name",
        "short",
        "--steps",
        "2",
        "--evaluate-every",
        "1",
        "--patience",
        "5",
        "--neftune",
        "5",
        "--b-ratio",
        "2",
        "--warmup",
        "0.5",
        "--rslora",
        "--schedule",
        "linear",
        "--json",
    ]);
    assert_eq!(said["steps"], 2, "{said}");
    assert!(said["kept_step"].as_u64().is_some_and(|step| step <= 2), "{said}");
    assert!(said["kl"].as_f64().is_some_and(|kl| kl > 0.0), "{said}");
    assert!(said["planned_bytes"].as_f64().is_some_and(|b| b > 1e8), "{said}");
    let passport = std::fs::read(demo.adapter().with_file_name("short").join("passport.json"));
    let passport: Value = serde_json::from_slice(&passport.expect("the passport")).expect("JSON");
    let config = &passport["config"];
    assert_eq!(config["neftune_alpha"], 5, "{config}");
    assert_eq!((&config["b_ratio"], &config["lora"]["rslora"]), (&2.into(), &true.into()));
    assert_eq!(config["early_stop"]["patience"], 5, "{config}");
    assert_eq!(passport["result"]["kept_step"], said["kept_step"], "{passport}");
    assert_eq!(passport["result"]["evaluation"].as_array().map(Vec::len), Some(3), "{passport}");
}

#[test]
fn an_example_that_is_too_long_is_refused_by_name_or_left_out_by_choice() {
    let demo = demo::small();
    let _alone = demo.alone();
    let project = demo.project();
    let few = ["train", &project, "--max-tokens", "180", "--plan-only"];
    demo.shinsa.run(&[&few[..], &["--json"]].concat()).failed_with("train-too-long");
    let plan = demo.shinsa.json(&[&few[..], &["--over-long", "drop", "--json"]].concat());
    let long = plan["over_long"].as_array().expect("a list");
    assert!(!long.is_empty() && long.iter().all(|one| one["kept"] == 0), "{plan}");
    assert!(long.iter().all(|one| one["tokens"].as_u64().is_some_and(|n| n > 180)), "{plan}");
}
