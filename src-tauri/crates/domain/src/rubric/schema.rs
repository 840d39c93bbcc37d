//! The JSON Schema of a rating: one source for the form, the import and the
//! judge's grammar.

use super::{Criterion, ItemSource, Kind, Rubric, Source};
use crate::{CaseText, Output};
use serde_json::{Map, Value, json};

/// For whom a rating's schema is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A person: may decline every criterion and leave optional ones out.
    Rater,
    /// A judge: answers every asked criterion, in the rubric's order.
    Judge {
        /// Whether free texts are asked too; without them the schema is finite.
        reasons: bool,
    },
}

impl Audience {
    /// Whether the criterion is part of this audience's rating.
    #[must_use]
    pub fn asks(self, criterion: &Criterion) -> bool {
        let text = matches!(criterion.kind, Kind::Text { .. });
        criterion.source == Source::Asked && (!text || self != Self::Judge { reasons: false })
    }
}

/// The JSON Schema (2020-12) of a complete rating of `output` by `rubric`.
/// Property order is the rubric's.
#[must_use]
pub fn rating_schema(
    rubric: &Rubric,
    case: &CaseText,
    output: &Output,
    audience: Audience,
) -> Value {
    let count = |criterion: &Criterion, items: ItemSource| match items {
        ItemSource::CaseAspects => case.aspects.len(),
        ItemSource::Output => output.items.get(&criterion.id).map_or(0, Vec::len),
    };
    object(&rubric.criteria, audience, &count)
}

type Count<'a> = dyn Fn(&Criterion, ItemSource) -> usize + 'a;

fn object(criteria: &[Criterion], audience: Audience, count: &Count<'_>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for criterion in criteria.iter().filter(|c| audience.asks(c)) {
        let value = value(criterion, audience, count);
        let value = match audience {
            Audience::Rater => json!({"anyOf": [value, declined()]}),
            Audience::Judge { .. } => value,
        };
        properties.insert(criterion.id.clone(), value);
        if criterion.required || audience != Audience::Rater {
            required.push(criterion.id.clone());
        }
    }
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn declined() -> Value {
    json!({
        "type": "object",
        "properties": {"declined": {"enum": ["cannot_judge", "not_applicable", "outside_specialty"]}},
        "required": ["declined"],
        "additionalProperties": false,
    })
}

fn value(criterion: &Criterion, audience: Audience, count: &Count<'_>) -> Value {
    match &criterion.kind {
        Kind::Scale { levels } => {
            json!({"enum": levels.iter().map(|l| l.value).collect::<Vec<_>>()})
        }
        Kind::Number { min, max, step } => number(*min, *max, *step, audience),
        Kind::Points { .. } | Kind::Flag => json!({"type": "boolean"}),
        Kind::Deductions { items } => {
            let ids: Vec<&str> = items.iter().map(|i| i.id.as_str()).collect();
            match audience {
                Audience::Rater => {
                    json!({"type": "array", "items": {"enum": ids}, "uniqueItems": true, "maxItems": ids.len()})
                }
                // Every subset in the rubric's order, spelt out: a grammar
                // can't hold `uniqueItems`, and one order means one spelling.
                Audience::Judge { .. } if ids.len() <= 6 => json!({"enum": subsets(&ids)}),
                Audience::Judge { .. } => {
                    json!({"type": "array", "items": {"enum": ids}, "maxItems": ids.len()})
                }
            }
        }
        Kind::Choice { options } => {
            json!({"enum": options.iter().map(|o| o.id.as_str()).collect::<Vec<_>>()})
        }
        Kind::List { items, each } => {
            let n = count(criterion, *items);
            json!({"type": "array", "items": object(each, audience, count), "minItems": n, "maxItems": n})
        }
        Kind::Text { max_chars } => json!({"type": "string", "maxLength": max_chars}),
    }
}

/// Few allowed numbers are listed for a judge, so that it can't miss a step.
fn number(min: f64, max: f64, step: f64, audience: Audience) -> Value {
    let steps = ((max - min) / step).round();
    if audience == Audience::Rater || steps > 200.0 {
        return json!({"type": "number", "minimum": min, "maximum": max});
    }
    let mut values = Vec::new();
    let mut k = 0.0;
    while k <= steps {
        // Two decimals more than the step are noise of binary fractions.
        let value = ((min + k * step) * 1e9).round() / 1e9;
        if value <= max {
            values.push(
                serde_json::to_value(crate::Answer::from_number(value)).unwrap_or(Value::Null),
            );
        }
        k += 1.0;
    }
    json!({"enum": values})
}

fn subsets(ids: &[&str]) -> Vec<Vec<String>> {
    let all = 1_u32 << ids.len();
    let pick = |mask: u32| {
        (0..ids.len()).filter(move |i| mask >> i & 1 == 1).map(|i| ids[i].to_owned()).collect()
    };
    (0..all).map(pick).collect()
}
