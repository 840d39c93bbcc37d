//! Training a LoRA judge on gold.

use crate::device::{Chosen, DeviceWish};
use crate::project::small;
use crate::rubric::parse_reference;
use crate::studio::{Open, every};
use crate::{JobUpdate, Studio, StudioError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shinsa_domain::{
    Audience, Case, CaseId, Gold, Hash, Lang, Output, OutputId, Rubric, RubricRef, Run, RunId,
    RunKind, RunState, Viewer, hash_json,
};
use shinsa_fsio as fsio;
use shinsa_jobs::Cancel;
use shinsa_lm::{LoraConfig, Projection, Residency};
use shinsa_prompt::{Message, Template, messages, verdict_json};
use shinsa_store::{Folder, Page};
use shinsa_train::{
    EarlyStop, Example, Keep, OverLong, OverLongLog, Piece, PlanReport, Previewed, Schedule,
    TrainReport, TrainSpec, Turns, Warmup,
};
use std::collections::BTreeMap;

/// Trains an adapter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrainStart {
    /// The model file or folder; the embedded one where absent.
    pub model: Option<String>,
    /// On gold of which rubric.
    pub rubric: RubricRef,
    /// The adapter's name, new in the project.
    pub name: String,
    /// Rank.
    pub r: u32,
    /// Scale: alpha / r.
    pub alpha: f64,
    /// Dropout of the adapter's input, 0 to below 1.
    pub dropout: f64,
    /// Peak learning rate.
    pub learning_rate: f64,
    /// Times through the data.
    pub epochs: f64,
    /// Steps at most.
    pub max_steps: Option<u32>,
    /// Learned tokens that one step gathers, at least.
    pub tokens_per_step: u32,
    /// Longest example.
    pub max_tokens: u32,
    /// How the run goes, beyond the adapter's size and the rate.
    #[serde(default)]
    pub course: TrainCourse,
    /// Seed of initialisation, order and dropout.
    pub seed: u32,
    /// Threads; all cores where absent.
    pub threads: Option<u32>,
    /// Refuses a run whose planned peak is above this, bytes.
    pub memory_limit_bytes: Option<f64>,
    /// What should compute.
    pub device: DeviceWish,
}

/// The finer settings of a run; all have values that are good to start with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrainCourse {
    /// `linear`, `cosine` (down to a tenth) or `constant`.
    pub schedule: TrainSchedule,
    /// Share of all steps in which the rate rises, 0 to 1.
    pub warmup_ratio: f64,
    /// So many steps instead of a share.
    pub warmup_steps: Option<u32>,
    /// What becomes of an example that is longer than allowed.
    pub over_long: TrainOverLong,
    /// Learn every answer of a conversation instead of the last one.
    pub all_turns: bool,
    /// How many times as fast the adapter's B learns (LoRA+).
    pub b_ratio: f64,
    /// Strength of the noise on embeddings (NEFTune); 0 for none.
    pub neftune_alpha: f64,
    /// Scale by alpha / sqrt(r) instead of alpha / r (rsLoRA).
    pub rslora: bool,
    /// Decoupled weight decay.
    pub weight_decay: f64,
    /// Measure held-out loss and forgetting after every so many steps; 0 for
    /// only before and after.
    pub evaluate_every: u32,
    /// Stop after so many measurements without improvement; 0 for never.
    pub patience: u32,
    /// Nats per token that count as an improvement.
    pub min_delta: f64,
    /// Write the last adapter instead of the best one by held-out loss.
    pub keep_last: bool,
    /// Keep the weights as stored: slower, and far less memory.
    pub stored_weights: bool,
}

/// The course of the learning rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "kebab-case")]
pub enum TrainSchedule {
    /// A straight line to 0.
    Linear,
    /// Half a cosine to a tenth.
    #[default]
    Cosine,
    /// No change.
    Constant,
}

/// What becomes of an example that is longer than allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "kebab-case")]
pub enum TrainOverLong {
    /// The run is refused, and names it.
    #[default]
    Refuse,
    /// It is cut at its end, and reported.
    Truncate,
    /// It is left out, and reported.
    Drop,
}

