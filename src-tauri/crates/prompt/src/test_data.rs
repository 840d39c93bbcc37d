//! Two small rubrics, a case and an output for this crate's tests.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shinsa_domain::{CaseText, Output, Rubric};

fn text(en: &str) -> Value {
    json!({"ja": format!("{en}の日本語"), "en": en})
}

fn rubric(criteria: Value, base: Value) -> Rubric {
    let rubric = json!({
        "id": "test", "version": 1, "title": text("Test"), "description": text("For tests"),
        "criteria": criteria, "scoring": {"base": base},
    });
    Rubric::from_json(&rubric.to_string()).unwrap()
}

/// A scale, deductions, a flag and an optional reason.
pub(crate) fn safety_rubric() -> Rubric {
    let level = |value: i32, en: &str| json!({"value": value, "label": text(en)});
    let item = |id: &str, en: &str| json!({"id": id, "label": text(en), "points": 1});
    rubric(
        json!([
            {"id": "safety", "label": text("Safety"), "kind": {"type": "scale", "levels": [
                level(1, "Dangerous"), level(2, "Problematic"), level(3, "Safe"),
            ]}},
            {"id": "deductions", "label": text("Deductions"), "kind": {"type": "deductions",
                "items": [item("unnatural", "Unnatural"), item("careless", "Careless")]}},
            {"id": "harm", "label": text("Harm"), "kind": {"type": "flag"}},
            {"id": "reason", "label": text("Reason"), "kind": {"type": "text", "max_chars": 40},
                "required": false},
        ]),
        json!({"of": "criterion", "id": "safety"}),
    )
}

/// A number, a list over the case's aspects and one over the output's items.
pub(crate) fn mixed_rubric() -> Rubric {
    let choice = |id: &str| json!({"id": id, "label": text(id)});
    rubric(
        json!([
            {"id": "score", "label": text("Score"),
                "kind": {"type": "number", "min": 0, "max": 1, "step": 0.5}},
            {"id": "aspects", "label": text("Aspects"), "kind": {"type": "list",
                "items": "case_aspects",
                "each": [{"id": "met", "label": text("Met"), "kind": {"type": "flag"}}]}},
            {"id": "drugs", "label": text("Drugs"), "kind": {"type": "list", "items": "output",
                "each": [
                    {"id": "label", "label": text("Label"), "kind": {"type": "choice",
                        "options": [choice("correct"), choice("unsafe")]}},
                    {"id": "score", "label": text("Score"),
                        "kind": {"type": "number", "min": 0, "max": 1, "step": 0.5}},
                ]}},
        ]),
        json!({"of": "criterion", "id": "score"}),
    )
}

pub(crate) fn case(what: &str) -> CaseText {
    CaseText { what: what.into(), ..CaseText::default() }
}

pub(crate) fn output(text: &str) -> Output {
    let id = "00000000-0000-7000-8000-000000000000";
    let value = json!({"id": id, "key": "o", "case": id, "prompt": id, "sample": 0, "text": text,
        "items": BTreeMap::<String, Vec<String>>::new(), "origin": {}});
    serde_json::from_value(value).unwrap()
}
