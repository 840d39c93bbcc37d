//! The passport: every hash that decides a verdict, as canonical JSON (RFC 8785).

use serde_json::{Value, json};
use shinsa_domain::hash_json;
use shinsa_lm::{Device, Model, Numeric, Sampling};

use crate::JudgeError;
use crate::spec::{JudgeItem, JudgeSpec};

/// A judge's identity and a job's passport.
pub(crate) struct Passport {
    /// Of the judge alone: the same whatever it judges.
    pub(crate) judge_hash: String,
    /// With its own hash in it.
    pub(crate) value: Value,
    /// BLAKE3 of the passport without `hash`.
    pub(crate) hash: String,
}

pub(crate) fn hash(value: &Value) -> Result<String, JudgeError> {
    hash_json(value)
        .map(|hash| hash.to_string())
        .map_err(|error| JudgeError::Spec { reason: error.to_string() })
}

/// A single-precision number as the shortest decimal that means it.
pub(crate) fn short(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

/// How a model is computed, as a passport has it. On an NVIDIA GPU, products of
/// bf16 numbers are summed in f32, and the last bits depend on the batch.
pub(crate) fn numeric_mode(device: Device, numeric: Numeric) -> &'static str {
    match device {
        Device::Cpu => numeric.name(),
        Device::Cuda => "bf16",
        Device::Metal => "f32",
    }
}

/// Of one of a job's judges; `adapter` is its adapter's hash. Paths and threads
/// are left out: they don't change a verdict. Nor does how many verdicts are
/// written at once, but on a GPU.
pub(crate) fn passport(
    spec: &JudgeSpec,
    model: &Model,
    number: usize,
    adapter: Option<&str>,
) -> Result<Passport, JudgeError> {
    let sampling = spec.method.sampling(&spec.sampling);
    let mut decoding = sampled(&sampling, spec.max_tokens);
    together(spec.device, spec.batch, &mut decoding);
    // Raised when the grammar or the way of sampling changes.
    decoding["grammar"] = json!(2);
    let judge = json!({
        "engine": {"name": "shinsa", "version": env!("CARGO_PKG_VERSION"), "device": spec.device.name()},
        "method": spec.method.name(),
        "numeric_mode": numeric_mode(spec.device, spec.numeric),
        "base": {
            "weights": model.hash.weights,
            "tokenizer": model.hash.tokenizer,
            "template": model.hash.template,
        },
        "adapter": adapter,
        "inputs": spec.inputs,
        "decoding": decoding,
    });
    seal(judge, spec.items.iter().filter(|item| item.judge == number), spec.seed)
}

/// How many are written at once, where that can change what is written: see
/// [`numeric_mode`].
pub(crate) fn together(device: Device, batch: usize, decoding: &mut Value) {
    if device != Device::Cpu {
        decoding["batch"] = json!(batch);
    }
}

/// How tokens are drawn, as a passport has it.
pub(crate) fn sampled(sampling: &Sampling, max_tokens: usize) -> Value {
    json!({
        "temperature": short(sampling.temperature),
        "top_p": short(sampling.top_p),
        "top_k": sampling.top_k,
        "min_p": short(sampling.min_p),
        "repetition_penalty": short(sampling.repetition_penalty),
        "max_tokens": max_tokens,
    })
}

/// The passport of a judge, what it judged and its seed, with their hashes.
pub(crate) fn seal<'a>(
    judge: Value,
    items: impl Iterator<Item = &'a JudgeItem>,
    seed: u64,
) -> Result<Passport, JudgeError> {
    let judge_hash = hash(&judge)?;
    let items: Vec<Value> = items
        .map(|item| json!({"id": item.id, "messages": item.messages, "schema": item.schema}))
        .collect();
    let count = items.len();
    let (value, hash) = stamp(json!({
        "format": "shinsa-passport",
        "version": 1,
        "kind": "judging",
        "judge": judge,
        "judge_hash": judge_hash,
        "data": {"items": hash(&Value::Array(items))?, "item_count": count},
        "seed": seed.to_string(),
    }))?;
    Ok(Passport { judge_hash, value, hash })
}

/// A passport with its own hash put in, and that hash.
pub(crate) fn stamp(mut passport: Value) -> Result<(Value, String), JudgeError> {
    let hash = hash(&passport)?;
    if let Some(fields) = passport.as_object_mut() {
        fields.insert("hash".into(), json!(hash));
    }
    Ok((passport, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_are_written_at_once_is_part_of_a_gpus_judge_only() {
        let decoding = |device, batch| {
            let mut decoding = sampled(&Sampling::default(), 256);
            together(device, batch, &mut decoding);
            decoding
        };
        assert_eq!(decoding(Device::Cpu, 16), decoding(Device::Cpu, 240));
        assert_ne!(decoding(Device::Cuda, 16), decoding(Device::Cuda, 240));
        assert_eq!(numeric_mode(Device::Cuda, Numeric::Exact), "bf16");
    }
}
