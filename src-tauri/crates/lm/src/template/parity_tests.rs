//! The same text as transformers. Fixture: `tests/parity/make_template_fixtures.py`.

use std::path::Path;

use serde_json::Value as Json;

use super::{ChatTemplate, Message};

#[test]
fn every_template_renders_byte_for_byte_as_transformers_does() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/parity/fixtures/templates.json");
    let fixture: Json = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for case in fixture["cases"].as_array().unwrap() {
        let name = case["template"].as_str().unwrap();
        let source = fixture["templates"][name].as_str().unwrap();
        let template = ChatTemplate::new(source, "<s>".into(), "</s>".into(), Vec::new()).unwrap();
        let conversation = case["conversation"].as_str().unwrap();
        let messages: Vec<Message> =
            serde_json::from_value(fixture["conversations"][conversation].clone()).unwrap();
        let prompt = case["add_generation_prompt"].as_bool().unwrap();
        let same = match (template.render(&messages, prompt), case["text"].as_str()) {
            (Ok(text), Some(expected)) if text == expected => continue,
            (Err(error), None) if error.to_string().contains(case["error"].as_str().unwrap()) => {
                continue;
            }
            (ours, theirs) => {
                format!("{name} / {conversation}\n ours {ours:?}\n theirs {theirs:?}")
            }
        };
        wrong.push(same);
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
