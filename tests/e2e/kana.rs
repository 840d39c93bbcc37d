//! Japanese through a real input method: ibus with Anthy, real key events from
//! the X server. No event here is made up in the page.

use super::{RATER, at, choose, open_with, pictures, project, unlock};
use crate::driver::Window;
use serde_json::{Value, json};
use shinsa_tests::Shinsa;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where everything comes from.
const DEBIAN: &str = "(Debian: dbus-x11 ibus ibus-gtk3 ibus-anthy xdotool)";

/// A session bus of its own with ibus and Anthy on it; ended when dropped.
struct InputMethod {
    envs: Vec<(&'static str, String)>,
    children: Vec<Child>,
}

impl InputMethod {
    fn start(shinsa: &Shinsa) -> Self {
        let settings = shinsa.path("config").join("glib-2.0").join("settings");
        #[allow(clippy::disallowed_methods)] // a test's settings
        std::fs::create_dir_all(&settings).expect("a folder for settings");
        // Kana from the first key on, as most people in Japan have it.
        let kana = "[org/freedesktop/ibus/engine/anthy/common]\ninput-mode=0\n";
        #[allow(clippy::disallowed_methods)]
        std::fs::write(settings.join("keyfile"), kana).expect("settings");

        let socket = format!("unix:path={}", shinsa.path("ibus.socket").display());
        let mut envs = vec![
            ("HOME", shinsa.path("").to_string_lossy().into_owned()),
            ("XDG_CONFIG_HOME", shinsa.path("config").to_string_lossy().into_owned()),
            ("XDG_CACHE_HOME", shinsa.path("cache").to_string_lossy().into_owned()),
            ("XDG_DATA_HOME", shinsa.path("data").to_string_lossy().into_owned()),
            ("GSETTINGS_BACKEND", "keyfile".to_owned()),
            ("IBUS_ADDRESS", socket.clone()),
            // Anthy's engine asks for Debian's own Python, whatever else comes first.
            ("PATH", "/usr/bin:/bin".to_owned()),
        ];
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .envs(envs.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("no dbus-daemon {DEBIAN}: {error}"));
        let mut address = String::new();
        BufReader::new(bus.stdout.take().expect("a pipe"))
            .read_line(&mut address)
            .expect("the bus says where it is");
        envs.push(("DBUS_SESSION_BUS_ADDRESS", address.trim().to_owned()));
        #[allow(clippy::disallowed_methods)] // a test's log
        let log = std::fs::File::create(shinsa.path("ibus.log")).expect("a log");
        let ibus = Command::new("ibus-daemon")
            .args(["--panel", "disable", "--emoji-extension", "disable", "--cache", "none"])
            .args(["--address", &socket])
            .envs(envs.iter().cloned())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("one log for both"))
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("no ibus-daemon {DEBIAN}: {error}"));
        Self { envs, children: vec![ibus, bus] }
    }

    /// Switches to an engine of ibus, as a person does between letters and kana.
    fn switch(&self, engine: &str) {
        let since = Instant::now();
        while self.said("ibus", &["engine"]) != engine {
            assert!(since.elapsed() < Duration::from_secs(30), "ibus has no {engine} {DEBIAN}");
            self.said("ibus", &["engine", engine]);
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// What a command says that ends by itself.
    fn said(&self, program: &str, args: &[&str]) -> String {
        let done = Command::new(program)
            .args(args)
            .envs(self.envs.iter().cloned())
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("{program} (Debian: {program}): {error}"));
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    }

    /// Presses keys one after the other, as xdotool names them, in whatever window
    /// of the screen has the focus.
    fn press(&self, keys: &[&str]) {
        let mut args = vec!["key", "--delay", "40"];
        args.extend_from_slice(keys);
        self.said("xdotool", &args);
    }

    /// Types letters, one key each.
    fn letters(&self, text: &str) {
        let keys: Vec<String> = text.chars().map(String::from).collect();
        self.press(&keys.iter().map(String::as_str).collect::<Vec<_>>());
    }

    /// Gives the application's window the X server's focus: there is no window
    /// manager here that would.
    fn focus(&self) {
        let found = self.said("xdotool", &["search", "--onlyvisible", "--name", "Shinsa"]);
        let id = found.lines().last().expect("the window is on the screen");
        self.said("xdotool", &["windowfocus", "--sync", id]);
    }
}

