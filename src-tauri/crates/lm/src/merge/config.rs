//! What lies beside merged safetensors: the base's own files where it is a
//! folder, else files that say what its GGUF says.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::Float;
use crate::error::LmError;
use crate::model::{Model, read_config};
use crate::spec::{Arch, DecoderSpec, RopeScaling};
use crate::template::ChatTemplate;
use crate::tokenizer::Tokenizer;

/// Files of a folder that go along unchanged, where they are there.
const KEPT: [&str; 9] = [
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "generation_config.json",
    "chat_template.jinja",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
];

/// A base without its weights.
pub(super) struct About {
    path: PathBuf,
    spec: DecoderSpec,
    tokenizer: Tokenizer,
    template: ChatTemplate,
}

impl About {
    pub fn of(model: Model) -> Self {
        let Model { path, spec, tokenizer, template, .. } = model;
        Self { path, spec, tokenizer, template }
    }
}

/// Refuses a decoder that transformers has no configuration for.
pub(super) fn check(spec: &DecoderSpec) -> Result<(), LmError> {
    let biased = spec.attention_bias == (spec.arch == Arch::Qwen2);
    if biased && spec.qk_norm == (spec.arch == Arch::Qwen3) {
        return Ok(());
    }
    Err(LmError::Unsupported {
        key: "merge into a folder".to_owned(),
        value: format!("{} with biases or norms of its own", spec.arch.name()),
    })
}

/// Writes all but the weights.
pub(super) fn write(base: &About, float: Float, dir: &Path) -> Result<(), LmError> {
    let dtype = if float == Float::F32 { "float32" } else { "bfloat16" };
    if base.path.is_dir() {
        let (_, mut config) = read_config(&base.path)?;
        for key in ["torch_dtype", "dtype"] {
            if config.get(key).is_some() {
                config[key] = json!(dtype);
            }
        }
        put(dir, "config.json", &config)?;
        for name in KEPT {
            let from = base.path.join(name);
            if shinsa_fsio::is_file(&from) {
                shinsa_fsio::copy(&from, &dir.join(name))?;
            }
        }
        return Ok(());
    }
    put(dir, "config.json", &config(base, dtype))?;
    shinsa_fsio::atomic_write(&dir.join("tokenizer.json"), &base.tokenizer.canonical_json())?;
    let text = |id: Option<u32>| id.map(|id| base.tokenizer.decode(&[id]));
    let mut tokens = json!({
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": text(base.tokenizer.bos()),
        "eos_token": text(base.tokenizer.eos()),
        "add_bos_token": base.tokenizer.adds_bos(),
        "clean_up_tokenization_spaces": false,
        "model_max_length": base.spec.max_positions,
    });
    if !base.template.source().is_empty() {
        tokens["chat_template"] = json!(base.template.source());
    }
    put(dir, "tokenizer_config.json", &tokens)?;
    let generation = json!({
        "bos_token_id": base.tokenizer.bos(),
        "eos_token_id": base.tokenizer.ends(),
    });
    put(dir, "generation_config.json", &generation)
}

fn put(dir: &Path, name: &str, value: &Value) -> Result<(), LmError> {
    let path = dir.join(name);
    let mut bytes = serde_json::to_vec_pretty(value)
        .map_err(|e| LmError::Write { path: path.clone(), reason: e.to_string() })?;
    bytes.push(b'\n');
    Ok(shinsa_fsio::atomic_write(&path, &bytes)?)
}

/// `config.json` as transformers reads it.
fn config(base: &About, dtype: &str) -> Value {
    let spec = &base.spec;
    let class = match spec.arch {
        Arch::Llama => "LlamaForCausalLM",
        Arch::Qwen2 => "Qwen2ForCausalLM",
        Arch::Qwen3 => "Qwen3ForCausalLM",
    };
    let mut config = json!({
        "architectures": [class],
        "model_type": spec.arch.name(),
        "torch_dtype": dtype,
        "vocab_size": spec.vocab,
        "hidden_size": spec.hidden,
        "intermediate_size": spec.intermediate,
        "num_hidden_layers": spec.layers,
        "num_attention_heads": spec.heads,
        "num_key_value_heads": spec.kv_heads,
        "head_dim": spec.head_dim,
        "hidden_act": "silu",
        "rms_norm_eps": short(spec.rms_eps),
        "max_position_embeddings": spec.max_positions,
        "tie_word_embeddings": spec.tied_embeddings,
        "rope_theta": short(spec.rope.theta),
        "bos_token_id": base.tokenizer.bos(),
        "eos_token_id": base.tokenizer.eos(),
    });
    if spec.arch != Arch::Qwen2 {
        config["attention_bias"] = json!(false);
    }
    let scaling = match spec.rope.scaling {
        RopeScaling::None => return config,
        RopeScaling::Linear { factor } => {
            json!({ "rope_type": "linear", "factor": short(factor) })
        }
        RopeScaling::Llama3 { factor, low_freq_factor, high_freq_factor, original_positions } => {
            json!({
                "rope_type": "llama3",
                "factor": short(factor),
                "low_freq_factor": short(low_freq_factor),
                "high_freq_factor": short(high_freq_factor),
                "original_max_position_embeddings": original_positions as u64,
            })
        }
        RopeScaling::Yarn {
            factor,
            original_positions,
            beta_fast,
            beta_slow,
            truncate,
            attention_factor,
        } => json!({
            "rope_type": "yarn",
            "factor": short(factor),
            "original_max_position_embeddings": original_positions as u64,
            "beta_fast": short(beta_fast),
            "beta_slow": short(beta_slow),
            "truncate": truncate,
            "attention_factor": short(attention_factor),
        }),
    };
    config["rope_scaling"] = scaling;
    config
}

/// A single-precision number as the shortest decimal that means it.
fn short(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}
