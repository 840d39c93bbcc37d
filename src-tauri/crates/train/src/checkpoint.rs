//! One file from which a run goes on bit for bit: adapter, both moments, and
//! where it was. Dropout and order are functions of seed and step, so there is no
//! generator to save.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use shinsa_fsio::{Action, AtomicFile, FsError};

use crate::adamw::AdamW;
use crate::error::TrainError;
use crate::report::{EvalLog, StepLog};

const MAGIC: &[u8; 8] = b"SHINSACK";
/// Largest checkpoint that is read.
const LIMIT: u64 = 1 << 36;
const HASH: usize = 32;

/// Where a run is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// Optimiser steps done.
    pub step: usize,
    /// Packs computed, which numbers the dropout masks.
    pub micro: u64,
    /// Steps that moved nothing.
    pub skipped: usize,
    /// First bad tensor of the first skipped step.
    pub first_bad: Option<String>,
    /// Logs so far.
    pub steps: Vec<StepLog>,
    /// Measurements so far.
    pub evaluation: Vec<EvalLog>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    version: u32,
    run: String,
    parameters: usize,
    moves: u64,
    cursor: Cursor,
}

/// Writes the file whole or not at all.
pub(crate) fn save(
    path: &Path,
    run: &str,
    cursor: &Cursor,
    values: &[f32],
    adam: &AdamW,
) -> Result<(), TrainError> {
    let header = Header {
        version: 1,
        run: run.to_owned(),
        parameters: values.len(),
        moves: adam.steps,
        cursor: cursor.clone(),
    };
    let header = serde_json::to_vec(&header)
        .map_err(|error| TrainError::Passport { reason: error.to_string() })?;
    let mut file = AtomicFile::create(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut put = |bytes: &[u8]| {
        hasher.update(bytes);
        file.write_all(bytes).map_err(|error| FsError::new(Action::Write, path, error))
    };
    put(MAGIC)?;
    put(&(header.len() as u64).to_le_bytes())?;
    put(&header)?;
    for part in [values, &adam.m, &adam.v] {
        for chunk in part.chunks(1 << 16) {
            let bytes: Vec<u8> = chunk.iter().flat_map(|value| value.to_le_bytes()).collect();
            put(&bytes)?;
        }
    }
    let hash = hasher.finalize();
    file.write_all(hash.as_bytes()).map_err(|error| FsError::new(Action::Write, path, error))?;
    file.commit()?;
    Ok(())
}

/// Reads the checkpoint of this run into `values` and `adam`; `None` when there
/// is none.
pub(crate) fn load(
    path: &Path,
    run: &str,
    values: &mut [f32],
    adam: &mut AdamW,
) -> Result<Option<Cursor>, TrainError> {
    if !shinsa_fsio::is_file(path) {
        return Ok(None);
    }
    let bytes = shinsa_fsio::read(path, LIMIT)?;
    let broken = |reason: &str| TrainError::BrokenCheckpoint {
        path: path.to_owned(),
        reason: reason.to_owned(),
    };
    let (body, hash) = bytes.split_last_chunk::<HASH>().ok_or_else(|| broken("it is cut short"))?;
    if blake3::hash(body).as_bytes() != hash {
        return Err(broken("its hash is wrong"));
    }
    let rest = body.strip_prefix(MAGIC).ok_or_else(|| broken("it is no checkpoint"))?;
    let (length, rest) = rest.split_first_chunk::<8>().ok_or_else(|| broken("it is cut short"))?;
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
    let (header, floats) =
        rest.split_at_checked(length).ok_or_else(|| broken("it is cut short"))?;
    let header: Header =
        serde_json::from_slice(header).map_err(|error| broken(&error.to_string()))?;
    if header.version != 1 {
        return Err(broken(&format!("its version {} is unknown", header.version)));
    }
    if header.run != run || header.parameters != values.len() {
        return Err(TrainError::OtherCheckpoint { path: path.to_owned() });
    }
    let (words, rest) = floats.as_chunks::<4>();
    if !rest.is_empty() || words.len() != 3 * values.len() {
        return Err(broken("its numbers are cut short"));
    }
    let parts = words.chunks(values.len().max(1));
    for (part, target) in parts.zip([values, &mut adam.m, &mut adam.v]) {
        for (word, value) in part.iter().zip(target) {
            *value = f32::from_le_bytes(*word);
        }
    }
    adam.steps = header.moves;
    Ok(Some(header.cursor))
}

/// Where the checkpoint of an adapter lies: beside the adapter's folder.
pub(crate) fn path(out_dir: &Path, folder: &str) -> PathBuf {
    out_dir.join(format!("{folder}.checkpoint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> (Vec<f32>, AdamW, Cursor) {
        let adam = AdamW { m: vec![1.5, -2.0], v: vec![f32::MIN_POSITIVE, 3.0], steps: 4 };
        let cursor = Cursor { step: 5, micro: 9, skipped: 1, ..Cursor::default() };
        (vec![0.1, -0.0], adam, cursor)
    }

    #[test]
    fn a_checkpoint_comes_back_bit_for_bit() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(dir.path(), "a");
        let (values, adam, cursor) = filled();
        let (mut into, mut fresh) = (vec![0.0; 2], AdamW::new(2));
        assert_eq!(load(&path, "run", &mut into, &mut fresh).unwrap(), None);
        save(&path, "run", &cursor, &values, &adam).unwrap();
        assert_eq!(load(&path, "run", &mut into, &mut fresh).unwrap(), Some(cursor));
        assert_eq!(fresh, adam);
        assert_eq!(
            into.iter().map(|v| v.to_bits()).collect::<Vec<_>>(),
            [0.1f32, -0.0].map(f32::to_bits)
        );
    }

    #[test]
    fn another_runs_or_a_damaged_checkpoint_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(dir.path(), "a");
        let (values, adam, cursor) = filled();
        save(&path, "run", &cursor, &values, &adam).unwrap();
        let read =
            |run: &str| load(&path, run, &mut [0.0; 2], &mut AdamW::new(2)).unwrap_err().code();
        assert_eq!(read("another"), "train-other-checkpoint");
        let bytes = std::fs::read(&path).unwrap();
        for broken in [&bytes[..bytes.len() - 1], &bytes[..7], b""] {
            shinsa_fsio::atomic_write(&path, broken).unwrap();
            assert_eq!(read("run"), "train-broken-checkpoint");
        }
    }
}
