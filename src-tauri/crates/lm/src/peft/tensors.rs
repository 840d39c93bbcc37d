//! `adapter_model.safetensors`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, SafeTensors, View};

use super::config::AdapterConfig;
use super::modules::module;
use super::rows::{Direction, reordered};
use crate::adapter::{Pair, assemble};
use crate::lora::{Lora, LoraSlot, Projection};
use crate::spec::DecoderSpec;

const PREFIX: &str = "base_model.model.model.layers.";

/// Which of the pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    A,
    B,
}

struct Matrix {
    shape: [usize; 2],
    bytes: Vec<u8>,
}

impl View for Matrix {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }
    fn shape(&self) -> &[usize] {
        &self.shape
    }
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }
    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

fn name(slot: &LoraSlot, side: Side) -> String {
    let (parent, module) = (slot.projection.parent(), slot.projection.name());
    let side = if side == Side::A { "A" } else { "B" };
    format!("{PREFIX}{}.{parent}.{module}.lora_{side}.weight", slot.layer)
}

fn little_endian(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// The file's bytes, tensors in f32.
pub(super) fn write(lora: &Lora, spec: &DecoderSpec) -> Result<Vec<u8>, String> {
    let r = lora.config.r;
    let mut tensors = Vec::with_capacity(2 * lora.slots.len());
    for slot in &lora.slots {
        let b = reordered(&lora.values[slot.b.clone()], slot.projection, r, spec, Direction::Out);
        let a = little_endian(&lora.values[slot.a.clone()]);
        tensors.push((name(slot, Side::A), Matrix { shape: [r, slot.in_features], bytes: a }));
        let bytes = little_endian(&b);
        tensors.push((name(slot, Side::B), Matrix { shape: [slot.out_features, r], bytes }));
    }
    // One entry only: a map of several would be written in a random order.
    let metadata = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    safetensors::serialize(tensors, Some(metadata)).map_err(|error| error.to_string())
}

/// Layer, projection and side of a tensor's name.
fn parse(name: &str) -> Option<(usize, Projection, Side)> {
    let rest = name.strip_prefix(PREFIX)?;
    let mut parts = rest.split('.');
    let layer = parts.next()?.parse().ok()?;
    let parent = parts.next()?;
    let projection = Projection::from_name(parts.next()?).filter(|p| p.parent() == parent)?;
    let side = match parts.next()? {
        "lora_A" => Side::A,
        "lora_B" => Side::B,
        _ => return None,
    };
    match (parts.next()?, parts.next(), parts.next()) {
        // The second form is a state dict saved without PEFT's own writer.
        ("weight", None, None) | ("default", Some("weight"), None) => {
            Some((layer, projection, side))
        }
        _ => None,
    }
}

/// The adapter in a file's bytes; the error names the first tensor that is wrong.
///
/// A module that the settings leave out keeps zeros.
pub(super) fn read(
    bytes: &[u8],
    config: &AdapterConfig,
    spec: &DecoderSpec,
) -> Result<Lora, String> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let found = find(&file, spec)?;
    let wants = |module: &str, given| config.targets.wants(module, given);
    if let Some((_, name)) = found.iter().find(|((l, p, _), _)| !wants(&module(*l, *p), true)) {
        return Err(format!("the tensor {name} isn't among the target modules"));
    }
    let mut wanted = Vec::new();
    for layer in 0..spec.layers {
        for projection in Projection::ALL {
            let module = module(layer, projection);
            let pair = [Side::A, Side::B].map(|side| found.get(&(layer, projection, side)));
            if !wants(&module, pair != [None, None]) {
                continue;
            }
            let [Some(a), Some(b)] = pair else {
                let side = if pair[0].is_none() { "A" } else { "B" };
                return Err(format!(
                    "the tensor {}.lora_{side}.weight is missing",
                    module.replacen("model.layers.", PREFIX, 1)
                ));
            };
            wanted.push((layer, projection, module, a, b));
        }
    }
    let mut pairs = Vec::with_capacity(wanted.len());
    for (layer, projection, module, a, b) in wanted {
        let (inp, out) = projection.shape(spec);
        let (r, scale) = (config.rank(&module)?, config.scale(&module)?);
        let a = matrix(&file, a, [r, inp])?;
        let rows = matrix(&file, b, [out, r])?;
        let b = reordered(&rows, projection, r, spec, Direction::In).into_owned();
        pairs.push(Pair { layer, projection, r, scale, a, b });
    }
    assemble(spec, &config.lora, &pairs).map_err(|error| error.to_string())
}

/// Names of the tensors by what they are.
type Found<'a> = BTreeMap<(usize, Projection, Side), &'a str>;

fn find<'a>(file: &'a SafeTensors<'_>, spec: &DecoderSpec) -> Result<Found<'a>, String> {
    let mut names: Vec<&str> = file.names();
    names.sort_unstable();
    let mut found = Found::new();
    for name in names {
        let (layer, projection, side) =
            parse(name).ok_or_else(|| format!("the tensor {name} isn't one this engine knows"))?;
        if layer >= spec.layers {
            return Err(format!(
                "the tensor {name} is for a layer that the base model, with {} layers, lacks",
                spec.layers
            ));
        }
        if let Some(twice) = found.insert((layer, projection, side), name) {
            return Err(format!("the tensors {twice} and {name} are the same matrix"));
        }
    }
    Ok(found)
}

fn matrix(file: &SafeTensors<'_>, name: &str, shape: [usize; 2]) -> Result<Vec<f32>, String> {
    let tensor = file.tensor(name).map_err(|error| error.to_string())?;
    if tensor.shape() != shape {
        return Err(format!(
            "the tensor {name} has the shape {:?}, the base model needs {shape:?}",
            tensor.shape()
        ));
    }
    let values = floats(tensor.dtype(), tensor.data()).ok_or_else(|| {
        format!("the tensor {name} is stored as {:?}; save it as F32, F16 or BF16", tensor.dtype())
    })?;
    match values.iter().position(|value| !value.is_finite()) {
        Some(at) => Err(format!("the tensor {name} holds {} at {at}", values[at])),
        None => Ok(values),
    }
}

fn floats(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    let (words, rest) = bytes.as_chunks::<2>();
    match dtype {
        Dtype::F32 => {
            let (words, rest) = bytes.as_chunks::<4>();
            rest.is_empty().then(|| words.iter().map(|word| f32::from_le_bytes(*word)).collect())
        }
        Dtype::F16 if rest.is_empty() => {
            Some(words.iter().map(|word| half::f16::from_le_bytes(*word).to_f32()).collect())
        }
        Dtype::BF16 if rest.is_empty() => {
            Some(words.iter().map(|word| half::bf16::from_le_bytes(*word).to_f32()).collect())
        }
        _ => None,
    }
}
