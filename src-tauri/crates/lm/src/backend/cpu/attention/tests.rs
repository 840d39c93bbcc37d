//! Held against the definition in f64.

use super::*;
use crate::backend::cpu::sequences::Sequences;
use crate::rng::uniform;

const HEADS: Heads = Heads { q: 4, kv: 2, dim: 16 };

fn random(seed: u64, n: usize) -> Vec<f32> {
    (0..n).map(|i| 2.0 * uniform(seed, 0, i as u64) - 1.0).collect()
}

/// Attention of one whole sequence, straight from its definition, in f64.
fn plain(n: usize, q: &[f64], k: &[f64], v: &[f64]) -> Vec<f64> {
    let (w, kvw, d) = (HEADS.q_width(), HEADS.kv_width(), HEADS.dim);
    let mut out = vec![0.0; n * w];
    for (i, h) in (0..n).flat_map(|i| (0..HEADS.q).map(move |h| (i, h))) {
        let at = h / HEADS.group() * d;
        let score = |j: usize| -> f64 {
            (0..d).map(|t| q[i * w + h * d + t] * k[j * kvw + at + t]).sum::<f64>() / 4.0
        };
        let weights: Vec<f64> = (0..=i).map(|j| score(j).exp()).collect();
        let total: f64 = weights.iter().sum();
        for (j, weight) in weights.iter().enumerate() {
            for t in 0..d {
                out[i * w + h * d + t] += weight / total * v[j * kvw + at + t];
            }
        }
    }
    out
}

fn wide(x: &[f32]) -> Vec<f64> {
    x.iter().map(|&v| f64::from(v)).collect()
}

#[test]
fn two_packed_sequences_have_the_results_and_gradients_of_the_definition() {
    let (w, kvw) = (HEADS.q_width(), HEADS.kv_width());
    let lengths = [29, 7];
    let total: usize = lengths.iter().sum();
    let (q, d_out) = (random(1, total * w), random(4, total * w));
    let (k, v) = (random(2, total * kvw), random(3, total * kvw));
    let mut sequences = Sequences::default();
    sequences.arrange(&HEADS, &[0, lengths[0], total]);
    let inputs = Attention { q: q.as_slice(), k: &k, v: &v };
    let mut out = vec![0.0; total * w];
    sequences.attend(&HEADS, &inputs, &mut out);
    let mut dq = vec![7.0; total * w];
    let [mut dk, mut dv] = std::array::from_fn(|_| vec![7.0; total * kvw]);
    let grads = AttentionGrads { dq: dq.as_mut_slice(), dk: &mut dk, dv: &mut dv };
    sequences.attend_backward(&HEADS, &inputs, &d_out, grads);

    for (row, n) in [(0, lengths[0]), (lengths[0], lengths[1])] {
        let part = |x: &[f32], width: usize| wide(&x[row * width..(row + n) * width]);
        let x = [part(&q, w), part(&k, kvw), part(&v, kvw)];
        let want = plain(n, &x[0], &x[1], &x[2]);
        let close = |a: f64, b: f64| (a - b).abs() < 2e-5 * (1.0 + b.abs());
        assert!(part(&out, w).iter().zip(&want).all(|(a, b)| close(*a, *b)));
        let d = part(&d_out, w);
        let loss = |x: &[Vec<f64>; 3]| -> f64 {
            plain(n, &x[0], &x[1], &x[2]).iter().zip(&d).map(|(a, b)| a * b).sum()
        };
        for (which, got) in [part(&dq, w), part(&dk, kvw), part(&dv, kvw)].iter().enumerate() {
            // A prime step meets every head and both ends of the blocks.
            for i in (0..got.len()).step_by(13) {
                let (mut up, mut down) = (x.clone(), x.clone());
                up[which][i] += 1e-5;
                down[which][i] -= 1e-5;
                let want = (loss(&up) - loss(&down)) / 2e-5;
                assert!(close(got[i], want), "{which} {i}: {} for {want}", got[i]);
            }
        }
    }
}
