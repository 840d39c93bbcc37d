//! Operations of more than one step against central differences of their
//! definition in f64.

use super::Cpu;
use crate::backend::{Adapted, Backend, LoraInputs, Mask, RopeTable};
use crate::frozen::FrozenLinear;
use crate::lora::{LoraSlot, Projection};
use crate::rng;
use crate::weights::DType;

fn random(seed: u64, n: usize) -> Vec<f32> {
    (0..n).map(|i| 2.0 * rng::uniform(seed, 0, i as u64) - 1.0).collect()
}

fn wide(x: &[f32]) -> Vec<f64> {
    x.iter().map(|&v| f64::from(v)).collect()
}

/// `got` is the gradient of `f` at `x`.
fn check(name: &str, x: &[f32], got: &[f32], f: impl Fn(&[f64]) -> f64) {
    assert_eq!(x.len(), got.len(), "{name}");
    assert!(got.iter().any(|g| *g != 0.0), "{name} has no gradient to compare");
    let mut x = wide(x);
    for i in 0..x.len() {
        let (at, h) = (x[i], 1e-5);
        x[i] = at + h;
        let up = f(&x);
        x[i] = at - h;
        let down = f(&x);
        x[i] = at;
        let want = (up - down) / (2.0 * h);
        let got = f64::from(got[i]);
        assert!((got - want).abs() < 2e-5 * (1.0 + want.abs()), "{name} {i}: {got} for {want}");
    }
}

#[test]
fn the_rotations_gradient_is_that_of_finite_differences_in_both_layouts() {
    let (heads, half, rows) = (2, 8, 3);
    let width = heads * half * 2;
    let (x, dy) = (random(1, rows * width), random(2, rows * width));
    let positions = vec![0, 5, 9];
    for interleaved in [false, true] {
        let angle = |p: usize, i: usize| p as f64 * 0.37f64.powi(i as i32);
        let turns = (0..10).flat_map(|p| (0..half).map(move |i| (p, i)));
        let turns: Vec<(f32, f32)> =
            turns.map(|(p, i)| (angle(p, i).cos() as f32, angle(p, i).sin() as f32)).collect();
        let table = RopeTable { half, interleaved, turns };
        let mut dx = dy.clone();
        Cpu.rope(&table, heads, rows, &positions, &mut dx, true);
        check("rope", &x, &dx, |x| {
            let mut sum = 0.0;
            for (row, p) in positions.iter().enumerate() {
                for (head, i) in (0..heads).flat_map(|h| (0..half).map(move |i| (h, i))) {
                    let at = row * width + head * 2 * half;
                    let (a, b) = if interleaved {
                        (at + 2 * i, at + 2 * i + 1)
                    } else {
                        (at + i, at + i + half)
                    };
                    let (sin, cos) = angle(*p as usize, i).sin_cos();
                    sum += f64::from(dy[a]) * (x[a] * cos - x[b] * sin);
                    sum += f64::from(dy[b]) * (x[b] * cos + x[a] * sin);
                }
            }
            sum
        });
    }
}

