//! Training against transformers + peft, step by step: fifty AdamW steps of each
//! tiny model; of the shipped model a short trajectory, and the gradient of every
//! LoRA matrix by its norm and 64 elements. Fixtures and their script:
//! tests/parity/ at the workspace's root.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use safetensors::SafeTensors;
use serde_json::Value;
use shinsa_lm::{
    Batch, Learn, Lora, LoraConfig, Micro, Model, OpenOptions, Rates, Residency, Target, learner,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..").join("..")
}

fn fixtures() -> PathBuf {
    root().join("tests").join("parity").join("fixtures")
}

fn facts(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(fixtures().join(name)).unwrap()).unwrap()
}

fn shipped(residency: Residency) -> Arc<Model> {
    let default = root().join("target").join("models").join("smollm2-135m-instruct-q4_1.gguf");
    let path = std::env::var_os("SHINSA_MODEL").map_or(default, PathBuf::from);
    assert!(path.is_file(), "{} is missing: run `make test`, which fetches it", path.display());
    Arc::new(Model::open(&path, &OpenOptions { residency, ..OpenOptions::default() }).unwrap())
}

fn numbers(value: &Value) -> impl Iterator<Item = f64> + '_ {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap())
}

fn floats(data: &[u8]) -> impl Iterator<Item = f32> + '_ {
    data.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b))
}

fn batch(sequences: &Value) -> Batch {
    let mut batch = Batch { bounds: vec![0], ..Batch::default() };
    for sequence in sequences.as_array().unwrap() {
        let first = batch.tokens.len();
        batch.tokens.extend(numbers(&sequence["tokens"]).map(|t| t as u32));
        batch.bounds.push(batch.tokens.len());
        for row in numbers(&sequence["rows"]) {
            let row = row as u32 + first as u32;
            batch.targets.push(Target { row, token: batch.tokens[row as usize + 1] });
        }
    }
    batch
}

/// Every matrix of an adapter under PEFT's name, with its place in the values
/// and its width.
fn matrices(lora: &Lora) -> Vec<(String, std::ops::Range<usize>, usize)> {
    let mut all = Vec::new();
    for slot in &lora.slots {
        let (parent, name) = (slot.projection.parent(), slot.projection.name());
        let name = format!("layers.{}.{parent}.{name}", slot.layer);
        all.push((format!("{name}.lora_A.weight"), slot.a.clone(), slot.in_features));
        all.push((format!("{name}.lora_B.weight"), slot.b.clone(), slot.out_features));
    }
    all
}

