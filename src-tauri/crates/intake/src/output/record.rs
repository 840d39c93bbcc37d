//! An output as a file gives it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shinsa_domain::{Origin, hash_bytes};

use crate::keys::Keyed;

/// An output before it has an id: case and output are named by their keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputRecord {
    /// Key of the case it answers.
    pub case: String,
    /// Its own key in the source, or one made from the content.
    pub key: String,
    /// True where the source had no key.
    pub key_made: bool,
    /// The text, exactly as it came out of the model.
    pub text: String,
    /// The prompt's text, where the source has it.
    pub prompt: Option<String>,
    /// Sample k of N, from 0.
    pub sample: u32,
    /// List items per list criterion id, frozen before anyone rates.
    pub items: BTreeMap<String, Vec<String>>,
    /// Model, adapter, sampling and seed.
    pub origin: Origin,
    /// True where the source marks the output as invented.
    pub synthetic: bool,
}

impl Keyed for OutputRecord {
    const MARK: char = 'o';

    fn key(&mut self) -> &mut String {
        &mut self.key
    }

    fn is_made(&self) -> bool {
        self.key_made
    }

    fn content_hash(&self) -> String {
        hash_bytes(format!("{}\n{}\n{}", self.case, self.sample, self.text).as_bytes()).0
    }
}