#[test]
fn an_adapters_gradients_with_dropout_are_those_of_finite_differences() {
    // Widths that aren't whole panels, a rank below one.
    let (rows, inputs, outputs, rank, scale) = (5, 21, 19, 3, 1.7f32);
    let (a, b) = (0..rank * inputs, rank * inputs..rank * (inputs + outputs));
    let slot = LoraSlot {
        layer: 0,
        projection: Projection::Q,
        a: a.clone(),
        b: b.clone(),
        in_features: inputs,
        out_features: outputs,
    };
    let values = random(3, b.end);
    let (x, dy) = (random(4, rows * inputs), random(5, rows * outputs));
    let mask = Mask { p: 0.3, seed: 8, stream: 77 };
    let kept: Vec<f64> = (0..rows * inputs)
        .map(|i| {
            let kept = rng::keeps(mask.seed, mask.stream, i as u64 / 4, mask.p)[i % 4];
            if kept { 1.0 / (1.0 - f64::from(mask.p)) } else { 0.0 }
        })
        .collect();
    assert!(kept.contains(&0.0) && kept.iter().any(|k| *k > 1.0));
    for mask in [None, Some(mask)] {
        let mut pairs = Vec::new();
        Cpu.pairs(&values, std::slice::from_ref(&slot), rank, true, &mut pairs);
        let adapted = Adapted { pair: &pairs[0], scale };
        let mut read = x.clone();
        if let Some(mask) = &mask {
            Cpu.drop(mask, x.len(), &x, &mut read, false);
        }
        let mut u = vec![0.0; rows * Cpu.padded_rank(rank)];
        let mut y = vec![0.5; rows * outputs];
        Cpu.lora_forward(&adapted, 0..rows, &read, &mut u, Some(&mut y));
        let (mut grads, mut dx) = (vec![0.0; b.end], vec![0.0; rows * inputs]);
        let mut du = vec![0.0; u.len()];
        let from = LoraInputs { x: read.as_slice(), u: &u, dy: &dy };
        Cpu.lora_backward(&adapted, &slot, rows, &from, &mut grads, &mut du);
        match &mask {
            None => Cpu.lora_dx(&adapted, rows, &du, &mut dx, false),
            Some(mask) => {
                Cpu.lora_dx(&adapted, rows, &du, &mut read, false);
                Cpu.drop(mask, x.len(), &read, &mut dx, true);
            }
        }

        let output = |x: &[f64], v: &[f64], row: usize, o: usize| -> f64 {
            let dropped =
                |i: usize| x[row * inputs + i] * mask.map_or(1.0, |_| kept[row * inputs + i]);
            (0..rank)
                .map(|r| {
                    let low: f64 = (0..inputs).map(|i| v[r * inputs + i] * dropped(i)).sum();
                    f64::from(scale) * v[b.start + o * rank + r] * low
                })
                .sum()
        };
        let (wide_x, wide_v) = (wide(&x), wide(&values));
        for (at, got) in y.iter().enumerate() {
            let want = 0.5 + output(&wide_x, &wide_v, at / outputs, at % outputs);
            assert!((f64::from(*got) - want).abs() < 1e-5, "{at}: {got} for {want}");
        }
        let loss = |x: &[f64], v: &[f64]| -> f64 {
            (0..rows * outputs)
                .map(|at| f64::from(dy[at]) * output(x, v, at / outputs, at % outputs))
                .sum()
        };
        check("x", &x, &dx, |x| loss(x, &wide_v));
        check("A and B", &values, &grads, |v| loss(&wide_x, v));
    }
}

#[test]
fn the_gradient_through_output_and_loss_is_that_of_finite_differences() {
    let (rows, inputs, vocab) = (3, 18, 37);
    let (w, x) = (random(6, vocab * inputs), random(7, rows * inputs));
    let targets = vec![9u32, 0, 36, 5];
    let bytes: Vec<u8> = w.iter().flat_map(|v| v.to_le_bytes()).collect();
    let linear = FrozenLinear::dequantised(DType::F32, &bytes, vocab, inputs, None);
    let (mut logits, mut dx, mut sum) = (vec![0.0; rows * vocab], vec![0.0; rows * inputs], 0.0);
    Cpu.forward(&linear, rows, &x, &mut logits);
    Cpu.cross_entropy(vocab, &targets, 1..4, &mut logits, Some(0.25), &mut sum);
    Cpu.backward(&linear, rows, &logits, &mut dx, false);
    let loss = |x: &[f64]| -> f64 {
        (0..rows)
            .map(|row| {
                let logit = |v: usize| -> f64 {
                    (0..inputs).map(|i| x[row * inputs + i] * f64::from(w[v * inputs + i])).sum()
                };
                let all: f64 = (0..vocab).map(|v| logit(v).exp()).sum();
                0.25 * (all.ln() - logit(targets[row + 1] as usize))
            })
            .sum()
    };
    assert!((0.25 * sum - loss(&wide(&x))).abs() < 1e-5);
    check("linear and loss", &x, &dx, loss);
}
