//! The built worker, over its real pipes.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use shinsa_jobs::{Cancel, Event, PROTOCOL_ENV, Request, Worker, WorkerError};

const EXE: &str = env!("CARGO_BIN_EXE_shinsa-worker");

fn run(job: &str, spec: Value) -> (Result<(), WorkerError>, Vec<Event>) {
    let mut events = Vec::new();
    let worker = Worker::spawn(Path::new(EXE), &Request { job: job.into(), spec }).unwrap();
    let result = worker.run(&Cancel::default(), &mut |event| events.push(event));
    (result, events)
}

fn judge_spec(model: &Path) -> Value {
    json!({
        "model": model, "adapter": null,
        "items": [{"id": "a", "messages": [{"role": "user", "content": "x"}], "samples": [0],
            "schema": {"type": "object", "properties": {"ok": {"type": "boolean"}},
                "required": ["ok"], "additionalProperties": false}}],
        "sampling": {"temperature": 1.0, "top_p": 1.0, "top_k": 0}, "seed": 1, "max_tokens": 32,
        "batch": 1, "threads": 1, "inputs": {},
    })
}

#[test]
fn an_unknown_job_fails_by_name() {
    let (result, _) = run("dance", Value::Null);
    let error = result.unwrap_err();
    assert_eq!(error.code(), "worker-unknown-job");
    assert_eq!(error.failure().args["job"], "dance");
}

#[test]
fn a_specification_that_cannot_be_read_says_why() {
    let (result, events) = run("judge", json!({"model": 3}));
    assert_eq!(result.unwrap_err().code(), "worker-request");
    assert!(matches!(events.last(), Some(Event::Failed(_))));
}

#[test]
fn a_missing_model_is_the_job_s_own_error_with_its_path() {
    let (result, _) = run("judge", judge_spec(Path::new("no-such-model.gguf")));
    let failure = result.unwrap_err().failure();
    assert!(["io", "not-a-model"].contains(&failure.code.as_str()), "{failure:?}");
    assert!(failure.message().contains("no-such-model.gguf"), "{failure:?}");
}

#[test]
fn started_by_hand_it_says_who_starts_it() {
    let output = Command::new(EXE).env_remove(PROTOCOL_ENV).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("started by Shinsa"));
}
