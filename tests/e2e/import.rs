//! A workbook dragged onto the window: looked at, mapped, imported.
//!
//! What the desktop does when a file is let go is stood in for by the very event
//! that Tauri makes of it; from there on everything is the application's own.

use super::{choose, open, pictures};
use crate::driver::{ENTER, Window};
use rust_xlsxwriter::{Formula, Workbook};
use serde_json::json;
use shinsa_tests::{PASSPHRASE, Shinsa};

/// Questions with two models' answers, on the second sheet; one row has a
/// formula's error and one no question.
pub(super) fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("表紙").expect("a name");
    let sheet = book.add_worksheet().set_name("質問２０２６").expect("a name");
    let rows = [
        ["番号", "質問", "回答A", "回答B", "所見"],
        [
            "Ｑ１",
            "薬を二回飲んでしまった。",
            "薬剤師に電話を。",
            "様子を見る。",
            "高齢、腎機能低下",
        ],
        ["Ｑ２", "眠れない日が続く。", "受診を勧める。", "", ""],
        ["Ｑ３", "", "x", "", ""],
        ["Ｑ４", "", "", "", ""],
    ];
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell).expect("a cell");
        }
    }
    let missing = Formula::new("=VLOOKUP(9,A:A,1)").set_result("#N/A");
    sheet.write_formula(4, 1, missing).expect("a formula");
    book.save_to_buffer().expect("a workbook")
}

/// Lets a file go above the window.
pub(super) fn drop_file(window: &Window, path: &str) {
    window.run(&format!(
        "window.__TAURI_INTERNALS__.invoke('plugin:event|emit', {{ event: 'tauri://drag-drop', payload: {{ paths: [{}], position: {{ x: 9, y: 9 }} }} }}); return true",
        json!(path)
    ));
}

/// The same until the page, which may only just have come up, has taken it.
pub(super) fn drop_until_taken(window: &Window, path: &str) {
    for _ in 0..20 {
        drop_file(window, path);
        std::thread::sleep(std::time::Duration::from_millis(500));
        if window.shows("[data-import-dialog]") {
            return;
        }
    }
}

/// Takes a column for a field.
fn assign(window: &Window, heading: &str, field: &str) {
    window.run(&format!(
        "const chosen = document.querySelector('[data-column=\"{heading}\"]');
         Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set.call(chosen, '{field}');
         chosen.dispatchEvent(new Event('change', {{ bubbles: true }}));
         return true"
    ));
    window.wait_until(
        "the column is taken",
        &format!(
            "return document.querySelector('[data-import-dialog]:not([data-busy]) [data-column=\"{heading}\"]')?.value === '{field}'"
        ),
    );
}

#[test]
fn a_dropped_workbook_is_looked_at_mapped_and_imported() {
    let shinsa = Shinsa::new();
    let new = ["project", "new", "病棟.shinsa", "--lead", "責任者"];
    assert_eq!(shinsa.run(&new).code, Some(0));
    let path = shinsa.path("病棟.shinsa").to_string_lossy().into_owned();
    let file = shinsa.file("質問 一覧.xlsx", workbook());
    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    window.click("input[name=passphrase]");
    window.keys(PASSPHRASE);
    window.keys(&ENTER.to_string());
    window.click("[data-rater='責任者']");
    window.wait_for("[data-room=rate]");

    // The window listens a moment after it shows the room.
    drop_until_taken(&window, &file);
    window.wait_for("[data-import-dialog] [data-preview]");
    window.wait_for("[data-problem=cell-error]");
    assert!(window.shows("[data-column='回答A']"), "{}", window.text());
    let outputs = window
        .run("return [...document.querySelectorAll('[data-column]')].filter(s => s.value === 'output').map(s => s.dataset.column)");
    assert_eq!(outputs, json!(["回答A", "回答B"]));
    assign(&window, "所見", "factors");
    assert!(
        window.text().contains("事例 2 件と回答 3 件を取り込む（2 行は除く）"),
        "{}",
        window.text()
    );
    window.photograph(&pictures().join("import-workbook-ja-light.png"));
    window.run("document.documentElement.dataset.mantineColorScheme = 'dark'; return true");
    window.photograph(&pictures().join("import-workbook-ja-dark.png"));
    // Nothing is stored until the button says so.
    window.click("[data-commit]");
    window.wait_for("[data-committed]");
    window.close();

    let info = shinsa.json(&["project", "info", "病棟.shinsa", "--json"]);
    assert_eq!((info["cases"].as_u64(), info["outputs"].as_u64()), (Some(2), Some(3)), "{info}");
    // The command line reads the same file, and finds all of it there already.
    let again = shinsa.run(&[
        "import",
        "cases",
        &path,
        &file,
        "--sheet",
        "質問２０２６",
        "--map",
        "factors=所見",
        "--partial",
        "--json",
    ]);
    assert_eq!(again.last_json()["repeated"], 2, "{again:?}");
    assert_eq!(again.last_json()["new"], 0, "{again:?}");
}
