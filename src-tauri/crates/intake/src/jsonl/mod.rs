//! One JSON object a line.

mod fields;
mod lines;
mod strict;

pub(crate) use fields::Fields;
pub(crate) use lines::read_lines;

use crate::encoding::Encoding;
use crate::limits::Limits;

/// How to read a JSONL file.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonlOptions {
    /// The encoding, where the user chose one; JSON is UTF-8 by right.
    pub encoding: Option<Encoding>,
    /// Upper bounds.
    pub limits: Limits,
}
