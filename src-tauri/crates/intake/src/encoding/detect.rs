//! The guess of a file's encoding.
//!
//! Not `chardetng`: it weighs every encoding of the web, while a hospital's file
//! is one of five; what matters here is when *not* to be sure.

use encoding_rs::{EUC_JP, SHIFT_JIS};
use serde::{Deserialize, Serialize};

use super::{Encoding, UTF8_BOM};

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
    if cp932.kana == 0 && euc.kana == 0 && is_western(bytes) {
        return choice(Encoding::Cp1252, Certainty::Unsure);
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
    /// Hiragana and katakana among the wide ones.
    kana: usize,
}

impl Plausibility {
    fn of(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Self {
        // The beginning decides: no need to decode hundreds of megabytes twice.
        const SAMPLE: usize = 1 << 20;
        let sample = &bytes[..bytes.len().min(SAMPLE)];
        let (text, _) = encoding.decode_without_bom_handling(sample);
        let (mut errors, mut wide, mut odd, mut kana) = (0_usize, 0, 0, 0);
        for character in text.chars().filter(|c| !c.is_ascii()) {
            match character {
                '\u{fffd}' => errors += 1,
                '\u{ff61}'..='\u{ff9f}' | '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}' => odd += 1,
                '\u{3041}'..='\u{30fe}' => {
                    wide += 1;
                    kana += 1;
                }
                _ => wide += 1,
            }
        }
        // The sample may cut its last character in two.
        if sample.len() < bytes.len() {
            errors = errors.saturating_sub(1);
        }
        Self { errors, wide, odd, kana }
    }

    #[allow(clippy::cast_precision_loss)] // counts of at most a mebibyte
    fn score(&self) -> f64 {
        let all = (self.errors * 4 + self.wide + self.odd).max(1);
        self.wide as f64 / all as f64
    }
}

/// True for mostly ASCII letters with a few bytes above 0x7f among them, as
/// Western text with typographic quotes or accents has them.
fn is_western(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let beside_letter = |pair: &[u8]| {
        (pair[0].is_ascii_alphabetic() && !pair[1].is_ascii())
            || (!pair[0].is_ascii() && pair[1].is_ascii_alphabetic())
    };
    let touching = bytes.windows(2).filter(|pair| beside_letter(pair)).count();
    letters >= high * 5 && touching * 2 >= high
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
    use encoding_rs::WINDOWS_1252;

    use super::*;
    use crate::encoding::tests::cp932;

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
    fn western_text_is_never_taken_for_cp932_without_asking() {
        let text = "The patient’s daughter said the nurse hadn’t checked the café’s “soup”.";
        let (bytes, _, _) = WINDOWS_1252.encode(text);
        let found = detect(&bytes);
        assert_eq!((found.encoding, found.certainty), (Encoding::Cp1252, Certainty::Unsure));
        assert_eq!(Encoding::Cp1252.decode(&bytes).as_deref(), Ok(text));
        let mixed = cp932("MRI was ordered for the patient by the doctor on duty: 検査、禁忌。");
        assert_eq!(detect(&mixed).encoding, Encoding::Cp932);
    }

    #[test]
    fn utf8_with_a_damaged_byte_asks_instead_of_turning_into_cp932() {
        let mut bytes = "患者がベッドから転落した。夜勤で人手が少なかった。".repeat(4).into_bytes();
        bytes[10] = 0xff;
        let found = detect(&bytes);
        assert_eq!((found.encoding, found.certainty), (Encoding::Utf8, Certainty::Unsure));
    }
}
