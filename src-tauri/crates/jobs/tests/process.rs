//! A real worker process: this very program, which serves when the protocol's
//! variable says that it was started as a worker.

// The child speaks on its streams: that is what is tested.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shinsa_jobs::{
    Cancel, Event, Failure, GRACE, PROTOCOL_ENV, Request, Worker, WorkerError, serve,
};

fn main() -> std::process::ExitCode {
    if std::env::var_os(PROTOCOL_ENV).is_some() {
        return child();
    }
    let tests: [(&str, fn()); 9] = [
        ("events_arrive_in_order_and_done_is_ok", events_arrive),
        ("what_a_job_asks_is_answered_while_it_runs", asking),
        ("a_job_that_waits_for_an_answer_is_cancelled_within_a_second", asking_in_vain),
        ("a_failure_keeps_its_code_and_args", a_failure),
        ("a_dead_worker_is_named_with_status_and_last_words", a_dead_worker),
        ("cancel_ends_a_worker_that_listens_within_a_second", cancel_listening),
        ("cancel_kills_a_deaf_worker_after_the_grace_period", cancel_deaf),
        ("a_line_that_is_no_event_is_refused", a_foreign_line),
        ("an_executable_that_is_not_there_is_a_spawn_error", no_executable),
    ];
    let filter = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    for (name, test) in tests {
        if filter.as_ref().is_none_or(|filter| name.contains(filter)) {
            test();
            println!("test {name} ... ok");
        }
    }
    std::process::ExitCode::SUCCESS
}

fn child() -> std::process::ExitCode {
    let end = serve(|request, cancel, answers, on| match request.job.as_str() {
        "count" => {
            for n in 0..request.spec.as_u64().unwrap_or(0) {
                on(Event::Item(Value::from(n)));
            }
            Ok(json!("counted"))
        }
        "ask" => {
            let mut sum = 0;
            for n in 0..request.spec.as_u64().unwrap_or(0) {
                on(Event::Ask(Value::from(n)));
                sum += answers.next(cancel)?.as_u64().unwrap_or(0);
            }
            Ok(Value::from(sum))
        }
        "fail" => Err(Failure::new("gguf-truncated", "cut").with("path", "a.gguf")),
        "die" => {
            eprintln!("memory allocation failed");
            std::process::abort()
        }
        "listen" => {
            on(Event::Item(json!("listening")));
            while !cancel.is_cancelled() {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(Failure::new(Failure::CANCELLED, ""))
        }
        "chat" => {
            println!("hello");
            Ok(Value::Null)
        }
        _ => {
            on(Event::Item(json!("deaf")));
            std::thread::sleep(Duration::from_secs(600));
            Ok(Value::Null)
        }
    });
    std::process::ExitCode::from(u8::from(end != shinsa_jobs::ServeEnd::Done))
}

fn spawn(job: &str, spec: Value) -> Worker {
    let request = Request { job: job.into(), spec };
    Worker::spawn(&std::env::current_exe().unwrap(), &request).unwrap()
}

fn run(job: &str, spec: Value) -> (Result<(), WorkerError>, Vec<Event>) {
    let mut events = Vec::new();
    let result = spawn(job, spec).run(&Cancel::default(), &mut |event| events.push(event));
    (result, events)
}

fn events_arrive() {
    let (result, events) = run("count", json!(1000));
    result.unwrap();
    let items: Vec<Event> = (0..1000).map(|n| Event::Item(Value::from(n))).collect();
    assert_eq!(events[..1000], items);
    assert_eq!(events[1000..], [Event::Done(json!("counted"))]);
}

fn asking() {
    let mut last = None;
    spawn("ask", Value::from(5))
        .run_answering(&Cancel::default(), &mut |event| last = Some(event), &mut |asked| {
            Some(json!(10 * asked.as_u64().unwrap()))
        })
        .unwrap();
    assert_eq!(last, Some(Event::Done(json!(100))));
}

fn asking_in_vain() {
    let cancel = Cancel::default();
    let wish = cancel.clone();
    let since = Instant::now();
    let result = spawn("ask", Value::from(5)).run_answering(&cancel, &mut |_| {}, &mut |_| {
        wish.cancel();
        None
    });
    assert!(matches!(result, Err(WorkerError::Cancelled)), "{result:?}");
    assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());
}

fn a_failure() {
    let (result, events) = run("fail", Value::Null);
    let error = result.unwrap_err();
    assert_eq!(error.code(), "gguf-truncated");
    assert_eq!(error.failure().args["path"], "a.gguf");
    assert!(matches!(&events[..], [Event::Failed(_)]));
}

fn a_dead_worker() {
    let (result, events) = run("die", Value::Null);
    let error = result.unwrap_err();
    assert_eq!(error.code(), "worker-died");
    assert!(error.failure().args["stderr"].contains("memory allocation failed"), "{error}");
    assert!(!error.failure().args["status"].is_empty());
    assert!(events.is_empty());
}

fn cancel_after_first(job: &str) -> (Result<(), WorkerError>, Vec<Event>, Duration) {
    let cancel = Cancel::default();
    let mut events = Vec::new();
    let mut asked = Instant::now();
    let result = spawn(job, Value::Null).run(&cancel, &mut |event| {
        if matches!(event, Event::Item(_)) {
            asked = Instant::now();
            cancel.cancel();
        }
        events.push(event);
    });
    (result, events, asked.elapsed())
}

fn cancel_listening() {
    let (result, events, took) = cancel_after_first("listen");
    assert_eq!(result.unwrap_err().code(), "cancelled");
    assert_eq!(events.last(), Some(&Event::Cancelled));
    assert!(took < Duration::from_secs(1), "{took:?}");
}

fn cancel_deaf() {
    let (result, events, took) = cancel_after_first("deaf");
    assert_eq!(result.unwrap_err().code(), "cancelled");
    assert_eq!(events.last(), Some(&Event::Cancelled));
    assert!(took >= GRACE && took < GRACE * 3, "{took:?}");
}

fn a_foreign_line() {
    let (result, _) = run("chat", Value::Null);
    assert!(matches!(result, Err(WorkerError::Protocol { line }) if line.starts_with("hello")));
}

fn no_executable() {
    let request = Request { job: "count".into(), spec: Value::Null };
    let error = Worker::spawn(&PathBuf::from("no-such-worker"), &request).unwrap_err();
    assert_eq!(error.code(), "worker-spawn");
}
