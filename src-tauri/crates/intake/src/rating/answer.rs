//! One answer from JSON or from a cell.

use std::collections::BTreeMap;

use serde_json::Value;
use shinsa_domain::{Answer, Declined};

/// An answer from its JSON form; `None` for what is none. The same as the
/// domain's own deserialiser, which a test holds, without its buffering: files
/// hold hundreds of thousands of answers.
pub(super) fn read_answer(value: &Value) -> Option<Answer> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(yes) => Answer::Bool(*yes),
        Value::Number(number) => {
            match number.as_i64().and_then(|whole| i32::try_from(whole).ok()) {
                Some(whole) => Answer::Int(whole),
                None => Answer::Number(number.as_f64()?),
            }
        }
        Value::String(text) => Answer::Text(text.clone()),
        Value::Array(list) => {
            let labels: Option<Vec<String>> =
                list.iter().map(|label| label.as_str().map(str::to_owned)).collect();
            match labels {
                Some(labels) => Answer::Labels(labels),
                None => Answer::Items(list.iter().map(read_item).collect::<Option<_>>()?),
            }
        }
        Value::Object(map) => Answer::Declined {
            declined: match map.get("declined")?.as_str()? {
                "cannot_judge" => Declined::CannotJudge,
                "not_applicable" => Declined::NotApplicable,
                "outside_specialty" => Declined::OutsideSpecialty,
                _ => return None,
            },
        },
    })
}

fn read_item(value: &Value) -> Option<BTreeMap<String, Answer>> {
    let map = value.as_object()?;
    map.iter().map(|(name, value)| Some((name.clone(), read_answer(value)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e12..1e12_f64).prop_map(Value::from),
            prop::sample::select(vec!["", "a", "cannot_judge", "outside_specialty"])
                .prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("(declined|a|b)", inner, 0..3)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn answers_are_read_as_the_domain_reads_them(value in value()) {
            let theirs = serde_json::from_value::<Answer>(value.clone()).ok();
            prop_assert_eq!(read_answer(&value), theirs);
        }
    }
}
