//! axe-core looks at every room as it stands in the window: no violation of any
//! of its rules, in either scheme, in either language.

use super::import::{drop_file, workbook};
use super::{choose, open, pictures, project};
use crate::driver::{ENTER, ESCAPE, Window};
use serde_json::{Value, json};
use shinsa_tests::{PASSPHRASE, Shinsa, demo_data, root};
use std::time::Duration;

/// What axe-core found, place by place, to be told all at once.
struct Looked<'w> {
    window: &'w Window,
    found: Vec<String>,
}

impl<'w> Looked<'w> {
    /// Brings axe-core into the page. Through the driver, since the page's own
    /// policy lets no script in but those of the application.
    fn new(window: &'w Window) -> Self {
        let axe = root().join("ui/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(axe).expect("axe-core (npm --prefix ui ci)");
        window.run(&format!("{axe}; return typeof window.axe.run"));
        Self { window, found: Vec::new() }
    }

    /// Looks at the page as it is now.
    fn at(&mut self, place: &str) {
        // What fades in has no colour of its own until it is there.
        std::thread::sleep(Duration::from_millis(150));
        self.window.wait_until(
            &format!("{place} has stopped moving"),
            "return [...document.querySelectorAll('[role=dialog], [role=tooltip]')].every(one => getComputedStyle(one).opacity === '1')
               && document.getAnimations().every(one => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)",
        );
        let found = self.window.run_async(
            "const end = arguments[arguments.length - 1];
             // The report's frame is a page of its own that no script reaches.
             axe.run(document, { iframes: false, resultTypes: ['violations'] }).then(
               found => end(found.violations.map(one => ({
                 rule: one.id, help: one.help,
                 nodes: one.nodes.map(node => node.target.join(' ') + '\\n      ' + node.html.slice(0, 200) + '\\n      ' + node.any.concat(node.all, node.none).map(check => check.message).join(' · ')),
               }))),
               error => end(String(error)))",
        );
        let list = found.as_array().unwrap_or_else(|| panic!("{place}: axe-core failed: {found}"));
        for one in list {
            let nodes: Vec<&str> =
                one["nodes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            self.found.push(format!(
                "{place}: {} ({})\n    {}",
                one["rule"].as_str().unwrap_or_default(),
                one["help"].as_str().unwrap_or_default(),
                nodes.join("\n    ")
            ));
        }
    }

    /// Looks in every pair of language and scheme, once `ready` says so.
    fn in_every_look(&mut self, place: &str, ready: impl Fn(&Window)) {
        for (language, scheme) in LOOKS {
            set(self.window, language, scheme);
            ready(self.window);
            self.at(&format!("{place}, {language} {scheme}"));
        }
    }

    /// Looks at an open dialog, behind which neither language nor scheme can be
    /// reached, and closes it.
    fn dialog(&mut self, place: &str) {
        self.window.wait_for("[role=dialog]");
        let before = self.window.run("return document.documentElement.dataset.mantineColorScheme");
        let before = before.as_str().unwrap_or("light").to_owned();
        let other = if before == "light" { "dark" } else { "light" };
        for scheme in [other, &before] {
            self.window.run(&format!(
                "document.documentElement.dataset.mantineColorScheme = '{scheme}'; return true"
            ));
            self.at(&format!("{place}, {scheme}"));
        }
        self.window.keys(&ESCAPE.to_string());
        self.window.wait_until(
            &format!("{place} is closed"),
            "return !document.querySelector('[role=dialog]')",
        );
    }

    fn end(self) {
        assert!(
            self.found.is_empty(),
            "axe-core found {} violations:\n{}",
            self.found.len(),
            self.found.join("\n")
        );
    }
}

/// Language and scheme; two pairs hold both of each.
fn set(window: &Window, language: &str, scheme: &str) {
    choose(window, if language == "ja" { "日本語" } else { "English" });
    window.wait_until(
        "the language is set",
        &format!("return document.documentElement.lang === '{language}'"),
    );
    let now = window.run("return document.documentElement.dataset.mantineColorScheme");
    if now != json!(scheme) {
        window.click(&format!("[data-scheme={scheme}]"));
    }
}

const LOOKS: [(&str, &str); 2] = [("ja", "light"), ("en", "dark")];
const ROOMS: [&str; 11] = [
    "cases",
    "rubrics",
    "people",
    "rate",
    "agreement",
    "adjudicate",
    "write",
    "train",
    "judge",
    "report",
    "export",
];

