//! Our own table of `tokenizer.ggml.pre` names: how a byte-level BPE vocabulary
//! cuts text before it merges. A GGUF carries the vocabulary but only the *name*
//! of the cut, so an unknown name is refused: guessing would give other ids than
//! the model was trained on, quietly.
//!
//! Sources: the `pre_tokenizer` of the original `tokenizer.json` files, and the
//! names that llama.cpp's converter writes for them. Every name here is checked
//! against llama.cpp's ids in `tests/parity` (same vocabulary, each name in turn).

/// GPT-2's cut; the last branch takes white space that nothing else took.
const GPT2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
/// One digit (any numeric character) at a time, before [`GPT2`].
const EACH_DIGIT: &str = r"\p{N}";
/// Llama 3's cut: digits in threes, line breaks apart.
const LLAMA3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
/// Qwen's cut: as Llama 3's, each digit alone.
const QWEN2: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
/// GPT-4o's cut (`o200k`): words end before an upper-case run.
const GPT4O: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
/// Mistral's `tekken` cut: as GPT-4o's without contractions, each digit alone.
const TEKKEN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
/// DeepSeek-V3 cuts three times: numbers, then Chinese and Japanese, then the rest.
const DEEPSEEK3_NUMBERS: &str = r"\p{N}{1,3}";
const DEEPSEEK3_HAN_KANA: &str = "[一-龥぀-ゟ゠-ヿ]+";
const DEEPSEEK3_REST: &str = r##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"##;

/// One way to cut text, and what goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pre {
    /// Patterns applied one after the other; each match becomes a piece.
    pub splits: &'static [&'static str],
    /// A piece that is a token as a whole is taken without merging.
    pub ignore_merges: bool,
    /// Whether a text starts with BOS when the file doesn't say.
    pub add_bos: bool,
    /// Whether text is brought to NFC first.
    pub nfc: bool,
}

const fn plain(splits: &'static [&'static str]) -> Pre {
    Pre { splits, ignore_merges: false, add_bos: false, nfc: false }
}

/// The cut of a `tokenizer.ggml.pre` name; `None` for a name we don't know.
pub(super) fn lookup(name: &str) -> Option<Pre> {
    let pre = match name {
        "gpt-2" | "gpt2" | "phi-2" | "mpt" | "olmo" | "jais" | "trillion" | "exaone4" => {
            plain(&[GPT2])
        }
        "smollm" | "starcoder" | "refact" | "command-r" | "codeshell" | "exaone" | "minerva-7b" => {
            plain(&[EACH_DIGIT, GPT2])
        }
        "llama-bpe" | "llama3" | "llama-v3" | "falcon3" | "falcon-h1" | "pixtral" | "lfm2" => {
            Pre { ignore_merges: true, add_bos: true, ..plain(&[LLAMA3]) }
        }
        "dbrx" | "smaug-bpe" | "glm4" | "chatglm-bpe" => plain(&[LLAMA3]),
        "qwen2" | "deepseek-r1-qwen" | "megrez" => Pre { nfc: true, ..plain(&[QWEN2]) },
        "stablelm2" | "hunyuan" | "grok-2" => plain(&[QWEN2]),
        "gpt-4o" | "llama4" => plain(&[GPT4O]),
        "tekken" => Pre { ignore_merges: true, add_bos: true, ..plain(&[TEKKEN]) },
        "deepseek-v3" => plain(&[DEEPSEEK3_NUMBERS, DEEPSEEK3_HAN_KANA, DEEPSEEK3_REST]),
        _ => return None,
    };
    Some(pre)
}

#[cfg(test)]
/// Every name that [`lookup`] knows, for messages and tests.
pub(super) const NAMES: &[&str] = &[
    "gpt-2",
    "gpt2",
    "phi-2",
    "mpt",
    "olmo",
    "jais",
    "trillion",
    "exaone4",
    "smollm",
    "starcoder",
    "refact",
    "command-r",
    "codeshell",
    "exaone",
    "minerva-7b",
    "llama-bpe",
    "llama3",
    "llama-v3",
    "falcon3",
    "falcon-h1",
    "pixtral",
    "lfm2",
    "dbrx",
    "smaug-bpe",
    "glm4",
    "chatglm-bpe",
    "qwen2",
    "deepseek-r1-qwen",
    "megrez",
    "stablelm2",
    "hunyuan",
    "grok-2",
    "gpt-4o",
    "llama4",
    "tekken",
    "deepseek-v3",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_has_a_cut_and_an_unknown_one_has_none() {
        assert!(NAMES.iter().all(|name| lookup(name).is_some()));
        for unknown in ["", "default", "llama-spm", "SmolLM"] {
            assert_eq!(lookup(unknown), None, "{unknown}");
        }
    }
}
