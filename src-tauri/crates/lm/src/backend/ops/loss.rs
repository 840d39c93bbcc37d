//! Softmax cross-entropy and divergence over rows of logits.

use candle_core::{Result, Tensor};

/// Negative log likelihood of every row, `[n]`, and, if `scale` is given, its
/// gradient times that, `[n, vocab]`, for `logits` and `targets`, `[n]`.
pub fn cross_entropy(
    logits: &Tensor,
    targets: &Tensor,
    scale: Option<f32>,
) -> Result<(Tensor, Option<Tensor>)> {
    let targets = targets.unsqueeze(1)?;
    let max = logits.max_keepdim(1)?;
    let e = logits.broadcast_sub(&max)?.exp()?;
    let sum = e.sum_keepdim(1)?;
    let nll = ((sum.log()? + max)? - logits.gather(&targets, 1)?)?.squeeze(1)?;
    let Some(scale) = scale.map(f64::from) else { return Ok((nll, None)) };
    let softmax = e.broadcast_mul(&(sum.recip()? * scale)?)?;
    // The constant -scale, `[n, 1]`.
    let taken = sum.affine(0.0, -scale)?;
    Ok((nll, Some(softmax.scatter_add(&targets, &taken, 1)?)))
}

/// KL(softmax(base) ‖ softmax(adapted)) of every row, `[n]`.
pub fn divergence(base: &Tensor, adapted: &Tensor) -> Result<Tensor> {
    let (log_p, log_q) = (log_softmax(base)?, log_softmax(adapted)?);
    (log_p.exp()? * (log_p - log_q)?)?.sum(1)
}

fn log_softmax(logits: &Tensor) -> Result<Tensor> {
    let shifted = logits.broadcast_sub(&logits.max_keepdim(1)?)?;
    shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(1)?.log()?)
}
