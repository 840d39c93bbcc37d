//! A decoder's weights, from either naming of their tensors.

use std::sync::Arc;

use crate::backend::Backend;
use crate::backend::cpu::Cpu;
use crate::error::LmError;
use crate::frozen::FrozenLinear;
use crate::lora::Projection;
use crate::model::Residency;
use crate::spec::{Arch, DecoderSpec};
use crate::weights::{DType, RawTensor, TensorSource};

/// One layer.
pub(crate) struct Layer<B: Backend> {
    pub attention_norm: B::Buffer,
    pub mlp_norm: B::Buffer,
    pub q_norm: Option<B::Buffer>,
    pub k_norm: Option<B::Buffer>,
    products: Vec<B::Linear>,
}

impl<B: Backend> Layer<B> {
    pub fn product(&self, projection: Projection) -> &B::Linear {
        &self.products[projection.index()]
    }
}

/// All frozen weights.
pub(crate) struct Weights<B: Backend> {
    pub embedding: B::Linear,
    pub layers: Vec<Layer<B>>,
    pub norm: B::Buffer,
    /// `None` when tied to the embedding.
    output: Option<B::Linear>,
}

impl<B: Backend> Weights<B> {
    /// The projection onto the vocabulary.
    pub fn output(&self) -> &B::Linear {
        self.output.as_ref().unwrap_or(&self.embedding)
    }
}

impl Weights<Cpu> {
    /// Bytes of all weights as they are kept.
    pub fn bytes(&self) -> u64 {
        let norms = |l: &Layer<Cpu>| {
            let heads = [&l.q_norm, &l.k_norm].into_iter().flatten().map(Vec::len).sum::<usize>();
            4 * (l.attention_norm.len() + l.mlp_norm.len() + heads) as u64
        };
        let layer =
            |l: &Layer<Cpu>| l.products.iter().map(FrozenLinear::bytes).sum::<u64>() + norms(l);
        let ends = self.embedding.bytes() + self.output.as_ref().map_or(0, FrozenLinear::bytes);
        self.layers.iter().map(layer).sum::<u64>() + ends + 4 * self.norm.len() as u64
    }
}

/// What becomes of a stored weight.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    F32,
    Stored,
    Integers,
}

impl From<Residency> for Keep {
    fn from(residency: Residency) -> Self {
        match residency {
            Residency::F32 => Self::F32,
            Residency::Stored => Self::Stored,
        }
    }
}

/// How tensors are called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    Gguf,
    HuggingFace,
}

impl Naming {
    pub fn embedding(self) -> &'static str {
        match self {
            Self::Gguf => "token_embd.weight",
            Self::HuggingFace => "model.embed_tokens.weight",
        }
    }

    pub fn norm(self) -> &'static str {
        match self {
            Self::Gguf => "output_norm.weight",
            Self::HuggingFace => "model.norm.weight",
        }
    }

    pub fn output(self) -> &'static str {
        match self {
            Self::Gguf => "output.weight",
            Self::HuggingFace => "lm_head.weight",
        }
    }

    pub fn product(self, layer: usize, p: Projection) -> String {
        match self {
            Self::Gguf => {
                let name = match p {
                    Projection::Q => "attn_q",
                    Projection::K => "attn_k",
                    Projection::V => "attn_v",
                    Projection::O => "attn_output",
                    Projection::Gate => "ffn_gate",
                    Projection::Up => "ffn_up",
                    Projection::Down => "ffn_down",
                };
                format!("blk.{layer}.{name}")
            }
            Self::HuggingFace => format!("model.layers.{layer}.{}.{}", p.parent(), p.name()),
        }
    }

    pub fn layer_norm(self, layer: usize, which: Norm) -> String {
        let (gguf, hf) = match which {
            Norm::Attention => ("attn_norm", "input_layernorm"),
            Norm::Mlp => ("ffn_norm", "post_attention_layernorm"),
            Norm::Q => ("attn_q_norm", "self_attn.q_norm"),
            Norm::K => ("attn_k_norm", "self_attn.k_norm"),
        };
        match self {
            Self::Gguf => format!("blk.{layer}.{gguf}.weight"),
            Self::HuggingFace => format!("model.layers.{layer}.{hf}.weight"),
        }
    }
}

/// The norms of a layer.
#[derive(Clone, Copy)]
pub(crate) enum Norm {
    Attention,
    Mlp,
    Q,
    K,
}

