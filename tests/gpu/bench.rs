//! Whole optimiser steps, timed.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use shinsa_lm::{
    Batch, Device, Dropout, Lora, LoraConfig, Micro, Model, OpenOptions, Rates, Target, learner,
    step_bytes,
};

const WARM: usize = 3;
const TIMED: usize = 15;

pub fn run(path: &Path, rest: &[&str]) -> Result<(), Box<dyn Error>> {
    let number = |at: usize, or: &str| rest.get(at).copied().unwrap_or(or).to_owned();
    let (sequences, length): (usize, usize) = (number(0, "4").parse()?, number(1, "1024").parse()?);
    let dropout: f32 = number(2, "0").parse()?;
    let opened = Instant::now();
    let options = OpenOptions { device: Device::Cuda, ..OpenOptions::default() };
    let model = Arc::new(Model::open(path, &options)?);
    let weights = model.weight_bytes();
    let open_s = opened.elapsed().as_secs_f64();
    let config = LoraConfig { dropout, ..LoraConfig::default() };
    let lora = Lora::init(&model.spec, &config)?;
    let parameters = lora.parameters();
    let mut learner = learner(&model, lora)?;
    let plan = |batch: &Batch| {
        let targets = batch.targets.len();
        step_bytes(&model.spec, &config, batch.tokens.len(), targets, 1, Device::Cuda).total()
            + weights
    };
    let batch = batch(sequences, length, model.spec.vocab as u32);
    let rates = Rates {
        learning_rate: 1e-4,
        b_ratio: 1.0,
        betas: [0.9, 0.999],
        epsilon: 1e-8,
        weight_decay: 0.0,
        clip: 1.0,
    };
    let (mut times, mut losses) = (Vec::new(), Vec::new());
    for step in 0..WARM + TIMED {
        let begun = Instant::now();
        learner.clear();
        let micro = Micro {
            scale: 1.0 / batch.targets.len() as f32,
            dropout: (dropout > 0.0).then_some(Dropout { seed: 1, step: step as u64 }),
            neftune: None,
        };
        let sum = learner.accumulate(&batch, &micro)?;
        // Reading the norm waits for the whole step; the move is in the next.
        let norm = learner.norm();
        learner.advance(norm, &rates);
        losses.push(sum.mean().unwrap_or(f64::NAN));
        if step >= WARM {
            times.push(begun.elapsed().as_secs_f64());
        }
    }
    times.sort_by(f64::total_cmp);
    let median = times[times.len() / 2];
    let row = json!({
        "work": format!("{sequences}x{length}, dropout {dropout}"),
        "ours": {"tok_s": (batch.tokens.len() as f64 / median).round(), "peak_bytes": learner.peak_bytes()},
        "step_ms": {"median": median * 1e3, "min": times[0] * 1e3, "max": times[times.len() - 1] * 1e3},
        "weights_bytes": weights,
        "planned_bytes": plan(&batch),
        "trainable_parameters": parameters,
        "losses": [losses[0], losses[losses.len() - 1]],
        "device": Device::Cuda.probe()?.name,
        "open_s": open_s,
    });
    println!("{row}");
    Ok(())
}

/// Every token but each sequence's last is learned from.
fn batch(sequences: usize, length: usize, vocab: u32) -> Batch {
    let tokens: Vec<u32> = (0..(sequences * length) as u32)
        .map(|i| i.wrapping_mul(2_654_435_761) % vocab.min(150_000))
        .collect();
    let targets = (0..tokens.len() - 1)
        .filter(|row| (row + 1) % length != 0)
        .map(|row| Target { row: row as u32, token: tokens[row + 1] })
        .collect();
    Batch { tokens, bounds: (0..=sequences).map(|s| s * length).collect(), targets }
}