impl Default for TrainCourse {
    fn default() -> Self {
        Self {
            schedule: TrainSchedule::default(),
            warmup_ratio: 0.0,
            warmup_steps: None,
            over_long: TrainOverLong::default(),
            all_turns: false,
            b_ratio: 1.0,
            neftune_alpha: 0.0,
            rslora: false,
            weight_decay: 0.0,
            evaluate_every: 0,
            patience: 0,
            min_delta: 0.0,
            keep_last: false,
            stored_weights: false,
        }
    }
}

impl TrainCourse {
    /// Fills in what a run takes from here.
    fn put_into(&self, spec: &mut TrainSpec) {
        spec.schedule = match self.schedule {
            TrainSchedule::Linear => Schedule::Linear,
            TrainSchedule::Cosine => Schedule::Cosine { floor: 0.1 },
            TrainSchedule::Constant => Schedule::Constant,
        };
        spec.warmup = match self.warmup_steps {
            Some(steps) => Warmup::Steps(steps as usize),
            None => Warmup::Ratio(self.warmup_ratio),
        };
        spec.over_long = match self.over_long {
            TrainOverLong::Refuse => OverLong::Refuse,
            TrainOverLong::Truncate => OverLong::Truncate,
            TrainOverLong::Drop => OverLong::Drop,
        };
        spec.turns = if self.all_turns { Turns::All } else { Turns::Last };
        spec.b_ratio = self.b_ratio;
        spec.neftune_alpha = self.neftune_alpha;
        spec.lora.rslora = self.rslora;
        spec.weight_decay = self.weight_decay;
        spec.evaluate_every = self.evaluate_every as usize;
        spec.early_stop = (self.patience > 0)
            .then_some(EarlyStop { patience: self.patience as usize, min_delta: self.min_delta });
        spec.keep = if self.keep_last { Keep::Last } else { Keep::Best };
        spec.residency = if self.stored_weights { Residency::Stored } else { Residency::F32 };
    }
}

/// What a training run would do and cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrainPlan {
    /// Optimiser steps.
    pub steps: u32,
    /// Examples learned from.
    pub examples: u32,
    /// Examples only evaluated.
    pub evaluated: u32,
    /// Trainable parameters.
    pub trainable: f64,
    /// Tokens computed, all epochs.
    pub tokens: f64,
    /// Tokens learned, all epochs.
    pub targets: f64,
    /// Expected time, seconds, from the largest pack computed once.
    pub seconds: Option<f64>,
    /// Planned peak, bytes.
    pub total_bytes: f64,
    /// What may be used, bytes: the limit, or what is free.
    pub limit_bytes: f64,
    /// Peak after the largest pack was computed once, bytes.
    pub dry_peak_bytes: f64,
    /// The peak by part: `weights`, `checkpoints`, `layer`, `logits`, `lora`,
    /// `copies`, `probe`, `program`.
    pub parts: Vec<TrainPart>,
    /// Examples longer than allowed.
    pub over_long: Vec<TrainLong>,
}

/// One part of the planned peak.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrainPart {
    /// Stable code.
    pub part: String,
    /// Bytes.
    pub bytes: f64,
}

/// An example that is longer than allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrainLong {
    /// The output's key.
    pub id: String,
    /// Its tokens.
    pub tokens: u32,
    /// Tokens that are used of it; 0 when it is left out.
    pub kept: u32,
}

/// One example as the model reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrainPreview {
    /// The output's key.
    pub id: String,
    /// Its tokens.
    pub tokens: u32,
    /// Tokens of it that are learned.
    pub learned: u32,
    /// Tokens allowed.
    pub limit: u32,
    /// All of it, in order.
    pub pieces: Vec<TrainPiece>,
}

/// A piece of an example: a token, or the few that share one character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrainPiece {
    /// Its text.
    pub text: String,
    /// Whether it is learned.
    pub learned: bool,
}

