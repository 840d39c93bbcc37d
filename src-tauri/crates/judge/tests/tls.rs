//! Judging through an endpoint over TLS: a certificate that nobody vouches for ends
//! the job before anything is sent, and one that the system trusts does not.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;
use shinsa_jobs::Cancel;
use shinsa_judge::remote::{self, RemoteSpec};
use shinsa_judge::{JudgeError, JudgeItem, JudgeReport, Sampling};
use shinsa_prompt::Message;
use tempfile::TempDir;

/// The host that the trusting child process asks.
const HOST: &str = "SHINSA_TEST_TLS_HOST";

/// A server with a certificate that it signed itself; returns its host, the certificate
/// as PEM, and what was heard in the clear.
fn server() -> (String, String, Arc<Mutex<Vec<u8>>>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("localhost:{}", listener.local_addr().unwrap().port());
    let heard = Arc::new(Mutex::new(Vec::new()));
    let theirs = Arc::clone(&heard);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream);
            let mut part = [0; 4096];
            let mut all = Vec::new();
            // The request ends with its body's last brace; a refused handshake is an error.
            while let Ok(read @ 1..) = stream.read(&mut part) {
                all.extend_from_slice(&part[..read]);
                theirs.lock().unwrap().extend_from_slice(&part[..read]);
                if all.ends_with(b"}") {
                    let body = json!({"choices": [{"message": {"role": "assistant",
                        "content": "{\"safety\": 2}"}, "finish_reason": "stop"}]})
                    .to_string();
                    let _ = write!(
                        stream,
                        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                        body.len()
                    );
                    let _ = stream.flush();
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                    break;
                }
            }
        }
    });
    (host, made.cert.pem(), heard)
}

fn judge(host: &str, folder: &Path) -> Result<JudgeReport, JudgeError> {
    let schema = json!({"type": "object", "properties": {"safety": {"enum": [1, 2, 3]}},
        "required": ["safety"], "additionalProperties": false});
    let spec = RemoteSpec {
        endpoint: format!("https://{host}"),
        model: "m".into(),
        allowed: vec![host.to_owned()],
        log: folder.join("requests.jsonl"),
        now: 1_000,
        items: vec![JudgeItem {
            id: "a".into(),
            messages: vec![Message::system("Rate."), Message::user("A fall.")],
            schema,
            samples: vec![0],
            judge: 0,
        }],
        sampling: Sampling::default(),
        seed: 5,
        max_tokens: 64,
        parallel: 1,
        timeout_ms: 5_000,
        attempts: 3,
        backoff_ms: 20,
        inputs: BTreeMap::new(),
    };
    remote::run(&spec, Some("sk-secret".into()), &Cancel::default(), &mut |_| {})
}

#[test]
fn a_certificate_that_nobody_vouches_for_ends_the_job_before_anything_is_sent() {
    let (host, _, heard) = server();
    let folder = TempDir::new().unwrap();
    let error = judge(&host, folder.path()).unwrap_err();
    assert_eq!(error.code(), "endpoint-certificate", "{error}");
    assert_eq!(error.args()["host"], host);
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(heard.lock().unwrap().is_empty(), "something was sent");
    // Once, and not again and again: nothing about it will change by waiting.
    let log = std::fs::read_to_string(folder.path().join("requests.jsonl")).unwrap();
    assert_eq!(log.lines().count(), 2, "{log}");
}

/// On Linux the trusted certificates are those of `SSL_CERT_FILE`, where it is set: a
/// process of its own, since that holds for the whole of one.
#[test]
#[cfg(target_os = "linux")]
#[allow(clippy::disallowed_methods)] // a test's own file
fn a_certificate_that_the_system_trusts_is_taken() {
    let (host, pem, heard) = server();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("trusted.pem");
    std::fs::write(&file, pem).unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "asked_by_a_process_that_trusts_it", "--ignored"])
        .env("SSL_CERT_FILE", &file)
        .env(HOST, &host)
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    assert!(String::from_utf8_lossy(&heard.lock().unwrap()).contains("A fall."));
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn asked_by_a_process_that_trusts_it() {
    let host = std::env::var(HOST).unwrap();
    let folder = TempDir::new().unwrap();
    assert_eq!(judge(&host, folder.path()).unwrap().verdicts, 1);
}
