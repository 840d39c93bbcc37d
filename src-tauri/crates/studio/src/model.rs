//! Language models on this machine: the embedded one, and those added.

use crate::studio::every;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{RunKind, RunState};
use shinsa_fsio as fsio;
use std::path::{Path, PathBuf};

/// What a model's header says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelView {
    /// The file or folder.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Architecture.
    pub arch: String,
    /// Parameters.
    pub parameters: f64,
    /// Size on disk, bytes.
    pub bytes: f64,
    /// Types of its weights, the commonest first.
    pub weights: String,
    /// Longest context, tokens.
    pub context: u32,
    /// Whether it has a chat template.
    pub has_template: bool,
    /// Whether it is the embedded default.
    pub embedded: bool,
}

/// An adapter trained in this project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AdapterView {
    /// Its name.
    pub name: String,
    /// Its folder.
    pub path: String,
    /// Mean loss of the last step.
    pub loss: Option<f64>,
    /// Trainable parameters.
    pub trainable: Option<f64>,
}

const MODELS_FILE: &str = "models.json";
const SMALL: u64 = 1 << 20;

impl Studio {
    /// Reads a model's header.
    ///
    /// # Errors
    /// `file-missing`, `gguf-truncated`, `unknown-architecture` and others of the model.
    pub fn inspect(&self, path: &str) -> Result<ModelView, StudioError> {
        let card = shinsa_lm::inspect(Path::new(path))?;
        let embedded = self.ctx.places.model.as_deref() == Some(Path::new(path));
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        Ok(ModelView {
            path: path.to_owned(),
            name: card.name,
            arch: card.arch,
            parameters: card.parameters as f64,
            bytes: card.bytes as f64,
            weights: card
                .weight_types
                .iter()
                .map(|(name, _)| name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            context: crate::project::small(card.context),
            has_template: card.has_template,
            embedded,
        })
    }

    /// The embedded model first, then those added that are still there.
    ///
    /// # Errors
    /// `no-model` when none is to be found.
    pub fn models(&self) -> Result<Vec<ModelView>, StudioError> {
        let embedded = self.ctx.places.model.iter().map(|p| p.display().to_string());
        let views: Vec<ModelView> =
            embedded.chain(self.added()).filter_map(|path| self.inspect(&path).ok()).collect();
        Ok(views)
    }

    /// Remembers a model on this machine.
    ///
    /// # Errors
    /// As [`Studio::inspect`].
    pub fn add_model(&self, path: &str) -> Result<ModelView, StudioError> {
        let view = self.inspect(path)?;
        if let Some(config) = &self.ctx.places.config {
            let mut added = self.added();
            added.retain(|p| p != path);
            added.push(path.to_owned());
            fsio::create_dir_all(config)?;
            fsio::atomic_write(
                &config.join(MODELS_FILE),
                serde_json::to_string_pretty(&added)?.as_bytes(),
            )?;
        }
        Ok(view)
    }

    /// The adapters trained in this project, oldest first.
    ///
    /// # Errors
    /// `no-project`, `lead-only`.
    pub fn adapters(&self) -> Result<Vec<AdapterView>, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let view = open.project.view(&viewer);
            let rows = every(|page| view.runs(Some(RunKind::Train), page))?;
            let mut adapters = Vec::new();
            for row in rows.into_iter().filter(|r| r.state == RunState::Done) {
                let run = view.run(row.id)?;
                adapters.push(AdapterView {
                    path: run
                        .artefacts
                        .get("adapter")
                        .map(|p| open.project.path().join(p).display().to_string())
                        .unwrap_or_default(),
                    loss: run.figures["steps"]
                        .as_array()
                        .and_then(|s| s.last())
                        .and_then(|s| s["loss"].as_f64()),
                    trainable: run.figures["trainable_parameters"].as_f64(),
                    name: run.name,
                });
            }
            Ok(adapters)
        })
    }

    /// The model to use: the one named, else the embedded one.
    pub(crate) fn model_path(&self, named: Option<&str>) -> Result<PathBuf, StudioError> {
        let path = match named {
            Some(path) => PathBuf::from(path),
            None => self.ctx.places.model.clone().ok_or_else(|| {
                StudioError::new(
                    "no-model",
                    "The embedded model is not installed. Name a model file, or install it again.",
                )
            })?,
        };
        if fsio::exists(&path) {
            Ok(path)
        } else {
            Err(StudioError::new(
                "model-missing",
                format!("There is no model at {}.", path.display()),
            )
            .with("path", path.display()))
        }
    }

    fn added(&self) -> Vec<String> {
        let Some(config) = &self.ctx.places.config else { return Vec::new() };
        let text = fsio::read_to_string(&config.join(MODELS_FILE), SMALL).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }
}

impl From<shinsa_lm::LmError> for StudioError {
    fn from(error: shinsa_lm::LmError) -> Self {
        let mut args = error.args();
        args.insert("message".to_owned(), error.to_string());
        Self { code: error.code().to_owned(), args }
    }
}
