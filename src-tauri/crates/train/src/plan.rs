//! What a run will cost, said before it starts.

use serde::{Deserialize, Serialize};
use shinsa_lm::template::Lesson;
use shinsa_lm::{Batch, Device, Model, Residency, inspect, probe_bytes, step_bytes};

use crate::error::{Advice, TrainError};
use crate::pack;
use crate::spec::{Keep, TrainSpec};
use crate::steps::{self, Step};

/// The program itself with its tokenizer, before any weight.
const PROGRAM: u64 = 96 << 20;
/// Fewest tokens of a pack that advice names.
const SHORTEST: usize = 64;

/// The plan of a run: its size, and its peak memory by part, in bytes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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
    /// What all layers share: one layer's passing values and gradients.
    pub layer_bytes: u64,
    /// Layers whose values are kept for the backward; the others are computed
    /// twice. The more memory, the more of them; the result is the same.
    pub kept_layers: usize,
    /// Those layers' values.
    pub kept_bytes: u64,
    /// Logits of the learned rows, in chunks.
    pub logits_bytes: u64,
    /// Adapter, gradient, both moments.
    pub lora_bytes: u64,
    /// The best adapter so far, and what a checkpoint is written from.
    pub copies_bytes: u64,
    /// What the forgetting probe holds besides.
    pub probe_bytes: u64,
    /// The program and its tokenizer.
    pub program_bytes: u64,
    /// Tokens of one evaluation.
    pub evaluation_tokens: u64,
    /// Positions of one forgetting probe.
    pub probe_tokens: u64,
    /// How often both are measured.
    pub measurements: u64,
    /// Expected seconds after loading, from the dry step.
    pub seconds: Option<f64>,
}

impl Plan {
    /// Planned peak in bytes.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.parts().iter().map(|(_, bytes)| bytes).sum()
    }

    /// Bytes by part.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, u64); 9] {
        [
            ("weights", self.weights_bytes),
            ("checkpoints", self.checkpoints_bytes),
            ("layer", self.layer_bytes),
            ("kept", self.kept_bytes),
            ("logits", self.logits_bytes),
            ("lora", self.lora_bytes),
            ("copies", self.copies_bytes),
            ("probe", self.probe_bytes),
            ("program", self.program_bytes),
        ]
    }
}

/// Bytes of the frozen weights in memory, from the file's header alone.
pub(crate) fn weights(spec: &TrainSpec) -> Result<u64, TrainError> {
    let card = inspect(&spec.model)?;
    Ok(match (spec.device, spec.residency) {
        // Holds what it doesn't keep in blocks as bf16.
        (Device::Cuda, _) => card.bytes.min(2 * card.parameters),
        (Device::Cpu, Residency::Stored) => card.bytes,
        (Device::Cpu, Residency::F32) | (Device::Metal, _) => 4 * card.parameters,
    })
}

/// All that a run computes: examples as tokens, and which go together.
pub(crate) struct Workload {
    /// General conversations for the forgetting probe.
    pub probe: Vec<Batch>,
    pub lessons: Vec<Lesson>,
    pub steps: Vec<Step>,
    pub evaluated: Vec<Lesson>,
    pub evaluation: Vec<Vec<usize>>,
}

impl Workload {
    pub(crate) fn new(
        spec: &TrainSpec,
        lessons: Vec<Lesson>,
        evaluated: Vec<Lesson>,
        probe: Vec<Batch>,
    ) -> Self {
        let steps = steps::all(spec, &lessons, steps::capacity(spec, longest(&lessons)));
        let lengths: Vec<(usize, usize)> =
            evaluated.iter().map(|lesson| lesson.tokens.len()).enumerate().collect();
        let evaluation = pack::best_fit(&lengths, steps::capacity(spec, longest(&evaluated)));
        Self { probe, lessons, steps, evaluated, evaluation }
    }
}

fn longest(lessons: &[Lesson]) -> usize {
    lessons.iter().map(|lesson| lesson.tokens.len()).max().unwrap_or(0)
}

