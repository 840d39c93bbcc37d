//! What a run will cost, said before it starts.

use std::path::Path;

use serde::{Deserialize, Serialize};
use shinsa_lm::template::Lesson;
use shinsa_lm::{Model, Residency, inspect, step_bytes};

use crate::error::TrainError;
use crate::pack;
use crate::spec::TrainSpec;
use crate::steps::{self, Step};

/// The program itself with its tokenizer, before any weight.
const PROGRAM: u64 = 96 << 20;

/// The plan of a run: its size, and its peak memory by part, in bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Optimiser steps.
    pub steps: usize,
    /// Tokens that will be computed, all epochs.
    pub tokens: u64,
    /// Tokens that will be learned, all epochs.
    pub targets: u64,
    /// Numbers that are trained.
    pub trainable_parameters: usize,
    /// Rows of the largest pack.
    pub largest_pack: usize,
    /// Frozen weights.
    pub weights_bytes: u64,
    /// Every layer's input.
    pub checkpoints_bytes: u64,
    /// One layer recomputed, with its gradients.
    pub layer_bytes: u64,
    /// Logits of the learned rows, in chunks.
    pub logits_bytes: u64,
    /// Adapter, gradient, both moments.
    pub lora_bytes: u64,
    /// The program and its tokenizer.
    pub program_bytes: u64,
}

impl Plan {
    /// Planned peak in bytes.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.parts().iter().map(|(_, bytes)| bytes).sum()
    }

    /// Bytes by part.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, u64); 6] {
        [
            ("weights", self.weights_bytes),
            ("checkpoints", self.checkpoints_bytes),
            ("layer", self.layer_bytes),
            ("logits", self.logits_bytes),
            ("lora", self.lora_bytes),
            ("program", self.program_bytes),
        ]
    }
}

/// Bytes of the frozen weights in memory, from the file's header alone.
pub(crate) fn weights(path: &Path, residency: Residency) -> Result<u64, TrainError> {
    let card = inspect(path)?;
    Ok(match residency {
        Residency::F32 => 4 * card.parameters,
        Residency::Stored => card.bytes,
    })
}

/// All that a run computes: examples as tokens, and which go together.
pub(crate) struct Workload {
    pub lessons: Vec<Lesson>,
    pub steps: Vec<Step>,
    pub evaluated: Vec<Lesson>,
    pub evaluation: Vec<Vec<usize>>,
}

impl Workload {
    pub(crate) fn new(spec: &TrainSpec, lessons: Vec<Lesson>, evaluated: Vec<Lesson>) -> Self {
        let steps = steps::all(spec, &lessons, steps::capacity(spec, longest(&lessons)));
        let lengths: Vec<(usize, usize)> =
            evaluated.iter().map(|lesson| lesson.tokens.len()).enumerate().collect();
        let evaluation = pack::best_fit(&lengths, steps::capacity(spec, longest(&evaluated)));
        Self { lessons, steps, evaluated, evaluation }
    }
}

fn longest(lessons: &[Lesson]) -> usize {
    lessons.iter().map(|lesson| lesson.tokens.len()).max().unwrap_or(0)
}

