//! The run itself.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use rayon::ThreadPool;
use serde_json::{Value, json};
use shinsa_fsio::AtomicFolder;
use shinsa_jobs::{Cancel, Event, Progress, TreeMemory};
use shinsa_lm::{Device, Lora, Model, OpenOptions, learner, peft};

use crate::checkpoint::Cursor;
use crate::data::{self, OverLongLog, Words};
use crate::dry;
use crate::engine::Engine;
use crate::error::TrainError;
use crate::passport;
use crate::plan::{self, Plan, Workload};
use crate::probe;
use crate::report::{PlanReport, TrainReport};
use crate::spec::TrainSpec;
use crate::steps;
use crate::trainer::Trainer;
use crate::watch::watched;

/// Trains an adapter and writes it, with its passport, to a folder of its name
/// in `out_dir`, replacing one that stands there. `on` hears [`Event::Progress`]
/// (phases `load`, `plan`, `train`, `evaluate`) and [`Event::Item`] (`kind` is
/// `plan`, `step`, `evaluation` or `probe`); it never hears the last event, which is the
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
    let start = Instant::now();
    let Ready { model, work, plan, engine, memory, over_long, .. } = prepare(spec, cancel, on)?;

    // Made before the work, so that a folder that can't be written fails now.
    let (adapter_dir, folder) = folder(spec)?;
    let identity = passport::identity(spec, &model);
    let mut trainer = Trainer::new(spec, engine, &work, &plan, passport::passport_hash(&identity)?);
    let resumed_from = trainer.resume()?;
    trainer.train(cancel, &memory, on)?;

    let (values, kept_step) = trainer.kept()?;
    let Trainer { mut engine, cursor, checkpoint, .. } = trainer;
    let peak_device_bytes = engine.learner()?.peak_bytes();
    let mut lora = engine.learner()?.shape().clone();
    lora.values = values;
    peft::save_peft(&lora, &model, folder.staged())?;
    let adapter_hash = peft::adapter_hash(folder.staged())?;
    let passport = with_result(identity, &adapter_hash, &cursor, kept_step);
    let (bytes, passport_hash) = passport::seal(passport)?;
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
        probe: cursor.probe,
        over_long,
        kept_step,
        stopped_early: cursor.course.stopped,
        seconds: start.elapsed().as_secs_f64(),
        peak_rss_bytes: memory.peak(),
        peak_device_bytes,
        driver_bytes: model.device_used_bytes(),
    })
}

/// Loads, plans and computes the largest pack once, and writes nothing.
///
/// # Errors
/// As [`run`].
pub fn plan_only(
    spec: &TrainSpec,
    cancel: &Cancel,
    on: &mut dyn FnMut(Event),
) -> Result<PlanReport, TrainError> {
    let Ready { work, plan, mut engine, memory, over_long, limit, .. } = prepare(spec, cancel, on)?;
    let on_device = engine.learner()?.peak_bytes();
    Ok(PlanReport {
        total_bytes: plan.total_bytes(),
        plan,
        limit_bytes: limit,
        examples: work.lessons.len(),
        evaluated: work.evaluated.len(),
        over_long,
        dry_peak_bytes: on_device.unwrap_or_else(|| memory.peak()),
    })
}

/// A run that may begin.
struct Ready {
    model: Arc<Model>,
    work: Workload,
    plan: Plan,
    engine: Engine,
    memory: TreeMemory,
    over_long: Vec<OverLongLog>,
    /// Memory that may be used, bytes.
    limit: u64,
}

fn prepare(
    spec: &TrainSpec,
    cancel: &Cancel,
    on: &mut dyn FnMut(Event),
) -> Result<Ready, TrainError> {
    spec.check()?;
    data::apart(&spec.examples, &spec.evaluation)?;
    let memory = TreeMemory::start();
    let phase = |phase: &str| Progress {
        phase: phase.into(),
        rss_bytes: memory.now(),
        ..Progress::default()
    };
    on(Event::Progress(phase("load")));
    // Apple's GPUs use it, too.
    let main_memory = spec.device != Device::Cuda;
    let free = shinsa_jobs::free_bytes().filter(|_| main_memory);
    let limit = spec.memory_limit_bytes.or(free).unwrap_or(u64::MAX);
    plan::admit_weights(plan::weights(spec)?, spec, limit)?;
    let pool = Arc::new(pool(spec.threads)?);
    let (path, options) = (
        spec.model.clone(),
        OpenOptions { residency: spec.residency, device: spec.device, ..OpenOptions::default() },
    );
    let opener = Arc::clone(&pool);
    let model = watched(cancel, "loading the model", move || {
        opener.install(|| Model::open(&path, &options))
    })??;
    // On an NVIDIA GPU the plan is of its memory, of which the weights hold a part.
    let limit = match model.device_free_bytes() {
        Some(free) => limit.min(free.saturating_add(model.weight_bytes())),
        None => limit,
    };
    let program = match main_memory {
        true => plan::program(shinsa_jobs::rss_bytes(), model.weight_bytes()),
        false => 0,
    };

    on(Event::Progress(phase("plan")));
    let words = Words {
        template: &model.template,
        tokenizer: &model.tokenizer,
        limit: spec.max_tokens_per_example.min(model.spec.max_positions),
    };
    let learned = data::read(words, &spec.examples, spec, cancel)?;
    let evaluated = data::read(words, &spec.evaluation, spec, cancel)?;
    if learned.lessons.is_empty() {
        return Err(TrainError::NoExamples);
    }
    let probe =
        if spec.probe { probe::batches(&model, steps::capacity(spec, 0)) } else { Vec::new() };
    let over_long = [learned.over_long, evaluated.over_long].concat();
    let work = Workload::new(spec, learned.lessons, evaluated.lessons, probe);
    let lora = Lora::init(&model.spec, &spec.lora)?;
    let mut plan = plan::plan(&model, spec, &work, program, lora.parameters());
    plan::admit(&plan, spec, limit)?;
    plan::keep(&mut plan, model.spec.layers, spec, limit);

    let model = Arc::new(model);
    let mut engine = Engine { pool, learner: Some(learner(&model, lora)?) };
    engine.learner()?.keep(plan.kept_layers);
    if spec.dry_step {
        plan.seconds = Some(dry::run(&mut engine, spec, &work, cancel)?.seconds(&plan));
    }
    on(Event::Item(json!({
        "kind": "plan", "plan": plan, "total_bytes": plan.total_bytes(), "limit_bytes": limit,
        "over_long": over_long,
    })));
    Ok(Ready { model, work, plan, engine, memory, over_long, limit })
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

fn with_result(mut identity: Value, adapter: &str, cursor: &Cursor, kept_step: usize) -> Value {
    identity["adapter"] = json!({"hash": adapter});
    identity["result"] = json!({
        "steps": cursor.steps.len(),
        "kept_step": kept_step,
        "stopped_early": cursor.course.stopped,
        "skipped_steps": cursor.skipped,
        "tokens": cursor.steps.iter().map(|step| step.tokens).sum::<usize>(),
        "targets": cursor.steps.iter().map(|step| step.targets).sum::<usize>(),
        "last_loss": cursor.steps.last().and_then(|step| step.loss),
        "evaluation": cursor.evaluation,
        "probe": cursor.probe,
    });
    identity
}
