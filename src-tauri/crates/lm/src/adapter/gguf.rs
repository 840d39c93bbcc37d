//! llama.cpp's adapter file: a GGUF whose tensors are called like those of the
//! base, with `.lora_a` and `.lora_b` behind.
//!
//! llama.cpp's factor is `alpha / rank`, so rsLoRA's goes into alpha. Files of the
//! Llama family hold the rows of q and k in an order of their own, and so do
//! their adapters (see `decoder::weights::stored_order`).

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};

use super::{MAX_RANK, Pair, assemble};
use crate::decoder::weights::{Naming, stored_order};
use crate::error::LmError;
use crate::lora::{Lora, LoraConfig, Projection};
use crate::model::{Model, ModelHash};
use crate::spec::DecoderSpec;
use crate::weights::TensorSource;
use crate::weights::gguf::GgufFile;

/// Hash of the base's weights, in an adapter of ours; llama.cpp ignores it.
const BASE_KEY: &str = "shinsa.base_weights";
const ALPHA_KEY: &str = "adapter.lora.alpha";

/// Writes a file that llama.cpp applies with `--lora`. Its bytes depend on the
/// adapter and its base alone.
///
/// # Errors
/// [`LmError::Write`], [`LmError::Files`].
pub fn save_gguf(lora: &Lora, model: &Model, path: &Path) -> Result<(), LmError> {
    let bytes = bytes(lora, &model.spec, &model.hash)
        .map_err(|e| LmError::Write { path: path.to_owned(), reason: e.to_string() })?;
    Ok(shinsa_fsio::atomic_write(path, &bytes)?)
}

pub(super) fn bytes(
    lora: &Lora,
    spec: &DecoderSpec,
    hash: &ModelHash,
) -> Result<Vec<u8>, candle_core::Error> {
    let r = lora.config.r;
    let alpha = if lora.config.rslora { lora.scale() * r as f32 } else { lora.config.alpha };
    let text = |text: &str| Value::String(text.to_owned());
    let metadata = [
        ("general.type", text("adapter")),
        ("general.architecture", text(spec.arch.name())),
        ("adapter.type", text("lora")),
        (ALPHA_KEY, Value::F32(alpha)),
        (BASE_KEY, text(&hash.weights)),
    ];
    let mut tensors = Vec::with_capacity(2 * lora.slots.len());
    for slot in &lora.slots {
        let b = &lora.values[slot.b.clone()];
        let stored = match stored_order(spec, slot.projection) {
            None => b.to_vec(),
            Some(order) => {
                let mut stored = vec![0.0; b.len()];
                for (row, to) in b.chunks_exact(r).zip(order.iter()) {
                    stored[*to as usize * r..][..r].copy_from_slice(row);
                }
                stored
            }
        };
        let a = lora.values[slot.a.clone()].to_vec();
        let name = format!("{}.weight", Naming::Gguf.product(slot.layer, slot.projection));
        tensors.push((format!("{name}.lora_a"), tensor(a, r, slot.in_features)?));
        tensors.push((format!("{name}.lora_b"), tensor(stored, slot.out_features, r)?));
    }
    let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(k, v)| (*k, v)).collect();
    let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(k, v)| (k.as_str(), v)).collect();
    let mut out = Cursor::new(Vec::new());
    gguf_file::write(&mut out, &metadata, &tensors)?;
    Ok(out.into_inner())
}

fn tensor(values: Vec<f32>, rows: usize, columns: usize) -> Result<QTensor, candle_core::Error> {
    QTensor::quantize(&Tensor::from_vec(values, (rows, columns), &Device::Cpu)?, GgmlDType::F32)
}

/// Reads such a file for this base.
///
/// # Errors
/// [`LmError::Adapter`] for a file that is no such adapter, or whose tensors don't
/// fit; [`LmError::AdapterBase`] when it is for another architecture or records
/// another base.
pub fn load_gguf(path: &Path, model: &Model) -> Result<Lora, LmError> {
    let file = GgufFile::open(path)?;
    read(&file, &model.spec, &model.hash)
}

