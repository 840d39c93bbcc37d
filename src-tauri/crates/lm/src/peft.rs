//! PEFT adapters in and out (placeholder until the real one lands).

use std::path::Path;

use crate::error::LmError;
use crate::lora::Lora;
use crate::model::Model;

/// Writes `adapter_config.json` and `adapter_model.safetensors`.
///
/// # Errors
/// [`LmError::Write`].
pub fn save_peft(lora: &Lora, model: &Model, dir: &Path) -> Result<(), LmError> {
    let _ = (lora, model, dir);
    Ok(())
}

/// Reads an adapter for this base.
///
/// # Errors
/// [`LmError::Adapter`], [`LmError::AdapterBase`].
pub fn load_peft(dir: &Path, model: &Model) -> Result<Lora, LmError> {
    let _ = model;
    Err(LmError::Adapter { path: dir.to_owned(), reason: "not built yet".into() })
}
