//! Bringing files in: what is read, what is refused and how that is said.

use crate::project::project;
use serde_json::Value;
use shinsa_tests::{Shinsa, demo_data};

const IMPORT: [&str; 2] = ["import", "cases"];

/// How many cases the project holds.
fn cases(shinsa: &Shinsa) -> u64 {
    let info = shinsa.json(&["project", "info", "ward.shinsa", "--json"]);
    info["cases"].as_u64().unwrap_or_else(|| panic!("no count of cases: {info}"))
}

fn import(shinsa: &Shinsa, file: &str, more: &[&str]) -> shinsa_tests::Run {
    let mut args = IMPORT.to_vec();
    args.extend(["ward.shinsa", file]);
    args.extend(more);
    shinsa.run(&args)
}

fn incidents() -> String {
    demo_data("incidents.csv").to_string_lossy().into_owned()
}

#[test]
fn a_cp932_incident_file_comes_in_whole_and_only_once() {
    let shinsa = project();
    let first = import(&shinsa, &incidents(), &[]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert_eq!(cases(&shinsa), 40);
    let again = import(&shinsa, &incidents(), &[]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(cases(&shinsa), 40, "the second import of the same file changed something");
}

#[test]
fn a_dry_run_changes_nothing() {
    let shinsa = project();
    assert_eq!(import(&shinsa, &incidents(), &["--dry-run"]).code, Some(0));
    assert_eq!(cases(&shinsa), 0);
}

#[test]
fn the_wrong_encoding_is_refused_with_the_place_and_can_be_overridden() {
    let shinsa = project();
    let wrong = import(&shinsa, &incidents(), &["--encoding", "utf-8"]);
    assert_eq!(wrong.code, Some(3), "{wrong:?}");
    assert_eq!(cases(&shinsa), 0);
    assert_eq!(import(&shinsa, &incidents(), &["--encoding", "cp932"]).code, Some(0));
    assert_eq!(cases(&shinsa), 40);
}

#[test]
fn utf8_with_and_without_a_byte_order_mark_read_alike() {
    let text = "番号,発生内容\r\nB1,①階段で転びそうになった。\r\n";
    for bytes in [text.as_bytes().to_vec(), [b"\xEF\xBB\xBF", text.as_bytes()].concat()] {
        let shinsa = project();
        let file = shinsa.file("cases.csv", bytes);
        assert_eq!(import(&shinsa, &file, &[]).code, Some(0));
        assert_eq!(cases(&shinsa), 1);
    }
}

#[test]
fn a_missing_column_is_named_and_can_be_mapped() {
    let shinsa = project();
    let file = shinsa.file("odd.csv", "番号,できごと\r\nB1,廊下で転倒した。\r\n");
    let refused = import(&shinsa, &file, &[]);
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert_eq!(cases(&shinsa), 0);
    let mapped = import(&shinsa, &file, &["--map", "what=できごと"]);
    assert_eq!(mapped.code, Some(0), "{mapped:?}");
    assert_eq!(cases(&shinsa), 1);
}

#[test]
fn a_bad_row_is_listed_with_its_number_and_nothing_is_kept() {
    let shinsa = project();
    let file = shinsa.file(
        "broken.csv",
        "番号,発生内容,要因\r\nB1,転倒した。,床\r\nB2\r\nB1,別の話。,床\r\nB4,落ちた。,柵\r\n",
    );
    let failed = shinsa.path("failed.csv");
    let failed_arg = failed.to_string_lossy().into_owned();
    let refused = import(&shinsa, &file, &["--failed-rows", &failed_arg]);
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.said().contains('3'), "the row is not named: {refused:?}");
    assert_eq!(cases(&shinsa), 0, "a broken file left a half import");
    let rows = std::fs::read(&failed).expect("the failed rows were written");
    assert!(String::from_utf8_lossy(&rows).contains("B2"));
}

#[test]
fn a_line_that_is_no_json_is_named_and_nothing_is_kept() {
    let shinsa = project();
    let file = shinsa.file(
        "cases.jsonl",
        "{\"key\":\"a\",\"what\":\"one\"}\n{\"key\":\"b\",\"what\":\"two\"}\n{\"key\":\"c\",\"what\":\n",
    );
    let refused = import(&shinsa, &file, &[]);
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.said().contains('3'), "the line is not named: {refused:?}");
    assert_eq!(cases(&shinsa), 0);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    import(&project(), "nowhere.csv", &[]).refused(&["nowhere.csv"]);
}

