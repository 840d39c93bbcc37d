//! A GGUF's tokenizer metadata rebuilt as a `tokenizer.json`.

use std::collections::HashMap;

use candle_core::quantized::gguf_file::{Content, Value};
use serde_json::{Value as Json, json};

use super::bytes::SPACE_MARK;
use super::pre::{self, Pre};
use super::special::{Specials, is_end_of_turn};
use crate::error::LmError;

/// What one vocabulary entry is (`tokenizer.ggml.token_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Normal,
    Unknown,
    Control,
    UserDefined,
    Unused,
    Byte,
}

/// The tokenizer part of a GGUF's metadata, checked.
#[derive(Debug)]
pub(super) struct Vocabulary {
    model: String,
    pre: Option<String>,
    tokens: Vec<String>,
    kinds: Vec<Kind>,
    merges: Vec<(String, String)>,
    scores: Vec<f32>,
    add_space_prefix: bool,
    add_bos: Option<bool>,
    bos: Option<u32>,
    eos: Option<u32>,
    eot: Option<u32>,
    unknown: Option<u32>,
}

fn wrong(reason: impl Into<String>) -> LmError {
    LmError::Tokenizer { reason: reason.into() }
}

fn integer(value: &Value) -> Option<u32> {
    match value {
        Value::I8(v) => u32::try_from(*v).ok(),
        Value::I16(v) => u32::try_from(*v).ok(),
        Value::I32(v) => u32::try_from(*v).ok(),
        Value::I64(v) => u32::try_from(*v).ok(),
        other => other.to_u64().ok().and_then(|v| u32::try_from(v).ok()),
    }
}

struct Metadata<'a>(&'a HashMap<String, Value>);

