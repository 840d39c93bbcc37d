//! The run itself.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use rayon::ThreadPool;
use serde_json::{Value, json};
use shinsa_fsio::AtomicFolder;
use shinsa_jobs::{Cancel, Event, Progress, TreeMemory};
use shinsa_lm::{Lora, Model, OpenOptions, learner, peft};

use crate::checkpoint::Cursor;
use crate::data;
use crate::engine::Engine;
use crate::error::TrainError;
use crate::passport;
use crate::plan::{self, Plan, Workload};
use crate::report::TrainReport;
use crate::spec::TrainSpec;
use crate::trainer::Trainer;
use crate::watch::watched;

/// Trains an adapter and writes it, with its passport, to a folder of its name
/// in `out_dir`, replacing one that stands there. `on` hears [`Event::Progress`]
/// (phases `load`, `plan`, `train`, `evaluate`) and [`Event::Item`] (`kind` is
/// `plan`, `step` or `evaluation`); it never hears the last event, which is the
/// caller's to make from the result.
///
/// # Errors
/// [`TrainError`]: a spec that makes no run, examples that can't be learned, a
/// plan that doesn't fit, a model or folder that can't be used, or
/// [`TrainError::Cancelled`] within a second of cancelling.
pub fn run(
    spec: &TrainSpec,
    cancel: &Cancel,
    on: &mut dyn FnMut(Event),
) -> Result<TrainReport, TrainError> {
    spec.check()?;
    let start = Instant::now();
    let memory = TreeMemory::start();
    let phase = |phase: &str| Progress {
        phase: phase.into(),
        rss_bytes: memory.now(),
        ..Progress::default()
    };
    on(Event::Progress(phase("load")));
    let weights_bytes = plan::weights(&spec.model, spec.residency)?;
    plan::admit_weights(weights_bytes, spec)?;
    let pool = Arc::new(pool(spec.threads)?);
    let (path, options) =
        (spec.model.clone(), OpenOptions { residency: spec.residency, ..OpenOptions::default() });
    let opener = Arc::clone(&pool);
    let model = watched(cancel, "loading the model", move || {
        opener.install(|| Model::open(&path, &options))
    })??;

    on(Event::Progress(phase("plan")));
    let mut lora = Lora::init(&model.spec, &spec.lora)?;
    let lessons = data::lessons(&model, &spec.examples, spec.max_tokens_per_example, cancel)?;
    let evaluated = data::lessons(&model, &spec.evaluation, spec.max_tokens_per_example, cancel)?;
    let work = Workload::new(spec, lessons, evaluated);
    let plan = plan::plan(&model, spec, &work, weights_bytes, lora.parameters());
    on(Event::Item(json!({"kind": "plan", "plan": plan, "total_bytes": plan.total_bytes()})));
    plan::admit(&plan, spec)?;

    // Made before the work, so that a folder that can't be written fails now.
    let (adapter_dir, folder) = folder(spec)?;

    let identity = passport::identity(spec, &model);
    let model = Arc::new(model);
    let learner = learner(&model, lora.clone())?;
    let engine = Engine { pool, learner: Some(learner) };
    let mut trainer = Trainer::new(spec, engine, &work, &plan, passport::passport_hash(&identity)?);
    let resumed_from = trainer.resume()?;
    trainer.train(cancel, &memory, on)?;

    let Trainer { mut engine, cursor, checkpoint, .. } = trainer;
    lora.values = engine.learner()?.values();
    peft::save_peft(&lora, &model, folder.staged())?;
    let adapter_hash = peft::adapter_hash(folder.staged())?;
    let (bytes, passport_hash) =
        passport::seal(with_result(identity, &adapter_hash, &cursor, &plan))?;
    shinsa_fsio::atomic_write(&folder.staged().join(passport::PASSPORT_FILE), &bytes)?;
    folder.commit()?;
    shinsa_fsio::remove_file(&checkpoint)?;

    let here = resumed_from.unwrap_or(0);
    Ok(TrainReport {
        adapter_dir,
        adapter_hash,
        passport_hash,
        trainable_parameters: plan.trainable_parameters,
        plan,
        skipped_steps: cursor.skipped,
        resumed_from,
        tokens: cursor.steps.iter().skip(here).map(|step| step.tokens as u64).sum(),
        steps: cursor.steps,
        evaluation: cursor.evaluation,
        seconds: start.elapsed().as_secs_f64(),
        peak_rss_bytes: memory.peak(),
    })
}

fn pool(threads: Option<usize>) -> Result<ThreadPool, TrainError> {
    // 0 lets rayon take one for each core.
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .thread_name(|at| format!("train-{at}"))
        .build()
        .map_err(|error| TrainError::Threads { reason: error.to_string() })
}

fn folder(spec: &TrainSpec) -> Result<(PathBuf, AtomicFolder), TrainError> {
    shinsa_fsio::create_dir_all(&spec.out_dir)?;
    let path = spec.out_dir.join(shinsa_fsio::safe_name(&spec.name));
    let folder = AtomicFolder::create(&path)?;
    Ok((path, folder))
}

fn with_result(mut identity: Value, adapter: &str, cursor: &Cursor, plan: &Plan) -> Value {
    identity["adapter"] = json!({"hash": adapter});
    identity["result"] = json!({
        "steps": cursor.steps.len(),
        "skipped_steps": cursor.skipped,
        "tokens": plan.tokens,
        "targets": plan.targets,
        "last_loss": cursor.steps.last().and_then(|step| step.loss),
        "evaluation": cursor.evaluation,
    });
    identity
}
