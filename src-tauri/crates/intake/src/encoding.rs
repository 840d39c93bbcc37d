//! Which encoding a file is in, and its bytes as text.
//!
//! Order: byte-order mark, UTF-8, Windows-31J (CP932), otherwise the user is
//! asked. Windows-31J is Shift_JIS with the NEC and IBM extensions (①㈱髙) that
//! Windows writes; a strict Shift_JIS decoder refuses them.

use std::borrow::Cow;

use encoding_rs::{EUC_JP, SHIFT_JIS, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};

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
    /// UTF-16 little-endian with a byte-order mark (Excel's "Unicode text").
    Utf16Le,
    /// UTF-16 big-endian with a byte-order mark.
    Utf16Be,
}

impl Encoding {
    /// Every encoding, in the order a chooser lists them.
    pub const ALL: [Self; 6] =
        [Self::Utf8, Self::Utf8Bom, Self::Cp932, Self::EucJp, Self::Utf16Le, Self::Utf16Be];

    /// The name shown to people and accepted by [`Encoding::from_name`].
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf8Bom => "UTF-8 (BOM)",
            Self::Cp932 => "CP932",
            Self::EucJp => "EUC-JP",
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
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
        };
        if bytes.is_ascii()
            && matches!(self, Self::Cp932 | Self::EucJp)
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

/// How sure the guess of an encoding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// The user chose it.
    Given,
    /// A byte-order mark says so, or every byte is valid UTF-8.
    Certain,
    /// Not UTF-8, and plausible CP932 but perhaps for a few damaged characters.
    Likely,
    /// Nothing fits well: the user must look at the preview and choose.
    Unsure,
}

/// An encoding with the reason to believe in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodingChoice {
    /// The encoding the file is read in.
    pub encoding: Encoding,
    /// How sure that is.
    pub certainty: Certainty,
}

/// Guesses the encoding of a whole file.
#[must_use]
pub fn detect(bytes: &[u8]) -> EncodingChoice {
    let choice = |encoding, certainty| EncodingChoice { encoding, certainty };
    if bytes.starts_with(UTF8_BOM) {
        let sound = std::str::from_utf8(bytes).is_ok();
        return choice(
            Encoding::Utf8Bom,
            if sound { Certainty::Certain } else { Certainty::Likely },
        );
    }
    if bytes.starts_with(&[0xff, 0xfe]) {
        return choice(Encoding::Utf16Le, Certainty::Certain);
    }
    if bytes.starts_with(&[0xfe, 0xff]) {
        return choice(Encoding::Utf16Be, Certainty::Certain);
    }
    let invalid_utf8 = match std::str::from_utf8(bytes) {
        Ok(_) => return choice(Encoding::Utf8, Certainty::Certain),
        Err(error) => error,
    };
    let cp932 = Plausibility::of(SHIFT_JIS, bytes);
    let euc = Plausibility::of(EUC_JP, bytes);
    let utf8_share = utf8_share(bytes);
    // A long UTF-8 file with a few damaged bytes: cut in the middle of its last
    // character, or edited by a program that knew nothing of encodings.
    if utf8_share > 0.9 || (invalid_utf8.error_len().is_none() && cp932.score() < 0.9) {
        return choice(Encoding::Utf8, Certainty::Unsure);
    }
    // EUC-JP read as CP932 turns into half-width katakana, which real text
    // uses sparingly.
    if cp932.score() >= euc.score() {
        // A few damaged characters in much text are problems of their rows.
        let clear = cp932.score() > 0.7;
        let certainty = if clear { Certainty::Likely } else { Certainty::Unsure };
        return choice(Encoding::Cp932, certainty);
    }
    choice(Encoding::EucJp, Certainty::Unsure)
}

/// How well bytes read as a Japanese double-byte encoding.
struct Plausibility {
    errors: usize,
    wide: usize,
    odd: usize,
}

