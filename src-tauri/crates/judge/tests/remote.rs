//! Judging through an endpoint that misbehaves: a scripted server on loopback.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shinsa_jobs::{Cancel, Event};
use shinsa_judge::remote::{self, LoggedRequest, RemoteSpec};
use shinsa_judge::{JudgeError, JudgeItem, JudgeReport, Sampling};
use shinsa_prompt::Message;
use tempfile::TempDir;

/// What the server does with its next request.
#[derive(Clone)]
enum Step {
    /// Status, headers, body.
    Answer(u16, &'static str, String),
    /// Says nothing for so long.
    Slow(Duration),
    /// Closes the connection in the middle of the answer.
    Cut,
}

/// One server, one step per request, the last one for all that follow.
struct Server {
    host: String,
    heard: Arc<Mutex<Vec<(String, Value)>>>,
    _thread: JoinHandle<()>,
}

fn ok(content: &str) -> Step {
    let body = json!({"choices": [{"message": {"role": "assistant", "content": content},
        "finish_reason": "stop"}], "usage": {"prompt_tokens": 11, "completion_tokens": 3}});
    Step::Answer(200, "", body.to_string())
}

fn good() -> Step {
    ok("{\"safety\": 2}")
}

impl Server {
    fn start(steps: Vec<Step>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let theirs = Arc::clone(&heard);
        let thread = std::thread::spawn(move || {
            for (next, stream) in listener.incoming().enumerate() {
                let Ok(stream) = stream else { break };
                let step = steps[next.min(steps.len() - 1)].clone();
                let heard = Arc::clone(&theirs);
                std::thread::spawn(move || serve(stream, &step, &heard));
            }
        });
        Server { host, heard, _thread: thread }
    }

