//! A model writes about the cases in the real window: texts as they grow, stopped and
//! gone on with, by a prompt that the lead has changed; incidents taken apart.

use super::{choose, open, pictures, project, unlock};
use crate::driver::Window;
use serde_json::json;
use shinsa_tests::Shinsa;

/// Types a number into a field of the room.
fn number(window: &Window, field: &str, value: &str) {
    window.click(&format!("input[data-field={field}]"));
    window.ctrl('a');
    window.keys(value);
}

#[test]
fn outputs_are_written_stopped_and_gone_on_with_by_a_prompt_of_ones_own() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    unlock(&window, "責任者");
    window.click("[data-go=write]");

    // The prompt is changed, tried on a case of the project, and kept.
    window.click("[data-part=prompts]");
    window.click("textarea[data-field=prompt]");
    window.ctrl('a');
    window.keys("{% if part == 'system' %}短く答える。{% else %}質問：{{ case.what }}{% endif %}");
    window.click("[data-try]");
    window.wait_until(
        "it is tried",
        "return (document.querySelector('[data-tried]')?.innerText ?? '').includes('質問：')",
    );
    window.click("[data-keep]");
    window.wait_for("[data-kept='1']");
    window.photograph(&pictures().join("write-prompts-ja-light.png"));

    // Two batches and a bit, stopped once the first of them are there.
    window.click("[data-part=outputs]");
    number(&window, "limit", "36");
    window.click("[data-more]");
    number(&window, "max-tokens", "12");
    window.click("[data-version=ja]");
    window.click("[role=option][value='1']");
    window.wait_until(
        "the version is chosen",
        "return document.querySelector('[data-version=ja]').value === '版 1'",
    );
    window.run("[...document.querySelectorAll('main label')].find(l => l.innerText.startsWith('整数で計算')).click(); return true");
    window.click("[data-start]:not(:disabled)");
    window.patiently("[data-piece]");
    window.photograph(&pictures().join("write-running-ja-light.png"));
    window.patiently("[data-piece][data-ended]");
    window.click("[data-cancel]");
    window.patiently("[data-go-on]");
    assert!(!window.shows("[data-room] [data-error]"), "{}", window.text());
    window.click("[data-go-on]");
    window.patiently("[data-written='36']");
    window.wait_for("[data-run][data-state=done]");

    // Incidents, to the end.
    window.click("[data-part=incidents]");
    number(&window, "limit", "1");
    window.click("[data-more]");
    number(&window, "max-tokens", "96");
    window.run("[...document.querySelectorAll('main label')].find(l => l.innerText.startsWith('整数で計算')).click(); return true");
    window.click("[data-start]:not(:disabled)");
    window.patiently("[data-written='1']");
    window.wait_for("[data-incident] [data-list=countermeasures]");
    window.photograph(&pictures().join("write-incidents-ja-light.png"));
    window.close();

    let kept = shinsa.json(&["prompt", "list", "病棟.shinsa", "--json"]);
    let own = kept.as_array().expect("a list").iter().find(|one| one["version"] == 1);
    assert_eq!(own.map(|one| &one["by"]), Some(&json!("責任者")), "{kept}");
}
