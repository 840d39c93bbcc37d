//! The loss on examples that are not learned.

use shinsa_jobs::Cancel;
use shinsa_lm::LossSum;

use crate::engine::Engine;
use crate::error::TrainError;
use crate::plan::Workload;
use crate::steps;

/// Mean nats per token of the evaluation answers; `None` without any.
pub(crate) fn evaluate(
    engine: &mut Engine,
    work: &Workload,
    cancel: &Cancel,
    mut on_pack: impl FnMut(usize, usize),
) -> Result<Option<f64>, TrainError> {
    let mut sum = LossSum::default();
    for (done, pack) in work.evaluation.iter().enumerate() {
        on_pack(done, work.evaluation.len());
        let batch = steps::batch(&work.evaluated, pack);
        let part =
            engine.compute(cancel, "evaluating", move |learner| learner.loss(&batch, true))??;
        sum.nll += part.nll;
        sum.targets += part.targets;
    }
    Ok(sum.mean())
}