pub(super) fn read(file: &GgufFile, spec: &DecoderSpec, hash: &ModelHash) -> Result<Lora, LmError> {
    let wrong = |reason: String| LmError::Adapter { path: file.path().to_owned(), reason };
    let text = |key: &str| {
        file.content().metadata.get(key).and_then(|v| v.to_string().ok()).map(String::as_str)
    };
    for (key, wanted) in [("general.type", "adapter"), ("adapter.type", "lora")] {
        if text(key) != Some(wanted) {
            return Err(wrong(format!("its {key} is {:?}, not {wanted:?}", text(key))));
        }
    }
    let other = |expected: &str, actual: &str| LmError::AdapterBase {
        path: file.path().to_owned(),
        expected: expected.to_owned(),
        actual: actual.to_owned(),
    };
    match text("general.architecture") {
        Some(arch) if arch == spec.arch.name() => {}
        arch => return Err(other(arch.unwrap_or("?"), spec.arch.name())),
    }
    if let Some(base) = text(BASE_KEY).filter(|base| *base != hash.weights) {
        return Err(other(base, &hash.weights));
    }
    if let Some(key) = file.content().metadata.keys().find(|key| key.contains("alora")) {
        return Err(wrong(format!("{key} isn't supported; save the adapter without it")));
    }
    let alpha = file.content().metadata.get(ALPHA_KEY).and_then(|v| v.to_f32().ok());
    let alpha = alpha.unwrap_or(0.0);
    if !alpha.is_finite() || alpha < 0.0 {
        return Err(wrong(format!("{ALPHA_KEY} is {alpha}")));
    }
    let pairs = pairs(file, spec, alpha, &wrong)?;
    let Some(first) = pairs.first() else { return Err(wrong("it has no tensors".into())) };
    let config = LoraConfig {
        r: first.r,
        alpha: if alpha == 0.0 { first.r as f32 } else { alpha },
        dropout: 0.0,
        rslora: false,
        seed: 0,
        ..LoraConfig::default()
    };
    assemble(spec, &config, &pairs)
}

fn pairs(
    file: &GgufFile,
    spec: &DecoderSpec,
    alpha: f32,
    wrong: &impl Fn(String) -> LmError,
) -> Result<Vec<Pair>, LmError> {
    let mut places = BTreeMap::new();
    for layer in 0..spec.layers {
        for p in Projection::ALL {
            places.insert(format!("{}.weight", Naming::Gguf.product(layer, p)), (layer, p));
        }
    }
    let mut names: Vec<&String> = file.content().tensor_infos.keys().collect();
    names.sort();
    for name in names {
        let base = name.strip_suffix(".lora_a").or_else(|| name.strip_suffix(".lora_b"));
        if base.is_none_or(|base| !places.contains_key(base)) {
            return Err(wrong(format!("the tensor {name} isn't one that this base has")));
        }
    }
    let mut pairs = Vec::new();
    for (name, (layer, projection)) in places {
        let (a, b) = (format!("{name}.lora_a"), format!("{name}.lora_b"));
        let (shape_a, shape_b) = match (shape(file, &a), shape(file, &b)) {
            (None, None) => continue,
            (None, _) => return Err(wrong(format!("the tensor {a} is missing"))),
            (_, None) => return Err(wrong(format!("the tensor {b} is missing"))),
            (Some(a), Some(b)) => (a, b),
        };
        let (inp, out) = projection.shape(spec);
        let r = shape_a.first().copied().unwrap_or(0);
        if shape_a != [r, inp] || shape_b != [out, r] || !(1..=MAX_RANK).contains(&r) {
            return Err(wrong(format!(
                "the tensors {a} and {b} have the shapes {shape_a:?} and {shape_b:?}, \
                 the base model needs [r, {inp}] and [{out}, r]"
            )));
        }
        let stored = values(file, &b, out, r, wrong)?;
        let rows = match stored_order(spec, projection) {
            None => stored,
            Some(order) => {
                order.iter().flat_map(|o| &stored[*o as usize * r..][..r]).copied().collect()
            }
        };
        // llama.cpp takes no alpha for a factor of one.
        let scale = if alpha == 0.0 { 1.0 } else { alpha / r as f32 };
        let a = values(file, &a, r, inp, wrong)?;
        pairs.push(Pair { layer, projection, r, scale, a, b: rows });
    }
    pairs.sort_by_key(|p| (p.layer, p.projection));
    Ok(pairs)
}

fn shape(file: &GgufFile, name: &str) -> Option<Vec<usize>> {
    file.content().tensor_infos.get(name).map(|t| t.shape.dims().to_vec())
}

fn values(
    file: &GgufFile,
    name: &str,
    rows: usize,
    columns: usize,
    wrong: &impl Fn(String) -> LmError,
) -> Result<Vec<f32>, LmError> {
    let raw = file.tensor(name)?.ok_or_else(|| wrong(format!("the tensor {name} is missing")))?;
    let mut values = vec![0.0; rows * columns];
    let bytes = raw.dtype.bytes(columns);
    for (row, to) in values.chunks_exact_mut(columns).enumerate() {
        raw.dtype.read(&raw.bytes.as_ref()[row * bytes..][..bytes], 0, to);
    }
    match values.iter().position(|v| !v.is_finite()) {
        Some(at) => Err(wrong(format!("the tensor {name} holds {} at {at}", values[at]))),
        None => Ok(values),
    }
}
