//! The loss of a batch and its gradient in the adapter's parameters.

use crate::backend::cpu::Cpu;
use crate::batch::{Batch, Dropout, LossSum};
use crate::decoder::Adapter;
use crate::decoder::step::{Buffers, Step, Wanted};
use crate::error::LmError;
use crate::lora::Lora;
use crate::model::Model;
use crate::spec::DecoderSpec;

/// Buffers that a step reuses; they grow to the largest batch seen, so running
/// the longest batch first settles the peak. [`crate::step_bytes`] is their
/// formula.
pub struct Workspace {
    buffers: Buffers<Cpu>,
}

impl Workspace {
    /// Empty buffers for this decoder.
    #[must_use]
    pub fn new(spec: &DecoderSpec) -> Self {
        Self { buffers: Buffers::new(&Cpu, spec) }
    }

    /// With chunks of this many target rows, for tests.
    #[cfg(test)]
    pub(crate) fn with_chunk(spec: &DecoderSpec, rows: usize) -> Self {
        let mut work = Self::new(spec);
        work.buffers.chunk = rows;
        work
    }
}

/// Summed loss over the batch's targets, without dropout.
///
/// # Errors
/// [`LmError::Batch`], [`LmError::TooLong`] and [`LmError::TokenRange`] for an
/// inconsistent batch; [`LmError::LoraConfig`] for an adapter of another shape.
pub fn loss(
    model: &Model,
    lora: Option<&Lora>,
    batch: &Batch,
    work: &mut Workspace,
) -> Result<LossSum, LmError> {
    lora.map_or(Ok(()), |lora| fits(model, lora))?;
    let adapter = lora.map(|l| Adapter::new(&Cpu, l, false));
    step(model, adapter.as_ref(), batch, None).run(&mut work.buffers, None)
}

/// Summed loss, and its gradient times `scale` **added** to `grads`, which has
/// the layout of [`Lora::values`].
///
/// # Errors
/// As [`loss`].
pub fn loss_and_grad(
    model: &Model,
    lora: &Lora,
    batch: &Batch,
    scale: f32,
    dropout: Option<Dropout>,
    grads: &mut [f32],
    work: &mut Workspace,
) -> Result<LossSum, LmError> {
    fits(model, lora)?;
    if grads.len() != lora.values.len() {
        let reason = format!("{} gradients for {} adapter values", grads.len(), lora.values.len());
        return Err(LmError::Batch { reason });
    }
    let adapter = Adapter::new(&Cpu, lora, true);
    let dropout = dropout.filter(|_| lora.config.dropout > 0.0).map(|d| (lora.config.dropout, d));
    step(model, Some(&adapter), batch, dropout)
        .run(&mut work.buffers, Some(Wanted { lora, scale, grads }))
}

fn step<'a>(
    model: &'a Model,
    adapter: Option<&'a Adapter<Cpu>>,
    batch: &'a Batch,
    dropout: Option<(f32, Dropout)>,
) -> Step<'a, Cpu> {
    Step { backend: &Cpu, spec: &model.spec, weights: &model.weights, adapter, batch, dropout }
}

/// Refuses an adapter that was laid out for another decoder.
pub(crate) fn fits(model: &Model, lora: &Lora) -> Result<(), LmError> {
    let same = lora.layers() == model.spec.layers
        && lora
            .slots
            .iter()
            .all(|s| s.projection.shape(&model.spec) == (s.in_features, s.out_features));
    if same {
        return Ok(());
    }
    let reason = "its shape isn't this model's; it belongs to another base".to_owned();
    Err(LmError::LoraConfig { reason })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::batch::Target;
    use crate::lora::LoraConfig;
    use crate::model::OpenOptions;

    #[test]
    fn chunked_cross_entropy_is_the_full_one() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..").join("..");
        let dir = root.join("tests").join("parity").join("fixtures").join("llama");
        let model = Model::open(&dir, &OpenOptions::default()).unwrap();
        let lora = Lora::init(&model.spec, &LoraConfig { r: 2, ..LoraConfig::default() }).unwrap();
        let batch = Batch {
            tokens: (0..40).map(|i| i * 7 % 128).collect(),
            bounds: vec![0, 25, 40],
            targets: (0..23).map(|i| Target { row: i, token: i + 3 }).collect(),
        };
        let run = |rows: usize| {
            let mut grads = vec![0.0; lora.values.len()];
            let mut work = Workspace::with_chunk(&model.spec, rows);
            let sum =
                loss_and_grad(&model, &lora, &batch, 1.0, None, &mut grads, &mut work).unwrap();
            (sum, grads)
        };
        let (full, grads) = run(100);
        for rows in [1, 5, 8] {
            let (sum, chunked) = run(rows);
            assert!((sum.nll - full.nll).abs() < 1e-9 * full.nll);
            assert_eq!(chunked, grads, "chunks of {rows}");
        }
    }
}
