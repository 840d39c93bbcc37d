//! axe-core looks at every room as it stands in the window: no violation of any
//! of its rules, in either scheme, in either language.

use super::album::{ROOMS, dress, go};
use super::import::{drop_file, workbook};
use super::{open, pictures, project};
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
            dress(self.window, language, scheme);
            ready(self.window);
            self.at(&format!("{place}, {language} {scheme}"));
        }
    }

    /// Looks at an open dialog, and closes it.
    fn dialog(&mut self, place: &str) {
        self.window.wait_for("[role=dialog]");
        self.in_every_look(place, |_| {});
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

const LOOKS: [(&str, &str); 2] = [("ja", "light"), ("en", "dark")];
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
        go(&window, room);
        looked.in_every_look(room, |window| stands(window, room));
    }
    // Each tab of the writing room, a prompt tried out, and the settings that are folded away.
    go(&window, "write");
    for part in ["outputs", "incidents", "prompts"] {
        window.click(&format!("[data-part={part}]"));
        if part == "prompts" {
            window.click("[data-try]");
            window.wait_for("[data-tried]");
        } else {
            window.click("[data-more]");
        }
        looked.in_every_look(&format!("write: {part}"), |_| {});
    }
    for room in ["train", "judge"] {
        go(&window, room);
        window.click("[data-more]");
        looked.in_every_look(&format!("{room}: settings"), |_| {});
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
        ("flag", "[data-ask=flag]"),
        ("order settings", "[data-order-settings]"),
        ("guidelines", "[data-help=guide]"),
        ("keys", "[data-help=keys]"),
    ] {
        window.click(opener);
        looked.dialog(name);
    }

    // At the largest text, rooms and what opens above them.
    window.click("[data-text-size-to=large]");
    window.click("[data-text-size-to=larger]");
    for room in ROOMS {
        go(&window, room);
        looked.in_every_look(&format!("{room}, larger"), |window| stands(window, room));
    }
    go(&window, "rate");
    for (name, opener) in [
        ("skip, larger", "[data-ask=skip]"),
        ("guidelines, larger", "[data-help=guide]"),
        ("keys, larger", "[data-help=keys]"),
        ("order settings, larger", "[data-order-settings]"),
    ] {
        window.click(opener);
        looked.dialog(name);
    }
    go(&window, "cases");
    drop_file(&window, &shinsa.file("質問 2.xlsx", workbook()));
    window.wait_for("[data-preview]");
    looked.dialog("import of a workbook, larger");
    window.click("[data-text-size-to=normal]");

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
    let empty = shinsa.path("空.shinsa").to_string_lossy().into_owned();
    nothing_yet(&shinsa, empty, "empty", &ROOMS);
    // Outputs, but nobody's ratings.
    let unrated = project(&shinsa);
    nothing_yet(&shinsa, unrated, "no-gold", &["train", "judge", "report", "export"]);
}

/// Looks at rooms that lack something, and keeps their pictures.
fn nothing_yet(shinsa: &Shinsa, path: String, name: &str, rooms: &[&str]) {
    let window = open(shinsa, &[path]);
    window.click("input[name=passphrase]");
    window.keys(PASSPHRASE);
    window.keys(&ENTER.to_string());
    window.click("[data-rater='責任者']");
    window.wait_for("[data-room=rate]");
    let mut looked = Looked::new(&window);
    for room in rooms {
        go(&window, room);
        looked.in_every_look(&format!("{room}, {name}"), |window| {
            let look = window.run("return document.documentElement.lang + '-' + document.documentElement.dataset.mantineColorScheme");
            let picture = format!("{name}-{room}-{}.png", look.as_str().unwrap_or_default());
            window.photograph(&pictures().join(picture));
        });
    }
    looked.end();
    window.close();
}

/// The report's frame is a sandbox that no script enters. So the very page that it shows,
/// asked for as the window asks for it, stands in the window's place and is looked at there.
#[test]
fn axe_core_finds_no_violation_in_the_report() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let ratings = demo_data("ratings.jsonl");
    assert_eq!(shinsa.run(&["import", "ratings", &path, &ratings.to_string_lossy()]).code, Some(0));
    assert_eq!(shinsa.run(&["gold", &path]).code, Some(0));
    let mut pages = Vec::new();
    for lang in ["ja", "en"] {
        let out = shinsa.path(&format!("report-{lang}"));
        let to = out.to_string_lossy().into_owned();
        let run = shinsa.run(&["report", &path, "--out", &to, "--lang", lang]);
        assert_eq!(run.code, Some(0), "{run:?}");
        pages.push(std::fs::read_to_string(out.join("report.html")).expect("the report"));
    }
    let window = open(&shinsa, &[path]);
    let mut looked = Looked::new(&window);
    for page in &pages {
        for dark in [false, true] {
            let media = if dark { "@media all" } else { "@media not all" };
            let page = page.replacen("@media (prefers-color-scheme: dark)", media, 1);
            // The window's policy takes no style from markup: the sheet is handed over as such.
            window.run(&format!(
                "const page = new DOMParser().parseFromString({page}, 'text/html');
                 const sheet = new CSSStyleSheet();
                 sheet.replaceSync(page.querySelector('style').textContent);
                 for (const one of document.querySelectorAll('style, link')) one.remove();
                 document.adoptedStyleSheets = [sheet];
                 for (const name of document.documentElement.getAttributeNames()) document.documentElement.removeAttribute(name);
                 document.documentElement.lang = page.documentElement.lang;
                 document.title = page.title;
                 document.body.replaceWith(document.adoptNode(page.body));
                 document.documentElement.style.overflow = document.body.style.overflow = 'auto';
                 return true",
                page = json!(page)
            ));
            assert!(window.text().contains("Shinsa"), "{}", window.text());
            looked.at(&format!("report, {}", if dark { "dark" } else { "light" }));
        }
    }
    looked.end();
    window.close();
}

/// Waits until a room shows what it is for.
fn stands(window: &Window, room: &str) {
    window.wait_for(&match room {
        "rate" => "[data-room=rate] [data-output]".to_owned(),
        "prefer" => "[data-room=prefer] [data-pair]".to_owned(),
        "adjudicate" => "[data-adjudicating]".to_owned(),
        room => format!("[data-room={room}] h1"),
    });
    window.wait_until(
        "nothing is being fetched",
        "return !document.querySelector('main .mantine-Loader-root')",
    );
}
