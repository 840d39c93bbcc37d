//! The passport: every hash that decides a verdict, as canonical JSON (RFC 8785).

use serde_json::{Value, json};
use shinsa_domain::{canonical_json, hash_json};
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
    adapter: Option<&str>,
    items: ItemsHash,
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
    seal(judge, items, spec.seed)
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

/// The hash of what is judged, item by item: that of the canonical JSON of them all
/// in a list.
#[derive(Default)]
pub(crate) struct ItemsHash {
    hasher: blake3::Hasher,
    count: usize,
}

impl ItemsHash {
    pub(crate) fn add(&mut self, item: &JudgeItem) -> Result<(), JudgeError> {
        let item = json!({"id": item.id, "messages": item.messages, "schema": item.schema});
        let text = canonical_json(&item)
            .map_err(|error| JudgeError::Spec { reason: error.to_string() })?;
        self.hasher.update(if self.count == 0 { b"[" } else { b"," });
        self.hasher.update(text.as_bytes());
        self.count += 1;
        Ok(())
    }

    fn finish(mut self) -> (String, usize) {
        self.hasher.update(if self.count == 0 { b"[]" } else { b"]" });
        (self.hasher.finalize().to_hex().to_string(), self.count)
    }
}

/// The passport of a judge, what it judged and its seed, with their hashes.
pub(crate) fn seal(judge: Value, items: ItemsHash, seed: u64) -> Result<Passport, JudgeError> {
    let judge_hash = hash(&judge)?;
    let (items, count) = items.finish();
    let (value, hash) = stamp(json!({
        "format": "shinsa-passport",
        "version": 1,
        "kind": "judging",
        "judge": judge,
        "judge_hash": judge_hash,
        "data": {"items": items, "item_count": count},
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
    fn items_one_by_one_have_the_hash_of_their_list() {
        let item = |id: &str| JudgeItem {
            id: id.into(),
            messages: vec![],
            schema: json!({"type": "object", "properties": {"b": 1.0, "a": "転倒"}}),
            samples: vec![0, 3],
            judge: 0,
        };
        let mut items = Vec::new();
        for id in ["", "一", "b\"\n"] {
            let list: Vec<Value> = items
                .iter()
                .map(
                    |i: &JudgeItem| json!({"id": i.id, "messages": i.messages, "schema": i.schema}),
                )
                .collect();
            let mut streamed = ItemsHash::default();
            items.iter().for_each(|item| streamed.add(item).unwrap());
            let whole = (hash(&Value::Array(list)).unwrap(), items.len());
            assert_eq!(streamed.finish(), whole);
            items.push(item(id));
        }
    }

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
