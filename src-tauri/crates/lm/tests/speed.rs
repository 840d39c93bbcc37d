//! How fast the shipped model runs here. Not a promise, so not run by default:
//! `cargo test -p shinsa-lm --test speed -- --ignored --nocapture`

// A measurement is there to be read.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use shinsa_lm::{
    Batch, Device, Lora, LoraConfig, Micro, Model, Numeric, OpenOptions, Residency, Session,
    Target, learner, step_bytes,
};

fn model_path() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..").join("..");
    let default = root.join("target").join("models").join("smollm2-135m-instruct-q4_1.gguf");
    std::env::var_os("SHINSA_MODEL").map_or(default, PathBuf::from)
}

/// The process's peak resident set, where the system tells.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM"));
    line.and_then(|l| l.split_whitespace().nth(1)).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0)
        / 1024
}

/// Wall time, and what the same work would take if this process had all its
/// threads to itself: processor time over threads. On a busy machine the
/// second figure is the one to compare.
struct Clock {
    wall: Instant,
    cpu: f64,
}

impl Clock {
    fn start() -> Self {
        Self { wall: Instant::now(), cpu: cpu_seconds() }
    }

    fn rate(&self, tokens: f64) -> String {
        let cpu = (cpu_seconds() - self.cpu) / rayon::current_num_threads() as f64;
        let wall = self.wall.elapsed().as_secs_f64();
        format!("{:.0} tok/s by the wall, {:.0} by processor time", tokens / wall, tokens / cpu)
    }
}

/// User and system time of this process (Linux: in hundredths of a second).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = after.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

fn tokens(n: usize) -> Vec<u32> {
    (0..n as u32).map(|i| 1000 + i * 37 % 20_000).collect()
}

fn measure(residency: Residency) {
    println!("{residency:?}");
    let model = generate(&OpenOptions { residency, ..OpenOptions::default() });
    train(&model);
}

/// Opens the model and measures a prompt and what follows it.
fn generate(options: &OpenOptions) -> Arc<Model> {
    let start = Instant::now();
    let model = Arc::new(Model::open(&model_path(), options).unwrap());
    println!("  open {:.2} s, peak {} MiB", start.elapsed().as_secs_f64(), peak_mib());

    let mut session = Session::new(&model, None);
    let clock = Clock::start();
    let prefix = session.prefix(None, &tokens(512)).unwrap();
    println!("  prefill 512: {}", clock.rate(512.0));
    for batch in [1, 4, 16, 48] {
        let ids: Vec<_> = (0..batch).map(|_| session.start(&prefix)).collect();
        let clock = Clock::start();
        let steps = 24;
        for i in 0..steps {
            let token = [2000 + i];
            let inputs: Vec<_> = ids.iter().map(|id| (*id, token.as_slice())).collect();
            session.step(&inputs).unwrap();
        }
        let done = f64::from(steps) * f64::from(batch);
        println!("  decode, batch {batch}: {}", clock.rate(done));
        ids.into_iter().for_each(|id| session.finish(id));
    }
    drop(session);
    model
}

fn train(model: &Arc<Model>) {
    let config = LoraConfig::default();
    let lora = Lora::init(&model.spec, &config).unwrap();
    let mut learner = learner(model, lora).unwrap();
    let rows = 600;
    let batch = Batch {
        tokens: tokens(rows),
        bounds: vec![0, 200, 350, 600],
        targets: (0..rows as u32)
            .filter(|r| r % 4 == 0)
            .map(|row| Target { row, token: 7 })
            .collect(),
    };
    for kept in [1, model.spec.layers] {
        learner.keep(kept);
        for _ in 0..2 {
            let clock = Clock::start();
            let micro = Micro { scale: 1.0, dropout: None, neftune: None };
            learner.accumulate(&batch, &micro).unwrap();
            println!("  train, {kept} layers kept: {}", clock.rate(rows as f64));
        }
        let plan = step_bytes(&model.spec, &config, rows, batch.targets.len(), kept, Device::Cpu);
        println!("  planned step {} MiB: {plan:?}; peak {} MiB", plan.total() >> 20, peak_mib());
    }
}

#[test]
#[ignore = "a measurement"]
fn dequantised_once() {
    measure(Residency::F32);
}

#[test]
#[ignore = "a measurement"]
fn kept_quantised() {
    measure(Residency::Stored);
}

#[test]
#[ignore = "a measurement"]
fn in_integers() {
    println!("fast");
    generate(&OpenOptions { numeric: Numeric::Fast, ..OpenOptions::default() });
}
