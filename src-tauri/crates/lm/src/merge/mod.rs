//! An adapter added to the weights of its base, for programs that know no adapters.
//!
//! Every adapted weight becomes `W + s·B·A`, computed in f32 and written tensor by
//! tensor, so that no second model is in memory: as safetensors in f32 or bf16, or,
//! from a GGUF, as one of the same types. The base is only read.

mod config;
mod gguf;
mod safetensors;
mod sum;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::backend::cpu::Cpu;
use crate::decoder::weights::{self, Naming};
use crate::error::LmError;
use crate::learner::fits;
use crate::lora::Lora;
use crate::model::{Held, Model, Residency};
use crate::probe;
use crate::weights::TensorSource;
use crate::weights::gguf::GgufFile;
use crate::weights::safetensors::SafetensorsFolder;
use sum::Sum;

/// Element type of merged safetensors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Float {
    /// 32 bits: nothing is rounded.
    F32,
    /// Upper half of an f32, rounded to even.
    #[default]
    Bf16,
}

/// Where a merged model goes; the name must be free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A folder that transformers opens.
    Folder(PathBuf, Float),
    /// A GGUF with the base's own types, tensor by tensor; needs a GGUF base.
    Gguf(PathBuf),
}

/// How far a merge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergeStep {
    /// Writing, or measuring what was written.
    pub phase: Phase,
    /// Tensors or positions done.
    pub done: usize,
    /// Of how many.
    pub total: usize,
}

/// What a merge is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Tensors are written.
    Write,
    /// Distributions are compared.
    Measure,
}

/// What came of a merge. Divergences are means over the positions of general
/// prompts (see [`probe`]), in nats, from the base with the adapter beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MergeReport {
    /// Hash of the merged weights.
    pub weights: String,
    /// Size of the weight file.
    pub bytes: u64,
    /// Tensors that the adapter changed.
    pub merged_tensors: usize,
    /// Positions compared.
    pub positions: usize,
    /// To the base without the adapter: what the adapter does at all.
    pub kl_base: f64,
    /// To the merged weights before they are rounded to the file's types; absent
    /// where they are too large to be held for this.
    pub kl_before: Option<f64>,
    /// To the file as written.
    pub kl_after: f64,
}

/// Merged weights above this many bytes in f32 aren't held for `kl_before`.
const HELD_LIMIT: u64 = 4 << 30;

type OnStep<'a> = &'a mut dyn FnMut(MergeStep) -> bool;

/// Merges `lora` into `model` and writes the result; `on` is told of every step
/// and stops the merge by returning `false`. On any error nothing is left behind.
///
/// `model` is best opened with [`Residency::Stored`]; its weights are given up
/// once the first measurements are made.
///
/// # Errors
/// [`LmError::Stopped`]; [`LmError::LoraConfig`] for an adapter of another base;
/// [`LmError::Unsupported`] for a base that can't become this target;
/// [`LmError::Files`] where something stands at the target or can't be written.
pub fn merge(
    model: Model,
    lora: &Lora,
    target: &Target,
    on: OnStep<'_>,
) -> Result<MergeReport, LmError> {
    fits(&model, lora)?;
    let path = match target {
        Target::Folder(path, _) | Target::Gguf(path) => path,
    };
    if shinsa_fsio::exists(path) {
        return Err(shinsa_fsio::FsError::Exists { path: path.clone() }.into());
    }
    let base = Base::open(&model.path)?;
    let spec = model.spec.clone();
    let sum = Sum::new(base.source(), base.naming(), &spec, lora);
    match target {
        Target::Folder(..) => config::check(&model.spec)?,
        Target::Gguf(_) if matches!(base, Base::Gguf(_)) => {}
        Target::Gguf(_) => {
            return Err(LmError::Unsupported {
                key: "merge into GGUF".to_owned(),
                value: "a base of safetensors (merge it into a folder)".to_owned(),
            });
        }
    }
    let before = Before::measure(model, lora, &base, &sum, on)?;
    let written = match (target, &base) {
        (Target::Gguf(path), Base::Gguf(file)) => {
            gguf::write(file, &sum, path, on)?;
            // What was asked to stop, or can't be read again, is no result.
            let after = before.after(path, on);
            if after.is_err() {
                let _ = shinsa_fsio::remove_file(path);
            }
            after?
        }
        (Target::Gguf(path) | Target::Folder(path, _), _) => {
            let float = if let Target::Folder(_, float) = target { *float } else { Float::F32 };
            let folder = shinsa_fsio::AtomicFolder::create(path)?;
            safetensors::write(&sum, float, &folder.staged().join("model.safetensors"), on)?;
            config::write(&before.base, float, folder.staged())?;
            let after = before.after(folder.staged(), on)?;
            folder.commit_new()?;
            after
        }
    };
    Ok(MergeReport {
        weights: written.weights,
        bytes: written.bytes,
        merged_tensors: lora.slots.len(),
        positions: before.reference.len(),
        kl_base: before.kl_base,
        kl_before: before.kl_merged,
        kl_after: written.kl,
    })
}