#[test]
fn ratings_need_outputs_that_are_there_and_levels_of_the_rubric() {
    let shinsa = project();
    assert_eq!(shinsa.run(&["rubric", "add", "ward.shinsa", "answer-safety"]).code, Some(0));
    let ratings = |text: &str| {
        let file = shinsa.file("ratings.jsonl", text);
        shinsa.run(&["import", "ratings", "ward.shinsa", &file])
    };
    let line = |output: &str, safety: u8| {
        format!(
            "{{\"output\":\"{output}\",\"rater\":\"r\",\"profession\":\"nurse\",\"rubric\":\"answer-safety\",\"version\":1,\"answers\":{{\"safety\":{safety},\"deductions\":[],\"harm\":false}}}}\n"
        )
    };
    ratings(&line("nobody", 3)).refused(&["nobody"]);

    let cases = shinsa
        .file("c.jsonl", "{\"key\":\"c1\",\"what\":\"Where is the exit?\",\"lang\":\"en\"}\n");
    let outputs = shinsa.file("o.jsonl", "{\"case\":\"c1\",\"key\":\"o1\",\"text\":\"Left.\"}\n");
    assert_eq!(shinsa.run(&["import", "cases", "ward.shinsa", &cases]).code, Some(0));
    assert_eq!(shinsa.run(&["import", "outputs", "ward.shinsa", &outputs]).code, Some(0));
    ratings(&line("o1", 9)).refused(&["safety"]);
    assert_eq!(ratings(&line("o1", 4)).code, Some(0));
}

#[test]
fn ratings_kept_in_a_spreadsheet_come_in_from_csv_and_only_once() {
    let shinsa = project();
    assert_eq!(shinsa.run(&["rubric", "add", "ward.shinsa", "answer-safety"]).code, Some(0));
    let cases = shinsa.file("c.jsonl", "{\"key\":\"c1\",\"what\":\"出口はどこですか。\"}\n");
    let outputs =
        shinsa.file("o.jsonl", "{\"case\":\"c1\",\"key\":\"o1\",\"text\":\"左です。\"}\n");
    assert_eq!(shinsa.run(&["import", "cases", "ward.shinsa", &cases]).code, Some(0));
    assert_eq!(shinsa.run(&["import", "outputs", "ward.shinsa", &outputs]).code, Some(0));
    let import = |text: &str, more: &[&str]| {
        let file = shinsa.file("ratings.csv", text);
        let mut args = vec!["import", "ratings", "ward.shinsa", &file];
        args.extend(more);
        shinsa.run(&args)
    };
    let ratings = || shinsa.json(&["ratings", "ward.shinsa", "--json"])["ratings"].clone();

    // Criteria by their Japanese labels or by id; the rater from a column or named.
    let table = "回答番号,評価者,安全性,deductions,harm,reason\r\no1,花子,4,unnatural,いいえ,\r\n";
    let dry = import(table, &["--dry-run"]);
    assert_eq!(dry.code, Some(0), "{dry:?}");
    assert_eq!(ratings().as_array().map(Vec::len), Some(0));
    for _ in 0..2 {
        let done = import(table, &[]);
        assert_eq!(done.code, Some(0), "{done:?}");
        let found = ratings();
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
        assert_eq!(found[0]["rater"], "花子");
        assert_eq!(
            found[0]["answers"],
            serde_json::json!({"safety": 4, "deductions": ["unnatural"], "harm": false})
        );
    }
    let unnamed = "output,safety,deductions,harm\r\no1,2,,no\r\n";
    import(unnamed, &[]).refused(&["rater"]);
    assert_eq!(import(unnamed, &["--rater", "太郎"]).code, Some(0));
    assert_eq!(ratings().as_array().map(Vec::len), Some(2));
    import("output,rater,safety,deductions,harm\r\no1,次郎,9,,no\r\n", &[]).refused(&["safety"]);
    import(unnamed, &["--rubric", "no-such"]).refused(&["no-such"]);
}

#[test]
fn an_output_of_an_unknown_case_is_refused() {
    let shinsa = project();
    let file = shinsa.file("o.jsonl", "{\"case\":\"ghost\",\"key\":\"o1\",\"text\":\"hello\"}\n");
    shinsa.run(&["import", "outputs", "ward.shinsa", &file]).refused(&["ghost"]);
}

#[test]
fn json_output_is_one_object_even_when_the_input_has_problems() {
    let shinsa = project();
    let file = shinsa.file("odd.csv", "番号,できごと\r\nB1,廊下で転倒した。\r\n");
    let refused = import(&shinsa, &file, &["--json"]);
    assert_eq!(refused.code, Some(3), "{refused:?}");
    let said: Value = refused.last_json();
    assert!(said.is_object(), "{said}");
}

