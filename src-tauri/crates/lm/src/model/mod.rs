//! An opened model, and what can be said about a file without opening it.

mod card;
mod hash;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::backend::cpu::Cpu;
#[cfg(feature = "cuda")]
use crate::backend::cuda::Cuda;
#[cfg(any(test, feature = "metal"))]
use crate::backend::ops::Ops;
use crate::decoder::weights::{self, Keep, Naming, Weights};
use crate::error::LmError;
use crate::spec::{self, DecoderSpec};
use crate::template::ChatTemplate;
use crate::tokenizer::Tokenizer;
use crate::weights::TensorSource;
use crate::weights::gguf::GgufFile;
use crate::weights::safetensors::SafetensorsFolder;

pub use card::{ModelCard, inspect};
pub use hash::{weights_hash, weights_hash_told};

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

/// What computes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// The processor, in f32.
    #[default]
    Cpu,
    /// The first NVIDIA GPU, in bf16 with f32 sums.
    Cuda,
    /// The first of Apple's GPUs, in f32.
    Metal,
}

/// A device that can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Its name.
    pub name: String,
    /// Bytes of memory of its own; `None` where it has none or doesn't tell.
    pub bytes: Option<u64>,
}

impl Device {
    /// As settings and passports name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Cuda => "cuda",
            Self::Metal => "metal",
        }
    }

    /// The card, if this program can use such a device here.
    ///
    /// # Errors
    /// [`LmError::Device`] with the reason it can't.
    pub fn probe(self) -> Result<Card, LmError> {
        match self {
            Self::Cpu => Ok(Card { name: "CPU".into(), bytes: None }),
            #[cfg(feature = "cuda")]
            Self::Cuda => {
                let device = Cuda::open(0)?.device;
                let bytes = device.context.mem_get_info().ok().map(|(_, total)| total as u64);
                Ok(Card { name: device.name.clone(), bytes })
            }
            #[cfg(not(feature = "cuda"))]
            Self::Cuda => Err(not_built("CUDA")),
            #[cfg(feature = "metal")]
            Self::Metal => Ok(Card { name: Ops::metal()?.name().into(), bytes: None }),
            #[cfg(not(feature = "metal"))]
            Self::Metal => Err(not_built("Metal")),
        }
    }
}

/// How products with frozen weights are computed on the CPU.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Numeric {
    /// In f32, in a fixed order: equal to PyTorch on the dequantised weights.
    #[default]
    Exact,
    /// In integers where the weights are: inputs are rounded to 8 bits, as
    /// llama.cpp does. Weights that aren't integers are multiplied as in *exact*.
    Fast,
}

impl Numeric {
    /// As passports name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Fast => "fast",
        }
    }
}

/// Choices when opening a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// How frozen weights are kept (on an NVIDIA GPU always as stored or as
    /// bf16, on one of Apple's always as f32).
    pub residency: Residency,
    /// Where they are kept.
    pub device: Device,
    /// How they are multiplied on the CPU; *fast* keeps them in a form of its
    /// own, whatever the residency.
    pub numeric: Numeric,
}

impl OpenOptions {
    fn keep(self) -> Keep {
        match self.numeric {
            Numeric::Exact => self.residency.into(),
            Numeric::Fast => Keep::Integers,
        }
    }
}

/// The weights, on the device that will use them.
pub(crate) enum Held {
    Cpu(Box<Weights<Cpu>>),
    #[cfg(feature = "cuda")]
    Cuda(Cuda, Box<Weights<Cuda>>),
    #[cfg(any(test, feature = "metal"))]
    Ops(Ops, Box<Weights<Ops>>),
}

impl Held {
    fn load(
        spec: &DecoderSpec,
        source: &dyn TensorSource,
        naming: Naming,
        options: OpenOptions,
    ) -> Result<Self, LmError> {
        match options.device {
            Device::Cpu => {
                let weights = weights::load(&Cpu, spec, source, naming, options.keep())?;
                Ok(Self::Cpu(Box::new(weights)))
            }
            #[cfg(feature = "cuda")]
            Device::Cuda => {
                let cuda = Cuda::open(0)?;
                let weights = weights::load(&cuda, spec, source, naming, Residency::Stored)?;
                Ok(Self::Cuda(cuda, Box::new(weights)))
            }
            #[cfg(not(feature = "cuda"))]
            Device::Cuda => Err(not_built("CUDA")),
            #[cfg(feature = "metal")]
            Device::Metal => Self::on_ops(Ops::metal()?, spec, source, naming),
            #[cfg(not(feature = "metal"))]
            Device::Metal => Err(not_built("Metal")),
        }
    }

