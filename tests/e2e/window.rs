//! Drives the real application in a real window, as a person with a keyboard
//! would, and then asks the command line what was kept.
//!
//! Needs a display and `WebKitWebDriver`; `make test` brings both:
//! `xvfb-run -a cargo test -p shinsa-tests --features window --test window -- --test-threads=1`.

mod album;
mod axe;
mod blinding;
mod day;
mod driver;
mod import;
mod judging;
mod kana;
mod keyboard;
mod ordering;
mod passages;
mod people;
mod preferring;
mod scrolling;
mod stopping;
mod texts;
mod writing;

use driver::{DOWN, ENTER, ESCAPE, Window};
use serde_json::{Value, json};
use shinsa_tests::{PASSPHRASE, Shinsa, binary, demo_data, embedded_model, root, target_dir};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

const RATER: &str = "試験 花子";
const REASON: &str = "10倍量の誤りに触れておらず、確認も促していない。";

/// The application, built with the UI inside it unless that was just done.
fn app() -> PathBuf {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        if std::env::var_os("SHINSA_TESTS_BUILT").is_some() {
            return;
        }
        let done = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "-p",
                "shinsa-app",
                "--features",
                "custom-protocol",
                "--target-dir",
            ])
            .arg(target_dir().parent().expect("the target folder"))
            .current_dir(root())
            .status()
            .expect("cargo starts");
        assert!(
            done.success(),
            "the application could not be built; `make ui` builds what it embeds"
        );
    });
    let path = target_dir().join("shinsa-app");
    assert!(path.is_file(), "{} was not built", path.display());
    path
}

/// A project with the demo's cases and outputs, nobody's ratings.
fn project(shinsa: &Shinsa) -> String {
    let ok = |args: &[&str]| {
        let run = shinsa.run(args);
        assert_eq!(run.code, Some(0), "{args:?}: {run:?}");
    };
    ok(&["project", "new", "病棟.shinsa", "--lead", "責任者"]);
    ok(&["rubric", "add", "病棟.shinsa", "answer-safety"]);
    ok(&["import", "cases", "病棟.shinsa", &demo_data("incidents.csv").to_string_lossy()]);
    ok(&["import", "cases", "病棟.shinsa", &demo_data("questions.en.jsonl").to_string_lossy()]);
    ok(&["import", "outputs", "病棟.shinsa", &demo_data("outputs.jsonl").to_string_lossy()]);
    shinsa.path("病棟.shinsa").to_string_lossy().into_owned()
}

/// Where screenshots for people go: build artefacts, named by room, language and scheme.
fn pictures() -> PathBuf {
    let folder = root().join("target").join("screenshots");
    #[allow(clippy::disallowed_methods)] // build artefacts
    std::fs::create_dir_all(&folder).expect("a folder for screenshots");
    folder
}

fn open(shinsa: &Shinsa, args: &[String]) -> Window {
    open_with(shinsa, args, &[])
}

