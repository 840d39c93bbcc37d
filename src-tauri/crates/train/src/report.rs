//! What a run tells while it goes and when it is over.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::data::OverLongLog;
use crate::plan::Plan;

/// One optimiser step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepLog {
    /// From 1.
    pub step: usize,
    /// Mean nats per learned token, before the move; `None` when it was no number.
    pub loss: Option<f64>,
    /// Learning rate of the move.
    pub lr: f64,
    /// Length of the gradient before clipping; `None` when it was no number.
    pub grad_norm: Option<f64>,
    /// Tokens computed.
    pub tokens: usize,
    /// Tokens learned.
    pub targets: usize,
    /// Tokens computed per second.
    pub tokens_per_s: f64,
    /// Resident memory of the process tree after the step.
    pub rss_bytes: u64,
    /// First tensor whose gradient was no number: the step moved nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
}

/// One measurement on the evaluation examples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvalLog {
    /// Steps taken before it; 0 is the untrained adapter.
    pub step: usize,
    /// Mean nats per token of the answers.
    pub loss: f64,
}

/// One measurement of how far the model has moved from its base.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProbeLog {
    /// Steps taken before it.
    pub step: usize,
    /// Mean KL(base ‖ adapted) over all positions of the general conversations, in nats.
    pub kl: f64,
}

/// What a run would do and cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanReport {
    /// The plan.
    pub plan: Plan,
    /// Planned peak.
    pub total_bytes: u64,
    /// Memory that may be used: the spec's limit, or what is free.
    pub limit_bytes: u64,
    /// Examples that are learned.
    pub examples: usize,
    /// Examples that are only measured.
    pub evaluated: usize,
    /// Examples longer than allowed, and what becomes of them.
    pub over_long: Vec<OverLongLog>,
    /// Peak after the dry step: of the process tree, or of the GPU's memory.
    pub dry_peak_bytes: u64,
}

/// A finished run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainReport {
    /// Folder with `adapter_config.json`, `adapter_model.safetensors`, `passport.json`.
    pub adapter_dir: PathBuf,
    /// BLAKE3 of the adapter: `shinsa_lm::peft::adapter_hash`.
    pub adapter_hash: String,
    /// BLAKE3 of the passport.
    pub passport_hash: String,
    /// Numbers that were trained.
    pub trainable_parameters: usize,
    /// The plan the run was admitted with.
    pub plan: Plan,
    /// Every step.
    pub steps: Vec<StepLog>,
    /// Every measurement.
    pub evaluation: Vec<EvalLog>,
    /// Every divergence from the base.
    #[serde(default)]
    pub probe: Vec<ProbeLog>,
    /// Examples longer than allowed, and what became of them.
    #[serde(default)]
    pub over_long: Vec<OverLongLog>,
    /// Steps after which the adapter that was written stood.
    #[serde(default)]
    pub kept_step: usize,
    /// Whether the run ended before its last step because nothing was gained any more.
    #[serde(default)]
    pub stopped_early: bool,
    /// Steps that moved nothing, because the gradient was no number.
    pub skipped_steps: usize,
    /// Step after which a checkpoint was resumed, if any.
    pub resumed_from: Option<usize>,
    /// Tokens computed, in this process.
    pub tokens: u64,
    /// Seconds, in this process.
    pub seconds: f64,
    /// Peak of the summed resident memory of the process tree.
    pub peak_rss_bytes: u64,
    /// High-water mark of the GPU's memory, where one was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_device_bytes: Option<u64>,
    /// What the GPU's driver counts at the end, other programs' included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub driver_bytes: Option<u64>,
}
