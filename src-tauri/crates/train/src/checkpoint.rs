//! One file from which a run goes on bit for bit: adapter, both moments, and
//! where it was. Dropout and order are functions of seed and step, so there is no
//! generator to save.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use shinsa_fsio::{Action, AtomicFile, FsError};
use shinsa_lm::Moments;

use crate::error::TrainError;
use crate::report::{EvalLog, ProbeLog, StepLog};
use crate::stop::Course;

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
    /// Divergences from the base so far.
    pub probe: Vec<ProbeLog>,
    /// What the measurements amount to.
    pub course: Course,
}

/// All that a checkpoint holds.
#[derive(Debug, PartialEq)]
pub(crate) struct Saved {
    pub cursor: Cursor,
    pub moments: Moments,
    /// The adapter as it was at the best measurement, where that one is kept.
    pub best: Option<Vec<f32>>,
}

const VERSION: u32 = 2;

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    version: u32,
    run: String,
    parameters: usize,
    moves: u64,
    best: bool,
    cursor: Cursor,
}

/// Writes the file whole or not at all.
pub(crate) fn save(
    path: &Path,
    run: &str,
    cursor: &Cursor,
    moments: &Moments,
    best: Option<&[f32]>,
) -> Result<(), TrainError> {
    let header = Header {
        version: VERSION,
        run: run.to_owned(),
        parameters: moments.values.len(),
        moves: moments.steps,
        best: best.is_some(),
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
    let parts = [moments.values.as_slice(), &moments.m, &moments.v];
    for part in parts.into_iter().chain(best) {
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

/// Reads the checkpoint of this run; `None` when there is none.
pub(crate) fn load(path: &Path, run: &str, parameters: usize) -> Result<Option<Saved>, TrainError> {
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
    if header.version != VERSION {
        return Err(broken(&format!("its version {} is unknown", header.version)));
    }
    if header.run != run || header.parameters != parameters {
        return Err(TrainError::OtherCheckpoint { path: path.to_owned() });
    }
    let (words, rest) = floats.as_chunks::<4>();
    if !rest.is_empty() || words.len() != (3 + usize::from(header.best)) * parameters {
        return Err(broken("its numbers are cut short"));
    }
    let part = |at: usize| {
        words[at * parameters..][..parameters]
            .iter()
            .map(|word| f32::from_le_bytes(*word))
            .collect()
    };
    let moments = Moments { values: part(0), m: part(1), v: part(2), steps: header.moves };
    let best = header.best.then(|| part(3));
    Ok(Some(Saved { cursor: header.cursor, moments, best }))
}

/// Where the checkpoint of an adapter lies: beside the adapter's folder.
pub(crate) fn path(out_dir: &Path, folder: &str) -> PathBuf {
    out_dir.join(format!("{folder}.checkpoint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> (Cursor, Moments) {
        let mut cursor = Cursor { step: 5, micro: 9, skipped: 1, ..Cursor::default() };
        cursor.course.take(3, Some(1.25), None);
        cursor.probe.push(ProbeLog { step: 3, kl: 0.1 });
        let values = vec![0.1, -0.0];
        let moments =
            Moments { values, m: vec![1.5, -2.0], v: vec![f32::MIN_POSITIVE, 3.0], steps: 4 };
        (cursor, moments)
    }

    #[test]
    fn a_checkpoint_comes_back_bit_for_bit() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(dir.path(), "a");
        let (cursor, moments) = filled();
        assert_eq!(load(&path, "run", 2).unwrap(), None);
        for best in [None, Some(vec![7.0, 8.0])] {
            save(&path, "run", &cursor, &moments, best.as_deref()).unwrap();
            let found = load(&path, "run", 2).unwrap().unwrap();
            assert!(found.moments.values[1].is_sign_negative());
            let (cursor, moments) = filled();
            assert_eq!(found, Saved { cursor, moments, best });
        }
    }

    #[test]
    fn another_runs_or_a_damaged_checkpoint_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(dir.path(), "a");
        let (cursor, moments) = filled();
        save(&path, "run", &cursor, &moments, None).unwrap();
        let read = |run: &str| load(&path, run, 2).unwrap_err().code();
        assert_eq!(read("another"), "train-other-checkpoint");
        let bytes = std::fs::read(&path).unwrap();
        for broken in [&bytes[..bytes.len() - 1], &bytes[..7], b""] {
            shinsa_fsio::atomic_write(&path, broken).unwrap();
            assert_eq!(read("run"), "train-broken-checkpoint");
        }
    }
}
