//! Holds what is declared in three places together: the commands, the types
//! generated for the window, and the permissions.

use crate::commands;
use specta_typescript::{Typescript, semantic};
use std::path::{Path, PathBuf};

/// Set to write the generated files instead of comparing them.
const WRITE: &str = "SHINSA_WRITE_BINDINGS";

fn committed(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The TypeScript of every command and type.
///
/// One shape for both directions, with what has a default optional. Numbers are
/// plain numbers: ours are finite, since what is undefined is `null` with its
/// reason, and no 64-bit integer crosses.
fn generated() -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bindings.ts");
    commands::all()
        .disable_serde_phases()
        .semantic_types(semantic::Configuration::empty().enable_lossless_floats())
        .export(Typescript::default(), &file)
        .unwrap();
    std::fs::read_to_string(file).unwrap()
}

#[allow(clippy::disallowed_methods)] // a generated source file, not a user's data
fn same(path: &str, now: &str) {
    let file = committed(path);
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&file, now).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept.replace("\r\n", "\n") == now,
        "{path} is stale: run `make bindings` and commit it"
    );
}

#[test]
fn bindings_are_those_of_the_commands_as_they_are() {
    same("ui/src/bridge/bindings.ts", &generated());
}

#[test]
fn bindings_and_permissions_name_the_same_commands() {
    let text = generated();
    let mut names: Vec<&str> = text
        .split("__TAURI_INVOKE<")
        .skip(1)
        .filter_map(|call| call.split_once("(\"")?.1.split_once('"'))
        .map(|(name, _)| name)
        .collect();
    names.sort_unstable();
    assert!(names.len() > 20, "{names:?}");
    let list: Vec<String> = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    same(
        "src-tauri/permissions/rooms.toml",
        &format!(
            "# Generated with the bindings: every command of the window, and nothing else.\n\
             [[permission]]\n\
             identifier = \"rooms\"\n\
             description = \"The commands of the rooms: studio's use cases and the system's file dialogs.\"\n\
             commands.allow = [\n{}]\n",
            list.concat()
        ),
    );
}

#[test]
fn bindings_offer_no_way_to_the_network_or_to_files() {
    let text = std::fs::read_to_string(committed("src-tauri/capabilities/main.json")).unwrap();
    let capability: serde_json::Value = serde_json::from_str(&text).unwrap();
    let granted: Vec<&str> =
        capability["permissions"].as_array().unwrap().iter().filter_map(|p| p.as_str()).collect();
    assert_eq!(granted, ["core:event:default", "rooms"]);
    assert_eq!(
        std::fs::read_dir(committed("src-tauri/capabilities")).unwrap().count(),
        1,
        "one capability file"
    );
}
