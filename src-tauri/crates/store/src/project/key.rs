//! The database key: random, and sealed once per key slot.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use shinsa_domain::ProjectId;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::StoreError;

/// The 32 bytes that SQLCipher encrypts the database with.
pub(crate) struct DatabaseKey(pub(crate) Zeroizing<[u8; 32]>);

/// What deriving a key from a passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl KdfCost {
    /// The least that OWASP's password storage cheat sheet accepts for Argon2id
    /// (19 MiB, two passes): for tests and small machines.
    pub const LEAST: Self = Self { memory_kib: 19 * 1024, passes: 2 };
    /// The most this build agrees to spend on opening: a header from elsewhere
    /// must not be able to eat the machine's memory.
    const MOST: Self = Self { memory_kib: 1024 * 1024, passes: 32 };

    /// The same, and never cheaper than the least.
    pub(crate) fn at_least(self) -> Self {
        Self {
            memory_kib: self.memory_kib.max(Self::LEAST.memory_kib),
            passes: self.passes.max(Self::LEAST.passes),
        }
    }

    /// Whether this build agrees to spend it.
    pub(crate) fn is_reasonable(self) -> bool {
        self.memory_kib <= Self::MOST.memory_kib && self.passes <= Self::MOST.passes
    }
}

impl Default for KdfCost {
    /// 64 MiB and three passes (RFC 9106's second choice, on one lane): about a
    /// fifth of a second on a laptop.
    fn default() -> Self {
        Self { memory_kib: 64 * 1024, passes: 3 }
    }
}

/// Whose secret opens a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlotKind {
    /// A person's passphrase.
    Passphrase,
    /// A printed recovery key.
    Recovery,
}

/// One way to the database key. All bytes in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Slot {
    kind: SlotKind,
    kdf: Kdf,
    seal: Seal,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kdf {
    name: KdfName,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum KdfName {
    Argon2id,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seal {
    name: SealName,
    nonce: String,
    sealed: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SealName {
    XChaCha20Poly1305,
}

impl std::fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseKey")
    }
}

impl DatabaseKey {
    /// A new key from the system's random numbers. Never from a seed: a project
    /// made twice with the same seed must not share its key.
    pub(crate) fn random() -> Result<Self, StoreError> {
        let mut key = Zeroizing::new([0; 32]);
        fill(key.as_mut_slice())?;
        Ok(Self(key))
    }
}

impl Slot {
    /// Seals `key` under a passphrase.
    pub(crate) fn seal(
        kind: SlotKind,
        project: ProjectId,
        passphrase: &str,
        key: &DatabaseKey,
        cost: KdfCost,
    ) -> Result<Self, StoreError> {
        if passphrase.trim().is_empty() {
            return Err(StoreError::EmptyPassphrase);
        }
        let (mut salt, mut nonce) = ([0u8; 16], [0u8; 24]);
        fill(&mut salt)?;
        fill(&mut nonce)?;
        let cost = cost.at_least();
        let kdf = Kdf {
            name: KdfName::Argon2id,
            memory_kib: cost.memory_kib,
            passes: cost.passes,
            lanes: 1,
            salt: to_hex(&salt),
        };
        let refused =
            |what: &str| StoreError::NoRandom { detail: format!("key derivation: {what}") };
        let wrapping = kdf.derive(passphrase).ok_or_else(|| refused("refused its parameters"))?;
        let sealed = cipher(&wrapping)
            .encrypt(
                XNonce::from_slice(&nonce),
                Payload { msg: key.0.as_slice(), aad: &context(kind, project) },
            )
            .map_err(|_| refused("could not seal the key"))?;
        let seal = Seal {
            name: SealName::XChaCha20Poly1305,
            nonce: to_hex(&nonce),
            sealed: to_hex(&sealed),
        };
        Ok(Self { kind, kdf, seal })
    }

    /// The database key, or `None` when this secret is not the slot's.
    pub(crate) fn open(&self, project: ProjectId, passphrase: &str) -> Option<DatabaseKey> {
        let nonce = from_hex(&self.seal.nonce).filter(|n| n.len() == 24)?;
        let sealed = from_hex(&self.seal.sealed)?;
        let wrapping = self.kdf.derive(passphrase)?;
        let opened = cipher(&wrapping)
            .decrypt(
                XNonce::from_slice(&nonce),
                Payload { msg: &sealed, aad: &context(self.kind, project) },
            )
            .map(Zeroizing::new)
            .ok()?;
        let key: [u8; 32] = opened.as_slice().try_into().ok()?;
        Some(DatabaseKey(Zeroizing::new(key)))
    }

    /// Whose secret opens this slot.
    pub(crate) fn kind(&self) -> SlotKind {
        self.kind
    }

    /// What is wrong with the slot's form, if anything.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        let bytes = |hex: &str, n: usize| from_hex(hex).is_some_and(|b| b.len() == n);
        if !self.kdf.cost().is_reasonable() || self.kdf.lanes != 1 {
            Some("a key slot asks for an unreasonable key derivation")
        } else if !bytes(&self.kdf.salt, 16)
            || !bytes(&self.seal.nonce, 24)
            || !bytes(&self.seal.sealed, 48)
        {
            Some("a key slot is cut short")
        } else {
            None
        }
    }
}

