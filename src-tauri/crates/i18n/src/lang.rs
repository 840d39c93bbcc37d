//! The two languages, and how one is chosen.

use std::fmt;
use std::str::FromStr;

/// A language Shinsa speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// A language tag that is neither Japanese nor English.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the language {0:?} is not known; use ja or en")]
pub struct UnknownLang(pub String);

impl UnknownLang {
    /// The stable code under which the message is found in `errors.ftl`.
    pub fn code(&self) -> &'static str {
        "language-unknown"
    }
}

impl Lang {
    /// Both languages, in the order they are offered.
    pub const ALL: [Lang; 2] = [Lang::Ja, Lang::En];

    /// The short tag: `ja` or `en`; the folder's name and HTML's `lang`.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }

    /// The language's own name for itself, for a menu.
    pub fn own_name(self) -> &'static str {
        match self {
            Lang::Ja => "日本語",
            Lang::En => "English",
        }
    }

    /// The language of a locale such as `ja_JP.UTF-8`, `ja-JP` or `C`; anything
    /// that is not Japanese is answered in English.
    pub fn of_locale(locale: &str) -> Lang {
        locale.parse().unwrap_or(Lang::En)
    }

    /// The language of this computer's settings. English when nothing is set.
    pub fn detect() -> Lang {
        sys_locale::get_locale().map_or(Lang::En, |locale| Lang::of_locale(&locale))
    }
}

impl FromStr for Lang {
    type Err = UnknownLang;

    /// Accepts a BCP 47 tag or a POSIX locale, in either case: only its primary
    /// language counts.
    fn from_str(text: &str) -> Result<Lang, UnknownLang> {
        let primary = text.split(['-', '_', '.', '@']).next().unwrap_or_default();
        match primary.trim().to_ascii_lowercase().as_str() {
            "ja" | "jpn" => Ok(Lang::Ja),
            "en" | "eng" => Ok(Lang::En),
            _ => Err(UnknownLang(text.to_owned())),
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_locales_of_either_case_name_their_language() {
        for text in ["ja", "ja-JP", "ja_JP.UTF-8", "JA", "jpn", "ja@calendar=japanese"] {
            assert_eq!(text.parse(), Ok(Lang::Ja), "{text}");
        }
        for text in ["en", "en-GB", "en_US.UTF-8", "eng"] {
            assert_eq!(text.parse(), Ok(Lang::En), "{text}");
        }
    }

    #[test]
    fn an_unknown_tag_is_an_error_but_an_unknown_locale_is_english() {
        assert_eq!("fr".parse::<Lang>(), Err(UnknownLang("fr".into())));
        assert!("".parse::<Lang>().is_err());
        assert!("jav".parse::<Lang>().is_err());
        assert_eq!(Lang::of_locale("C"), Lang::En);
        assert_eq!(Lang::of_locale("fr_FR"), Lang::En);
    }
}
