//! A long list in the real window: whoever scrolls fast sees rows, never an empty frame.

use super::{RATER, choose, open, unlock};
use serde_json::json;
use shinsa_tests::Shinsa;

const CASES: usize = 3_000;

/// Scrolls a screenful a frame to the end, then jumps up and down, and looks at five
/// heights of the list in the second frame after each move. Calls back with how many moves
/// there were, how many points had no row, and how many rows the list came to.
const SCROLL: &str = "
    const done = arguments[arguments.length - 1];
    const list = document.querySelector('[role=listbox]');
    const box = list.getBoundingClientRect();
    const frame = () => new Promise(requestAnimationFrame);
    let moves = 0, blank = 0;
    const move = async (to) => {
        list.scrollTop = to;
        await frame();
        await frame();
        moves += 1;
        for (const part of [0.05, 0.3, 0.5, 0.7, 0.95]) {
            const at = document.elementFromPoint(box.left + 40, box.top + box.height * part);
            if (!at?.closest('[role=option]')) blank += 1;
        }
    };
    const rows = () => Number(list.querySelector('[role=option]').getAttribute('aria-setsize'));
    (async () => {
        // More rows are fetched when the end comes near: some frames of patience there.
        for (let still = 0; still < 120;) {
            const before = list.scrollTop;
            await move(before + box.height);
            still = list.scrollTop === before ? still + 1 : 0;
        }
        for (const part of [0, 0.5, 0.99, 0.25, 1]) await move(list.scrollHeight * part);
        return { moves, blank, rows: rows() };
    })().then(done, (error) => done({ error: String(error) }));
";

#[test]
fn whoever_scrolls_fast_through_thousands_of_rows_sees_no_blank_one() {
    let shinsa = Shinsa::new();
    let path = shinsa.path("病棟.shinsa").to_string_lossy().into_owned();
    assert_eq!(shinsa.run(&["project", "new", &path, "--lead", RATER]).code, Some(0));
    let lines: String = (0..CASES)
        .map(|n| {
            format!("{}\n", json!({"key": format!("C{n:05}"), "what": format!("架空の事例{n}")}))
        })
        .collect();
    let file = shinsa.file("c.jsonl", &lines);
    assert_eq!(shinsa.run(&["import", "cases", &path, &file]).code, Some(0));
    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    unlock(&window, RATER);
    window.click("[data-go=cases]");
    window.wait_for("[role=listbox] [role=option]");
    let told = window.run_async(SCROLL);
    assert_eq!(told["rows"], json!(CASES), "{told}");
    assert!(told["moves"].as_u64().is_some_and(|moves| moves > 300), "{told}");
    assert_eq!(told["blank"], json!(0), "{told}");
    window.close();
}