#[test]
fn axe_core_finds_no_violation_in_any_room() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let ratings = demo_data("ratings.jsonl");
    assert_eq!(shinsa.run(&["import", "ratings", &path, &ratings.to_string_lossy()]).code, Some(0));
    assert_eq!(shinsa.run(&["gold", &path]).code, Some(0));
    let window = open(&shinsa, std::slice::from_ref(&path));
    let mut looked = Looked::new(&window);
    looked.in_every_look("a locked project", |_| {});
    window.click("input[name=passphrase]");
    window.keys(PASSPHRASE);
    window.keys(&ENTER.to_string());
    looked.in_every_look("sign-in", |window| window.wait_for("[data-room='sign-in']"));
    window.click("[data-rater='責任者']");
    window.wait_for("[data-room=rate] [data-output]");

    // Once made, the report is there in its frame.
    window.click("[data-go=report]");
    window.click("[data-report]");
    window.wait_for("[data-room=report] iframe");
    // What a finished export says.
    window.click("[data-go=export]");
    window.click("[data-export]");
    window.wait_for("[data-exported]");
    for room in ROOMS {
        window.click(&format!("[data-go={room}]"));
        looked.in_every_look(room, |window| stands(window, room));
    }

    // What opens above the rooms.
    window.click("[data-go=cases]");
    window.click("[data-import]");
    looked.dialog("import");
    drop_file(&window, &shinsa.file("質問.xlsx", workbook()));
    window.wait_for("[data-preview]");
    window.wait_for("[data-problem]");
    looked.dialog("import of a workbook");
    window.click("[data-go=rate]");
    stands(&window, "rate");
    window.click("[data-question] [data-option]");
    for (name, opener) in [
        ("skip", "[data-ask=skip]"),
        ("guidelines", "[data-help=guide]"),
        ("keys", "[data-help=keys]"),
    ] {
        window.click(opener);
        looked.dialog(name);
    }

    // A plan that is looked at, and passphrases.
    window.click("[data-go=people]");
    stands(&window, "people");
    window.click("[data-assign-preview]");
    looked.in_every_look("a plan", |window| window.wait_for("[data-plan=preview]"));
    window.click("[data-own-passphrase]");
    looked.dialog("one's own passphrase");
    window.click("[data-reset]");
    looked.dialog("a passphrase that is taken away");
    window.click("[data-reset]");
    window.click("[data-reset-do]");
    window.wait_for("[data-issued]");
    looked.dialog("a passphrase to hand over");

    // Where a rubric is written, tried, published and its ratings carried over.
    window.click("[data-go=rubrics]");
    window.click("[data-change]");
    looked.in_every_look("rubric editor", |window| {
        window.wait_for("[data-writing] [data-preview] [data-question=safety]");
    });
    window.click("[data-part=safety]");
    window.click("[data-field=help-ja]");
    window.keys("見直した説明。");
    window.wait_for("[data-writing][data-saving=saved]");
    looked.at("rubric editor at a criterion");
    window.ctrl(ENTER);
    window.wait_for("[data-publish]");
    looked.at("publish");
    window.click("[data-publish]");
    window.wait_for("[data-carry] [data-fit=harm]");
    looked.dialog("carry-over");

    // Outside a project, which is now among the recent ones.
    window.click("[data-close]");
    window.wait_for("[data-room=welcome] form");
    window.click("[data-back]");
    looked.in_every_look("welcome", |window| {
        window.wait_for("[data-recent]");
        let scheme = window.run("return document.documentElement.dataset.mantineColorScheme");
        let name = format!("welcome-choices-{}.png", scheme.as_str().unwrap_or_default());
        window.photograph(&pictures().join(name));
    });
    window.click("[data-welcome=create]");
    looked.in_every_look("a new project", |window| window.wait_for("input[name=again]"));
    looked.end();
    window.close();
}

#[test]
fn axe_core_finds_no_violation_where_there_is_nothing_yet() {
    let shinsa = Shinsa::new();
    let new = ["project", "new", "空.shinsa", "--lead", "責任者"];
    assert_eq!(shinsa.run(&new).code, Some(0));
    let path = shinsa.path("空.shinsa").to_string_lossy().into_owned();
    let window = open(&shinsa, &[path]);
    window.click("input[name=passphrase]");
    window.keys(PASSPHRASE);
    window.keys(&ENTER.to_string());
    window.click("[data-rater='責任者']");
    window.wait_for("[data-room=rate]");
    let mut looked = Looked::new(&window);
    for room in ROOMS {
        window.click(&format!("[data-go={room}]"));
        window.wait_for(&format!("[data-room={room}]"));
        window.wait_until(
            "nothing is being fetched",
            "return !document.querySelector('main .mantine-Loader-root')",
        );
        looked.in_every_look(&format!("{room}, empty"), |window| {
            if window.run("return document.documentElement.lang") == json!("ja") {
                window.photograph(&pictures().join(format!("empty-{room}-ja-light.png")));
            }
        });
    }
    looked.end();
    window.close();
}

/// Waits until a room shows what it is for.
fn stands(window: &Window, room: &str) {
    window.wait_for(&match room {
        "rate" => "[data-room=rate] [data-output]".to_owned(),
        "adjudicate" => "[data-adjudicating]".to_owned(),
        room => format!("[data-room={room}] h1"),
    });
    window.wait_until(
        "nothing is being fetched",
        "return !document.querySelector('main .mantine-Loader-root')",
    );
}
