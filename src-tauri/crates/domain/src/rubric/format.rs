//! The JSON Schema of the rubric format itself, for people who write one.

use super::Rubric;
use serde_json::{Value, json};

/// The JSON Schema (2020-12) of a rubric file, published as
/// `resources/schemas/rubric.schema.json`. It holds the shape; rules between
/// fields (unique ids, references of the scoring) are [`Rubric::validate`]'s.
#[must_use]
pub fn rubric_format() -> Value {
    let derived = schemars::schema_for!(Rubric).to_value();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:shinsa:schema:rubric:1",
        "title": "Shinsa rubric",
    });
    if let (Some(schema), Value::Object(derived)) = (schema.as_object_mut(), derived) {
        for (name, value) in derived.into_iter().filter(|(n, _)| n != "$schema" && n != "title") {
            schema.insert(name, value);
        }
    }
    schema
}
