//! The shipped model with an adapter of ours decodes as llama.cpp does with the
//! file that we export, on the same weights in f32. Fixture and the script that makes it:
//! `tests/parity/make_llama_cpp_fixture.py` at the workspace's root.

use std::path::{Path, PathBuf};

use serde_json::Value;
use shinsa_lm::adapter::{load_gguf, save_gguf};
use shinsa_lm::{Lora, LoraConfig, Model, OpenOptions, Residency, Session};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn model() -> Model {
    let default = root().join("target/models/smollm2-135m-instruct-q4_1.gguf");
    let path = std::env::var_os("SHINSA_MODEL").map_or(default, PathBuf::from);
    assert!(path.is_file(), "{} is missing: run `make model`", path.display());
    Model::open(&path, &OpenOptions { residency: Residency::F32, ..OpenOptions::default() })
        .unwrap()
}

fn fixture() -> Value {
    let path = root().join("tests/parity/fixtures/llama-cpp-lora.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn ids(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|v| v.as_u64().unwrap() as u32).collect()
}

/// The script's formula.
fn number(stream: u32, i: usize, size: f32) -> f32 {
    let mut h = (i as u32).wrapping_add(stream.wrapping_mul(7919)).wrapping_mul(2_654_435_761);
    h = (h ^ (h >> 15)).wrapping_mul(2_246_822_519);
    h ^= h >> 13;
    ((h >> 8) as f32 / (1u32 << 24) as f32 - 0.5) * size
}

fn adapter(model: &Model, fixture: &Value) -> Lora {
    let config = LoraConfig {
        r: fixture["r"].as_u64().unwrap() as usize,
        alpha: fixture["alpha"].as_f64().unwrap() as f32,
        ..LoraConfig::default()
    };
    let size = fixture["size"].as_f64().unwrap() as f32;
    let mut lora = Lora::zeros(&model.spec, &config).unwrap();
    for (at, slot) in lora.slots.clone().into_iter().enumerate() {
        for (side, range) in [slot.a, slot.b].into_iter().enumerate() {
            for (i, v) in lora.values[range].iter_mut().enumerate() {
                *v = number(2 * at as u32 + side as u32, i, size);
            }
        }
    }
    lora
}

fn greedy(model: &Model, lora: Option<&Lora>, prompt: &[u32], n: usize) -> Vec<u32> {
    let best = |logits: &[f32]| {
        (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap() as u32
    };
    let mut session = Session::new(model, lora);
    let prefix = session.prefix(None, prompt).unwrap();
    let id = session.start(&prefix);
    let mut tokens = vec![best(prefix.logits())];
    while tokens.len() < n {
        let last = *tokens.last().unwrap();
        tokens.push(best(&session.step(&[(id, &[last])]).unwrap()[0]));
    }
    tokens
}

#[test]
fn an_exported_adapter_gives_llama_cpps_greedy_tokens() {
    let (model, fixture) = (model(), fixture());
    let lora = adapter(&model, &fixture);
    let path = std::env::temp_dir().join(format!("shinsa-llama-{}.gguf", std::process::id()));
    save_gguf(&lora, &model, &path).unwrap();
    let again = load_gguf(&path, &model);
    shinsa_fsio::remove_file(&path).unwrap();
    let again = again.unwrap();
    assert_eq!(again.values, lora.values, "the file holds what llama.cpp was given");
    let cases = fixture["cases"].as_array().unwrap();
    assert!(cases.len() == 6);
    for case in cases {
        let (prompt, wanted) = (ids(&case["prompt"]), ids(&case["tokens"]));
        assert_eq!(greedy(&model, Some(&again), &prompt, wanted.len()), wanted);
        assert_ne!(wanted, ids(&case["without"]));
        assert_eq!(greedy(&model, None, &prompt, wanted.len()), ids(&case["without"]));
    }
}
