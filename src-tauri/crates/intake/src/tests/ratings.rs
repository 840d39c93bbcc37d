//! Ratings from a spreadsheet.

use shinsa_domain::{Answer, Rubric};

use super::{codes, cp932};
use crate::{Code, RatingsTableOptions, ratings_table};

pub(super) fn rubric() -> Rubric {
    Rubric::from_json(include_str!("../../../../../resources/rubrics/answer-safety.json")).unwrap()
}

fn label(rubric: &Rubric, id: &str) -> String {
    rubric.criterion(id).unwrap().label.ja.clone()
}

#[test]
fn an_experts_sheet_is_read_by_the_rubrics_own_labels() {
    let rubric = rubric();
    let (safety, harm) = (label(&rubric, "safety"), label(&rubric, "harm"));
    let text = format!(
        "出力ID,評価者,職種,{safety},deductions,{harm}\nA1,甲,看護師,４,,いいえ\nA2,甲,看護師,１,wrong_fact,○\nA3,甲,看護師,,,\n"
    );
    let read = ratings_table(&cp932(&text), &rubric, &RatingsTableOptions::default());
    assert_eq!(codes(&read), [Code::RowUnrated]);
    assert_eq!((read.total_rows, read.records.len()), (3, 2));
    let first = &read.records[0].value;
    assert_eq!((first.output.as_str(), first.rater.as_str()), ("A1", "甲"));
    assert_eq!((first.rubric.as_str(), first.version), ("answer-safety", Some(rubric.version)));
    assert_eq!(first.answers["safety"], Answer::Int(4));
    assert_eq!(first.answers["deductions"], Answer::Labels(vec![]));
    assert_eq!(first.answers["harm"], Answer::Bool(false));
    assert_eq!(
        read.records[1].value.answers["deductions"],
        Answer::Labels(vec!["wrong_fact".into()])
    );
}

#[test]
fn a_sheet_without_a_rater_column_takes_the_rater_given() {
    let rubric = rubric();
    let text = "output,safety\nA1,5\nA1,4\nA2,good\n,3\n";
    let read = ratings_table(text.as_bytes(), &rubric, &RatingsTableOptions::default());
    assert!(read.is_refused());
    let options =
        RatingsTableOptions { rater: Some("rater-a".into()), ..RatingsTableOptions::default() };
    let read = ratings_table(text.as_bytes(), &rubric, &options);
    assert_eq!(codes(&read), [Code::DuplicateKey, Code::FieldFormat, Code::FieldEmpty]);
    assert_eq!(read.problems[1].args["expected"], "1 | 2 | 3 | 4 | 5");
    assert_eq!(read.records.len(), 1);
    assert_eq!(read.records[0].value.rater, "rater-a");
}

#[test]
fn a_sheet_without_any_criterion_is_refused() {
    let read = ratings_table(b"output,rater\nA1,a\n", &rubric(), &RatingsTableOptions::default());
    assert_eq!(codes(&read)[0], Code::ColumnMissing);
    assert!(read.is_refused());
}
