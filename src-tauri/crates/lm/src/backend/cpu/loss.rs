//! Softmax cross-entropy over rows of logits.

use rayon::prelude::*;

use super::lanes;

/// Elements whose exponentials are summed in f32 before going to f64.
const CHUNK: usize = 1024;

/// See [`crate::backend::Backend::cross_entropy`].
pub fn cross_entropy(
    vocab: usize,
    targets: &[u32],
    logits: &mut [f32],
    gradient: Option<f32>,
) -> f64 {
    let nll: Vec<f64> = logits[..targets.len() * vocab]
        .par_chunks_mut(vocab)
        .zip(targets)
        .map(|(row, &target)| {
            let target = target as usize;
            let (max, at) = (lanes::max(row), row[target]);
            let sum: f64 =
                row.chunks_mut(CHUNK).map(|c| f64::from(lanes::exp_sum(c, 1.0, max))).sum();
            if let Some(scale) = gradient {
                lanes::scale(row, (f64::from(scale) / sum) as f32);
                row[target] -= scale;
            }
            sum.ln() + f64::from(max) - f64::from(at)
        })
        .collect();
    nll.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::uniform;

    #[test]
    fn loss_and_gradient_are_those_of_finite_differences() {
        let (vocab, targets) = (37, [3u32, 36]);
        let logits: Vec<f32> =
            (0..vocab * 2).map(|i| 6.0 * uniform(1, 0, i as u64) - 3.0).collect();
        let nll = |x: &[f64]| -> f64 {
            (0..2)
                .map(|r| {
                    let row = &x[r * vocab..][..vocab];
                    row.iter().map(|v| v.exp()).sum::<f64>().ln() - row[targets[r] as usize]
                })
                .sum()
        };
        let mut wide: Vec<f64> = logits.iter().map(|&v| f64::from(v)).collect();
        let mut grad = logits.clone();
        let got = cross_entropy(vocab, &targets, &mut grad, Some(0.5));
        assert!((got - nll(&wide)).abs() < 1e-5);
        for i in 0..wide.len() {
            let at = wide[i];
            wide[i] = at + 1e-5;
            let up = nll(&wide);
            wide[i] = at - 1e-5;
            let down = nll(&wide);
            wide[i] = at;
            assert!((f64::from(grad[i]) - 0.5 * (up - down) / 2e-5).abs() < 1e-6);
        }
    }
}