/// Reads all weights.
pub(crate) fn load<B: Backend>(
    backend: &B,
    spec: &DecoderSpec,
    source: &dyn TensorSource,
    naming: Naming,
    keep: impl Into<Keep>,
) -> Result<Weights<B>, LmError> {
    let r = Reader { source, keep: keep.into() };
    let linear = |name: &str, out: usize, inp: usize, order| {
        backend.linear(r.linear(name, out, inp, order)?)
    };
    let vector = |name: &str, len: usize| -> Result<B::Buffer, LmError> {
        Ok(backend.upload(&r.vector(name, len)?))
    };
    let embedding = linear(naming.embedding(), spec.vocab, spec.hidden, None)?;
    let output = match spec.tied_embeddings {
        true => None,
        false => Some(linear(naming.output(), spec.vocab, spec.hidden, None)?),
    };
    let mut layers = Vec::with_capacity(spec.layers);
    for layer in 0..spec.layers {
        let mut products = Vec::with_capacity(Projection::ALL.len());
        for p in Projection::ALL {
            let (inp, out) = p.shape(spec);
            let name = naming.product(layer, p);
            let order = (naming == Naming::Gguf).then(|| stored_order(spec, p)).flatten();
            let biased =
                spec.attention_bias && matches!(p, Projection::Q | Projection::K | Projection::V);
            let bias = if biased {
                let stored = r.vector(&format!("{name}.bias"), out)?;
                Some(match &order {
                    Some(order) => order.iter().map(|&o| stored[o as usize]).collect(),
                    None => stored,
                })
            } else {
                None
            };
            let weight = r.linear(&format!("{name}.weight"), out, inp, order)?.with_bias(bias);
            products.push(backend.linear(weight)?);
        }
        let norm = |which| vector(&naming.layer_norm(layer, which), spec.hidden);
        let head_norm = |which| {
            spec.qk_norm
                .then(|| vector(&naming.layer_norm(layer, which), spec.head_dim))
                .transpose()
        };
        layers.push(Layer {
            attention_norm: norm(Norm::Attention)?,
            mlp_norm: norm(Norm::Mlp)?,
            q_norm: head_norm(Norm::Q)?,
            k_norm: head_norm(Norm::K)?,
            products,
        });
    }
    Ok(Weights { embedding, layers, norm: vector(naming.norm(), spec.hidden)?, output })
}

/// llama.cpp's converter stores the rows of q and k of the Llama family with
/// the two halves of every head interleaved: row `h·d + j·d/2 + i` lies at
/// `h·d + 2i + j`.
pub(crate) fn stored_order(spec: &DecoderSpec, p: Projection) -> Option<Arc<[u32]>> {
    let heads = match p {
        Projection::Q => spec.heads,
        Projection::K => spec.kv_heads,
        _ => return None,
    };
    if spec.arch != Arch::Llama {
        return None;
    }
    let (d, half) = (spec.head_dim, spec.head_dim / 2);
    let place = |o: usize| {
        let (h, j, i) = (o / d, o % d / half, o % half);
        (h * d + 2 * i + j) as u32
    };
    Some((0..heads * d).map(place).collect())
}

struct Reader<'a> {
    source: &'a dyn TensorSource,
    keep: Keep,
}

impl Reader<'_> {
    fn raw(&self, name: &str, shape: &[usize]) -> Result<RawTensor, LmError> {
        let raw = self.source.tensor(name)?.ok_or_else(|| LmError::MissingTensor {
            path: self.source.path().to_owned(),
            tensor: name.to_owned(),
        })?;
        if raw.shape != shape {
            return Err(LmError::TensorShape {
                tensor: name.to_owned(),
                expected: format!("{shape:?}"),
                actual: format!("{:?}", raw.shape),
            });
        }
        Ok(raw)
    }

    fn vector(&self, name: &str, len: usize) -> Result<Vec<f32>, LmError> {
        let raw = self.raw(name, &[len])?;
        let mut values = vec![0.0; len];
        raw.dtype.read(raw.bytes.as_ref(), 0, &mut values);
        Ok(values)
    }

    fn linear(
        &self,
        name: &str,
        out: usize,
        inp: usize,
        order: Option<Arc<[u32]>>,
    ) -> Result<FrozenLinear, LmError> {
        let raw = self.raw(name, &[out, inp])?;
        // Plain f32 gains nothing from being read tile by tile.
        if self.keep == Keep::Stored && raw.dtype != DType::F32 {
            return Ok(FrozenLinear::stored(raw.dtype, raw.bytes, out, inp, order));
        }
        let (bytes, order) = (raw.bytes.as_ref(), order.as_deref());
        let integers = match self.keep {
            Keep::Integers => FrozenLinear::integers(raw.dtype, bytes, out, inp, order),
            Keep::F32 | Keep::Stored => None,
        };
        Ok(integers.unwrap_or_else(|| FrozenLinear::dequantised(raw.dtype, bytes, out, inp, order)))
    }
}
