//! An opened model, and what can be said about a file without opening it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::LmError;
use crate::spec::DecoderSpec;
use crate::template::ChatTemplate;
use crate::tokenizer::Tokenizer;

/// How frozen weights are kept in memory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Residency {
    /// Dequantised once: the fastest.
    #[default]
    F32,
    /// As stored, dequantised tile by tile inside each product: the leanest.
    Stored,
}

/// Choices when opening a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// How frozen weights are kept.
    pub residency: Residency,
}

/// What identifies a model's behaviour: lower-case hex of BLAKE3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelHash {
    /// The weight file (or all weight files in the order of their names).
    pub weights: String,
    /// The canonical tokenizer.
    pub tokenizer: String,
    /// The chat template's source; of the empty text when there is none.
    pub template: String,
}

/// A decoder with its tokenizer and chat template, ready to run.
pub struct Model {
    /// Shape.
    pub spec: DecoderSpec,
    /// Text to tokens and back.
    pub tokenizer: Tokenizer,
    /// Messages to text.
    pub template: ChatTemplate,
    /// Identity.
    pub hash: ModelHash,
    /// Where it was opened from.
    pub path: PathBuf,
    /// The name in the file's metadata, or the file's own.
    pub name: String,
}

impl Model {
    /// Opens a `*.gguf` file, or a folder with `config.json`, `*.safetensors`,
    /// `tokenizer.json` and `tokenizer_config.json`.
    ///
    /// # Errors
    /// A file that is missing, cut short, of an unknown architecture or
    /// inconsistent: see [`LmError`].
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Model, LmError> {
        let _ = options;
        Err(LmError::NotAModel { path: path.to_owned() })
    }
}

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
    Err(LmError::NotAModel { path: path.to_owned() })
}