impl Drop for InputMethod {
    fn drop(&mut self) {
        for child in &mut self.children {
            // Asked first: ibus takes its engines with it.
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }
}

/// The text in the field and whether it is still being composed.
fn field(window: &Window) -> Value {
    window.run("return [document.querySelector('[data-write=reason]').value, window.composing]")
}

/// Waits until the field holds exactly this.
fn holds(window: &Window, text: &str, composing: bool) {
    let since = Instant::now();
    while field(window) != json!([text, composing]) {
        assert!(
            since.elapsed() < Duration::from_secs(10),
            "not {text} (composing: {composing}) but {}; the page heard {}",
            field(window),
            window.run("return window.heard")
        );
        std::thread::sleep(Duration::from_millis(40));
    }
}

/// Where the room is: which output and question, what is answered, what is open above it.
fn state(window: &Window) -> Value {
    window.run(
        "return [
           document.querySelector('[data-output]').dataset.output,
           document.querySelector('[data-question][data-active]').dataset.question,
           [...document.querySelectorAll('[data-option][aria-checked=true]')].map(o => o.dataset.option),
           document.querySelectorAll('[role=dialog]').length,
           document.querySelectorAll('[data-problem]').length,
           document.activeElement.tagName,
         ]",
    )
}

#[test]
fn kana_and_kanji_of_a_real_input_method_reach_the_rating_and_no_key_fires_meanwhile() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let ime = InputMethod::start(&shinsa);
    ime.switch("xkb:us::eng");
    let mut envs = ime.envs.clone();
    envs.retain(|(name, _)| *name != "PATH");
    envs.push(("GTK_IM_MODULE", "ibus".to_owned()));
    let window = open_with(&shinsa, &[path], &envs);
    choose(&window, "日本語");
    unlock(&window, RATER);
    at(&window, "safety");
    window.keys("2");
    window.click("[data-write=reason]");
    at(&window, "reason");
    window.wait_for("[data-output][data-saving=saved]");
    // Only watched: what the page hears is what WebKit and ibus make of the keys.
    window.run(
        "window.composing = false; window.heard = [];
         document.addEventListener('compositionstart', () => { window.composing = true; }, true);
         document.addEventListener('compositionend', () => { window.composing = false; }, true);
         for (const name of ['keydown', 'compositionstart', 'compositionupdate', 'compositionend'])
           document.addEventListener(name, e => window.heard.push([name, e.key ?? e.data, e.keyCode ?? 0]), true);
         return true",
    );
    ime.focus();
    ime.switch("anthy");

    // Kana as one types, kanji by space, settled by Enter.
    let before = state(&window);
    ime.letters("kusuri");
    holds(&window, "くすり", true);
    ime.press(&["space"]);
    holds(&window, "薬", true);
    window.photograph(&pictures().join("rate-composing-ja-light.png"));
    ime.press(&["Return"]);
    holds(&window, "薬", false);
    assert_eq!(state(&window), before, "{}", window.run("return window.heard"));

    // Everything that means something in the room, while composing.
    ime.letters("gakakuninsf");
    ime.press(&["question", "1"]);
    holds(&window, "薬がかくにんsf？１", true);
    assert_eq!(state(&window), before, "letters and digits: {}", window.run("return window.heard"));
    ime.press(&["BackSpace", "BackSpace", "BackSpace", "BackSpace", "space"]);
    window.wait_until(
        "it is kanji",
        "return window.composing && document.querySelector('[data-write=reason]').value.includes('確認')",
    );
    ime.press(&["Left", "Right", "Up", "Down"]);
    assert_eq!(state(&window), before, "arrows: {}", window.run("return window.heard"));
    ime.press(&["ctrl+Return"]);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(state(&window), before, "Ctrl+Enter: {}", window.run("return window.heard"));
    ime.press(&["Return"]);
    window.wait_until("all is settled", "return !window.composing");
    assert_eq!(state(&window), before, "Enter: {}", window.run("return window.heard"));
    let text = field(&window)[0].as_str().expect("a text").to_owned();
    assert!(text.starts_with("薬が") && text.contains("確認"), "{text}");

    // Out of the text the same keys are the room's again, through the same input method.
    ime.press(&["Escape"]);
    window
        .wait_until("the text has let go", "return document.activeElement.tagName !== 'TEXTAREA'");
    ime.press(&["ctrl+Return"]);
    window.wait_for("[data-question=deductions][data-problem=missing]");
    window.wait_for("[data-output][data-saving=saved]");
    window.close();

    let ratings = shinsa.json(&["ratings", "病棟.shinsa", "--as", RATER, "--json"]);
    assert_eq!(ratings["ratings"][0]["answers"]["reason"], json!(text), "{ratings}");
    assert_eq!(ratings["ratings"][0]["answers"]["safety"], json!(2), "{ratings}");
}