/// With variables of the test's own, which come before all others.
fn open_with(shinsa: &Shinsa, args: &[String], more: &[(&'static str, String)]) -> Window {
    let home = |name: &str| shinsa.path(name).to_string_lossy().into_owned();
    let mut envs = vec![
        ("HOME", home("")),
        ("XDG_CONFIG_HOME", home("config")),
        ("XDG_DATA_HOME", home("data")),
        ("XDG_CACHE_HOME", home("cache")),
        ("LC_ALL", "ja_JP.UTF-8".to_owned()),
        ("LANGUAGE", "ja".to_owned()),
        ("SHINSA_MODEL", embedded_model().to_string_lossy().into_owned()),
        ("SHINSA_WORKER", binary("shinsa-worker").to_string_lossy().into_owned()),
        // No session bus of the person running the tests.
        ("GTK_USE_PORTAL", "0".to_owned()),
    ];
    envs.extend_from_slice(more);
    Window::open(&app(), args, &envs, &shinsa.path("window.log"))
}

/// From the welcome to the rating room, as `name`.
fn unlock(window: &Window, name: &str) {
    window.click("input[name=passphrase]");
    window.ctrl('a');
    window.keys(PASSPHRASE);
    window.keys(&ENTER.to_string());
    window.wait_for("[data-room='sign-in']");
    window.click("input[name=rater]");
    window.keys(name);
    window.keys(&ENTER.to_string());
    window.wait_for("[data-room=rate]");
}

fn choose(window: &Window, label: &str) {
    // The languages are radio buttons behind labels.
    window.run(&format!(
        "[...document.querySelectorAll('label')].find(l => l.textContent === {}).click(); return true",
        json!(label)
    ));
}

/// Waits until a criterion is the active one.
fn at(window: &Window, criterion: &str) {
    window.wait_for(&format!("[data-question='{criterion}'][data-active]"));
}

#[test]
fn a_rating_given_by_keyboard_in_japanese_is_found_by_the_command_line() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");

    // A wrong passphrase says so and lets one try again.
    window.click("input[name=passphrase]");
    window.keys("wrong");
    window.keys(&ENTER.to_string());
    window.wait_for("[data-error=wrong-passphrase]");
    unlock(&window, RATER);

    window.wait_for("[data-output]");
    let output = window.run("return document.querySelector('[data-output]').dataset.output");
    let case = window
        .run("return document.querySelector('[data-output]').innerText.match(/[AQ]\\d{2,}/)[0]");
    at(&window, "safety");

    // Nothing answered yet: ending is refused and the first gap is shown.
    window.ctrl(ENTER);
    window.wait_for("[data-question=safety][data-problem=missing]");

    window.keys("2");
    at(&window, "deductions");
    window.keys("2");
    window.wait_for("[data-question=deductions] [data-option=wrong_fact][aria-checked=true]");
    window.keys(&DOWN.to_string());
    at(&window, "harm");
    window.keys("2");
    at(&window, "reason");

    // Into the text, digits and all, out of it and done.
    window.keys(&ENTER.to_string());
    window.wait_until(
        "the text has the focus",
        "return document.activeElement.tagName === 'TEXTAREA'",
    );
    window.keys(REASON);
    window.photograph(&pictures().join("rate-filled-ja-light.png"));
    window.keys(&ESCAPE.to_string());
    window
        .wait_until("the text has let go", "return document.activeElement.tagName !== 'TEXTAREA'");
    window.ctrl(ENTER);
    window.wait_until(
        "the next output is there",
        &format!("const o = document.querySelector('[data-output]'); return !!o && o.dataset.output !== {output}"),
    );

    // What is typed is saved without being ended, too.
    at(&window, "safety");
    window.keys("5");
    window.wait_for("[data-output][data-saving=saved]");
    window.close();

    let ratings = shinsa.json(&["ratings", "病棟.shinsa", "--as", RATER, "--json"]);
    let text = ratings.to_string();
    let found = find(&ratings, &|one| one["answers"]["reason"] == json!(REASON))
        .unwrap_or_else(|| panic!("no such rating in {text}"));
    assert_eq!(found["answers"]["safety"], json!(2), "{text}");
    assert_eq!(found["answers"]["deductions"], json!(["wrong_fact"]), "{text}");
    assert_eq!(found["answers"]["harm"], json!(true), "{text}");
    let draft = find(&ratings, &|one| one["answers"]["safety"] == json!(5));
    assert!(draft.is_some(), "the draft was saved as well: {text}");

    // A rater sees no key that could name the model; the lead does.
    let all = shinsa.json(&["ratings", "病棟.shinsa", "--json"]);
    let found = find(&all, &|one| one["answers"]["reason"] == json!(REASON))
        .unwrap_or_else(|| panic!("not for the lead: {all}"));
    let case = case.as_str().expect("a case's key");
    assert!(
        found["output"].as_str().is_some_and(|key| key.starts_with(case)),
        "the rating belongs to {case}: {found}"
    );
}

#[test]
fn where_raters_differ_a_decision_by_keyboard_is_gold() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let ratings = demo_data("ratings.jsonl");
    assert_eq!(shinsa.run(&["import", "ratings", &path, &ratings.to_string_lossy()]).code, Some(0));
    let before = shinsa.json(&["adjudicate", "病棟.shinsa", "--json"]);
    let entry = &before["entries"][0];
    let (key, id) = (entry["output"].as_str().expect("a key"), &entry["output_id"]);

    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    unlock(&window, "責任者");
    window.click("[data-go=adjudicate]");
    window.wait_for(&format!("[data-adjudicating={id}]"));

    // Without decision and cause nothing is stored, and the first gap is shown.
    window.ctrl(ENTER);
    window.wait_for("[data-differs] [role=alert]");
    for criterion in entry["differing"].as_array().expect("a list") {
        let criterion = criterion.as_str().expect("an id");
        window.click(&format!("[data-decision={criterion}] h3"));
        window.wait_for(&format!("[data-question={criterion}][data-active]"));
        window.keys("1");
        window.keys("c");
        window.wait_for(&format!(
            "[data-decision={criterion}] [data-cause=rubric-unclear][aria-checked=true]"
        ));
    }
    window.photograph(&pictures().join("adjudicate-decided-ja-light.png"));
    window.ctrl(ENTER);
    window.wait_until(
        "the next output is there",
        &format!("const o = document.querySelector('[data-adjudicating]'); return !!o && o.dataset.adjudicating !== {id}"),
    );
    window.close();

    let item = shinsa.json(&["adjudicate", "病棟.shinsa", "--output", key, "--json"]);
    assert_eq!(item["gold"], "adjudicated", "{item}");
    assert_eq!(
        item["causes"].as_object().map(serde_json::Map::len),
        entry["differing"].as_array().map(Vec::len),
        "{item}"
    );
    let after = shinsa.json(&["adjudicate", "病棟.shinsa", "--json"]);
    assert_eq!(after["open"].as_u64(), before["open"].as_u64().map(|n| n - 1));
}

