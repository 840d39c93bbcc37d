//! What can go wrong with a model, each with a stable code and arguments.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// An error of this crate. [`LmError::code`] is stable and crosses processes;
/// the text is for logs, the shells translate the code with [`LmError::args`].
#[derive(Debug, thiserror::Error)]
pub enum LmError {
    /// The operating system refused to open or read a file.
    #[error("cannot read {path}: {source}; check that the file exists and may be read", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// Writing an adapter or model failed below `fsio`.
    #[error("cannot write {path}: {reason}; check the free space and that the folder may be written", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// Writing, copying or moving files.
    #[error(transparent)]
    Files(#[from] shinsa_fsio::FsError),
    /// Stopped because it was asked to.
    #[error("stopped on request")]
    Stopped,
    /// Neither a `*.gguf` file nor a folder with `config.json`.
    #[error("{path} is no model: expected a .gguf file, or a folder with config.json, *.safetensors and tokenizer.json", path = path.display())]
    NotAModel {
        /// What was given.
        path: PathBuf,
    },
    /// The file's header or its metadata can't be understood.
    #[error("{path} is broken: {reason}; download or copy it again", path = path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong, in words.
        reason: String,
    },
    /// The data of a tensor end after the end of the file.
    #[error("{path} is cut short: tensor {tensor} needs {needed} bytes, the file has {actual}; download or copy it again", path = path.display())]
    GgufTruncated {
        /// The file.
        path: PathBuf,
        /// First tensor that doesn't fit.
        tensor: String,
        /// File size that the tensor would need.
        needed: u64,
        /// The file's size.
        actual: u64,
    },
    /// A metadata key that the architecture needs is missing or of a wrong type.
    #[error("{path} lacks the setting {key}; it isn't a complete model of its architecture", path = path.display())]
    MissingKey {
        /// The file.
        path: PathBuf,
        /// Key in the GGUF metadata or in config.json.
        key: String,
    },
    /// A GPU that can't be used, or that failed at work.
    #[error("the GPU ({device}) can't be used: {reason}; use the CPU instead, or mend it")]
    Device {
        /// The card's name, or the kind of device.
        device: String,
        /// What is wrong, in words.
        reason: String,
    },
    /// A decoder this engine doesn't implement.
    #[error("the architecture {arch} isn't supported; supported are: {supported}")]
    UnknownArch {
        /// The name in the file.
        arch: String,
        /// Names that would work.
        supported: String,
    },
    /// A setting of a known architecture that this engine doesn't implement.
    #[error("{key} = {value} isn't supported for this architecture")]
    Unsupported {
        /// The setting.
        key: String,
        /// Its value in the file.
        value: String,
    },
    /// A tensor is missing.
    #[error("{path} lacks the tensor {tensor}; the model is incomplete", path = path.display())]
    MissingTensor {
        /// The file or folder.
        path: PathBuf,
        /// Its name.
        tensor: String,
    },
    /// A tensor has another shape than the configuration says.
    #[error("tensor {tensor} has the shape {actual}, expected {expected}")]
    TensorShape {
        /// Its name.
        tensor: String,
        /// By the configuration.
        expected: String,
        /// In the file.
        actual: String,
    },
    /// A tensor's element type can't be read.
    #[error(
        "tensor {tensor} is stored as {dtype}, which isn't supported; convert the model to F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q4_K, Q5_K or Q6_K"
    )]
    TensorType {
        /// Its name.
        tensor: String,
        /// The stored type.
        dtype: String,
    },
    /// A GGUF `tokenizer.ggml.pre` that isn't in our table.
    #[error(
        "the tokenizer's pre type {pre} is unknown; it would split text wrongly, so it is refused"
    )]
    UnknownPreType {
        /// The name in the file.
        pre: String,
    },
    /// A tokenizer that can't be built or used.
    #[error("the tokenizer can't be used: {reason}")]
    Tokenizer {
        /// What is wrong, in words.
        reason: String,
    },
    /// The model brings no chat template.
    #[error("the model has no chat template; choose an instruction-tuned model")]
    TemplateMissing,
    /// A chat template failed to compile or to render.
    #[error("the chat template failed: {reason}")]
    Template {
        /// What is wrong, in words.
        reason: String,
    },
    /// A LoRA configuration that can't train anything.
    #[error("the LoRA configuration can't be used: {reason}")]
    LoraConfig {
        /// What is wrong, in words.
        reason: String,
    },
    /// An adapter whose files can't be read or don't fit together.
    #[error("the adapter {path} can't be used: {reason}", path = path.display())]
    Adapter {
        /// Its folder or file.
        path: PathBuf,
        /// What is wrong, in words.
        reason: String,
    },
    /// An adapter that was trained on another base model.
    #[error("the adapter {path} was trained on another base model (its base {expected}, this model {actual}); open it with its own base", path = path.display())]
    AdapterBase {
        /// Its folder.
        path: PathBuf,
        /// Weight hash (or name) that the adapter records.
        expected: String,
        /// That of the opened model.
        actual: String,
    },
    /// A batch or a call with inconsistent parts.
    #[error("the batch can't be used: {reason}")]
    Batch {
        /// What is wrong, in words.
        reason: String,
    },
    /// A token id outside the vocabulary.
    #[error("token {token} isn't in the vocabulary of {vocab}")]
    TokenRange {
        /// The id.
        token: u32,
        /// Size of the vocabulary.
        vocab: usize,
    },
    /// More tokens in one sequence than the model has positions.
    #[error("{tokens} tokens are more than the model's {limit} positions; shorten the text")]
    TooLong {
        /// Asked for.
        tokens: usize,
        /// The model's limit.
        limit: usize,
    },
    /// A sequence that isn't open in this session.
    #[error("sequence {id} isn't open")]
    UnknownSequence {
        /// Its number.
        id: u64,
    },
}

