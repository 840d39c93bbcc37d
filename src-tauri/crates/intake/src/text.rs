//! Text as it comes in: what is refused, what is unified, which language is meant.

use shinsa_domain::Lang;
use unicode_normalization::UnicodeNormalization;

use crate::problem::{Code, Severity};

/// First character of each troublesome kind in a text.
///
/// NUL is refused (SQLite and C libraries end the text there); the others are
/// let through with a warning.
pub(crate) fn trouble(text: &str) -> Vec<(Code, char)> {
    let mut found: Vec<(Code, char)> = Vec::new();
    for character in text.chars() {
        let code = match character {
            ' '..='~' | '\t' | '\n' | '\r' => continue,
            '\0' => Code::NulCharacter,
            '\u{1}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Code::ControlCharacter,
            '\u{fffd}' => Code::ReplacementCharacter,
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => Code::GaijiCharacter,
            _ => continue,
        };
        if !found.iter().any(|(known, _)| *known == code) {
            found.push((code, character));
        }
    }
    found
}

/// `U+E000`, as a character is named in a message.
pub(crate) fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}

/// True if [`trouble`] found something that keeps the row out.
pub(crate) fn is_refused(found: &[(Code, char)]) -> bool {
    found.iter().any(|(code, _)| code.severity() == Severity::Error)
}

/// A cell's text: line ends unified to LF, blanks at both ends removed (the
/// full-width space among them).
pub(crate) fn tidy_cell(cell: &str) -> String {
    let trimmed = cell.trim();
    if trimmed.contains('\r') {
        trimmed.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        trimmed.to_owned()
    }
}

/// A heading as it is compared: NFKC, lower case, without blanks and
/// punctuation, so that `Ｎｏ．`, `No.` and `no` are one.
pub(crate) fn fold_heading(heading: &str) -> String {
    heading
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|character| character.is_alphanumeric() || *character == '#' || *character == 'ー')
        .collect()
}

/// A heading without the remark in brackets that many forms add: `改善策（必須）`.
pub(crate) fn without_remark(heading: &str) -> String {
    let mut depth = 0_i32;
    let mut kept = String::new();
    for character in heading.nfkc() {
        match character {
            '(' | '[' | '【' | '〔' | '<' | '〈' | '《' => depth += 1,
            ')' | ']' | '】' | '〕' | '>' | '〉' | '》' => depth = (depth - 1).max(0),
            _ if depth == 0 => kept.push(character),
            _ => {}
        }
    }
    kept
}

/// The language from what people write in a language column; `None` for
/// anything else.
pub(crate) fn read_language(value: &str) -> Option<Lang> {
    match fold_heading(value).as_str() {
        "ja" | "jp" | "jpn" | "jajp" | "japanese" | "日本語" | "日" | "和文" => {
            Some(Lang::Ja)
        }
        "en" | "eng" | "enus" | "engb" | "english" | "英語" | "英" | "英文" => Some(Lang::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_any_width_are_one() {
        for heading in ["No.", "Ｎｏ．", " no ", "№"] {
            assert_eq!(fold_heading(heading), "no", "{heading}");
        }
        assert_eq!(fold_heading("実施した・考えられる　改善策"), "実施した考えられる改善策");
        assert_eq!(fold_heading("ﾀｲﾄﾙ"), fold_heading("タイトル"));
        assert_eq!(fold_heading(&without_remark("改善策（必須）")), "改善策");
    }

    #[test]
    fn languages_are_read_as_people_write_them() {
        assert_eq!(read_language("Ｊａｐａｎｅｓｅ"), Some(Lang::Ja));
        assert_eq!(read_language("ja-JP"), Some(Lang::Ja));
        assert_eq!(read_language("fr"), None);
    }

    #[test]
    fn nul_is_refused_and_the_rest_only_noted() {
        assert!(is_refused(&trouble("a\0b")));
        let noted = trouble("a\u{7}\u{fffd}\u{e001}\t\n");
        assert!(!is_refused(&noted));
        assert_eq!(noted.len(), 3);
    }

    #[test]
    fn cells_lose_outer_blanks_and_carriage_returns() {
        assert_eq!(tidy_cell("　a\r\nb\rc \n"), "a\nb\nc");
    }
}
