//! The loop over optimiser steps.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use shinsa_jobs::{Cancel, Event, Progress, Rate, Throttle, TreeMemory};
use shinsa_lm::{Lora, LossSum, Rates};

use crate::checkpoint::{self, Cursor, Saved};
use crate::dry::micro;
use crate::engine::Engine;
use crate::error::TrainError;
use crate::evaluate::evaluate;
use crate::plan::{Plan, Workload};
use crate::probe;
use crate::report::{EvalLog, ProbeLog, StepLog};
use crate::spec::{Keep, TrainSpec};
use crate::steps::{self, Step};

/// Progress is told at most this often within a step.
const TELL: Duration = Duration::from_millis(250);

/// A run between its plan and its adapter.
pub(crate) struct Trainer<'a> {
    spec: &'a TrainSpec,
    pub engine: Engine,
    work: &'a Workload,
    plan: &'a Plan,
    pub cursor: Cursor,
    /// The adapter at the best measurement, where that one is kept.
    pub best: Option<Vec<f32>>,
    pub checkpoint: PathBuf,
    run: String,
}

impl<'a> Trainer<'a> {
    pub(crate) fn new(
        spec: &'a TrainSpec,
        engine: Engine,
        work: &'a Workload,
        plan: &'a Plan,
        run: String,
    ) -> Self {
        let folder = shinsa_fsio::safe_name(&spec.name);
        Self {
            spec,
            engine,
            work,
            plan,
            cursor: Cursor::default(),
            best: None,
            checkpoint: checkpoint::path(&spec.out_dir, &folder),
            run,
        }
    }

    /// Takes up the checkpoint of the same run; the step it was made after, if any.
    pub(crate) fn resume(&mut self) -> Result<Option<usize>, TrainError> {
        if !self.spec.resume {
            return Ok(None);
        }
        let parameters = self.plan.trainable_parameters;
        let found = checkpoint::load(&self.checkpoint, &self.run, parameters)?;
        let Some(Saved { cursor, moments, best }) = found else { return Ok(None) };
        self.engine.learner()?.restore(&moments)?;
        (self.cursor, self.best) = (cursor, best);
        Ok(Some(self.cursor.step))
    }

    /// All steps that are left, with the measurements and checkpoints between them.
    pub(crate) fn train(
        &mut self,
        cancel: &Cancel,
        memory: &TreeMemory,
        on: &mut dyn FnMut(Event),
    ) -> Result<(), TrainError> {
        let last = self.work.steps.len();
        if self.cursor.step == 0 {
            self.measure(cancel, memory, on)?;
        }
        let done_before: u64 = self.cursor.steps.iter().map(|step| step.tokens as u64).sum();
        let mut told = Told {
            rate: Rate::new(Instant::now(), self.plan.tokens.saturating_sub(done_before)),
            throttle: Throttle::new(TELL),
            done_before,
            done: 0,
            // Time spent on measuring isn't training's.
            total: self.plan.tokens,
        };
        while self.cursor.step < last && !self.cursor.course.stopped {
            let log = self.step(cancel, memory, &mut told, on)?;
            on(Event::Item(tagged("step", &log)));
            self.cursor.steps.push(log);
            self.cursor.step += 1;
            let step = self.cursor.step;
            on(Event::Progress(told.progress(self, memory)));
            let due = |every: usize| every > 0 && step.is_multiple_of(every);
            if step == last || due(self.spec.evaluate_every) {
                self.measure(cancel, memory, on)?;
            }
            let over = step == last || self.cursor.course.stopped;
            if due(self.spec.checkpoint_every) && !over {
                self.save()?;
            }
        }
        if self.cursor.skipped == self.cursor.step {
            let tensor = self.cursor.first_bad.clone().unwrap_or_default();
            return Err(TrainError::Diverged { steps: self.cursor.step, tensor });
        }
        Ok(())
    }

    /// One optimiser step: the gradient of every pack, divided by the learned
    /// tokens of the whole step, then one move.
    fn step(
        &mut self,
        cancel: &Cancel,
        memory: &TreeMemory,
        told: &mut Told,
        on: &mut dyn FnMut(Event),
    ) -> Result<StepLog, TrainError> {
        let begun = Instant::now();
        let work = self.work;
        let Step { packs, targets, tokens } = &work.steps[self.cursor.step];
        self.engine.learner()?.clear();
        let mut sum = LossSum::default();
        for pack in packs {
            let batch = steps::batch(&work.lessons, pack);
            let rows = batch.tokens.len() as u64;
            let how = micro(self.spec, *targets, self.cursor.micro);
            self.cursor.micro += 1;
            let part = self
                .engine
                .compute(cancel, "training", move |learner| learner.accumulate(&batch, &how))??;
            sum.nll += part.nll;
            sum.targets += part.targets;
            told.done += rows;
            if told.throttle.ready(Instant::now()) {
                on(Event::Progress(told.progress(self, memory)));
            }
        }
        let lr = self.spec.learning_rate
            * self.spec.schedule.factor(
                self.cursor.step,
                work.steps.len(),
                self.spec.warmup.steps(work.steps.len()),
            );
        let loss = sum.mean().filter(|loss| loss.is_finite());
        let (norm, skipped) = self.move_adapter(lr, loss.is_none())?;
        if let Some(tensor) = &skipped {
            self.cursor.skipped += 1;
            self.cursor.first_bad.get_or_insert_with(|| tensor.clone());
        }
        let seconds = begun.elapsed().as_secs_f64();
        Ok(StepLog {
            step: self.cursor.step + 1,
            loss,
            lr,
            grad_norm: norm,
            tokens: *tokens,
            targets: *targets,
            tokens_per_s: *tokens as f64 / seconds.max(1e-9),
            rss_bytes: memory.now(),
            skipped,
        })
    }

