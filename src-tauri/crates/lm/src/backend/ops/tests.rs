//! Every operation against the CPU's own kernels, on shapes that divide by
//! nothing. A scenario is written once, for any backend, and run on both.

use std::sync::Arc;

use super::*;
use crate::backend::cpu::Cpu;
use crate::lora::Projection;
use crate::weights::{Bytes, DType};

/// What a scenario gave, by name.
type Results = Vec<(&'static str, Vec<f32>)>;

/// A backend whose numbers can be looked at.
trait Look: Backend {
    fn look(&self, slice: &Self::Slice) -> Vec<f32>;
}

impl Look for Cpu {
    fn look(&self, slice: &[f32]) -> Vec<f32> {
        slice.to_vec()
    }
}

impl Look for Ops {
    fn look(&self, slice: &Numbers) -> Vec<f32> {
        slice.all().unwrap().to_vec1().unwrap()
    }
}

macro_rules! agree {
    ($scenario:expr) => {{
        let (want, ops) = ($scenario(&Cpu), Ops::cpu());
        let got: Results = $scenario(&ops);
        ops.check().unwrap();
        assert_eq!(got.len(), want.len());
        for ((what, got), (_, want)) in got.iter().zip(&want) {
            near(what, got, want);
        }
    }};
}

/// Apart by at most 1e-4 of the largest.
fn near(what: &str, got: &[f32], want: &[f32]) {
    assert_eq!(got.len(), want.len(), "{what}");
    let largest = want.iter().fold(0.0f32, |l, v| l.max(v.abs()));
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        let apart = (got - want).abs();
        assert!(apart <= 1e-4 * largest, "{what}, number {i}: {got} for {want}");
    }
}

fn random(seed: u64, len: usize) -> Vec<f32> {
    (0..len).map(|i| 2.0 * rng::uniform(seed, 1, i as u64) - 1.0).collect()
}

/// A buffer that an operation is to fill, or to add to.
fn room<B: Backend>(b: &B, len: usize) -> B::Buffer {
    b.upload(&random(99, len))
}

#[test]
fn flat_numbers_and_the_optimiser() {
    fn scenario<B: Look>(b: &B) -> Results {
        let len = 1003;
        let (grads, zero) = (b.flat(&random(1, len)), vec![0.0; len]);
        let (mut values, mut m, mut v) = (b.flat(&random(2, len)), b.flat(&zero), b.flat(&zero));
        for (range, size) in [(0..517, 0.02), (517..len, 0.3), (0..517, 0.01)] {
            let how = Move {
                range,
                factor: 0.7,
                decay: 0.99,
                size,
                root: 0.8,
                betas: [0.9, 0.999],
                rest: [0.1, 0.001],
                epsilon: 1e-8,
            };
            let (values, grads, m, v) = (&mut values, &grads, &mut m, &mut v);
            b.adamw(Trained { values, grads, m, v }, &how);
        }
        let mut cleared = b.flat(&random(3, 7));
        b.clear_flat(&mut cleared);
        vec![
            ("values", b.read(&values)),
            ("m", b.read(&m)),
            ("v", b.read(&v)),
            ("squares", vec![b.square_sum(&grads) as f32]),
            ("cleared", b.read(&cleared)),
        ]
    }
    agree!(scenario);
}

