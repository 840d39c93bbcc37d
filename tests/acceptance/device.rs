//! What computes, on a machine without a GPU that can be used.

use crate::flow::done;
use serde_json::{Value, json};
use shinsa_tests::{Shinsa, binary};

/// A project with one short output.
fn project() -> Shinsa {
    let shinsa = crate::project::project();
    done(&shinsa, &["rubric", "add", "ward.shinsa", "answer-safety"]);
    let case = json!({"key": "C1", "what": "薬を二回飲んでしまいました。"}).to_string();
    let output =
        json!({"key": "C1-a", "case": "C1", "text": "薬剤師に連絡してください。", "model": "m"});
    for (kind, line) in [("cases", case), ("outputs", output.to_string())] {
        let file = shinsa.file(&format!("{kind}.jsonl"), line + "\n");
        done(&shinsa, &["import", kind, "ward.shinsa", &file]);
    }
    shinsa
}

const JUDGE: [&str; 9] =
    ["judge", "ward.shinsa", "--which", "all", "--samples", "1", "--json", "--name", "first"];
const WRITE: [&str; 7] =
    ["generate", "ward.shinsa", "--max-tokens", "4", "--json", "--name", "texts"];

#[test]
fn without_a_gpu_the_processor_judges_and_writes_and_the_run_says_why() {
    let shinsa = project();
    let own = [&JUDGE[..8], &["asked", "--device", "cpu"]].concat();
    assert_eq!(shinsa.json(&own)["no_gpu"], Value::Null);
    for args in [&JUDGE[..], &WRITE[..]] {
        // Nothing is begun on a device that isn't there: the name stays free.
        let asked = [args, &["--device", "cuda"]].concat();
        shinsa.run(&asked).failed_with("no-gpu-worker");
        let apple = [args, &["--device", "metal"]].concat();
        shinsa.run(&apple).failed_with("no-metal-writing");
        let both = [args, &["--fast", "--device", "cuda"]].concat();
        shinsa.run(&both).failed_with("fast-on-gpu");
        let said = shinsa.json(args);
        assert_eq!(said["device"], "CPU", "{said}");
        assert!(
            ["no-gpu-worker", "no-metal-writing"]
                .contains(&said["no_gpu"]["code"].as_str().unwrap()),
            "{said}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
#[allow(clippy::disallowed_methods)] // a program's folder, made for the test
fn where_the_gpus_worker_finds_no_card_its_reason_is_told() {
    let shinsa = project();
    let programs = shinsa.path("programs");
    std::fs::create_dir(&programs).expect("a folder");
    std::fs::copy(binary("shinsa"), programs.join("shinsa")).expect("the program");
    // As good as one without a card: it was built without CUDA, and says so.
    std::fs::copy(binary("shinsa-worker"), programs.join("shinsa-worker-cuda")).expect("a worker");
    let told = |args: &[&str]| {
        let mut command = shinsa.command(args);
        let mut own = std::process::Command::new(programs.join("shinsa"));
        own.args(args).current_dir(shinsa.home());
        for (name, value) in command.stdin(std::process::Stdio::null()).get_envs() {
            match value {
                Some(value) => own.env(name, value),
                None => own.env_remove(name),
            };
        }
        let output = own.output().expect("shinsa starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        serde_json::from_str::<Value>(text.lines().last().expect("a line")).expect("JSON")
    };
    let asked = [&JUDGE[..], &["--device", "cuda"]].concat();
    let error = told(&asked)["error"].clone();
    assert_eq!((&error["code"], &error["args"]["device"]), (&json!("device"), &json!("CUDA")));
    let said = told(&JUDGE);
    assert_eq!((&said["device"], &said["no_gpu"]["code"]), (&json!("CPU"), &json!("device")));
}
