//! A model's weights by their hash, without opening it.

use std::path::Path;

use super::Kind;
use crate::error::LmError;
use crate::weights::gguf::GgufFile;
use crate::weights::safetensors::SafetensorsFolder;

/// BLAKE3 of a model's weights, as [`ModelHash::weights`] has it, without opening the
/// model. Reads all of them.
///
/// # Errors
/// A file that is missing, broken or no model.
pub fn weights_hash(path: &Path) -> Result<String, LmError> {
    let all = weights_hash_told(path, &mut |_, _| true)?;
    all.ok_or_else(|| LmError::Broken { path: path.to_owned(), reason: "not read whole".into() })
}

/// Bytes between two calls of [`weights_hash_told`]'s `tell`.
const TOLD: usize = 16 << 20;

/// The same, telling after every 16 MiB how many bytes of how many were read; `None`
/// where `tell` says that it is enough.
///
/// # Errors
/// As [`weights_hash`].
pub fn weights_hash_told(
    path: &Path,
    tell: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<Option<String>, LmError> {
    let (gguf, folder);
    let files: Vec<&[u8]> = match Kind::of(path)? {
        Kind::Gguf => {
            gguf = GgufFile::open(path)?;
            vec![gguf.whole()]
        }
        Kind::Folder => {
            folder = SafetensorsFolder::open(path)?;
            folder.whole()
        }
    };
    let total: u64 = files.iter().map(|file| file.len() as u64).sum();
    let (mut hasher, mut done) = (blake3::Hasher::new(), 0_u64);
    for part in files.iter().flat_map(|file| file.chunks(TOLD)) {
        hasher.update(part);
        done += part.len() as u64;
        if !tell(done, total) {
            return Ok(None);
        }
    }
    Ok(Some(hasher.finalize().to_hex().to_string()))
}