#[test]
fn frozen_products_in_every_form() {
    fn scenario<B: Look>(b: &B) -> Results {
        let (rows, inputs, outputs) = (5, 96, 37);
        let mut blocks: Vec<u8> = (0..outputs * DType::Q8_0.bytes(inputs))
            .map(|i| (rng::uniform(4, 0, i as u64) * 256.0) as u8)
            .collect();
        // Scales are halves; this keeps them finite.
        blocks.chunks_exact_mut(DType::Q8_0.block_bytes()).for_each(|block| block[1] = 0x1c);
        let plain: Vec<u8> =
            random(5, outputs * inputs).iter().flat_map(|v| v.to_le_bytes()).collect();
        let order: Arc<[u32]> = (0..outputs as u32).rev().collect();
        let weights = [
            FrozenLinear::dequantised(DType::F32, &plain, outputs, inputs, None),
            FrozenLinear::stored(DType::Q8_0, Bytes::from(blocks), outputs, inputs, Some(order))
                .with_bias(Some(random(6, outputs))),
        ];
        let (x, dy) = (b.upload(&random(7, rows * inputs)), b.upload(&random(8, rows * outputs)));
        let mut results = Vec::new();
        for weight in weights {
            let w = b.linear(weight).unwrap();
            let mut y = room(b, rows * outputs);
            b.forward(&w, rows, &x, &mut y);
            let (mut dx, mut more) = (room(b, rows * inputs), room(b, rows * inputs));
            b.backward(&w, rows, &dy, &mut dx, false);
            b.backward(&w, rows, &dy, &mut more, true);
            let mut embedded = room(b, 4 * inputs);
            b.embed(&w, &b.ids(&[36, 0, 7, 7]), 4, &mut embedded);
            results.extend([
                ("y", b.look(&y)),
                ("dx", b.look(&dx)),
                ("dx added", b.look(&more)),
                ("embedded", b.look(&embedded)),
            ]);
        }
        results
    }
    agree!(scenario);
}

#[test]
fn masks_and_noise_are_the_same_numbers() {
    fn scenario<B: Look>(b: &B) -> Results {
        // Not a multiple of the four that share a word.
        let len = 3 * 1027;
        let x = b.upload(&random(9, len));
        let mask = Mask { p: 0.3, seed: 5, stream: 77 };
        let (mut to, mut more) = (room(b, len), room(b, len));
        b.drop(&mask, len, &x, &mut to, false);
        b.drop(&mask, len, &x, &mut more, true);
        let mut noisy = b.upload(&random(10, 11 * 13));
        for (rows, magnitude) in [(0..4, 0.5), (4..9, 0.1), (10..11, 0.2)] {
            let noise = Noise { magnitude, seed: 3, stream: 1 << 20 | 0xf_ffff };
            b.noise(&noise, 13, rows, &mut noisy);
        }
        vec![("dropped", b.look(&to)), ("added", b.look(&more)), ("noisy", b.look(&noisy))]
    }
    agree!(scenario);
}

#[test]
fn adapters_forward_and_backward() {
    fn scenario<B: Look>(b: &B) -> Results {
        let (rows, inputs, outputs, rank, scale) = (5, 21, 19, 3, 1.7);
        // The pair lies in the middle of the adapter.
        let at = 10;
        let slot = LoraSlot {
            layer: 0,
            projection: Projection::Q,
            a: at..at + rank * inputs,
            b: at + rank * inputs + 4..at + 4 + rank * (inputs + outputs),
            in_features: inputs,
            out_features: outputs,
        };
        let len = slot.b.end + 6;
        let values = b.flat(&random(11, len));
        let mut grads = b.flat(&random(12, len));
        let mut pairs = Vec::new();
        b.pairs(&values, std::slice::from_ref(&slot), rank, true, &mut pairs);
        let values = b.flat(&random(13, len));
        b.pairs(&values, std::slice::from_ref(&slot), rank, true, &mut pairs);
        let adapted = Adapted { pair: &pairs[0], scale };
        let padded = b.padded_rank(rank);
        let narrow = |u: &B::Slice| -> Vec<f32> {
            b.look(u).chunks(padded).flat_map(|row| row[..rank].to_vec()).collect()
        };
        let x = b.upload(&random(14, rows * inputs));
        let dy = b.upload(&random(15, rows * outputs));
        let (mut u, mut du) = (b.zeros(rows * padded), b.zeros(rows * padded));
        b.lora_forward(&adapted, 0..rows, &x, &mut u, None);
        let alone = narrow(&u);
        let mut y = room(b, rows * outputs);
        b.lora_forward(&adapted, 0..rows, &x, &mut u, Some(&mut y));
        // The last rows alone: as many as are needed go through another adapter.
        let (mut some_u, mut some) = (b.zeros(rows * padded), room(b, rows * outputs));
        b.lora_forward(&adapted, 1..rows, &x, &mut some_u, Some(&mut some));
        let inputs_of = LoraInputs { x: &*x, u: &*u, dy: &*dy };
        b.lora_backward(&adapted, &slot, rows, &inputs_of, &mut grads, &mut du);
        let (mut dx, mut more) = (room(b, rows * inputs), room(b, rows * inputs));
        b.lora_dx(&adapted, rows, &du, &mut dx, false);
        b.lora_dx(&adapted, rows, &du, &mut more, true);
        vec![
            ("u alone", alone),
            ("u", narrow(&u)),
            ("y", b.look(&y)),
            ("y of some rows", b.look(&some)),
            ("du", narrow(&du)),
            ("grads", b.read(&grads)),
            ("dx", b.look(&dx)),
            ("dx added", b.look(&more)),
        ]
    }
    agree!(scenario);
}