impl Kdf {
    fn cost(&self) -> KdfCost {
        KdfCost { memory_kib: self.memory_kib, passes: self.passes }
    }

    /// The wrapping key.
    fn derive(&self, passphrase: &str) -> Option<Zeroizing<[u8; 32]>> {
        // One lane is all there is: a header that asks for more was refused.
        derive(passphrase, &from_hex(&self.salt)?, self.cost())
    }
}

/// 32 bytes of a passphrase by Argon2id on one lane; `None` for parameters that it
/// doesn't know. The passphrase counts as NFKC, so that full-width and half-width
/// letters, or another system's composition, are the same one.
pub(crate) fn derive(passphrase: &str, salt: &[u8], cost: KdfCost) -> Option<Zeroizing<[u8; 32]>> {
    let text: Zeroizing<String> = Zeroizing::new(passphrase.nfkc().collect());
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).ok()?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(text.as_bytes(), salt, key.as_mut_slice())
        .ok()?;
    Some(key)
}

fn cipher(key: &Zeroizing<[u8; 32]>) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.as_slice().into())
}

/// Binds a slot to its project and kind: one copied elsewhere opens nothing.
fn context(kind: SlotKind, project: ProjectId) -> Vec<u8> {
    let mut context = b"shinsa-slot-1".to_vec();
    context.push(match kind {
        SlotKind::Passphrase => 1,
        SlotKind::Recovery => 2,
    });
    context.extend_from_slice(project.0.as_bytes());
    context
}

/// Fills bytes from the system's random numbers.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(bytes).map_err(|e| StoreError::NoRandom { detail: e.to_string() })
}

/// Bytes as lower-case hexadecimal.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Hexadecimal as bytes; `None` for anything else.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> (ProjectId, DatabaseKey, Slot) {
        let project = ProjectId::new(1, [1; 10]);
        let key = DatabaseKey::random().unwrap();
        let slot = Slot::seal(SlotKind::Passphrase, project, "日本 pass が", &key, KdfCost::LEAST)
            .unwrap();
        (project, key, slot)
    }

    #[test]
    fn only_the_passphrase_opens_the_slot_however_it_was_typed() {
        let (project, key, slot) = sealed();
        assert_eq!(slot.open(project, "日本 pass が").unwrap().0, key.0);
        // Full-width letters, and が as two code points.
        assert_eq!(slot.open(project, "日本\u{3000}ｐａｓｓ か\u{3099}").unwrap().0, key.0);
        assert!(slot.open(project, "日本 Pass が").is_none());
        assert!(slot.open(project, "").is_none());
    }

    #[test]
    fn a_slot_of_another_project_opens_nothing() {
        let (_, _, slot) = sealed();
        assert!(slot.open(ProjectId::new(2, [2; 10]), "日本 pass が").is_none());
    }

    #[test]
    fn an_unreasonable_slot_is_named_before_any_memory_is_spent() {
        let (_, _, mut slot) = sealed();
        assert_eq!(slot.problem(), None);
        slot.kdf.memory_kib = u32::MAX;
        assert!(slot.problem().is_some());
    }

    #[test]
    fn the_derivation_is_never_cheaper_than_the_least() {
        let project = ProjectId::new(1, [1; 10]);
        let key = DatabaseKey::random().unwrap();
        let cost = KdfCost { memory_kib: 8, passes: 1 };
        let slot = Slot::seal(SlotKind::Passphrase, project, "x", &key, cost).unwrap();
        assert_eq!(
            (slot.kdf.memory_kib, slot.kdf.passes),
            (KdfCost::LEAST.memory_kib, KdfCost::LEAST.passes)
        );
    }
}
