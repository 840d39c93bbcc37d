//! A merged GGUF: its base byte for byte, but for the adapted tensors, which are
//! quantised anew to the types they had and so keep their places.

use std::io::Write;
use std::path::Path;

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use shinsa_fsio::AtomicFile;

use super::sum::Sum;
use super::{MergeStep, OnStep, Phase};
use crate::error::LmError;
use crate::weights::TensorSource;
use crate::weights::gguf::GgufFile;

/// Writes the file, tensor by tensor in the order of the base.
pub(super) fn write(
    base: &GgufFile,
    sum: &Sum<'_>,
    path: &Path,
    on: OnStep<'_>,
) -> Result<(), LmError> {
    super::safetensors::room(path, base.bytes())?;
    let failed =
        |e: std::io::Error| LmError::Write { path: path.to_owned(), reason: e.to_string() };
    let content = base.content();
    let mut infos: Vec<_> = content.tensor_infos.iter().collect();
    infos.sort_by_key(|(name, t)| (t.offset, name.as_str()));
    let mut file = AtomicFile::create(path)?;
    let mut at = 0;
    for (i, (name, info)) in infos.iter().enumerate() {
        if !on(MergeStep { phase: Phase::Write, done: i, total: infos.len() }) {
            return Err(LmError::Stopped);
        }
        if !sum.changes(name) {
            continue;
        }
        // The base's own bytes up to here: header, other tensors, padding.
        let start = content.tensor_data_offset + info.offset;
        let between = usize::try_from(start).ok().and_then(|start| base.all().get(at..start));
        let between = between.ok_or_else(|| LmError::Broken {
            path: base.path().to_owned(),
            reason: format!("the tensor {name} overlaps another"),
        })?;
        file.write_all(between).map_err(failed)?;
        let Some(values) = sum.stored_values(name)? else { continue };
        let bytes = quantised(name, info.ggml_dtype, values, info.shape.dims())?;
        file.write_all(&bytes).map_err(failed)?;
        at += between.len() + bytes.len();
    }
    file.write_all(&base.all()[at..]).map_err(failed)?;
    Ok(file.commit()?)
}

fn quantised(
    name: &str,
    dtype: GgmlDType,
    values: Vec<f32>,
    shape: &[usize],
) -> Result<Vec<u8>, LmError> {
    let made = Tensor::from_vec(values, shape, &Device::Cpu)
        .and_then(|t| QTensor::quantize(&t, dtype))
        .and_then(|t| Ok(t.data()?.into_owned()));
    made.map_err(|e| LmError::TensorType {
        tensor: name.to_owned(),
        dtype: format!("{dtype:?} ({e})"),
    })
}
