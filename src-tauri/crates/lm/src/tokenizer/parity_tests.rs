//! The same ids as llama.cpp. Fixtures: `tests/parity/make_tokenizer_fixtures.py`.

use std::fs::File;
use std::path::{Path, PathBuf};

use candle_core::quantized::gguf_file::{Content, Value};
use serde_json::Value as Json;

use super::{Tokenizer, pre};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn fixture() -> Json {
    let path = repository().join("tests/parity/fixtures/tokenizer.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn read(path: &Path) -> Content {
    let mut file = File::open(path)
        .unwrap_or_else(|e| panic!("{}: {e}; run scripts/fetch-model first", path.display()));
    Content::read(&mut file).unwrap()
}

fn embedded() -> Content {
    read(&repository().join("target/models/smollm2-135m-instruct-q4_1.gguf"))
}

fn texts(fixture: &Json) -> Vec<&str> {
    fixture["texts"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect()
}

fn ids(json: &Json) -> Vec<u32> {
    json.as_array().unwrap().iter().map(|id| u32::try_from(id.as_u64().unwrap()).unwrap()).collect()
}

fn assert_same(tokenizer: &Tokenizer, fixture: &Json, expected: &Json, special: bool, what: &str) {
    for (text, expected) in texts(fixture).into_iter().zip(expected.as_array().unwrap()) {
        assert_eq!(tokenizer.encode(text, special), ids(expected), "{what}: {text:?}");
    }
}

#[test]
fn the_embedded_models_ids_are_llama_cpps() {
    let fixture = fixture();
    let tokenizer = Tokenizer::from_gguf(&embedded()).unwrap();
    assert_same(&tokenizer, &fixture, &fixture["smollm"]["special"], true, "special");
    assert_same(&tokenizer, &fixture, &fixture["smollm"]["literal"], false, "literal");
    assert_eq!(tokenizer.vocab_size(), 49152);
    assert_eq!((tokenizer.bos(), tokenizer.eos(), tokenizer.eot()), (Some(1), Some(2), Some(2)));
    assert!(!tokenizer.adds_bos());
    assert_eq!(tokenizer.ends(), [2]);
    assert_eq!(tokenizer.token_bytes(2), b"<|im_end|>");
    assert!(tokenizer.is_special(2) && !tokenizer.is_special(300));
    assert_eq!(tokenizer.token_bytes(49152), b"");
}

#[test]
fn decoding_gives_back_every_text_byte_for_byte() {
    let fixture = fixture();
    let tokenizer = Tokenizer::from_gguf(&embedded()).unwrap();
    for text in texts(&fixture) {
        for special in [true, false] {
            assert_eq!(tokenizer.decode(&tokenizer.encode(text, special)), text);
        }
    }
}

#[test]
fn every_pre_type_cuts_text_as_llama_cpp_does() {
    let fixture = fixture();
    let mut content = read(&repository().join("tests/parity/fixtures/pairs-vocabulary.bin"));
    let mut checked: Vec<&str> = vec!["gpt2"];
    for group in fixture["cuts"].as_array().unwrap() {
        let names: Vec<&str> =
            group["names"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
        let mut seen: Vec<pre::Pre> = Vec::new();
        for name in names {
            checked.push(name);
            let cut = pre::lookup(name).unwrap_or_else(|| panic!("{name} isn't in the table"));
            // Names that share a cut share a tokenizer: one of them is enough.
            if seen.contains(&cut) {
                continue;
            }
            seen.push(cut);
            content.metadata.insert("tokenizer.ggml.pre".into(), Value::String(name.into()));
            let tokenizer = Tokenizer::from_gguf(&content).unwrap();
            assert_same(&tokenizer, &fixture, &group["ids"], true, name);
        }
    }
    for name in pre::NAMES {
        assert!(checked.contains(name), "{name} is in the table but not checked");
    }
}

#[test]
fn a_sentencepiece_vocabulary_gives_llama_cpps_ids() {
    let fixture = fixture();
    let content = read(&repository().join("tests/parity/fixtures/pieces-vocabulary.bin"));
    let tokenizer = Tokenizer::from_gguf(&content).unwrap();
    assert_same(&tokenizer, &fixture, &fixture["pieces"]["special"], true, "special");
    assert_same(&tokenizer, &fixture, &fixture["pieces"]["literal"], false, "literal");
    assert!(tokenizer.adds_bos());
    let text = "薬を\n確認 <x>";
    assert_eq!(tokenizer.decode(&tokenizer.encode(text, false)), format!(" {text}"));
}

#[test]
fn the_canonical_json_makes_the_same_tokenizer_again() {
    let fixture = fixture();
    let tokenizer = Tokenizer::from_gguf(&embedded()).unwrap();
    let dir = std::env::temp_dir().join(format!("shinsa-tokenizer-{}", std::process::id()));
    shinsa_fsio::create_dir_all(&dir).unwrap();
    shinsa_fsio::atomic_write(&dir.join("tokenizer.json"), &tokenizer.canonical_json()).unwrap();
    let config = br#"{"bos_token": "<|im_start|>", "eos_token": {"content": "<|im_end|>"}}"#;
    shinsa_fsio::atomic_write(&dir.join("tokenizer_config.json"), config).unwrap();
    let again = Tokenizer::from_folder(&dir).unwrap();
    shinsa_fsio::remove_dir_all(&dir).unwrap();
    assert_eq!(again.hash(), tokenizer.hash());
    assert_eq!((again.bos(), again.eos(), again.eot()), (Some(1), Some(2), Some(2)));
    for text in texts(&fixture) {
        assert_eq!(again.encode(text, true), tokenizer.encode(text, true));
    }
}
