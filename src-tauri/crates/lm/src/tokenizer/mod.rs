//! Text to token ids and back.
//!
//! Whatever a model brings (a GGUF's metadata or a `tokenizer.json`) becomes one
//! canonical `tokenizer.json`, which the `tokenizers` crate runs and which is
//! hashed into every passport.

mod bytes;
mod gguf;
#[cfg(test)]
mod parity_tests;
mod pre;
mod special;

use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use candle_core::quantized::gguf_file;
use serde_json::Value as Json;
use tokenizers::{DecoderWrapper, PreTokenizerWrapper, Tokenizer as Inner};

use crate::error::LmError;
use bytes::Spelling;
use special::Specials;
pub(crate) use special::{SpecialNames, read_json};

/// Text to token ids and back.
pub struct Tokenizer {
    inner: Inner,
    /// The same, reading special tokens in a text as plain text; made when asked for.
    literal: OnceLock<Inner>,
    specials: Specials,
    /// Ids at which generation of a turn stops, ascending.
    ends: Vec<u32>,
    json: Vec<u8>,
    hash: String,
    /// All tokens' bytes end to end, and where each starts.
    bytes: Vec<u8>,
    starts: Vec<usize>,
    special: Vec<bool>,
}

fn wrong(reason: impl std::fmt::Display) -> LmError {
    LmError::Tokenizer { reason: reason.to_string() }
}

impl Tokenizer {
    /// Rebuilt from GGUF metadata.
    ///
    /// # Errors
    /// [`LmError::UnknownPreType`] for a cut that isn't in our table,
    /// [`LmError::Tokenizer`] for metadata that don't make a tokenizer.
    pub fn from_gguf(content: &gguf_file::Content) -> Result<Self, LmError> {
        let (json, specials) = gguf::Vocabulary::read(content)?.build()?;
        Self::build(json, specials, &[])
    }

    /// From a folder's `tokenizer.json`, `tokenizer_config.json` and, where
    /// present, `generation_config.json`.
    ///
    /// # Errors
    /// [`LmError::Tokenizer`], [`LmError::Io`], [`LmError::Broken`].
    pub fn from_folder(dir: &Path) -> Result<Self, LmError> {
        let path = dir.join("tokenizer.json");
        let Some(json) = read_json(&path)? else {
            return Err(wrong(format!("{} is missing", path.display())));
        };
        let names = SpecialNames::read(dir)?;
        let vocabulary = Inner::from_bytes(json.to_string()).map_err(wrong)?;
        let id = |name: &Option<String>| name.as_deref().and_then(|n| vocabulary.token_to_id(n));
        let mut by_name: Vec<u32> = vocabulary
            .get_added_tokens_decoder()
            .into_iter()
            .filter(|(_, token)| special::is_end_of_turn(&token.content))
            .map(|(id, _)| id)
            .collect();
        by_name.sort_unstable();
        let specials = Specials {
            bos: id(&names.bos),
            eos: id(&names.eos),
            eot: by_name.first().copied(),
            add_bos: names.add_bos && id(&names.bos).is_some(),
        };
        Self::build(json, specials, &names.ends)
    }

    fn build(mut json: Json, specials: Specials, more_ends: &[u32]) -> Result<Self, LmError> {
        // Truncation and padding would change what is learned, behind our back.
        if let Some(object) = json.as_object_mut() {
            object.insert("truncation".into(), Json::Null);
            object.insert("padding".into(), Json::Null);
        }
        let inner = Inner::from_bytes(json.to_string()).map_err(wrong)?;
        drop(json);
        let canonical = inner.to_string(false).map_err(wrong)?.into_bytes();
        let spelling = spelling(&inner)?;

        let vocab = inner.get_vocab(true);
        let size = vocab.values().map(|id| *id as usize + 1).max().unwrap_or(0);
        let mut texts: Vec<Option<String>> = vec![None; size];
        for (text, id) in vocab {
            texts[id as usize] = Some(text);
        }
        let added = inner.get_added_tokens_decoder();
        let alphabet = bytes::alphabet();
        let (mut all, mut starts, mut special) =
            (Vec::new(), Vec::with_capacity(size + 1), vec![false; size]);
        for (id, text) in texts.iter().enumerate() {
            starts.push(all.len());
            let Some(text) = text else { continue };
            match u32::try_from(id).ok().and_then(|id| added.get(&id)) {
                Some(token) => {
                    special[id] = token.special;
                    all.extend_from_slice(token.content.as_bytes());
                }
                None => all.extend(bytes::bytes_of(text, spelling, &alphabet)),
            }
        }
        starts.push(all.len());

        let mut ends: Vec<u32> = [specials.eos, specials.eot].into_iter().flatten().collect();
        ends.extend(more_ends.iter().copied().filter(|id| (*id as usize) < size));
        ends.sort_unstable();
        ends.dedup();
        Ok(Self {
            inner,
            literal: OnceLock::new(),
            specials,
            ends,
            hash: blake3::hash(&canonical).to_hex().to_string(),
            json: canonical,
            bytes: all,
            starts,
            special,
        })
    }

