//! Whole trainings of the tiny random models against the CPU's.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use safetensors::SafeTensors;

use super::Ops;
use crate::batch::{Batch, Dropout, Micro, Neftune, Target};
use crate::decoder::weights::Naming;
use crate::error::LmError;
use crate::learner::{Learn, Rates, learner};
use crate::lora::{Lora, LoraConfig};
use crate::model::{Device, Held, Model, OpenOptions};
use crate::session::Session;
use crate::weights::safetensors::SafetensorsFolder;

const FAMILIES: [&str; 6] = ["llama", "llama3", "qwen2", "qwen3", "yarn", "linear"];

fn folder(family: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..").join("..");
    root.join("tests").join("parity").join("fixtures").join(family)
}

/// A family's model on the CPU and on candle's, an adapter whose `B` isn't zero,
/// and a batch of several sequences.
struct Case {
    models: [Arc<Model>; 2],
    lora: Lora,
    batch: Batch,
}

fn open(family: &str, dropout: f32) -> Case {
    let dir = folder(family);
    let model = Model::open(&dir, &OpenOptions::default()).unwrap();
    let mut on_ops = Model::open(&dir, &OpenOptions::default()).unwrap();
    let source = SafetensorsFolder::open(&dir).unwrap();
    on_ops.weights = Held::on_ops(Ops::cpu(), &model.spec, &source, Naming::HuggingFace).unwrap();
    assert!(on_ops.weight_bytes() > 0);

    let bytes = std::fs::read(dir.join("expected.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let words = |name: &str| -> Vec<[u8; 4]> {
        let data = file.tensor(name).unwrap().data();
        data.chunks_exact(4).map(|word| word.try_into().unwrap()).collect()
    };
    let ints = |name: &str| words(name).into_iter().map(u32::from_le_bytes);
    let config = LoraConfig { r: 3, alpha: 10.0, dropout, ..LoraConfig::default() };
    let mut lora = Lora::init(&model.spec, &config).unwrap();
    let b = lora.sides()[1].clone();
    lora.values[b].iter_mut().enumerate().for_each(|(i, v)| *v = (i % 13) as f32 * 0.01 - 0.06);
    let targets = ints("target_rows").zip(ints("target_tokens"));
    let batch = Batch {
        tokens: ints("tokens").collect(),
        bounds: ints("bounds").map(|bound| bound as usize).collect(),
        targets: targets.map(|(row, token)| Target { row, token }).collect(),
    };
    Case { models: [model, on_ops].map(Arc::new), lora, batch }
}

impl Case {
    fn learners(&self) -> [Box<dyn Learn>; 2] {
        self.models.each_ref().map(|model| learner(model, self.lora.clone()).unwrap())
    }

    /// One of the run's micro-steps.
    fn micro(&self, step: u64, noisy: bool) -> Micro {
        Micro {
            scale: 1.0 / self.batch.targets.len() as f32,
            dropout: noisy.then_some(Dropout { seed: 3, step }),
            neftune: noisy.then_some(Neftune { alpha: 5.0, seed: 3, step }),
        }
    }
}

fn norm(x: impl Iterator<Item = f32>) -> f64 {
    x.map(|v| f64::from(v) * f64::from(v)).sum::<f64>().sqrt()
}

/// How far `got` lies from `want`, relative to `want`'s distance from `origin`.
fn apart(got: &[f32], want: &[f32], origin: &[f32]) -> f64 {
    assert_eq!(got.len(), want.len());
    let from = norm(want.iter().zip(origin).map(|(w, o)| w - o));
    norm(got.iter().zip(want).map(|(g, w)| g - w)) / from
}

fn close(what: &str, got: f64, want: f64) {
    assert!((got - want).abs() <= 1e-4 * want.abs(), "{what}: {got} for {want}");
}

#[test]
fn loss_and_all_gradients_are_the_cpus_with_and_without_dropout_and_noise() {
    for (family, noisy) in FAMILIES.iter().flat_map(|family| [(family, false), (family, true)]) {
        let case = open(family, if noisy { 0.2 } else { 0.0 });
        let [mut cpu, mut ops] = case.learners();
        for adapted in [false, true] {
            let [want, got] = [&mut cpu, &mut ops].map(|l| l.loss(&case.batch, adapted).unwrap());
            close(family, got.nll, want.nll);
        }
        let micro = case.micro(7, noisy);
        for _ in 0..2 {
            let [want, got] =
                [&mut cpu, &mut ops].map(|l| l.accumulate(&case.batch, &micro).unwrap());
            close(family, got.nll, want.nll);
        }
        let (want, got) = (cpu.gradient(), ops.gradient());
        let far = apart(&got, &want, &vec![0.0; want.len()]);
        assert!(far <= 1e-5, "{family}, noisy {noisy}: {far}");
        close("norm", ops.norm(), cpu.norm());
        let [want, got] = [&mut cpu, &mut ops].map(|l| l.divergence(&case.batch).unwrap());
        close("divergence", got, want);
        ops.clear();
        assert_eq!(ops.norm(), 0.0);
    }
}

#[test]
fn twelve_steps_lead_where_the_cpus_do() {
    let rates = Rates {
        learning_rate: 3e-3,
        b_ratio: 4.0,
        betas: [0.9, 0.999],
        epsilon: 1e-8,
        weight_decay: 0.01,
        clip: 0.5,
    };
    for (family, noisy) in FAMILIES.iter().flat_map(|family| [(family, false), (family, true)]) {
        let case = open(family, if noisy { 0.2 } else { 0.0 });
        let [mut cpu, mut ops] = case.learners();
        for step in 0..12 {
            let micro = case.micro(step, noisy);
            let [want, got] = [&mut cpu, &mut ops].map(|l| {
                l.clear();
                let sum = l.accumulate(&case.batch, &micro).unwrap();
                let norm = l.norm();
                l.advance(norm, &rates);
                sum.nll
            });
            close(&format!("{family}, noisy {noisy}, step {step}"), got, want);
        }
        let far = apart(&ops.values(), &cpu.values(), &case.lora.values);
        assert!(far <= 1e-5, "{family}, noisy {noisy}: {far}");

        // Taking up what was saved goes on as if nothing had happened.
        let moments = ops.moments();
        assert_eq!(moments.steps, 12);
        let [_, mut again] = case.learners();
        again.restore(&moments).unwrap();
        let micro = case.micro(12, noisy);
        ops.clear();
        let [kept, taken_up] =
            [&mut ops, &mut again].map(|l| l.accumulate(&case.batch, &micro).unwrap().nll);
        assert_eq!(kept, taken_up);
        assert_eq!(ops.gradient(), again.gradient());
    }
}

#[test]
fn kept_layers_change_nothing() {
    for noisy in [false, true] {
        let case = open("qwen3", if noisy { 0.2 } else { 0.0 });
        let run = |layers: usize| {
            let [_, mut ops] = case.learners();
            ops.keep(layers);
            let sum = ops.accumulate(&case.batch, &case.micro(1, noisy)).unwrap();
            (sum, ops.gradient())
        };
        let one = run(1);
        for layers in [2, 99] {
            assert_eq!(run(layers), one, "{layers} layers");
        }
    }
}

#[test]
fn a_wrong_device_is_told_in_words() {
    let case = open("llama", 0.0);
    let [_, on_ops] = &case.models;
    let told = Session::new(on_ops, None).prefix(None, &[1]).err().unwrap().to_string();
    assert!(told.contains("generating runs on the CPU or an NVIDIA GPU"), "{told}");
    assert_eq!((on_ops.device_free_bytes(), on_ops.device_used_bytes()), (None, None));
    assert_eq!(serde_json::to_string(&Device::Metal).unwrap(), "\"metal\"");
    if cfg!(feature = "metal") {
        return;
    }
    let options = OpenOptions { device: Device::Metal, ..OpenOptions::default() };
    for error in [Device::Metal.probe().err(), Model::open(&folder("llama"), &options).err()] {
        let Some(LmError::Device { device, reason }) = error else { panic!("no Metal here") };
        assert_eq!(
            (device.as_str(), reason.as_str()),
            ("Metal", "this program was built without it")
        );
    }
}
