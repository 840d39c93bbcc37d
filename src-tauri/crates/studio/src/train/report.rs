//! What a training run says of itself: its plan, its data and its outcome.

use super::TrainStart;
use crate::StudioError;
use crate::device::Chosen;
use crate::project::small;
use serde::{Deserialize, Serialize};
use shinsa_train::{Example, OverLongLog, Piece, PlanReport, Previewed, TrainReport, TrainSpec};

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
    /// The peak by part: `weights`, `checkpoints`, `layer`, `kept`, `logits`, `lora`,
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
    /// High-water mark of the GPU's memory, which is then what was planned, bytes.
    pub peak_device_bytes: Option<f64>,
    /// What the GPU's driver counted at the end, other programs' included, bytes.
    pub driver_bytes: Option<f64>,
    /// What computed.
    pub device: String,
    /// Why no GPU was used, where one was sought.
    pub no_gpu: Option<StudioError>,
}
pub(super) fn summary(
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
        peak_device_bytes: report.peak_device_bytes.map(|b| b as f64),
        driver_bytes: report.driver_bytes.map(|b| b as f64),
        device: chosen.name,
        no_gpu: chosen.reason,
    }
}

fn long(log: &OverLongLog) -> TrainLong {
    TrainLong { id: log.id.clone(), tokens: small(log.tokens), kept: small(log.kept) }
}

#[allow(clippy::cast_precision_loss)] // far below 2^53
pub(super) fn planned(report: &PlanReport) -> TrainPlan {
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

pub(super) fn shown_to(shown: Previewed) -> TrainPreview {
    let piece = |p: Piece| TrainPiece { text: p.text, learned: p.learned };
    TrainPreview {
        id: shown.id,
        tokens: small(shown.tokens),
        learned: small(shown.learned),
        limit: small(shown.limit),
        pieces: shown.pieces.into_iter().map(piece).collect(),
    }
}
