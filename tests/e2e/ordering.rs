//! The order of queues and blind repeats in the real window: set by the lead, met by a
//! rater who is told nothing of them.

use super::{PASSPHRASE, at, choose, open, pictures, unlock};
use crate::driver::{DOWN, ENTER, Window};
use serde_json::{Value, json};
use shinsa_tests::Shinsa;

/// Gives `safety` and no harm by keyboard and mouse, ends it, and waits for another output.
fn rate(window: &Window, safety: char) -> String {
    let shown = window.run("return document.querySelector('[data-output]').dataset.output");
    let shown = shown.as_str().expect("an output").to_owned();
    at(window, "safety");
    window.keys(&safety.to_string());
    window.wait_for(&format!("[data-question=safety] [data-option='{safety}'][aria-checked=true]"));
    window.click("[data-question=deductions] [data-option=none]");
    window.click("[data-question=harm] [data-option=false]");
    window.wait_for("[data-saving=saved]");
    window.ctrl(ENTER);
    shown
}

fn another(window: &Window, than: &str) {
    window.wait_until(
        "another output is shown",
        &format!(
            "const o = document.querySelector('[data-output]'); return o && o.dataset.output !== {}",
            json!(than)
        ),
    );
}

#[test]
fn the_lead_sets_the_order_and_repeats_and_a_second_rating_comes_unmarked_and_apart() {
    let shinsa = Shinsa::new();
    let path = shinsa.path("病棟.shinsa").to_string_lossy().into_owned();
    let ok = |args: &[&str]| {
        let run = shinsa.run(args);
        assert_eq!(run.code, Some(0), "{args:?}: {run:?}");
    };
    ok(&["project", "new", &path, "--lead", "責任者"]);
    ok(&["rubric", "add", &path, "answer-safety"]);
    ok(&["project", "person", &path, "評価者A"]);
    let case = shinsa.file("c.jsonl", &format!("{}\n", json!({"key": "A", "what": "転倒した。"})));
    ok(&["import", "cases", &path, &case]);
    let outputs: String = ["a", "b"]
        .map(|key| json!({"key": key, "case": "A", "text": format!("{key} を報告する。")}))
        .iter()
        .map(|output| format!("{output}\n"))
        .collect();
    ok(&["import", "outputs", &path, &shinsa.file("o.jsonl", &outputs)]);

    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    window.click("input[name=passphrase]");
    window.ctrl('a');
    window.keys(PASSPHRASE);
    window.keys(&ENTER.to_string());
    window.wait_for("[data-room='sign-in']");
    window.click("[data-rater='責任者']");
    window.wait_for("[data-room=rate] [data-order=random]");
    window.click("[data-order-settings]");
    window.wait_for("[data-order-form] [data-order-save]");
    // Half of the outputs come again, after one other, the same day.
    for (place, value) in [(0, "50"), (1, "1"), (2, "0")] {
        window.run(&format!(
            "document.querySelectorAll('[data-order-form] input[inputmode]')[{place}].focus(); return true"
        ));
        window.ctrl('a');
        window.keys(value);
    }
    // The first way's list, by keyboard: from random to disagreement.
    window.run("document.querySelector('[data-order-form] select').focus(); return true");
    window.keys(&DOWN.to_string());
    window.wait_until(
        "another way is chosen",
        "return document.querySelector('[data-order-form] select').value === 'disagreement'",
    );
    window.photograph(&pictures().join("order-settings-ja-light.png"));
    window.click("[data-order-save]");
    window.wait_until("it is kept", "return !document.querySelector('[role=dialog]')");
    window.wait_for("[data-order=disagreement]");
    window.click("[data-close]");
    window.wait_for("[data-room=welcome]");

    unlock(&window, "評価者A");
    window.wait_for("[data-room=rate] [data-output]");
    assert!(!window.shows("[data-order-settings]"), "{}", window.text());
    let first = rate(&window, '2');
    another(&window, &first);
    let second = rate(&window, '2');
    another(&window, &second);
    // Both are rated: what comes now is one of them again, like any output, under a
    // name of its own, with nothing answered.
    window.wait_until(
        "nothing is answered",
        "return !document.querySelector('[data-question] [aria-checked=true]')",
    );
    let again = rate(&window, '5');
    assert!(again != first && again != second, "{again}");
    window.wait_for("[data-locked]");
    window.click("[data-go=agreement]");
    window.wait_for("[data-consistency='1'] [data-criterion=safety]");
    window.photograph(&pictures().join("consistency-ja-light.png"));
    window.close();

    // Apart from what counts: two ratings, both with the first answer.
    let json_of = |args: &[&str]| -> Value { shinsa.json(args) };
    let told = json_of(&["consistency", &path, "--as", "評価者A", "--json"]);
    let safety = told["criteria"].as_array().expect("criteria");
    let safety = safety.iter().find(|one| one["id"] == "safety").expect("safety");
    assert_eq!((&told["repeats"], &safety["raw"]["value"]), (&json!(1), &json!(0.0)), "{told}");
    let out = shinsa.path("long.csv").to_string_lossy().into_owned();
    ok(&["export", &path, "--format", "csv", "--out", &out]);
    let text = std::fs::read_to_string(out).expect("the table");
    let given: Vec<&str> = text.lines().filter(|line| line.contains(",safety,")).collect();
    assert_eq!(given.len(), 2, "{text}");
    assert!(given.iter().all(|line| line.contains("disagreement")), "{text}");
}
