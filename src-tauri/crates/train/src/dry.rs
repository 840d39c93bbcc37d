//! The largest pack, computed once before the run: if memory lacks, it lacks
//! now, and the time that it took tells how long the run will take. Nothing that
//! is computed here is kept.

use std::time::Instant;

use shinsa_jobs::Cancel;
use shinsa_lm::{Device, Dropout, LmError, Micro, Neftune};

use crate::engine::Engine;
use crate::error::TrainError;
use crate::plan::{Plan, Workload};
use crate::spec::TrainSpec;
use crate::steps;

/// Seconds a token.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Pace {
    /// Forward and backward.
    pub learning: f64,
    /// Forward alone.
    pub measuring: f64,
}

impl Pace {
    /// Seconds that a run of this plan will take.
    pub(crate) fn seconds(self, plan: &Plan) -> f64 {
        // The probe runs the base and the adapted model.
        let measured = plan.evaluation_tokens + 2 * plan.probe_tokens;
        let measured = measured as f64 * plan.measurements as f64;
        plan.tokens as f64 * self.learning + measured * self.measuring
    }
}

/// Dropout and noise of one micro-step.
pub(crate) fn micro(spec: &TrainSpec, targets: usize, step: u64) -> Micro {
    let seed = spec.seed;
    Micro {
        scale: 1.0 / targets as f32,
        dropout: (spec.lora.dropout > 0.0).then_some(Dropout { seed, step }),
        neftune: (spec.neftune_alpha > 0.0).then_some(Neftune {
            alpha: spec.neftune_alpha as f32,
            seed,
            step,
        }),
    }
}

/// Computes the largest pack of learning and of evaluation.
pub(crate) fn run(
    engine: &mut Engine,
    spec: &TrainSpec,
    work: &Workload,
    cancel: &Cancel,
) -> Result<Pace, TrainError> {
    let mut pace = Pace::default();
    let packs = work.steps.iter().flat_map(|step| &step.packs);
    if let Some(pack) = packs.max_by_key(|pack| steps::rows(&work.lessons, pack)) {
        let batch = steps::batch(&work.lessons, pack);
        let rows = batch.tokens.len();
        let how = micro(spec, batch.targets.len(), 0);
        // A GPU's first step also loads its libraries: not to be counted.
        let times = if spec.device == Device::Cpu { 1 } else { 2 };
        let seconds = engine.compute(cancel, "the dry step", move |learner| {
            let mut seconds = 0.0;
            for _ in 0..times {
                let begun = Instant::now();
                let sum = learner.accumulate(&batch, &how);
                learner.clear();
                sum?;
                seconds = begun.elapsed().as_secs_f64();
            }
            Ok::<f64, LmError>(seconds)
        })??;
        pace.learning = seconds / rows.max(1) as f64;
        // Where nothing is evaluated there is nothing to time: a forward pass
        // is about a third of the whole.
        pace.measuring = pace.learning / 3.0;
    }
    let packs = work.evaluation.iter();
    if let Some(pack) = packs.max_by_key(|pack| steps::rows(&work.evaluated, pack)) {
        let batch = steps::batch(&work.evaluated, pack);
        let rows = batch.tokens.len();
        let begun = Instant::now();
        engine.compute(cancel, "the dry step", move |learner| learner.loss(&batch, true))??;
        pace.measuring = begun.elapsed().as_secs_f64() / rows.max(1) as f64;
    }
    Ok(pace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_time_counts_learning_and_every_measurement() {
        let plan = Plan {
            tokens: 1000,
            evaluation_tokens: 100,
            probe_tokens: 25,
            measurements: 3,
            ..Plan::default()
        };
        let pace = Pace { learning: 0.01, measuring: 0.002 };
        assert!((pace.seconds(&plan) - (10.0 + 3.0 * 150.0 * 0.002)).abs() < 1e-9);
    }
}
