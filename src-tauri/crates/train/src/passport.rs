//! The passport: every hash that matters, as canonical JSON (RFC 8785).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shinsa_lm::{Device, Model, Projection, Residency};

use crate::data;
use crate::error::TrainError;
use crate::probe;
use crate::schedule::Schedule;
use crate::spec::TrainSpec;

/// Name of the passport in an adapter's folder.
pub const PASSPORT_FILE: &str = "passport.json";

/// What makes two runs the same run: base, data, configuration, engine. Paths,
/// names, ids, threads and times are left out, numbers that could be larger than
/// a double holds are texts.
pub(crate) fn identity(spec: &TrainSpec, model: &Model) -> Value {
    let lora = &spec.lora;
    let targets: Vec<&str> =
        Projection::ALL.iter().filter(|p| lora.targets.contains(p)).map(|p| p.name()).collect();
    let schedule = match spec.schedule {
        Schedule::Linear => json!({"kind": "linear"}),
        Schedule::Constant => json!({"kind": "constant"}),
        Schedule::Cosine { floor } => json!({"kind": "cosine", "floor": floor}),
    };
    let inputs: BTreeMap<&String, &String> = spec.inputs.iter().collect();
    json!({
        "format": "shinsa-passport",
        "version": 1,
        "kind": "training",
        "engine": {"name": "shinsa", "version": env!("CARGO_PKG_VERSION"), "device": spec.device.name()},
        "numeric_mode": match spec.device {
            Device::Cpu => "exact",
            Device::Cuda => "bf16",
            Device::Metal => "f32",
        },
        "base": {
            "weights": model.hash.weights,
            "tokenizer": model.hash.tokenizer,
            "template": model.hash.template,
        },
        "data": {
            "examples": data::hash(&spec.examples),
            "example_count": spec.examples.len(),
            "evaluation": data::hash(&spec.evaluation),
            "evaluation_count": spec.evaluation.len(),
        },
        "probe": if spec.probe { probe::identity() } else { Value::Null },
        "inputs": inputs,
        "config": {
            "lora": {
                "r": lora.r,
                "alpha": short(lora.alpha),
                "dropout": short(lora.dropout),
                "rslora": lora.rslora,
                "targets": targets,
                "seed": lora.seed.to_string(),
            },
            "residency": match spec.residency { Residency::F32 => "f32", Residency::Stored => "stored" },
            "turns": spec.turns,
            "learning_rate": spec.learning_rate,
            "b_ratio": spec.b_ratio,
            "neftune_alpha": spec.neftune_alpha,
            "weight_decay": spec.weight_decay,
            "betas": spec.betas,
            "epsilon": spec.epsilon,
            "clip": spec.clip,
            "schedule": schedule,
            "warmup": spec.warmup,
            "epochs": if spec.max_steps.is_some() { Value::Null } else { json!(spec.epochs) },
            "max_steps": spec.max_steps,
            "tokens_per_step": spec.tokens_per_step,
            "max_tokens_per_example": spec.max_tokens_per_example,
            "over_long": spec.over_long,
            "evaluate_every": spec.evaluate_every,
            "early_stop": spec.early_stop,
            "keep": spec.keep,
            "tokens_per_pack": spec.tokens_per_pack,
            "seed": spec.seed.to_string(),
        },
    })
}

/// A single-precision number as the shortest decimal that means it.
fn short(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

/// Canonical bytes of any value.
fn canonical(value: &Value) -> Result<Vec<u8>, TrainError> {
    serde_json_canonicalizer::to_vec(value)
        .map_err(|error| TrainError::Passport { reason: error.to_string() })
}

/// BLAKE3 of a passport's canonical bytes without its own `hash`, in lower-case
/// hex: what a reader compares with the `hash` that it holds.
///
/// # Errors
/// [`TrainError::Passport`] for a number that JSON can't hold.
pub fn passport_hash(passport: &Value) -> Result<String, TrainError> {
    let mut body = passport.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("hash");
    }
    Ok(blake3::hash(&canonical(&body)?).to_hex().to_string())
}

/// The file's bytes with the passport's own hash in it, and that hash.
pub(crate) fn seal(mut passport: Value) -> Result<(Vec<u8>, String), TrainError> {
    let hash = passport_hash(&passport)?;
    if let Some(fields) = passport.as_object_mut() {
        fields.insert("hash".into(), json!(hash));
    }
    Ok((canonical(&passport)?, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_passport_proves_itself_and_any_change_breaks_it() {
        let (bytes, hash) = seal(json!({"b": 1.0, "a": "薬"})).unwrap();
        let read: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(read["hash"], hash);
        assert_eq!(passport_hash(&read).unwrap(), hash);
        let mut changed = read.clone();
        changed["b"] = json!(2);
        assert_ne!(passport_hash(&changed).unwrap(), hash);
        // RFC 8785: keys sorted, no spaces, 1.0 is 1.
        assert!(bytes.starts_with("{\"a\":\"薬\",\"b\":1,\"hash\":".as_bytes()));
    }

    #[test]
    fn single_precision_numbers_are_written_as_meant() {
        assert_eq!(short(0.05), 0.05);
        assert_eq!(short(32.0), 32.0);
    }
}
