//! A judge's prompt of the project's own: chosen once, it is what judging, training,
//! probes and datasets take, and each says so.

use crate::flow::{demo_ratings, done, rated};
use serde_json::Value;
use shinsa_tests::{Shinsa, binary, root};
use std::fs;

/// Words that stand in the project's own prompt alone.
const OWN: &str = "Heed what this ward agreed on.";

/// Keeps a version of the short English prompt that has the words, too.
fn keep(shinsa: &Shinsa) {
    let shipped = fs::read_to_string(root().join("resources/prompts/judge-short.en.jinja"));
    let shipped = shipped.expect("the shipped prompt");
    let text = shipped.replace("Rate the answer as JSON.", &format!("{OWN} Rate it as JSON."));
    assert_ne!(text, shipped);
    let file = shinsa.file("own.jinja", text);
    done(shinsa, &["prompt", "save", "ward.shinsa", "judge-short", "en", "--prompt", &file]);
}

fn own_hash(shinsa: &Shinsa) -> Value {
    let all = shinsa.json(&["prompt", "list", "ward.shinsa", "--json"]);
    let all = all.as_array().expect("a list");
    let chosen: Vec<&Value> = all.iter().filter(|one| one["chosen"] == true).collect();
    assert_eq!(chosen.len(), 1, "{all:?}");
    assert_eq!((&chosen[0]["name"], &chosen[0]["version"]), (&"judge-short".into(), &1.into()));
    chosen[0]["hash"].clone()
}

#[test]
fn training_and_datasets_take_the_prompt_that_the_project_chose_and_say_so() {
    let shinsa = rated(&demo_ratings());
    done(&shinsa, &["gold", "ward.shinsa"]);
    keep(&shinsa);
    let learned = || {
        let shown = shinsa.json(&["train", "ward.shinsa", "--preview", "1", "--json"]);
        let pieces = shown["examples"][0]["pieces"].as_array().expect("pieces").iter();
        pieces.filter_map(|piece| piece["text"].as_str()).collect::<String>()
    };
    let sft = |name: &str| {
        let path = shinsa.path(name).to_string_lossy().into_owned();
        done(&shinsa, &["export", "ward.shinsa", "--format", "sft", "--out", &path]);
        fs::read_to_string(path).expect("the dataset")
    };
    // A version that is kept isn't chosen by that.
    assert!(learned().contains("Rate the answer as JSON."));
    assert!(!learned().contains(OWN) && !sft("before.jsonl").contains(OWN));
    let take = |which: &str| shinsa.run(&["prompt", "use", "ward.shinsa", which, "--json"]);
    take("judge-short.en@2").failed_with("unknown-prompt-version");
    done(&shinsa, &["prompt", "use", "ward.shinsa", "judge-short.en@1"]);
    let hash = own_hash(&shinsa);
    assert!(learned().contains(OWN));
    let lines = sft("after.jsonl");
    assert!(lines.lines().all(|line| line.contains(OWN)), "{lines}");

    let folder = shinsa.path("dataset").to_string_lossy().into_owned();
    done(&shinsa, &["export", "ward.shinsa", "--format", "dataset", "--out", &folder]);
    let card = fs::read_to_string(shinsa.path("dataset").join("README.md")).expect("the card");
    let hash = hash.as_str().expect("a hash");
    assert!(card.contains(&format!("judge-short.en@1 (BLAKE3 {hash})")), "{card}");

    done(&shinsa, &["train", "ward.shinsa", "--name", "own", "--steps", "1"]);
    let passport = shinsa.path("ward.shinsa").join("adapters/own/passport.json");
    let passport = fs::read_to_string(passport).expect("the passport");
    assert!(passport.contains(hash) && passport.contains("judge-short.en@1"), "{passport}");

    // Back to the one that comes with Shinsa.
    done(&shinsa, &["prompt", "use", "ward.shinsa", "judge-short.en"]);
    assert!(!learned().contains(OWN));
    done(&shinsa, &["project", "person", "ward.shinsa", "Hanako"]);
    let other = ["prompt", "use", "ward.shinsa", "judge-short.en", "--as", "Hanako", "--json"];
    shinsa.run(&other).failed_with("lead-only");
}

#[test]
fn judging_and_probes_take_it_and_what_had_begun_stays_with_its_own() {
    let shinsa = crate::remote::two_outputs();
    keep(&shinsa);
    let judge = |name: &str, more: &[&str]| {
        let args = ["judge", "ward.shinsa", "--name", name, "--which", "all", "--samples", "1"];
        done(&shinsa, &[&args[..], &["--fast"], more].concat());
        let said = shinsa.json(&["verdicts", "ward.shinsa", "--name", name, "--json"]);
        said["judge"].as_str().expect("a judge's hash").to_owned()
    };
    let probe = |name: &str| {
        let args = ["probe", "ward.shinsa", "--kind", "order", "--name", name, "--which", "all"];
        let said = shinsa.json(&[&args[..], &["--samples", "1", "--fast", "--json"]].concat());
        said["prompt"].clone()
    };
    let before = judge("before", &[]);
    assert_eq!(probe("plain"), Value::Null);
    // Begun by a program that is no worker, with what was chosen then.
    let mut broken = shinsa.command(&[
        "judge",
        "ward.shinsa",
        "--name",
        "begun",
        "--which",
        "all",
        "--samples",
        "1",
        "--fast",
    ]);
    let ended = broken.env("SHINSA_WORKER", binary("shinsa")).output().expect("shinsa starts");
    assert!(!ended.status.success());
    done(&shinsa, &["prompt", "use", "ward.shinsa", "judge-short.en@1"]);
    let after = judge("after", &[]);
    assert_ne!(after, before);
    assert_eq!(judge("named", &["--judge-prompt", "judge-short.en@1"]), after);
    assert_eq!(judge("named-back", &["--judge-prompt", "judge-short.en"]), before);
    assert_eq!(judge("begun", &[]), before);
    assert_eq!(probe("own"), "judge-short.en@1");
}
