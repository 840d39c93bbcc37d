//! The whole window without a mouse: Tab reaches every control of every room and shows
//! where it is, Esc closes what opens above them and gives the focus back.

use super::album::{ROOMS, go, still};
use super::{open, project, unlock};
use crate::driver::{ENTER, ESCAPE, TAB, Window};
use serde_json::{Value, json};
use shinsa_tests::{Shinsa, demo_data};
use std::collections::BTreeSet;

/// Every control in the room that can be used now, numbered; of native radio buttons,
/// which the arrows reach, the chosen one.
const CONTROLS: &str = "
    const found = [...document.querySelectorAll('main button, main input, main select, main textarea, main a[href], main summary, main [tabindex=\"0\"]')]
      .filter(one => !one.disabled && one.tabIndex >= 0 && one.getClientRects().length > 0 && one.type !== 'hidden'
        && !(one.type === 'radio' && !one.checked));
    found.forEach((one, at) => { one.dataset.control = at; });
    return found.map(one => one.tagName + ' ' + (one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent || one.name || one.id).slice(0, 50))";

/// Which control has the focus, whether one sees it, and what it is.
const HERE: &str = "
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect();
    const shows = element => {
      const style = getComputedStyle(element);
      return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    };
    // Fields say it by their border; what hides behind a drawn control says it there.
    const field = one.matches('input, select, textarea, iframe');
    const beside = one.nextElementSibling ?? one.parentElement;
    return {
      at: one.dataset.control ?? null,
      what: one.tagName + ' ' + (one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent || one.name || one.id || '').slice(0, 50),
      inside: !!one.closest('main'),
      seen: shows(one) || field || (beside && shows(beside)),
      near: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
    }";

/// Presses Tab from the room's link on until the room is left, and says what was met.
fn walk(window: &Window, room: &str, wrong: &mut Vec<String>) {
    let controls = window.run(CONTROLS);
    let controls = controls.as_array().cloned().unwrap_or_default();
    window.run("document.querySelector('[data-close]').focus(); return true");
    let mut met = BTreeSet::new();
    for _ in 0..controls.len() + 20 {
        window.keys(&TAB.to_string());
        let mut here = window.run(HERE);
        if here["near"] == json!(false) {
            // Scrolled there a moment later.
            std::thread::sleep(std::time::Duration::from_millis(200));
            here = window.run(HERE);
        }
        if here.is_null() || here["inside"] == json!(false) {
            break;
        }
        let what = here["what"].as_str().unwrap_or_default().to_owned();
        for (key, fault) in [("seen", "doesn't show the focus"), ("near", "is out of sight")] {
            if here[key] != json!(true) {
                wrong.push(format!("{room}: {what} {fault}"));
            }
        }
        if let Some(at) = here["at"].as_str().and_then(|at| at.parse::<usize>().ok()) {
            met.insert(at);
        }
    }
    for (at, what) in controls.iter().enumerate() {
        if !met.contains(&at) {
            wrong.push(format!("{room}: Tab never reaches {}", what.as_str().unwrap_or_default()));
        }
    }
}

#[test]
fn every_control_is_reached_by_tab_and_shows_it() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let ratings = demo_data("ratings.jsonl");
    assert_eq!(shinsa.run(&["import", "ratings", &path, &ratings.to_string_lossy()]).code, Some(0));
    assert_eq!(shinsa.run(&["gold", &path]).code, Some(0));
    let window = open(&shinsa, std::slice::from_ref(&path));
    unlock(&window, "責任者");
    window.click("[data-go=report]");
    window.click("[data-report]");
    let mut wrong = Vec::new();
    for room in ROOMS {
        go(&window, room);
        walk(&window, room, &mut wrong);
    }
    for room in ["train", "judge"] {
        go(&window, room);
        window.click("[data-more]");
        still(&window);
        walk(&window, &format!("{room}, settings"), &mut wrong);
    }
    go(&window, "write");
    window.click("[data-part=prompts]");
    still(&window);
    walk(&window, "write, prompts", &mut wrong);
    go(&window, "rubrics");
    window.click("[data-change]");
    window.wait_for("[data-writing] [data-preview] [data-question=safety]");
    walk(&window, "rubric editor", &mut wrong);
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));

    // The same walk finds fault where nothing shows the focus.
    window.click("[data-back]");
    window.run(
        "const sheet = new CSSStyleSheet();
         sheet.replaceSync('*, *:focus-visible { outline: none !important; box-shadow: none !important }');
         document.adoptedStyleSheets = [sheet];
         return true",
    );
    go(&window, "cases");
    walk(&window, "cases", &mut wrong);
    assert!(!wrong.is_empty(), "a focus that nobody sees is found");
    window.close();
}