    /// Dequantised on their way to the device, one at a time.
    #[cfg(any(test, feature = "metal"))]
    pub fn on_ops(
        ops: Ops,
        spec: &DecoderSpec,
        source: &dyn TensorSource,
        naming: Naming,
    ) -> Result<Self, LmError> {
        let weights = weights::load(&ops, spec, source, naming, Residency::Stored)?;
        Ok(Self::Ops(ops, Box::new(weights)))
    }
}

#[cfg(not(all(feature = "cuda", feature = "metal")))]
fn not_built(device: &str) -> LmError {
    let reason = "this program was built without it".into();
    LmError::Device { device: device.into(), reason }
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
    pub(crate) weights: Held,
}

impl Model {
    /// Opens a `*.gguf` file, or a folder with `config.json`, `*.safetensors`,
    /// `tokenizer.json` and `tokenizer_config.json`.
    ///
    /// # Errors
    /// A file that is missing, cut short, of an unknown architecture or
    /// inconsistent: see [`LmError`].
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Model, LmError> {
        match Kind::of(path)? {
            Kind::Gguf => Self::open_gguf(path, *options),
            Kind::Folder => Self::open_folder(path, *options),
        }
    }

    /// The weights on the CPU.
    ///
    /// # Errors
    /// [`LmError::Device`] when they lie on a GPU.
    pub(crate) fn on_cpu(&self) -> Result<&Weights<Cpu>, LmError> {
        match &self.weights {
            Held::Cpu(weights) => Ok(weights),
            #[cfg(feature = "cuda")]
            Held::Cuda(cuda, _) => {
                let reason = "this is done on the CPU alone".into();
                Err(LmError::Device { device: cuda.device.name.clone(), reason })
            }
            #[cfg(any(test, feature = "metal"))]
            Held::Ops(ops, _) => {
                let reason = "this is done on the CPU alone".into();
                Err(LmError::Device { device: ops.name().into(), reason })
            }
        }
    }

    /// Bytes that are free on the GPU that holds the weights; `None` on the CPU
    /// and on a GPU that shares the machine's memory.
    #[must_use]
    pub fn device_free_bytes(&self) -> Option<u64> {
        match &self.weights {
            Held::Cpu(_) => None,
            #[cfg(any(test, feature = "metal"))]
            Held::Ops(..) => None,
            #[cfg(feature = "cuda")]
            Held::Cuda(cuda, _) => {
                cuda.device.context.mem_get_info().ok().map(|(free, _)| free as u64)
            }
        }
    }

    /// Bytes in use on the GPU that holds the weights, as its driver counts them:
    /// with the driver's own, and with other programs'. `None` on the CPU and on
    /// a GPU that shares the machine's memory.
    #[must_use]
    pub fn device_used_bytes(&self) -> Option<u64> {
        match &self.weights {
            Held::Cpu(_) => None,
            #[cfg(any(test, feature = "metal"))]
            Held::Ops(..) => None,
            #[cfg(feature = "cuda")]
            Held::Cuda(cuda, _) => {
                let (free, total) = cuda.device.context.mem_get_info().ok()?;
                Some(total.saturating_sub(free) as u64)
            }
        }
    }

    /// Bytes that the frozen weights take in memory; weights kept as stored
    /// lie in the mapped file and count in full.
    #[must_use]
    pub fn weight_bytes(&self) -> u64 {
        match &self.weights {
            Held::Cpu(weights) => weights.bytes(),
            #[cfg(feature = "cuda")]
            Held::Cuda(cuda, _) => cuda.device.bytes().0,
            #[cfg(any(test, feature = "metal"))]
            Held::Ops(ops, _) => ops.weight_bytes(),
        }
    }