impl LmError {
    /// A short name that never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "io",
            Self::Write { .. } => "write",
            Self::Files(error) => error.code(),
            Self::Stopped => "cancelled",
            Self::NotAModel { .. } => "not-a-model",
            Self::Broken { .. } => "model-broken",
            Self::GgufTruncated { .. } => "gguf-truncated",
            Self::MissingKey { .. } => "model-missing-key",
            Self::UnknownArch { .. } => "unknown-architecture",
            Self::Unsupported { .. } => "model-unsupported",
            Self::MissingTensor { .. } => "missing-tensor",
            Self::TensorShape { .. } => "tensor-shape",
            Self::TensorType { .. } => "tensor-type",
            Self::UnknownPreType { .. } => "unknown-pre-type",
            Self::Tokenizer { .. } => "tokenizer",
            Self::TemplateMissing => "template-missing",
            Self::Template { .. } => "template",
            Self::Device { .. } => "device",
            Self::LoraConfig { .. } => "lora-config",
            Self::Adapter { .. } => "adapter-broken",
            Self::AdapterBase { .. } => "adapter-base",
            Self::Batch { .. } => "batch",
            Self::TokenRange { .. } => "token-range",
            Self::TooLong { .. } => "too-long",
            Self::UnknownSequence { .. } => "unknown-sequence",
        }
    }

    /// The values that a translated message needs, by name.
    #[must_use]
    pub fn args(&self) -> BTreeMap<String, String> {
        let pairs: Vec<(&str, String)> = match self {
            Self::Io { path, source } => {
                vec![("path", path.display().to_string()), ("reason", source.to_string())]
            }
            Self::Files(error) => return error.args(),
            Self::NotAModel { path } => vec![("path", path.display().to_string())],
            Self::Write { path, reason }
            | Self::Broken { path, reason }
            | Self::Adapter { path, reason } => {
                vec![("path", path.display().to_string()), ("reason", reason.clone())]
            }
            Self::GgufTruncated { path, tensor, needed, actual } => vec![
                ("path", path.display().to_string()),
                ("tensor", tensor.clone()),
                ("needed", needed.to_string()),
                ("actual", actual.to_string()),
            ],
            Self::MissingKey { path, key } => {
                vec![("path", path.display().to_string()), ("key", key.clone())]
            }
            Self::UnknownArch { arch, supported } => {
                vec![("arch", arch.clone()), ("supported", supported.clone())]
            }
            Self::Unsupported { key, value } => {
                vec![("key", key.clone()), ("value", value.clone())]
            }
            Self::MissingTensor { path, tensor } => {
                vec![("path", path.display().to_string()), ("tensor", tensor.clone())]
            }
            Self::TensorShape { tensor, expected, actual } => vec![
                ("tensor", tensor.clone()),
                ("expected", expected.clone()),
                ("actual", actual.clone()),
            ],
            Self::TensorType { tensor, dtype } => {
                vec![("tensor", tensor.clone()), ("dtype", dtype.clone())]
            }
            Self::Device { device, reason } => {
                vec![("device", device.clone()), ("reason", reason.clone())]
            }
            Self::UnknownPreType { pre } => vec![("pre", pre.clone())],
            Self::Tokenizer { reason }
            | Self::Template { reason }
            | Self::LoraConfig { reason }
            | Self::Batch { reason } => vec![("reason", reason.clone())],
            Self::TemplateMissing | Self::Stopped => vec![],
            Self::AdapterBase { path, expected, actual } => vec![
                ("path", path.display().to_string()),
                ("expected", expected.clone()),
                ("actual", actual.clone()),
            ],
            Self::TokenRange { token, vocab } => {
                vec![("token", token.to_string()), ("vocab", vocab.to_string())]
            }
            Self::TooLong { tokens, limit } => {
                vec![("tokens", tokens.to_string()), ("limit", limit.to_string())]
            }
            Self::UnknownSequence { id } => vec![("id", id.to_string())],
        };
        pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
    }
}
