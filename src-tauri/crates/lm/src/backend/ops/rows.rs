//! What works on rows, heads or single numbers.

use candle_core::{D, Result, Tensor};

use super::numbers::Numbers;

/// The rotary embedding's turns, `[positions, half]` each.
pub struct Turns {
    /// Cosines.
    pub cos: Numbers,
    /// Sines.
    pub sin: Numbers,
    /// How many positions there are.
    pub positions: usize,
    /// Frequencies: half a head.
    pub half: usize,
    /// Pairs lie side by side, or `half` apart.
    pub interleaved: bool,
}

/// `1 / sqrt(mean(x²) + eps)` of every row, `[rows, 1]`.
fn over_length(x: &Tensor, eps: f32) -> Result<Tensor> {
    (x.sqr()?.mean_keepdim(1)? + f64::from(eps))?.sqrt()?.recip()
}

/// The norm of `x`, `[rows, width]`.
pub fn rms_norm(x: &Tensor, w: &Tensor, eps: f32) -> Result<Tensor> {
    x.broadcast_mul(&over_length(x, eps)?)?.broadcast_mul(w)
}

/// Gradient of [`rms_norm`] by `x`: with `n = x / length` and `g = dy · w` it
/// is `(g - n · mean(g · n)) / length`.
pub fn rms_norm_backward(x: &Tensor, w: &Tensor, dy: &Tensor, eps: f32) -> Result<Tensor> {
    let over = over_length(x, eps)?;
    let (normed, g) = (x.broadcast_mul(&over)?, dy.broadcast_mul(w)?);
    let along = (&g * &normed)?.mean_keepdim(1)?;
    (g - normed.broadcast_mul(&along)?)?.broadcast_mul(&over)
}

/// Rotates `x`, `[rows, heads, 2 · half]`, by `positions`, `[rows]`.
pub fn rope(turns: &Turns, x: &Tensor, positions: &Tensor, inverse: bool) -> Result<Tensor> {
    let (rows, heads, width) = x.dims3()?;
    let half = turns.half;
    let at = |table: &Numbers| {
        table.first((turns.positions, half))?.index_select(positions, 0)?.unsqueeze(1)
    };
    let (cos, sin) = (at(&turns.cos)?, at(&turns.sin)?);
    let sin = if inverse { sin.neg()? } else { sin };
    let (a, b) = if turns.interleaved {
        let pairs = x.reshape((rows, heads, half, 2))?;
        (pairs.narrow(3, 0, 1)?.squeeze(3)?, pairs.narrow(3, 1, 1)?.squeeze(3)?)
    } else {
        (x.narrow(2, 0, half)?, x.narrow(2, half, half)?)
    };
    let turned = [
        (a.broadcast_mul(&cos)? - b.broadcast_mul(&sin)?)?,
        (b.broadcast_mul(&cos)? + a.broadcast_mul(&sin)?)?,
    ];
    if turns.interleaved {
        Tensor::stack(&turned, 3)?.reshape((rows, heads, width))
    } else {
        Tensor::cat(&turned, 2)
    }
}

/// Where it is nothing to speak of it stays just above: no infinity comes up,
/// which kernels compiled for speed may take for a number.
fn sigmoid(x: &Tensor) -> Result<Tensor> {
    (x.maximum(-80.0)?.neg()?.exp()? + 1.0)?.recip()
}

/// `silu(gate) · up`.
pub fn swiglu(gate: &Tensor, up: &Tensor) -> Result<Tensor> {
    (gate * sigmoid(gate)?)? * up
}

/// Gradients of [`swiglu`] by `gate` and `up`.
pub fn swiglu_backward(gate: &Tensor, up: &Tensor, dy: &Tensor) -> Result<(Tensor, Tensor)> {
    let s = sigmoid(gate)?;
    let silu = (gate * &s)?;
    // silu' = s + silu · (1 - s).
    let slope = (&s + (&silu * s.affine(-1.0, 1.0)?)?)?;
    Ok((((dy * up)? * slope)?, (dy * silu)?))
}

/// Softmax over the last dimension.
pub fn softmax(x: &Tensor) -> Result<Tensor> {
    let e = x.broadcast_sub(&x.max_keepdim(D::Minus1)?)?.exp()?;
    e.broadcast_div(&e.sum_keepdim(D::Minus1)?)
}

/// Rows `ids`, `[n]`, of `to`, `[rows, width]`, become those of `x`, `[n, width]`.
pub fn scatter(to: &Tensor, ids: &Tensor, x: &Tensor) -> Result<Tensor> {
    let places = ids.unsqueeze(1)?.expand(x.shape())?.contiguous()?;
    to.scatter(&places, x, 0)
}
