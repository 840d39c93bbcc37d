//! The decoder's description from a Hugging Face `config.json`.

use std::path::Path;

use serde_json::Value;

use super::{Arch, DecoderSpec, Rope, RopeLayout, RopeScaling, yarn_attention_factor};
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

fn number_at(value: &Value, key: &str) -> Option<f64> {
    value.get(key).and_then(Value::as_f64)
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
            "yarn" => self.yarn(s),
            other => Err(unsupported("rope_scaling.rope_type", other)),
        }
    }

    /// As transformers' `_compute_yarn_parameters` reads it.
    fn yarn(&self, s: &Value) -> Result<RopeScaling, LmError> {
        let number = |key: &str| s.get(key).and_then(Value::as_f64);
        let positive = |key: &str| number(key).filter(|v| *v > 0.0);
        let positions = self.size("max_position_embeddings")? as f64;
        let original = number("original_max_position_embeddings")
            .or_else(|| number_at(self.config, "original_max_position_embeddings"))
            .unwrap_or(positions);
        let factor = number("factor").unwrap_or(positions / original);
        let attention_factor = number("attention_factor").unwrap_or_else(|| {
            let scaled = |m: f64| m * (yarn_attention_factor(factor) - 1.0) + 1.0;
            match (positive("mscale"), positive("mscale_all_dim")) {
                (Some(m), Some(all)) => scaled(m) / scaled(all),
                _ => yarn_attention_factor(factor),
            }
        });
        Ok(RopeScaling::Yarn {
            factor: factor as f32,
            original_positions: original as f32,
            beta_fast: positive("beta_fast").unwrap_or(32.0) as f32,
            beta_slow: positive("beta_slow").unwrap_or(1.0) as f32,
            truncate: s.get("truncate").and_then(Value::as_bool).unwrap_or(true),
            attention_factor: attention_factor as f32,
        })
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
        config["rope_scaling"] = json!({"rope_type": "longrope", "factor": 2.0});
        let e = from_config(Path::new("c"), &config).unwrap_err();
        assert_eq!(e.code(), "model-unsupported");
        assert!(e.to_string().contains("longrope"));
    }

    #[test]
    fn gpt_oss_is_refused_by_its_own_name() {
        for name in ["gpt_oss", "gpt-oss"] {
            let mut config = llama();
            config["model_type"] = json!(name);
            let e = from_config(Path::new("config.json"), &config).unwrap_err();
            assert_eq!(e.code(), "model-unsupported");
            assert!(e.to_string().contains("gpt-oss"), "{e}");
        }
    }

    #[test]
    fn yarn_fills_in_what_a_config_leaves_out() {
        let mut config = llama();
        config["rope_scaling"] = json!({"type": "yarn", "factor": 4.0});
        let spec = from_config(Path::new("c"), &config).unwrap();
        let wanted = RopeScaling::Yarn {
            factor: 4.0,
            original_positions: 256.0,
            beta_fast: 32.0,
            beta_slow: 1.0,
            truncate: true,
            attention_factor: (0.1 * 4f64.ln() + 1.0) as f32,
        };
        assert_eq!(spec.rope.scaling, wanted);
    }
}