impl<'a> Metadata<'a> {
    fn get(&self, key: &str) -> Option<&'a Value> {
        self.0.get(&format!("tokenizer.ggml.{key}"))
    }

    fn text(&self, key: &str) -> Result<Option<String>, LmError> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(wrong(format!("tokenizer.ggml.{key} is no text"))),
        }
    }

    fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).and_then(|v| v.to_bool().ok())
    }

    fn id(&self, key: &str, tokens: usize) -> Result<Option<u32>, LmError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        match integer(value) {
            Some(id) if (id as usize) < tokens => Ok(Some(id)),
            // Converters write -1 (or its unsigned twin) for "none".
            None | Some(u32::MAX) => Ok(None),
            Some(id) => {
                Err(wrong(format!("tokenizer.ggml.{key} is {id}, but there are {tokens} tokens")))
            }
        }
    }

    fn list<T>(
        &self,
        key: &str,
        item: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<Vec<T>>, LmError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let bad =
            |at: usize| wrong(format!("tokenizer.ggml.{key} has a value of a wrong type at {at}"));
        let Value::Array(values) = value else { return Err(bad(0)) };
        values
            .iter()
            .enumerate()
            .map(|(at, v)| item(v).ok_or_else(|| bad(at)))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

impl Vocabulary {
    /// Reads and checks the keys `tokenizer.ggml.*`.
    pub(super) fn read(content: &Content) -> Result<Self, LmError> {
        Self::from_metadata(&content.metadata)
    }

    fn from_metadata(metadata: &HashMap<String, Value>) -> Result<Self, LmError> {
        let meta = Metadata(metadata);
        let model =
            meta.text("model")?.ok_or_else(|| wrong("the file has no tokenizer.ggml.model"))?;
        let string = |v: &Value| match v {
            Value::String(text) => Some(text.clone()),
            _ => None,
        };
        let mut tokens = meta
            .list("tokens", string)?
            .filter(|tokens| !tokens.is_empty())
            .ok_or_else(|| wrong("the file has no tokenizer.ggml.tokens"))?;
        // Nameless entries would collide in the vocabulary.
        for (id, token) in tokens.iter_mut().enumerate() {
            if token.is_empty() {
                *token = format!("[EMPTY_{id}]");
            }
        }
        let n = tokens.len();
        let kinds = match meta.list("token_type", integer)? {
            None => vec![Kind::Normal; n],
            Some(types) if types.len() != n => {
                return Err(wrong(format!("{} token types for {n} tokens", types.len())));
            }
            Some(types) => types
                .into_iter()
                .map(|t| match t {
                    2 => Kind::Unknown,
                    3 => Kind::Control,
                    4 => Kind::UserDefined,
                    5 => Kind::Unused,
                    6 => Kind::Byte,
                    _ => Kind::Normal,
                })
                .collect(),
        };
        let merges = meta
            .list("merges", |v| {
                let Value::String(text) = v else { return None };
                text.split_once(' ').map(|(left, right)| (left.to_owned(), right.to_owned()))
            })?
            .unwrap_or_default();
        let scores = meta
            .list("scores", |v| match v {
                Value::F32(score) => Some(*score),
                _ => None,
            })?
            .unwrap_or_default();
        Ok(Self {
            pre: meta.text("pre")?,
            kinds,
            merges,
            scores,
            add_space_prefix: meta.flag("add_space_prefix").unwrap_or(true),
            add_bos: meta.flag("add_bos_token"),
            bos: meta.id("bos_token_id", n)?,
            eos: meta.id("eos_token_id", n)?,
            eot: meta.id("eot_token_id", n)?,
            unknown: meta.id("unknown_token_id", n)?,
            tokens,
            model,
        })
    }

    /// The `tokenizer.json` and the special ids that it can't express.
    pub(super) fn build(&self) -> Result<(Json, Specials), LmError> {
        match self.model.as_str() {
            "gpt2" => self.byte_level(),
            "llama" => self.pieces(),
            other => Err(wrong(format!(
                "the tokenizer model {other} isn't supported (supported are gpt2 and llama)"
            ))),
        }
    }

    fn byte_level(&self) -> Result<(Json, Specials), LmError> {
        // Files written before the key existed are GPT-2's only by luck.
        let name = self.pre.as_deref().unwrap_or("(none)");
        let pre =
            pre::lookup(name).ok_or_else(|| LmError::UnknownPreType { pre: name.to_owned() })?;
        if self.merges.is_empty() {
            return Err(wrong("the file has no tokenizer.ggml.merges"));
        }
        let Pre { splits, ignore_merges, add_bos, nfc } = pre;
        let mut cuts: Vec<Json> = splits
            .iter()
            .map(|pattern| json!({"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": false}))
            .collect();
        cuts.push(json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false}));
        let model = json!({
            "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
            "ignore_merges": ignore_merges, "vocab": self.vocab()?, "merges": self.merges,
        });
        let json = self.document(
            if nfc { json!({"type": "NFC"}) } else { Json::Null },
            json!({"type": "Sequence", "pretokenizers": cuts}),
            json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false}),
            model,
        );
        Ok((json, self.specials(add_bos)))
    }

    /// SentencePiece's BPE: the merges aren't stored; each is a split of a token
    /// into two others, and the score of the whole is its priority (Kudo 2018,
    /// `bpe_model.cc`: highest score first, then leftmost).
    fn pieces(&self) -> Result<(Json, Specials), LmError> {
        if self.scores.len() != self.tokens.len() {
            return Err(wrong(format!(
                "{} scores for {} tokens in a SentencePiece vocabulary",
                self.scores.len(),
                self.tokens.len()
            )));
        }
        let unknown = self
            .unknown
            .or_else(|| {
                self.kinds
                    .iter()
                    .position(|k| *k == Kind::Unknown)
                    .and_then(|i| u32::try_from(i).ok())
            })
            .and_then(|id| self.tokens.get(id as usize))
            .ok_or_else(|| wrong("the SentencePiece vocabulary has no unknown token"))?;
        let model = json!({
            "type": "BPE", "dropout": null, "unk_token": unknown, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": true, "byte_fallback": true,
            "ignore_merges": false, "vocab": self.vocab()?, "merges": self.derived_merges(),
        });
        let mark = SPACE_MARK.to_string();
        let mut normalizers = Vec::new();
        if self.add_space_prefix {
            normalizers.push(json!({"type": "Prepend", "prepend": mark}));
        }
        normalizers.push(json!({"type": "Replace", "pattern": {"String": " "}, "content": mark}));
        let mut decoders = vec![
            json!({"type": "Replace", "pattern": {"String": mark}, "content": " "}),
            json!({"type": "ByteFallback"}),
            json!({"type": "Fuse"}),
        ];
        if self.add_space_prefix {
            decoders.push(json!({"type": "Strip", "content": " ", "start": 1, "stop": 0}));
        }
        let json = self.document(
            json!({"type": "Sequence", "normalizers": normalizers}),
            Json::Null,
            json!({"type": "Sequence", "decoders": decoders}),
            model,
        );
        Ok((json, self.specials(true)))
    }

    fn derived_merges(&self) -> Vec<(&str, &str)> {
        let mergeable =
            |kind: Kind| matches!(kind, Kind::Normal | Kind::UserDefined | Kind::Unused);
        let ids: HashMap<&str, usize> = self
            .tokens
            .iter()
            .enumerate()
            .filter(|(id, _)| mergeable(self.kinds[*id]))
            .map(|(id, token)| (token.as_str(), id))
            .collect();
        let mut order: Vec<usize> =
            (0..self.tokens.len()).filter(|id| mergeable(self.kinds[*id])).collect();
        order.sort_by(|a, b| self.scores[*b].total_cmp(&self.scores[*a]).then(a.cmp(b)));
        let mut merges = Vec::new();
        for id in order {
            let token = self.tokens[id].as_str();
            let mut splits: Vec<(usize, usize, &str, &str)> = token
                .char_indices()
                .skip(1)
                .filter_map(|(at, _)| {
                    let (left, right) = token.split_at(at);
                    Some((*ids.get(left)?, *ids.get(right)?, left, right))
                })
                .collect();
            splits.sort_unstable();
            merges.extend(splits.into_iter().map(|(_, _, left, right)| (left, right)));
        }
        merges
    }

    fn vocab(&self) -> Result<serde_json::Map<String, Json>, LmError> {
        let mut vocab = serde_json::Map::new();
        for (id, token) in self.tokens.iter().enumerate() {
            if vocab.insert(token.clone(), json!(id)).is_some() {
                return Err(wrong(format!(
                    "the token {token:?} occurs twice (second time at {id})"
                )));
            }
        }
        Ok(vocab)
    }

    fn document(&self, normalizer: Json, pre_tokenizer: Json, decoder: Json, model: Json) -> Json {
        let added: Vec<Json> = self
            .kinds
            .iter()
            .enumerate()
            .filter(|(_, kind)| matches!(kind, Kind::Unknown | Kind::Control | Kind::UserDefined))
            .map(|(id, kind)| {
                json!({
                    "id": id, "content": self.tokens[id], "single_word": false, "lstrip": false,
                    "rstrip": false, "normalized": false, "special": *kind != Kind::UserDefined,
                })
            })
            .collect();
        json!({
            "version": "1.0", "truncation": null, "padding": null, "added_tokens": added,
            "normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "post_processor": null,
            "decoder": decoder, "model": model,
        })
    }

    fn specials(&self, add_bos: bool) -> Specials {
        let by_name = || {
            self.tokens
                .iter()
                .zip(&self.kinds)
                .position(|(token, kind)| *kind != Kind::Normal && is_end_of_turn(token))
                .and_then(|id| u32::try_from(id).ok())
        };
        Specials {
            bos: self.bos,
            eos: self.eos,
            eot: self.eot.or_else(by_name),
            add_bos: self.add_bos.unwrap_or(add_bos) && self.bos.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(values: &[&str]) -> Value {
        Value::Array(values.iter().map(|v| Value::String((*v).to_owned())).collect())
    }

    fn metadata(model: &str, pre: Option<&str>) -> HashMap<String, Value> {
        let mut map = HashMap::from([
            ("tokenizer.ggml.model".to_owned(), Value::String(model.to_owned())),
            ("tokenizer.ggml.tokens".to_owned(), strings(&["a", "b", "ab", "<|im_end|>"])),
            (
                "tokenizer.ggml.token_type".to_owned(),
                Value::Array([1, 1, 1, 3].map(Value::I32).to_vec()),
            ),
            ("tokenizer.ggml.merges".to_owned(), strings(&["a b"])),
        ]);
        if let Some(pre) = pre {
            map.insert("tokenizer.ggml.pre".to_owned(), Value::String(pre.to_owned()));
        }
        map
    }

    #[test]
    fn an_unknown_or_missing_pre_type_is_refused_by_name() {
        for (pre, named) in [(Some("brand-new"), "brand-new"), (None, "(none)")] {
            let error =
                Vocabulary::from_metadata(&metadata("gpt2", pre)).unwrap().build().unwrap_err();
            assert_eq!(error.code(), "unknown-pre-type");
            assert_eq!(error.args()["pre"], named);
        }
        let error =
            Vocabulary::from_metadata(&metadata("rwkv", None)).unwrap().build().unwrap_err();
        assert!(error.to_string().contains("rwkv"));
    }

    #[test]
    fn the_end_of_turn_is_found_by_its_name_when_no_key_says_it() {
        let (_, specials) =
            Vocabulary::from_metadata(&metadata("gpt2", Some("gpt-2"))).unwrap().build().unwrap();
        assert_eq!(specials.eot, Some(3));
        assert_eq!(specials.bos, None);
        assert!(!specials.add_bos);
    }

    #[test]
    fn broken_metadata_is_an_error_that_says_which_key() {
        let mut twice = metadata("gpt2", Some("gpt-2"));
        twice.insert("tokenizer.ggml.tokens".into(), strings(&["a", "b", "a", "c"]));
        let mut short = metadata("gpt2", Some("gpt-2"));
        short.insert("tokenizer.ggml.token_type".into(), Value::Array(vec![Value::I32(1)]));
        let mut outside = metadata("gpt2", Some("gpt-2"));
        outside.insert("tokenizer.ggml.eos_token_id".into(), Value::U32(9));
        let mut typed = metadata("gpt2", Some("gpt-2"));
        typed.insert("tokenizer.ggml.merges".into(), Value::Array(vec![Value::Bool(true)]));
        for (map, expected) in
            [(twice, "twice"), (short, "token types"), (outside, "eos_token_id"), (typed, "merges")]
        {
            let error =
                Vocabulary::from_metadata(&map).and_then(|v| v.build().map(|_| ())).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
