//! The published schemas say what the readers do.

use serde_json::{Value, json};

use crate::{Intake, JsonlOptions, Severity};

fn schema(name: &str) -> Value {
    let text = match name {
        "case" => include_str!("../../../../../resources/schemas/case.schema.json"),
        "output" => include_str!("../../../../../resources/schemas/output.schema.json"),
        _ => include_str!("../../../../../resources/schemas/rating.schema.json"),
    };
    serde_json::from_str(text).unwrap()
}

#[test]
fn schemas_list_the_fields_that_are_read() {
    for (name, fields) in [
        ("case", &crate::case::FIELDS[..]),
        ("output", &crate::output::FIELDS[..]),
        ("rating", &crate::rating::FIELDS[..]),
    ] {
        let schema = schema(name);
        let listed: Vec<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(listed, fields, "{name}");
    }
}

/// Lines with what both sides must think of them.
fn agree<T>(name: &str, read: fn(&[u8], &JsonlOptions) -> Intake<T>, lines: &[(Value, bool)]) {
    let validator = jsonschema::validator_for(&schema(name)).unwrap();
    for (line, sound) in lines {
        assert_eq!(validator.is_valid(line), *sound, "schema {name}: {line}");
        let read = read(line.to_string().as_bytes(), &JsonlOptions::default());
        let accepted = read.problems.iter().all(|p| p.severity == Severity::Warning);
        assert_eq!(accepted, *sound, "reader {name}: {line}: {:?}", read.problems);
    }
}

#[test]
fn schema_and_reader_agree_on_cases() {
    agree(
        "case",
        crate::cases_jsonl,
        &[
            (json!({"what": "x"}), true),
            (
                json!({"key": 3, "what": "転倒", "lang": null, "aspects": ["a"], "extra": {"w": 1.5}}),
                true,
            ),
            (json!({"what": "x", "colour": "red"}), true),
            (json!({"what": " \n"}), false),
            (json!({"key": "a"}), false),
            (json!({"key": "  ", "what": "x"}), false),
            (json!({"key": [1], "what": "x"}), false),
            (json!({"key": 1.5, "what": "x"}), false),
            (json!({"key": "k".repeat(201), "what": "x"}), false),
            (json!({"what": "x", "aspects": "a"}), false),
            (json!({"what": "x", "aspects": [""]}), false),
            (json!({"what": "x", "extra": {"a": [1]}}), false),
            (json!({"what": "x", "synthetic": "yes"}), false),
        ],
    );
}

#[test]
fn schema_and_reader_agree_on_outputs() {
    agree(
        "output",
        crate::outputs_jsonl,
        &[
            (json!({"case": "1", "text": "x"}), true),
            (json!({"case": 1, "key": "a", "text": "x", "sampling": {"t": 1}, "seed": 5}), true),
            (json!({"case": "1", "text": "x", "items": {"drugs": []}}), true),
            (json!({"case": "1", "text": ""}), false),
            (json!({"text": "x"}), false),
            (json!({"case": null, "text": "x"}), false),
            (json!({"case": "1", "text": "x", "sample": -1}), false),
            (json!({"case": "1", "text": "x", "sample": 4_294_967_296_u64}), false),
            (json!({"case": "1", "text": "x", "seed": 1.5}), false),
            (json!({"case": "1", "text": "x", "items": {"drugs": "a"}}), false),
            (json!({"case": "1", "text": "x", "model": true}), false),
        ],
    );
}

#[test]
fn schema_and_reader_agree_on_ratings() {
    let rating = |more: Value| {
        let mut line = json!({"output": "o", "rater": "r", "rubric": "q", "answers": {}});
        for (name, value) in more.as_object().unwrap() {
            line[name] = value.clone();
        }
        line
    };
    agree(
        "rating",
        crate::ratings_jsonl,
        &[
            (rating(json!({})), true),
            (
                rating(
                    json!({"answers": {"a": 1, "b": null, "c": [{"d": 1}], "e": {"declined": "not_applicable"}}}),
                ),
                true,
            ),
            (rating(json!({"at": "2026-04-01 09:30:00.5Z", "profession": null})), true),
            (rating(json!({"answers": {"a": {"declined": "no"}}})), false),
            (rating(json!({"answers": {"a": [1]}})), false),
            (rating(json!({"answers": {"a": {"b": 1}}})), false),
            (rating(json!({"answers": [1]})), false),
            (rating(json!({"answers": null})), false),
            (rating(json!({"version": 0})), false),
            (rating(json!({"rater": ""})), false),
            (rating(json!({"at": "2026-04-01"})), false),
            (json!({"output": "o", "rater": "r", "answers": {}}), false),
        ],
    );
}