#[test]
fn the_focus_goes_into_the_room_and_is_never_lost() {
    let shinsa = Shinsa::new();
    let new = ["project", "new", "空.shinsa", "--lead", "責任者"];
    assert_eq!(shinsa.run(&new).code, Some(0));
    let path = shinsa.path("空.shinsa").to_string_lossy().into_owned();
    let window = open(&shinsa, &[path]);
    unlock(&window, "責任者");
    let inside = |what: &str| {
        window.wait_until(what, "return !!document.activeElement?.closest('main')");
    };
    go(&window, "cases");
    window.run("document.querySelector('[data-skip]').focus(); return true");
    window.keys(&ENTER.to_string());
    inside("the room has the focus");
    window.keys(&TAB.to_string());
    window.wait_until(
        "the next Tab is at the room's first button",
        "return document.activeElement?.matches('main [data-import]')",
    );
    // The button that leads on is gone once it is pressed.
    for room in ["train", "judge", "report", "export", "agreement", "people"] {
        go(&window, room);
        window.wait_for("[data-go-to=rubrics]");
        window.run("document.querySelector('[data-go-to=rubrics]').focus(); return true");
        window.keys(&ENTER.to_string());
        window.wait_for("[data-room=rubrics]");
        inside(&format!("the focus goes along from {room}"));
    }
    window.close();
}

/// Opens a dialog from its button by Enter and closes it by Esc; whether the focus came back.
fn back(window: &Window, opener: &str) -> Result<(), String> {
    window.wait_for(opener);
    window.run(&format!("document.querySelector({}).focus(); return true", json!(opener)));
    window.keys(&ENTER.to_string());
    window.wait_for("[role=dialog]");
    window.wait_until(
        "the dialog has the focus",
        "return !!document.activeElement?.closest('[role=dialog]')",
    );
    window.keys(&ESCAPE.to_string());
    window.wait_until("the dialog is closed", "return !document.querySelector('[role=dialog]')");
    // Given back once the dialog has faded.
    for _ in 0..40 {
        let home =
            window.run(&format!("return !!document.activeElement?.matches({})", json!(opener)));
        if home == json!(true) {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let now = window.run("return document.activeElement?.outerHTML?.slice(0, 120) ?? ''");
    Err(format!("{opener}: the focus is at {}", now.as_str().unwrap_or_default()))
}

#[test]
fn every_dialog_is_closed_by_esc_and_gives_the_focus_back() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let ratings = demo_data("ratings.jsonl");
    assert_eq!(shinsa.run(&["import", "ratings", &path, &ratings.to_string_lossy()]).code, Some(0));
    let window = open(&shinsa, std::slice::from_ref(&path));
    unlock(&window, "責任者");
    let mut wrong = Vec::new();
    let mut note = |done: Result<(), String>| wrong.extend(done.err());
    for opener in [
        "[data-ask=skip]",
        "[data-ask=flag]",
        "[data-help=guide]",
        "[data-help=keys]",
        "[data-order-settings]",
        "[data-own-passphrase]",
    ] {
        note(back(&window, opener));
    }
    for (room, opener) in
        [("cases", "[data-import]"), ("people", "[data-reset]"), ("prefer", "[data-pair-keys]")]
    {
        go(&window, room);
        note(back(&window, opener));
    }
    go(&window, "rubrics");
    window.click("[data-change]");
    window.wait_for("[data-writing] [data-preview] [data-question=safety]");
    for opener in ["[data-to-publish]", "[data-drop]", "[data-write-keys]", "[data-preview-guide]"]
    {
        note(back(&window, opener));
    }
    assert_eq!(json!(wrong), Value::Array(Vec::new()), "{}", wrong.join("\n"));
    window.close();
}
