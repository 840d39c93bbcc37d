//! Text to the bytes of the chosen encoding, and what has no form there.

use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;
use serde::{Deserialize, Serialize};

/// Encoding of a CSV file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CsvEncoding {
    /// UTF-8 with a byte-order mark: Excel opens it, nothing is lost.
    #[default]
    Utf8Bom,
    /// UTF-8 without a mark, for programs.
    Utf8,
    /// Windows-31J, for old Japanese programs; emoji and most foreign letters
    /// have no form there.
    Cp932,
}

/// What to do with a character that has no form in the encoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnUnwritable {
    /// Write 〓 in its place and list it.
    #[default]
    Replace,
    /// Write no file and list all.
    Refuse,
}

/// A character that has no form in the file's encoding, and its cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unwritable {
    /// Row as a spreadsheet counts; the headings are row 1.
    pub row: u64,
    /// Heading of the column.
    pub column: String,
    /// The character.
    pub character: char,
}

impl Unwritable {
    /// How many are listed one by one; beyond that they are only counted.
    pub const KEPT: usize = 1_000;
}

/// What stands for a character without a form, as Japanese printers did it.
const GETA: char = '〓';

/// Characters that Windows and other systems encode differently though they
/// look the same: text typed on a Mac has the left one, CP932 the right one.
const TWINS: [(char, char); 7] = [
    ('\u{301c}', '\u{ff5e}'), // wave dash
    ('\u{2014}', '\u{2015}'), // em dash
    ('\u{2016}', '\u{2225}'), // double bar
    ('\u{2212}', '\u{ff0d}'), // minus
    ('\u{a2}', '\u{ffe0}'),   // cent
    ('\u{a3}', '\u{ffe1}'),   // pound
    ('\u{ac}', '\u{ffe2}'),   // not
];

impl CsvEncoding {
    /// The bytes a file in this encoding begins with.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8Bom => b"\xef\xbb\xbf",
            Self::Utf8 | Self::Cp932 => b"",
        }
    }

    /// A cell with every character that can't be written replaced; `found`
    /// hears of each.
    pub(super) fn writable<'t>(
        self,
        cell: Cow<'t, str>,
        mut found: impl FnMut(char),
    ) -> Cow<'t, str> {
        if self != Self::Cp932 || cell.is_ascii() {
            return cell;
        }
        let twin = |character: char| {
            TWINS.iter().find(|(left, _)| *left == character).map_or(character, |(_, right)| *right)
        };
        let replaced: String = cell
            .chars()
            .map(twin)
            .map(|character| {
                if has_form(character) {
                    character
                } else {
                    found(character);
                    GETA
                }
            })
            .collect();
        Cow::Owned(replaced)
    }

    /// The bytes of text that [`CsvEncoding::writable`] has been through.
    pub(super) fn bytes(self, text: &str) -> Cow<'_, [u8]> {
        match self {
            Self::Utf8Bom | Self::Utf8 => Cow::Borrowed(text.as_bytes()),
            Self::Cp932 => SHIFT_JIS.encode(text).0,
        }
    }
}

/// True if CP932 has the character and gives the same one back.
fn has_form(character: char) -> bool {
    // Two that the encoder writes as the ASCII signs they replaced in JIS.
    if matches!(character, '\u{a5}' | '\u{203e}') {
        return false;
    }
    let mut buffer = [0; 4];
    !SHIFT_JIS.encode(character.encode_utf8(&mut buffer)).2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(text: &str) -> (String, Vec<char>) {
        let mut lost = Vec::new();
        let kept =
            CsvEncoding::Cp932.writable(Cow::Borrowed(text), |character| lost.push(character));
        let bytes = CsvEncoding::Cp932.bytes(&kept).into_owned();
        let back = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&bytes).unwrap();
        (back.into_owned(), lost)
    }

    #[test]
    fn nec_and_ibm_extension_characters_are_written() {
        let text = "①㈱髙﨑Ⅳ㎎℡ｱ｡";
        assert_eq!(through(text), (text.to_owned(), vec![]));
    }

    #[test]
    fn what_has_no_form_becomes_a_geta_and_is_told() {
        assert_eq!(through("薬😀é¥"), ("薬〓〓〓".to_owned(), vec!['😀', 'é', '¥']));
    }

    #[test]
    fn twins_from_other_systems_are_written_as_windows_writes_them() {
        assert_eq!(through("5〜10 — −1").0, "5～10 ― －1");
    }
}
