//! The shipped model against transformers on the same dequantised weights.
//! Fixture and its script: tests/parity/ at the workspace's root.

// Tests make files of their own.
#![allow(clippy::disallowed_methods)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use shinsa_lm::{Model, OpenOptions, Residency, Session, inspect};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..").join("..")
}

fn model_path() -> PathBuf {
    let default = root().join("target").join("models").join("smollm2-135m-instruct-q4_1.gguf");
    let path = std::env::var_os("SHINSA_MODEL").map_or(default, PathBuf::from);
    assert!(
        path.is_file(),
        "{} is missing: run `make test`, which fetches the model, or set SHINSA_MODEL",
        path.display()
    );
    path
}

fn cases() -> Vec<Value> {
    let path = root().join("tests").join("parity").join("fixtures").join("smollm2.json");
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn ids(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|v| v.as_u64().unwrap() as u32).collect()
}

fn best(logits: &[f32]) -> u32 {
    (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap() as u32
}

fn agrees(residency: Residency) {
    let model =
        Model::open(&model_path(), &OpenOptions { residency, ..OpenOptions::default() }).unwrap();
    for case in cases() {
        let mut session = Session::new(&model, None);
        let prefix = session.prefix(None, &ids(&case["prompt"])).unwrap();
        let tops = ids(&case["top_ids"]);
        for (id, want) in tops.iter().zip(case["top_logits"].as_array().unwrap()) {
            let got = f64::from(prefix.logits()[*id as usize]);
            let want = want.as_f64().unwrap();
            assert!((got - want).abs() < 1e-3, "logit of {id}: {got} for {want}");
        }
        let sum: f64 = prefix.logits().iter().map(|&v| f64::from(v).exp()).sum();
        assert!((sum.ln() - case["log_sum_exp"].as_f64().unwrap()).abs() < 1e-3);
        let want = ids(&case["continuation"]);
        let mut got = vec![best(prefix.logits())];
        let sequence = session.start(&prefix);
        while got.len() < want.len() {
            let last = [*got.last().unwrap()];
            got.push(best(&session.step(&[(sequence, &last)]).unwrap()[0]));
        }
        assert_eq!(got, want);
    }
}

#[test]
fn greedy_continuation_is_the_references_when_dequantised_once() {
    agrees(Residency::F32);
}

#[test]
fn greedy_continuation_is_the_references_when_kept_quantised() {
    agrees(Residency::Stored);
}

#[test]
fn a_card_tells_what_the_file_is() {
    let card = inspect(&model_path()).unwrap();
    assert_eq!((card.arch.as_str(), card.supported, card.vocab), ("llama", true, 49152));
    assert_eq!(card.parameters, 134_515_008);
    assert_eq!(card.tokenizer_pre.as_deref(), Some("smollm"));
    assert!(card.has_template);
}

#[test]
fn a_file_cut_short_names_the_tensor_that_is_missing() {
    let bytes = std::fs::read(model_path()).unwrap();
    let path = std::env::temp_dir().join(format!("shinsa-lm-short-{}.gguf", std::process::id()));
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let error = Model::open(&path, &OpenOptions::default()).err().unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(error.code(), "gguf-truncated");
    assert!(error.args()["tensor"].contains("blk."), "{error}");
}
