//! A judge at an endpoint, from the real window: nothing is sent before its host is
//! allowed by name, all that is sent is shown, and a run that ended early can be
//! discarded, taken back and gone on with.

use super::{choose, open, pictures, project, unlock};
use serde_json::json;
use shinsa_tests::{Shinsa, demo_data};
use std::io::{Read, Write};
use std::net::TcpListener;

/// A server that knows no model, for as long as the test runs.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let host = listener.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            // What was asked plays no part; it is read so that the reply is, too.
            let mut bytes = [0; 64 << 10];
            let _ = stream.read(&mut bytes);
            let _ = stream.write_all(
                b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
            );
        }
    });
    host
}

#[test]
fn a_host_is_allowed_by_name_and_what_was_sent_there_is_shown() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let ratings = demo_data("ratings.jsonl");
    assert_eq!(shinsa.run(&["import", "ratings", &path, &ratings.to_string_lossy()]).code, Some(0));
    assert_eq!(shinsa.run(&["gold", &path]).code, Some(0));
    let host = server();
    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    unlock(&window, "責任者");
    window.click("[data-go=judge]");
    window.click("[data-elsewhere]");
    let address = |text: &str| {
        window.click("[data-endpoint-url]");
        window.ctrl('a');
        window.keys(text);
    };
    // Another machine without encryption: said before anything is allowed.
    address("http://192.0.2.7:8080");
    window.wait_for("[data-readable='192.0.2.7:8080']");
    window.wait_for("[data-allowed=false]");
    address("ward-server");
    window.wait_for("[data-error=endpoint-url]");
    // This one is on the machine itself; it is allowed by the click, and not before.
    address(&format!("http://{host}"));
    window.wait_for("[data-allowed=false]");
    assert!(!window.shows("[data-readable]"), "{}", window.text());
    window.click("[data-endpoint-model]");
    window.keys("far-model");
    assert!(window.shows("[data-start]:disabled"), "nothing can be sent yet");
    window.click(&format!("[data-allow-host='{host}']"));
    window.wait_for(&format!("[data-host='{host}']"));
    window.click("[data-start]:not(:disabled)");
    window.patiently("[data-error=endpoint-not-found]");
    window.wait_for("[data-sent]");
    window.run("document.querySelector('[data-sent]').open = true; return true");
    window.wait_for("[data-request='404']");
    window.photograph(&pictures().join("judge-hosts-ja-light.png"));

    // The run stands there, unfinished.
    let unfinished = "[data-unfinished='far-model']";
    window.wait_for(unfinished);
    window.click("[data-discard='far-model']");
    window.click("[data-take-back='far-model']");
    window.wait_for(unfinished);

    // Revoked, nothing more leaves, not even for what had begun.
    window.click(&format!("[data-deny='{host}']"));
    window.wait_for("[data-allowed=false]");
    let sent = "return document.querySelector('[data-sent]').dataset.sent";
    let before = window.run(sent);
    window.click("[data-go-on='far-model']");
    window.wait_for("[data-error=endpoint-not-allowed]");
    assert_eq!(window.run(sent), before);
    window.close();

    let list = shinsa.json(&["host", "list", "病棟.shinsa", "--json"]);
    assert_eq!(list["hosts"], json!([]), "{list}");
    let requests = list["requests"].as_array().expect("requests");
    assert!(requests.iter().all(|line| line["host"] == json!(host)), "{list}");
    assert!(requests.iter().any(|line| line["status"] == "404"), "{list}");
}