    /// Token ids of a text. With `special`, the texts of special tokens in it
    /// become those tokens (for rendered templates); without, they are ordinary
    /// text (for anything a person or a model wrote). BOS is never added here.
    #[must_use]
    pub fn encode(&self, text: &str, special: bool) -> Vec<u32> {
        let tokenizer = if special {
            &self.inner
        } else {
            self.literal.get_or_init(|| {
                let mut literal = self.inner.clone();
                literal.set_encode_special_tokens(true);
                literal
            })
        };
        // Only a model with neither byte tokens nor an unknown token can fail here.
        tokenizer
            .encode_fast(text, false)
            .map(|encoding| encoding.get_ids().to_vec())
            .unwrap_or_default()
    }

    /// Token ids of a rendered template (as [`Tokenizer::encode`] with `special`),
    /// and for each the bytes of the text that it stands for. Tokens that share
    /// one character all stand for the whole of it.
    #[must_use]
    pub fn encode_with_places(&self, text: &str) -> (Vec<u32>, Vec<Range<usize>>) {
        let Ok(encoding) = self.inner.encode(text, false) else { return Default::default() };
        let places = encoding.get_offsets().iter().map(|(start, end)| *start..*end).collect();
        (encoding.get_ids().to_vec(), places)
    }

    /// Text of token ids, special tokens included; bytes that aren't UTF-8
    /// become U+FFFD. A SentencePiece text keeps the space it was prefixed with.
    #[must_use]
    pub fn decode(&self, ids: &[u32]) -> String {
        let bytes: Vec<u8> = ids.iter().flat_map(|id| self.bytes_of(*id)).copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The bytes one token stands for; none for an id outside the vocabulary.
    #[must_use]
    pub fn token_bytes(&self, id: u32) -> Vec<u8> {
        self.bytes_of(id).to_vec()
    }

    fn bytes_of(&self, id: u32) -> &[u8] {
        match (self.starts.get(id as usize), self.starts.get(id as usize + 1)) {
            (Some(start), Some(end)) => &self.bytes[*start..*end],
            _ => &[],
        }
    }

    /// Whether a token is a control token, not text.
    #[must_use]
    pub fn is_special(&self, id: u32) -> bool {
        self.special.get(id as usize).copied().unwrap_or(false)
    }

    /// Number of token ids (the highest plus one).
    #[must_use]
    pub fn vocab_size(&self) -> usize {
        self.special.len()
    }

    /// The begin-of-text token.
    #[must_use]
    pub fn bos(&self) -> Option<u32> {
        self.specials.bos
    }

    /// Whether plain text (not a rendered template) starts with [`Tokenizer::bos`].
    #[must_use]
    pub fn adds_bos(&self) -> bool {
        self.specials.add_bos
    }

    /// The end-of-text token.
    #[must_use]
    pub fn eos(&self) -> Option<u32> {
        self.specials.eos
    }

    /// The end-of-turn token (`<|im_end|>`, `<|eot_id|>`, …).
    #[must_use]
    pub fn eot(&self) -> Option<u32> {
        self.specials.eot
    }

    /// Every token that ends a turn, ascending.
    #[must_use]
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// The id of a token's text.
    #[must_use]
    pub fn id(&self, text: &str) -> Option<u32> {
        self.inner.token_to_id(text)
    }

    /// Texts of all control tokens, by id.
    pub fn special_texts(&self) -> impl Iterator<Item = &str> {
        (0u32..)
            .zip(&self.special)
            .filter(|(_, special)| **special)
            .filter_map(|(id, _)| std::str::from_utf8(self.bytes_of(id)).ok())
    }

    /// A canonical tokenizer.json.
    #[must_use]
    pub fn canonical_json(&self) -> Vec<u8> {
        self.json.clone()
    }

    /// BLAKE3 of [`Tokenizer::canonical_json`], lower-case hex.
    #[must_use]
    pub fn hash(&self) -> String {
        self.hash.clone()
    }
}

impl std::fmt::Debug for Tokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokenizer")
            .field("vocab_size", &self.vocab_size())
            .field("specials", &self.specials)
            .field("hash", &self.hash)
            .finish_non_exhaustive()
    }
}

/// How this tokenizer's vocabulary spells bytes, from its decoder.
fn spelling(inner: &Inner) -> Result<Spelling, LmError> {
    fn decodes(decoder: &DecoderWrapper) -> Option<Spelling> {
        match decoder {
            DecoderWrapper::ByteLevel(_) => Some(Spelling::ByteLevel),
            DecoderWrapper::ByteFallback(_) | DecoderWrapper::Metaspace(_) => {
                Some(Spelling::Pieces)
            }
            DecoderWrapper::Sequence(parts) => parts.get_decoders().iter().find_map(decodes),
            _ => None,
        }
    }
    let cut_by_bytes = matches!(inner.get_pre_tokenizer(), Some(PreTokenizerWrapper::ByteLevel(_)));
    inner
        .get_decoder()
        .and_then(decodes)
        .or_else(|| cut_by_bytes.then_some(Spelling::ByteLevel))
        .ok_or_else(|| wrong("its vocabulary is neither byte-level nor SentencePiece"))
}
