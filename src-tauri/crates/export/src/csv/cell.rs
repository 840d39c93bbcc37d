//! One cell: harmless to a spreadsheet, quoted as RFC 4180 says.

use std::borrow::Cow;

/// A text that no spreadsheet takes for a formula: where it begins with
/// `=`, `+`, `-`, `@`, tab, carriage return or line feed, or a full-width form
/// of one of the signs, an apostrophe goes before it. Plain numbers stay as
/// they are. (OWASP, "CSV Injection"; the full-width forms because Japanese
/// editions of Excel fold them.)
#[must_use]
pub fn formula_safe(text: &str) -> Cow<'_, str> {
    const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(SIGNS) && !is_plain_number(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Optional minus, digits, optional fraction: nothing to calculate.
fn is_plain_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    }
}

/// Appends one record, CRLF-terminated.
pub(super) fn push_record(line: &mut String, cells: &[Cow<'_, str>]) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        push_cell(line, cell);
    }
    line.push_str("\r\n");
}

fn push_cell(line: &mut String, text: &str) {
    let safe = formula_safe(text);
    let blank_ends = safe.trim().len() != safe.len();
    if blank_ends || safe.contains([',', '"', '\r', '\n', ';', '\t']) {
        line.push('"');
        line.push_str(&safe.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(&safe);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_disarmed_in_every_width_and_numbers_are_left_alone() {
        for text in [
            "=1+1", "+81", "-cmd", "@SUM", "\t=1", "\r", "\n=1", "＝1", "＋", "－1", "＠",
            "-1.5e3", "-",
        ] {
            assert_eq!(formula_safe(text), format!("'{text}"), "{text:?}");
        }
        for text in ["", "-1", "-0.25", "3", "a=b", "'=1"] {
            assert_eq!(formula_safe(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_record_reads_back_as_it_was(cells in prop::collection::vec("[a-z\",;\n\r\t 転=＝-]{0,8}", 1..5)) {
            let mut line = String::new();
            let cows: Vec<_> = cells.iter().map(|cell| Cow::Borrowed(cell.as_str())).collect();
            push_record(&mut line, &cows);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
            let read: Vec<_> = reader.records().map(Result::unwrap).collect();
            // A record of one empty cell is an empty line.
            if line == "\r\n" {
                return Ok(());
            }
            prop_assert_eq!(read.len(), 1);
            for (got, cell) in read[0].iter().zip(&cells) {
                prop_assert_eq!(got, &*formula_safe(cell).into_owned());
            }
            prop_assert_eq!(read[0].len(), cells.len());
        }
    }
}