/// What a training run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrainSummary {
    /// The adapter's name.
    pub name: String,
    /// Its folder.
    pub adapter: String,
    /// Examples learned from.
    pub examples: u32,
    /// Examples only evaluated.
    pub evaluated: u32,
    /// Optimiser steps.
    pub steps: u32,
    /// Trainable parameters.
    pub trainable: f64,
    /// Mean loss of the first step, per target token.
    pub first_loss: Option<f64>,
    /// Mean loss of the last step, per target token.
    pub last_loss: Option<f64>,
    /// Held-out loss before training.
    pub first_evaluation: Option<f64>,
    /// Held-out loss of the adapter that was written.
    pub last_evaluation: Option<f64>,
    /// Steps after which that adapter stood.
    pub kept_step: u32,
    /// Whether the run ended early because nothing was gained any more.
    pub stopped_early: bool,
    /// Mean divergence from the base on general conversations at the end, nats.
    pub kl: Option<f64>,
    /// Examples longer than allowed, and what became of them.
    pub over_long: Vec<TrainLong>,
    /// Planned peak, bytes.
    pub planned_bytes: f64,
    /// Expected time, seconds.
    pub planned_seconds: Option<f64>,
    /// Tokens trained on.
    pub tokens: f64,
    /// Wall time.
    pub seconds: f64,
    /// Peak resident memory of the worker, bytes.
    pub peak_rss_bytes: f64,
    /// What computed.
    pub device: String,
    /// Why no GPU was used, where one was sought.
    pub no_gpu: Option<StudioError>,
}

/// The share of cases that are held out, and the seed of the draw: stored with
/// the project at its first use, so that no later run trains on what another
/// was measured with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Split {
    pub share: f64,
    pub seed: u32,
}

const SPLIT: &str = "split";
const DEFAULT_SPLIT: Split = Split { share: 0.2, seed: 1 };
/// The prompt of the judge: short, since the embedded model is small, and in
/// one language, so that all items share its beginning.
const PROMPT: (&str, Lang) = ("judge-short", Lang::En);
pub(crate) const AUDIENCE: Audience = Audience::Judge { reasons: false };

impl Split {
    /// Whether a case is held out: its key's hash under the seed, as a fraction,
    /// lies below the share. It depends on nothing else, so it stays as cases are added.
    pub fn holds_out(self, case_key: &str) -> bool {
        let hash = blake3::hash(format!("split\n{}\n{case_key}", self.seed).as_bytes());
        let mut head = [0; 8];
        head.copy_from_slice(&hash.as_bytes()[..8]);
        #[allow(clippy::cast_precision_loss)] // a fraction of 2^64: 53 bits are plenty
        let fraction = u64::from_le_bytes(head) as f64 / 18_446_744_073_709_551_616.0;
        fraction < self.share
    }
}

/// One gold output with all that belongs to it.
pub(crate) struct Golden {
    pub gold: Gold,
    pub output: Output,
    pub case: Case,
}

pub(crate) fn template() -> Result<Template, StudioError> {
    Ok(Template::builtin(PROMPT.0, PROMPT.1)?)
}

impl From<shinsa_prompt::PromptError> for StudioError {
    fn from(error: shinsa_prompt::PromptError) -> Self {
        let mut args = error.args();
        args.insert("message".to_owned(), error.to_string());
        Self { code: error.code().to_owned(), args }
    }
}

impl Open {
    /// The project's split, the default one where none is stored.
    pub fn split(&self, viewer: &Viewer) -> Result<Split, StudioError> {
        match self.project.view(viewer).setting(SPLIT)? {
            Some(value) => Ok(serde_json::from_value(value)?),
            None => Ok(DEFAULT_SPLIT),
        }
    }

    /// All gold of a rubric, in the order of import of the outputs.
    pub fn golden(&self, viewer: &Viewer, rubric: &RubricRef) -> Result<Vec<Golden>, StudioError> {
        let view = self.project.view(viewer);
        let mut cases: BTreeMap<CaseId, Case> = BTreeMap::new();
        let mut golden = Vec::new();
        let mut golds: BTreeMap<OutputId, Gold> =
            every(|page| view.golds(rubric, page))?.into_iter().map(|g| (g.output, g)).collect();
        for output in every(|page| view.whole_outputs(page))? {
            let Some(gold) = golds.remove(&output.id) else { continue };
            let case = match cases.get(&output.case) {
                Some(case) => case.clone(),
                None => cases.entry(output.case).or_insert(view.case(output.case)?).clone(),
            };
            golden.push(Golden { gold, output, case });
        }
        Ok(golden)
    }
}

