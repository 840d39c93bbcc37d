//! A rubric changed by its lead in the real window: by keyboard and in Japanese,
//! through a crash, published, and its ratings carried over.

use super::{RATER, choose, open, pictures, project, unlock};
use crate::driver::{ENTER, Window};
use serde_json::{Value, json};
use shinsa_tests::{Shinsa, demo_data};

/// Waits until no dialog covers the room.
pub(super) fn settled(window: &Window) {
    window
        .wait_until("dialogs are gone", "return !document.querySelector('.mantine-Modal-overlay')");
}

#[test]
fn a_rubric_is_changed_survives_a_crash_is_published_and_its_ratings_go_over() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let ratings = demo_data("ratings.jsonl");
    assert_eq!(shinsa.run(&["import", "ratings", &path, &ratings.to_string_lossy()]).code, Some(0));

    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    unlock(&window, "責任者");
    window.click("[data-go=rubrics]");
    window.click("[data-change]");
    window.wait_for("[data-writing] [data-preview] [data-question=safety]");
    window.photograph(&pictures().join("rubric-write-ja-light.png"));

    // Other words for a criterion: at once in the form, a moment later kept.
    window.click("[data-part=safety]");
    window.click("[data-field=help-ja]");
    window.ctrl('a');
    window.keys("害の起こりやすさを見てください。");
    window.wait_until(
        "the form says it",
        "return document.querySelector('[data-preview] [data-question=safety]').innerText.includes('害の起こりやすさ')",
    );
    window.wait_for("[data-writing][data-saving=saved]");
    // A new criterion, by key; its problems are named until they are put right.
    window.run("document.activeElement.blur(); return true");
    window.keys("n");
    window.click("[data-add-kind=deductions]");
    window.wait_for("[data-part^=criterion][aria-current=true]");
    window.click("[data-field=label-ja]");
    window.keys("言葉づかい");
    window.click("[data-field=label-en]");
    window.keys("Wording");
    window.wait_for("[data-part=wording]");
    // What has no name yet is a problem of that criterion.
    window.wait_for("[data-rule=item-label]");
    window.click("[data-field=item-ja]");
    window.keys("乱暴");
    window.wait_until("nothing is missing", "return !document.querySelector('[data-rule]')");
    window.wait_for("[data-writing][data-saving=saved]");
    window.photograph(&pictures().join("rubric-write-criterion-ja-light.png"));
    // Killed, as by a power cut: dropping the window kills the whole group.
    drop(window);

    let window = open(&shinsa, std::slice::from_ref(&path));
    unlock(&window, "責任者");
    window.click("[data-go=rubrics]");
    window.click("[data-draft]");
    window.wait_for("[data-part=wording]");
    // Undo goes on from before the crash, step by step.
    window.ctrl('z');
    window.wait_until(
        "a change is taken back",
        "return !!document.querySelector('[data-redo]:not(:disabled)')",
    );
    window.click("[data-redo]");
    window
        .wait_until("it is made again", "return !!document.querySelector('[data-redo]:disabled')");

    // A break in the rules is named with its criterion, and stops publishing.
    window.click("[data-part=wording]");
    window.click("[data-field=id]");
    window.ctrl('a');
    window.keys("Wording");
    window.wait_for("[data-rule=criterion-id]");
    window.ctrl(ENTER);
    window.wait_for("[data-publishing] [data-rule=criterion-id]");
    window.photograph(&pictures().join("rubric-problems-ja-light.png"));
    assert!(!window.shows("[data-publish]"), "{}", window.text());
    window.click("[data-publishing] [data-rule=criterion-id]");
    settled(&window);
    window.click("[data-field=id]");
    window.ctrl('a');
    window.keys("wording");
    window.wait_for("[data-part=wording]");
    window.wait_for("[data-writing][data-saving=saved]");

    for (language, label) in [("en", "English"), ("ja", "日本語")] {
        choose(&window, label);
        for scheme in ["dark", "light"] {
            let now = window.run("return document.documentElement.dataset.mantineColorScheme");
            if now != json!(scheme) {
                window.click(&format!("[data-scheme={scheme}]"));
            }
            window.photograph(&pictures().join(format!("rubric-write-{language}-{scheme}.png")));
        }
    }

    window.ctrl(ENTER);
    window.wait_for("[data-publish]");
    window.photograph(&pictures().join("rubric-publish-ja-light.png"));
    window.click("[data-publish]");
    window.wait_for("[data-carry] [data-fit=harm][data-fits=same]");
    window.wait_for("[data-fit=safety][data-fits=reworded]");
    window.wait_for("[data-fit=wording][data-fits=not]");
    window.photograph(&pictures().join("rubric-carry-ja-light.png"));
    window.click("[data-fit=safety] input");
    window.click("[data-carry-over]");
    window.wait_for("[data-carried]");
    window.photograph(&pictures().join("rubric-carried-ja-light.png"));
    assert!(!window.shows("[data-room] [data-error]"), "{}", window.text());
    window.close();

    // What the command line finds: the old ratings as they were, the new ones
    // marked and for their own raters only.
    let of = |version: &str, more: &[&str]| -> Vec<Value> {
        let rubric = format!("answer-safety@{version}");
        let mut args = vec!["ratings", "病棟.shinsa", "--rubric", &rubric, "--json"];
        args.extend_from_slice(more);
        shinsa.json(&args)["ratings"].as_array().expect("a list").clone()
    };
    let (old, new) = (of("1", &[]), of("2", &[]));
    assert_eq!(old.len(), new.len());
    assert!(old.iter().all(|r| r["locked"] == json!(true)));
    for rating in &new {
        assert_eq!(rating["locked"], json!(false), "{rating}");
        assert_eq!(rating["carried"]["safety"], json!(1), "{rating}");
        let before = old
            .iter()
            .find(|r| r["output"] == rating["output"] && r["rater"] == rating["rater"])
            .expect("the rating that it was carried from");
        assert_eq!(rating["answers"]["safety"], before["answers"]["safety"]);
    }
    assert_eq!(shinsa.run(&["project", "person", "病棟.shinsa", RATER]).code, Some(0));
    assert!(of("2", &["--as", RATER]).is_empty(), "another rater meets nothing of it");
}
