//! Between crates, from cargo's own metadata.

use serde_json::Value;
use shinsa_tests::root;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Every room and the rooms it may use. Not listed means not allowed.
const ALLOWED: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("stats", &[]),
    ("fsio", &[]),
    ("jobs", &[]),
    ("i18n", &[]),
    ("store", &["domain", "fsio"]),
    ("intake", &["domain"]),
    ("export", &["domain", "prompt", "fsio"]),
    ("prompt", &["domain"]),
    ("lm", &["fsio"]),
    ("train", &["lm", "prompt", "fsio", "jobs"]),
    ("judge", &["lm", "prompt", "domain", "fsio", "jobs"]),
    ("report", &["domain", "stats", "fsio", "i18n"]),
    (
        "studio",
        &[
            "domain", "stats", "fsio", "jobs", "store", "intake", "export", "prompt", "lm",
            "train", "judge", "report", "i18n",
        ],
    ),
    ("cli", &["studio", "i18n"]),
    ("worker", &["train", "judge", "jobs"]),
    ("app", &["studio", "i18n"]),
    ("tests", &["lm", "studio"]),
];

/// The shells: nobody builds upon them, not even in tests.
const SHELLS: &[&str] = &["cli", "worker", "app", "tests"];

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    from: String,
    to: String,
    dev: bool,
}

fn metadata() -> Value {
    let done = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("cargo metadata writes JSON")
}

fn room(package: &str) -> Option<&str> {
    package.strip_prefix("shinsa-")
}

fn rooms_and_edges(metadata: &Value) -> (BTreeSet<String>, BTreeSet<Edge>) {
    let mut rooms = BTreeSet::new();
    let mut edges = BTreeSet::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let Some(from) = package["name"].as_str().and_then(room) else {
            panic!("{} is not called shinsa-*", package["name"]);
        };
        rooms.insert(from.to_owned());
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            if let Some(to) = dependency["name"].as_str().and_then(room) {
                let dev = dependency["kind"] == "dev";
                edges.insert(Edge { from: from.to_owned(), to: to.to_owned(), dev });
            }
        }
    }
    (rooms, edges)
}

#[test]
fn every_room_is_in_the_table_and_every_row_is_a_room() {
    let (rooms, _) = rooms_and_edges(&metadata());
    let listed: BTreeSet<String> = ALLOWED.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(rooms, listed, "add the room to ALLOWED and to ARCHITECTURE.md");
}

#[test]
fn no_room_uses_one_that_the_table_does_not_allow_it() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let (_, edges) = rooms_and_edges(&metadata());
    let wrong: Vec<String> = edges
        .iter()
        .filter(|edge| !edge.dev)
        .filter(|edge| {
            !allowed.get(edge.from.as_str()).is_some_and(|to| to.contains(&edge.to.as_str()))
        })
        .map(|edge| format!("{} -> {}", edge.from, edge.to))
        .collect();
    assert!(wrong.is_empty(), "not allowed: {wrong:?}");
}

#[test]
fn no_test_of_a_room_uses_a_shell_or_studio() {
    let (_, edges) = rooms_and_edges(&metadata());
    let up = |edge: &&Edge| {
        edge.dev
            && (SHELLS.contains(&edge.to.as_str()) || edge.to == "studio")
            && !SHELLS.contains(&edge.from.as_str())
    };
    let wrong: Vec<&Edge> = edges.iter().filter(up).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_table_itself_has_no_cycle() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    while done.len() < allowed.len() {
        let ready: Vec<&str> = allowed
            .iter()
            .filter(|(room, to)| !done.contains(*room) && to.iter().all(|t| done.contains(t)))
            .map(|(room, _)| *room)
            .collect();
        assert!(
            !ready.is_empty(),
            "a cycle among the rooms that are left: {done:?} are free of it"
        );
        done.extend(ready);
    }
}