#[test]
fn norms_and_gates() {
    fn scenario<B: Look>(b: &B) -> Results {
        let (rows, width, eps) = (7, 33, 1e-5);
        let len = rows * width;
        let [x, dy] = [16, 17].map(|seed| b.upload(&random(seed, len)));
        let w = b.upload(&random(18, width));
        let (mut y, mut dx, mut more) = (room(b, len), room(b, len), room(b, len));
        b.rms_norm(width, rows, eps, &x, &w, &mut y);
        b.rms_norm_backward(width, rows, eps, &x, &w, &dy, &mut dx, false);
        b.rms_norm_backward(width, rows, eps, &x, &w, &dy, &mut more, true);
        // Gates far out: the exponential of 90 is no f32.
        let far: Vec<f32> = random(19, len).iter().map(|v| 90.0 * v).collect();
        let (mut gate, mut up) = (b.upload(&far), b.upload(&random(20, len)));
        let (mut act, mut sum) = (room(b, len), room(b, len));
        b.swiglu(len, &gate, &up, &mut act);
        b.swiglu_backward(len, &mut gate, &mut up, &dy);
        b.add(len, &x, &dy, &mut sum);
        vec![
            ("y", b.look(&y)),
            ("dx", b.look(&dx)),
            ("dx added", b.look(&more)),
            ("act", b.look(&act)),
            ("d gate", b.look(&gate)),
            ("d up", b.look(&up)),
            ("sum", b.look(&sum)),
        ]
    }
    agree!(scenario);
}

#[test]
fn rotations_in_both_layouts_and_directions() {
    fn scenario<B: Look>(b: &B) -> Results {
        let (heads, half, rows) = (3, 8, 5);
        let mut results = Vec::new();
        for interleaved in [false, true] {
            let angle = |i: usize| ((i / half) as f32 * 0.37f32.powi((i % half) as i32)).sin_cos();
            let turns =
                (0..10 * half).map(angle).map(|(sin, cos)| (1.2 * cos, 1.2 * sin)).collect();
            let turns = b.turns(&RopeTable { half, interleaved, turns });
            let positions = b.ids(&[0, 5, 9, 9, 1]);
            let mut x = b.upload(&random(21, rows * heads * 2 * half));
            b.rope(&turns, heads, rows, &positions, &mut x, false);
            let forward = b.look(&x);
            b.rope(&turns, heads, rows, &positions, &mut x, true);
            results.extend([("turned", forward), ("and back", b.look(&x))]);
        }
        results
    }
    agree!(scenario);
}

