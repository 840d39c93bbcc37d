//! The bytes of one training step, as a formula.

use crate::backend::{cpu, cuda_rows};
use crate::lora::{LoraConfig, Projection};
use crate::model::Device;
use crate::spec::DecoderSpec;

/// Bytes of one training step by part, weights not included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct StepBytes {
    /// Every layer's input.
    pub checkpoints: u64,
    /// What all layers share: one layer's passing values and gradients.
    pub layer: u64,
    /// What the backward needs of every layer that isn't computed again (one at least).
    pub kept: u64,
    /// The chunked logits of target rows.
    pub logits: u64,
    /// Adapter as it began and as it is, its gradient and the optimiser's two
    /// moments, and the copy laid out for the products.
    pub lora: u64,
}

impl StepBytes {
    /// All parts.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.checkpoints + self.layer + self.kept + self.logits + self.lora
    }
}

/// What [`crate::Learn::divergence`] holds for a batch with so many target rows,
/// besides a step's own buffers.
#[must_use]
pub fn probe_bytes(spec: &DecoderSpec, targets: usize, device: Device) -> u64 {
    let chunk = logit_rows(device, spec.vocab).min(targets);
    number(device) * (targets * spec.hidden + chunk * (spec.vocab + spec.hidden)) as u64
}

/// Bytes of one number of the device's own.
fn number(device: Device) -> u64 {
    match device {
        Device::Cpu => 4,
        Device::Cuda => 2,
        // f32 in buffers whose sizes candle rounds up to powers of two: at most twice.
        Device::Metal => 8,
    }
}

fn logit_rows(device: Device, vocab: usize) -> usize {
    match device {
        Device::Cpu | Device::Metal => cpu::logit_rows(vocab),
        Device::Cuda => cuda_rows(vocab),
    }
}

/// What [`crate::Learn::accumulate`] will hold for a batch of `rows` packed tokens
/// of which `targets` are learned, when the values of the last `kept_layers`
/// layers are kept ([`crate::Learn::keep`]); on an NVIDIA GPU of its memory alone.
/// Attention scores of one block of queries (kilobytes a thread) are left out.
/// For Metal it is an upper estimate that nobody has measured.
#[must_use]
pub fn step_bytes(
    spec: &DecoderSpec,
    config: &LoraConfig,
    rows: usize,
    targets: usize,
    kept_layers: usize,
    device: Device,
) -> StepBytes {
    let (h, q, kv, m) = (spec.hidden, spec.q_width(), spec.kv_width(), spec.intermediate);
    let cpu = device == Device::Cpu;
    let rank = config.r.next_multiple_of(if cpu { 16 } else { 8 });
    // The stream, a norm's result, a product's, the gated middle; then gradients.
    let mut wide = 3 * h + m + (2 * h + m + 2 * q + 2 * kv + 3 * rank);
    wide += match device {
        // Keys' and values' gradients by query head, packed keys and values.
        Device::Cpu => 2 * q + 2 * kv,
        // Two f32 for every query and head.
        Device::Cuda => 4 * spec.heads,
        // Results on the way to others; scores and weights of a block of 128
        // queries with their gradients, as if the pack were one sequence.
        Device::Metal => 4 * h.max(m).max(q) + 2 * q + 4 * kv + 4 * 128 * spec.heads,
    };
    let mut kept = h + 2 * q + 2 * kv + 2 * m + Projection::ALL.len() * rank;
    if spec.qk_norm {
        kept += q + kv;
    }
    if config.dropout > 0.0 {
        wide += h.max(m).max(q);
    }
    let chunk = logit_rows(device, spec.vocab).min(targets);
    // Exponentials, softmax and gradient lie beside the logits themselves.
    let logits = if device == Device::Metal { 4 * spec.vocab } else { spec.vocab };
    let (mut values, mut laid_out) = (0, 0);
    for p in &config.targets {
        let (inp, out) = p.shape(spec);
        values += config.r * (inp + out);
        laid_out += (rank + config.r) * inp + (rank + config.r) * out;
    }
    let bytes = |numbers: usize| number(device) * numbers as u64;
    let lora = match device {
        Device::Cpu => 4 * (5 * values + laid_out),
        // Four f32 and one narrow copy.
        Device::Cuda => (4 * 4 + 2) * values,
        // As on the CPU, with a step's results instead of a copy laid out.
        Device::Metal => 4 * (5 + 6) * values,
    };
    StepBytes {
        checkpoints: bytes(spec.layers * rows * h),
        layer: bytes(rows * wide),
        kept: bytes(kept_layers.clamp(1, spec.layers.max(1)) * rows * kept),
        logits: bytes(chunk * (logits + 4 * h)),
        lora: (spec.layers * lora) as u64,
    }
}
