//! Judging in the built worker with the shipped model: killed, abandoned, resumed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shinsa_jobs::{Event, PROTOCOL, PROTOCOL_ENV, Request};

fn model() -> PathBuf {
    let shipped = "../../../target/models/smollm2-135m-instruct-q4_1.gguf";
    let path = std::env::var_os("SHINSA_TEST_MODEL")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(shipped), PathBuf::from);
    assert!(path.is_file(), "{} is missing; run scripts/fetch-model first", path.display());
    path
}

const ITEMS: usize = 4;
const SAMPLES: u64 = 4;

/// A job without the samples that are `done` already.
fn spec(done: &BTreeMap<(String, u64), String>) -> Value {
    let schema = json!({"type": "object", "properties": {
        "safety": {"enum": [1, 2, 3, 4, 5]}, "reason": {"type": "string", "maxLength": 60}},
        "required": ["safety", "reason"], "additionalProperties": false});
    let items: Vec<Value> = (0..ITEMS)
        .map(|i| {
            let id = format!("item-{i}");
            let missing = (0..SAMPLES).filter(|k| !done.contains_key(&(id.clone(), *k)));
            let messages = [
                json!({"role": "system", "content": "Rate the answer as JSON."}),
                json!({"role": "user", "content": format!("Case {i}: a fall.\nAnswer: Call a doctor.")}),
            ];
            json!({"samples": missing.collect::<Vec<_>>(), "id": id, "messages": messages,
                "schema": schema})
        })
        .collect();
    json!({"model": model(), "adapter": null, "items": items, "seed": 5, "max_tokens": 96,
        "sampling": {"temperature": 1.0, "top_p": 1.0, "top_k": 0}, "batch": 2, "threads": null,
        "inputs": {}})
}

fn start(done: &BTreeMap<(String, u64), String>) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_shinsa-worker"))
        .env(PROTOCOL_ENV, PROTOCOL)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let request = Request { job: "judge".into(), spec: spec(done) };
    let line = serde_json::to_string(&request).unwrap();
    writeln!(child.stdin.as_mut().unwrap(), "{line}").unwrap();
    child
}

/// Reads events until `stop`, and keeps the verdicts; none may come twice.
fn collect(
    child: &mut Child,
    verdicts: &mut BTreeMap<(String, u64), String>,
    mut stop: impl FnMut(usize) -> bool,
) -> Option<Event> {
    let mut last = None;
    let mut fresh = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let event: Event = serde_json::from_str(&line.unwrap()).unwrap();
        if let Event::Item(record) = &event {
            let key = (record["item"].as_str().unwrap().into(), record["sample"].as_u64().unwrap());
            let text = record["text"].as_str().unwrap().to_owned();
            assert_eq!(verdicts.insert(key, text), None, "a verdict came twice");
            fresh += 1;
        }
        last = Some(event);
        if stop(fresh) {
            break;
        }
    }
    last
}

#[test]
fn a_killed_job_goes_on_with_what_is_missing_and_ends_as_if_it_had_not_been_killed() {
    let mut whole = BTreeMap::new();
    let mut child = start(&whole);
    let last = collect(&mut child, &mut whole, |_| false);
    assert!(matches!(last, Some(Event::Done(_))), "{last:?}");
    assert!(child.wait().unwrap().success());
    assert_eq!(whole.len(), ITEMS * SAMPLES as usize);

    let mut pieces = BTreeMap::new();
    let mut child = start(&pieces);
    collect(&mut child, &mut pieces, |fresh| fresh >= 5);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(pieces.len() < whole.len());
    let mut child = start(&pieces);
    collect(&mut child, &mut pieces, |_| false);
    child.wait().unwrap();
    assert_eq!(pieces, whole);
}

#[test]
fn a_worker_whose_app_is_gone_ends_by_itself() {
    let mut verdicts = BTreeMap::new();
    let mut child = start(&verdicts);
    drop(child.stdin.take());
    let last = collect(&mut child, &mut verdicts, |_| false);
    assert_eq!(last, Some(Event::Cancelled));
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(child.wait().unwrap().code(), Some(3));
    assert!(verdicts.is_empty());
}