/// The plan for this work.
pub(crate) fn plan(
    model: &Model,
    spec: &TrainSpec,
    work: &Workload,
    weights_bytes: u64,
    trainable_parameters: usize,
) -> Plan {
    let Workload { lessons, steps, evaluated, evaluation } = work;
    let size = |lessons: &[Lesson], pack: &[usize]| {
        let rows: usize = pack.iter().map(|index| lessons[*index].tokens.len()).sum();
        let targets: usize = pack.iter().map(|index| lessons[*index].learned()).sum();
        (rows, targets)
    };
    let trained = steps.iter().flat_map(|step| &step.packs).map(|pack| size(lessons, pack));
    let measured = evaluation.iter().map(|pack| size(evaluated, pack));
    let mut plan = Plan {
        steps: steps.len(),
        tokens: steps.iter().map(|step| step.tokens as u64).sum(),
        targets: steps.iter().map(|step| step.targets as u64).sum(),
        trainable_parameters,
        weights_bytes,
        program_bytes: PROGRAM,
        ..Plan::default()
    };
    // Buffers grow to the largest batch in each part and are kept.
    for (rows, targets) in trained.chain(measured) {
        let bytes = step_bytes(&model.spec, &spec.lora, rows, targets, 1);
        plan.largest_pack = plan.largest_pack.max(rows);
        plan.checkpoints_bytes = plan.checkpoints_bytes.max(bytes.checkpoints);
        plan.layer_bytes = plan.layer_bytes.max(bytes.layer + bytes.kept);
        plan.logits_bytes = plan.logits_bytes.max(bytes.logits);
        plan.lora_bytes = plan.lora_bytes.max(bytes.lora);
    }
    plan
}

/// Refuses a plan above the limit, with what would help most.
pub(crate) fn admit(plan: &Plan, spec: &TrainSpec) -> Result<(), TrainError> {
    let needed = plan.total_bytes();
    let Some(limit) = spec.memory_limit_bytes.filter(|limit| needed > *limit) else {
        return Ok(());
    };
    let parts: Vec<String> = plan
        .parts()
        .iter()
        .filter(|(_, bytes)| *bytes > 0)
        .map(|(part, bytes)| format!("{part} {bytes}"))
        .collect();
    Err(TrainError::DoesNotFit {
        needed,
        limit,
        parts: parts.join(", "),
        advice: advice(plan, spec, limit),
    })
}

fn advice(plan: &Plan, spec: &TrainSpec, limit: u64) -> String {
    let fixed = plan.weights_bytes + plan.program_bytes;
    if fixed >= limit {
        return match spec.residency {
            Residency::F32 => {
                "keep the weights as stored (residency stored), or choose a smaller model".into()
            }
            Residency::Stored => "choose a smaller model".into(),
        };
    }
    let activations = plan.checkpoints_bytes + plan.layer_bytes + plan.logits_bytes;
    if fixed + plan.lora_bytes >= limit {
        return "lower the rank r, or adapt fewer modules".into();
    }
    let room = limit - fixed - plan.lora_bytes;
    if let Some(rows) = (plan.largest_pack as u64).saturating_mul(room).checked_div(activations) {
        return format!("shorten the packs and examples to about {rows} tokens");
    }
    "close other programs or raise the limit".into()
}

/// Refuses weights that alone are above the limit, before they are loaded.
pub(crate) fn admit_weights(weights_bytes: u64, spec: &TrainSpec) -> Result<(), TrainError> {
    admit(&Plan { weights_bytes, program_bytes: PROGRAM, ..Plan::default() }, spec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_with_the_advice_that_helps() {
        let limited = |residency, limit| TrainSpec {
            residency,
            memory_limit_bytes: Some(limit),
            ..TrainSpec::default()
        };
        let plan = Plan {
            weights_bytes: 1000,
            layer_bytes: 400,
            lora_bytes: 50,
            largest_pack: 512,
            ..Plan::default()
        };
        assert!(admit(&plan, &limited(Residency::F32, 1450)).is_ok());
        assert!(admit(&plan, &TrainSpec::default()).is_ok());
        for (residency, limit, advice) in [
            (Residency::F32, 900, "residency stored"),
            (Residency::Stored, 900, "a smaller model"),
            (Residency::F32, 1040, "lower the rank"),
            (Residency::F32, 1250, "about 256 tokens"),
        ] {
            let error = admit(&plan, &limited(residency, limit)).unwrap_err();
            assert_eq!(error.code(), "train-does-not-fit");
            assert!(error.to_string().contains(advice), "{error}");
            assert_eq!(error.args()["needed"], "1450");
        }
    }
}
