//! The first look at a file: its size, its encoding, and what it plainly isn't.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE};

use crate::encoding::{Certainty, Encoding, EncodingChoice, detect};
use crate::limits::Limits;
use crate::problem::{Code, Problem};

/// A file whose encoding is settled and whose bytes can be cut into rows.
#[derive(Debug)]
pub(crate) struct Opened<'a> {
    /// The bytes to cut: the file's own, or UTF-8 made of UTF-16.
    pub bytes: Cow<'a, [u8]>,
    /// The file's encoding, as shown.
    pub choice: EncodingChoice,
    /// The encoding of [`Opened::bytes`].
    pub inner: Encoding,
    /// What is wrong with the file as a whole.
    pub problems: Vec<Problem>,
}

impl<'a> Opened<'a> {
    pub(crate) fn new(bytes: &'a [u8], given: Option<Encoding>, limits: &Limits) -> Self {
        let mut problems = Vec::new();
        let mut bytes = bytes;
        if bytes.len() > limits.max_bytes {
            problems.push(
                Problem::of_file(Code::FileTooLarge)
                    .with("bytes", bytes.len())
                    .with("limit", limits.max_bytes),
            );
            bytes = &[];
        }
        let choice = match given {
            Some(encoding) => EncodingChoice { encoding, certainty: Certainty::Given },
            None => detect(bytes),
        };
        if choice.certainty == Certainty::Unsure {
            problems.push(
                Problem::of_file(Code::EncodingUnclear).with("guess", choice.encoding.name()),
            );
        }
        if given.is_none() && is_iso_2022_jp(bytes) {
            problems.push(Problem::of_file(Code::EncodingNotRead).with("encoding", "ISO-2022-JP"));
        }
        let utf16 = match choice.encoding {
            Encoding::Utf16Le => Some(UTF_16LE),
            Encoding::Utf16Be => Some(UTF_16BE),
            _ => None,
        };
        let (bytes, inner) = match utf16 {
            Some(encoding) => {
                let text = encoding.decode_with_bom_removal(bytes).0.into_owned();
                (Cow::Owned(text.into_bytes()), Encoding::Utf8)
            }
            None => (Cow::Borrowed(bytes), choice.encoding),
        };
        if problems.is_empty() && bytes[inner.bom_len(&bytes)..].trim_ascii().is_empty() {
            problems.push(Problem::of_file(Code::EmptyFile));
        }
        Self { bytes, choice, inner, problems }
    }
}

/// ISO-2022-JP switches character sets with an escape sequence and is
/// otherwise plain ASCII, so that it would pass for sound UTF-8.
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    bytes.windows(3).take(1 << 20).any(|three| matches!(three, b"\x1b$B" | b"\x1b$@"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(bytes: &[u8]) -> Vec<Code> {
        let opened = Opened::new(bytes, None, &Limits { max_bytes: 100, ..Limits::default() });
        opened.problems.iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn what_a_file_plainly_is_not_is_said_at_once() {
        assert_eq!(codes(b""), [Code::EmptyFile]);
        assert_eq!(codes(b"\xef\xbb\xbf \r\n"), [Code::EmptyFile]);
        assert_eq!(codes(&[b'a'; 101]), [Code::FileTooLarge]);
        assert_eq!(codes(b"id\x1b$B%F%9%H\x1b(B"), [Code::EncodingNotRead]);
        assert_eq!(codes(b"id,text\n"), []);
    }

    #[test]
    fn utf16_is_read_as_excel_writes_it() {
        let mut bytes = vec![0xff, 0xfe];
        bytes.extend("番号\t内容".encode_utf16().flat_map(u16::to_le_bytes));
        let opened = Opened::new(&bytes, None, &Limits::default());
        assert_eq!(opened.choice.encoding, Encoding::Utf16Le);
        assert_eq!(opened.bytes.as_ref(), "番号\t内容".as_bytes());
    }
}
