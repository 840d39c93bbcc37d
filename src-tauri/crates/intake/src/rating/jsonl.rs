//! Ratings from JSONL.

use serde_json::{Map, Value};
use shinsa_domain::Answers;

use super::answer::read_answer;
use super::record::RatingRecord;
use super::seen::Seen;
use super::time::read_time;
use crate::intake::Intake;
use crate::jsonl::{Fields, JsonlOptions, read_lines};
use crate::problem::Code;

/// Fields of a rating line, as the published schema lists them.
#[cfg(test)]
pub(crate) const FIELDS: [&str; 8] =
    ["output", "rater", "profession", "rubric", "version", "answers", "at", "synthetic"];

/// Reads ratings from the bytes of a JSONL file, one object a line as
/// `resources/schemas/rating.schema.json` describes it.
#[must_use]
pub fn ratings_jsonl(bytes: &[u8], options: &JsonlOptions) -> Intake<RatingRecord> {
    let mut seen = Seen::default();
    read_lines(bytes, options, |fields| {
        let record = read_rating(fields)?;
        if let Some((key, first)) = seen.again(&record, fields.line()) {
            let args = [("key", key.as_str()), ("first_row", &first.to_string())];
            fields.add(Code::DuplicateKey, "output", &args);
        }
        Some(record)
    })
}

fn read_rating(fields: &mut Fields<'_>) -> Option<RatingRecord> {
    let output = fields.needed_name("output");
    let rater = fields.needed_name("rater");
    let profession = fields.name("profession");
    let rubric = fields.needed_name("rubric");
    let version = fields.small("version");
    if version == Some(0) {
        fields.add(
            Code::FieldFormat,
            "version",
            &[("expected", "whole number from 1"), ("found", "0")],
        );
    }
    let at = fields.name("at").and_then(|text| {
        let at = read_time(&text);
        if at.is_none() {
            let args = [("expected", "2026-04-01T09:30:00+09:00"), ("found", text.as_str())];
            fields.add(Code::FieldFormat, "at", &args);
        }
        at
    });
    let synthetic = fields.flag("synthetic");
    let answers = match fields.take("answers") {
        Some(Value::Object(map)) => Some(read_answers(fields, map)),
        Some(_) => {
            fields.add(Code::FieldType, "answers", &[("expected", "object")]);
            None
        }
        None => {
            fields.add(Code::FieldMissing, "answers", &[]);
            None
        }
    };
    Some(RatingRecord {
        output: output?,
        rater: rater?,
        profession,
        rubric: rubric?,
        version,
        answers: answers?,
        at,
        synthetic,
    })
}

/// Answers per criterion; what has no answer's shape is a problem at its path.
/// `null` is an answer not given.
fn read_answers(fields: &mut Fields<'_>, map: Map<String, Value>) -> Answers {
    let mut answers = Answers::new();
    for (criterion, value) in map.into_iter().filter(|(_, value)| !value.is_null()) {
        let path = format!("answers.{criterion}");
        fields.check_inside(&path, &value);
        if let Some(answer) = read_answer(&value) {
            answers.insert(criterion, answer);
        } else {
            let found: String = value.to_string().chars().take(80).collect();
            let expected = "boolean, number, string, list or {\"declined\": …}";
            fields.add(
                Code::FieldFormat,
                &path,
                &[("expected", expected), ("found", found.as_str())],
            );
        }
    }
    answers
}