    fn open_gguf(path: &Path, options: OpenOptions) -> Result<Model, LmError> {
        let file = GgufFile::open(path)?;
        let spec = spec::from_gguf(&file)?;
        let tokenizer = Tokenizer::from_gguf(file.content())?;
        let template = ChatTemplate::from_gguf(file.content())?;
        let name = gguf_name(&file).unwrap_or_else(|| own_name(path));
        let weights = Held::load(&spec, &file, Naming::Gguf, options)?;
        Ok(Self::assemble(path, name, spec, tokenizer, template, &file, weights))
    }

    fn open_folder(dir: &Path, options: OpenOptions) -> Result<Model, LmError> {
        let source = SafetensorsFolder::open(dir)?;
        let (path, config) = read_config(dir)?;
        let spec = spec::from_config(&path, &config)?;
        let tokenizer = Tokenizer::from_folder(dir)?;
        let template = ChatTemplate::from_folder(dir)?;
        let weights = Held::load(&spec, &source, Naming::HuggingFace, options)?;
        Ok(Self::assemble(dir, own_name(dir), spec, tokenizer, template, &source, weights))
    }

    fn assemble(
        path: &Path,
        name: String,
        spec: DecoderSpec,
        tokenizer: Tokenizer,
        template: ChatTemplate,
        source: &dyn TensorSource,
        weights: Held,
    ) -> Model {
        let hash = ModelHash {
            weights: source.hash(),
            tokenizer: tokenizer.hash(),
            template: blake3::hash(template.source().as_bytes()).to_hex().to_string(),
        };
        Model { spec, tokenizer, template, hash, path: path.to_owned(), name, weights }
    }
}

/// What turns conversations into tokens, without the weights.
pub struct Words {
    /// Text to tokens and back.
    pub tokenizer: Tokenizer,
    /// Messages to text.
    pub template: ChatTemplate,
    /// Longest sequence.
    pub max_positions: usize,
}

impl Words {
    /// Reads a model's header, tokenizer and template only.
    ///
    /// # Errors
    /// As [`Model::open`].
    pub fn open(path: &Path) -> Result<Self, LmError> {
        let (tokenizer, template, spec) = match Kind::of(path)? {
            Kind::Gguf => {
                let file = GgufFile::open(path)?;
                let spec = spec::from_gguf(&file)?;
                let content = file.content();
                (Tokenizer::from_gguf(content)?, ChatTemplate::from_gguf(content)?, spec)
            }
            Kind::Folder => {
                let (file, config) = read_config(path)?;
                let spec = spec::from_config(&file, &config)?;
                (Tokenizer::from_folder(path)?, ChatTemplate::from_folder(path)?, spec)
            }
        };
        Ok(Self { tokenizer, template, max_positions: spec.max_positions })
    }
}

enum Kind {
    Gguf,
    Folder,
}

impl Kind {
    fn of(path: &Path) -> Result<Self, LmError> {
        let meta = std::fs::metadata(path)
            .map_err(|source| LmError::Io { path: path.to_owned(), source })?;
        if meta.is_dir() && path.join("config.json").is_file() {
            return Ok(Self::Folder);
        }
        if meta.is_file() && path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gguf")) {
            return Ok(Self::Gguf);
        }
        Err(LmError::NotAModel { path: path.to_owned() })
    }
}

/// A folder's `config.json`, and its path.
pub(crate) fn read_config(dir: &Path) -> Result<(PathBuf, serde_json::Value), LmError> {
    let path = dir.join("config.json");
    let bytes =
        std::fs::read(&path).map_err(|source| LmError::Io { path: path.clone(), source })?;
    match serde_json::from_slice(&bytes) {
        Ok(config) => Ok((path, config)),
        Err(e) => Err(LmError::Broken { path, reason: e.to_string() }),
    }
}

fn gguf_text<'a>(file: &'a GgufFile, key: &str) -> Option<&'a String> {
    file.content().metadata.get(key).and_then(|v| v.to_string().ok())
}

fn gguf_name(file: &GgufFile) -> Option<String> {
    gguf_text(file, "general.name").filter(|n| !n.is_empty()).cloned()
}

fn own_name(path: &Path) -> String {
    path.file_stem().map_or_else(|| "model".to_owned(), |n| n.to_string_lossy().into_owned())
}