#[test]
fn attention_of_packed_sequences_and_its_gradient() {
    fn scenario<B: Look>(b: &B) -> Results {
        let mut results = Vec::new();
        let mut sequences = b.sequences();
        // Sequences of one row, one block to the row, one more, several blocks.
        for (heads, bounds) in [
            (Heads { q: 6, kv: 2, dim: 16 }, vec![0, 1, 130, 147, 448]),
            (Heads { q: 4, kv: 4, dim: 32 }, vec![0, 128]),
            (Heads { q: 3, kv: 1, dim: 48 }, vec![0, 23, 46]),
        ] {
            let rows = bounds[bounds.len() - 1];
            let (wide, narrow) = (rows * heads.q_width(), rows * heads.kv_width());
            let [q, d_out] = [22, 23].map(|seed| b.upload(&random(seed, wide)));
            let [k, v] = [24, 25].map(|seed| b.upload(&random(seed, narrow)));
            let (mut out, mut kept) = (room(b, wide), b.kept());
            b.arrange(&heads, &bounds, &mut sequences);
            let inputs = Attention { q: &*q, k: &*k, v: &*v };
            b.attend(&heads, &mut sequences, &inputs, &mut out, &mut kept);
            let (mut dq, mut dk, mut dv) = (room(b, wide), room(b, narrow), room(b, narrow));
            let attended = Attended { out: &*out, kept: &kept, d_out: &*d_out };
            let grads = AttentionGrads { dq: &mut *dq, dk: &mut *dk, dv: &mut *dv };
            b.attend_backward(&heads, &mut sequences, &inputs, &attended, grads);
            results.extend([
                ("out", b.look(&out)),
                ("dq", b.look(&dq)),
                ("dk", b.look(&dk)),
                ("dv", b.look(&dv)),
            ]);
        }
        results
    }
    agree!(scenario);
}

#[test]
fn rows_are_gathered_scattered_and_cleared() {
    fn scenario<B: Look>(b: &B) -> Results {
        let width = 7;
        let ids = b.ids(&[8, 0, 3, 5]);
        let (x, mut some) = (b.upload(&random(26, 9 * width)), room(b, 3 * width));
        b.gather(width, &ids, 1..4, &x, &mut some);
        let mut all = b.upload(&random(27, 9 * width));
        b.scatter(width, &ids, 1..4, &some, &mut all);
        let mut cleared = b.upload(&random(28, 5));
        b.clear(5, &mut cleared);
        b.grow(&mut cleared, 4);
        vec![
            ("gathered", b.look(&some)),
            ("scattered", b.look(&all)),
            ("cleared", b.look(&cleared)),
            ("zeros", b.look(&b.zeros(6))),
        ]
    }
    agree!(scenario);
}

#[test]
fn losses_their_gradient_and_divergences() {
    fn scenario<B: Look>(b: &B) -> Results {
        let (vocab, rows) = (131, 3);
        let wide =
            |seed| -> Vec<f32> { random(seed, rows * vocab).iter().map(|v| 20.0 * v).collect() };
        let targets = b.ids(&[9, 0, 130, 5]);
        let (mut sum, mut apart) = (b.sum(), b.sum());
        let mut logits = b.upload(&wide(29));
        b.cross_entropy(vocab, &targets, 1..4, &mut logits, Some(0.25), &mut sum);
        b.cross_entropy(vocab, &targets, 0..2, &mut b.upload(&wide(30)), None, &mut sum);
        let (base, adapted) = (b.upload(&wide(31)), b.upload(&wide(32)));
        b.divergence(vocab, rows, &base, &adapted, &mut apart);
        b.divergence(vocab, rows, &base, &base, &mut apart);
        vec![
            ("gradient", b.look(&logits)),
            ("loss", vec![b.total(&sum) as f32]),
            ("divergence", vec![b.total(&apart) as f32]),
        ]
    }
    agree!(scenario);
}

#[test]
fn the_first_failure_is_kept_and_nothing_runs_after_it() {
    let ops = Ops::cpu();
    let (x, mut sum) = (ops.upload(&[1.0, 2.0]), ops.zeros(2));
    ops.add(3, &x, &x, &mut sum);
    let told = ops.check().unwrap_err().to_string();
    ops.add(2, &x, &ops.zeros(0), &mut sum);
    assert!(sum.all().is_err());
    assert_eq!(ops.check().unwrap_err().to_string(), told);
    assert!(told.contains("narrow"), "{told}");
    assert_eq!(ops.read(&ops.flat(&[1.0, 2.0])), [0.0, 0.0]);
}
