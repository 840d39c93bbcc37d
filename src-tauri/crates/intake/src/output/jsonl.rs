//! Outputs from JSONL.

use std::collections::BTreeMap;

use serde_json::Value;
use shinsa_domain::Origin;

use super::record::OutputRecord;
use crate::intake::Intake;
use crate::jsonl::{Fields, JsonlOptions};
use crate::keys::read_keyed;

/// Fields of an output line, as the published schema lists them.
#[cfg(test)]
pub(crate) const FIELDS: [&str; 12] = [
    "case",
    "key",
    "text",
    "prompt",
    "model",
    "weights",
    "adapter",
    "sampling",
    "seed",
    "sample",
    "items",
    "synthetic",
];

/// Reads outputs from the bytes of a JSONL file, one object a line as
/// `resources/schemas/output.schema.json` describes it.
#[must_use]
pub fn outputs_jsonl(bytes: &[u8], options: &JsonlOptions) -> Intake<OutputRecord> {
    read_keyed(bytes, options, read_output)
}

fn read_output(fields: &mut Fields<'_>) -> Option<OutputRecord> {
    let case = fields.needed_name("case");
    let key = fields.name("key");
    let text = fields.needed_text("text");
    let prompt = Some(fields.text("prompt")).filter(|prompt| !prompt.is_empty());
    let sample = fields.small("sample").unwrap_or_default();
    let origin = Origin {
        model: fields.name("model"),
        weights: fields.name("weights").map(|hash| hash.to_lowercase()),
        adapter: fields.name("adapter"),
        sampling: match fields.take("sampling") {
            None => None,
            Some(Value::String(text)) => fields.plain("sampling", Value::String(text)),
            // Settings as an object are kept as they stand.
            Some(settings) => {
                fields.check_inside("sampling", &settings);
                Some(settings.to_string())
            }
        },
        seed: fields.whole("seed"),
    };
    let mut items = BTreeMap::new();
    for (list, value) in fields.object("items").unwrap_or_default() {
        let texts = fields.texts(&format!("items.{list}"), value);
        items.insert(list, texts);
    }
    let synthetic = fields.flag("synthetic");
    Some(OutputRecord {
        case: case?,
        key_made: key.is_none(),
        key: key.unwrap_or_default(),
        text: text?,
        prompt,
        sample,
        items,
        origin,
        synthetic,
    })
}
