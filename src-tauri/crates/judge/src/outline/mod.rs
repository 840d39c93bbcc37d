//! What a verdict looks like: the part of JSON Schema that ratings use, read
//! once and used for the grammar, for the token budget and for the levels.

mod lark;
mod walk;

pub use walk::Choice;

use serde_json::{Map, Value};

use crate::JudgeError;

/// A JSON value of a fixed spelling: no white space, properties in the schema's
/// order. Every part but [`Outline::Text`] and the length of an
/// [`Outline::Array`] is finite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outline {
    /// One of these spellings.
    Finite(Vec<String>),
    /// A string of `min` to `max` characters.
    Text {
        /// Fewest characters.
        min: usize,
        /// Most characters.
        max: usize,
    },
    /// An object with all of these properties in this order.
    Object(Vec<(String, Outline)>),
    /// A list of `min` to `max` like items.
    Array {
        /// Each item.
        item: Box<Outline>,
        /// Fewest items.
        min: usize,
        /// Most items.
        max: usize,
    },
    /// Some of these spellings, each at most once and in this order.
    Subset(Vec<String>),
}

/// Most whole numbers that are spelt out one by one.
const MOST_INTEGERS: i64 = 1000;

impl Outline {
    /// Reads a rating's schema. Properties must all be required, and everything
    /// must be bounded: what is not understood is refused, never ignored.
    ///
    /// # Errors
    /// [`JudgeError::Schema`] with the place in the schema.
    pub fn from_schema(schema: &Value) -> Result<Outline, JudgeError> {
        read(schema, "")
    }

    /// Whether it has neither texts nor lists of open length, so that
    /// [`Outline::need`] bounds every spelling of it.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        match self {
            Outline::Finite(_) | Outline::Subset(_) => true,
            Outline::Text { .. } => false,
            Outline::Object(fields) => fields.iter().all(|(_, field)| field.is_finite()),
            Outline::Array { item, min, max } => min == max && item.is_finite(),
        }
    }
}

fn refuse<T>(place: &str, reason: &str) -> Result<T, JudgeError> {
    let place = if place.is_empty() { "the schema" } else { place };
    Err(JudgeError::Schema { place: place.to_owned(), reason: reason.to_owned() })
}

fn read(schema: &Value, place: &str) -> Result<Outline, JudgeError> {
    let Value::Object(map) = schema else {
        return refuse(place, "is not an object");
    };
    for key in map.keys() {
        let known = [
            "type",
            "enum",
            "const",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "minItems",
            "maxItems",
            "uniqueItems",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "anyOf",
            "title",
            "description",
            "$schema",
            "$id",
        ];
        if !known.contains(&key.as_str()) {
            return refuse(place, &format!("uses {key}, which a verdict's grammar can't hold"));
        }
    }
    if let Some(values) = map.get("enum") {
        let Some(values) = values.as_array().filter(|v| !v.is_empty()) else {
            return refuse(place, "has an empty enum");
        };
        return Ok(finite(values));
    }
    if let Some(value) = map.get("const") {
        return Ok(finite(std::slice::from_ref(value)));
    }
    if let Some(options) = map.get("anyOf").and_then(Value::as_array) {
        let mut all = Vec::new();
        for option in options {
            match read(option, place)? {
                Outline::Finite(values) => all.extend(values),
                _ => return refuse(place, "has an anyOf of more than plain values"),
            }
        }
        return Ok(Outline::Finite(unique(all)));
    }
    match map.get("type").and_then(Value::as_str) {
        Some("boolean") => Ok(Outline::Finite(vec!["true".into(), "false".into()])),
        Some("null") => Ok(Outline::Finite(vec!["null".into()])),
        Some("integer") => integer(map, place),
        Some("string") => text(map, place),
        Some("object") => object(map, place),
        Some("array") => array(map, place),
        Some("number") => refuse(
            place,
            "is a number with too many values to list; give the criterion a coarser step",
        ),
        _ => refuse(place, "has no type that a verdict's grammar knows"),
    }
}

fn unique(values: Vec<String>) -> Vec<String> {
    let mut seen = Vec::with_capacity(values.len());
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}

fn finite(values: &[Value]) -> Outline {
    Outline::Finite(unique(values.iter().map(Value::to_string).collect()))
}

fn size(map: &Map<String, Value>, key: &str) -> Option<usize> {
    map.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok())
}

fn integer(map: &Map<String, Value>, place: &str) -> Result<Outline, JudgeError> {
    let bound = |key: &str| map.get(key).and_then(Value::as_i64);
    match (bound("minimum"), bound("maximum")) {
        (Some(low), Some(high)) if low <= high && high.saturating_sub(low) < MOST_INTEGERS => {
            Ok(Outline::Finite((low..=high).map(|n| n.to_string()).collect()))
        }
        _ => refuse(place, "is a whole number without close bounds"),
    }
}