/// The files of a base.
enum Base {
    Gguf(GgufFile),
    Folder(SafetensorsFolder),
}

impl Base {
    fn open(path: &Path) -> Result<Self, LmError> {
        if path.is_dir() {
            return Ok(Self::Folder(SafetensorsFolder::open(path)?));
        }
        Ok(Self::Gguf(GgufFile::open(path)?))
    }

    fn source(&self) -> &dyn TensorSource {
        match self {
            Self::Gguf(file) => file,
            Self::Folder(folder) => folder,
        }
    }

    fn naming(&self) -> Naming {
        match self {
            Self::Gguf(_) => Naming::Gguf,
            Self::Folder(_) => Naming::HuggingFace,
        }
    }
}

/// What is measured before anything is written, and what of the base is needed
/// afterwards.
struct Before {
    base: config::About,
    prompts: Vec<Vec<u32>>,
    /// The base with the adapter beside it.
    reference: Vec<Vec<f32>>,
    kl_base: f64,
    kl_merged: Option<f64>,
}

struct After {
    weights: String,
    bytes: u64,
    kl: f64,
}

impl Before {
    fn measure(
        mut model: Model,
        lora: &Lora,
        base: &Base,
        sum: &Sum<'_>,
        on: OnStep<'_>,
    ) -> Result<Self, LmError> {
        let prompts = probe::prompts(&model);
        let reference = distributions(&model, Some(lora), &prompts, on)?;
        let kl_base = probe::mean_kl(&reference, &distributions(&model, None, &prompts, on)?);
        let kl_merged = if sum.merged_bytes() > HELD_LIMIT {
            None
        } else {
            let (spec, naming) = (&model.spec, base.naming());
            let weights = weights::load(&Cpu, spec, sum, naming, Residency::Stored)?;
            model.weights = Held::Cpu(Box::new(weights));
            Some(probe::mean_kl(&reference, &distributions(&model, None, &prompts, on)?))
        };
        Ok(Self { base: config::About::of(model), prompts, reference, kl_base, kl_merged })
    }

    /// Opens what was written and measures it; the file is closed again.
    fn after(&self, path: &Path, on: OnStep<'_>) -> Result<After, LmError> {
        let options =
            crate::model::OpenOptions { residency: Residency::Stored, ..Default::default() };
        let model = Model::open(path, &options)?;
        let kl = probe::mean_kl(&self.reference, &distributions(&model, None, &self.prompts, on)?);
        let file = if path.is_dir() { path.join("model.safetensors") } else { path.to_owned() };
        Ok(After { weights: model.hash.weights, bytes: shinsa_fsio::file_len(&file)?, kl })
    }
}

fn distributions(
    model: &Model,
    lora: Option<&Lora>,
    prompts: &[Vec<u32>],
    on: OnStep<'_>,
) -> Result<Vec<Vec<f32>>, LmError> {
    let total = prompts.iter().map(Vec::len).max().unwrap_or(0);
    let mut done = 0;
    probe::distributions(model, lora, prompts, &mut || {
        done += 1;
        on(MergeStep { phase: Phase::Measure, done, total })
    })
}
