//! `adapter_config.json`.

use serde_json::{Map, Value, json};

use super::Base;
use super::modules::{Numbers, Targets};
use crate::adapter::MAX_RANK;
use crate::lora::{Lora, LoraConfig, Projection};

/// What an adapter's configuration says, as far as this engine does it.
#[derive(Debug, Clone)]
pub(super) struct AdapterConfig {
    /// Rank, scale and dropout; `targets` is empty until the tensors are known.
    pub lora: LoraConfig,
    /// Which modules must have a pair.
    pub targets: Targets,
    /// Ranks of modules with their own.
    pub ranks: Numbers,
    /// Alphas of modules with their own.
    pub alphas: Numbers,
    /// Hash of the base's weights, in an adapter of ours.
    pub base_weights: Option<String>,
}

impl AdapterConfig {
    /// Rank of a module.
    pub fn rank(&self, module: &str) -> Result<usize, String> {
        match self.ranks.of(module) {
            None => Ok(self.lora.r),
            Some(r) if r.fract() == 0.0 && r <= MAX_RANK as f64 => Ok(r as usize),
            Some(r) => Err(format!("rank_pattern gives {module} the rank {r}")),
        }
    }

    /// Factor of a module's low-rank product.
    pub fn scale(&self, module: &str) -> Result<f32, String> {
        let r = self.rank(module)? as f32;
        let alpha = self.alphas.of(module).map_or(self.lora.alpha, |alpha| alpha as f32);
        Ok(alpha / if self.lora.rslora { r.sqrt() } else { r })
    }
}

/// The file's bytes.
pub(super) fn write(lora: &Lora, base: Base<'_>) -> Result<Vec<u8>, String> {
    let config = &lora.config;
    let targets: Vec<&str> =
        Projection::ALL.iter().filter(|p| config.targets.contains(p)).map(|p| p.name()).collect();
    // PEFT writes whole alphas as integers and reads both.
    let whole = config.alpha.fract() == 0.0 && config.alpha.abs() < 1e9;
    let alpha = if whole { json!(config.alpha as i64) } else { json!(short(config.alpha)) };
    let value = json!({
        "alpha_pattern": {},
        "auto_mapping": null,
        "base_model_name_or_path": base.name,
        "bias": "none",
        "fan_in_fan_out": false,
        "inference_mode": true,
        "init_lora_weights": true,
        "layers_pattern": null,
        "layers_to_transform": null,
        "lora_alpha": alpha,
        "lora_dropout": short(config.dropout),
        "modules_to_save": null,
        "peft_type": "LORA",
        "r": config.r,
        "rank_pattern": {},
        "revision": null,
        "target_modules": targets,
        "target_parameters": null,
        "task_type": "CAUSAL_LM",
        "use_dora": false,
        "use_rslora": config.rslora,
        "shinsa": {
            "base_weights": base.hash.weights,
            "base_tokenizer": base.hash.tokenizer,
            "base_template": base.hash.template,
            "seed": config.seed.to_string(),
        },
    });
    let mut bytes = serde_json::to_vec_pretty(&value).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A single-precision number as the shortest decimal that means it.
fn short(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

/// The configuration in a file's bytes; the error says which setting is wrong.
pub(super) fn read(bytes: &[u8]) -> Result<AdapterConfig, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let fields = value.as_object().ok_or("it is no JSON object")?;
    let get = |key: &str| fields.get(key).filter(|value| !value.is_null());
    match get("peft_type").and_then(Value::as_str) {
        Some("LORA") => {}
        other => return Err(format!("peft_type is {other:?}, only LORA is supported")),
    }
    refuse_what_we_do_not_do(fields)?;
    let number = |key: &str| get(key).and_then(Value::as_f64);
    let r = get("r").and_then(Value::as_u64).and_then(|r| usize::try_from(r).ok());
    let r = r.filter(|r| (1..=MAX_RANK).contains(r)).ok_or("r is missing or not in 1..4096")?;
    let alpha = number("lora_alpha").ok_or("lora_alpha is missing")?;
    let seed = value["shinsa"]["seed"].as_str().and_then(|seed| seed.parse().ok());
    let lora = LoraConfig {
        r,
        alpha: alpha as f32,
        dropout: number("lora_dropout").unwrap_or(0.0) as f32,
        targets: Vec::new(),
        rslora: get("use_rslora").and_then(Value::as_bool).unwrap_or(false),
        seed: seed.unwrap_or(0),
    };
    let base_weights = value["shinsa"]["base_weights"].as_str().map(str::to_owned);
    let narrowed = get("layers_to_transform").is_some() || get("exclude_modules").is_some();
    Ok(AdapterConfig {
        lora,
        targets: Targets::read(get("target_modules"), narrowed)?,
        ranks: Numbers::read("rank_pattern", get("rank_pattern"))?,
        alphas: Numbers::read("alpha_pattern", get("alpha_pattern"))?,
        base_weights,
    })
}

fn refuse_what_we_do_not_do(fields: &Map<String, Value>) -> Result<(), String> {
    let off = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::Object(entries) => entries.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    for key in [
        "use_dora",
        "modules_to_save",
        "fan_in_fan_out",
        "target_parameters",
        "trainable_token_indices",
        "lora_bias",
        // Variants of LoRA that compute something else from the same tensors.
        "use_qalora",
        "use_bdlora",
        "alora_invocation_tokens",
        "arrow_config",
        "kasa_config",
        "layer_replication",
        "monteclora_config",
        "velora_config",
    ] {
        if let Some(value) = fields.get(key).filter(|value| !off(value)) {
            return Err(format!("{key} = {value} isn't supported; save the adapter without it"));
        }
    }
    match fields.get("bias") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(bias)) if bias == "none" => Ok(()),
        Some(other) => Err(format!("bias = {other} isn't supported; train with bias = \"none\"")),
    }
}
