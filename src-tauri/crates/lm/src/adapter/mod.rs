//! Adapters beyond one run: several added into one, and llama.cpp's file format.
//! (PEFT's format is in [`crate::peft`].)

mod gguf;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::error::LmError;
use crate::lora::{Lora, LoraConfig, Projection};
use crate::model::Model;
use crate::peft;
use crate::spec::DecoderSpec;
use crate::weights::TensorSource;

pub use gguf::{load_gguf, save_gguf};

/// Largest rank that an adapter may have.
pub const MAX_RANK: usize = 4096;

/// Reads an adapter for this base: a PEFT folder, or a `*.gguf` file as
/// llama.cpp applies it.
///
/// # Errors
/// As [`peft::load_peft`] and [`load_gguf`].
pub fn load(path: &Path, model: &Model) -> Result<Lora, LmError> {
    if is_gguf(path) { load_gguf(path, model) } else { peft::load_peft(path, model) }
}

/// Writes an adapter: a `*.gguf` file by that name, a PEFT folder by any other.
///
/// # Errors
/// [`LmError::Write`].
pub fn save(lora: &Lora, model: &Model, path: &Path) -> Result<(), LmError> {
    if is_gguf(path) { save_gguf(lora, model, path) } else { peft::save_peft(lora, model, path) }
}

/// What identifies an adapter, of either format: lower-case hex of BLAKE3.
///
/// # Errors
/// [`LmError::Io`] for a missing file.
pub fn hash(path: &Path) -> Result<String, LmError> {
    if is_gguf(path) {
        return Ok(crate::weights::gguf::GgufFile::open(path)?.hash());
    }
    peft::adapter_hash(path)
}

/// Whether a path names a GGUF file.
#[must_use]
pub fn is_gguf(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gguf"))
}

/// One adapter that does what all of these do together, each times its weight.
///
/// Ranks are laid side by side, `A = [A₁; A₂; …]` and `B = [w₁s₁B₁, w₂s₂B₂, …]`
/// with the scale 1: exactly the weighted sum of the products, not of the factors
/// (which would add what no adapter learned). One adapter with weight 1 comes
/// back as it is.
///
/// # Errors
/// [`LmError::LoraConfig`] for none at all, a weight that isn't a number, ranks
/// that add up to more than [`MAX_RANK`], or an adapter of another decoder.
pub fn combine(spec: &DecoderSpec, parts: &[(Lora, f32)]) -> Result<Lora, LmError> {
    let wrong = |reason: String| LmError::LoraConfig { reason };
    if parts.is_empty() {
        return Err(wrong("no adapter is named".to_owned()));
    }
    if let [(only, weight)] = parts
        && *weight == 1.0
    {
        return Ok(only.clone());
    }
    if let Some((_, weight)) = parts.iter().find(|(_, weight)| !weight.is_finite()) {
        return Err(wrong(format!("{weight} is no weight for an adapter")));
    }
    let r: usize = parts.iter().map(|(lora, _)| lora.config.r).sum();
    if r > MAX_RANK {
        return Err(wrong(format!(
            "their ranks add up to {r}, more than {MAX_RANK}; combine fewer adapters"
        )));
    }
    let used = |p: &Projection| parts.iter().any(|(lora, _)| lora.config.targets.contains(p));
    let config = LoraConfig {
        r,
        alpha: r as f32,
        dropout: 0.0,
        targets: Projection::ALL.into_iter().filter(used).collect(),
        rslora: false,
        seed: 0,
    };
    let mut sum = Lora::zeros(spec, &config)?;
    let mut first = 0;
    for (lora, weight) in parts {
        let (own, factor) = (lora.config.r, weight * lora.scale());
        for slot in &lora.slots {
            let place = sum.slot(slot.layer, slot.projection).cloned();
            let place = place
                .filter(|p| {
                    (p.in_features, p.out_features) == (slot.in_features, slot.out_features)
                })
                .ok_or_else(|| wrong("it belongs to another base".to_owned()))?;
            let at = place.a.start + first * slot.in_features;
            let a = &lora.values[slot.a.clone()];
            sum.values[at..at + a.len()].copy_from_slice(a);
            let rows = sum.values[place.b].chunks_exact_mut(r);
            for (to, from) in rows.zip(lora.values[slot.b.clone()].chunks_exact(own)) {
                to[first..first + own].iter_mut().zip(from).for_each(|(to, b)| *to = b * factor);
            }
        }
        first += own;
    }
    Ok(sum)
}

/// One module's pair as a file holds it.
pub(crate) struct Pair {
    pub layer: usize,
    pub projection: Projection,
    pub r: usize,
    /// Factor of the product.
    pub scale: f32,
    /// `[r, in_features]`.
    pub a: Vec<f32>,
    /// `[out_features, r]`, rows in this engine's order.
    pub b: Vec<f32>,
}

/// An adapter of these pairs, whose shapes were checked. Where all have the rank
/// and scale of `config` it is kept; else all are brought to one rank (by zeros)
/// and the scale 1 (folded into `B`), which changes nothing of what they do.
pub(crate) fn assemble(
    spec: &DecoderSpec,
    config: &LoraConfig,
    pairs: &[Pair],
) -> Result<Lora, LmError> {
    let targets =
        Projection::ALL.into_iter().filter(|p| pairs.iter().any(|t| t.projection == *p)).collect();
    let mut config = LoraConfig { targets, ..config.clone() };
    let uniform = pairs.iter().all(|p| p.r == config.r && p.scale == config.scale());
    if !uniform {
        let r = pairs.iter().map(|p| p.r).max().unwrap_or(1);
        config = LoraConfig { r, alpha: r as f32, rslora: false, ..config };
    }
    let mut lora = Lora::zeros(spec, &config)?;
    for pair in pairs {
        let Some(slot) = lora.slot(pair.layer, pair.projection).cloned() else { continue };
        lora.values[slot.a.clone()][..pair.a.len()].copy_from_slice(&pair.a);
        let rows = lora.values[slot.b].chunks_exact_mut(config.r);
        for (to, from) in rows.zip(pair.b.chunks_exact(pair.r)) {
            to.iter_mut().zip(from).for_each(|(to, b)| {
                *to = if uniform { *b } else { b * pair.scale };
            });
        }
    }
    Ok(lora)
}
