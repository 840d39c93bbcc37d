//! Two outputs side by side in the real window: preferred by keyboard, with a
//! reason in Japanese, found by the command line and in the DPO export.

use super::{RATER, choose, open, pictures, project, unlock};
use crate::driver::{ENTER, ESCAPE};
use serde_json::{Value, json};
use shinsa_tests::Shinsa;

const WHY: &str = "報告先まで示している。";

#[test]
fn a_preference_given_by_keyboard_reaches_the_command_line_and_the_dpo_export() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    unlock(&window, RATER);
    window.click("[data-go=prefer]");
    window.wait_for("[data-pair] [data-side=a]");
    let pair = window.run("return document.querySelector('[data-pair]').dataset.pair");

    // Nothing said yet: going on is refused in words.
    window.ctrl(ENTER);
    window.wait_until(
        "it asks",
        "return document.querySelector('[data-pair] [role=status]').innerText.includes('選んでください')",
    );
    window.keys("3");
    window.wait_for("[data-prefer=tie][aria-checked=true]");
    window.keys("2");
    window.wait_for("[data-prefer=b][aria-checked=true]");
    // Into the reason, digits and all, and out of it.
    window.keys(&ENTER.to_string());
    window.wait_until(
        "the text has the focus",
        "return document.activeElement.tagName === 'TEXTAREA'",
    );
    window.keys(WHY);
    window.keys("1");
    window.keys(&ESCAPE.to_string());
    window.wait_for("[data-pair][data-saving=saved] [data-prefer=b][aria-checked=true]");
    window.photograph(&pictures().join("prefer-chosen-ja-light.png"));
    window.ctrl(ENTER);
    window.wait_until(
        "the next pair is there",
        &format!("const p = document.querySelector('[data-pair]'); return !!p && p.dataset.pair !== {pair}"),
    );
    window.keys("4");
    window.wait_for("[data-prefer=cannot_judge][aria-checked=true]");
    window.wait_for("[data-pair][data-saving=saved]");
    // Taken back, where one is.
    window.ctrl('z');
    window.wait_for("[data-prefer=cannot_judge][aria-checked=false]");
    window.close();

    let all = shinsa.json(&["preferences", "病棟.shinsa", "--json"]);
    let rows = all["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 1, "{all}");
    assert_eq!(rows[0]["choice"], json!("b"), "{all}");
    assert_eq!(rows[0]["reason"], json!(format!("{WHY}1")), "{all}");
    // A colleague sees nothing of it.
    assert_eq!(shinsa.run(&["project", "person", "病棟.shinsa", "同僚"]).code, Some(0));
    let other = shinsa.json(&["preferences", "病棟.shinsa", "--as", "同僚", "--json"]);
    assert_eq!(other["rows"], json!([]), "{other}");

    let out = shinsa.path("pairs.jsonl");
    let run =
        shinsa.run(&["export", "病棟.shinsa", "--format", "dpo", "--out", &out.to_string_lossy()]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = std::fs::read_to_string(out).expect("the export");
    let rows: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.len(), 1, "{text}");
    let row = &rows[0];
    let said = &all["rows"][0];
    let expected = format!("{}>{}", said["b"].as_str().expect("b"), said["a"].as_str().expect("a"));
    assert_eq!(row["id"], json!(expected), "{row}");
    assert_eq!((&row["source"], &row["votes_chosen"]), (&json!("preference"), &json!(1)));
    for side in ["prompt", "chosen", "rejected"] {
        assert!(row[side][0]["content"].as_str().is_some_and(|text| !text.is_empty()), "{row}");
    }
}
