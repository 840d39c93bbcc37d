//! The decoder's description from a Hugging Face `config.json`.

use std::path::Path;

use serde_json::Value;

use super::{Arch, DecoderSpec, Rope, RopeLayout, RopeScaling};
use crate::error::LmError;

/// Reads the description. `path` is the file, for messages.
pub(crate) fn from_config(path: &Path, config: &Value) -> Result<DecoderSpec, LmError> {
    let c = Config { path, config };
    let arch = Arch::from_name(&c.text("model_type")?)?;
    let hidden = c.size("hidden_size")?;
    let heads = c.size("num_attention_heads")?;
    match c.config.get("hidden_act").and_then(Value::as_str) {
        None | Some("silu" | "swish") => {}
        Some(other) => return Err(unsupported("hidden_act", other)),
    }
    for key in ["mlp_bias", "use_sliding_window"] {
        if c.flag(key) {
            return Err(unsupported(key, "true"));
        }
    }
    if arch != Arch::Qwen2 && c.flag("attention_bias") {
        return Err(unsupported("attention_bias", "true"));
    }
    DecoderSpec {
        arch,
        vocab: c.size("vocab_size")?,
        hidden,
        layers: c.size("num_hidden_layers")?,
        heads,
        kv_heads: c.optional_size("num_key_value_heads").unwrap_or(heads),
        head_dim: c.optional_size("head_dim").unwrap_or(hidden / heads.max(1)),
        intermediate: c.size("intermediate_size")?,
        rms_eps: c.float(c.config, "rms_norm_eps").ok_or_else(|| c.missing("rms_norm_eps"))?,
        rope: c.rope()?,
        tied_embeddings: c.flag("tie_word_embeddings"),
        qk_norm: arch == Arch::Qwen3,
        attention_bias: arch == Arch::Qwen2,
        max_positions: c.size("max_position_embeddings")?,
    }
    .check(path)
}

fn unsupported(key: &str, value: &str) -> LmError {
    LmError::Unsupported { key: key.to_owned(), value: value.to_owned() }
}

struct Config<'a> {
    path: &'a Path,
    config: &'a Value,
}

impl Config<'_> {
    fn missing(&self, key: &str) -> LmError {
        LmError::MissingKey { path: self.path.to_owned(), key: key.to_owned() }
    }

    fn text(&self, key: &str) -> Result<String, LmError> {
        self.config
            .get(key)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| self.missing(key))
    }

    fn optional_size(&self, key: &str) -> Option<usize> {
        self.config.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok())
    }

    fn size(&self, key: &str) -> Result<usize, LmError> {
        self.optional_size(key).ok_or_else(|| self.missing(key))
    }

    fn flag(&self, key: &str) -> bool {
        self.config.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    fn float(&self, at: &Value, key: &str) -> Option<f32> {
        at.get(key).and_then(Value::as_f64).map(|v| v as f32)
    }

    /// `rope_theta` and `rope_scaling`, or both inside `rope_parameters` as
    /// newer versions of transformers write them.
    fn rope(&self) -> Result<Rope, LmError> {
        let inner = self.config.get("rope_parameters").filter(|v| v.is_object());
        let scaling = inner.or_else(|| self.config.get("rope_scaling").filter(|v| v.is_object()));
        let theta = inner
            .and_then(|r| self.float(r, "rope_theta"))
            .or_else(|| self.float(self.config, "rope_theta"))
            .unwrap_or(10_000.0);
        let scaling = match scaling {
            None => RopeScaling::None,
            Some(s) => self.scaling(s)?,
        };
        Ok(Rope { theta, scaling, layout: RopeLayout::Halves })
    }

    fn scaling(&self, s: &Value) -> Result<RopeScaling, LmError> {
        let kind = s
            .get("rope_type")
            .or_else(|| s.get("type"))
            .and_then(Value::as_str)
            .unwrap_or("default");
        let need = |key: &str| {
            self.float(s, key).ok_or_else(|| self.missing(&format!("rope_scaling.{key}")))
        };
        match kind {
            "default" => Ok(RopeScaling::None),
            "linear" => Ok(RopeScaling::Linear { factor: need("factor")? }),
            "llama3" => Ok(RopeScaling::Llama3 {
                factor: need("factor")?,
                low_freq_factor: need("low_freq_factor")?,
                high_freq_factor: need("high_freq_factor")?,
                original_positions: need("original_max_position_embeddings")?,
            }),
            other => Err(unsupported("rope_scaling.rope_type", other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn llama() -> Value {
        json!({
            "model_type": "llama", "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2,
            "vocab_size": 128, "num_hidden_layers": 2, "intermediate_size": 96, "rms_norm_eps": 1e-5,
            "max_position_embeddings": 256, "rope_theta": 1000.0, "tie_word_embeddings": true
        })
    }

    #[test]
    fn a_llama_config_is_read() {
        let spec = from_config(Path::new("config.json"), &llama()).unwrap();
        assert_eq!((spec.head_dim, spec.kv_heads, spec.tied_embeddings), (16, 2, true));
        assert_eq!(spec.rope.theta, 1000.0);
    }

    #[test]
    fn an_unknown_architecture_is_refused_by_name() {
        let mut config = llama();
        config["model_type"] = json!("mamba");
        let e = from_config(Path::new("config.json"), &config).unwrap_err();
        assert_eq!(e.code(), "unknown-architecture");
        assert!(e.to_string().contains("mamba") && e.to_string().contains("llama"));
    }

    #[test]
    fn an_unknown_rope_scaling_is_refused() {
        let mut config = llama();
        config["rope_scaling"] = json!({"rope_type": "yarn", "factor": 2.0});
        assert_eq!(from_config(Path::new("c"), &config).unwrap_err().code(), "model-unsupported");
    }
}