/// The messages of one example, the last being the gold verdict.
pub(crate) fn example(
    template: &Template,
    rubric: &Rubric,
    item: &Golden,
) -> Result<Vec<Message>, StudioError> {
    let mut turns = messages(template, rubric, AUDIENCE, &item.case.text, &item.output)?;
    turns.push(Message::assistant(verdict_json(rubric, &item.gold.answers, AUDIENCE)?));
    Ok(turns)
}

impl Studio {
    /// A run's settings as they are good for the embedded model on a laptop.
    ///
    /// # Errors
    /// `unknown-rubric`.
    pub fn train_defaults(&self, rubric: Option<&str>) -> Result<TrainStart, StudioError> {
        if let Some(text) = rubric {
            parse_reference(text).ok_or_else(|| {
                StudioError::new("unknown-rubric", "No such rubric.").with("rubric", text)
            })?;
        }
        Ok(TrainStart {
            model: None,
            rubric: self.which_rubric(rubric)?,
            name: "judge".to_owned(),
            r: 8,
            alpha: 16.0,
            dropout: 0.0,
            learning_rate: 1e-3,
            epochs: 1.0,
            max_steps: None,
            tokens_per_step: 96,
            max_tokens: 2048,
            course: TrainCourse::default(),
            seed: 1,
            threads: None,
            memory_limit_bytes: None,
            device: DeviceWish::Auto,
        })
    }

    /// Sets which share of cases is held out, before the first run. Later only
    /// the same may be set again.
    ///
    /// # Errors
    /// `split-fixed` when another split is in use; `bad-split` for a share outside 0 to 0.9.
    pub fn set_split(&self, share: f64, seed: u32) -> Result<(), StudioError> {
        if !(0.0..=0.9).contains(&share) {
            return Err(StudioError::new(
                "bad-split",
                "The held-out share must lie between 0 and 0.9.",
            ));
        }
        self.with(|open| {
            let viewer = open.lead()?;
            let wanted = Split { share, seed };
            let view = open.project.view(&viewer);
            if let Some(value) = view.setting(SPLIT)? {
                let stored: Split = serde_json::from_value(value)?;
                if stored == wanted {
                    return Ok(());
                }
                if !view.runs(None, Page::first(1))?.rows.is_empty() {
                    return Err(StudioError::new("split-fixed", "Runs of this project rest on its split of cases: it can't change any more."));
                }
            }
            let value = serde_json::to_value(wanted)?;
            let op = open.op(&self.ctx, "set-split")?;
            open.project.transact(&op, |tx| tx.set_setting(SPLIT, &value))?;
            Ok(())
        })
    }

