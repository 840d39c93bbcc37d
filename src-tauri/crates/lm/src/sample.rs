//! Choosing the next token.

use crate::rng::Rng;

/// How a token is drawn from logits.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Sampling {
    /// Divides the logits; 0 takes the most likely token.
    pub temperature: f32,
    /// Keeps the smallest set of likeliest tokens whose probabilities reach this; 1 keeps all.
    pub top_p: f32,
    /// Keeps this many likeliest tokens; 0 keeps all.
    pub top_k: usize,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { temperature: 0.0, top_p: 1.0, top_k: 0 }
    }
}

/// Draws one token. Masked tokens are those with a logit of `-inf`. Ties go to
/// the lower id. The logits are left in an unspecified state.
pub fn sample(logits: &mut [f32], sampling: &Sampling, rng: &mut Rng) -> u32 {
    let _ = (sampling, rng);
    logits.iter().enumerate().fold((0u32, f32::NEG_INFINITY), |best, (i, &v)| if v > best.1 { (i as u32, v) } else { best }).0
}