    fn heard(&self) -> Vec<(String, Value)> {
        self.heard.lock().unwrap().clone()
    }
}

/// Reads one request whole, plays the step, closes.
fn serve(stream: TcpStream, step: &Step, heard: &Mutex<Vec<(String, Value)>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    heard.lock().unwrap().push((head, serde_json::from_slice(&body).unwrap()));
    let mut stream = stream;
    match step {
        Step::Answer(status, headers, body) => {
            let length = body.len();
            // The far end may have given up.
            let _ = write!(
                stream,
                "HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
        Step::Slow(wait) => std::thread::sleep(*wait),
        Step::Cut => {
            let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{{\"choi");
        }
    }
}

fn spec(host: &str, dir: &TempDir, samples: u32) -> RemoteSpec {
    let schema = json!({"type": "object", "properties": {"safety": {"enum": [1, 2, 3]}},
        "required": ["safety"], "additionalProperties": false});
    RemoteSpec {
        endpoint: format!("http://{host}"),
        model: "m".into(),
        allowed: vec![host.to_owned()],
        log: dir.path().join("requests.jsonl"),
        now: 1_000,
        items: vec![JudgeItem {
            id: "a".into(),
            messages: vec![Message::system("Rate."), Message::user("A fall.")],
            schema,
            samples: (0..samples).collect(),
            judge: 0,
        }],
        sampling: Sampling::default(),
        seed: 5,
        max_tokens: 64,
        parallel: 1,
        timeout_ms: 400,
        attempts: 3,
        backoff_ms: 20,
        inputs: BTreeMap::new(),
    }
}

fn judge(spec: &RemoteSpec) -> (Result<JudgeReport, JudgeError>, Vec<Value>) {
    let mut items = Vec::new();
    let ran = remote::run(spec, Some("sk-secret".into()), &Cancel::default(), &mut |event| {
        if let Event::Item(value) = event {
            items.push(value);
        }
    });
    (ran, items)
}

fn logged(dir: &TempDir) -> Vec<LoggedRequest> {
    let text = std::fs::read_to_string(dir.path().join("requests.jsonl")).unwrap();
    assert!(!text.contains("sk-secret") && !text.contains("A fall"), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_busy_a_broken_a_slow_and_a_cut_connection_are_tried_again() {
    let passing = [
        Step::Answer(429, "Retry-After: 1\r\n", "{}".into()),
        Step::Answer(500, "", "oh".into()),
        Step::Slow(Duration::from_secs(2)),
        Step::Cut,
    ];
    for (step, status) in passing.into_iter().zip(["429", "500", "timed out", "200, "]) {
        let (server, dir) = (Server::start(vec![step, good()]), TempDir::new().unwrap());
        let began = Instant::now();
        let (report, items) = judge(&spec(&server.host, &dir, 1));
        let report = report.unwrap();
        assert_eq!((report.verdicts, report.missing.len()), (1, 0), "{status}");
        assert_eq!(items[0]["answers"], json!({"safety": 2}));
        assert!(items[0]["mass"].is_null() && report.mass.is_none());
        let lines = logged(&dir);
        let ends: Vec<&str> = lines.iter().map(|line| line.status.as_str()).collect();
        assert!(ends[1].starts_with(status), "{ends:?}");
        assert_eq!([ends[0], ends[2], ends[3]], ["sent", "sent", "200"], "{ends:?}");
        assert!(lines[0].bytes > 100 && lines[0].at >= 1_000 && lines[2].attempt == 2);
        if status == "429" {
            assert!(began.elapsed() >= Duration::from_secs(1), "Retry-After was not honoured");
        }
    }
}

#[test]
fn the_request_says_what_the_judge_is_and_carries_the_key() {
    let (server, dir) = (Server::start(vec![good()]), TempDir::new().unwrap());
    let spec = spec(&server.host, &dir, 2);
    let (report, items) = judge(&spec);
    let report = report.unwrap();
    let heard = server.heard();
    assert_eq!(heard.len(), 2);
    let (head, body) = &heard[0];
    assert!(head.starts_with("POST /v1/chat/completions HTTP/1.1"), "{head}");
    assert!(head.to_ascii_lowercase().contains("authorization: bearer sk-secret"), "{head}");
    assert_eq!(body["response_format"]["json_schema"]["schema"], spec.items[0].schema);
    assert_eq!((&body["model"], &body["max_tokens"]), (&json!("m"), &json!(64)));
    assert_eq!(body["messages"][1], json!({"role": "user", "content": "A fall."}));
    assert_eq!(body["seed"], items[0]["seed"]);
    assert_ne!(body["seed"], heard[1].1["seed"]);
    let base = &report.passport["judge"]["base"];
    assert_eq!((&base["weights"], &base["endpoint"]), (&json!("remote"), &json!(server.host)));
    assert!(!report.passport.to_string().contains("sk-secret"));
    // Another model there is another judge.
    let (other, _) = judge(&RemoteSpec { model: "n".into(), ..spec });
    assert_ne!(other.unwrap().judge_hash, report.judge_hash);
}

#[test]
fn what_is_no_valid_verdict_is_missing_with_its_reason_and_asked_for_once() {
    let steps = vec![
        Step::Answer(200, "", "<html>no</html>".into()),
        ok("I'd say 2."),
        ok("{\"safety\": 7}"),
        Step::Answer(400, "", "{\"error\": {\"message\": \"context too long\"}}".into()),
        good(),
    ];
    let (server, dir) = (Server::start(steps), TempDir::new().unwrap());
    let (report, items) = judge(&spec(&server.host, &dir, 5));
    let report = report.unwrap();
    let codes: Vec<&str> = report.missing.iter().map(|m| m.failure.code.as_str()).collect();
    assert_eq!(
        codes,
        ["endpoint-answer", "verdict-not-json", "verdict-invalid", "endpoint-refused"]
    );
    assert!(report.missing[3].failure.args["reason"].contains("context too long"));
    assert_eq!((report.verdicts, items.len(), server.heard().len()), (1, 1, 5));
}

#[test]
fn a_redirect_is_refused_and_not_followed() {
    let other = Server::start(vec![good()]);
    let to = format!("Location: http://{}/v1/chat/completions\r\n", other.host);
    let to: &'static str = Box::leak(to.into_boxed_str());
    for status in [302, 307] {
        let steps = vec![Step::Answer(status, to, String::new())];
        let (server, dir) = (Server::start(steps), TempDir::new().unwrap());
        let error = judge(&spec(&server.host, &dir, 1)).0.unwrap_err();
        assert_eq!(error.code(), "endpoint-redirect");
        assert!(error.to_string().contains(&other.host), "{error}");
    }
    assert!(other.heard().is_empty(), "the redirect was followed");
}

#[test]
fn a_host_that_is_not_allowed_is_sent_nothing() {
    let (server, dir) = (Server::start(vec![good()]), TempDir::new().unwrap());
    let spec = RemoteSpec { allowed: vec!["127.0.0.1:1".into()], ..spec(&server.host, &dir, 1) };
    let error = judge(&spec).0.unwrap_err();
    assert_eq!(error.code(), "endpoint-not-allowed");
    assert_eq!(error.args()["host"], server.host);
    assert!(server.heard().is_empty() && !spec.log.exists());
}

#[test]
fn a_refused_key_and_an_unknown_model_end_the_job_by_name() {
    for (status, code) in [(401, "endpoint-key"), (404, "endpoint-not-found")] {
        let steps = vec![Step::Answer(status, "", "{}".into())];
        let (server, dir) = (Server::start(steps), TempDir::new().unwrap());
        let error = judge(&spec(&server.host, &dir, 3)).0.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(!error.to_string().contains("sk-secret"));
        assert_eq!(server.heard().len(), 1);
    }
}

#[test]
fn a_server_that_is_gone_leaves_the_job_unfinished_and_what_it_gave_is_kept() {
    let steps = vec![good(), Step::Answer(503, "", String::new())];
    let (server, dir) = (Server::start(steps), TempDir::new().unwrap());
    let (ran, items) = judge(&spec(&server.host, &dir, 9));
    let error = ran.unwrap_err();
    assert_eq!((error.code(), items.len()), ("endpoint-unfinished", 1));
    assert_eq!(error.args()["count"], "8");
    // Three samples in a row, three attempts each; then nobody is asked any more.
    assert_eq!(server.heard().len(), 1 + 3 * 3);
}

#[test]
fn cancelling_ends_the_job_within_a_second_whatever_is_open() {
    for steps in [
        vec![Step::Slow(Duration::from_secs(20))],
        vec![Step::Answer(503, "Retry-After: 60\r\n", String::new())],
    ] {
        let (server, dir) = (Server::start(steps), TempDir::new().unwrap());
        let spec = RemoteSpec { timeout_ms: 30_000, parallel: 3, ..spec(&server.host, &dir, 6) };
        let cancel = Cancel::default();
        let wish = cancel.clone();
        let asked = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(500));
            wish.cancel();
            Instant::now()
        });
        let ran = remote::run(&spec, None, &cancel, &mut |_| {});
        assert!(matches!(ran, Err(JudgeError::Cancelled)), "{ran:?}");
        assert!(asked.join().unwrap().elapsed() < Duration::from_secs(1));
        assert_eq!(server.heard().len(), 3);
    }
}

#[test]
fn a_server_that_refuses_probabilities_is_asked_without_once_and_for_all() {
    let words = "{\"error\": {\"message\": \"top_logprobs is not supported\"}}";
    let steps = vec![Step::Answer(400, "", words.into()), good()];
    let (server, dir) = (Server::start(steps), TempDir::new().unwrap());
    let spec = RemoteSpec { attempts: 1, ..spec(&server.host, &dir, 3) };
    let (report, items) = judge(&spec);
    let report = report.unwrap();
    assert!(report.probabilities_refused);
    assert_eq!((report.verdicts, report.missing.len(), items.len()), (3, 0, 3));
    let asked: Vec<bool> =
        server.heard().iter().map(|(_, body)| body.get("logprobs").is_some()).collect();
    assert_eq!(asked, [true, false, false, false]);
    assert_eq!(logged(&dir)[1].status, "400");
    // What is refused for another reason, or without probabilities too, is missing.
    let steps = vec![Step::Answer(400, "", words.into())];
    let (server, dir) = (Server::start(steps), TempDir::new().unwrap());
    let report = judge(&RemoteSpec { attempts: 1, ..self::spec(&server.host, &dir, 1) }).0.unwrap();
    assert_eq!(report.missing[0].failure.code, "endpoint-refused");
    assert_eq!(server.heard().len(), 2);
}

#[test]
fn a_date_in_retry_after_is_waited_for() {
    let header =
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:49:38 GMT\r\n";
    let steps = vec![Step::Answer(503, header, String::new()), good()];
    let (server, dir) = (Server::start(steps), TempDir::new().unwrap());
    let began = Instant::now();
    assert_eq!(judge(&spec(&server.host, &dir, 1)).0.unwrap().verdicts, 1);
    assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
}
