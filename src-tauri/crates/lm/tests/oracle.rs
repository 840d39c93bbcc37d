//! A slow, plain decoder on candle's autograd, against our hand-written
//! gradients; and the same decoder with candle's fused operations, which record
//! no graph and must therefore be found out.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::{D, DType, Device, IndexOp, Result, Tensor, Var};
use candle_nn::{ops, rotary_emb};
use safetensors::SafeTensors;
use shinsa_lm::{Batch, Lora, LoraConfig, Micro, Model, OpenOptions, Projection, Target, learner};

/// Which of candle's operations the oracle uses.
#[derive(Clone, Copy, PartialEq)]
enum Ops {
    Plain,
    FusedNorm,
    FusedRope,
}

/// The tiny Llama of the parity fixtures, whole sequences only.
struct Oracle<'a> {
    model: &'a Model,
    tensors: HashMap<String, Tensor>,
    pairs: HashMap<(usize, Projection), (Var, Var)>,
    scale: f64,
    ops: Ops,
}

impl Oracle<'_> {
    fn weight(&self, name: &str) -> &Tensor {
        &self.tensors[&format!("model.{name}.weight")]
    }

    /// The last norm is always plain: it would cut off everything at once.
    fn norm(&self, x: &Tensor, name: &str) -> Result<Tensor> {
        let (weight, eps) = (self.weight(name), self.model.spec.rms_eps);
        match self.ops {
            Ops::FusedNorm if name != "norm" => ops::rms_norm(&x.contiguous()?, weight, eps),
            _ => ops::rms_norm_slow(x, weight, eps),
        }
    }

    fn product(&self, x: &Tensor, layer: usize, p: Projection) -> Result<Tensor> {
        let w = self.weight(&format!("layers.{layer}.{}.{}", p.parent(), p.name()));
        let (a, b) = &self.pairs[&(layer, p)];
        let low = x.matmul(&a.as_tensor().t()?)?.matmul(&b.as_tensor().t()?)?;
        x.matmul(&w.t()?)? + (low * self.scale)?
    }

    /// `[rows, heads · d]` as `[1, heads, rows, d]`, rotated if asked for.
    fn heads(&self, x: &Tensor, heads: usize, rotate: bool) -> Result<Tensor> {
        let (rows, d) = (x.dim(0)?, self.model.spec.head_dim);
        let x = x.reshape((1, rows, heads, d))?.transpose(1, 2)?.contiguous()?;
        if !rotate {
            return Ok(x);
        }
        let theta = f64::from(self.model.spec.rope.theta);
        let angle = |p: usize, i: usize| p as f64 / theta.powf(2.0 * i as f64 / d as f64);
        let table = |f: fn(f64) -> f64| {
            let all = (0..rows).flat_map(|p| (0..d / 2).map(move |i| f(angle(p, i)) as f32));
            Tensor::from_iter(all, x.device())?.reshape((rows, d / 2))
        };
        let (cos, sin) = (table(f64::cos)?, table(f64::sin)?);
        match self.ops {
            Ops::FusedRope => rotary_emb::rope(&x, &cos, &sin),
            _ => rotary_emb::rope_slow(&x, &cos, &sin),
        }
    }

    fn attention(&self, x: &Tensor, layer: usize) -> Result<Tensor> {
        let spec = &self.model.spec;
        let rows = x.dim(0)?;
        let q = self.heads(&self.product(x, layer, Projection::Q)?, spec.heads, true)?;
        let k = self.heads(&self.product(x, layer, Projection::K)?, spec.kv_heads, true)?;
        let v = self.heads(&self.product(x, layer, Projection::V)?, spec.kv_heads, false)?;
        let group = spec.heads / spec.kv_heads;
        let shared = |t: &Tensor| {
            let wide = (1, spec.kv_heads, group, rows, spec.head_dim);
            t.unsqueeze(2)?.broadcast_as(wide)?.reshape((1, spec.heads, rows, spec.head_dim))
        };
        let hidden = (0..rows)
            .flat_map(|i| (0..rows).map(move |j| if j > i { f32::NEG_INFINITY } else { 0.0 }));
        let mask = Tensor::from_iter(hidden, x.device())?.reshape((rows, rows))?;
        let scores = (q.matmul(&shared(&k)?.t()?.contiguous()?)? / (spec.head_dim as f64).sqrt())?;
        let weights = ops::softmax(&scores.broadcast_add(&mask)?, D::Minus1)?;
        let context = weights.matmul(&shared(&v)?.contiguous()?)?;
        let context = context.transpose(1, 2)?.reshape((rows, spec.q_width()))?;
        self.product(&context, layer, Projection::O)
    }

    fn logits(&self, tokens: &[u32]) -> Result<Tensor> {
        let embedding = self.weight("embed_tokens");
        let mut x = embedding.index_select(&Tensor::new(tokens, embedding.device())?, 0)?;
        for layer in 0..self.model.spec.layers {
            let h = self.norm(&x, &format!("layers.{layer}.input_layernorm"))?;
            x = (x + self.attention(&h, layer)?)?;
            let h = self.norm(&x, &format!("layers.{layer}.post_attention_layernorm"))?;
            let gate = self.product(&h, layer, Projection::Gate)?;
            let gated = (gate.silu()? * self.product(&h, layer, Projection::Up)?)?;
            x = (x + self.product(&gated, layer, Projection::Down)?)?;
        }
        self.norm(&x, "norm")?.matmul(&embedding.t()?)
    }

    /// The mean loss, and candle's gradient in the layout of [`Lora::values`];
    /// a variable that the graph doesn't reach has none, which counts as zero.
    fn loss_and_grad(&self, batch: &Batch, lora: &Lora) -> Result<(f64, Vec<f32>)> {
        let mut sum: Option<Tensor> = None;
        for b in batch.bounds.windows(2) {
            let logits = self.logits(&batch.tokens[b[0]..b[1]])?;
            let logs = ops::log_softmax(&logits, D::Minus1)?;
            for t in batch.targets.iter().filter(|t| (b[0]..b[1]).contains(&(t.row as usize))) {
                let nll = logs.i((t.row as usize - b[0], t.token as usize))?.neg()?;
                sum = Some(match sum {
                    None => nll,
                    Some(sum) => (sum + nll)?,
                });
            }
        }
        let mean = (sum.unwrap() / batch.targets.len() as f64)?;
        let found = mean.backward()?;
        let mut grads = vec![0.0; lora.values.len()];
        for slot in &lora.slots {
            let (a, b) = &self.pairs[&(slot.layer, slot.projection)];
            for (var, range) in [(a, slot.a.clone()), (b, slot.b.clone())] {
                if let Some(grad) = found.get(var.as_tensor()) {
                    grads[range].copy_from_slice(&grad.flatten_all()?.to_vec1::<f32>()?);
                }
            }
        }
        Ok((f64::from(mean.to_scalar::<f32>()?), grads))
    }
}

fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..").join("..");
    root.join("tests").join("parity").join("fixtures").join("llama")
}

/// Every tensor of the model, as f32.
fn tensors() -> HashMap<String, Tensor> {
    let bytes = std::fs::read(folder().join("model.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let load = |name: &str| {
        let view = file.tensor(name).unwrap();
        let half = Tensor::from_raw_buffer(view.data(), DType::BF16, view.shape(), &Device::Cpu);
        half.unwrap().to_dtype(DType::F32).unwrap()
    };
    file.names().into_iter().map(|name| (name.to_owned(), load(name))).collect()
}

/// Ours and the oracle's loss and gradient; the adapter is away from zero.
#[allow(clippy::type_complexity)] // two pairs of a loss and its gradient
fn both(ops: Ops) -> (Lora, (f64, Vec<f32>), (f64, Vec<f32>)) {
    let model = Arc::new(Model::open(&folder(), &OpenOptions::default()).unwrap());
    let config = LoraConfig { r: 4, alpha: 10.0, ..LoraConfig::default() };
    let mut lora = Lora::init(&model.spec, &config).unwrap();
    for slot in lora.slots.clone() {
        for (i, at) in slot.b.enumerate() {
            lora.values[at] = ((i * 37 + slot.layer) % 29) as f32 / 145.0 - 0.1;
        }
    }
    let batch = Batch {
        tokens: (0..44).map(|i| (i * i * 3 + i * 7 + 1) % 128).collect(),
        bounds: vec![0, 27, 44],
        targets: (0..43)
            .filter(|row| row % 3 == 1 && *row != 26)
            .map(|row| Target { row, token: (row * 11 + 5) % 128 })
            .collect(),
    };
    let micro = Micro { scale: 1.0 / batch.targets.len() as f32, dropout: None, neftune: None };
    let mut learner = learner(&model, lora.clone()).unwrap();
    let sum = learner.accumulate(&batch, &micro).unwrap();
    let grads = learner.gradient();

    let var = |range: std::ops::Range<usize>, shape: (usize, usize)| {
        Var::from_slice(&lora.values[range], shape, &Device::Cpu).unwrap()
    };
    let r = config.r;
    let pairs = lora.slots.iter().map(|s| {
        let pair = (var(s.a.clone(), (r, s.in_features)), var(s.b.clone(), (s.out_features, r)));
        ((s.layer, s.projection), pair)
    });
    let oracle = Oracle {
        model: &model,
        tensors: tensors(),
        pairs: pairs.collect(),
        scale: f64::from(lora.scale()),
        ops,
    };
    let want = oracle.loss_and_grad(&batch, &lora).unwrap();
    (lora, (sum.mean().unwrap(), grads), want)
}

/// Slots whose gradient isn't the oracle's: relative distance above 1e-4.
fn apart(lora: &Lora, got: &[f32], want: &[f32]) -> Vec<String> {
    let mut wrong = Vec::new();
    for slot in &lora.slots {
        for (range, which) in [(slot.a.clone(), "A"), (slot.b.clone(), "B")] {
            let norm = |x: &mut dyn Iterator<Item = f32>| {
                x.map(|v| f64::from(v) * f64::from(v)).sum::<f64>().sqrt()
            };
            let (got, want) = (&got[range.clone()], &want[range]);
            let size = norm(&mut got.iter().copied());
            let far = norm(&mut got.iter().zip(want).map(|(a, b)| a - b));
            if size == 0.0 || far.is_nan() || far > 1e-4 * size {
                wrong.push(format!("{}.{}.{which}", slot.layer, slot.projection.name()));
            }
        }
    }
    wrong
}

#[test]
fn every_gradient_is_that_of_candles_autograd_on_plain_operations() {
    let (lora, (loss, grads), (want_loss, want)) = both(Ops::Plain);
    assert!((loss - want_loss).abs() < 1e-5, "{loss} for {want_loss}");
    assert_eq!(apart(&lora, &grads, &want), Vec::<String>::new());
}

#[test]
fn candles_fused_norm_cuts_the_graph_and_is_found_out() {
    let (lora, (loss, grads), (want_loss, want)) = both(Ops::FusedNorm);
    // The forward pass gives nothing away.
    assert!((loss - want_loss).abs() < 1e-5, "{loss} for {want_loss}");
    let wrong = apart(&lora, &grads, &want);
    // The residual stream still carries some gradient, so training would seem to work.
    for slot in ["0.q_proj.A", "0.down_proj.B", "1.o_proj.B"] {
        assert!(wrong.contains(&slot.to_owned()), "{slot} is missing in {wrong:?}");
    }
    assert!(!wrong.contains(&"1.down_proj.B".to_owned()), "{wrong:?}");
}

#[test]
fn candles_fused_rope_cuts_the_graph_and_is_found_out() {
    let (lora, (loss, grads), (want_loss, want)) = both(Ops::FusedRope);
    assert!((loss - want_loss).abs() < 1e-5, "{loss} for {want_loss}");
    let wrong = apart(&lora, &grads, &want);
    for side in ["A", "B"] {
        for layer in 0..2 {
            for name in ["q_proj", "k_proj"] {
                let slot = format!("{layer}.{name}.{side}");
                assert!(wrong.contains(&slot), "{slot} is missing in {wrong:?}");
            }
        }
    }
    // The last layer's MLP lies behind no rotation.
    assert!(!wrong.contains(&"1.down_proj.B".to_owned()), "{wrong:?}");
}
