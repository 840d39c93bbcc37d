//! `adapter_model.safetensors`.

use std::borrow::Cow;
use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, View};

use super::rows::{Direction, reordered};
use crate::lora::{Lora, LoraConfig, LoraSlot, Projection};
use crate::spec::DecoderSpec;

const PREFIX: &str = "base_model.model.model.layers.";

/// Which of the pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        let b = reordered(&lora.values[slot.b.clone()], slot, r, spec, Direction::Out);
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
pub(super) fn read(bytes: &[u8], config: &LoraConfig, spec: &DecoderSpec) -> Result<Lora, String> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let mut names: Vec<&str> = file.names();
    names.sort_unstable();
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let (layer, projection, side) =
            parse(name).ok_or_else(|| format!("the tensor {name} isn't one this engine knows"))?;
        if layer >= spec.layers {
            return Err(format!(
                "the tensor {name} is for a layer that the base model, with {} layers, lacks",
                spec.layers
            ));
        }
        found.push((name, layer, projection, side));
    }
    // Where PEFT chose modules by a pattern, the tensors say which.
    let targets: Vec<Projection> = config
        .targets
        .iter()
        .filter(|target| found.iter().any(|(_, _, projection, _)| projection == *target))
        .copied()
        .collect();
    if let Some((name, ..)) =
        found.iter().find(|(_, _, projection, _)| !targets.contains(projection))
    {
        return Err(format!("the tensor {name} isn't among the target modules"));
    }
    let config = LoraConfig { targets, ..config.clone() };
    let mut lora = Lora::zeros(spec, &config).map_err(|error| error.to_string())?;
    let mut filled = 0;
    for (name, layer, projection, side) in found {
        let slot = lora
            .slot(layer, projection)
            .cloned()
            .ok_or_else(|| format!("the tensor {name} has no place"))?;
        let (range, shape) = match side {
            Side::A => (slot.a.clone(), [config.r, slot.in_features]),
            Side::B => (slot.b.clone(), [slot.out_features, config.r]),
        };
        let tensor = file.tensor(name).map_err(|error| error.to_string())?;
        if tensor.shape() != shape {
            return Err(format!(
                "the tensor {name} has the shape {:?}, the base model needs {shape:?}",
                tensor.shape()
            ));
        }
        let values = floats(tensor.dtype(), tensor.data()).ok_or_else(|| {
            format!(
                "the tensor {name} is stored as {:?}; save it as F32, F16 or BF16",
                tensor.dtype()
            )
        })?;
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            return Err(format!("the tensor {name} holds {} at {at}", values[at]));
        }
        let values = match side {
            Side::A => Cow::Borrowed(values.as_slice()),
            Side::B => reordered(&values, &slot, config.r, spec, Direction::In),
        };
        lora.values[range].copy_from_slice(&values);
        filled += 1;
    }
    if filled != 2 * lora.slots.len() {
        let missing =
            lora.slots.iter().flat_map(|slot| [name(slot, Side::A), name(slot, Side::B)]).find(
                |name| {
                    file.tensor(name).is_err()
                        && file.tensor(&name.replace(".weight", ".default.weight")).is_err()
                },
            );
        return Err(format!("the tensor {} is missing", missing.unwrap_or_default()));
    }
    Ok(lora)
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