/// The plan for this work, with one layer kept: the least memory.
pub(crate) fn plan(
    model: &Model,
    spec: &TrainSpec,
    work: &Workload,
    program_bytes: u64,
    trainable_parameters: usize,
) -> Plan {
    let Workload { probe, lessons, steps, evaluated, evaluation } = work;
    let size = |lessons: &[Lesson], pack: &[usize]| {
        let rows = steps::rows(lessons, pack);
        let targets: usize = pack.iter().map(|index| lessons[*index].learned()).sum();
        (rows, targets)
    };
    let trained = steps.iter().flat_map(|step| &step.packs).map(|pack| size(lessons, pack));
    let measured = evaluation.iter().map(|pack| size(evaluated, pack));
    let probed = probe.iter().map(|batch| (batch.tokens.len(), batch.targets.len()));
    let adapter = 4 * trainable_parameters as u64;
    let keeps = spec.keep == Keep::Best && !evaluated.is_empty();
    let between = steps.len().saturating_sub(1).checked_div(spec.evaluate_every).unwrap_or(0);
    let mut plan = Plan {
        steps: steps.len(),
        tokens: steps.iter().map(|step| step.tokens as u64).sum(),
        targets: steps.iter().map(|step| step.targets as u64).sum(),
        trainable_parameters,
        kept_layers: 1,
        weights_bytes: model.weight_bytes(),
        copies_bytes: adapter * (u64::from(keeps) + 3 * u64::from(spec.checkpoint_every > 0)),
        probe_bytes: probed
            .clone()
            .map(|(_, n)| probe_bytes(&model.spec, n, spec.device))
            .max()
            .unwrap_or(0),
        program_bytes,
        evaluation_tokens: evaluated.iter().map(|lesson| lesson.tokens.len() as u64).sum(),
        probe_tokens: probed.clone().map(|(rows, _)| rows as u64).sum(),
        measurements: 2 + between as u64,
        ..Plan::default()
    };
    // Buffers grow to the largest batch in each part and are kept.
    for (rows, targets) in trained.chain(measured).chain(probed) {
        let bytes = step_bytes(&model.spec, &spec.lora, rows, targets, 1, spec.device);
        plan.largest_pack = plan.largest_pack.max(rows);
        plan.checkpoints_bytes = plan.checkpoints_bytes.max(bytes.checkpoints);
        plan.layer_bytes = plan.layer_bytes.max(bytes.layer);
        plan.kept_bytes = plan.kept_bytes.max(bytes.kept);
        plan.logits_bytes = plan.logits_bytes.max(bytes.logits);
        plan.lora_bytes = plan.lora_bytes.max(bytes.lora);
    }
    plan
}

/// Keeps as many of the decoder's layers as the limit has room for. Where the
/// limit is what happens to be free, and nobody's choice, half of the room is
/// left to other programs; where it isn't known, all of it.
pub(crate) fn keep(plan: &mut Plan, layers: usize, spec: &TrainSpec, limit: u64) {
    let room = match limit {
        u64::MAX => 0,
        limit => limit.saturating_sub(plan.total_bytes()),
    };
    let room = if spec.memory_limit_bytes.is_some() { room } else { room / 2 };
    let each = plan.kept_bytes / plan.kept_layers.max(1) as u64;
    let more = usize::try_from(room.checked_div(each).unwrap_or(0)).unwrap_or(layers);
    plan.kept_layers = more.saturating_add(1).min(layers.max(1));
    plan.kept_bytes = each * plan.kept_layers as u64;
}

/// What the process holds besides the weights, once they are loaded; an
/// estimate where the system doesn't tell.
pub(crate) fn program(rss_bytes: u64, weights_bytes: u64) -> u64 {
    match rss_bytes.saturating_sub(weights_bytes) {
        0 => PROGRAM,
        bytes => bytes,
    }
}