/// A workbook of questions with two models' answers; `second` is the answer of
/// the second model to the first question.
fn workbook(second: &str) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("表紙").expect("a name");
    let sheet = book.add_worksheet().set_name("質問").expect("a name");
    let rows = [
        ["番号", "質問", "回答A", "回答B"],
        ["０１", "薬を二回飲んだ。", "薬剤師へ。", second],
        ["０２", "眠れない。", "受診を。", ""],
        ["０３", "", "", ""],
    ];
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn a_workbook_brings_cases_with_their_outputs_once() {
    let shinsa = project();
    let file = shinsa.file("質問.xlsx", workbook("様子を見る。"));
    let refused = import(&shinsa, &file, &["--lang", "ja"]);
    assert_eq!(refused.code, Some(3), "{refused:?}");
    assert!(refused.said().contains("4"), "the row is not named: {refused:?}");
    assert_eq!(cases(&shinsa), 0, "a broken workbook left a half import");
    let failed = shinsa.path("残り.csv").to_string_lossy().into_owned();
    let read = import(&shinsa, &file, &["--partial", "--failed-rows", &failed, "--json"]);
    let said = read.last_json();
    assert_eq!((said["new"].as_u64(), said["new_outputs"].as_u64()), (Some(2), Some(3)), "{said}");
    assert_eq!((&said["sheet"], said["left_out"].as_u64()), (&"質問".into(), Some(1)), "{said}");
    let rows = std::fs::read_to_string(&failed).expect("the failed rows were written");
    assert_eq!(rows, "\u{feff}番号,質問,回答A,回答B\r\n０３\r\n");
    let info = shinsa.json(&["project", "info", "ward.shinsa", "--json"]);
    assert_eq!((info["cases"].as_u64(), info["outputs"].as_u64()), (Some(2), Some(3)), "{info}");

    // The same again changes nothing; another answer under the same key is refused.
    let again = import(&shinsa, &file, &["--partial", "--json"]).last_json();
    assert_eq!((again["new"].as_u64(), again["repeated"].as_u64()), (Some(0), Some(2)), "{again}");
    let other = shinsa.file("質問2.xlsx", workbook("別の回答。"));
    let said = import(&shinsa, &other, &["--partial", "--json"]).last_json();
    let taken = said["problems"].as_array().expect("problems");
    let taken = taken.iter().find(|p| p["code"] == "key-taken").expect("a key is taken");
    assert_eq!((&taken["column"], taken["row"].as_u64()), (&"回答B".into(), Some(2)), "{said}");

    // Which columns hold outputs, and which sheet is read, can be said.
    let none = import(&shinsa, &file, &["--outputs", "ない", "--sheet", "質問"]);
    none.refused(&["ない"]);
    import(&shinsa, &file, &["--sheet", "表紙"]).refused(&["表紙"]);
    import(&shinsa, &file, &["--sheet", "別紙"]).refused(&["別紙", "質問"]);
}

/// Stopped by Ctrl+C while rows go in, nothing of them is in the project.
#[cfg(unix)]
#[test]
fn an_import_stopped_by_ctrl_c_leaves_nothing_half_done() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let shinsa = Shinsa::new();
    let new = ["project", "new", "病棟.shinsa", "--lead", "責任者"];
    assert_eq!(shinsa.run(&new).code, Some(0));
    let mut table = "番号,内容,回答\n".to_owned();
    for n in 0..60_000 {
        table +=
            &format!("Z{n:05},架空の事例その{n}：夜間に転倒した。,看護師に連絡する（{n}）。\n");
    }
    let file = shinsa.file("大きな表.csv", table);
    let args = ["import", "cases", "病棟.shinsa", &file, "--lang", "ja"];
    let mut command = shinsa.command(&args);
    let mut busy =
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("shinsa starts");
    let mut said = Vec::new();
    for line in BufReader::new(busy.stderr.take().expect("a pipe")).lines() {
        let line = line.expect("UTF-8");
        let storing = line.contains("取り込み中");
        said.push(line);
        if storing && said.iter().filter(|line| line.contains("取り込み中")).count() == 1 {
            let kill = Command::new("kill").args(["-INT", &busy.id().to_string()]).status();
            assert!(kill.is_ok_and(|status| status.success()));
        }
    }
    assert_eq!(busy.wait().expect("a child").code(), Some(130), "{said:?}");
    assert!(said.iter().any(|line| line.contains("何も取り込まれていません")), "{said:?}");
    let info = shinsa.json(&["project", "info", "病棟.shinsa", "--json"]);
    assert_eq!((info["cases"].as_u64(), info["outputs"].as_u64()), (Some(0), Some(0)), "{info}");
}
