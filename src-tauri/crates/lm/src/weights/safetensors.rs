//! A folder of `*.safetensors` files, mapped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memmap2::Mmap;
use safetensors::{Dtype, SafeTensors};

use super::{Bytes, DType, RawTensor, TensorSource, map};
use crate::error::LmError;

/// All tensors of all `*.safetensors` files of a folder.
pub struct SafetensorsFolder {
    dir: PathBuf,
    files: Vec<Arc<Mmap>>,
    tensors: BTreeMap<String, Entry>,
}

struct Entry {
    file: usize,
    dtype: Dtype,
    shape: Vec<usize>,
    range: std::ops::Range<usize>,
}

impl SafetensorsFolder {
    /// Maps every `*.safetensors` file, in the order of their names.
    ///
    /// # Errors
    /// [`LmError::Io`], [`LmError::Broken`] for a bad header or a short file,
    /// [`LmError::NotAModel`] when there is no such file.
    pub fn open(dir: &Path) -> Result<Self, LmError> {
        let wrap = |source| LmError::Io { path: dir.to_owned(), source };
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(dir).map_err(wrap)? {
            let path = entry.map_err(wrap)?.path();
            if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("safetensors")) {
                paths.push(path);
            }
        }
        paths.sort();
        if paths.is_empty() {
            return Err(LmError::NotAModel { path: dir.to_owned() });
        }
        let mut files = Vec::new();
        let mut tensors = BTreeMap::new();
        for path in paths {
            let file = map(&path)?;
            let broken = |e: safetensors::SafeTensorError| LmError::Broken {
                path: path.clone(),
                reason: e.to_string(),
            };
            let parsed = SafeTensors::deserialize(&file).map_err(broken)?;
            for (name, view) in parsed.iter() {
                let start = view.data().as_ptr() as usize - file.as_ptr() as usize;
                let range = start..start + view.data().len();
                let entry = Entry {
                    file: files.len(),
                    dtype: view.dtype(),
                    shape: view.shape().to_vec(),
                    range,
                };
                tensors.insert(name.to_owned(), entry);
            }
            files.push(file);
        }
        Ok(Self { dir: dir.to_owned(), files, tensors })
    }

    /// Number of elements of all tensors.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.tensors.values().map(|t| t.shape.iter().product::<usize>() as u64).sum()
    }

    /// Size of all files together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.len() as u64).sum()
    }

    /// How many tensors have each element type.
    #[must_use]
    pub fn types(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for t in self.tensors.values() {
            *counts.entry(format!("{:?}", t.dtype)).or_default() += 1;
        }
        counts
    }
}

impl TensorSource for SafetensorsFolder {
    fn tensor(&self, name: &str) -> Result<Option<RawTensor>, LmError> {
        let Some(entry) = self.tensors.get(name) else { return Ok(None) };
        let dtype = match entry.dtype {
            Dtype::F32 => DType::F32,
            Dtype::F16 => DType::F16,
            Dtype::BF16 => DType::Bf16,
            other => {
                return Err(LmError::TensorType {
                    tensor: name.to_owned(),
                    dtype: format!("{other:?}"),
                });
            }
        };
        let bytes = Bytes::Mapped(self.files[entry.file].clone(), entry.range.clone());
        Ok(Some(RawTensor { shape: entry.shape.clone(), dtype, bytes }))
    }

    fn path(&self) -> &Path {
        &self.dir
    }

    fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for file in &self.files {
            hasher.update(file);
        }
        hasher.finalize().to_hex().to_string()
    }
}

impl SafetensorsFolder {
    /// The weight files whole, in the order in which they are hashed.
    pub(crate) fn whole(&self) -> Vec<&[u8]> {
        self.files.iter().map(|file| &file[..]).collect()
    }
}
