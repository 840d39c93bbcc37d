//! The decoder's description from GGUF metadata (keys of ggml's gguf.md).

use candle_core::quantized::gguf_file::Value;

use super::{Arch, DecoderSpec, Rope, RopeLayout, RopeScaling, yarn_attention_factor};
use crate::error::LmError;
use crate::weights::TensorSource;
use crate::weights::gguf::GgufFile;

/// Reads the description; the tensors are consulted for what the metadata
/// leave open (vocabulary, tied embeddings, biases).
pub(crate) fn from_gguf(file: &GgufFile) -> Result<DecoderSpec, LmError> {
    let keys = Keys { file, arch: text(file, "general.architecture")? };
    let arch = Arch::from_name(&keys.arch)?;
    let hidden = keys.size("embedding_length")?;
    let heads = keys.size("attention.head_count")?;
    let kv_heads = keys.optional_size("attention.head_count_kv")?.unwrap_or(heads);
    let head_dim = match keys.optional_size("attention.key_length")? {
        Some(n) => n,
        None => hidden / heads.max(1),
    };
    if keys.optional_size("expert_count")?.unwrap_or(0) > 0 {
        return Err(LmError::Unsupported {
            key: "expert_count".into(),
            value: "mixture of experts".into(),
        });
    }
    let has = |name: &str| file.content().tensor_infos.contains_key(name);
    if has("rope_freqs.weight") {
        return Err(LmError::Unsupported {
            key: "rope_freqs.weight".into(),
            value: "per-frequency factors".into(),
        });
    }
    let embedding = file.content().tensor_infos.get("token_embd.weight");
    let vocab = embedding.and_then(|t| t.shape.dims().first().copied()).ok_or_else(|| {
        LmError::MissingTensor { path: file.path().to_owned(), tensor: "token_embd.weight".into() }
    })?;
    DecoderSpec {
        arch,
        vocab,
        hidden,
        layers: keys.size("block_count")?,
        heads,
        kv_heads,
        head_dim,
        intermediate: keys.size("feed_forward_length")?,
        rms_eps: keys
            .float("attention.layer_norm_rms_epsilon")?
            .ok_or_else(|| keys.missing("attention.layer_norm_rms_epsilon"))?,
        rope: Rope {
            theta: keys.float("rope.freq_base")?.unwrap_or(10_000.0),
            scaling: scaling(&keys)?,
            // Rows of q and k are put back into this order while loading.
            layout: RopeLayout::Halves,
        },
        tied_embeddings: !has("output.weight"),
        qk_norm: has("blk.0.attn_q_norm.weight"),
        attention_bias: has("blk.0.attn_q.bias"),
        max_positions: keys.size("context_length")?,
    }
    .check(file.path())
}

fn scaling(keys: &Keys<'_>) -> Result<RopeScaling, LmError> {
    let kind = match keys.get("rope.scaling.type") {
        None => return Ok(RopeScaling::None),
        Some(v) => v.to_string().map_err(|_| keys.missing("rope.scaling.type"))?.clone(),
    };
    match kind.as_str() {
        "none" => Ok(RopeScaling::None),
        "linear" => {
            let factor = keys.float("rope.scaling.factor")?.unwrap_or(1.0);
            Ok(if factor == 1.0 { RopeScaling::None } else { RopeScaling::Linear { factor } })
        }
        "yarn" => yarn(keys),
        _ => Err(LmError::Unsupported { key: "rope.scaling.type".into(), value: kind }),
    }
}

/// llama.cpp lengthens by `1 + 0.1·ln(factor)` times the file's own factor.
fn yarn(keys: &Keys<'_>) -> Result<RopeScaling, LmError> {
    let need = |key: &str| keys.float(key)?.ok_or_else(|| keys.missing(key));
    let factor = need("rope.scaling.factor")?;
    let original = match keys.optional_size("rope.scaling.original_context_length")? {
        Some(n) => n,
        None => keys.size("context_length")?,
    };
    // A weight of the kept frequencies other than one is no YaRN that we know.
    for (key, known) in
        [("rope.scaling.yarn_ext_factor", 1.0), ("rope.scaling.yarn_log_multiplier", 0.0)]
    {
        if let Some(value) = keys.float(key)?.filter(|v| *v != known) {
            return Err(LmError::Unsupported { key: key.into(), value: value.to_string() });
        }
    }
    let own = match keys.float("rope.scaling.yarn_attn_factor")? {
        Some(own) => own,
        None => keys.float("rope.scaling.attn_factor")?.unwrap_or(1.0),
    };
    Ok(RopeScaling::Yarn {
        factor,
        original_positions: original as f32,
        beta_fast: keys.float("rope.scaling.yarn_beta_fast")?.unwrap_or(32.0),
        beta_slow: keys.float("rope.scaling.yarn_beta_slow")?.unwrap_or(1.0),
        truncate: true,
        attention_factor: own * yarn_attention_factor(f64::from(factor)) as f32,
    })
}

struct Keys<'a> {
    file: &'a GgufFile,
    arch: String,
}

impl Keys<'_> {
    fn get(&self, key: &str) -> Option<&Value> {
        self.file.content().metadata.get(&format!("{}.{key}", self.arch))
    }

    fn missing(&self, key: &str) -> LmError {
        LmError::MissingKey {
            path: self.file.path().to_owned(),
            key: format!("{}.{key}", self.arch),
        }
    }

    fn optional_size(&self, key: &str) -> Result<Option<usize>, LmError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let n = match value {
            Value::U8(v) => u64::from(*v),
            Value::U16(v) => u64::from(*v),
            Value::U32(v) => u64::from(*v),
            Value::U64(v) => *v,
            Value::I32(v) => u64::try_from(*v).map_err(|_| self.missing(key))?,
            Value::I64(v) => u64::try_from(*v).map_err(|_| self.missing(key))?,
            _ => return Err(self.missing(key)),
        };
        usize::try_from(n).map(Some).map_err(|_| self.missing(key))
    }

    fn size(&self, key: &str) -> Result<usize, LmError> {
        self.optional_size(key)?.ok_or_else(|| self.missing(key))
    }

    fn float(&self, key: &str) -> Result<Option<f32>, LmError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::F32(v)) => Ok(Some(*v)),
            Some(Value::F64(v)) => Ok(Some(*v as f32)),
            Some(_) => Err(self.missing(key)),
        }
    }
}

fn text(file: &GgufFile, key: &str) -> Result<String, LmError> {
    file.content()
        .metadata
        .get(key)
        .and_then(|v| v.to_string().ok())
        .cloned()
        .ok_or_else(|| LmError::MissingKey { path: file.path().to_owned(), key: key.to_owned() })
}
