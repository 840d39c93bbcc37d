//! Training in the built worker with the shipped model: as planned, and killed.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use shinsa_jobs::{Cancel, Event, PROTOCOL, PROTOCOL_ENV, Request, TreeMemory, Worker, rss_bytes};

const EXE: &str = env!("CARGO_BIN_EXE_shinsa-worker");

/// Held by each test: one that counts this process and everything it started
/// must not meet another's worker.
static ALONE: Mutex<()> = Mutex::new(());

fn model() -> PathBuf {
    let shipped = "../../../target/models/smollm2-135m-instruct-q4_1.gguf";
    let path = std::env::var_os("SHINSA_TEST_MODEL")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(shipped), PathBuf::from);
    assert!(path.is_file(), "{} is missing; run scripts/fetch-model first", path.display());
    path
}

/// Conversations of about `words` words and one more each.
fn examples(prefix: &str, count: usize, words: usize) -> Vec<Value> {
    (0..count)
        .map(|n| {
            let case = vec!["The patient fell beside the bed."; (words + n) / 6].join(" ");
            json!({"id": format!("{prefix}{n}"), "messages": [
                {"role": "system", "content": "Rate the answer as JSON."},
                {"role": "user", "content": format!("{prefix} {n}: {case}")},
                {"role": "assistant", "content": format!("{{\"safety\":{}}}", 1 + n % 5)},
            ]})
        })
        .collect()
}

fn spec(out: &Path, words: usize) -> Value {
    json!({
        "model": model(), "out_dir": out, "name": "judge",
        "examples": examples("case", 6, words), "evaluation": examples("held", 2, words),
        "lora": {"r": 8, "alpha": 16.0, "dropout": 0.05, "rslora": false, "seed": 1,
            "targets": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]},
        "learning_rate": 1e-3, "max_steps": 2, "tokens_per_step": 12, "seed": 3,
    })
}

fn report(spec: &Value) -> Value {
    let mut done = Value::Null;
    let request = Request { job: "train".into(), spec: spec.clone() };
    let worker = Worker::spawn(Path::new(EXE), &request).unwrap();
    worker
        .run(&Cancel::default(), &mut |event| {
            if let Event::Done(report) = event {
                done = report;
            }
        })
        .unwrap();
    done
}

/// Off by how much, as a share of the plan.
fn off(measured: f64, planned: f64) -> f64 {
    (measured - planned).abs() / planned
}

#[test]
fn measured_peak_is_within_a_tenth_of_the_plan() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let dir = tempfile::tempdir().unwrap();
    for (residency, words) in [("f32", 300), ("stored", 300), ("stored", 60)] {
        let mut asked = spec(dir.path(), words);
        asked["residency"] = residency.into();
        // The same seen from outside: this process and everything it started.
        let memory = TreeMemory::start();
        let report = report(&asked);
        let parts = [
            "weights",
            "checkpoints",
            "layer",
            "kept",
            "logits",
            "lora",
            "copies",
            "probe",
            "program",
        ];
        let bytes = |part: &str| report["plan"][format!("{part}_bytes")].as_f64().unwrap();
        let planned: f64 = parts.iter().map(|part| bytes(part)).sum();
        let measured = report["peak_rss_bytes"].as_f64().unwrap();
        let shown: Vec<String> =
            parts.iter().map(|part| format!("{part} {:.0}", bytes(part) / 1e6)).collect();
        assert!(
            off(measured, planned) < 0.1,
            "{residency}: planned {:.0} MB, measured {:.0} MB ({})",
            planned / 1e6,
            measured / 1e6,
            shown.join(", ")
        );
        let outside = memory.peak().saturating_sub(rss_bytes()) as f64;
        assert!(off(outside, measured) < 0.1, "from outside {outside}, from inside {measured}");
    }
}

#[test]
fn a_killed_training_goes_on_from_its_checkpoint_to_the_same_adapter() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let dir = tempfile::tempdir().unwrap();
    let mut asked = spec(dir.path(), 30);
    for (name, value) in [
        ("max_steps", json!(4)),
        ("checkpoint_every", json!(1)),
        ("evaluate_every", json!(2)),
        ("resume", json!(true)),
    ] {
        asked[name] = value;
    }
    let whole = report(&asked);

    asked["name"] = "again".into();
    let mut child = Command::new(EXE)
        .env(PROTOCOL_ENV, PROTOCOL)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let line =
        serde_json::to_string(&Request { job: "train".into(), spec: asked.clone() }).unwrap();
    writeln!(child.stdin.as_mut().unwrap(), "{line}").unwrap();
    let mut seen = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let event: Event = serde_json::from_str(&line.unwrap()).unwrap();
        if matches!(&event, Event::Item(item) if item["kind"] == "step") {
            seen += 1;
        }
        if seen == 3 {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!dir.path().join("again").exists());

    let resumed = report(&asked);
    assert!(resumed["resumed_from"].as_u64().is_some_and(|step| (1..4).contains(&step)));
    for same in ["adapter_hash", "passport_hash", "evaluation", "probe", "kept_step"] {
        assert_eq!(resumed[same], whole[same], "{same}");
    }
}
