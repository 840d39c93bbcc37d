//! Keys within one file: each stands once, and is made where the source has none.

use std::collections::BTreeMap;

use crate::intake::Intake;
use crate::jsonl::{Fields, JsonlOptions, read_lines};
use crate::problem::{Code, Problem};

/// A record with a key of its own.
pub(crate) trait Keyed {
    /// What a made key begins with.
    const MARK: char;
    /// The key; empty where it is to be made.
    fn key(&mut self) -> &mut String;
    /// Whether the source had none.
    fn is_made(&self) -> bool;
    /// Hash of the content, in hexadecimal.
    fn content_hash(&self) -> String;
}

/// The keys met so far.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    first: BTreeMap<String, u64>,
    twins: BTreeMap<String, u32>,
}

impl Keys {
    /// A key that depends on nothing but the content, so that the same file
    /// read twice gives the same keys; the second and later of twins are
    /// numbered, since two identical falls may both have happened.
    pub(crate) fn make(&mut self, mark: char, hash: String) -> String {
        let short = hash.get(..12).unwrap_or(&hash);
        let stem = format!("{mark}-{short}");
        let twin = self.twins.entry(hash).or_default();
        *twin += 1;
        if *twin == 1 { stem } else { format!("{stem}-{twin}") }
    }

    /// The row that has this key already; else `row` has it from now on.
    pub(crate) fn again(&mut self, key: &str, row: u64) -> Option<u64> {
        let first = self.first.get(key).copied();
        if first.is_none() {
            self.first.insert(key.to_owned(), row);
        }
        first
    }
}

/// [`read_lines`] for records with keys.
pub(crate) fn read_keyed<T: Keyed>(
    bytes: &[u8],
    options: &JsonlOptions,
    read: fn(&mut Fields<'_>) -> Option<T>,
) -> Intake<T> {
    let mut keys = Keys::default();
    let mut intake = read_lines(bytes, options, |fields| {
        let mut record = read(fields)?;
        if record.is_made() {
            *record.key() = keys.make(T::MARK, record.content_hash());
        }
        if let Some(first) = keys.again(record.key(), fields.line()) {
            let args = [("key", record.key().as_str()), ("first_row", &first.to_string())];
            fields.add(Code::DuplicateKey, "key", &args);
        }
        Some(record)
    });
    if intake.records.iter().any(|located| located.value.is_made()) {
        intake.problems.insert(0, Problem::of_file(Code::KeysMade));
    }
    intake
}
