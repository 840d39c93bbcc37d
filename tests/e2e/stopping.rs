//! What takes its time is stopped in the real window, and nothing of it stays behind.

use super::import::drop_until_taken;
use super::{choose, open, unlock};
use crate::driver::ESCAPE;
use serde_json::json;
use shinsa_tests::Shinsa;

/// Rows enough that the button to stop appears well before the end.
const ROWS: usize = 60_000;

/// Presses the button to stop as soon as it is there: quicker than a driver, which on a
/// busy machine may come too late.
const PRESSED: &str = "
    window.pressed = false;
    const eye = new MutationObserver(() => {
      const button = document.querySelector('[data-working] [data-cancel]:not(:disabled)');
      if (button) { window.pressed = true; eye.disconnect(); button.click(); }
    });
    eye.observe(document.body, { childList: true, subtree: true });
    return true";

#[test]
fn an_import_that_is_stopped_leaves_nothing_half_done_and_can_be_begun_anew() {
    let shinsa = Shinsa::new();
    let new = ["project", "new", "病棟.shinsa", "--lead", "責任者"];
    assert_eq!(shinsa.run(&new).code, Some(0));
    let path = shinsa.path("病棟.shinsa").to_string_lossy().into_owned();
    let mut table = "番号,内容,回答\n".to_owned();
    for n in 0..ROWS {
        table +=
            &format!("Z{n:05},架空の事例その{n}：夜間に転倒した。,看護師に連絡する（{n}）。\n");
    }
    let file = shinsa.file("大きな表.csv", table);
    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    unlock(&window, "責任者");
    drop_until_taken(&window, &file);
    window.patiently("[data-import-dialog]:not([data-busy]) [data-preview]");
    window.run(PRESSED);
    window.click("[data-commit]:not(:disabled)");
    // What goes into the project can be stopped, not left alone: Esc keeps the dialog.
    window.keys(&ESCAPE.to_string());
    assert!(window.shows("[data-import-dialog]"), "{}", window.text());
    window.wait_for("[data-stopped]");
    assert_eq!(window.run("return window.pressed"), json!(true));
    assert!(!window.shows("[data-import-dialog] [data-error]"), "{}", window.text());
    assert!(!window.shows("[data-committed]"), "{}", window.text());
    // What was seen of the file still stands, and the way in is open again.
    window.wait_for("[data-commit]:not(:disabled)");
    window.keys(&ESCAPE.to_string());
    window.wait_until("it is closed", "return !document.querySelector('[data-import-dialog]')");
    window.close();

    let info = shinsa.json(&["project", "info", "病棟.shinsa", "--json"]);
    assert_eq!((&info["cases"], &info["outputs"]), (&json!(0), &json!(0)), "{info}");
    let small = shinsa.file("小さな表.csv", "番号,内容,回答\nZ1,架空の事例,架空の回答\n");
    let run = shinsa.run(&["import", "cases", &path, &small, "--json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn the_demo_that_is_stopped_leaves_no_project_and_can_be_made_after_all() {
    let shinsa = Shinsa::new();
    let folder = shinsa.path("見本の場所");
    #[allow(clippy::disallowed_methods)] // a test's own folder
    std::fs::create_dir_all(&folder).expect("a folder");
    let window = open(&shinsa, &[]);
    choose(&window, "日本語");
    window.wait_for("[data-welcome=demo]");
    // The system's own dialog can't be driven: this is what it would answer.
    window.run(&format!(
        "const whole = window.fetch;
         window.fetch = (where, how) => String(where).includes('pick_folder')
           ? Promise.resolve(new Response({answer}, {{ headers: {{ 'Content-Type': 'application/json', 'Tauri-Response': 'ok' }} }}))
           : whole(where, how);
         // It is made in about a second: the button comes at once.
         const later = window.setTimeout;
         window.setTimeout = (work, delay, ...more) => later(work, delay === 500 ? 0 : delay, ...more);
         return true",
        answer = json!(json!(folder.to_string_lossy()).to_string())
    ));
    window.run(PRESSED);
    let left = || -> Vec<String> {
        std::fs::read_dir(&folder)
            .expect("the folder")
            .filter_map(|one| Some(one.ok()?.file_name().to_string_lossy().into_owned()))
            .collect()
    };
    window.click("[data-welcome=demo]");
    window.wait_until(
        "it is stopped and the welcome is as before",
        "return window.pressed && !document.querySelector('[data-working]') && !document.querySelector('[data-welcome=demo]').disabled",
    );
    assert!(!window.shows("[data-error]"), "stopping is no error: {}", window.text());
    assert_eq!(left(), Vec::<String>::new(), "nothing stays behind");
    assert!(!window.shows("[data-recent]"), "{}", window.text());

    // And once more, to the end.
    window.click("[data-welcome=demo]");
    window.patiently("[data-room=rate] [data-output]");
    assert!(window.text().contains("shinsa demo"), "the passphrase is told: {}", window.text());
    window.close();
    assert_eq!(left(), ["shinsa-demo"]);
    let made = folder.join("shinsa-demo").join("demo.shinsa");
    assert!(made.join("project.db").is_file(), "{}", made.display());
}
