//! From the text of a vocabulary entry to the bytes it stands for.

/// How a vocabulary spells bytes that aren't plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// GPT-2's: every byte is one printable character.
    ByteLevel,
    /// SentencePiece's: `▁` is a space, `<0x0A>` a single byte.
    Pieces,
}

/// What SentencePiece writes for a space.
pub(super) const SPACE_MARK: char = '\u{2581}';

/// Whether GPT-2's alphabet leaves this byte as the character of the same number.
fn is_printable(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF)
}

/// The byte behind one character of GPT-2's alphabet: printable Latin-1 stands
/// for itself, the other 68 bytes are U+0100, U+0101, … in ascending order.
pub(super) fn byte_of(character: char) -> Option<u8> {
    let code = u32::from(character);
    if let Ok(byte) = u8::try_from(code) {
        return is_printable(byte).then_some(byte);
    }
    let nth = usize::try_from(code.checked_sub(0x100)?).ok()?;
    (0..=u8::MAX).filter(|byte| !is_printable(*byte)).nth(nth)
}

/// `<0x0A>` as the byte it names.
pub(super) fn named_byte(text: &str) -> Option<u8> {
    let hex = text.strip_prefix("<0x")?.strip_suffix('>')?;
    (hex.len() == 2).then(|| u8::from_str_radix(hex, 16).ok())?
}

/// The bytes of an ordinary vocabulary entry. Text that isn't in the alphabet
/// (an added token in a byte-level vocabulary) stands for itself.
pub(super) fn bytes_of(text: &str, spelling: Spelling, alphabet: &[Option<u8>]) -> Vec<u8> {
    match spelling {
        Spelling::ByteLevel => {
            let spelled: Option<Vec<u8>> = text
                .chars()
                .map(|c| alphabet.get(usize::try_from(u32::from(c)).ok()?).copied().flatten())
                .collect();
            spelled.unwrap_or_else(|| text.as_bytes().to_vec())
        }
        Spelling::Pieces => match named_byte(text) {
            Some(byte) => vec![byte],
            None => text.replace(SPACE_MARK, " ").into_bytes(),
        },
    }
}

/// [`byte_of`] as a table over the first 0x144 characters.
pub(super) fn alphabet() -> Vec<Option<u8>> {
    (0..0x144u32).map(|code| char::from_u32(code).and_then(byte_of)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_spells_every_byte_exactly_once() {
        let mut seen: Vec<u8> = alphabet().into_iter().flatten().collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..=u8::MAX).collect::<Vec<_>>());
        assert_eq!(byte_of('Ġ'), Some(b' '));
        assert_eq!(byte_of('Ċ'), Some(b'\n'));
        assert_eq!(byte_of('薬'), None);
    }

    #[test]
    fn pieces_spell_spaces_and_single_bytes() {
        assert_eq!(bytes_of("▁薬", Spelling::Pieces, &[]), " 薬".as_bytes());
        assert_eq!(bytes_of("<0xE3>", Spelling::Pieces, &[]), [0xE3]);
        assert_eq!(bytes_of("<0xE>", Spelling::Pieces, &[]), b"<0xE>");
    }
}
