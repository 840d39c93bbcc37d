//! The GPU's logits against the CPU's, over prefixes that sequences share, and
//! steps of many sequences timed.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use serde_json::json;
use shinsa_lm::{After, Device, Lora, Model, OpenOptions, Session};

use crate::check::{Outcome, distance};

/// bf16 keeps eight bits: logits after a few layers agree to some percent.
const FAR: f64 = 0.05;
/// Tokens of a rubric and of what each output adds: over several pages, where the
/// model takes that many.
fn lengths(model: &Model) -> (usize, usize) {
    if model.spec.max_positions < 512 { (20, 15) } else { (130, 70) }
}

/// What each open sequence is given, step by step.
const STEPS: [[usize; 5]; 4] =
    [[1, 3, 1, 66, 2], [1, 1, 1, 1, 1], [7, 1, 64, 1, 30], [1, 2, 1, 1, 1]];

/// All logits of one course: after prefixes and after every step.
fn course(model: &Model, lora: Option<&Lora>) -> Outcome<Vec<Vec<f32>>> {
    let vocab = model.spec.vocab as u32;
    let text = |from: usize, len: usize| -> Vec<u32> {
        (from..from + len).map(|i| (i as u32 * 37 + 11) % vocab.min(20_000)).collect()
    };
    let mut session = Session::new(model, lora);
    let (rubric, output) = lengths(model);
    let rubric = session.prefix(None, &text(0, rubric))?;
    // In one pass.
    let own = [text(200, output), text(400, output - 6)];
    let outputs = session.compute_all(&own.each_ref().map(|t| (After::Prefix(&rubric), &t[..])))?;
    let mut all: Vec<Vec<f32>> =
        std::iter::once(&rubric).chain(&outputs).map(|p| p.logits().to_vec()).collect();
    let open: Vec<_> = [0, 0, 0, 1, 1].map(|at| session.start(&outputs[at])).into();
    let mut at = 600;
    for lengths in STEPS {
        let tokens: Vec<Vec<u32>> = lengths
            .iter()
            .map(|len| {
                at += len;
                text(at, *len)
            })
            .collect();
        let step: Vec<_> =
            open.iter().zip(&tokens).map(|(id, tokens)| (*id, tokens.as_slice())).collect();
        all.extend(session.step(&step)?);
    }
    Ok(all)
}

/// How many comparisons failed.
pub fn compare(name: &str, path: &Path, lora: Option<&Lora>) -> Outcome<usize> {
    let open = |device| Model::open(path, &OpenOptions { device, ..OpenOptions::default() });
    let (cpu, gpu) = (open(Device::Cpu)?, open(Device::Cuda)?);
    let mut failed = 0;
    for (kind, lora) in [("base", None), ("adapted", lora)] {
        let (want, got) = (course(&cpu, lora)?, course(&gpu, lora)?);
        let far = want.iter().zip(&got).map(|(w, g)| distance(g, w)).fold(0.0, f64::max);
        // A NaN is not near.
        let good = far <= FAR && got.len() == want.len();
        failed += usize::from(!good);
        println!(
            "{:4} {name}: session, {kind}, worst of {} logits {far:.2e} (at most {FAR:.0e})",
            if good { "ok" } else { "BAD" },
            want.len()
        );
        let again = course(&gpu, lora)?;
        if again != got {
            failed += 1;
            println!("BAD  {name}: session, {kind}: other bits in a second run");
        }
    }
    Ok(failed)
}

/// Prefill and steps of `outputs` outputs with `samples` samples each.
pub fn time(path: &Path, rest: &[&str]) -> Result<(), Box<dyn Error>> {
    let number = |at: usize, or: usize| rest.get(at).map_or(Ok(or), |n| n.parse());
    let (outputs, samples) = (number(0, 8)?, number(1, 30)?);
    let model = Model::open(path, &OpenOptions { device: Device::Cuda, ..OpenOptions::default() })?;
    let mut session = Session::new(&model, None);
    let text = |from: usize, len: usize| -> Vec<u32> {
        (from..from + len).map(|i| (i as u32 * 37 + 11) % 40_000).collect()
    };
    session.prefix(None, &text(0, 700))?;
    let begun = Instant::now();
    let rubric = session.prefix(None, &text(0, 700))?;
    let rubric_ms = begun.elapsed().as_secs_f64() * 1e3;
    let begun = Instant::now();
    let mut open = Vec::new();
    for output in 0..outputs {
        let prefix = session.prefix(Some(&rubric), &text(1000 * (output + 1), 200))?;
        open.extend((0..samples).map(|_| session.start(&prefix)));
    }
    let outputs_ms = begun.elapsed().as_secs_f64() * 1e3;
    let mut times = Vec::new();
    for step in 0..40u32 {
        let tokens: Vec<u32> =
            (0..open.len() as u32).map(|i| (i * 31 + step * 7) % 40_000).collect();
        let inputs: Vec<_> = open
            .iter()
            .zip(&tokens)
            .map(|(id, token)| (*id, std::slice::from_ref(token)))
            .collect();
        let begun = Instant::now();
        session.advance(&inputs)?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let row = json!({
        "work": format!("session, {outputs} outputs x {samples}"),
        "ours": {"prefill_700_ms": rubric_ms, "prefill_outputs_ms": outputs_ms,
            "step_ms": {"median": times[times.len() / 2], "min": times[0], "max": times[times.len() - 1]},
            "cache_bytes": session.bytes()},
        "device": Device::Cuda.probe()?.name,
    });
    println!("{row}");
    Ok(())
}
