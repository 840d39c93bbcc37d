//! shinsa-worker: hosts training and judging in a process of their own, so that
//! running out of memory kills the job and never the rating room.
//!
//! It is started by the app and speaks lines of JSON over its pipes (see
//! `shinsa_jobs`); stdout carries nothing else, and stderr is for people.

use std::io::Write;
use std::process::ExitCode;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use shinsa_jobs::{
    Answers, Cancel, Event, Failure, PROTOCOL, PROTOCOL_ENV, Request, ServeEnd, serve,
};
use shinsa_train::{Device, TrainError};

/// The job failed; the failure was sent.
const FAILED: u8 = 1;
/// Not started by the app, or by another version of it.
const MISUSED: u8 = 2;
/// The job was cancelled, or the app is gone.
const CANCELLED: u8 = 3;

fn main() -> ExitCode {
    if std::env::var(PROTOCOL_ENV).as_deref() != Ok(PROTOCOL) {
        say(&format!(
            "shinsa-worker is started by Shinsa and speaks version {PROTOCOL} of its protocol; \
             start shinsa or the app of the same version instead"
        ));
        return ExitCode::from(MISUSED);
    }
    match serve(job) {
        ServeEnd::Done => ExitCode::SUCCESS,
        ServeEnd::Failed => ExitCode::from(FAILED),
        ServeEnd::Cancelled => ExitCode::from(CANCELLED),
    }
}

/// To stderr; with nobody there to read it, nothing is lost.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn job(
    request: &Request,
    cancel: &Cancel,
    answers: &Answers,
    on: &mut dyn FnMut(Event),
) -> Result<Value, Failure> {
    let result = match request.job.as_str() {
        "train" => {
            shinsa_train::run(&spec(request)?, cancel, on).map_err(|e| e.failure()).and_then(report)
        }
        "plan" => shinsa_train::plan_only(&spec(request)?, cancel, on)
            .map_err(|e| e.failure())
            .and_then(report),
        "judge" => shinsa_judge::run_asking(&spec(request)?, answers, cancel, on)
            .map_err(|e| e.failure())
            .and_then(report),
        "generate" => shinsa_judge::generate(&spec(request)?, cancel, on)
            .map_err(|e| e.failure())
            .and_then(report),
        // The key comes from the environment alone, and goes nowhere but there.
        "judge-remote" => shinsa_judge::remote::run(
            &spec(request)?,
            std::env::var(shinsa_judge::remote::KEY_ENV).ok(),
            cancel,
            on,
        )
        .map_err(|e| e.failure())
        .and_then(report),
        // Which GPU this worker can use; how the shells choose their worker.
        "device" => spec::<Probe>(request).and_then(|Probe { device }| {
            device
                .probe()
                .map(|card| json!({ "device": device.name(), "name": card.name, "bytes": card.bytes }))
                .map_err(|e| TrainError::from(e).failure())
        }),
        "merge" => shinsa_train::merge(&spec(request)?, cancel, on)
            .map_err(|e| e.failure())
            .and_then(report),
        other => Err(Failure::new(
            "worker-unknown-job",
            format!(
                "this worker knows no job {other}; it can train, plan, judge, judge-remote, generate, merge and tell its device"
            ),
        )
        .with("job", other)),
    };
    if let Err(failure) = &result {
        say(&format!("{}: {}", failure.code, failure.message()));
    }
    result
}

/// Of the job `device`.
#[derive(Deserialize)]
struct Probe {
    device: Device,
}

fn spec<T: DeserializeOwned>(request: &Request) -> Result<T, Failure> {
    T::deserialize(&request.spec).map_err(|error| {
        Failure::new("worker-request", format!("the job's specification can't be read: {error}"))
            .with("job", request.job.as_str())
    })
}

fn report(report: impl serde::Serialize) -> Result<Value, Failure> {
    serde_json::to_value(report).map_err(|error| Failure::new("worker-report", error.to_string()))
}