/// The shipped model's adapter: what the script's `made` makes.
fn made(model: &Model, facts: &Value) -> Lora {
    let config = LoraConfig { r: 8, alpha: 16.0, ..LoraConfig::default() };
    let mut lora = Lora::init(&model.spec, &config).unwrap();
    let names: Vec<&str> =
        facts["names"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
    let all = matrices(&lora);
    assert_eq!(all.len(), names.len());
    for (name, range, width) in all {
        let index = names.iter().position(|n| *n == name).unwrap() as u64;
        let size = if name.contains("lora_A") { 2.0 / (width as f64).sqrt() } else { 0.02 };
        for (i, v) in lora.values[range].iter_mut().enumerate() {
            let turn = (i as u64 * 7919 + index * 104_729) % 2003;
            *v = ((turn as f64 / 2003.0 - 0.5) * size) as f32;
        }
    }
    lora
}

fn micro(batch: &Batch) -> Micro {
    Micro { scale: 1.0 / batch.targets.len() as f32, dropout: None, neftune: None }
}

/// Trains as the facts say and compares every loss and every gradient's norm.
fn follow(name: &str, mut learner: Box<dyn Learn>, facts: &Value) {
    let rate = |name: &str| facts["rates"][name].as_f64().unwrap();
    let betas: Vec<f64> = numbers(&facts["rates"]["betas"]).collect();
    let rates = Rates {
        learning_rate: rate("lr"),
        b_ratio: 1.0,
        betas: [betas[0], betas[1]],
        epsilon: rate("eps"),
        weight_decay: rate("weight_decay"),
        clip: rate("clip"),
    };
    let batches: Vec<Batch> = facts["batches"].as_array().unwrap().iter().map(batch).collect();
    let wanted = numbers(&facts["losses"]).zip(numbers(&facts["grad_norms"]));
    for (step, (want, want_norm)) in wanted.enumerate() {
        let batch = &batches[step % batches.len()];
        learner.clear();
        let loss = learner.accumulate(batch, &micro(batch)).unwrap().mean().unwrap();
        assert!((loss - want).abs() <= 1e-4, "{name}, step {}: {loss} for {want}", step + 1);
        let norm = learner.norm();
        assert!(
            (norm - want_norm).abs() <= 1e-3 * want_norm,
            "{name}, step {}: a gradient of {norm} for {want_norm}",
            step + 1
        );
        learner.advance(norm, &rates);
    }
}

#[test]
fn fifty_steps_of_every_family_follow_pytorchs() {
    for (family, facts) in facts("trajectories.json").as_object().unwrap() {
        let dir = fixtures().join(family);
        let model = Arc::new(Model::open(&dir, &OpenOptions::default()).unwrap());
        let bytes = std::fs::read(dir.join("expected.safetensors")).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let probe = "value:layers.0.self_attn.q_proj.lora_A.weight";
        let r = file.tensor(probe).unwrap().shape()[0];
        let config = LoraConfig { r, alpha: 10.0, ..LoraConfig::default() };
        let mut lora = Lora::init(&model.spec, &config).unwrap();
        for (name, range, _) in matrices(&lora) {
            let stored = file.tensor(&format!("value:{name}")).unwrap();
            lora.values[range].iter_mut().zip(floats(stored.data())).for_each(|(v, s)| *v = s);
        }
        assert_eq!(facts["losses"].as_array().unwrap().len(), 50);
        follow(family, learner(&model, lora).unwrap(), facts);
    }
}

#[test]
fn the_shipped_models_first_steps_follow_pytorchs() {
    let (model, facts) = (shipped(Residency::F32), facts("smollm2-training.json"));
    let lora = made(&model, &facts);
    follow("smollm2", learner(&model, lora).unwrap(), &facts);
}

fn every_gradient_agrees(residency: Residency) {
    let (model, facts) = (shipped(residency), facts("smollm2-training.json"));
    let bytes = std::fs::read(fixtures().join("smollm2-training.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let lora = made(&model, &facts);
    let batch = batch(&facts["batches"][0]);
    let mut learner = learner(&model, lora).unwrap();
    let loss = learner.accumulate(&batch, &micro(&batch)).unwrap().mean().unwrap();
    let want = facts["losses"][0].as_f64().unwrap();
    assert!((loss - want).abs() < 1e-4, "{loss} for {want}");
    let grads = learner.gradient();
    // Thirty layers down float32 itself is off: PyTorch's gradient is this far
    // from float64's in its worst matrix. Ours may not be farther in any, and
    // the gradient as a whole must be within the usual 1e-4.
    let allowed = facts["float32_apart"].as_f64().unwrap();
    assert!(allowed < 1e-3);
    let (mut far_all, mut size_all, mut worst) = (0.0, 0.0, (0.0, String::new()));
    for (name, range, _) in matrices(learner.shape()) {
        let got = &grads[range];
        let stored: Vec<f64> = floats(file.tensor(&name).unwrap().data()).map(f64::from).collect();
        let (norm, want) = stored.split_first().unwrap();
        let squares = |x: &mut dyn Iterator<Item = f64>| x.map(|v| v * v).sum::<f64>();
        let got_norm = squares(&mut got.iter().map(|v| f64::from(*v))).sqrt();
        assert!(*norm > 0.0, "{name} has no gradient to compare");
        let off = (got_norm - norm).abs() / norm;
        assert!(off <= allowed, "{name}: norm {got_norm} for {norm}");
        let at = |i: usize| f64::from(got[(i * 7907 + 13) % got.len()]);
        let far = squares(&mut want.iter().enumerate().map(|(i, w)| at(i) - w));
        let size = squares(&mut want.iter().copied());
        (far_all, size_all) = (far_all + far, size_all + size);
        let apart = (far / size).sqrt();
        if apart > worst.0 {
            worst = (apart, name);
        }
    }
    let whole = (far_all / size_all).sqrt();
    assert!(worst.0 <= allowed && whole <= 1e-4, "{whole} as a whole; at most {worst:?}");
}

#[test]
fn every_gradient_of_the_shipped_model_equals_pytorchs_when_dequantised_once() {
    every_gradient_agrees(Residency::F32);
}

#[test]
fn every_gradient_of_the_shipped_model_equals_pytorchs_when_kept_quantised() {
    every_gradient_agrees(Residency::Stored);
}
