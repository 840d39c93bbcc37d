//! What makes a judging job repeatable: hashes of everything that decides it.

use serde_json::{Value, json};
use shinsa_domain::hash_json;
use shinsa_lm::Model;

use crate::JudgeError;
use crate::spec::JudgeSpec;

/// The crate's version stands for the engine's; a change of the sampling, the
/// grammar or the numbers comes with a new one.
const ENGINE: &str = concat!("shinsa-judge ", env!("CARGO_PKG_VERSION"));
/// f32 accumulation in a fixed order: the same whatever the batch or the threads.
const NUMERIC_MODE: &str = "exact-f32";

/// A judge's identity and a job's passport.
pub(crate) struct Passport {
    pub(crate) judge_hash: String,
    pub(crate) value: Value,
    pub(crate) hash: String,
}

fn hash(value: &Value) -> Result<String, JudgeError> {
    let hash = hash_json(value).map_err(|e| JudgeError::Spec { reason: e.to_string() })?;
    Ok(hash.to_string())
}

/// `adapter` is the adapter's hash. How many sequences ran at once and on how
/// many threads is left out: it doesn't change a verdict.
pub(crate) fn passport(
    spec: &JudgeSpec,
    model: &Model,
    adapter: Option<&str>,
) -> Result<Passport, JudgeError> {
    let judge = json!({
        "weights": model.hash.weights,
        "tokenizer": model.hash.tokenizer,
        "chat_template": model.hash.template,
        "adapter": adapter,
        "inputs": spec.inputs,
        "decoding": {
            "temperature": spec.sampling.temperature,
            "top_p": spec.sampling.top_p,
            "top_k": spec.sampling.top_k,
            "max_tokens": spec.max_tokens,
            "grammar": "outline-1",
        },
        "engine": ENGINE,
        "numeric_mode": NUMERIC_MODE,
    });
    let judge_hash = hash(&judge)?;
    let items = serde_json::to_value(&spec.items)
        .map_err(|e| JudgeError::Spec { reason: e.to_string() })?;
    let value = json!({
        "format": "shinsa-passport-1",
        "kind": "judge",
        "model": model.name,
        "judge": judge,
        "judge_hash": judge_hash,
        "seed": spec.seed.to_string(),
        "items": hash(&items)?,
    });
    let hash = hash(&value)?;
    Ok(Passport { judge_hash, value, hash })
}
