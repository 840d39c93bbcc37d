//! Text in both languages.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// A language of the content or of the user.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Japanese.
    #[default]
    Ja,
    /// English.
    En,
}

impl Lang {
    /// `ja` or `en`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// Japanese where any kana or Han character occurs, English otherwise.
    #[must_use]
    pub fn guess(text: &str) -> Self {
        let japanese = |c: char| matches!(u32::from(c), 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF | 0xFF66..=0xFF9F);
        if text.chars().any(japanese) { Self::Ja } else { Self::En }
    }
}

/// One text in Japanese and English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Whether there is nothing to read in either language.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ja.trim().is_empty() && self.en.trim().is_empty()
    }

    /// The text in `lang`, or in the other language where that one is empty.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        let (first, second) = match lang {
            Lang::Ja => (&self.ja, &self.en),
            Lang::En => (&self.en, &self.ja),
        };
        if first.is_empty() { second } else { first }
    }
}

/// NFC, with every line end as `\n`: the form in which content is compared.
pub(crate) fn unify(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_translation_falls_back_to_the_other_language() {
        let text = Text { ja: "安全性".into(), en: String::new() };
        assert_eq!(text.get(Lang::En), "安全性");
    }

    #[test]
    fn half_width_kana_counts_as_japanese() {
        assert_eq!(Lang::guess("ﾃﾝﾄｳ at night"), Lang::Ja);
        assert_eq!(Lang::guess("fell at night"), Lang::En);
    }
}
