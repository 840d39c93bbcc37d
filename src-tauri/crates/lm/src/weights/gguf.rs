//! A GGUF file, mapped; candle reads the header.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::Device;
use candle_core::quantized::{GgmlDType, QStorage, QTensor, gguf_file};
use memmap2::Mmap;

use super::{Bytes, DType, RawTensor, TensorSource, map};
use crate::error::LmError;

/// An opened GGUF file whose tensors are all known to lie inside it.
pub struct GgufFile {
    path: PathBuf,
    map: Arc<Mmap>,
    content: gguf_file::Content,
}

impl GgufFile {
    /// Maps the file and reads its header.
    ///
    /// # Errors
    /// [`LmError::Io`], [`LmError::Broken`], [`LmError::GgufTruncated`].
    pub fn open(path: &Path) -> Result<Self, LmError> {
        let map = map(path)?;
        let content =
            header(&map).map_err(|reason| LmError::Broken { path: path.to_owned(), reason })?;
        let file = Self { path: path.to_owned(), map, content };
        file.check()?;
        Ok(file)
    }

    /// Header: metadata and tensor infos.
    #[must_use]
    pub fn content(&self) -> &gguf_file::Content {
        &self.content
    }

    /// The whole file.
    #[must_use]
    pub fn all(&self) -> &[u8] {
        &self.map
    }

    /// Size of the file.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.map.len() as u64
    }

    /// Number of elements of all tensors.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.content.tensor_infos.values().map(|t| t.shape.elem_count() as u64).sum()
    }

    /// How many tensors have each element type.
    #[must_use]
    pub fn types(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for t in self.content.tensor_infos.values() {
            *counts.entry(format!("{:?}", t.ggml_dtype)).or_default() += 1;
        }
        counts
    }

    /// Names the first tensor, by its place in the file, that doesn't fit.
    fn check(&self) -> Result<(), LmError> {
        let mut infos: Vec<_> = self.content.tensor_infos.iter().collect();
        infos.sort_by_key(|(name, t)| (t.offset, name.as_str()));
        let actual = self.bytes();
        for (name, t) in infos {
            let (elements, block) = (t.shape.elem_count(), t.ggml_dtype.block_size());
            if !elements.is_multiple_of(block)
                || t.shape.dims().last().is_some_and(|w| !w.is_multiple_of(block))
            {
                let reason = format!("rows of tensor {name} aren't whole blocks of {block}");
                return Err(LmError::Broken { path: self.path.clone(), reason });
            }
            let bytes = (elements / block * t.ggml_dtype.type_size()) as u64;
            let needed =
                self.content.tensor_data_offset.saturating_add(t.offset).saturating_add(bytes);
            if needed > actual {
                return Err(LmError::GgufTruncated {
                    path: self.path.clone(),
                    tensor: name.clone(),
                    needed,
                    actual,
                });
            }
        }
        Ok(())
    }
}

/// candle refuses most nonsense with an error, but divides by an alignment of
/// zero and doesn't bound a tensor's size; no file may end the process.
fn header(bytes: &[u8]) -> Result<gguf_file::Content, String> {
    let read = || gguf_file::Content::read(&mut Cursor::new(bytes));
    match std::panic::catch_unwind(read) {
        Ok(content) => content.map_err(|e| e.to_string()),
        Err(_) => Err("its header makes no sense".to_owned()),
    }
}

impl TensorSource for GgufFile {
    fn tensor(&self, name: &str) -> Result<Option<RawTensor>, LmError> {
        let Some(info) = self.content.tensor_infos.get(name) else { return Ok(None) };
        let shape = info.shape.dims().to_vec();
        let elements = info.shape.elem_count();
        let size = elements / info.ggml_dtype.block_size() * info.ggml_dtype.type_size();
        // `check` made sure that the sum stays inside the file.
        let start = (self.content.tensor_data_offset + info.offset) as usize;
        let bytes = Bytes::Mapped(self.map.clone(), start..start + size);
        let dtype = match info.ggml_dtype {
            GgmlDType::F32 => DType::F32,
            GgmlDType::F16 => DType::F16,
            GgmlDType::BF16 => DType::Bf16,
            GgmlDType::Q8_0 => DType::Q8_0,
            GgmlDType::Q4_0 => DType::Q4_0,
            GgmlDType::Q4_1 => DType::Q4_1,
            GgmlDType::Q4K => DType::Q4K,
            GgmlDType::Q5K => DType::Q5K,
            GgmlDType::Q6K => DType::Q6K,
            // The rest through candle, once, whatever the residency.
            other => {
                let wrong = |e: candle_core::Error| LmError::TensorType {
                    tensor: name.to_owned(),
                    dtype: format!("{other:?} ({e})"),
                };
                let storage = QStorage::from_data(bytes.as_ref().into(), &Device::Cpu, other)
                    .map_err(wrong)?;
                let values = QTensor::new(storage, shape.clone())
                    .and_then(|t| t.dequantize(&Device::Cpu))
                    .and_then(|t| t.flatten_all())
                    .and_then(|t| t.to_vec1::<f32>())
                    .map_err(wrong)?;
                let bytes: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
                return Ok(Some(RawTensor { shape, dtype: DType::F32, bytes: bytes.into() }));
            }
        };
        Ok(Some(RawTensor { shape, dtype, bytes }))
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn hash(&self) -> String {
        blake3::hash(&self.map).to_hex().to_string()
    }
}

impl GgufFile {
    /// The whole file.
    pub(crate) fn whole(&self) -> &[u8] {
        &self.map
    }
}
