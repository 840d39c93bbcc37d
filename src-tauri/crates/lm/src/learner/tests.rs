//! The learner held against definitions, and against itself in other chunks.

use std::path::Path;

use super::*;
use crate::batch::Target;
use crate::lora::LoraConfig;
use crate::model::OpenOptions;

const RATES: Rates = Rates {
    learning_rate: 0.1,
    b_ratio: 1.0,
    betas: [0.9, 0.999],
    epsilon: 1e-8,
    weight_decay: 0.01,
    clip: 0.0,
};

fn tiny() -> Learner<Cpu> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..").join("..");
    let dir = root.join("tests").join("parity").join("fixtures").join("llama");
    let model = Arc::new(Model::open(&dir, &OpenOptions::default()).unwrap());
    let lora = Lora::init(&model.spec, &LoraConfig { r: 2, ..LoraConfig::default() }).unwrap();
    Learner::new(Cpu, model, cpu, lora)
}

#[test]
fn chunked_cross_entropy_is_the_full_one() {
    let batch = Batch {
        tokens: (0..40).map(|i| i * 7 % 128).collect(),
        bounds: vec![0, 25, 40],
        targets: (0..23).map(|i| Target { row: i, token: i + 3 }).collect(),
    };
    let micro = Micro { scale: 1.0, dropout: None, neftune: None };
    let run = |rows: usize| {
        let mut learner = tiny();
        learner.buffers.chunk = rows;
        (learner.accumulate(&batch, &micro).unwrap(), learner.gradient())
    };
    let (full, grads) = run(100);
    for rows in [1, 5, 8] {
        let (sum, chunked) = run(rows);
        assert!((sum.nll - full.nll).abs() < 1e-9 * full.nll);
        assert_eq!(chunked, grads, "chunks of {rows}");
    }
}

#[test]
fn keeping_more_layers_changes_no_bit_of_loss_or_gradient() {
    let batch = |n: usize| Batch {
        tokens: (0..n as u32).map(|i| (i * 11 + 3) % 128).collect(),
        bounds: vec![0, n / 3, n],
        targets: (0..n as u32 - 1).map(|row| Target { row, token: row % 100 }).collect(),
    };
    let run = |kept: &[usize], dropout: f32| {
        let mut learner = tiny();
        learner.lora.config.dropout = dropout;
        let b = learner.lora.sides()[1].clone();
        learner.values[b].iter_mut().enumerate().for_each(|(i, v)| *v = (i % 7) as f32 * 0.02);
        learner.current = false;
        // The number may change, and the batch grow, from one to the next.
        let sums: Vec<LossSum> = kept
            .iter()
            .zip([20, 45, 33])
            .map(|(&layers, n)| {
                learner.keep(layers);
                let dropout = Some(crate::batch::Dropout { seed: 3, step: n as u64 });
                let micro = Micro { scale: 0.5, dropout, neftune: None };
                learner.accumulate(&batch(n), &micro).unwrap()
            })
            .collect();
        (sums, learner.gradient())
    };
    for dropout in [0.0, 0.2] {
        let recomputed = run(&[1, 1, 1], dropout);
        assert!(recomputed.1.iter().all(|g| g.is_finite()));
        for kept in [[2, 2, 2], [0, 2, 1], [99, 1, 2]] {
            assert_eq!(run(&kept, dropout), recomputed, "{kept:?}");
        }
    }
}

#[test]
fn divergence_from_the_base_begins_at_nothing_and_grows_whatever_the_chunks() {
    let batch = Batch {
        tokens: (0..40).map(|i| i * 7 % 128).collect(),
        bounds: vec![0, 25, 40],
        targets: (0..40).map(|row| Target { row, token: 0 }).collect(),
    };
    let run = |rows: usize| {
        let mut learner = tiny();
        learner.buffers.chunk = rows;
        let before = learner.divergence(&batch).unwrap();
        let micro = Micro { scale: 1.0, dropout: None, neftune: None };
        learner.accumulate(&batch, &micro).unwrap();
        learner.advance(1.0, &RATES);
        (before, learner.divergence(&batch).unwrap())
    };
    let (before, after) = run(100);
    assert_eq!(before, 0.0);
    assert!(after > 1e-3, "{after}");
    for rows in [1, 7] {
        let (_, chunked) = run(rows);
        assert!((chunked - after).abs() < 1e-9 * after, "chunks of {rows}: {chunked} {after}");
    }
}

/// The definition in f64, element by element.
fn reference(mut x: f64, rate: f64, grads: &[f64]) -> f64 {
    let (mut m, mut v) = (0.0, 0.0);
    for (t, g) in grads.iter().enumerate() {
        let t = t as i32 + 1;
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        x -= rate * 0.01 * x;
        x -= rate * (m / (1.0 - 0.9f64.powi(t))) / ((v / (1.0 - 0.999f64.powi(t))).sqrt() + 1e-8);
    }
    x
}

#[test]
fn fifty_steps_follow_adamws_definition_and_b_may_learn_faster() {
    let grads: Vec<f64> = (0..50).map(|t| (f64::from(t) * 0.7).sin() * 0.3 + 0.05).collect();
    let mut learner = tiny();
    let [_, b] = learner.lora.sides();
    (learner.values[0], learner.values[b.start]) = (1.5, -0.25);
    for grad in &grads {
        learner.clear();
        (learner.grads[0], learner.grads[b.start]) = (*grad as f32, -2.0 * *grad as f32);
        learner.advance(1.0, &Rates { b_ratio: 0.5, ..RATES });
    }
    let negated: Vec<f64> = grads.iter().map(|grad| -2.0 * grad).collect();
    let values = learner.values();
    assert!((f64::from(values[0]) - reference(1.5, 0.1, &grads)).abs() < 1e-5);
    assert!((f64::from(values[b.start]) - reference(-0.25, 0.05, &negated)).abs() < 1e-5);
}

#[test]
fn the_first_step_has_the_learning_rates_length_whatever_the_gradient() {
    let mut learner = tiny();
    learner.values[0] = 0.0;
    learner.grads[0] = 1e-4;
    learner.advance(1e-4, &Rates { weight_decay: 0.0, ..RATES });
    assert!((learner.values[0] + 0.1).abs() < 1e-4, "{}", learner.values[0]);
}

#[test]
fn a_long_gradient_is_shortened_and_a_short_one_left_alone() {
    // The first moment shows the gradient that was used.
    let moved = |clip: f64| {
        let mut learner = tiny();
        (learner.grads[0], learner.grads[1]) = (3.0, 4.0);
        let norm = learner.norm();
        assert_eq!(norm, 5.0);
        learner.advance(norm, &Rates { clip, ..RATES });
        [learner.m[0], learner.m[1]].map(|m| m * 10.0)
    };
    for (clip, want) in [(10.0, [3.0, 4.0]), (0.0, [3.0, 4.0]), (1.0, [0.6, 0.8])] {
        let got = moved(clip);
        assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-5), "{got:?}");
    }
}
