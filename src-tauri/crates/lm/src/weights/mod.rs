//! Weights in files: GGUF and safetensors, read without knowing the decoder.

pub mod gguf;
mod kquant;
mod quant;
pub mod safetensors;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;

use crate::error::LmError;
pub use quant::{DType, Run};

/// Bytes that lie in memory or in a mapped file.
#[derive(Clone)]
pub enum Bytes {
    /// In memory.
    Owned(Arc<[u8]>),
    /// In a mapped file.
    Mapped(Arc<Mmap>, Range<usize>),
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Mapped(map, range) => &map[range.clone()],
        }
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Owned(bytes.into())
    }
}

/// One tensor as stored.
pub struct RawTensor {
    /// Sizes, outermost first.
    pub shape: Vec<usize>,
    /// Element type.
    pub dtype: DType,
    /// Row-major elements.
    pub bytes: Bytes,
}

/// Somewhere tensors can be read from by name.
pub trait TensorSource {
    /// The named tensor; `None` when there is none.
    ///
    /// # Errors
    /// A type that can't be read, or data that are cut short.
    fn tensor(&self, name: &str) -> Result<Option<RawTensor>, LmError>;

    /// File or folder, for messages.
    fn path(&self) -> &Path;

    /// Lower-case hex of BLAKE3 over the weight files.
    fn hash(&self) -> String;
}

/// Maps a file for reading.
///
/// # Errors
/// [`LmError::Io`].
pub fn map(path: &Path) -> Result<Arc<Mmap>, LmError> {
    let wrap = |source| LmError::Io { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(wrap)?;
    // SAFETY: the file is only read; if another process cuts it short while it
    // is mapped, this process ends with a signal, which the worker process is
    // there to contain.
    let map = unsafe { Mmap::map(&file) }.map_err(wrap)?;
    Ok(Arc::new(map))
}