fn text(map: &Map<String, Value>, place: &str) -> Result<Outline, JudgeError> {
    let min = size(map, "minLength").unwrap_or(0);
    match size(map, "maxLength") {
        Some(max) if min <= max => Ok(Outline::Text { min, max }),
        _ => refuse(place, "is a text without maxLength"),
    }
}

fn object(map: &Map<String, Value>, place: &str) -> Result<Outline, JudgeError> {
    if map.get("additionalProperties") != Some(&Value::Bool(false)) {
        return refuse(place, "allows properties that aren't named");
    }
    let empty = Map::new();
    let properties = map.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let required = map.get("required").and_then(Value::as_array);
    let mut fields = Vec::with_capacity(properties.len());
    for (key, schema) in properties {
        let place = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
        if !required.is_some_and(|r| r.iter().any(|name| name.as_str() == Some(key))) {
            return refuse(&place, "is optional, and a verdict answers everything");
        }
        fields.push((key.clone(), read(schema, &place)?));
    }
    if required.is_some_and(|r| r.len() != fields.len()) {
        return refuse(place, "requires a property that isn't described");
    }
    Ok(Outline::Object(fields))
}

fn array(map: &Map<String, Value>, place: &str) -> Result<Outline, JudgeError> {
    let Some(items) = map.get("items") else {
        return refuse(place, "is a list of anything");
    };
    let item = read(items, &format!("{place}[]"))?;
    let min = size(map, "minItems").unwrap_or(0);
    let Some(max) = size(map, "maxItems").filter(|max| min <= *max) else {
        return refuse(place, "is a list without maxItems");
    };
    let unique = map.get("uniqueItems") == Some(&Value::Bool(true));
    match item {
        // Each at most once and in the list's order: one spelling per answer.
        Outline::Finite(values) if min == 0 && max == values.len() => Ok(Outline::Subset(values)),
        _ if unique => refuse(place, "is a list of different items of unlike number"),
        item => Ok(Outline::Array { item: Box::new(item), min, max }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rating_s_schema_is_understood() {
        let schema = json!({
            "type": "object",
            "properties": {
                "safety": {"enum": [1, 2, 10]},
                "harm": {"type": "boolean"},
                "faults": {"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 2},
                "drugs": {"type": "array", "minItems": 1, "maxItems": 1, "items": {
                    "type": "object", "properties": {"score": {"enum": [0, 0.5, 1]}},
                    "required": ["score"], "additionalProperties": false}},
                "reason": {"type": "string", "maxLength": 40},
            },
            "required": ["safety", "harm", "faults", "drugs", "reason"],
            "additionalProperties": false,
        });
        let list = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
        let score = Outline::Finite(list(&["0", "0.5", "1"]));
        let expected = Outline::Object(vec![
            ("safety".into(), Outline::Finite(list(&["1", "2", "10"]))),
            ("harm".into(), Outline::Finite(list(&["true", "false"]))),
            ("faults".into(), Outline::Subset(list(&["\"a\"", "\"b\""]))),
            (
                "drugs".into(),
                Outline::Array {
                    item: Box::new(Outline::Object(vec![("score".into(), score)])),
                    min: 1,
                    max: 1,
                },
            ),
            ("reason".into(), Outline::Text { min: 0, max: 40 }),
        ]);
        assert_eq!(Outline::from_schema(&schema).unwrap(), expected);
    }

    #[test]
    fn what_is_unbounded_or_unknown_is_refused_with_its_place() {
        let refused = |property: Value| {
            let schema = json!({"type": "object", "properties": {"x": property},
                "required": ["x"], "additionalProperties": false});
            let error = Outline::from_schema(&schema).unwrap_err();
            assert_eq!(error.code(), "judge-schema");
            assert!(error.to_string().contains('x'), "{error}");
        };
        refused(json!({"type": "string"}));
        refused(json!({"type": "number", "minimum": 0, "maximum": 1}));
        refused(json!({"type": "integer", "minimum": 0}));
        refused(json!({"type": "array", "items": {"type": "boolean"}}));
        refused(json!({"type": "string", "maxLength": 4, "pattern": "a+"}));
        refused(json!({"type": "object"}));
        refused(json!({}));
        refused(json!(true));
    }

    #[test]
    fn an_optional_property_is_refused() {
        let schema = json!({"type": "object", "properties": {"x": {"type": "boolean"}},
            "required": [], "additionalProperties": false});
        assert!(Outline::from_schema(&schema).is_err());
    }
}
