//! Content hashes: BLAKE3 over bytes, or over canonical JSON (RFC 8785).

use serde::{Deserialize, Serialize};
use std::fmt;

/// A BLAKE3 hash as 64 lower-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(transparent)]
pub struct Hash(pub String);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({})", self.0)
    }
}

/// BLAKE3 of `bytes`.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> Hash {
    Hash(blake3::hash(bytes).to_hex().to_string())
}

/// Canonical JSON (RFC 8785) of a value.
///
/// # Errors
/// When `value` doesn't serialise to JSON (a non-finite number, a key that is no string).
pub fn canonical_json<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    serde_json_canonicalizer::to_string(value)
}

/// BLAKE3 of the canonical JSON of a value.
///
/// # Errors
/// As [`canonical_json`].
pub fn hash_json<T: Serialize>(value: &T) -> Result<Hash, serde_json::Error> {
    Ok(hash_bytes(canonical_json(value)?.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_does_not_change_the_hash() {
        let one = hash_json(&json!({"a": 1, "b": [true, "あ"]})).unwrap();
        let two = hash_json(&json!({"b": [true, "あ"], "a": 1})).unwrap();
        assert_eq!(one, two);
    }
}
