//! Passages of an output as evidence in the real window: by keyboard and by mouse, in
//! Japanese text with Markdown, found by the export.

use super::{RATER, at, choose, open, pictures, unlock};
use crate::driver::{ENTER, ESCAPE};
use serde_json::json;
use shinsa_tests::Shinsa;

const RIGHT: char = '\u{E014}';
const SHIFT: char = '\u{E008}';

/// 𠮷 is one character of two UTF-16 units.
const TEXT: &str = "𠮷田医師に**報告**し、\n経過を観察する。";

#[test]
fn passages_marked_by_keyboard_and_mouse_in_japanese_reach_the_export() {
    let shinsa = Shinsa::new();
    let path = shinsa.path("病棟.shinsa").to_string_lossy().into_owned();
    for args in [
        vec!["project", "new", &path, "--lead", "責任者"],
        vec!["rubric", "add", &path, "answer-safety"],
    ] {
        assert_eq!(shinsa.run(&args).code, Some(0), "{args:?}");
    }
    let case = shinsa.file("c.jsonl", format!("{}\n", json!({"key": "A", "what": "転倒した。"})));
    let output = json!({"key": "A-a", "case": "A", "text": TEXT});
    let output = shinsa.file("o.jsonl", format!("{output}\n"));
    for (kind, file) in [("cases", &case), ("outputs", &output)] {
        assert_eq!(shinsa.run(&["import", kind, &path, file]).code, Some(0));
    }
    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    unlock(&window, RATER);
    window.wait_for("[data-output-text] [data-from]");
    at(&window, "safety");

    // By keyboard: into the text, one to the right, three selected, used for the question.
    window.keys("e");
    window.wait_for("[data-selecting]");
    window.keys(&RIGHT.to_string());
    window.holding(SHIFT, &RIGHT.to_string().repeat(3));
    window.wait_until("three are selected", "return window.getSelection().toString() === '田医師'");
    window.keys("e");
    window.wait_for("[data-question=safety] [data-passage='1-4']");

    // By mouse: what is selected on the screen, from the bold word into the next line.
    window.drag("[data-output-text] strong [data-from]", "観察");
    window.keys("e");
    window.wait_for("[data-question=safety] [data-passage='7-19']");
    window.wait_for("mark[data-strong]");
    window.photograph(&pictures().join("passages-ja-light.png"));

    // Taken back like any change, and taken off by its button.
    window.ctrl('z');
    window.wait_until(
        "one is left",
        "return document.querySelectorAll('[data-passage]').length === 1",
    );
    window.keys("e");
    window.wait_for("[data-selecting]");
    window.keys(&ESCAPE.to_string());
    window.wait_until("Esc leaves", "return !document.querySelector('[data-selecting]')");
    // Ended like any rating: the passages stay with it.
    at(&window, "safety");
    window.keys("4");
    window.wait_for("[data-question=safety] [data-option='4'][aria-checked=true]");
    window.click("[data-question=deductions] [data-option=none]");
    window.click("[data-question=harm] [data-option=false]");
    window.wait_for("[data-saving=saved]");
    window.ctrl(ENTER);
    window.wait_for("[data-locked]");
    window.close();

    let out = shinsa.path("long.csv");
    let args = ["export", &path, "--format", "csv", "--out", &out.to_string_lossy()];
    let run = shinsa.run(&args);
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = std::fs::read_to_string(out).expect("the table");
    let cited: Vec<&str> = text.lines().filter(|line| line.contains("田医師")).collect();
    assert_eq!(cited.len(), 1, "{text}");
    assert!(cited[0].contains("safety") && cited[0].ends_with("田医師,1-4,random,1"), "{text}");
}
