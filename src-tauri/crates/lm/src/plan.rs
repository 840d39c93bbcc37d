//! The bytes of one training step, as a formula.

use crate::backend::cpu::logit_rows;
use crate::lora::LoraConfig;
use crate::spec::DecoderSpec;

/// Bytes of one training step by part, weights not included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct StepBytes {
    /// Every layer's input.
    pub checkpoints: u64,
    /// One layer recomputed, with its gradients.
    pub layer: u64,
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
        self.checkpoints + self.layer + self.logits + self.lora
    }
}

/// What [`crate::Learn::divergence`] holds for a batch with so many target rows,
/// besides a step's own buffers.
#[must_use]
pub fn probe_bytes(spec: &DecoderSpec, targets: usize) -> u64 {
    let chunk = logit_rows(spec.vocab).min(targets);
    4 * (targets * spec.hidden + chunk * (spec.vocab + spec.hidden)) as u64
}

/// What [`crate::Learn::accumulate`] will hold for a batch of `rows` packed tokens
/// of which `targets` are learned. Attention scores of one block of queries
/// (kilobytes a thread) are left out.
#[must_use]
pub fn step_bytes(
    spec: &DecoderSpec,
    config: &LoraConfig,
    rows: usize,
    targets: usize,
) -> StepBytes {
    let (h, q, kv, m) = (spec.hidden, spec.q_width(), spec.kv_width(), spec.intermediate);
    let rank = config.r.next_multiple_of(16);
    // Activations, then gradients; the stream itself is the first h.
    let mut wide =
        (h + 4 * h + 2 * q + 2 * kv + 3 * m + 7 * rank) + (2 * h + m + 4 * q + 2 * kv + rank);
    // Packed keys and values.
    wide += 2 * kv;
    if spec.qk_norm {
        wide += q + kv;
    }
    if config.dropout > 0.0 {
        wide += h.max(m).max(q);
    }
    let chunk = logit_rows(spec.vocab).min(targets);
    let (mut values, mut laid_out) = (0, 0);
    for p in &config.targets {
        let (inp, out) = p.shape(spec);
        values += config.r * (inp + out);
        laid_out += (rank + config.r) * inp + (rank + config.r) * out;
    }
    let bytes = |floats: usize| 4 * floats as u64;
    StepBytes {
        checkpoints: bytes(spec.layers * rows * h),
        layer: bytes(rows * wide),
        logits: bytes(chunk * (spec.vocab + 4 * h)),
        lora: bytes(spec.layers * (5 * values + laid_out)),
    }
}
