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

/// See [`crate::backend::Backend::divergence`].
pub fn divergence(vocab: usize, rows: usize, base: &[f32], adapted: &[f32]) -> f64 {
    // Sum of exponentials under the largest logit, which is returned with it.
    let parts = |row: &[f32]| {
        let max = f64::from(lanes::max(row));
        (max, row.iter().map(|&v| (f64::from(v) - max).exp()).sum::<f64>())
    };
    let each: Vec<f64> = base[..rows * vocab]
        .par_chunks(vocab)
        .zip(adapted[..rows * vocab].par_chunks(vocab))
        .map(|(base, adapted)| {
            let ((max, sum), (other_max, other_sum)) = (parts(base), parts(adapted));
            let gained: f64 = base
                .iter()
                .zip(adapted)
                .map(|(&p, &q)| (f64::from(p) - max).exp() * (f64::from(p) - f64::from(q)))
                .sum();
            gained / sum - (max - other_max) - (sum / other_sum).ln()
        })
        .collect();
    each.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::uniform;

    #[test]
    fn divergence_is_the_definition_and_nothing_between_equals() {
        let vocab = 29;
        let row = |seed: u64| -> Vec<f32> {
            (0..2 * vocab).map(|i| 8.0 * uniform(seed, 0, i as u64) - 4.0).collect()
        };
        let (p, q) = (row(1), row(2));
        let softmax = |row: &[f32]| -> Vec<f64> {
            let sum: f64 = row.iter().map(|&v| f64::from(v).exp()).sum();
            row.iter().map(|&v| f64::from(v).exp() / sum).collect()
        };
        let want: f64 = (0..2)
            .flat_map(|r| {
                let at = r * vocab..(r + 1) * vocab;
                softmax(&p[at.clone()]).into_iter().zip(softmax(&q[at]))
            })
            .map(|(p, q)| p * (p / q).ln())
            .sum();
        assert!(want > 0.1);
        assert!((divergence(vocab, 2, &p, &q) - want).abs() < 1e-9);
        assert_eq!(divergence(vocab, 2, &p, &p), 0.0);
        // What is added to all logits of a row changes nothing.
        let shifted: Vec<f32> = p.iter().map(|v| v + 64.0).collect();
        assert!(divergence(vocab, 2, &p, &shifted).abs() < 1e-5);
    }

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
