//! An adapter in training: its numbers, gradients and moments on a device.

use std::sync::Arc;

use crate::backend::cpu::Cpu;
use crate::backend::{Backend, Move, Trained};
use crate::batch::{Batch, LossSum, Micro};
use crate::decoder::step::{Buffers, Step, Wanted};
use crate::decoder::weights::Weights;
use crate::decoder::{Adapter, Attached};
use crate::error::LmError;
use crate::lora::Lora;
use crate::model::{Held, Model};

/// The numbers of one optimiser step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Learning rate of every `A`.
    pub learning_rate: f64,
    /// How many times as fast every `B` learns (Hayou et al. 2024, LoRA+); 1 otherwise.
    pub b_ratio: f64,
    /// Decays of the two moments.
    pub betas: [f64; 2],
    /// Added to the root of the second moment.
    pub epsilon: f64,
    /// Decoupled weight decay.
    pub weight_decay: f64,
    /// Longest gradient (L2 norm over all parameters); 0 for no limit.
    pub clip: f64,
}

/// All that a run's next step depends on, the batches apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    /// The adapter, in the layout of [`Lora::values`].
    pub values: Vec<f32>,
    /// First moment.
    pub m: Vec<f32>,
    /// Second moment.
    pub v: Vec<f32>,
    /// Optimiser steps taken.
    pub steps: u64,
}

/// Training on any device.
pub trait Learn: Send {
    /// The adapter's shape; its values are those it began with.
    fn shape(&self) -> &Lora;

    /// From the next batch on, the values of the last `layers` layers are kept
    /// for the backward instead of computed again (at first: of one). The
    /// gradients are the same to the last bit; [`crate::step_bytes`] tells the
    /// price. At least one, at most all.
    fn keep(&mut self, layers: usize);

    /// Summed loss over the batch's targets, without dropout or noise; of the
    /// base alone unless `adapted`.
    ///
    /// # Errors
    /// [`LmError::Batch`], [`LmError::TooLong`] and [`LmError::TokenRange`] for
    /// an inconsistent batch.
    fn loss(&mut self, batch: &Batch, adapted: bool) -> Result<LossSum, LmError>;

    /// KL(base ‖ adapted) of the next token's distribution, in nats, summed over
    /// the batch's target rows; their tokens play no part.
    ///
    /// # Errors
    /// As [`Learn::loss`].
    fn divergence(&mut self, batch: &Batch) -> Result<f64, LmError>;

    /// Summed loss, and its gradient times `micro.scale` **added** to what has
    /// been gathered since [`Learn::clear`].
    ///
    /// # Errors
    /// As [`Learn::loss`].
    fn accumulate(&mut self, batch: &Batch, micro: &Micro) -> Result<LossSum, LmError>;

    /// Forgets the gathered gradient.
    fn clear(&mut self);

    /// L2 norm of the gathered gradient.
    fn norm(&mut self) -> f64;

    /// One step of AdamW along the gathered gradient, whose norm is `norm`,
    /// clipped first (`PyTorch`'s `clip_grad_norm_`).
    fn advance(&mut self, norm: f64, rates: &Rates);

    /// The gathered gradient, in the layout of [`Lora::values`].
    fn gradient(&self) -> Vec<f32>;

    /// The adapter as it is now.
    fn values(&self) -> Vec<f32>;

    /// The adapter and the optimiser's state.
    fn moments(&self) -> Moments;

    /// High-water mark of the device's own memory, in bytes; `None` where that
    /// is the process's.
    fn peak_bytes(&self) -> Option<u64>;

    /// Takes up an earlier state.
    ///
    /// # Errors
    /// [`LmError::LoraConfig`] for numbers of another shape.
    fn restore(&mut self, moments: &Moments) -> Result<(), LmError>;
}

/// Begins training `lora` on the device that holds the model's weights.
///
/// # Errors
/// [`LmError::LoraConfig`] for an adapter of another shape.
pub fn learner(model: &Arc<Model>, lora: Lora) -> Result<Box<dyn Learn>, LmError> {
    fits(model, &lora)?;
    match &model.weights {
        Held::Cpu(_) => Ok(Box::new(Learner::new(Cpu, Arc::clone(model), cpu, lora))),
        #[cfg(feature = "cuda")]
        Held::Cuda(cuda, _) => {
            let learner = Learner::new(cuda.clone(), Arc::clone(model), on_cuda, lora);
            learner.backend.check()?;
            Ok(Box::new(learner))
        }
        #[cfg(any(test, feature = "metal"))]
        Held::Ops(ops, _) => {
            let learner = Learner::new(ops.clone(), Arc::clone(model), on_ops, lora);
            learner.backend.check()?;
            Ok(Box::new(learner))
        }
    }
}

fn cpu(model: &Model) -> Result<&Weights<Cpu>, LmError> {
    model.on_cpu()
}

#[cfg(feature = "cuda")]
fn on_cuda(model: &Model) -> Result<&Weights<crate::backend::cuda::Cuda>, LmError> {
    match &model.weights {
        Held::Cuda(_, weights) => Ok(weights),
        _ => Err(elsewhere("CUDA")),
    }
}

#[cfg(any(test, feature = "metal"))]
fn on_ops(model: &Model) -> Result<&Weights<crate::backend::ops::Ops>, LmError> {
    match &model.weights {
        Held::Ops(_, weights) => Ok(weights),
        _ => Err(elsewhere("Metal")),
    }
}

