//! Which tokens are learned. Fixture: `tests/parity/make_mask_fixtures.py`.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::tests::{CHATML, message};
use super::{ChatTemplate, Message, Turns};
use crate::tokenizer::Tokenizer;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/parity/fixtures/masks")
}

fn tokenizer() -> Tokenizer {
    Tokenizer::from_folder(&folder()).unwrap()
}

fn template(source: &str) -> ChatTemplate {
    let control = vec!["<|im_start|>".into(), "<|im_end|>".into()];
    ChatTemplate::new(source, String::new(), "<|im_end|>".into(), control).unwrap()
}

/// What is learned of it, turn by turn.
fn said(source: &str, messages: &[Message], turns: Turns) -> Result<Vec<String>, String> {
    let tokenizer = tokenizer();
    let lesson =
        template(source).lesson(&tokenizer, messages, turns).map_err(|error| error.to_string())?;
    Ok(lesson.answers.iter().map(|at| tokenizer.decode(&lesson.tokens[at.clone()])).collect())
}

#[test]
fn masks_by_generation_tags_are_those_of_transformers() {
    let fixture: Json =
        serde_json::from_slice(&std::fs::read(folder().join("masks.json")).unwrap()).unwrap();
    let tokenizer = tokenizer();
    let cases = fixture["cases"].as_array().unwrap();
    assert!(cases.len() >= 20);
    for case in cases {
        let (name, conversation) = (&case["template"], &case["conversation"]);
        let source = fixture["templates"][name.as_str().unwrap()].as_str().unwrap();
        let messages: Vec<Message> = serde_json::from_value(
            fixture["conversations"][conversation.as_str().unwrap()].clone(),
        )
        .unwrap();
        let lesson = template(source).lesson(&tokenizer, &messages, Turns::All).unwrap();
        let tokens: Vec<u32> = serde_json::from_value(case["tokens"].clone()).unwrap();
        let theirs: Vec<u8> = serde_json::from_value(case["mask"].clone()).unwrap();
        // Ours ends with the last learned token.
        let mut ours: Vec<u8> = lesson.mask().into_iter().map(u8::from).collect();
        ours.resize(theirs.len(), 0);
        assert_eq!(lesson.tokens, tokens[..lesson.tokens.len()], "{name} / {conversation}");
        assert_eq!(ours, theirs, "{name} / {conversation}");
    }
}

#[test]
fn with_and_without_tags_the_same_answers_are_learned() {
    let tagged = "{% for m in messages %}{{'<|im_start|>' + m.role + '\n'}}{% if m.role == 'assistant' %}{% generation %}{{ m.content + '<|im_end|>' }}{% endgeneration %}{% else %}{{ m.content + '<|im_end|>' }}{% endif %}{{ '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
    let rounds = [
        message("system", "採点"),
        message("user", "一つ目"),
        message("assistant", "{\"safety\":4}"),
        message("user", "二つ目"),
        message("assistant", "二つ目の答え"),
    ];
    for source in [CHATML, tagged] {
        let last = ["二つ目の答え<|im_end|>"];
        assert_eq!(said(source, &rounds, Turns::Last).unwrap(), last);
        assert_eq!(
            said(source, &rounds, Turns::All).unwrap(),
            ["{\"safety\":4}<|im_end|>", last[0]]
        );
    }
}

#[test]
fn a_character_of_several_tokens_is_learned_whole() {
    let source = "{% for m in messages %}{{ m.role ~ ':' }}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}{{ '|' }}{% endfor %}";
    let turns = [message("user", "?"), message("assistant", "髙")];
    assert_eq!(said(source, &turns, Turns::All).unwrap(), ["髙"]);
}

#[test]
fn what_cannot_be_told_apart_is_refused_with_the_reason() {
    // Thoughts of earlier turns are dropped once a later question came.
    let forgetful = "{% for m in messages %}{{'<|im_start|>' + m.role + '\n'}}{{ m.content if loop.index0 + 2 > messages|length or m.role != 'assistant' else 'forgotten' }}{{ '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
    let rounds = [
        message("user", "q"),
        message("assistant", "a"),
        message("user", "r"),
        message("assistant", "b"),
    ];
    assert_eq!(said(forgetful, &rounds, Turns::Last).unwrap(), ["b<|im_end|>"]);
    let refused = said(forgetful, &rounds, Turns::All).unwrap_err();
    assert!(refused.contains("learn the last turn only"), "{refused}");
    let unanswered = said(CHATML, &rounds[..1], Turns::All).unwrap_err();
    assert!(unanswered.contains("without an answer"), "{unanswered}");
    let tagged =
        "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}";
    let odd = [message("user", "a\u{FDD0}b"), message("assistant", "c")];
    assert!(said(tagged, &odd, Turns::All).unwrap_err().contains("U+FDD0"));
}
