//! AdamW on a flat buffer.

use crate::backend::{Move, Trained};

/// See [`crate::backend::Backend::square_sum`].
pub fn square_sum(flat: &[f32]) -> f64 {
    flat.iter().map(|v| f64::from(*v) * f64::from(*v)).sum()
}

/// See [`crate::backend::Backend::adamw`].
pub fn adamw(trained: Trained<'_, Vec<f32>>, how: &Move) {
    let Move { factor, decay, size, root, betas: [b1, b2], rest: [c1, c2], epsilon, .. } = *how;
    let values = &mut trained.values[how.range.clone()];
    let grads = &trained.grads[how.range.clone()];
    let moments = trained.m[how.range.clone()].iter_mut().zip(&mut trained.v[how.range.clone()]);
    for ((value, grad), (m, v)) in values.iter_mut().zip(grads).zip(moments) {
        let grad = grad * factor;
        *m = b1 * *m + c1 * grad;
        *v = b2 * *v + c2 * grad * grad;
        *value = *value * decay - size * (*m / (v.sqrt() / root + epsilon));
    }
}
