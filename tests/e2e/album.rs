//! A picture of every room and of what opens above it, in both languages, light and
//! dark, for people to look at; and what can be told without eyes: nothing is cut off,
//! no sentence is missing, nothing is blocked.

use super::import::{drop_file, workbook};
use super::{choose, open, pictures, project};
use crate::driver::{ENTER, ESCAPE, Window};
use serde_json::{Value, json};
use shinsa_tests::{PASSPHRASE, Shinsa, demo_data};

/// Every room, in the order of the window.
pub(super) const ROOMS: [&str; 12] = [
    "cases",
    "rubrics",
    "people",
    "rate",
    "prefer",
    "agreement",
    "adjudicate",
    "write",
    "train",
    "judge",
    "report",
    "export",
];

/// Each look once, so that only one thing changes from one to the next.
const LOOKS: [(&str, &str); 4] = [("ja", "light"), ("ja", "dark"), ("en", "dark"), ("en", "light")];

/// Sets language and scheme, also behind an open dialog.
pub(super) fn dress(window: &Window, language: &str, scheme: &str) {
    choose(window, if language == "ja" { "日本語" } else { "English" });
    window.wait_until(
        "the language is set",
        &format!("return document.documentElement.lang === '{language}'"),
    );
    window.run(&format!(
        "document.querySelector('[data-scheme={scheme}]')?.click(); document.activeElement?.closest('[data-scheme]')?.blur(); return true"
    ));
    window.wait_until(
        "the scheme is set",
        &format!("return document.documentElement.dataset.mantineColorScheme === '{scheme}'"),
    );
}

/// Waits until nothing is being fetched or moves any more.
pub(super) fn still(window: &Window) {
    window.wait_until(
        "the room stands still",
        "return !document.querySelector('main .mantine-Loader-root')
           && document.getAnimations().every(one => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)",
    );
}

/// What is cut off or lies outside the window, where no scrolling brings it back.
const CUT_OFF: &str = "
    const found = [];
    for (const one of document.querySelectorAll('main *, nav *, [role=dialog] *')) {
      const box = one.getBoundingClientRect();
      if (box.width <= 2 || box.height <= 2 || one.closest('svg, [aria-hidden=true]')) continue;
      const says = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== '');
      if (!says && !one.matches('button, input, select, textarea')) continue;
      const style = getComputedStyle(one);
      // Shortened on purpose, and said so by dots; what one types in scrolls by itself.
      if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') continue;
      const scrolls = one.matches('input, textarea, select') || /auto|scroll/.test(style.overflowX);
      const cut = !scrolls && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && style.overflowX !== 'visible';
      let frame = one.parentElement;
      while (frame && !/auto|scroll/.test(getComputedStyle(frame).overflowX)) frame = frame.parentElement;
      const outside = !frame && (box.right > innerWidth + 1 || box.left < -1);
      const narrow = frame && box.right > frame.getBoundingClientRect().right + 1 && frame.scrollWidth <= frame.clientWidth;
      if (cut || outside || narrow) found.push(one.tagName + ' ' + (one.textContent || one.value || '').slice(0, 60) + ' ' + JSON.stringify([box.left, box.right, one.scrollWidth, one.clientWidth].map(Math.round)));
    }
    for (const one of document.querySelectorAll('main footer, main header')) {
      if (one.scrollWidth > one.clientWidth + 1) found.push(one.tagName + ' is too narrow for what it holds');
    }
    return found";

/// An album: pictures by name, and what is wrong in them.
pub(super) struct Album<'w> {
    window: &'w Window,
    wrong: Vec<String>,
}

impl<'w> Album<'w> {
    pub(super) fn new(window: &'w Window) -> Self {
        Self { window, wrong: Vec::new() }
    }

    /// Four pictures of what is shown now.
    fn four(&mut self, name: &str) {
        for (language, scheme) in LOOKS {
            dress(self.window, language, scheme);
            self.one(&format!("{name}-{language}-{scheme}"));
        }
    }

    /// One picture of what is shown now.
    pub(super) fn one(&mut self, name: &str) {
        still(self.window);
        self.window.photograph(&pictures().join(format!("{name}.png")));
        if self.window.shows("[data-room] [data-error]") {
            self.wrong.push(format!("{name} shows an error: {}", self.window.text()));
        }
        if self.window.text().contains("ui-") {
            self.wrong.push(format!("{name} shows a sentence's id: {}", self.window.text()));
        }
        let cut = self.window.run(CUT_OFF);
        for one in cut.as_array().into_iter().flatten().filter_map(Value::as_str) {
            self.wrong.push(format!("{name}: cut off: {one}"));
        }
    }

    /// Four pictures of an open dialog, and Esc.
    fn dialog(&mut self, name: &str) {
        self.window.wait_for("[role=dialog]");
        self.four(name);
        self.window.keys(&ESCAPE.to_string());
        self.window.wait_until(
            &format!("{name} is closed"),
            "return !document.querySelector('.mantine-Modal-overlay')",
        );
    }

    pub(super) fn end(self) {
        assert!(self.wrong.is_empty(), "{} faults:\n{}", self.wrong.len(), self.wrong.join("\n"));
    }
}

