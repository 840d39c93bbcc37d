//! A decoder described by data: what config.json or the GGUF metadata say.

mod config;
mod gguf;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::LmError;

pub(crate) use config::from_config;
pub(crate) use gguf::from_gguf;

/// A family of decoders that shares one skeleton. gpt-oss is to take a seat here:
/// it needs sinks, a sliding window, experts and MXFP4, and is refused until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arch {
    /// Llama 1–3, `SmolLM2`, Mistral-like: RMSNorm, RoPE, SwiGLU, no biases.
    Llama,
    /// Llama with biases on q, k and v.
    Qwen2,
    /// Llama with a norm on every head of q and k and an explicit head size.
    Qwen3,
}

/// Which two elements of a head one rotation turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RopeLayout {
    /// `i` with `i + d/2` (Hugging Face order).
    Halves,
    /// `2i` with `2i + 1` (the order of GGUF files of the Llama family).
    Interleaved,
}

/// How positions are stretched beyond what the model was trained on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RopeScaling {
    /// Not at all.
    None,
    /// All frequencies divided by `factor`.
    Linear {
        /// The divisor.
        factor: f32,
    },
    /// Llama 3's smooth division of the low frequencies.
    Llama3 {
        /// The divisor of the lowest frequencies.
        factor: f32,
        /// Wavelengths above `original / low` are divided fully.
        low_freq_factor: f32,
        /// Wavelengths below `original / high` are kept.
        high_freq_factor: f32,
        /// Positions of the original training.
        original_positions: f32,
    },
    /// YaRN (Peng et al. 2023): low frequencies divided, high ones kept, a ramp
    /// between, and the turned vectors lengthened.
    Yarn {
        /// The divisor of the lowest frequencies.
        factor: f32,
        /// Positions of the original training.
        original_positions: f32,
        /// Rotations over the original positions above which a frequency is kept.
        beta_fast: f32,
        /// Rotations below which it is divided fully.
        beta_slow: f32,
        /// The ramp's ends are whole pairs.
        truncate: bool,
        /// Length that the rotation gives to q and k.
        attention_factor: f32,
    },
}

/// YaRN's lengthening where a model doesn't name one.
pub(crate) fn yarn_attention_factor(factor: f64) -> f64 {
    if factor <= 1.0 { 1.0 } else { 0.1 * factor.ln() + 1.0 }
}

/// Rotary position embedding.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rope {
    /// Base of the geometric row of frequencies.
    pub theta: f32,
    /// Stretching.
    pub scaling: RopeScaling,
    /// Order of the rotated pairs in the stored q and k rows.
    pub layout: RopeLayout,
}

/// Everything the skeleton needs to know about one decoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecoderSpec {
    /// Family.
    pub arch: Arch,
    /// Rows of the embedding.
    pub vocab: usize,
    /// Width of the residual stream.
    pub hidden: usize,
    /// Number of layers.
    pub layers: usize,
    /// Query heads.
    pub heads: usize,
    /// Key/value heads; divides `heads`.
    pub kv_heads: usize,
    /// Width of one head.
    pub head_dim: usize,
    /// Width of the gated middle of the MLP.
    pub intermediate: usize,
    /// Added to the mean square inside RMSNorm.
    pub rms_eps: f32,
    /// Rotary embedding.
    pub rope: Rope,
    /// The output projection is the embedding.
    pub tied_embeddings: bool,
    /// RMSNorm on each head of q and k.
    pub qk_norm: bool,
    /// Biases on q, k and v.
    pub attention_bias: bool,
    /// Longest sequence.
    pub max_positions: usize,
}

impl DecoderSpec {
    /// Width of all query heads together.
    #[must_use]
    pub fn q_width(&self) -> usize {
        self.heads * self.head_dim
    }

    /// Width of all key (or value) heads together.
    #[must_use]
    pub fn kv_width(&self) -> usize {
        self.kv_heads * self.head_dim
    }
}

/// Names of the architectures that can be run, for messages.
pub(crate) const SUPPORTED: &str = "llama, qwen2, qwen3";

impl Arch {
    /// Its `general.architecture` and `model_type`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Llama => "llama",
            Self::Qwen2 => "qwen2",
            Self::Qwen3 => "qwen3",
        }
    }

    /// The family of a `general.architecture` or `model_type`.
    pub(crate) fn from_name(name: &str) -> Result<Self, LmError> {
        match name {
            "llama" => Ok(Self::Llama),
            "qwen2" => Ok(Self::Qwen2),
            "qwen3" => Ok(Self::Qwen3),
            "gpt-oss" | "gpt_oss" => Err(LmError::Unsupported {
                key: "architecture".to_owned(),
                value: "gpt-oss (attention sinks, experts and MXFP4 are still to come)".to_owned(),
            }),
            _ => {
                Err(LmError::UnknownArch { arch: name.to_owned(), supported: SUPPORTED.to_owned() })
            }
        }
    }
}

impl DecoderSpec {
    /// Refuses shapes that the kernels can't run.
    pub(crate) fn check(self, path: &Path) -> Result<Self, LmError> {
        let sizes = [
            ("vocab", self.vocab),
            ("hidden", self.hidden),
            ("layers", self.layers),
            ("heads", self.heads),
            ("kv_heads", self.kv_heads),
            ("head_dim", self.head_dim),
            ("intermediate", self.intermediate),
            ("max_positions", self.max_positions),
        ];
        for (name, size) in sizes {
            if size == 0 || size > 1 << 26 {
                let reason = format!("{name} = {size} can't be right");
                return Err(LmError::Broken { path: path.to_owned(), reason });
            }
        }
        let refuse =
            |key: &str, value: String| Err(LmError::Unsupported { key: key.to_owned(), value });
        if !self.heads.is_multiple_of(self.kv_heads) {
            return refuse("heads / kv_heads", format!("{} / {}", self.heads, self.kv_heads));
        }
        if !self.head_dim.is_multiple_of(16) {
            return refuse("head_dim", self.head_dim.to_string());
        }
        Ok(self)
    }
}
