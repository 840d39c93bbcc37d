//! Merged weights as one `model.safetensors`, written tensor by tensor: the
//! header first, since all sizes are known.

use std::io::Write;
use std::path::Path;

use half::bf16;
use serde_json::{Map, Value, json};
use shinsa_fsio::AtomicFile;

use super::sum::Sum;
use super::{Float, MergeStep, OnStep, Phase};
use crate::error::LmError;

impl Float {
    fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::Bf16 => 2,
        }
    }

    /// As safetensors spells it.
    fn name(self) -> &'static str {
        match self {
            Self::F32 => "F32",
            Self::Bf16 => "BF16",
        }
    }
}

/// Writes the file.
pub(super) fn write(
    sum: &Sum<'_>,
    float: Float,
    path: &Path,
    on: OnStep<'_>,
) -> Result<(), LmError> {
    let failed =
        |e: std::io::Error| LmError::Write { path: path.to_owned(), reason: e.to_string() };
    let mut header = Map::new();
    header.insert("__metadata__".to_owned(), json!({ "format": "pt" }));
    let mut end = 0;
    for item in &sum.items {
        let start = end;
        end += item.shape.iter().product::<usize>() * float.bytes();
        header.insert(
            item.name.clone(),
            json!({ "dtype": float.name(), "shape": item.shape, "data_offsets": [start, end] }),
        );
    }
    let mut header = Value::Object(header).to_string().into_bytes();
    // The data begin at a multiple of eight; the format pads with spaces.
    header.resize(header.len().next_multiple_of(8), b' ');
    room(path, (8 + header.len() + end) as u64)?;
    let mut file = AtomicFile::create(path)?;
    file.write_all(&(header.len() as u64).to_le_bytes()).map_err(failed)?;
    file.write_all(&header).map_err(failed)?;
    for (i, item) in sum.items.iter().enumerate() {
        if !on(MergeStep { phase: Phase::Write, done: i, total: sum.items.len() }) {
            return Err(LmError::Stopped);
        }
        let values = sum.values(item)?;
        let bytes: Vec<u8> = match float {
            Float::F32 => values.iter().flat_map(|v| v.to_le_bytes()).collect(),
            Float::Bf16 => values.iter().flat_map(|v| bf16::from_f32(*v).to_le_bytes()).collect(),
        };
        file.write_all(&bytes).map_err(failed)?;
    }
    Ok(file.commit()?)
}

/// Refuses before the first byte what the disk can't hold.
pub(super) fn room(path: &Path, needed: u64) -> Result<(), LmError> {
    let free = shinsa_fsio::free_space(path)?;
    if free > needed {
        return Ok(());
    }
    let reason = format!("it needs {needed} bytes, {free} are free");
    Err(LmError::Write { path: path.to_owned(), reason })
}
