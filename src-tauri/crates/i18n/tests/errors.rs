//! Reads the source of the other rooms: every stable error code has its message in
//! both languages, and no message waits for a value that nobody fills in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use shinsa_i18n::{Lang, Strings, sources};

/// Rooms whose `code` names no error: languages, and reasons why a figure is
/// undefined (`report-reason-…`). This crate's own code is one of intake's.
const NO_ERRORS: [&str; 3] = ["domain", "i18n", "stats"];

/// What `studio` passes on from the statistics when ratings form no table.
const OF_STATS: [&str; 2] = ["length-mismatch", "bad-value"];

/// Rooms whose errors get their values where `studio` passes them on.
const FILLED_BY_STUDIO: [&str; 1] = ["report"];

/// Messages that the window itself asks for.
const OF_THE_WINDOW: [&str; 1] = ["unexpected"];

/// A room of the source, its text without tests and comments.
struct Room {
    name: String,
    files: Vec<(PathBuf, String)>,
}

fn rooms() -> Vec<Room> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<(String, PathBuf)> = std::fs::read_dir(&crates)
        .unwrap()
        .flatten()
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path().join("src")))
        .filter(|(name, _)| !NO_ERRORS.contains(&name.as_str()))
        .collect();
    folders.push(("desk".to_owned(), crates.join("..").join("src")));
    folders.sort();
    let room = |(name, folder): (String, PathBuf)| {
        let mut files = Vec::new();
        rust_files(&folder, &mut files);
        Room { name, files }
    };
    folders.into_iter().map(room).collect()
}

fn rust_files(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs")
            && path.file_stem().is_none_or(|name| name != "tests")
        {
            let text = std::fs::read_to_string(&path).unwrap();
            let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let kept = program.lines().filter(|line| !line.trim_start().starts_with("//"));
            files.push((path, kept.collect::<Vec<_>>().join("\n")));
        }
    }
}

/// The literals that follow `call`, a line break allowed between the two.
fn after<'t>(text: &'t str, call: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(call).filter_map(move |(at, _)| {
        text[at + call.len()..].trim_start().strip_prefix('"')?.split('"').next()
    })
}

/// The literals in the bodies of the functions of this name that return a text.
fn answered<'t>(text: &'t str, function: &str) -> Vec<&'t str> {
    let head = format!("fn {function}(");
    let mut found = Vec::new();
    for (at, _) in text.match_indices(&head) {
        let Some((signature, rest)) = text[at..].split_once('{') else { continue };
        if !signature.contains("str") {
            continue;
        }
        let mut depth = 1_i32;
        let end = rest.find(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            depth == 0
        });
        found.extend(after(&rest[..end.unwrap_or(rest.len())], "=>"));
    }
    found
}

/// Code -> the rooms that raise it.
fn codes(rooms: &[Room]) -> BTreeMap<String, BTreeSet<&str>> {
    let mut codes: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for room in rooms {
        for (path, text) in &room.files {
            let mut found = answered(text, "code");
            if room.name == "intake" && path.ends_with("problem.rs") {
                found.extend(answered(text, "as_str"));
            }
            if path.ends_with("error.rs") {
                found.extend(after(text, "Self::new("));
            }
            for call in ["StudioError::new(", "Failure::new(", "CANCELLED: &'static str ="] {
                found.extend(after(text, call));
            }
            // What an import says of a row (`Fate::Refused`), never a lookup by code.
            found.extend(after(text, " code:"));
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            for code in found.into_iter().filter(|code| code.chars().all(kebab)) {
                codes.entry(code.to_owned()).or_default().insert(&room.name);
            }
        }
    }
    codes
}