#[cfg(any(test, feature = "cuda", feature = "metal"))]
fn elsewhere(device: &str) -> LmError {
    let reason = "the weights lie on another device".into();
    LmError::Device { device: device.into(), reason }
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

pub(crate) struct Learner<B: Backend> {
    backend: B,
    model: Arc<Model>,
    weights: fn(&Model) -> Result<&Weights<B>, LmError>,
    lora: Lora,
    adapter: Adapter<B>,
    /// Whether `adapter` holds what `values` holds.
    current: bool,
    values: B::Flat,
    grads: B::Flat,
    m: B::Flat,
    v: B::Flat,
    steps: u64,
    pub buffers: Buffers<B>,
}

impl<B: Backend> Learner<B> {
    pub fn new(
        backend: B,
        model: Arc<Model>,
        weights: fn(&Model) -> Result<&Weights<B>, LmError>,
        lora: Lora,
    ) -> Self {
        let zeros = || backend.flat(&vec![0.0; lora.values.len()]);
        let values = backend.flat(&lora.values);
        Self {
            adapter: Adapter::new(&backend, &lora, &values, true),
            current: true,
            values,
            grads: zeros(),
            m: zeros(),
            v: zeros(),
            steps: 0,
            buffers: Buffers::new(&backend, &model.spec),
            backend,
            model,
            weights,
            lora,
        }
    }

    /// Lays the adapter out anew after a step moved it.
    fn lay_out(&mut self) {
        let Self { backend, lora, adapter, values, .. } = self;
        if !self.current {
            backend.pairs(values, &lora.slots, adapter.rank, true, &mut adapter.pairs);
            self.current = true;
        }
    }

    fn step(
        &mut self,
        batch: &Batch,
        micro: Option<&Micro>,
        adapted: bool,
    ) -> Result<LossSum, LmError> {
        self.lay_out();
        let Self { backend, model, lora, adapter, grads, buffers, .. } = self;
        let dropout = micro.and_then(|m| m.dropout);
        let step = Step {
            backend: &*backend,
            spec: &model.spec,
            weights: (self.weights)(model)?,
            attached: adapted.then(|| Attached::whole(batch, lora, adapter, dropout)),
            batch,
            neftune: micro.and_then(|m| m.neftune),
        };
        step.run(buffers, micro.map(|m| Wanted { scale: m.scale, grads }))
    }
}

impl<B: Backend> Learn for Learner<B> {
    fn shape(&self) -> &Lora {
        &self.lora
    }

    fn keep(&mut self, layers: usize) {
        self.buffers.keep(&self.backend, layers);
    }

    fn loss(&mut self, batch: &Batch, adapted: bool) -> Result<LossSum, LmError> {
        self.step(batch, None, adapted)
    }

    fn divergence(&mut self, batch: &Batch) -> Result<f64, LmError> {
        self.lay_out();
        let Self { backend, model, lora, adapter, buffers, .. } = self;
        let step = Step {
            backend: &*backend,
            spec: &model.spec,
            weights: (self.weights)(model)?,
            attached: Some(Attached::whole(batch, lora, adapter, None)),
            batch,
            neftune: None,
        };
        step.divergence(buffers)
    }

    fn accumulate(&mut self, batch: &Batch, micro: &Micro) -> Result<LossSum, LmError> {
        self.step(batch, Some(micro), true)
    }

    fn clear(&mut self) {
        self.backend.clear_flat(&mut self.grads);
    }

    fn norm(&mut self) -> f64 {
        self.backend.square_sum(&self.grads).sqrt()
    }

    fn advance(&mut self, norm: f64, rates: &Rates) {
        self.steps += 1;
        self.current = false;
        let [beta1, beta2] = rates.betas;
        let power = i32::try_from(self.steps).unwrap_or(i32::MAX);
        let long = rates.clip > 0.0 && norm > rates.clip;
        let Self { backend, lora, values, grads, m, v, .. } = self;
        for (range, ratio) in lora.sides().into_iter().zip([1.0, rates.b_ratio]) {
            let learning_rate = rates.learning_rate * ratio;
            let how = Move {
                range,
                factor: if long { (rates.clip / (norm + 1e-6)) as f32 } else { 1.0 },
                decay: (1.0 - learning_rate * rates.weight_decay) as f32,
                size: (learning_rate / (1.0 - beta1.powi(power))) as f32,
                root: (1.0 - beta2.powi(power)).sqrt() as f32,
                betas: rates.betas.map(|b| b as f32),
                rest: rates.betas.map(|b| (1.0 - b) as f32),
                epsilon: rates.epsilon as f32,
            };
            backend.adamw(Trained { values, grads, m, v }, &how);
        }
    }

    fn gradient(&self) -> Vec<f32> {
        self.backend.read(&self.grads)
    }

    fn values(&self) -> Vec<f32> {
        self.backend.read(&self.values)
    }

    fn moments(&self) -> Moments {
        let read = |flat| self.backend.read(flat);
        Moments {
            values: read(&self.values),
            m: read(&self.m),
            v: read(&self.v),
            steps: self.steps,
        }
    }

    fn peak_bytes(&self) -> Option<u64> {
        self.backend.peak_bytes()
    }

    fn restore(&mut self, moments: &Moments) -> Result<(), LmError> {
        let parts = [&moments.values, &moments.m, &moments.v];
        if parts.iter().any(|part| part.len() != self.lora.values.len()) {
            let reason = "the saved state has another shape".to_owned();
            return Err(LmError::LoraConfig { reason });
        }
        [self.values, self.m, self.v] = parts.map(|part| self.backend.flat(part));
        self.steps = moments.steps;
        self.current = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
