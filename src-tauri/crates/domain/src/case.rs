//! Cases: what happened, or what was asked.

use crate::text::unify;
use crate::{CaseId, Hash, Lang};
use serde::{Deserialize, Serialize};

/// The content of a case. Every field may be empty except `what`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CaseText {
    /// A short title.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What happened, or the question.
    pub what: String,
    /// Contributing factors.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub factors: String,
    /// Improvements made or possible.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub improvements: String,
    /// A reference answer, where one exists.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// What a good answer must cover, one aspect each; rated one by one where
    /// the rubric has a list over the case's aspects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aspects: Vec<String>,
    /// Other columns of the source, name and value, in the source's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<(String, String)>,
}

/// A case with its identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Stable: keeps ratings attached when the text is redacted.
    pub id: CaseId,
    /// The number or key in the source, unique in the project.
    pub key: String,
    /// The language of the text.
    pub lang: Lang,
    /// The content.
    pub text: CaseText,
}

impl CaseText {
    /// Content hash, version 1: BLAKE3 over the fields in their fixed order,
    /// each as NFC with unified line ends, preceded by its length in bytes so
    /// that no two different contents run together to the same bytes.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"shinsa-case-1\n");
        let mut field = |text: &str| {
            let text = unify(text);
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        for text in [&self.title, &self.what, &self.factors, &self.improvements, &self.reference] {
            field(text);
        }
        field(&self.aspects.len().to_string());
        self.aspects.iter().for_each(|aspect| field(aspect));
        for (name, value) in &self.extra {
            field(name);
            field(value);
        }
        Hash(hasher.finalize().to_hex().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(what: &str) -> CaseText {
        CaseText { what: what.into(), ..CaseText::default() }
    }

    #[test]
    fn line_ends_and_composition_do_not_change_the_hash() {
        assert_eq!(case("転倒\r\nがあった").hash(), case("転倒\nか\u{3099}あった").hash());
    }

    #[test]
    fn text_in_another_field_is_another_content() {
        let moved = CaseText { factors: "転倒".into(), ..CaseText::default() };
        assert_ne!(case("転倒").hash(), moved.hash());
    }
}
