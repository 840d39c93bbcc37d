//! Which tokens begin a text, end it, or end a turn.

use std::path::Path;

use serde_json::Value as Json;

use crate::error::LmError;

/// Ids that a `tokenizer.json` doesn't tell apart from other special tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Specials {
    /// Begins a text.
    pub bos: Option<u32>,
    /// Ends a text.
    pub eos: Option<u32>,
    /// Ends a turn of a conversation.
    pub eot: Option<u32>,
    /// Whether plain text (not a rendered template) starts with `bos`.
    pub add_bos: bool,
}

/// Texts that known families use for the end of a turn.
const END_OF_TURN: &[&str] =
    &["<|im_end|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "<|eot|>", "<EOT>", "<|return|>"];

/// Whether a special token's text is a known end of a turn.
pub(super) fn is_end_of_turn(text: &str) -> bool {
    END_OF_TURN.contains(&text)
}

/// Names of the special tokens in a folder's `tokenizer_config.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SpecialNames {
    /// Text of BOS.
    pub bos: Option<String>,
    /// Text of EOS.
    pub eos: Option<String>,
    /// Whether plain text starts with BOS.
    pub add_bos: bool,
    /// `eos_token_id` of `generation_config.json` (one id or a list).
    pub ends: Vec<u32>,
}

impl SpecialNames {
    /// Reads `tokenizer_config.json` and, where present, `generation_config.json`.
    pub(crate) fn read(dir: &Path) -> Result<Self, LmError> {
        let config = read_json(&dir.join("tokenizer_config.json"))?.unwrap_or(Json::Null);
        // Written as a text, or as an added token with its `content`.
        let name = |key: &str| {
            let value = config.get(key)?;
            value.as_str().or_else(|| value.get("content")?.as_str()).map(str::to_owned)
        };
        let generation = read_json(&dir.join("generation_config.json"))?.unwrap_or(Json::Null);
        let id = |value: &Json| value.as_u64().and_then(|id| u32::try_from(id).ok());
        let ends = match generation.get("eos_token_id") {
            Some(Json::Array(ids)) => ids.iter().filter_map(id).collect(),
            Some(value) => id(value).into_iter().collect(),
            None => Vec::new(),
        };
        Ok(Self {
            bos: name("bos_token"),
            eos: name("eos_token"),
            add_bos: config.get("add_bos_token").and_then(Json::as_bool).unwrap_or(false),
            ends,
        })
    }
}

/// A JSON file's value; `None` when there is no such file.
pub(crate) fn read_json(path: &Path) -> Result<Option<Json>, LmError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(LmError::Io { path: path.to_owned(), source }),
    };
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|error| LmError::Broken { path: path.to_owned(), reason: error.to_string() })
}
