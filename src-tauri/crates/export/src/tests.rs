//! Promises of the writers, over files.

use std::collections::BTreeMap;
use std::path::Path;

use shinsa_domain::{
    Answer, Answers, Declined, Evidence, Lang, Provenance, Rubric, RubricRef, Span, Way,
};
use shinsa_prompt::Message;

use crate::{
    CsvEncoding, CsvOptions, ExportError, LongRow, OnUnwritable, SftRow, Standing, long_csv,
    sft_jsonl,
};

fn sft(id: u32) -> SftRow {
    SftRow {
        id: format!("g{id}"),
        messages: vec![
            Message::system("採点基準"),
            Message::user("転倒「①」\n報告"),
            Message::assistant("{\"safety\":4}"),
        ],
        case: "A1".into(),
        lang: Lang::Ja,
        rubric: RubricRef { id: "answer-safety".into(), version: 1 },
        provenance: Provenance::Unanimous,
        raters: 2,
    }
}

fn long(output: &str, reason: &str) -> LongRow {
    LongRow {
        case: "A1".into(),
        output: output.into(),
        lang: Lang::Ja,
        rater: "rater-a".into(),
        profession: "nurse".into(),
        rubric: RubricRef { id: "drug-suggestion".into(), version: 1 },
        answers: Answers::from([("reason".into(), Answer::Text(reason.into()))]),
        gold: None,
        standing: Standing::Single,
        items: BTreeMap::new(),
        evidence: Evidence::new(),
        drawn: None,
    }
}

fn span(start: u32, quote: &str) -> Span {
    let end = start + u32::try_from(quote.chars().count()).unwrap();
    Span { start, end, quote: quote.into() }
}

fn fine<R>(rows: Vec<R>) -> impl Iterator<Item = Result<R, String>> {
    rows.into_iter().map(Ok)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

fn read_csv(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let rows = reader.records();
    rows.map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn an_example_is_one_line_with_messages_and_provenance() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("train.jsonl");
    let written = sft_jsonl(&path, fine(vec![sft(1), sft(2)]), &mut |_| true).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!((written.rows, written.lines, written.bytes), (2, 2, bytes.len() as u64));
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(
        text.lines().next().unwrap(),
        "{\"messages\":[{\"role\":\"system\",\"content\":\"採点基準\"},{\"role\":\"user\",\
         \"content\":\"転倒「①」\\n報告\"},{\"role\":\"assistant\",\"content\":\
         \"{\\\"safety\\\":4}\"}],\"id\":\"g1\",\"case\":\"A1\",\"lang\":\"ja\",\"rubric\":\
         \"answer-safety\",\"rubric_version\":1,\"provenance\":\"unanimous\",\"raters\":2}"
    );
    assert_eq!(text.lines().count(), 2);
}

#[test]
fn a_cancelled_or_failed_export_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("train.jsonl");
    shinsa_fsio::atomic_write(&path, b"old").unwrap();
    let mut heard = Vec::new();
    let rows = fine((0..1_000).map(sft).collect());
    let error = sft_jsonl(&path, rows, &mut |done| {
        heard.push(done);
        done < 256
    })
    .unwrap_err();
    assert_eq!(error.code(), "export-cancelled");
    assert_eq!(heard, [0, 128, 256]);
    let rows = [Ok(sft(1)), Err("the project was closed".to_owned())];
    let error = sft_jsonl(&path, rows, &mut |_| true).unwrap_err();
    assert_eq!((error.code(), error.args()["row"].as_str()), ("export-source-failed", "2"));
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    assert_eq!(names(folder.path()), ["train.jsonl"]);
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no").join("train.jsonl");
    let error = sft_jsonl(&path, fine(vec![sft(1)]), &mut |_| true).unwrap_err();
    assert!(error.to_string().contains("train.jsonl"), "{error}");
}

