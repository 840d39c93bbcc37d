//! Adapters as files: to and from PEFT and llama.cpp, added up, and merged into
//! their base for programs that know no adapters.

use crate::{JobUpdate, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_fsio as fsio;
use shinsa_jobs::Cancel;
use shinsa_lm::merge::Float;
use shinsa_lm::{Model, OpenOptions, Residency, adapter};
use shinsa_store::Folder;
use shinsa_train::{MergeSpec, MergedModel, WeightedAdapter, load_adapters};
use std::path::{Path, PathBuf};

/// An adapter and how much of it is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AdapterPart {
    /// A PEFT folder or a `*.gguf` file.
    pub path: String,
    /// Factor of what it does; 1 is as trained.
    pub weight: f64,
}

/// Writes an adapter in another format; several are added up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportAdapter {
    /// The base; the embedded one where absent.
    pub model: Option<String>,
    /// One or more.
    pub adapters: Vec<AdapterPart>,
    /// A `*.gguf` file for llama.cpp, else a PEFT folder; the name must be free.
    pub to: String,
}

/// An adapter that was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ExportedAdapter {
    /// Where it is.
    pub path: String,
    /// BLAKE3 of its files.
    pub hash: String,
    /// Rank: with several adapters the sum of theirs.
    pub rank: u32,
    /// Numbers in it.
    pub parameters: f64,
}

/// Element type of merged safetensors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum MergeType {
    /// 32 bits.
    F32,
    /// 16 bits of wide range, as most models are published.
    #[default]
    Bf16,
}

/// Merges adapters into their base.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MergeAdapters {
    /// The base; the embedded one where absent.
    pub model: Option<String>,
    /// One or more.
    pub adapters: Vec<AdapterPart>,
    /// A `*.gguf` file of the base's own types, else a folder of safetensors; the
    /// name must be free.
    pub to: String,
    /// Element type of safetensors.
    pub dtype: MergeType,
}

/// A merged model. Divergences are means over general prompts, in nats, from the
/// base with the adapter beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MergeReply {
    /// Where it is.
    pub path: String,
    /// The record of what went into it.
    pub record: String,
    /// BLAKE3 of its weights.
    pub weights: String,
    /// Size of its weights, bytes.
    pub bytes: f64,
    /// Positions compared.
    pub positions: u32,
    /// To the base alone: what the adapter does at all.
    pub kl_base: f64,
    /// To the sum before it was rounded to the file's types; absent for a model
    /// too large to be held for this.
    pub kl_before: Option<f64>,
    /// To the file as written.
    pub kl_after: f64,
}

impl Studio {
    /// Writes an adapter, or the weighted sum of several, in the format that the
    /// name asks for.
    ///
    /// # Errors
    /// `adapter-broken`, `adapter-base`, `lora-config`, `file-exists`, those of the model.
    pub fn export_adapter(&self, request: &ExportAdapter) -> Result<ExportedAdapter, StudioError> {
        let (path, to) = (self.model_path(request.model.as_deref())?, Path::new(&request.to));
        free(to)?;
        let model = Model::open(
            &path,
            &OpenOptions { residency: Residency::Stored, ..OpenOptions::default() },
        )?;
        let lora = load_adapters(&model, &parts(&request.adapters))
            .map_err(|e| StudioError::from(e.failure()))?;
        adapter::save(&lora, &model, to)?;
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        Ok(ExportedAdapter {
            path: request.to.clone(),
            hash: adapter::hash(to)?,
            rank: crate::project::small(lora.config.r),
            parameters: lora.parameters() as f64,
        })
    }

    /// Merges adapters into their base, in the worker.
    ///
    /// # Errors
    /// As [`Studio::export_adapter`], `model-unsupported`, `cancelled`.
    pub fn merge_adapters(
        &self,
        request: &MergeAdapters,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<MergeReply, StudioError> {
        let to = PathBuf::from(&request.to);
        free(&to)?;
        let spec = MergeSpec {
            model: self.model_path(request.model.as_deref())?,
            adapters: parts(&request.adapters),
            to,
            dtype: match request.dtype {
                MergeType::F32 => Float::F32,
                MergeType::Bf16 => Float::Bf16,
            },
        };
        let done = self.work(&self.worker()?, "merge", &spec, cancel, on, &mut |_, _| Ok(()))?;
        let merged: MergedModel = serde_json::from_value(done)?;
        let report = merged.report;
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        Ok(MergeReply {
            path: merged.path.display().to_string(),
            record: merged.record.display().to_string(),
            weights: report.weights,
            bytes: report.bytes as f64,
            positions: crate::project::small(report.positions),
            kl_base: report.kl_base,
            kl_before: report.kl_before,
            kl_after: report.kl_after,
        })
    }
}

fn free(to: &Path) -> Result<(), StudioError> {
    if fsio::exists(to) {
        return Err(fsio::FsError::Exists { path: to.to_path_buf() }.into());
    }
    Ok(())
}

fn parts(adapters: &[AdapterPart]) -> Vec<WeightedAdapter> {
    #[allow(clippy::cast_possible_truncation)] // a factor of a few digits
    let part =
        |a: &AdapterPart| WeightedAdapter { path: PathBuf::from(&a.path), weight: a.weight as f32 };
    adapters.iter().map(part).collect()
}

/// The folder of an adapter: a training run's below the project, or a path.
pub(crate) fn adapter_path(project: &Path, name: &str) -> Result<PathBuf, StudioError> {
    let own = project.join(Folder::Adapters.name()).join(fsio::safe_name(name));
    let found = [own, PathBuf::from(name)]
        .into_iter()
        .find(|p| fsio::is_file(&p.join("adapter_config.json")));
    found.ok_or_else(|| {
        StudioError::new(
            "unknown-adapter",
            format!("There is no adapter called {name}, and no PEFT folder at that path."),
        )
        .with("adapter", name)
    })
}
