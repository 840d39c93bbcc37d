//! A case as a file gives it.

use serde::{Deserialize, Serialize};
use shinsa_domain::{CaseText, Lang};

/// A case before it has an id: it carries the source's own key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// Number or key in the source, or one made from the content.
    pub key: String,
    /// True where the source had no key.
    pub key_made: bool,
    /// Language as the source says, else as its characters suggest.
    pub lang: Lang,
    /// The content.
    pub text: CaseText,
    /// True where the source marks the case as invented.
    pub synthetic: bool,
}

impl CaseRecord {
    /// A key that depends on nothing but the content, so that the same file
    /// read twice gives the same keys; the second and later of twins are
    /// numbered, since two identical falls may both have happened.
    pub(crate) fn made_key(content_hash: &str, twin: u32) -> String {
        let short = content_hash.get(..12).unwrap_or(content_hash);
        if twin == 0 { format!("c-{short}") } else { format!("c-{short}-{}", twin + 1) }
    }

    /// All text that tells the language, in one piece.
    pub(crate) fn guess_lang(text: &CaseText) -> Lang {
        Lang::guess(&format!("{}{}{}{}", text.title, text.what, text.factors, text.improvements))
    }
}