/// Refuses a plan above the limit, with what would help most.
pub(crate) fn admit(plan: &Plan, spec: &TrainSpec, limit: u64) -> Result<(), TrainError> {
    let needed = plan.total_bytes();
    if needed <= limit {
        return Ok(());
    }
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

/// What would fit, if only one thing were changed.
fn advice(plan: &Plan, spec: &TrainSpec, limit: u64) -> Advice {
    // Grows with the rank, with the rows of a pack, and with neither.
    let adapter = plan.lora_bytes + plan.copies_bytes;
    let rows = plan.checkpoints_bytes + plan.layer_bytes + plan.kept_bytes;
    let fixed = plan.total_bytes() - adapter - rows;
    let share = |all: usize, room: u64, bytes: u64| {
        let fits = u128::from(room) * all as u128 / u128::from(bytes.max(1));
        usize::try_from(fits).unwrap_or(all).min(all)
    };
    let tokens = share(plan.largest_pack, limit.saturating_sub(fixed + adapter), rows);
    let rank = share(spec.lora.r, limit.saturating_sub(fixed + rows), adapter);
    // A pack of fewer tokens would hold no example.
    if tokens >= SHORTEST {
        return Advice::Tokens(tokens);
    }
    if rank >= 1 {
        return Advice::Rank(rank);
    }
    match spec.residency {
        Residency::F32 => Advice::Stored,
        Residency::Stored => Advice::SmallerModel,
    }
}

/// Refuses weights that alone are above the limit, before they are loaded.
pub(crate) fn admit_weights(
    weights_bytes: u64,
    spec: &TrainSpec,
    limit: u64,
) -> Result<(), TrainError> {
    admit(&Plan { weights_bytes, program_bytes: PROGRAM, ..Plan::default() }, spec, limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_with_the_advice_that_helps() {
        let plan = Plan {
            weights_bytes: 1000,
            layer_bytes: 400,
            lora_bytes: 50,
            largest_pack: 512,
            ..Plan::default()
        };
        let spec = |residency| TrainSpec { residency, ..TrainSpec::default() };
        assert!(admit(&plan, &spec(Residency::F32), 1450).is_ok());
        for (residency, limit, advice) in [
            (Residency::F32, 900, Advice::Stored),
            (Residency::Stored, 900, Advice::SmallerModel),
            (Residency::F32, 1410, Advice::Tokens(460)),
            (Residency::F32, 1250, Advice::Tokens(256)),
        ] {
            let error = admit(&plan, &spec(residency), limit).unwrap_err();
            assert_eq!(error.code(), "train-does-not-fit");
            assert!(error.to_string().contains(&advice.to_string()), "{error}");
            assert_eq!(
                (&*error.args()["needed"], &*error.args()["limit"]),
                ("1450", &*limit.to_string())
            );
        }
        // An adapter that takes nearly all: a lower rank is what fits.
        let wide = Plan { lora_bytes: 8000, layer_bytes: 60, ..plan };
        let rank = admit(&wide, &spec(Residency::F32), 5060).unwrap_err();
        assert_eq!((&*rank.args()["advice"], &*rank.args()["fits"]), ("rank", "8"));
    }

    #[test]
    fn advice_that_is_followed_fits() {
        let plan = Plan {
            weights_bytes: 700,
            layer_bytes: 4000,
            checkpoints_bytes: 1000,
            lora_bytes: 50,
            largest_pack: 1000,
            ..Plan::default()
        };
        for limit in (1200..5700).step_by(250) {
            let Advice::Tokens(tokens) = advice(&plan, &TrainSpec::default(), limit) else {
                panic!("other advice at {limit}");
            };
            let scaled = |bytes: u64| bytes * tokens as u64 / 1000;
            let shorter = Plan {
                layer_bytes: scaled(plan.layer_bytes),
                checkpoints_bytes: scaled(plan.checkpoints_bytes),
                ..plan.clone()
            };
            assert!(admit(&shorter, &TrainSpec::default(), limit).is_ok(), "{limit}: {tokens}");
        }
    }

    #[test]
    fn as_many_layers_are_kept_as_there_is_room_for() {
        let plan = Plan { weights_bytes: 1000, kept_layers: 1, kept_bytes: 100, ..Plan::default() };
        let free = TrainSpec::default();
        let chosen = TrainSpec { memory_limit_bytes: Some(0), ..TrainSpec::default() };
        for (spec, limit, layers) in [
            (&chosen, 1100, 1),
            (&chosen, 1299, 2),
            (&chosen, 1300, 3),
            (&chosen, 9999, 30),
            (&free, 1300, 2),
            (&free, 9_999_999, 30),
            (&free, u64::MAX, 1),
            (&free, 500, 1),
        ] {
            let mut plan = plan.clone();
            keep(&mut plan, 30, spec, limit);
            assert_eq!(
                (plan.kept_layers, plan.kept_bytes),
                (layers, 100 * layers as u64),
                "{limit}"
            );
            assert!(limit < 1100 || plan.total_bytes() <= limit);
        }
    }

    #[test]
    fn the_program_is_what_the_process_holds_besides_the_weights() {
        assert_eq!(program(500 << 20, 400 << 20), 100 << 20);
        assert_eq!(program(0, 400 << 20), PROGRAM);
    }
}