    /// Trains a LoRA judge on the gold of the cases that are not held out.
    ///
    /// # Errors
    /// `nothing-to-train`, `name-taken`, those of the model and of the run, `cancelled`.
    pub fn train(
        &self,
        request: &TrainStart,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<TrainSummary, StudioError> {
        let chosen = self.choose(request.device, cancel)?;
        let spec = TrainSpec { device: chosen.device, ..self.training_spec(request)? };
        let run = self.start_training(request)?;
        let done =
            self.work(&self.worker_of(&chosen)?, "train", &spec, cancel, on, &mut |_, _| Ok(()));
        let report: Result<TrainReport, StudioError> =
            done.and_then(|value| Ok(serde_json::from_value(value)?));
        let passport = report.as_ref().ok().map(passport).transpose()?;
        self.with(|open| {
            let op = open.op(&self.ctx, "end-training")?;
            let (state, figures) = ended(&report)?;
            let run = Run {
                state,
                ended: Some(self.ctx.now()),
                passport,
                artefacts: artefacts(request, &report),
                figures,
                ..run
            };
            open.project.transact(&op, |tx| tx.update_run(&run))?;
            Ok(())
        })?;
        let report = report?;
        Ok(summary(request, &spec, &report, chosen))
    }

    /// Says what a run would do and cost. The model is loaded and its largest
    /// pack computed once; nothing is written.
    ///
    /// # Errors
    /// As [`Studio::train`].
    pub fn train_plan(
        &self,
        request: &TrainStart,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<TrainPlan, StudioError> {
        let chosen = self.choose(request.device, cancel)?;
        let spec = TrainSpec { device: chosen.device, ..self.training_spec(request)? };
        let done =
            self.work(&self.worker_of(&chosen)?, "plan", &spec, cancel, on, &mut |_, _| Ok(()))?;
        Ok(planned(&serde_json::from_value(done)?))
    }

    /// The first examples as the model reads them, with what is learned marked.
    /// Only the model's tokenizer and template are read.
    ///
    /// # Errors
    /// As [`Studio::train`].
    pub fn train_preview(
        &self,
        request: &TrainStart,
        count: u32,
    ) -> Result<Vec<TrainPreview>, StudioError> {
        let spec = self.training_spec(request)?;
        let shown = shinsa_train::preview(&spec, count as usize).map_err(|e| e.failure())?;
        Ok(shown.into_iter().map(shown_to).collect())
    }

    fn training_spec(&self, request: &TrainStart) -> Result<TrainSpec, StudioError> {
        let template = template()?;
        let model = self.model_path(request.model.as_deref())?;
        self.with(|open| {
            let viewer = open.lead()?;
            let rubric = open.rubric(&viewer, &request.rubric)?;
            let split = open.split(&viewer)?;
            let (mut examples, mut evaluation) = (Vec::new(), Vec::new());
            for item in open.golden(&viewer, &request.rubric)? {
                let list = if split.holds_out(&item.case.key) { &mut evaluation } else { &mut examples };
                list.push(Example { id: item.output.key.clone(), messages: example(&template, &rubric, &item)? });
            }
            if examples.is_empty() {
                return Err(StudioError::new("nothing-to-train", "There is no gold outside the held-out cases. Rate outputs by two raters or more, then make gold."));
            }
            let inputs = BTreeMap::from([
                ("rubric".to_owned(), rubric.hash()?.0),
                ("prompt_template".to_owned(), template.hash().0),
                ("examples".to_owned(), hash_json(&examples)?.0),
                ("split".to_owned(), hash_json(&split)?.0),
            ]);
            let mut spec = TrainSpec {
                model: model.clone(),
                out_dir: open.project.folder(Folder::Adapters),
                name: request.name.clone(),
                examples,
                evaluation,
                lora: LoraConfig {
                    r: request.r as usize,
                    #[allow(clippy::cast_possible_truncation)] // settings of a few digits
                    alpha: request.alpha as f32,
                    #[allow(clippy::cast_possible_truncation)]
                    dropout: request.dropout as f32,
                    targets: Projection::ALL.to_vec(),
                    rslora: false,
                    seed: u64::from(request.seed),
                },
                learning_rate: request.learning_rate,
                epochs: request.epochs,
                max_steps: request.max_steps.map(|s| s as usize),
                tokens_per_step: request.tokens_per_step as usize,
                max_tokens_per_example: request.max_tokens as usize,
                seed: u64::from(request.seed),
                threads: request.threads.map(|t| t as usize),
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // bytes
                memory_limit_bytes: request.memory_limit_bytes.map(|b| b.max(0.0) as u64),
                inputs,
                ..TrainSpec::default()
            };
            request.course.put_into(&mut spec);
            Ok(spec)
        })
    }

    fn start_training(&self, request: &TrainStart) -> Result<Run, StudioError> {
        self.with(|open| {
            let run = Run {
                id: RunId::new(self.ctx.now(), self.ctx.random()),
                kind: RunKind::Train,
                name: request.name.clone(),
                config: serde_json::to_value(request)?,
                state: RunState::Running,
                started: self.ctx.now(),
                ended: None,
                passport: None,
                artefacts: BTreeMap::new(),
                figures: Value::Null,
            };
            let op = open.op(&self.ctx, "start-training")?;
            open.project.transact(&op, |tx| tx.insert_run(&run))?;
            Ok(run)
        })
    }
}

fn ended(report: &Result<TrainReport, StudioError>) -> Result<(RunState, Value), StudioError> {
    match report {
        Ok(report) => Ok((RunState::Done, serde_json::to_value(report)?)),
        Err(error) if error.code == "cancelled" => Ok((RunState::Cancelled, Value::Null)),
        Err(error) => Ok((RunState::Failed, serde_json::to_value(error)?)),
    }
}

fn artefacts(
    request: &TrainStart,
    report: &Result<TrainReport, StudioError>,
) -> BTreeMap<String, String> {
    match report {
        Ok(_) => BTreeMap::from([(
            "adapter".to_owned(),
            format!("{}/{}", Folder::Adapters.name(), fsio::safe_name(&request.name)),
        )]),
        Err(_) => BTreeMap::new(),
    }
}

/// The passport the worker wrote beside the adapter.
fn passport(report: &TrainReport) -> Result<(Value, Hash), StudioError> {
    let text = fsio::read_to_string(&report.adapter_dir.join("passport.json"), 16 << 20)?;
    Ok((serde_json::from_str(&text)?, Hash(report.passport_hash.clone())))
}

fn summary(
    request: &TrainStart,
    spec: &TrainSpec,
    report: &TrainReport,
    chosen: Chosen,
) -> TrainSummary {
    let left_out = |list: &[Example]| {
        let gone = |id: &str| report.over_long.iter().any(|long| long.kept == 0 && long.id == id);
        small(list.iter().filter(|example| gone(&example.id)).count())
    };
    #[allow(clippy::cast_precision_loss)] // far below 2^53
    TrainSummary {
        name: request.name.clone(),
        adapter: report.adapter_dir.display().to_string(),
        examples: small(spec.examples.len()) - left_out(&spec.examples),
        evaluated: small(spec.evaluation.len()) - left_out(&spec.evaluation),
        steps: small(report.steps.len()),
        trainable: report.trainable_parameters as f64,
        first_loss: report.steps.first().and_then(|s| s.loss),
        last_loss: report.steps.last().and_then(|s| s.loss),
        first_evaluation: report.evaluation.first().map(|e| e.loss),
        last_evaluation: report
            .evaluation
            .iter()
            .find(|e| e.step == report.kept_step)
            .or(report.evaluation.last())
            .map(|e| e.loss),
        kept_step: small(report.kept_step),
        stopped_early: report.stopped_early,
        kl: report.probe.last().map(|p| p.kl),
        over_long: report.over_long.iter().map(long).collect(),
        planned_bytes: report.plan.total_bytes() as f64,
        planned_seconds: report.plan.seconds,
        tokens: report.tokens as f64,
        seconds: report.seconds,
        peak_rss_bytes: report.peak_rss_bytes as f64,
        device: chosen.name,
        no_gpu: chosen.reason,
    }
}

fn long(log: &OverLongLog) -> TrainLong {
    TrainLong { id: log.id.clone(), tokens: small(log.tokens), kept: small(log.kept) }
}

#[allow(clippy::cast_precision_loss)] // far below 2^53
fn planned(report: &PlanReport) -> TrainPlan {
    let plan = &report.plan;
    let part =
        |(part, bytes): (&str, u64)| TrainPart { part: part.to_owned(), bytes: bytes as f64 };
    TrainPlan {
        steps: small(plan.steps),
        examples: small(report.examples),
        evaluated: small(report.evaluated),
        trainable: plan.trainable_parameters as f64,
        tokens: plan.tokens as f64,
        targets: plan.targets as f64,
        seconds: plan.seconds,
        total_bytes: report.total_bytes as f64,
        limit_bytes: report.limit_bytes as f64,
        dry_peak_bytes: report.dry_peak_bytes as f64,
        parts: plan.parts().into_iter().map(part).collect(),
        over_long: report.over_long.iter().map(long).collect(),
    }
}

fn shown_to(shown: Previewed) -> TrainPreview {
    let piece = |p: Piece| TrainPiece { text: p.text, learned: p.learned };
    TrainPreview {
        id: shown.id,
        tokens: small(shown.tokens),
        learned: small(shown.learned),
        limit: small(shown.limit),
        pieces: shown.pieces.into_iter().map(piece).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_stays_on_its_side_of_the_split() {
        let split = Split { share: 0.25, seed: 3 };
        let held: Vec<bool> = (0..1000).map(|i| split.holds_out(&format!("A{i}"))).collect();
        let again: Vec<bool> = (0..1000).map(|i| split.holds_out(&format!("A{i}"))).collect();
        assert_eq!(held, again);
        let share = held.iter().filter(|h| **h).count();
        assert!((200..300).contains(&share), "{share} of 1000 held out");
    }
}
