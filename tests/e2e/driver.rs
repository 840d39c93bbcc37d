//! A small WebDriver client over std: enough to click, type, wait and look.
//!
//! Talks to `WebKitWebDriver`, which starts the application itself. Driver and
//! application run in a process group of their own: killing the driver alone
//! would orphan the application, which then holds our output open.

use serde_json::{Value, json};
use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long anything on the screen may take to appear.
const PATIENCE: Duration = Duration::from_secs(30);

/// A driven window.
pub struct Window {
    port: u16,
    session: String,
    driver: Child,
}

impl Window {
    /// Starts `app` with `args` and variables, and takes control of its window.
    pub fn open(app: &Path, args: &[String], envs: &[(&str, String)], log: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .expect("a free port")
            .port();
        #[allow(clippy::disallowed_methods)] // a test's log
        let log = File::create(log).expect("a log file");
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(envs.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("one log for both"))
            .stderr(log)
            .process_group(0)
            .spawn()
            .expect("WebKitWebDriver starts (Debian: webkit2gtk-driver)");
        let mut window = Self { port, session: String::new(), driver };
        let options = json!({"binary": app, "args": args});
        let wanted =
            json!({"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}});
        let since = Instant::now();
        let reply = loop {
            match window.call("POST", "/session", &wanted) {
                Ok(reply) => break reply,
                Err(error)
                    if error.kind() == std::io::ErrorKind::ConnectionRefused
                        && since.elapsed() < PATIENCE =>
                {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(error) => panic!("no session: {error}"),
            }
        };
        window.session = reply["sessionId"].as_str().expect("a session id").to_owned();
        window.wait_for("[data-ready]");
        window
    }

    /// Whether a selector matches something that is shown.
    pub fn shows(&self, css: &str) -> bool {
        self.run(&shown(css)) == json!(true)
    }

    /// Waits until a selector matches something that is shown.
    pub fn wait_for(&self, css: &str) {
        self.wait_until(&format!("something matches {css}"), &shown(css));
    }

    /// The same for what a model has to compute first.
    pub fn patiently(&self, css: &str) {
        let since = Instant::now();
        while !self.shows(css) && since.elapsed() < 9 * PATIENCE {
            std::thread::sleep(Duration::from_millis(200));
        }
        self.wait_for(css);
    }

    /// Waits until a script returns true.
    pub fn wait_until(&self, what: &str, script: &str) {
        let since = Instant::now();
        while self.run(script) != json!(true) {
            assert!(
                since.elapsed() < PATIENCE,
                "waited in vain until {what}; the page says:\n{}",
                self.text()
            );
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Runs a script's body in the page and returns what it returns.
    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Runs a script's body that ends later, by calling the function which is its
    /// last argument; returns what that was called with.
    pub fn run_async(&self, script: &str) -> Value {
        self.post("/execute/async", &json!({"script": script, "args": []}))
    }

    /// The text on the page.
    pub fn text(&self) -> String {
        self.run("return document.body.innerText").as_str().unwrap_or_default().to_owned()
    }

    /// Clicks the first match.
    pub fn click(&self, css: &str) {
        self.wait_for(css);
        let element = self.post("/element", &json!({"using": "css selector", "value": css}));
        let id = element
            .as_object()
            .and_then(|o| o.values().next())
            .and_then(Value::as_str)
            .expect("an element id")
            .to_owned();
        let path = format!("/session/{}/element/{id}/click", self.session);
        let since = Instant::now();
        // What unfolds or fades in can be seen a moment before it can be clicked.
        while let Err(error) = self.call("POST", &path, &json!({})) {
            let soon = error.to_string().contains("not interactable");
            assert!(soon && since.elapsed() < PATIENCE, "{css} can't be clicked: {error}");
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    /// Types into whatever has the focus, key by key. `\u{E000}`–`\u{E05D}` are
    /// WebDriver's names of special keys.
    pub fn keys(&self, text: &str) {
        let actions: Vec<Value> = text
            .chars()
            .flat_map(|c| {
                [
                    json!({"type": "keyDown", "value": c.to_string()}),
                    json!({"type": "keyUp", "value": c.to_string()}),
                ]
            })
            .collect();
        self.post(
            "/actions",
            &json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}),
        );
    }

    /// Presses `key` while Ctrl is held.
    pub fn ctrl(&self, key: char) {
        let actions = json!([
            {"type": "keyDown", "value": CTRL.to_string()},
            {"type": "keyDown", "value": key.to_string()},
            {"type": "keyUp", "value": key.to_string()},
            {"type": "keyUp", "value": CTRL.to_string()},
        ]);
        self.post(
            "/actions",
            &json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}),
        );
    }

    /// Types `text` while `modifier` is held.
    pub fn holding(&self, modifier: char, text: &str) {
        let mut actions = vec![json!({"type": "keyDown", "value": modifier.to_string()})];
        for c in text.chars() {
            for kind in ["keyDown", "keyUp"] {
                actions.push(json!({"type": kind, "value": c.to_string()}));
            }
        }
        actions.push(json!({"type": "keyUp", "value": modifier.to_string()}));
        self.post(
            "/actions",
            &json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}),
        );
    }

    /// Selects with the mouse from the beginning of the first match's text to the end of
    /// `words`, wherever they stand in the output.
    pub fn drag(&self, css: &str, words: &str) {
        self.wait_for(css);
        let script = format!(
            "const at = (node, start, end) => {{
                 const range = document.createRange();
                 range.setStart(node, start);
                 range.setEnd(node, end);
                 return range.getBoundingClientRect();
             }};
             const first = document.querySelector({css}).firstChild;
             const words = {words};
             const last = [...document.querySelectorAll('[data-output-text] [data-from]')]
                 .map((e) => e.firstChild).find((t) => t.data.includes(words));
             const end = last.data.indexOf(words) + words.length;
             const a = at(first, 0, 1), b = at(last, end - 1, end);
             return [a.left + 1, a.top + a.height / 2, b.right - 1, b.top + b.height / 2].map(Math.round);",
            css = json!(css),
            words = json!(words)
        );
        let places = self.run(&script);
        let moved = |x: usize, y: usize| json!({"type": "pointerMove", "duration": 50, "x": places[x], "y": places[y], "origin": "viewport"});
        let actions = json!([
            moved(0, 1),
            {"type": "pointerDown", "button": 0},
            moved(2, 3),
            {"type": "pointerUp", "button": 0},
        ]);
        self.post(
            "/actions",
            &json!({"actions": [{
                "type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"},
                "actions": actions
            }]}),
        );
    }

    /// Writes what the window shows to a PNG.
    pub fn photograph(&self, path: &Path) {
        // What was asked for last may not be painted yet.
        std::thread::sleep(Duration::from_millis(400));
        let png = self.command("GET", "/screenshot", &Value::Null);
        let bytes = decode(png.as_str().unwrap_or_default());
        assert!(bytes.starts_with(b"\x89PNG"), "a screenshot is a PNG");
        #[allow(clippy::disallowed_methods)] // a picture for people to look at
        std::fs::write(path, bytes).expect("the screenshot is written");
    }

    /// Closes the window as a user does, and waits until the application has ended.
    pub fn close(self) {
        let _ = self.call("DELETE", &format!("/session/{}", self.session), &Value::Null);
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.command("POST", path, body)
    }

    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        let path = format!("/session/{}{path}", self.session);
        self.call(method, &path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// One request over a connection of its own; the reply's `value`.
    fn call(&self, method: &str, path: &str, body: &Value) -> std::io::Result<Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )?;
        let reply = read_reply(&mut stream)?;
        let mut reply: Value = serde_json::from_slice(&reply).map_err(std::io::Error::other)?;
        let value = reply["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(std::io::Error::other(format!("{error}: {}", value["message"]))),
            None => Ok(value),
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The whole group: the driver's child is the application, and the next
        // step (or the next test) must find it gone, its project closed.
        let group = format!("-{}", self.driver.id());
        let signal = |name: &str| {
            let mut kill = Command::new("kill");
            let done = kill.args([name, "--", &group]).stderr(Stdio::null()).status();
            done.is_ok_and(|status| status.success())
        };
        let since = Instant::now();
        while signal(if since.elapsed() > PATIENCE { "-KILL" } else { "-TERM" }) {
            // Reaps the driver, which would count as there otherwise.
            let _ = self.driver.try_wait();
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.driver.wait();
    }
}

