//! The whole way, on a reduced scale: fewer steps and fewer held-out outputs.

use serde_json::Value;
use shinsa_tests::{Shinsa, demo_data};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// A finished small demo that tests share; one process at a time may own its project.
pub struct Demo {
    pub shinsa: Shinsa,
    result: Value,
    owner: Mutex<()>,
}

/// The passphrase that the demo prints.
const PASSPHRASE: &str = "shinsa demo";
const SMALL: [&str; 6] = ["--steps", "2", "--held-out", "3", "--samples", "4"];
/// For what does not depend on the judge.
const LEAST: [&str; 6] = ["--steps", "1", "--held-out", "1", "--samples", "1"];

/// Runs the demo into `out`, and returns what it said last.
fn run(shinsa: &Shinsa, out: &str, scale: &[&str], more: &[&str]) -> Value {
    let mut args = vec!["demo", "--out", out, "--json"];
    args.extend(scale);
    args.extend(more);
    shinsa.json(&args)
}

/// The demo that is run once for all tests that only look at it.
pub fn small() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| {
        let shinsa = Shinsa::with_passphrase(PASSPHRASE);
        let result = run(&shinsa, "out", &SMALL, &[]);
        Demo { shinsa, result, owner: Mutex::new(()) }
    })
}

impl Demo {
    /// Holds off the other tests that open the project.
    pub fn alone(&self) -> MutexGuard<'_, ()> {
        self.owner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, name: &str) -> PathBuf {
        let path = self.result["files"][name]
            .as_str()
            .unwrap_or_else(|| panic!("no file called {name}: {}", self.result["files"]));
        self.shinsa.home().join(path)
    }

    /// The project folder.
    pub fn project(&self) -> String {
        self.file("project").to_string_lossy().into_owned()
    }

    /// The trained adapter's folder.
    pub fn adapter(&self) -> PathBuf {
        self.file("adapter")
    }
}

#[test]
fn the_last_line_holds_every_promised_figure() {
    let said = &small().result;
    for path in ["/experts/alpha", "/untrained/qwk", "/trained/qwk"] {
        let figure = said.pointer(path).unwrap_or_else(|| panic!("no {path}: {said}"));
        for bound in ["low", "high"] {
            assert!(figure.get(bound).is_some(), "{path} has no {bound}: {said}");
        }
    }
    for path in ["/harm/rate", "/harm/upper", "/seconds", "/peak_rss_bytes"] {
        assert!(said.pointer(path).is_some(), "no {path}: {said}");
    }
    let peak = said["peak_rss_bytes"].as_u64().expect("bytes");
    assert!(peak < 2 << 30, "the process tree needed {peak} bytes");
}

#[test]
fn every_file_it_names_is_there() {
    let demo = small();
    let files = demo.result["files"].as_object().expect("name -> path");
    assert!(files.len() >= 5, "{files:?}");
    for (name, path) in files {
        let path = demo.shinsa.home().join(path.as_str().expect("a path"));
        assert!(path.exists(), "{name}: {} is missing", path.display());
    }
}

#[test]
fn the_report_is_one_page_that_asks_for_nothing_outside_itself() {
    let page = fs::read_to_string(small().file("report")).expect("the report");
    assert!(page.contains("<svg"), "no plots");
    for outside in ["src=\"http", "href=\"http", "@import", "url(http"] {
        assert!(!page.contains(outside), "the page reaches out: {outside}");
    }
}

#[test]
fn every_line_of_the_dataset_is_a_conversation_that_ends_with_the_verdict() {
    let text = fs::read_to_string(small().file("sft")).expect("the dataset");
    assert!(text.lines().count() > 20);
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON on every line");
        let messages = row["messages"].as_array().expect("messages");
        assert_eq!(messages.last().expect("a message")["role"], "assistant");
    }
}

#[test]
fn the_long_csv_opens_in_a_spreadsheet() {
    let bytes = fs::read(small().file("csv")).expect("the long CSV");
    assert!(bytes.starts_with(b"\xEF\xBB\xBF"), "no byte order mark");
    assert!(std::str::from_utf8(&bytes).is_ok());
}

#[test]
fn the_same_seed_gives_the_same_figures_on_one_thread_too() {
    let first = fs::read(small().file("figures")).expect("figures");
    let shinsa = Shinsa::new();
    let again = run(&shinsa, "elsewhere", &SMALL, &["--threads", "1"]);
    let path = again["files"]["figures"].as_str().expect("figures");
    let second = fs::read(shinsa.home().join(path)).expect("figures");
    assert!(
        first == second,
        "the figures differ:\n{}\n{}",
        String::from_utf8_lossy(&first),
        String::from_utf8_lossy(&second)
    );
}

#[test]
fn another_rating_gives_another_table() {
    let shinsa = Shinsa::new();
    let data = copy_with_one_rating_changed(&shinsa);
    let changed = run(&shinsa, "out", &LEAST, &["--data", &data]);
    let before = &small().result["experts"]["alpha"];
    assert_ne!(&changed["experts"]["alpha"], before, "the table does not come from the data");
}

/// A copy of the demo's data in which one level of one rating is another.
fn copy_with_one_rating_changed(shinsa: &Shinsa) -> String {
    let names = ["incidents.csv", "questions.en.jsonl", "outputs.jsonl", "ratings.jsonl"];
    for name in names {
        let bytes = fs::read(demo_data(name)).expect("demo data");
        if name == "ratings.jsonl" {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let changed = text.replacen("\"safety\": 5", "\"safety\": 2", 1);
            assert_ne!(text, changed);
            shinsa.file(name, changed);
        } else {
            shinsa.file(name, bytes);
        }
    }
    Path::new(shinsa.home()).to_string_lossy().into_owned()
}

#[test]
#[cfg(unix)]
fn a_second_process_is_told_that_the_project_is_taken_and_ctrl_c_leaves_it_sound() {
    let demo = small();
    let _alone = demo.alone();
    let project = demo.project();
    let mut busy = demo.shinsa.spawn(&["train", &project, "--name", "busy", "--epochs", "50"]);
    let mut refused = None;
    for _ in 0..200 {
        std::thread::sleep(std::time::Duration::from_millis(100));
        let info = demo.shinsa.run(&["project", "info", &project, "--json"]);
        if info.code != Some(0) {
            refused = Some(info);
            break;
        }
        assert!(busy.try_wait().expect("a child").is_none(), "the training ended at once");
    }
    let refused = refused.expect("nobody was refused while the project was in use");
    refused.failed_with("locked");

    let signalled =
        std::process::Command::new("kill").args(["-INT", &busy.id().to_string()]).status();
    assert!(signalled.expect("kill runs").success());
    let ended = busy.wait().expect("a child");
    assert_eq!(ended.code(), Some(130), "{ended:?}");
    assert_eq!(demo.shinsa.run(&["project", "info", &project]).code, Some(0));
}
