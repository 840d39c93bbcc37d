//! The GPU's loss, gradients and moves against the CPU's, which PyTorch's hold.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use safetensors::SafeTensors;
use shinsa_lm::{
    Batch, Device, Dropout, Learn, Lora, LoraConfig, Micro, Model, Neftune, OpenOptions, Rates,
    Target, learner,
};

pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// bf16 keeps eight bits: gradients through a few layers agree to some percent.
const FAR: f64 = 0.05;

pub fn all(fixtures: &Path, shipped: Option<&Path>) -> Outcome {
    println!("device: {}", Device::Cuda.probe()?.name);
    let mut failed = 0;
    for family in ["llama", "llama3", "qwen2", "qwen3"] {
        let dir = fixtures.join(family);
        failed += compare(family, &dir, |model| fixture(&dir, model))?;
        let lora = fixture(&dir, &*open(&dir, Device::Cpu)?)?.0;
        failed += crate::session::compare(family, &dir, Some(&lora))?;
    }
    if let Some(path) = shipped {
        let name = "shipped, blocks kept";
        failed += compare(name, path, |model| Ok(made_up(model)))?;
        let lora = made_up(&*open(path, Device::Cpu)?).0;
        failed += crate::session::compare(name, path, Some(&lora))?;
    }
    if failed > 0 { Err(format!("{failed} comparisons").into()) } else { Ok(()) }
}

fn open(path: &Path, device: Device) -> Outcome<Arc<Model>> {
    Ok(Arc::new(Model::open(path, &OpenOptions { device, ..OpenOptions::default() })?))
}

fn compare(
    name: &str,
    path: &Path,
    data: impl Fn(&Model) -> Outcome<(Lora, Batch)>,
) -> Outcome<usize> {
    let (cpu, gpu) = (open(path, Device::Cpu)?, open(path, Device::Cuda)?);
    // bf16 rounds logits around 32 to steps of 1/4: a divergence over larger ones
    // says little, and is only shown.
    let ordinary = path.is_dir();
    let mut failed = 0;
    let mut tell = |what: &str, figure: f64, limit: f64| {
        let good = figure <= limit;
        failed += usize::from(!good);
        println!(
            "{:4} {name}: {what} {figure:.2e} (at most {limit:.0e})",
            if good { "ok" } else { "BAD" }
        );
    };
    for (kind, dropout, noise) in [("plain", 0.0, None), ("dropout and noise", 0.2, Some(5.0))] {
        let (mut lora, batch) = data(&cpu)?;
        lora.config.dropout = dropout;
        let micro = Micro {
            scale: 1.0 / batch.targets.len() as f32,
            dropout: (dropout > 0.0).then_some(Dropout { seed: 3, step: 7 }),
            neftune: noise.map(|alpha| Neftune { alpha, seed: 3, step: 7 }),
        };
        let (mut a, mut b) = (learner(&cpu, lora.clone())?, learner(&gpu, lora.clone())?);
        let (on_cpu, on_gpu) = (a.accumulate(&batch, &micro)?, b.accumulate(&batch, &micro)?);
        tell(&format!("{kind}, loss"), (on_gpu.nll / on_cpu.nll - 1.0).abs(), 1e-2);
        let (want, got) = (a.gradient(), b.gradient());
        let worst = lora
            .slots
            .iter()
            .flat_map(|s| [(s, "A", s.a.clone()), (s, "B", s.b.clone())])
            .map(|(s, side, r)| {
                let place = format!("{} {} {side}", s.layer, s.projection.name());
                (distance(&got[r.clone()], &want[r]), place)
            })
            .max_by(|x, y| x.0.total_cmp(&y.0));
        if let Some((far, place)) = worst {
            tell(&format!("{kind}, worst gradient ({place})"), far, 2.0 * FAR);
        }
        tell(&format!("{kind}, all gradients"), distance(&got, &want), FAR);
        tell(&format!("{kind}, norm"), (b.norm() / a.norm() - 1.0).abs(), FAR);
        let mut again = learner(&gpu, lora.clone())?;
        again.accumulate(&batch, &micro)?;
        tell(
            &format!("{kind}, other bits in a second run"),
            different(&again.gradient(), &got),
            0.0,
        );
        let kl = [a.divergence(&batch)?, b.divergence(&batch)?];
        let what = format!("{kind}, divergence {:.4} for {:.4}", kl[1], kl[0]);
        tell(&what, (kl[1] / kl[0] - 1.0).abs(), if ordinary { FAR } else { f64::INFINITY });
        let losses = [descend(&mut *a, &batch, &micro)?, descend(&mut *b, &batch, &micro)?];
        let apart = losses[0].iter().zip(&losses[1]).map(|(x, y)| (y / x - 1.0).abs());
        tell(&format!("{kind}, twelve steps of AdamW"), apart.fold(0.0, f64::max), 3e-2);
        println!("     {name}: loss {:.4} -> {:.4}", losses[1][0], losses[1][losses[1].len() - 1]);
    }
    Ok(failed)
}

