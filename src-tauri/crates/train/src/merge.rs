//! Merging adapters into their base, as a job: it loads a model and measures it,
//! so it belongs into the worker's process.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::json;
use shinsa_jobs::{Cancel, Event, Progress, Throttle, rss_bytes};
use shinsa_lm::merge::{Float, MergeReport, MergeStep, Phase, Target};
use shinsa_lm::{Lora, Model, OpenOptions, Residency, adapter};

use crate::error::TrainError;
use crate::watch::watched;

/// An adapter and how much of it is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightedAdapter {
    /// A PEFT folder or a `*.gguf` file.
    pub path: PathBuf,
    /// Factor of what it does; 1 is as trained.
    pub weight: f32,
}

/// What to merge and where to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeSpec {
    /// The base: a `*.gguf` file or a folder.
    pub model: PathBuf,
    /// One adapter or several, added up.
    pub adapters: Vec<WeightedAdapter>,
    /// A `*.gguf` file, or a folder for safetensors; the name must be free.
    pub to: PathBuf,
    /// Element type of safetensors.
    pub dtype: Float,
}

/// What came of a merge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergedModel {
    /// Where the model is.
    pub path: PathBuf,
    /// The record of what went into it, as JSON.
    pub record: PathBuf,
    /// Figures.
    pub report: MergeReport,
}

/// How often progress is told.
const EVERY: std::time::Duration = std::time::Duration::from_millis(200);
/// Name of the record in a merged folder; behind a merged file's own name else.
const RECORD: &str = "shinsa-merge.json";

/// Reads adapters of this base and adds them up.
///
/// # Errors
/// Those of [`adapter::load`] and [`adapter::combine`].
pub fn load_adapters(model: &Model, adapters: &[WeightedAdapter]) -> Result<Lora, TrainError> {
    let load = |a: &WeightedAdapter| Ok((adapter::load(&a.path, model)?, a.weight));
    let parts: Vec<_> = adapters.iter().map(load).collect::<Result<_, TrainError>>()?;
    Ok(adapter::combine(&model.spec, &parts)?)
}

/// Merges, and writes beside the model a record of every hash that went in. `on`
/// hears [`Event::Progress`] (phases `load`, `merge`, `evaluate`).
///
/// # Errors
/// [`TrainError::Cancelled`], the model's and the adapters'; nothing is left then.
pub fn merge(
    spec: &MergeSpec,
    cancel: &Cancel,
    on: &mut dyn FnMut(Event),
) -> Result<MergedModel, TrainError> {
    let mut tell = |phase: &str, done: usize, total: usize| {
        on(Event::Progress(Progress {
            phase: phase.into(),
            done: done as u64,
            total: total as u64,
            rss_bytes: rss_bytes(),
            ..Progress::default()
        }));
    };
    tell("load", 0, 0);
    let path = spec.model.clone();
    let options = OpenOptions { residency: Residency::Stored, ..OpenOptions::default() };
    let model = watched(cancel, "loading the model", move || Model::open(&path, &options))??;
    let lora = load_adapters(&model, &spec.adapters)?;
    let mut adapters = Vec::new();
    for part in &spec.adapters {
        let hash = adapter::hash(&part.path)?;
        adapters.push(json!({"hash": hash, "weight": part.weight}));
    }
    let base = json!({
        "weights": model.hash.weights,
        "tokenizer": model.hash.tokenizer,
        "template": model.hash.template,
    });
    let target = if adapter::is_gguf(&spec.to) {
        Target::Gguf(spec.to.clone())
    } else {
        Target::Folder(spec.to.clone(), spec.dtype)
    };
    let (mut throttle, mut phase) = (Throttle::new(EVERY), None);
    let report = shinsa_lm::merge::merge(model, &lora, &target, &mut |step: MergeStep| {
        if phase.replace(step.phase) != Some(step.phase)
            || throttle.ready(std::time::Instant::now())
        {
            let name = if step.phase == Phase::Write { "merge" } else { "evaluate" };
            tell(name, step.done, step.total);
        }
        !cancel.is_cancelled()
    })
    .map_err(|e| if e.code() == "cancelled" { TrainError::Cancelled } else { e.into() })?;
    let record = if adapter::is_gguf(&spec.to) {
        let mut name = spec.to.clone().into_os_string();
        name.push(".json");
        PathBuf::from(name)
    } else {
        spec.to.join(RECORD)
    };
    let mut value = json!({
        "format": "shinsa-merge",
        "version": 1,
        "engine": {"name": "shinsa", "version": env!("CARGO_PKG_VERSION"), "device": "cpu"},
        "numeric_mode": "exact",
        "base": base,
        "adapters": adapters,
        "report": report,
    });
    if let Target::Folder(_, dtype) = target {
        value["dtype"] = json!(dtype);
    }
    let mut bytes = serde_json::to_vec_pretty(&value)
        .map_err(|e| TrainError::Passport { reason: e.to_string() })?;
    bytes.push(b'\n');
    shinsa_fsio::atomic_write(&record, &bytes)?;
    Ok(MergedModel { path: spec.to.clone(), record, report })
}