#[test]
fn the_long_table_has_a_line_per_criterion_and_item_in_the_rubrics_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ratings.csv");
    let rubric =
        Rubric::from_json(include_str!("../../../../resources/rubrics/drug-suggestion.json"))
            .unwrap();
    let answers: Answers = serde_json::from_str(
        r#"{"reason":"=HYPERLINK(\"x\")","overall":"unsafe","harm":true,"score":0.5,
            "drugs":[{"label":"incorrect","harm":true},{"label":"correct","harm":false}]}"#,
    )
    .unwrap();
    let mut gold = answers.clone();
    gold.insert("overall".into(), Answer::Text("incorrect".into()));
    let row = LongRow {
        answers,
        gold: Some(gold),
        standing: Standing::Gold(Provenance::Majority),
        items: BTreeMap::from([(
            "drugs".into(),
            vec!["ワルファリン".into(), "アセトアミノフェン".into()],
        )]),
        evidence: Evidence::from([
            ("overall".into(), vec![span(3, "=危険"), span(9, "中止")]),
            ("drugs[1].label".into(), vec![span(20, "𠮷薬")]),
        ]),
        drawn: Some((Way::Disagreement, 0.125)),
        ..long("o1", "")
    };
    let mut declined = long("o2", "");
    declined.answers = Answers::from([(
        "overall".into(),
        Answer::Declined { declined: Declined::OutsideSpecialty },
    )]);
    let rows = fine(vec![row, declined]);
    let written =
        long_csv(&path, std::slice::from_ref(&rubric), CsvOptions::default(), rows, &mut |_| true)
            .unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let table = read_csv(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap());
    assert_eq!(table[0], crate::csv::HEADINGS);
    assert_eq!(written.lines, table.len() as u64 - 1);
    let column =
        |name: &str| crate::csv::HEADINGS.iter().position(|heading| *heading == name).unwrap();
    let order: Vec<&str> = table[1..].iter().map(|row| row[column("criterion")].as_str()).collect();
    let asked: Vec<&str> = rubric.asked().map(|criterion| criterion.id.as_str()).collect();
    let places: Vec<usize> = order[..order.len() - 1]
        .iter()
        .map(|name| asked.iter().position(|id| name.split('.').next() == Some(id)).unwrap())
        .collect();
    assert!(places.is_sorted(), "{order:?}");
    let find = |criterion: &str, item: &str| {
        let mut rows = table.iter().filter(|row| row[column("item")] == item);
        rows.find(|row| row[column("criterion")] == criterion).unwrap().clone()
    };
    let overall = find("overall", "");
    assert_eq!((&*overall[column("answer")], &*overall[column("gold")]), ("unsafe", "incorrect"));
    assert_eq!(overall[column("provenance")], "majority");
    assert_eq!(overall[column("evidence")], "'=危険\n中止");
    assert_eq!(overall[column("evidence_at")], "3-6;9-11");
    assert_eq!(find("drugs.label", "2")[column("evidence_at")], "20-22");
    assert_eq!(find("drugs.label", "1")[column("evidence")], "");
    let way = (&*overall[column("order")], &*overall[column("probability")]);
    assert_eq!(way, ("disagreement", "0.125"));
    assert_eq!(find("reason", "")[column("answer")], "'=HYPERLINK(\"x\")");
    assert_eq!(find("drugs.label", "2")[column("item_text")], "アセトアミノフェン");
    let last = table.last().unwrap();
    assert_eq!((&*last[column("order")], &*last[column("probability")]), ("", ""));
    assert_eq!((&*last[column("answer")], &*last[column("declined")]), ("", "outside_specialty"));
}

#[test]
fn cp932_lists_the_cells_that_can_not_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ratings.csv");
    let rows = || fine(vec![long("o1", "髙橋①"), long("o2", "良い👍 café")]);
    let options = CsvOptions { encoding: CsvEncoding::Cp932, unwritable: OnUnwritable::Refuse };
    let error = long_csv(&path, &[], options, rows(), &mut |_| true).unwrap_err();
    assert!(matches!(&error, ExportError::Unwritable { count: 2, all, .. } if all.len() == 2));
    assert_eq!((error.args()["row"].as_str(), error.args()["column"].as_str()), ("3", "answer"));
    assert!(names(folder.path()).is_empty());

    let options = CsvOptions { encoding: CsvEncoding::Cp932, ..CsvOptions::default() };
    let written = long_csv(&path, &[], options, rows(), &mut |_| true).unwrap();
    assert_eq!(written.unwritable, 2);
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(written.bytes, bytes.len() as u64);
    let (text, _, bad) = encoding_rs::SHIFT_JIS.decode(&bytes);
    assert!(!bad);
    assert!(text.contains("髙橋①") && text.contains("良い〓 caf〓"), "{text}");
}