/// Goes to a room and waits until it shows what it is for.
pub(super) fn go(window: &Window, room: &str) {
    window.click(&format!("[data-go={room}]"));
    window.wait_for(&format!("[data-room={room}] h1, [data-room={room}] [data-output], [data-room={room}] [data-pair], [data-room={room}] [data-adjudicating]"));
    if room == "report" {
        window.wait_for("[data-room=report] iframe, [data-room=report] h2");
    }
    still(window);
}

#[test]
fn every_room_opens_in_both_languages_and_schemes_and_nothing_is_blocked() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    let ratings = demo_data("ratings.jsonl");
    assert_eq!(shinsa.run(&["import", "ratings", &path, &ratings.to_string_lossy()]).code, Some(0));
    assert_eq!(shinsa.run(&["gold", &path]).code, Some(0));
    let window = open(&shinsa, std::slice::from_ref(&path));
    // What the policy refuses anywhere from now on is a fault of ours.
    window.run(
        "window.refused = []; document.addEventListener('securitypolicyviolation', e => window.refused.push(e.violatedDirective + ' ' + e.blockedURI)); return true",
    );
    let mut album = Album::new(&window);
    window.wait_for("input[name=passphrase]");
    album.four("welcome-locked");
    window.click("input[name=passphrase]");
    window.keys(PASSPHRASE);
    window.keys(&ENTER.to_string());
    window.wait_for("[data-room='sign-in']");
    album.four("sign-in");
    window.click("[data-rater='責任者']");
    window.wait_for("[data-room=rate] [data-output]");

    // The report is made anew once; then it is there in its frame.
    window.click("[data-go=report]");
    window.click("[data-report]");
    window.wait_for("[data-room=report] iframe");
    for room in ROOMS {
        go(&window, room);
        album.four(room);
    }

    // What there is in the rooms besides.
    go(&window, "write");
    for part in ["incidents", "prompts"] {
        window.click(&format!("[data-part={part}]"));
        still(&window);
        album.four(&format!("write-{part}"));
    }
    for room in ["train", "judge"] {
        go(&window, room);
        window.click("[data-more]");
        album.four(&format!("{room}-settings"));
    }
    go(&window, "agreement");
    let below = "const page = document.querySelector('[data-room] section > div:last-child'); page.scrollTop = page.scrollHeight; return true";
    window.run(below);
    album.four("agreement-below");
    go(&window, "export");
    window.click("[data-export]");
    window.wait_for("[data-exported]");
    album.four("export-done");

    // What opens above them.
    go(&window, "cases");
    window.click("[data-import]");
    album.dialog("import");
    drop_file(&window, &shinsa.file("質問.xlsx", workbook()));
    window.wait_for("[data-preview]");
    window.wait_for("[data-problem]");
    album.dialog("import-mapping");
    go(&window, "rate");
    window.click("[data-question] [data-option]");
    for (name, opener) in [
        ("rate-skip", "[data-ask=skip]"),
        ("rate-flag", "[data-ask=flag]"),
        ("rate-guide", "[data-help=guide]"),
        ("rate-keys", "[data-help=keys]"),
        ("rate-order", "[data-order-settings]"),
    ] {
        window.click(opener);
        album.dialog(name);
    }
    go(&window, "people");
    window.click("[data-assign-preview]");
    window.wait_for("[data-plan=preview]");
    window.run(below);
    album.four("people-plan");
    window.run(
        "document.querySelector('[data-room] section > div:last-child').scrollTop = 0; return true",
    );
    window.click("[data-own-passphrase]");
    album.dialog("own-passphrase");
    window.click("[data-reset]");
    album.dialog("people-reset");
    go(&window, "rubrics");
    window.click("[data-change]");
    window.wait_for("[data-writing] [data-preview] [data-question=safety]");
    album.four("rubric-editor");
    window.click("[data-part=safety]");
    album.four("rubric-editor-criterion");

    // The same at the largest text.
    window.click("[data-text-size-to=large]");
    window.click("[data-text-size-to=larger]");
    dress(&window, "en", "light");
    for room in ROOMS {
        go(&window, room);
        album.one(&format!("{room}-larger-en-light"));
    }
    dress(&window, "ja", "light");
    for room in ROOMS {
        go(&window, room);
        album.one(&format!("{room}-larger-ja-light"));
    }
    window.click("[data-text-size-to=normal]");

    // Outside a project, which is now among the recent ones.
    window.click("[data-close]");
    window.wait_for("[data-room=welcome] form");
    window.click("[data-back]");
    window.wait_for("[data-recent]");
    album.four("welcome");
    window.click("[data-welcome=create]");
    window.wait_for("input[name=again]");
    album.four("welcome-create");

    assert_eq!(
        window.run("return window.refused"),
        json!([]),
        "the content security policy blocked something of ours"
    );

    // Scripts from text, and the world outside, stay out.
    window.run(
        "const s = document.createElement('script'); s.textContent = 'window.intruder = 1'; document.body.append(s);
         const i = new Image(); i.src = 'http://127.0.0.1:9/x.png'; document.body.append(i);
         location.href = 'http://127.0.0.1:9/'; return true",
    );
    std::thread::sleep(std::time::Duration::from_millis(400));
    assert_eq!(
        window.run("return [location.protocol, typeof window.intruder]"),
        json!(["tauri:", "undefined"])
    );
    let refused = window.run("return window.refused.length >= 2");
    assert_eq!(refused, json!(true), "inline script and foreign image were refused");
    album.end();
    window.close();
}
