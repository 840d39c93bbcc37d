//! People's own passphrases and the plan of who rates what, in the window, by keyboard
//! where one types.

use super::{choose, open, pictures, project};
use crate::driver::{ENTER, Window};
use serde_json::json;
use shinsa_tests::{PASSPHRASE, Shinsa};

const OWN: &str = "purple umbrella at night";

/// From the locked project to the choice of names.
fn names(window: &Window) {
    window.click("input[name=passphrase]");
    window.ctrl('a');
    window.keys(PASSPHRASE);
    window.keys(&ENTER.to_string());
    window.wait_for("[data-room='sign-in'] [data-rater]");
}

#[test]
fn a_name_is_guarded_by_its_passphrase_and_a_plan_fills_the_queues() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    for name in ["評価者A", "評価者B"] {
        let added = shinsa.run(&["project", "person", &path, name]);
        assert_eq!(added.code, Some(0), "{added:?}");
    }
    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    names(&window);
    window.click("[data-rater='責任者']");
    window.wait_for("[data-room=rate]");

    // The lead has none yet, is told so, and chooses one.
    window.click("[data-own-passphrase=none]");
    window.click("input[name=own-new]");
    window.keys(OWN);
    window.click("input[name=own-again]");
    window.keys(OWN);
    window.keys(&ENTER.to_string());
    window.wait_for("[data-own-passphrase=own]");

    // A rater is handed one, and a plan is looked at before it is made.
    window.click("[data-go=people]");
    window.wait_for("[data-room=people] [data-assign-preview]");
    assert!(!window.shows("[data-open-lead]"), "{}", window.text());
    window.click("[data-reset='評価者A']");
    window.click("[data-reset-do]");
    window.wait_for("[data-issued]");
    let once = window.run("return document.querySelector('[data-issued]').textContent.trim()");
    let once = once.as_str().expect("a passphrase").to_owned();
    window.keys(&crate::driver::ESCAPE.to_string());
    window.wait_until("it is gone", "return !document.querySelector('[role=dialog]')");
    window.click("[data-assign-preview]");
    window.wait_for("[data-plan=preview] [data-planned='評価者A']");
    window.photograph(&pictures().join("people-plan-ja-light.png"));
    window.click("[data-assign-commit]");
    window.wait_for("[data-plan=now] [data-planned='評価者A']");
    window.click("[data-close]");

    // Nobody is the lead without the lead's passphrase; the rater chooses one to come in.
    window.wait_for("[data-room=welcome]");
    names(&window);
    window.click("[data-rater='責任者']");
    window.wait_for("[data-door='責任者']");
    window.click("input[name=own-passphrase]");
    window.keys("something else");
    window.keys(&ENTER.to_string());
    window.wait_for("[data-door] [data-error=person-passphrase-wrong]");
    window.photograph(&pictures().join("sign-in-own-ja-light.png"));
    window.click("[data-other]");
    window.click("[data-rater='評価者A']");
    window.click("input[name=own-passphrase]");
    window.keys(&once.to_lowercase());
    window.click("input[name=own-new]");
    window.keys("my own long words");
    window.click("input[name=own-again]");
    window.keys("my own long words");
    window.keys(&ENTER.to_string());
    window.wait_for("[data-room=rate] [data-output]");
    window.close();

    // The command line meets the same door, and the plan that the window made.
    let plan = |own: &str| {
        let args = ["assign", "show", &path, "--json"];
        let done = shinsa.command(&args).env("SHINSA_PERSON_PASSPHRASE", own).output();
        shinsa_tests::Run::from(done.expect("shinsa starts"))
    };
    plan("something else").failed_with("person-passphrase-wrong");
    let shown = plan(OWN).last_json();
    let todo = |name: &str| {
        let raters = shown["plan"]["raters"].as_array().expect("a list");
        raters.iter().find(|one| one["name"] == json!(name)).map(|one| one["todo"].clone())
    };
    assert!(todo("評価者A").is_some() && todo("評価者B").is_some(), "{shown}");
    assert_eq!(todo("責任者"), None, "{shown}");
}