    /// Clips and moves; a gradient that is no number moves nothing, and its
    /// first bad tensor is named.
    fn move_adapter(
        &mut self,
        lr: f64,
        bad_loss: bool,
    ) -> Result<(Option<f64>, Option<String>), TrainError> {
        let spec = self.spec;
        let learner = self.engine.learner()?;
        let norm = learner.norm();
        if !norm.is_finite() || bad_loss {
            let tensor = first_bad(learner.shape(), &learner.gradient());
            let tensor = tensor.unwrap_or_else(|| "loss".into());
            return Ok((norm.is_finite().then_some(norm), Some(tensor)));
        }
        let rates = Rates {
            learning_rate: lr,
            b_ratio: spec.b_ratio,
            betas: spec.betas,
            epsilon: spec.epsilon,
            weight_decay: spec.weight_decay,
            clip: spec.clip,
        };
        learner.advance(norm, &rates);
        Ok((Some(norm), None))
    }

    fn measure(
        &mut self,
        cancel: &Cancel,
        memory: &TreeMemory,
        on: &mut dyn FnMut(Event),
    ) -> Result<(), TrainError> {
        let mut throttle = Throttle::new(TELL);
        let found = evaluate(&mut self.engine, self.work, cancel, |done, total| {
            if throttle.ready(Instant::now()) {
                on(Event::Progress(Progress {
                    phase: "evaluate".into(),
                    done: done as u64,
                    total: total as u64,
                    rss_bytes: memory.now(),
                    ..Progress::default()
                }));
            }
        })?;
        // A number that is none has no place in a report; the steps tell of it.
        let step = self.cursor.step;
        let found = found.filter(|loss| loss.is_finite());
        if let Some(loss) = found {
            let log = EvalLog { step, loss };
            on(Event::Item(tagged("evaluation", &log)));
            self.cursor.evaluation.push(log);
        }
        if !self.work.evaluated.is_empty() {
            let better = self.cursor.course.take(step, found, self.spec.early_stop);
            if better && self.spec.keep == Keep::Best {
                self.best = Some(self.engine.learner()?.values());
            }
        }
        let kl = probe::measure(&mut self.engine, &self.work.probe, cancel)?;
        if let Some(kl) = kl.filter(|kl| kl.is_finite()) {
            let log = ProbeLog { step, kl };
            on(Event::Item(tagged("probe", &log)));
            self.cursor.probe.push(log);
        }
        Ok(())
    }

    /// The adapter to write, and after which step it stood.
    pub(crate) fn kept(&mut self) -> Result<(Vec<f32>, usize), TrainError> {
        match (self.best.take(), self.cursor.course.best) {
            (Some(best), Some((step, _))) => Ok((best, step)),
            _ => Ok((self.engine.learner()?.values(), self.cursor.step)),
        }
    }

    fn save(&mut self) -> Result<(), TrainError> {
        shinsa_fsio::create_dir_all(&self.spec.out_dir)?;
        let Self { engine, checkpoint, run, cursor, best, .. } = self;
        checkpoint::save(checkpoint, run, cursor, &engine.learner()?.moments(), best.as_deref())
    }
}

/// What the last progress said, to say the next.
struct Told {
    rate: Rate,
    throttle: Throttle,
    done_before: u64,
    done: u64,
    total: u64,
}

impl Told {
    fn progress(&self, trainer: &Trainer<'_>, memory: &TreeMemory) -> Progress {
        let now = Instant::now();
        let mut progress = Progress {
            phase: "train".into(),
            done: self.done_before + self.done,
            total: self.total,
            rate: self.rate.per_second(self.done, now),
            rate_unit: Some("tokens/s".into()),
            eta_s: self.rate.eta_s(self.done, now),
            rss_bytes: memory.now(),
            ..Progress::default()
        };
        let mut put = |name: &str, value: f64| progress.values.insert(name.into(), value);
        put("step", trainer.cursor.step as f64);
        put("steps", trainer.work.steps.len() as f64);
        put("planned_bytes", trainer.plan.total_bytes() as f64);
        if let Some(log) = trainer.cursor.steps.last() {
            put("lr", log.lr);
            if let Some(loss) = log.loss {
                put("loss", loss);
            }
        }
        if let Some(log) = trainer.cursor.evaluation.last() {
            put("evaluation_loss", log.loss);
        }
        if let Some(log) = trainer.cursor.probe.last() {
            put("kl", log.kl);
        }
        progress
    }
}

/// A log as an item: the same object with its `kind`.
fn tagged(kind: &str, log: &impl serde::Serialize) -> Value {
    let mut value = serde_json::to_value(log).unwrap_or(Value::Null);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("kind".into(), json!(kind));
    }
    value
}

/// PEFT's name of the first tensor whose gradient is no number.
fn first_bad(lora: &Lora, grads: &[f32]) -> Option<String> {
    lora.slots.iter().find_map(|slot| {
        let bad =
            |range: &std::ops::Range<usize>| grads[range.clone()].iter().any(|g| !g.is_finite());
        let side = if bad(&slot.a) {
            "A"
        } else if bad(&slot.b) {
            "B"
        } else {
            return None;
        };
        let (parent, module) = (slot.projection.parent(), slot.projection.name());
        Some(format!("layers.{}.{parent}.{module}.lora_{side}", slot.layer))
    })
}
