//! The numeric mode *fast* on the shipped model: beside llama.cpp on the same
//! file, and beside *exact*.
//!
//! Inputs rounded to 8 bits make greedy decoding chaotic: the last bit of a sum
//! decides how a few inputs of the next product round, and thirty layers later
//! the whole noise is another. Nothing but the same instructions gives the same
//! tokens, so the yardstick is llama.cpp beside itself, with nothing changed but
//! its cache, which is rounded to half precision.
//!
//! Fixture: `tests/parity/make_llama_cpp_greedy_fixture.py`.

// The differences that were found are worth reading.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use shinsa_lm::{Model, Numeric, OpenOptions, Session};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..").join("..")
}

fn model(numeric: Numeric) -> Model {
    let default = root().join("target").join("models").join("smollm2-135m-instruct-q4_1.gguf");
    let path = std::env::var_os("SHINSA_MODEL").map_or(default, PathBuf::from);
    assert!(path.is_file(), "{} is missing: run `make model`", path.display());
    Model::open(&path, &OpenOptions { numeric, ..OpenOptions::default() }).unwrap()
}

fn cases() -> Vec<Value> {
    let path = root().join("tests").join("parity").join("fixtures").join("llama-cpp-greedy.json");
    let fixture: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    fixture["cases"].as_array().unwrap().clone()
}

fn ids(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|v| v.as_u64().unwrap() as u32).collect()
}

fn best(logits: &[f32]) -> u32 {
    (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap() as u32
}

/// KL(p ‖ q) of two rows of logits, in nats.
fn divergence(p: &[f32], q: &[f32]) -> f64 {
    let norm = |x: &[f32]| x.iter().map(|&v| f64::from(v).exp()).sum::<f64>().ln();
    let (np, nq) = (norm(p), norm(q));
    let term = |(&a, &b): (&f32, &f32)| {
        let (a, b) = (f64::from(a) - np, f64::from(b) - nq);
        a.exp() * (a - b)
    };
    p.iter().zip(q).map(term).sum()
}

#[test]
fn fast_is_no_further_from_llama_cpp_than_llama_cpp_is_from_itself() {
    let model = model(Numeric::Fast);
    let mut session = Session::new(&model, None);
    let cases = cases();
    assert_eq!(cases.len(), 50);
    // All prompts at once: a batch changes no sequence.
    let wanted: Vec<Vec<u32>> = cases.iter().map(|case| ids(&case["tokens"])).collect();
    let mut got = Vec::new();
    let mut open = Vec::new();
    for case in &cases {
        let prefix = session.prefix(None, &ids(&case["prompt"])).unwrap();
        got.push(vec![best(prefix.logits())]);
        open.push(session.start(&prefix));
    }
    let longest = wanted.iter().map(Vec::len).max().unwrap();
    assert_eq!(longest, 64);
    for step in 1..longest {
        let last: Vec<[u32; 1]> = got.iter().map(|tokens| [tokens[step - 1]]).collect();
        let inputs: Vec<_> = open.iter().zip(&last).map(|(id, t)| (*id, t.as_slice())).collect();
        let logits = session.step(&inputs).unwrap();
        got.iter_mut().zip(&logits).for_each(|(tokens, logits)| tokens.push(best(logits)));
    }
    let (ours, theirs) = (Differences::of(&cases, &got), {
        let other: Vec<Vec<u32>> = cases.iter().map(|case| ids(&case["half_cache"])).collect();
        Differences::of(&cases, &other)
    });
    println!("fast beside llama.cpp: {ours:?}");
    println!("llama.cpp with its cache in half precision beside itself: {theirs:?}");
    assert!(ours.same >= theirs.same);
    assert!(ours.gaps.0 <= theirs.gaps.0 && ours.gaps.1 <= theirs.gaps.1);
}

/// Where tokens leave llama.cpp's.
#[derive(Debug)]
struct Differences {
    /// Prompts with the same tokens throughout.
    same: usize,
    /// How far apart llama.cpp's top two lay where the others leave: median and most.
    gaps: (f64, f64),
}

impl Differences {
    fn of(cases: &[Value], got: &[Vec<u32>]) -> Self {
        let mut gaps: Vec<f64> = cases
            .iter()
            .zip(got)
            .filter_map(|(case, got)| {
                let at = got.iter().zip(ids(&case["tokens"])).position(|(a, b)| *a != b)?;
                case["gaps"][at].as_f64()
            })
            .collect();
        gaps.sort_by(f64::total_cmp);
        let at = |i: usize| gaps.get(i).copied().unwrap_or(0.0);
        let most = at(gaps.len().saturating_sub(1));
        Differences { same: cases.len() - gaps.len(), gaps: (at(gaps.len() / 2), most) }
    }
}

#[test]
fn fast_stays_close_to_exact() {
    let (fast, exact) = (model(Numeric::Fast), model(Numeric::Exact));
    let (mut a, mut b) = (Session::new(&fast, None), Session::new(&exact, None));
    let mut all = Vec::new();
    for case in cases().iter().take(20) {
        let prompt = ids(&case["prompt"]);
        let (fast, exact) = (a.prefix(None, &prompt).unwrap(), b.prefix(None, &prompt).unwrap());
        all.push(divergence(exact.logits(), fast.logits()));
    }
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    let most = all.iter().copied().fold(0.0, f64::max);
    println!("KL(exact ‖ fast): mean {mean:.5}, most {most:.5} nats");
    assert!(mean > 0.0 && mean < 0.01, "mean {mean}");
    assert!(most < 0.05, "most {most}");
}
