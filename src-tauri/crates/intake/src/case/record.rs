//! A case as a file gives it.

use serde::{Deserialize, Serialize};
use shinsa_domain::{CaseText, Lang};

use crate::keys::Keyed;

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
    /// What models answered, where columns of its row say.
    pub outputs: Vec<CaseOutput>,
    /// True where the source marks the case as invented.
    pub synthetic: bool,
}

/// An answer to a case that stands in the case's own row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseOutput {
    /// Heading of its column, which tells the answers of a case apart.
    pub column: String,
    /// The answer.
    pub text: String,
}

impl CaseRecord {
    /// All text that tells the language, in one piece.
    pub(crate) fn guess_lang(text: &CaseText) -> Lang {
        Lang::guess(&format!("{}{}{}{}", text.title, text.what, text.factors, text.improvements))
    }
}

impl Keyed for CaseRecord {
    const MARK: char = 'c';

    fn key(&mut self) -> &mut String {
        &mut self.key
    }

    fn is_made(&self) -> bool {
        self.key_made
    }

    fn content_hash(&self) -> String {
        self.text.hash().0
    }
}
