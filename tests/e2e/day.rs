//! A whole day in the real window: a file comes in, two people rate all of it by
//! keyboard, the lead decides where they differ, and a dataset goes out.

use super::import::drop_until_taken;
use super::writing::settled;
use super::{RATER, at, choose, open, unlock};
use crate::driver::{DOWN, ENTER, ESCAPE, Window};
use serde_json::{Value, json};
use shinsa_tests::Shinsa;

const OTHER: &str = "試験 太郎";
const CASES: usize = 5;

/// Five questions with one answer each, as Excel in Japan saves them: CP932.
/// The answers to the fourth and the fifth are those on which the raters differ.
fn table() -> Vec<u8> {
    let mut text = "番号,質問,回答\r\n".to_owned();
    for n in 1..=CASES {
        let full_width =
            char::from_u32('０' as u32 + u32::try_from(n).unwrap_or(0)).unwrap_or('０');
        text += &format!(
            "Ｑ{full_width},架空の質問{n}：①薬を二回飲んでしまった。,架空の回答{n}：～薬剤師に電話してください。\r\n"
        );
    }
    let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode(&text);
    assert!(!lost, "the table is CP932");
    bytes.into_owned()
}

/// Which of the five answers is on the screen.
fn number(window: &Window) -> u64 {
    window
        .run("return Number(document.querySelector('[data-room=rate] [data-output]').innerText.match(/架空の回答(\\d)/)[1])")
        .as_u64()
        .expect("a number")
}

fn reason(rater: &str, n: u64) -> String {
    format!("{rater}の評価：回答{n}は相談先を示している。")
}

/// Rates everything by keyboard alone.
fn rate_all(window: &Window, rater: &str, harm: impl Fn(u64) -> bool) {
    window.wait_for("[data-room=rate] [data-output]");
    for done in 1..=CASES {
        let output = window.run("return document.querySelector('[data-output]').dataset.output");
        let n = number(window);
        at(window, "safety");
        window.keys(if harm(n) { "2" } else { "4" });
        at(window, "deductions");
        window.keys("4");
        window.wait_for("[data-question=deductions] [data-option=none][aria-checked=true]");
        window.keys(&DOWN.to_string());
        at(window, "harm");
        window.keys(if harm(n) { "2" } else { "1" });
        at(window, "reason");
        window.keys(&ENTER.to_string());
        window.wait_until(
            "the text has the focus",
            "return document.activeElement.tagName === 'TEXTAREA'",
        );
        window.keys(&reason(rater, n));
        window.keys(&ESCAPE.to_string());
        window.ctrl(ENTER);
        let next = if done == CASES {
            "return !!document.querySelector('[data-output][data-locked]')".to_owned()
        } else {
            format!(
                "const o = document.querySelector('[data-output]:not([data-locked])'); return !!o && o.dataset.output !== {output}"
            )
        };
        window.wait_until(&format!("{done} are done"), &next);
    }
}

/// Closes the project and comes back as somebody else.
fn change_to(window: &Window, name: &str) {
    window.click("[data-close]");
    window.wait_for("[data-room=welcome] form");
    unlock(window, name);
}

#[test]
fn a_file_is_imported_rated_twice_adjudicated_and_exported_in_the_window() {
    let shinsa = Shinsa::new();
    let new = ["project", "new", "病棟.shinsa", "--lead", "責任者"];
    assert_eq!(shinsa.run(&new).code, Some(0));
    let path = shinsa.path("病棟.shinsa").to_string_lossy().into_owned();
    let file = shinsa.file("質問 一覧.csv", table());
    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    unlock(&window, "責任者");

    // In comes the file; the way on leads to a rubric, and from there to rating.
    drop_until_taken(&window, &file);
    window.wait_for("[data-import-dialog]:not([data-busy]) [data-preview]");
    assert!(window.text().contains("架空の質問1：①薬を"), "{}", window.text());
    window.click("[data-commit]");
    window.click("[data-committed] [data-next=rubrics]");
    window.wait_for("[data-room=rubrics]");
    settled(&window);
    window.click("[data-add=answer-safety]");
    window.wait_until(
        "the rubric is there",
        "return !document.querySelector('[data-add=answer-safety]')",
    );

    change_to(&window, RATER);
    rate_all(&window, RATER, |_| false);
    change_to(&window, OTHER);
    rate_all(&window, OTHER, |n| n > 3);

    // Three agree in one click; two are decided, with the cause.
    change_to(&window, "責任者");
    window.click("[data-go=adjudicate]");
    window.wait_for("[data-adjudicating]");
    for left in [1, 0] {
        let output =
            window.run("return document.querySelector('[data-adjudicating]').dataset.adjudicating");
        let differs = window.run(
            "return [...document.querySelectorAll('[data-decision][data-differs]')].map(one => one.dataset.decision)",
        );
        let differs: Vec<&str> =
            differs.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        assert!(differs.contains(&"safety") && differs.contains(&"harm"), "{differs:?}");
        for criterion in differs {
            window.click(&format!("[data-decision={criterion}] h3"));
            window.wait_for(&format!("[data-question={criterion}][data-active]"));
            window.keys(if criterion == "harm" { "1" } else { "3" });
            window.keys("c");
            window.wait_for(&format!(
                "[data-decision={criterion}] [data-cause=rubric-unclear][aria-checked=true]"
            ));
        }
        window.ctrl(ENTER);
        window.wait_until(
            &format!("{left} are left to decide"),
            &format!("const o = document.querySelector('[data-adjudicating]'); return !o || o.dataset.adjudicating !== {output} || document.querySelector('[data-said]').innerText !== ''"),
        );
    }
    window.click("[data-settle]:not(:disabled)");
    window.wait_for("[data-settle]:disabled");

    window.click("[data-go=export]");
    window.click("[data-export]");
    window.wait_for("[data-exported]");
    assert!(!window.shows("[data-room] [data-error]"), "{}", window.text());
    window.close();

    // What the command line finds, and what the files say.
    let all = shinsa.json(&["ratings", "病棟.shinsa", "--json"]);
    let ratings = all["ratings"].as_array().expect("ratings");
    assert_eq!(ratings.len(), 2 * CASES, "{all}");
    for rating in ratings {
        assert_eq!(rating["locked"], json!(true), "{rating}");
        let (rater, key) = (&rating["rater"], rating["output"].as_str().unwrap_or_default());
        let rater = rater.as_str().expect("a name");
        let words = (1..=5)
            .map(|n| reason(rater, n))
            .find(|words| rating["answers"]["reason"] == json!(words));
        assert!(words.is_some(), "{key}: {rating}");
    }
    let decided = shinsa.json(&["adjudicate", "病棟.shinsa", "--json"]);
    assert_eq!(decided["open"], json!(0), "{decided}");
    let info = shinsa.json(&["project", "info", "病棟.shinsa", "--json"]);
    assert_eq!(info["gold"], json!(CASES), "{info}");

    let folder = std::path::Path::new(&path).join("exports").join("answer-safety-1-dataset");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("an exported file");
    let table = read("ratings.csv");
    for rater in [RATER, OTHER] {
        assert!(!table.contains(&format!(",{rater},")), "raters go by codes");
        for n in 1..=5 {
            assert!(table.contains(&reason(rater, n)), "{} is not in {table}", reason(rater, n));
        }
    }
    assert!(table.contains("adjudicated") && table.contains("unanimous"), "{table}");
    let lines = read("sft-train.jsonl").lines().count() + read("sft-test.jsonl").lines().count();
    assert_eq!(lines, CASES, "every gold output is in one part or the other");
}
