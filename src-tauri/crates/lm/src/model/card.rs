//! What a model's header says, without its weights.

use std::path::Path;

use serde::Serialize;

use super::{Kind, gguf_name, gguf_text, own_name, read_config};
use crate::error::LmError;
use crate::spec;
use crate::template::ChatTemplate;
use crate::weights::gguf::GgufFile;
use crate::weights::safetensors::SafetensorsFolder;

/// What a model file says about itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelCard {
    /// Name in the metadata, or the file's own.
    pub name: String,
    /// Architecture as the file spells it.
    pub arch: String,
    /// Whether this engine runs that architecture.
    pub supported: bool,
    /// Number of weights.
    pub parameters: u64,
    /// Element types and how many tensors have each, most frequent first.
    pub weight_types: Vec<(String, usize)>,
    /// Size of the weight files.
    pub bytes: u64,
    /// Longest sequence.
    pub context: usize,
    /// Rows of the embedding.
    pub vocab: usize,
    /// The GGUF's `tokenizer.ggml.pre`, if any.
    pub tokenizer_pre: Option<String>,
    /// Whether there is a chat template.
    pub has_template: bool,
}

/// Reads a model's header only.
///
/// # Errors
/// A file that is missing, broken or no model.
pub fn inspect(path: &Path) -> Result<ModelCard, LmError> {
    match Kind::of(path)? {
        Kind::Gguf => {
            let file = GgufFile::open(path)?;
            let arch = gguf_text(&file, "general.architecture").cloned().unwrap_or_default();
            let spec = spec::from_gguf(&file);
            let vocab = file
                .content()
                .tensor_infos
                .get("token_embd.weight")
                .and_then(|t| t.shape.dims().first());
            Ok(ModelCard {
                name: gguf_name(&file).unwrap_or_else(|| own_name(path)),
                supported: spec.is_ok(),
                parameters: file.parameters(),
                weight_types: by_count(file.types()),
                bytes: file.bytes(),
                context: spec.as_ref().map_or(0, |s| s.max_positions),
                vocab: vocab.copied().unwrap_or(0),
                tokenizer_pre: gguf_text(&file, "tokenizer.ggml.pre").cloned(),
                has_template: gguf_text(&file, "tokenizer.chat_template").is_some(),
                arch,
            })
        }
        Kind::Folder => {
            let source = SafetensorsFolder::open(path)?;
            let (file, config) = read_config(path)?;
            let spec = spec::from_config(&file, &config);
            let size = |key: &str| {
                config.get(key).and_then(serde_json::Value::as_u64).unwrap_or(0) as usize
            };
            let arch =
                config.get("model_type").and_then(|v| v.as_str()).unwrap_or_default().to_owned();
            let template = ChatTemplate::from_folder(path).is_ok_and(|t| !t.source().is_empty());
            Ok(ModelCard {
                name: own_name(path),
                supported: spec.is_ok(),
                parameters: source.parameters(),
                weight_types: by_count(source.types()),
                bytes: source.bytes(),
                context: size("max_position_embeddings"),
                vocab: size("vocab_size"),
                tokenizer_pre: None,
                has_template: template,
                arch,
            })
        }
    }
}

fn by_count(counts: std::collections::BTreeMap<String, usize>) -> Vec<(String, usize)> {
    let mut list: Vec<_> = counts.into_iter().collect();
    list.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    list
}
