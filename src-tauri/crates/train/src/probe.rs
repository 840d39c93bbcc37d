//! How much of the base a run forgets: the divergence from it on general
//! prompts that no run learns from.

use serde_json::{Value, json};
use shinsa_jobs::Cancel;
use shinsa_lm::{Batch, Model, Target, probe};

use crate::engine::Engine;
use crate::error::TrainError;
use crate::pack;

/// The prompts' hash, for the passport.
pub(crate) fn identity() -> Value {
    json!({"prompts": probe::hash()})
}

/// The prompts, packed to at most `capacity` tokens where they fit; every
/// position counts.
pub(crate) fn batches(model: &Model, capacity: usize) -> Vec<Batch> {
    let prompts = probe::prompts(model);
    let lengths: Vec<(usize, usize)> =
        prompts.iter().enumerate().map(|(at, prompt)| (at, prompt.len())).collect();
    let packed = pack::best_fit(&lengths, capacity).into_iter().map(|pack| {
        let mut batch = Batch { bounds: vec![0], ..Batch::default() };
        for at in pack {
            batch.tokens.extend_from_slice(&prompts[at]);
            batch.bounds.push(batch.tokens.len());
        }
        let rows = 0..u32::try_from(batch.tokens.len()).unwrap_or(u32::MAX);
        batch.targets = rows.map(|row| Target { row, token: 0 }).collect();
        batch
    });
    packed.collect()
}

/// Mean KL(base ‖ adapted) over all positions, in nats; `None` without any.
pub(crate) fn measure(
    engine: &mut Engine,
    batches: &[Batch],
    cancel: &Cancel,
) -> Result<Option<f64>, TrainError> {
    let (mut sum, mut positions) = (0.0, 0);
    for batch in batches {
        positions += batch.targets.len();
        let batch = batch.clone();
        sum += engine.compute(cancel, "probing", move |learner| learner.divergence(&batch))??;
    }
    Ok((positions > 0).then(|| sum / positions as f64))
}