fn descend(learner: &mut dyn Learn, batch: &Batch, micro: &Micro) -> Outcome<Vec<f64>> {
    let rates = Rates {
        learning_rate: 1e-3,
        b_ratio: 2.0,
        betas: [0.9, 0.999],
        epsilon: 1e-8,
        weight_decay: 0.01,
        clip: 1.0,
    };
    let mut losses = Vec::new();
    for _ in 0..12 {
        learner.clear();
        losses.push(learner.accumulate(batch, micro)?.mean().unwrap_or(f64::NAN));
        let norm = learner.norm();
        learner.advance(norm, &rates);
    }
    Ok(losses)
}

pub fn distance(got: &[f32], want: &[f32]) -> f64 {
    let square = |v: f64| v * v;
    let apart: f64 = got.iter().zip(want).map(|(g, w)| square(f64::from(g - w))).sum();
    let size: f64 = want.iter().map(|w| square(f64::from(*w))).sum();
    (apart / size).sqrt()
}

fn different(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).filter(|(a, b)| a.to_bits() != b.to_bits()).count() as f64
}

/// An adapter that does something, and sequences whose lengths lie on both
/// sides of the attention's tiles.
fn made_up(model: &Model) -> (Lora, Batch) {
    let config = LoraConfig { r: 16, ..LoraConfig::default() };
    let mut lora = Lora::init(&model.spec, &config).unwrap_or_else(|e| panic!("{e}"));
    for slot in lora.slots.clone() {
        for (i, v) in lora.values[slot.b].iter_mut().enumerate() {
            *v = ((i * 37 % 101) as f32 / 101.0 - 0.5) * 0.02;
        }
    }
    let lengths = [130, 1, 64, 257];
    let bounds: Vec<usize> = std::iter::once(0)
        .chain(lengths.iter().scan(0, |at, n| {
            *at += n;
            Some(*at)
        }))
        .collect();
    let tokens: Vec<u32> = (0..452).map(|i| 1000 + i * 37 % 20_000).collect();
    let targets = (0..451u32)
        .filter(|row| row % 4 == 0)
        .map(|row| Target { row, token: tokens[row as usize + 1] })
        .collect();
    (lora, Batch { tokens, bounds, targets })
}

/// The kept fixture's adapter and batch.
fn fixture(dir: &Path, model: &Model) -> Outcome<(Lora, Batch)> {
    let bytes = std::fs::read(dir.join("expected.safetensors"))?;
    let file = SafeTensors::deserialize(&bytes)?;
    let words = |name: &str| -> Outcome<Vec<[u8; 4]>> {
        Ok(file.tensor(name)?.data().as_chunks::<4>().0.to_vec())
    };
    let ints = |name: &str| -> Outcome<Vec<u32>> {
        Ok(words(name)?.into_iter().map(u32::from_le_bytes).collect())
    };
    let rank = file.tensor("value:layers.0.self_attn.q_proj.lora_A.weight")?.shape()[0];
    let config = LoraConfig { r: rank, alpha: 10.0, ..LoraConfig::default() };
    let mut lora = Lora::init(&model.spec, &config)?;
    for slot in lora.slots.clone() {
        let (parent, name) = (slot.projection.parent(), slot.projection.name());
        for (range, which) in [(slot.a.clone(), "lora_A"), (slot.b.clone(), "lora_B")] {
            let name = format!("value:layers.{}.{parent}.{name}.{which}.weight", slot.layer);
            for (value, word) in lora.values[range].iter_mut().zip(words(&name)?) {
                *value = f32::from_le_bytes(word);
            }
        }
    }
    let targets = ints("target_rows")?.into_iter().zip(ints("target_tokens")?);
    let batch = Batch {
        tokens: ints("tokens")?,
        bounds: ints("bounds")?.into_iter().map(|b| b as usize).collect(),
        targets: targets.map(|(row, token)| Target { row, token }).collect(),
    };
    Ok((lora, batch))
}
