//! Adapters in PEFT's format: `adapter_config.json` and
//! `adapter_model.safetensors`, out and in.
//!
//! Our config carries one object more, `shinsa`, with the hashes of the base
//! model that the adapter was trained on; PEFT ignores it (with a warning), and
//! an adapter from elsewhere comes without it.

mod config;
mod modules;
mod rows;
mod tensors;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::error::LmError;
use crate::lora::Lora;
use crate::model::{Model, ModelHash};
use crate::spec::DecoderSpec;

/// Name of the configuration in an adapter's folder.
pub const CONFIG_FILE: &str = "adapter_config.json";
/// Name of the weights in an adapter's folder.
pub const WEIGHTS_FILE: &str = "adapter_model.safetensors";

/// Largest configuration that is read; PEFT's own are about 1 KB.
const CONFIG_LIMIT: u64 = 1 << 20;
/// Largest weights: an adapter is far smaller than its base, anything above isn't one.
const WEIGHTS_LIMIT: u64 = 1 << 32;

/// The base model as an adapter records it.
#[derive(Debug, Clone, Copy)]
struct Base<'a> {
    spec: &'a DecoderSpec,
    name: &'a str,
    hash: &'a ModelHash,
}

impl<'a> From<&'a Model> for Base<'a> {
    fn from(model: &'a Model) -> Self {
        Base { spec: &model.spec, name: &model.name, hash: &model.hash }
    }
}

/// Writes `adapter_config.json` and `adapter_model.safetensors` into `dir`,
/// which is made if it isn't there. The bytes depend on the adapter and its base
/// alone. Rows of q and k are brought into Hugging Face's order.
///
/// # Errors
/// [`LmError::Write`].
pub fn save_peft(lora: &Lora, model: &Model, dir: &Path) -> Result<(), LmError> {
    let (config, weights) = files(lora, Base::from(model), dir)?;
    let failed = |error: shinsa_fsio::FsError| LmError::Write {
        path: error.path().to_owned(),
        reason: error.to_string(),
    };
    shinsa_fsio::create_dir_all(dir).map_err(failed)?;
    shinsa_fsio::atomic_write(&dir.join(WEIGHTS_FILE), &weights).map_err(failed)?;
    shinsa_fsio::atomic_write(&dir.join(CONFIG_FILE), &config).map_err(failed)
}

/// Reads an adapter for this base.
///
/// # Errors
/// [`LmError::Adapter`] for files that are missing, broken, of another shape or
/// that ask for what this engine doesn't do (DoRA, trained biases, …);
/// [`LmError::AdapterBase`] when it records another base model.
pub fn load_peft(dir: &Path, model: &Model) -> Result<Lora, LmError> {
    load(dir, Base::from(model))
}

/// What identifies an adapter: lower-case hex of BLAKE3 over the length and the
/// bytes of its configuration, then its weights.
///
/// # Errors
/// [`LmError::Io`] for a missing file.
pub fn adapter_hash(dir: &Path) -> Result<String, LmError> {
    let config = read(&dir.join(CONFIG_FILE), CONFIG_LIMIT)?;
    let weights = read(&dir.join(WEIGHTS_FILE), WEIGHTS_LIMIT)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(config.len() as u64).to_le_bytes());
    hasher.update(&config);
    hasher.update(&weights);
    Ok(hasher.finalize().to_hex().to_string())
}

fn files(lora: &Lora, base: Base<'_>, dir: &Path) -> Result<(Vec<u8>, Vec<u8>), LmError> {
    let broken = |reason: String| LmError::Adapter { path: dir.to_owned(), reason };
    let config = config::write(lora, base).map_err(broken)?;
    let weights = tensors::write(lora, base.spec).map_err(broken)?;
    Ok((config, weights))
}

fn load(dir: &Path, base: Base<'_>) -> Result<Lora, LmError> {
    let broken = |file: &str, reason: String| LmError::Adapter { path: dir.join(file), reason };
    let path = dir.join(CONFIG_FILE);
    let text = read(&path, CONFIG_LIMIT)?;
    let config = config::read(&text).map_err(|reason| broken(CONFIG_FILE, reason))?;
    if let Some(expected) = config.base_weights.clone().filter(|hash| *hash != base.hash.weights) {
        let actual = base.hash.weights.clone();
        return Err(LmError::AdapterBase { path: dir.to_owned(), expected, actual });
    }
    let bytes = read(&dir.join(WEIGHTS_FILE), WEIGHTS_LIMIT)?;
    tensors::read(&bytes, &config, base.spec).map_err(|reason| broken(WEIGHTS_FILE, reason))
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, LmError> {
    let failed = |source| LmError::Io { path: path.to_owned(), source };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > limit {
        let reason = format!("{size} bytes are too many for this file (at most {limit})");
        return Err(LmError::Adapter { path: path.to_owned(), reason });
    }
    std::fs::read(path).map_err(failed)
}