/// The first object anywhere in `value` for which `wanted` holds.
fn find(value: &Value, wanted: &dyn Fn(&Value) -> bool) -> Option<Value> {
    match value {
        Value::Object(fields) if wanted(value) => Some(Value::Object(fields.clone())),
        Value::Object(fields) => fields.values().find_map(|field| find(field, wanted)),
        Value::Array(items) => items.iter().find_map(|item| find(item, wanted)),
        _ => None,
    }
}

#[test]
fn training_and_judging_show_how_far_they_are_and_leave_the_rating_room_free() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let ratings = demo_data("ratings.jsonl");
    assert_eq!(shinsa.run(&["import", "ratings", &path, &ratings.to_string_lossy()]).code, Some(0));
    assert_eq!(shinsa.run(&["gold", &path]).code, Some(0));
    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    window.click("input[name=passphrase]");
    window.keys(PASSPHRASE);
    window.keys(&ENTER.to_string());
    window.click("[data-rater='責任者']");
    window.wait_for("[data-room=rate] [data-output]");

    window.click("[data-go=train]");
    window.click("[data-start]:not(:disabled)");
    window.wait_for("[data-job]");
    window.patiently("[data-job=train]");
    window.photograph(&pictures().join("train-running-ja-light.png"));

    // Meanwhile a rating is saved, and the job is still there on coming back.
    window.click("[data-go=rate]");
    at(&window, "safety");
    window.keys("4");
    window.wait_for("[data-output][data-saving=saved] [data-question=safety] [aria-checked=true]");
    window.wait_for("[data-busy=train]");
    window.click("[data-go=train]");
    window.click("[data-cancel]");
    window.patiently("[data-start]:not(:disabled)");
    assert!(
        !window.shows("[data-room] [data-error]"),
        "stopping on request is no error: {}",
        window.text()
    );

    window.click("[data-go=judge]");
    window.click("[data-start]:not(:disabled)");
    window.wait_for("[data-job]");
    window.patiently("[data-verdict]");
    window.photograph(&pictures().join("judge-running-ja-light.png"));
    window.click("[data-cancel]");
    window.patiently("[data-start]:not(:disabled)");
    assert!(
        !window.shows("[data-room] [data-error]"),
        "stopping on request is no error: {}",
        window.text()
    );

    // What ended early stands there with how far it came: discarded, taken back, gone on with.
    let far = "return Number(document.querySelector('[data-unfinished]').innerText.match(/(\\d+) 件中 (\\d+) 件/)[2])";
    window.wait_for("[data-unfinished]");
    let before = window.run(far).as_u64().expect("a number");
    assert!(before > 0, "verdicts were stored");
    window.photograph(&pictures().join("judge-unfinished-ja-light.png"));
    window.click("[data-discard]");
    window.click("[data-take-back]");
    window.click("[data-go-on]");
    window.wait_for("[data-job]");
    window.patiently("[data-verdict]");
    window.click("[data-cancel]");
    window.patiently("[data-start]:not(:disabled)");
    window.wait_until(
        "it has come further",
        &format!("const now = (() => {{ {far} }})(); return now > {before}"),
    );
    window.close();
}

#[test]
fn a_dataset_and_a_cp932_table_are_written_from_the_window() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let ratings = demo_data("ratings.jsonl");
    assert_eq!(shinsa.run(&["import", "ratings", &path, &ratings.to_string_lossy()]).code, Some(0));
    assert_eq!(shinsa.run(&["gold", &path]).code, Some(0));
    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    window.click("input[name=passphrase]");
    window.keys(PASSPHRASE);
    window.keys(&ENTER.to_string());
    window.click("[data-rater='責任者']");
    window.wait_for("[data-room=rate] [data-output]");

    window.click("[data-go=export]");
    window.click("[data-export]");
    window.wait_for("[data-exported]");
    window.photograph(&pictures().join("export-dataset-ja-light.png"));
    let folder = std::path::Path::new(&path).join("exports").join("answer-safety-1-dataset");
    for name in ["README.md", "croissant.json", "ratings.csv", "sft-train.jsonl", "sft-test.jsonl"]
    {
        assert!(folder.join(name).is_file(), "{name} is not in {}", folder.display());
    }

    window.click("[data-format=csv]");
    window.run("document.querySelector('input[data-cp932]').click(); return true");
    window.click("[data-export]");
    window.wait_until(
        "the table is there",
        "return [...document.querySelectorAll('[data-exported] li')].some(li => li.innerText.includes('.csv'))",
    );
    window.photograph(&pictures().join("export-cp932-ja-light.png"));
    let table = folder.with_file_name("answer-safety-1-csv.csv");
    let bytes = std::fs::read(table).expect("the table was written");
    assert!(String::from_utf8(bytes).is_err(), "CP932 is no UTF-8");
    assert!(!window.shows("[data-room] [data-error]"), "{}", window.text());
    window.close();
}
