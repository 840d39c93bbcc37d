//! `project.json`: all that can be known of a project without its passphrase.

use std::path::Path;

use serde::{Deserialize, Serialize};
use shinsa_domain::{Hash, Millis, ProjectId, hash_json};
use shinsa_fsio as fsio;

use super::key::Slot;
use crate::StoreError;

/// The format of the project folder that this build writes.
pub const FORMAT: u32 = 1;
/// The header's file name.
pub(crate) const FILE: &str = "project.json";
/// Says what the file is, to people and programs.
const APPLICATION: &str = "shinsa-project";
/// No header comes near this many bytes.
const MOST_BYTES: u64 = 256 * 1024;

/// The plaintext header of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    application: String,
    pub(crate) format: u32,
    pub(crate) id: ProjectId,
    pub(crate) created: Millis,
    cipher: Cipher,
    /// Ways to the database key: a passphrase now, a recovery key beside it later.
    pub(crate) slots: Vec<Slot>,
    /// BLAKE3 of the header without this field, as canonical JSON: tells damage
    /// from a wrong passphrase. It is no protection against intent.
    check: Option<Hash>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cipher {
    name: String,
    /// SQLCipher's major version of the file format.
    compatibility: u32,
    /// The key is used as it is, with no derivation inside SQLCipher.
    key: String,
}

/// What every format has.
#[derive(Deserialize)]
struct Any {
    application: String,
    format: u32,
}

impl Header {
    pub(crate) fn new(id: ProjectId, created: Millis, slots: Vec<Slot>) -> Self {
        Self {
            application: APPLICATION.into(),
            format: FORMAT,
            id,
            created,
            cipher: Cipher { name: "sqlcipher".into(), compatibility: 4, key: "raw-256".into() },
            slots,
            check: None,
        }
    }

    /// Reads and checks the header of the project folder `project`.
    pub(crate) fn read(project: &Path) -> Result<Self, StoreError> {
        let path = project.join(FILE);
        if !fsio::is_file(&path) {
            return Err(StoreError::NotAProject { path: project.to_path_buf() });
        }
        let damaged = |reason: String| StoreError::DamagedHeader { path: path.clone(), reason };
        let bytes = match fsio::read(&path, MOST_BYTES) {
            Err(fsio::FsError::TooLarge { .. }) => return Err(damaged("far too long".into())),
            other => other?,
        };
        let any: Any = serde_json::from_slice(&bytes).map_err(|e| damaged(e.to_string()))?;
        if any.application != APPLICATION {
            return Err(StoreError::NotAProject { path: project.to_path_buf() });
        }
        if any.format > FORMAT {
            return Err(StoreError::NewerFormat {
                path: project.to_path_buf(),
                found: any.format,
                known: FORMAT,
            });
        }
        let header: Self = serde_json::from_slice(&bytes).map_err(|e| damaged(e.to_string()))?;
        if header.check != header.checked()?.check {
            return Err(damaged("its check sum does not fit".into()));
        }
        if header.cipher != Self::new(header.id, 0, vec![]).cipher {
            return Err(damaged(format!("unknown cipher {:?}", header.cipher.name)));
        }
        if header.slots.is_empty() {
            return Err(damaged("it has no key slot".into()));
        }
        if let Some(problem) = header.slots.iter().find_map(Slot::problem) {
            return Err(damaged(problem.into()));
        }
        Ok(header)
    }

    /// Writes the header into the folder `project`, whole or not at all.
    pub(crate) fn write(&self, project: &Path) -> Result<(), StoreError> {
        let mut text = serde_json::to_string_pretty(&self.checked()?).map_err(unwritable)?;
        text.push('\n');
        Ok(fsio::atomic_write(&project.join(FILE), text.as_bytes())?)
    }

    /// The same header with its check sum.
    fn checked(&self) -> Result<Self, StoreError> {
        let bare = Self { check: None, ..self.clone() };
        let check = hash_json(&bare).map_err(unwritable)?;
        Ok(Self { check: Some(check), ..bare })
    }
}

fn unwritable(error: serde_json::Error) -> StoreError {
    StoreError::DamagedValue { place: FILE.into(), detail: error.to_string() }
}