impl Plausibility {
    fn of(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Self {
        // The beginning decides: no need to decode hundreds of megabytes twice.
        const SAMPLE: usize = 1 << 20;
        let sample = &bytes[..bytes.len().min(SAMPLE)];
        let (text, _) = encoding.decode_without_bom_handling(sample);
        let (mut errors, mut wide, mut odd) = (0_usize, 0, 0);
        for character in text.chars().filter(|c| !c.is_ascii()) {
            match character {
                '\u{fffd}' => errors += 1,
                '\u{ff61}'..='\u{ff9f}' | '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}' => odd += 1,
                _ => wide += 1,
            }
        }
        // The sample may cut its last character in two.
        if sample.len() < bytes.len() {
            errors = errors.saturating_sub(1);
        }
        Self { errors, wide, odd }
    }

    #[allow(clippy::cast_precision_loss)] // counts of at most a mebibyte
    fn score(&self) -> f64 {
        let all = (self.errors * 4 + self.wide + self.odd).max(1);
        self.wide as f64 / all as f64
    }
}

/// Share of the bytes above 0x7f that belong to valid UTF-8 sequences.
#[allow(clippy::cast_precision_loss)] // a share, shown nowhere
fn utf8_share(bytes: &[u8]) -> f64 {
    let (mut good, mut all) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        let high = chunk.valid().bytes().filter(|byte| !byte.is_ascii()).count();
        good += high;
        all += high + chunk.invalid().len();
    }
    if all == 0 { 1.0 } else { good as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cp932(text: &str) -> Vec<u8> {
        let (bytes, _, lossy) = SHIFT_JIS.encode(text);
        assert!(!lossy, "{text} has no CP932 form");
        bytes.into_owned()
    }

    #[test]
    fn nec_and_ibm_extension_characters_survive_the_round_trip() {
        let text = "①㈱髙﨑Ⅳ㎎℡∑";
        let bytes = cp932(text);
        assert_eq!(Encoding::Cp932.decode(&bytes).as_deref(), Ok(text));
        assert_eq!(detect(&cp932("患者①が㈱髙橋薬局の薬を内服した")).encoding, Encoding::Cp932);
    }

    #[test]
    fn byte_order_marks_decide_first() {
        assert_eq!(detect(b"\xef\xbb\xbfa,b").encoding, Encoding::Utf8Bom);
        assert_eq!(detect(b"\xff\xfea\0").encoding, Encoding::Utf16Le);
        assert_eq!(detect(b"\xfe\xff\0a").encoding, Encoding::Utf16Be);
    }

    #[test]
    fn utf8_comes_before_cp932() {
        for text in ["", "plain", "転倒した。", "café"] {
            let found = detect(text.as_bytes());
            assert_eq!((found.encoding, found.certainty), (Encoding::Utf8, Certainty::Certain));
        }
        let found = detect(&cp932("夜間、患者がトイレへ行こうとして転倒した。"));
        assert_eq!((found.encoding, found.certainty), (Encoding::Cp932, Certainty::Likely));
    }

    #[test]
    fn short_cp932_files_are_recognised() {
        for text in ["番号,内容\n1,転倒", "薬", "ID,要因\n"] {
            assert_eq!(detect(&cp932(text)).encoding, Encoding::Cp932, "{text}");
        }
    }

    #[test]
    fn euc_jp_is_never_taken_for_cp932_without_asking() {
        let (bytes, _, _) = EUC_JP.encode("患者がベッドから転落した。夜勤で人手が少なかった。");
        let found = detect(&bytes);
        assert_eq!((found.encoding, found.certainty), (Encoding::EucJp, Certainty::Unsure));
    }

    #[test]
    fn utf8_with_a_damaged_byte_asks_instead_of_turning_into_cp932() {
        let mut bytes = "患者がベッドから転落した。夜勤で人手が少なかった。".repeat(4).into_bytes();
        bytes[10] = 0xff;
        let found = detect(&bytes);
        assert_eq!((found.encoding, found.certainty), (Encoding::Utf8, Certainty::Unsure));
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
        assert_eq!(Encoding::from_name("latin-1"), None);
    }
}
