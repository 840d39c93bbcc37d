//! Which encoding a file is in, and its bytes as text.
//!
//! Order: byte-order mark, UTF-8, Windows-31J (CP932), otherwise the user is
//! asked. Windows-31J is Shift_JIS with the NEC and IBM extensions (①㈱髙) that
//! Windows writes; a strict Shift_JIS decoder refuses them.

mod detect;

use std::borrow::Cow;

use encoding_rs::{EUC_JP, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

pub use detect::{Certainty, EncodingChoice, detect};

/// A character encoding that intake reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8 without a byte-order mark.
    Utf8,
    /// UTF-8 that starts with a byte-order mark, as Excel writes it.
    Utf8Bom,
    /// Windows-31J: Shift_JIS with the NEC and IBM extensions.
    Cp932,
    /// EUC-JP, met in exports of old Unix systems.
    EucJp,
    /// Windows-1252, met where English Windows saved the file. Never taken
    /// without asking: its ’ before a letter is a kanji in CP932.
    Cp1252,
    /// UTF-16 little-endian with a byte-order mark (Excel's "Unicode text").
    Utf16Le,
    /// UTF-16 big-endian with a byte-order mark.
    Utf16Be,
}

impl Encoding {
    /// Every encoding, in the order a chooser lists them.
    pub const ALL: [Self; 7] = [
        Self::Utf8,
        Self::Utf8Bom,
        Self::Cp932,
        Self::EucJp,
        Self::Cp1252,
        Self::Utf16Le,
        Self::Utf16Be,
    ];

    /// The name shown to people and accepted by [`Encoding::from_name`].
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 (BOM)",
            Self::Cp932 => "CP932",
            Self::EucJp => "EUC-JP",
            Self::Cp1252 => "CP1252",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        }
    }

    /// Reads a name as people write it: `utf-8`, `cp932`, `Shift_JIS`, `SJIS`, …
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let folded: String =
            name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        Some(match folded.as_str() {
            "utf8" => Self::Utf8,
            "utf8bom" | "utf8sig" => Self::Utf8Bom,
            "cp932" | "ms932" | "sjis" | "shiftjis" | "windows31j" => Self::Cp932,
            "eucjp" => Self::EucJp,
            "cp1252" | "windows1252" | "latin1" | "iso88591" => Self::Cp1252,
            "utf16" | "utf16le" => Self::Utf16Le,
            "utf16be" => Self::Utf16Be,
            _ => return None,
        })
    }

    /// Text of a piece of a file (a cell, a line) in this encoding.
    ///
    /// # Errors
    /// [`BadBytes`] with the first byte that this encoding has no character for.
    pub fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, BadBytes> {
        let other = match self {
            Self::Utf8 | Self::Utf8Bom => {
                return std::str::from_utf8(bytes)
                    .map(Cow::Borrowed)
                    .map_err(|error| BadBytes::at(bytes, error.valid_up_to()));
            }
            Self::Cp932 => SHIFT_JIS,
            Self::EucJp => EUC_JP,
            Self::Cp1252 => WINDOWS_1252,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
        };
        if bytes.is_ascii()
            && matches!(self, Self::Cp932 | Self::EucJp | Self::Cp1252)
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            return Ok(Cow::Borrowed(text));
        }
        other
            .decode_without_bom_handling_and_without_replacement(bytes)
            .ok_or_else(|| BadBytes::at(bytes, good_prefix(other, bytes)))
    }

    /// True where separators, quotes and line ends are single bytes that never
    /// occur inside another character, so that a file can be cut into cells
    /// before it is decoded. Holds for all but UTF-16: in CP932 and EUC-JP a
    /// trail byte is at least 0x40.
    pub(crate) fn is_byte_splittable(self) -> bool {
        !matches!(self, Self::Utf16Le | Self::Utf16Be)
    }

    /// Length in bytes of the byte-order mark that a file in this encoding carries.
    pub(crate) fn bom_len(self, bytes: &[u8]) -> usize {
        match self {
            Self::Utf8 | Self::Utf8Bom if bytes.starts_with(UTF8_BOM) => 3,
            Self::Utf16Le if bytes.starts_with(&[0xff, 0xfe]) => 2,
            Self::Utf16Be if bytes.starts_with(&[0xfe, 0xff]) => 2,
            _ => 0,
        }
    }
}

pub(crate) const UTF8_BOM: &[u8] = b"\xef\xbb\xbf";

/// Bytes that are no text in the encoding tried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {value:#04x} at {offset} has no character in this encoding")]
pub struct BadBytes {
    /// Offset of the first bad byte in the piece decoded.
    pub offset: usize,
    /// That byte.
    pub value: u8,
}

impl BadBytes {
    fn at(bytes: &[u8], offset: usize) -> Self {
        Self { offset, value: bytes.get(offset).copied().unwrap_or_default() }
    }
}

/// Length of the longest prefix that decodes, found by bisection: the decoder
/// itself doesn't say where it stopped.
fn good_prefix(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> usize {
    let decodes = |end: usize| {
        encoding.decode_without_bom_handling_and_without_replacement(&bytes[..end]).is_some()
    };
    // `decodes` is not monotone (a prefix may cut a character in two), so the
    // last good prefix within one character of the bisected point is taken.
    let (mut low, mut high) = (0, bytes.len());
    while high - low > 4 {
        let middle = low + (high - low) / 2;
        if (0..3).any(|back| middle >= back && middle - back > low && decodes(middle - back)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (0..=high).rev().find(|end| decodes(*end)).unwrap_or(0)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(super) fn cp932(text: &str) -> Vec<u8> {
        let (bytes, _, lossy) = SHIFT_JIS.encode(text);
        assert!(!lossy, "{text} has no CP932 form");
        bytes.into_owned()
    }

    #[test]
    fn nec_and_ibm_extension_characters_survive_the_round_trip() {
        let text = "①㈱髙﨑Ⅳ㎎℡∑";
        let bytes = cp932(text);
        assert_eq!(Encoding::Cp932.decode(&bytes).as_deref(), Ok(text));
    }

    #[test]
    fn the_first_bad_byte_is_named() {
        let mut bytes = cp932("転倒した患者の記録である。転倒した患者の記録である。");
        let place = 14;
        bytes[place] = 0xff;
        let bad = Encoding::Cp932.decode(&bytes).unwrap_err();
        assert_eq!(bad.value, 0xff);
        assert_eq!(bad.offset, place);
        assert_eq!(Encoding::Utf8.decode(b"ab\xffc"), Err(BadBytes { offset: 2, value: 0xff }));
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        for encoding in Encoding::ALL {
            assert_eq!(Encoding::from_name(encoding.name()), Some(encoding));
        }
        assert_eq!(Encoding::from_name("Shift_JIS"), Some(Encoding::Cp932));
        assert_eq!(Encoding::from_name("koi8-r"), None);
    }
}
