//! Making, opening and guarding a project.

use shinsa_tests::Shinsa;

/// A home with an empty project in it.
pub fn project() -> Shinsa {
    let shinsa = Shinsa::new();
    let made = shinsa.run(&["project", "new", "ward.shinsa"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    shinsa
}

#[test]
fn help_names_every_command_and_the_exit_codes() {
    let help = Shinsa::new().run(&["--help"]);
    assert_eq!(help.code, Some(0));
    for word in [
        "demo",
        "project",
        "person",
        "assign",
        "rubric",
        "import",
        "agreement",
        "gold",
        "export",
        "model",
        "train",
        "judge",
        "verdicts",
        "compare",
        "ensemble",
        "probe",
        "report",
        "--json",
        "--lang",
        "130",
    ] {
        assert!(help.stdout.contains(word), "{word} is missing:\n{}", help.stdout);
    }
}

#[test]
fn wrong_usage_is_exit_code_two() {
    assert_eq!(Shinsa::new().run(&["import", "nonsense"]).code, Some(2));
}

#[test]
fn a_new_project_is_a_folder_with_a_plain_header_and_an_unreadable_database() {
    let shinsa = project();
    let folder = shinsa.path("ward.shinsa");
    let header = std::fs::read_to_string(folder.join("project.json")).expect("a header");
    let header: serde_json::Value = serde_json::from_str(&header).expect("the header is JSON");
    assert!(header.is_object());
    let database = std::fs::read(folder.join("project.db")).expect("a database");
    assert!(database.len() >= 4096);
    assert!(!database.starts_with(b"SQLite format 3"), "the database is not encrypted");
    let info = shinsa.json(&["project", "info", "ward.shinsa", "--json"]);
    assert!(info.is_object(), "{info}");
}

#[test]
fn a_wrong_passphrase_is_refused_and_harms_nothing() {
    let shinsa = project();
    let mut command = shinsa.command(&["project", "info", "ward.shinsa", "--json"]);
    let wrong = command.env("SHINSA_PASSPHRASE", "not it").output().expect("shinsa starts");
    shinsa_tests::Run::from(wrong).failed_with("wrong-passphrase").refused(&["ward.shinsa"]);
    assert_eq!(shinsa.run(&["project", "info", "ward.shinsa"]).code, Some(0));
}

#[test]
fn the_passphrase_can_come_from_a_file() {
    let shinsa = project();
    let file = shinsa.file("pass.txt", format!("{}\n", shinsa_tests::PASSPHRASE));
    let mut command =
        shinsa.command(&["project", "info", "ward.shinsa", "--passphrase-file", &file]);
    let done = command.env_remove("SHINSA_PASSPHRASE").output().expect("shinsa starts");
    assert_eq!(done.status.code(), Some(0), "{done:?}");
}

#[test]
fn a_project_is_not_made_over_something_that_is_there() {
    let shinsa = project();
    shinsa.run(&["project", "new", "ward.shinsa", "--json"]).failed_with("project-exists");
    assert_eq!(shinsa.run(&["project", "info", "ward.shinsa"]).code, Some(0));
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let shinsa = Shinsa::new();
    shinsa.file("notes.txt", "a file, not a folder");
    shinsa.run(&["project", "new", "notes.txt/ward.shinsa"]).refused(&["notes.txt"]);
}

#[test]
fn what_is_no_project_is_named() {
    let run = Shinsa::new().run(&["project", "info", "missing.shinsa", "--json"]);
    run.failed_with("not-a-project").refused(&["missing.shinsa"]);
}

#[test]
fn messages_come_in_the_language_asked_for() {
    let shinsa = Shinsa::new();
    let japanese = shinsa.run(&["project", "info", "missing.shinsa", "--lang", "ja"]).said();
    let english = shinsa.run(&["project", "info", "missing.shinsa", "--lang", "en"]).said();
    assert!(japanese.chars().any(|c| ('ぁ'..='ん').contains(&c)), "{japanese}");
    assert!(!english.chars().any(|c| ('ぁ'..='ん').contains(&c)), "{english}");
}

#[test]
fn every_shipped_rubric_can_be_added_and_shown() {
    let shinsa = project();
    for id in [
        "answer-safety",
        "answer-usefulness",
        "drug-suggestion",
        "incident-foresight",
        "urgent-advice-points",
    ] {
        let added = shinsa.run(&["rubric", "add", "ward.shinsa", id]);
        assert_eq!(added.code, Some(0), "{id}: {added:?}");
        let shown = shinsa.run(&["rubric", "show", "ward.shinsa", id]);
        assert!(shown.stdout.contains(&format!("\"{id}\"")), "{shown:?}");
    }
    assert_eq!(shinsa.run(&["rubric", "list", "ward.shinsa"]).code, Some(0));
}
