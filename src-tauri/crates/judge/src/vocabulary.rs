//! A model's tokens as the grammar engine needs to see them.

use std::sync::Arc;

use rayon::prelude::*;
use shinsa_lm::{Model, Tokenizer};
use toktrie::{INVALID_TOKEN, TokEnv, TokRxInfo, TokTrie, TokenId, TokenizerEnv};

type Encode = dyn Fn(&str) -> Vec<u32> + Send + Sync;

/// The bytes of every token, and how text is cut into tokens. Special tokens
/// (and rows of the output that pad the vocabulary) have no bytes, so that no
/// grammar ever allows them.
pub struct Vocabulary {
    trie: TokTrie,
    encode: Box<Encode>,
}

impl Vocabulary {
    /// From the bytes per token id (empty: never allowed), padded to `width`,
    /// the number of logits.
    pub fn new(
        mut bytes: Vec<Vec<u8>>,
        width: usize,
        encode: impl Fn(&str) -> Vec<u32> + Send + Sync + 'static,
    ) -> Self {
        bytes.resize(width.max(bytes.len()), Vec::new());
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let trie = TokTrie::from(&TokRxInfo::new(size, INVALID_TOKEN), &bytes);
        Vocabulary { trie, encode: Box::new(encode) }
    }

    /// Of an opened model.
    pub fn of(model: &Arc<Model>) -> Self {
        let tokenizer = &model.tokenizer;
        let count = u32::try_from(tokenizer.vocab_size()).unwrap_or(u32::MAX);
        let bytes = (0..count).into_par_iter().map(|id| written(tokenizer, id)).collect();
        let model = Arc::clone(model);
        Self::new(bytes, model.spec.vocab, move |text| model.tokenizer.encode(text, false))
    }

    /// For the grammar engine.
    pub fn into_env(self) -> TokEnv {
        Arc::new(self)
    }
}

fn written(tokenizer: &Tokenizer, id: u32) -> Vec<u8> {
    if tokenizer.is_special(id) { Vec::new() } else { tokenizer.token_bytes(id) }
}

impl TokenizerEnv for Vocabulary {
    fn tok_trie(&self) -> &TokTrie {
        &self.trie
    }

    fn tokenize_bytes(&self, bytes: &[u8]) -> Vec<TokenId> {
        self.trie.tokenize_with_greedy_fallback(bytes, |text| (self.encode)(text))
    }
}