fn shown(css: &str) -> String {
    format!(
        "const e = document.querySelector({}); return !!e && e.getClientRects().length > 0",
        json!(css)
    )
}

/// Special keys, as WebDriver names them.
pub const ENTER: char = '\u{E007}';
pub const ESCAPE: char = '\u{E00C}';
pub const DOWN: char = '\u{E015}';
pub const TAB: char = '\u{E004}';
const CTRL: char = '\u{E009}';

/// Reads head and body of a reply whose length is given.
fn read_reply(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut all = Vec::new();
    let mut chunk = [0; 65536];
    loop {
        if let Some(head) = all.windows(4).position(|w| w == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&all[..head]).to_lowercase();
            let length = text
                .lines()
                .find_map(|l| l.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
            if let Some(length) = length
                && all.len() >= head + 4 + length
            {
                return Ok(all[head + 4..head + 4 + length].to_vec());
            }
        }
        match stream.read(&mut chunk)? {
            0 => {
                let head =
                    all.windows(4).position(|w| w == b"\r\n\r\n").map_or(all.len(), |h| h + 4);
                return Ok(all[head..].to_vec());
            }
            n => all.extend_from_slice(&chunk[..n]),
        }
    }
}

/// Base64, as WebDriver sends pictures.
fn decode(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bits, mut held, mut bytes) = (0u32, 0, Vec::with_capacity(text.len() * 3 / 4));
    for six in text.bytes().filter_map(value) {
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}
