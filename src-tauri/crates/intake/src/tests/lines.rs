//! Cases, outputs and ratings from JSONL.

use shinsa_domain::{Answer, Declined, Lang};

use super::codes;
use crate::{Code, JsonlOptions, Problem, cases_jsonl, outputs_jsonl, ratings_jsonl};

fn places(problems: &[Problem]) -> Vec<(u64, &str, Code)> {
    problems
        .iter()
        .map(|p| (p.line.unwrap_or(0), p.column.as_deref().unwrap_or(""), p.code))
        .collect()
}

#[test]
fn a_malformed_line_is_named_and_the_others_are_read() {
    let text = "{\"key\":1,\"what\":\"fell\"}\n\
        {\"key\":2,\"what\":\"転倒\n\
        \n\
        {\"key\":3,\"what\" 4}\n\
        {\"key\":4,\"what\":7}\n\
        {\"key\":5}\n\
        [1]\n\
        {\"key\":1,\"what\":\"again\"}\n\
        {\"key\":8,\"what\":\"a\\u0000b\"}\n\
        {\"key\":9,\"what\":\"\\ud800\"}\n\
        {\"key\":10,\"key\":11,\"what\":\"x\"}\n\
        {\"key\":12,\"what\":\"転倒\",\"aspects\":[\"a\",3]}\n";
    let read = cases_jsonl(text.as_bytes(), &JsonlOptions::default());
    assert_eq!(
        places(&read.problems),
        [
            (2, "", Code::JsonCutShort),
            (4, "", Code::JsonSyntax),
            (5, "what", Code::FieldType),
            (6, "what", Code::FieldMissing),
            (7, "", Code::JsonNotObject),
            (8, "key", Code::DuplicateKey),
            (9, "what", Code::NulCharacter),
            (10, "", Code::LoneSurrogate),
            (11, "key", Code::FieldRepeated),
            (12, "aspects[1]", Code::FieldType),
        ]
    );
    assert_eq!(read.problems[1].args["at"], "17");
    assert_eq!((read.records.len(), read.total_rows), (1, 11));
    let failed = read.failed_rows(text.as_bytes());
    assert_eq!(String::from_utf8(failed).unwrap().lines().count(), 10);
}

#[test]
fn unknown_fields_of_a_case_are_kept_and_pointed_out() {
    let text = r#"{"key":"a","what":"fell","waht":"slip","extra":{"ward":3}}"#;
    let read = cases_jsonl(text.as_bytes(), &JsonlOptions::default());
    assert_eq!(places(&read.problems), [(1, "waht", Code::FieldUnknown)]);
    let case = &read.records[0].value;
    assert_eq!(case.lang, Lang::En);
    assert_eq!(case.text.extra, [("ward".into(), "3".into()), ("waht".into(), "slip".into())]);
}

#[test]
fn an_output_keeps_its_text_to_the_last_blank() {
    let text = r#"{"case":7,"key":"o1","text":" はい\r\n ","model":"m","seed":18446744073709551615,"sample":2,"items":{"drugs":["A","B"]},"sampling":{"temperature":0.7}}
{"case":"8","text":"x"}"#;
    let read = outputs_jsonl(text.as_bytes(), &JsonlOptions::default());
    assert_eq!(codes(&read), [Code::KeysMade]);
    let first = &read.records[0].value;
    assert_eq!((first.case.as_str(), first.text.as_str()), ("7", " はい\r\n "));
    assert_eq!((first.sample, first.origin.seed), (2, Some(u64::MAX)));
    assert_eq!(first.origin.sampling.as_deref(), Some(r#"{"temperature":0.7}"#));
    assert_eq!(first.items["drugs"], ["A", "B"]);
    let second = &read.records[1].value;
    assert!(second.key_made && second.key.starts_with("o-"));
}

#[test]
fn answers_are_read_in_every_shape_and_faults_have_their_path() {
    let text = r#"{"output":"o1","rater":"a","rubric":"r","version":1,"answers":{"s":4,"h":true,"d":["x"],"n":0.5,"t":"理由","l":[{"label":"relevant"}],"c":{"declined":"cannot_judge"},"empty":null},"at":"2026-04-01T09:30:00+09:00"}
{"output":"o1","rater":"b","rubric":"r","answers":{"s":{"declined":"lazy"}}}
{"output":"o1","rater":"c","rubric":"r","answers":{"t":"a\u0000"}}
{"output":"o1","rater":"d","rubric":"r","answers":[1],"at":"yesterday","version":0}
{"output":"o1","rater":"a","rubric":"r","version":1,"answers":{},"at":"2026-04-01T00:30:00Z"}"#;
    let read = ratings_jsonl(text.as_bytes(), &JsonlOptions::default());
    assert_eq!(
        places(&read.problems),
        [
            (2, "answers.s", Code::FieldFormat),
            (3, "answers.t", Code::NulCharacter),
            (4, "version", Code::FieldFormat),
            (4, "at", Code::FieldFormat),
            (4, "answers", Code::FieldType),
            (5, "output", Code::DuplicateKey),
        ]
    );
    let answers = &read.records[0].value.answers;
    assert_eq!(answers["s"], Answer::Int(4));
    assert_eq!(answers["d"], Answer::Labels(vec!["x".into()]));
    assert_eq!(answers["c"], Answer::Declined { declined: Declined::CannotJudge });
    assert!(answers["l"].items().is_some());
    assert!(!answers.contains_key("empty"));
}

#[test]
fn a_json_array_is_told_from_lines() {
    for text in ["[{\"what\":\"a\"}]", "\n{\n\"what\":\"a\"\n}"] {
        let read = cases_jsonl(text.as_bytes(), &JsonlOptions::default());
        assert_eq!(codes(&read), [Code::JsonNotLines]);
        assert!(read.is_refused());
    }
}

#[test]
fn bytes_that_are_no_utf8_are_placed_in_their_line() {
    let mut bytes = "{\"key\":1,\"what\":\"夜間、患者がトイレへ行こうとして転倒した。\"}\n"
        .repeat(3)
        .into_bytes();
    bytes.extend(b"{\"key\":2,\"what\":\"\xff\"}\n");
    let read = cases_jsonl(&bytes, &JsonlOptions::default());
    assert!(read.is_refused());
    assert_eq!(read.problems[0].code, Code::EncodingUnclear);
    assert!(read.problems.iter().any(|p| p.line == Some(4) && p.code == Code::BadBytes));
}

#[test]
fn the_demo_files_are_read_without_a_problem() {
    let options = JsonlOptions::default();
    let cases =
        cases_jsonl(include_bytes!("../../../../../resources/demo/questions.en.jsonl"), &options);
    assert_eq!(codes(&cases), []);
    assert!(cases.records.iter().all(|c| c.value.synthetic && c.value.lang == Lang::En));
    let outputs =
        outputs_jsonl(include_bytes!("../../../../../resources/demo/outputs.jsonl"), &options);
    assert_eq!(codes(&outputs), []);
    let ratings =
        ratings_jsonl(include_bytes!("../../../../../resources/demo/ratings.jsonl"), &options);
    assert_eq!(codes(&ratings), []);
    assert!(ratings.records.len() > outputs.records.len() * 2 - 1);
}