#[test]
fn every_error_code_has_its_message_in_both_languages() {
    let rooms = rooms();
    let codes = codes(&rooms);
    for (code, room) in [
        ("file-not-found", "fsio"),
        ("wrong-passphrase", "store"),
        ("duplicate-key", "intake"),
        ("gguf-truncated", "lm"),
        ("train-diverged", "train"),
        ("judge-too-long", "judge"),
        ("worker-died", "jobs"),
        ("worker-unknown-job", "worker"),
        ("prompt-template", "prompt"),
        ("export-unwritable", "export"),
        ("report-json", "report"),
        ("nothing-to-train", "studio"),
        ("rating-differs", "studio"),
        ("passphrase-differs", "cli"),
        ("job-running", "desk"),
        ("cancelled", "jobs"),
    ] {
        let found = codes.get(code).is_some_and(|rooms| rooms.contains(room));
        assert!(found, "the scan no longer finds {code} in {room}: {codes:#?}");
    }
    for lang in Lang::ALL {
        let strings = Strings::new(lang);
        let missing: Vec<_> = codes
            .iter()
            .filter(|(code, _)| !strings.has(&format!("error-{code}")))
            .map(|(code, rooms)| format!("error-{code}, of {rooms:?}"))
            .collect();
        assert!(missing.is_empty(), "{lang}/errors.ftl lacks {missing:#?}");
        for code in OF_STATS.iter().chain(&OF_THE_WINDOW) {
            assert!(strings.has(&format!("error-{code}")), "{lang}/errors.ftl lacks {code}");
        }
    }
}

#[test]
fn no_message_stands_for_a_code_that_nobody_raises() {
    let rooms = rooms();
    let codes = codes(&rooms);
    let left: Vec<String> = messages(Lang::En)
        .into_keys()
        .filter(|code| !codes.contains_key(code))
        .filter(|code| !OF_STATS.iter().chain(&OF_THE_WINDOW).any(|known| known == code))
        .collect();
    assert!(left.is_empty(), "nobody raises {left:#?}");
}

/// A value that one place fills in and another doesn't would show as `{$name}`.
/// Coarse on purpose: the name must at least be written in every room that raises
/// the code. `message`, the English sentence, is put in where codes leave a room.
#[test]
fn messages_use_only_values_that_every_room_with_the_code_names() {
    let rooms = rooms();
    let mut wrong = Vec::new();
    let messages = messages(Lang::En);
    for (code, of) in codes(&rooms) {
        let variables = messages.get(&code).into_iter().flatten().filter(|name| *name != "message");
        let of: BTreeSet<&str> = of
            .into_iter()
            .map(|room| if FILLED_BY_STUDIO.contains(&room) { "studio" } else { room })
            .collect();
        for variable in variables {
            let literal = format!("\"{variable}\"");
            for room in rooms.iter().filter(|room| of.contains(room.name.as_str())) {
                if !room.files.iter().any(|(_, text)| text.contains(&literal)) {
                    wrong.push(format!("error-{code}: {} never fills in ${variable}", room.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn words_of_the_program_are_shown_in_the_reader_s_language() {
    let ja = Strings::new(Lang::Ja);
    assert_eq!(
        ja.error("not-found", [("noun", "case"), ("id", "A-1")]),
        "事例「A-1」はこのプロジェクトにありません。名前を確かめるか、先に取り込んでください。"
    );
    let refused = ja.error("answer-refused", [("criterion", "safety"), ("problem", "not-a-level")]);
    assert_eq!(refused, "「safety」：段階にない値です。評価基準を見て直してください。");
    let other = ja.error("field-type", [("field", "sample"), ("expected", "whole number")]);
    assert_eq!(
        other,
        "項目「sample」の種類が違います（正しい種類：whole number）。直してください。"
    );
    let en = Strings::new(Lang::En);
    assert_eq!(
        en.error("json-not-object", [("found", "array")]),
        "The line is not an object ({…}) but an array. Write one object a line."
    );
}

/// Code -> the variables of its message.
fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut code = String::new();
    let (_, text) = sources(lang).into_iter().find(|(name, _)| *name == "errors").unwrap();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((id, _)) = line.strip_prefix("error-").and_then(|rest| rest.split_once(" =")) {
            id.clone_into(&mut code);
            messages.entry(code.clone()).or_default();
        }
        let names = line.split('$').skip(1).map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
            rest[..end.unwrap_or(rest.len())].to_owned()
        });
        messages.entry(code.clone()).or_default().extend(names);
    }
    messages.remove("");
    messages
}
