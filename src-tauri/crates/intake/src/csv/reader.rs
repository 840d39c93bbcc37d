//! Rows of a CSV file, cut before decoding.
//!
//! Why not the `csv` crate: it never says that a quote was left open (the rest
//! of the file silently becomes one cell), it skips blank lines without
//! counting them as a spreadsheet does, and it doesn't give the bytes of a row,
//! which are needed to hand the failed rows back unchanged. On sound files the
//! two agree, which a test holds.

use std::borrow::Cow;
use std::ops::Range;

use crate::problem::Code;

/// What is wrong with a row's quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quirk {
    /// A quote opened in this cell (from 0) and never closed.
    Unclosed(usize),
    /// Text after the closing quote of this cell (from 0), and a line break
    /// between the quotes: rows have probably run together.
    Stray(usize),
    /// Text after the closing quote of this cell (from 0), all on one line: a
    /// cell that merely begins with a quotation, kept as it stands.
    Inside(usize),
}

/// One row: its cells without quotes, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Row<'a> {
    /// The row's bytes in the file, its line end included.
    pub span: Range<usize>,
    /// From 1, as a spreadsheet counts.
    pub row: u64,
    /// Line of the file, from 1, on which it starts.
    pub line: u64,
    /// Bytes of each cell.
    pub cells: Vec<Cow<'a, [u8]>>,
    /// The first thing wrong with its quotes.
    pub quirk: Option<Quirk>,
    /// Cells that hold no text, as a workbook can have them.
    pub faults: Vec<(usize, &'a Fault)>,
    /// True in a workbook, where cells left out at the end are simply empty.
    pub open_ended: bool,
}

/// A cell that holds no text: what kind of problem, and what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub code: Code,
    pub found: String,
}

impl Row<'_> {
    /// True for a row that a spreadsheet shows as empty.
    pub(crate) fn is_blank(&self) -> bool {
        self.quirk.is_none()
            && self.faults.is_empty()
            && self.cells.iter().all(|cell| cell.iter().all(u8::is_ascii_whitespace))
    }
}

/// Iterator over the rows of `bytes` in any byte-splittable encoding.
#[derive(Clone, Debug)]
pub(crate) struct Rows<'a> {
    bytes: &'a [u8],
    at: usize,
    row: u64,
    line: u64,
    delimiter: u8,
    max_cell: usize,
}

impl<'a> Rows<'a> {
    /// Rows from offset `start` on (behind a byte-order mark).
    pub(crate) fn new(bytes: &'a [u8], start: usize, delimiter: u8, max_cell: usize) -> Self {
        Self { bytes, at: start, row: 0, line: 1, delimiter, max_cell }
    }

    /// Offset behind the line end that stands at `at`, if one does.
    fn line_end(&self, at: usize) -> Option<usize> {
        match self.bytes.get(at) {
            Some(b'\n') => Some(at + 1),
            Some(b'\r') if self.bytes.get(at + 1) == Some(&b'\n') => Some(at + 2),
            Some(b'\r') => Some(at + 1),
            _ => None,
        }
    }

    /// Reads a quoted cell whose quote opens at `open`. Gives its bytes, the
    /// offset behind the closing quote and the line ends inside; `None` if the
    /// quote is never closed within the size allowed.
    fn quoted(&self, open: usize) -> Option<(Cow<'a, [u8]>, usize, u64)> {
        let mut kept: Option<Vec<u8>> = None;
        let mut from = open + 1;
        let mut at = from;
        let mut lines = 0;
        loop {
            let byte = *self.bytes.get(at)?;
            if at - open > self.max_cell {
                return None;
            }
            if let Some(end) = self.line_end(at) {
                lines += 1;
                at = end;
            } else if byte != b'"' {
                at += 1;
            } else if self.bytes.get(at + 1) == Some(&b'"') {
                kept.get_or_insert_default().extend_from_slice(&self.bytes[from..=at]);
                at += 2;
                from = at;
            } else {
                let rest = &self.bytes[from..at];
                let cell = match kept {
                    None => Cow::Borrowed(rest),
                    Some(mut kept) => {
                        kept.extend_from_slice(rest);
                        Cow::Owned(kept)
                    }
                };
                return Some((cell, at + 1, lines));
            }
        }
    }

    /// Offset of the next delimiter or line end from `at` on.
    fn plain_end(&self, at: usize) -> usize {
        self.bytes[at..]
            .iter()
            .position(|byte| *byte == self.delimiter || matches!(byte, b'\n' | b'\r'))
            .map_or(self.bytes.len(), |found| at + found)
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        if self.at >= self.bytes.len() {
            return None;
        }
        self.row += 1;
        let mut row = Row {
            span: self.at..self.at,
            row: self.row,
            line: self.line,
            cells: Vec::new(),
            quirk: None,
            faults: Vec::new(),
            open_ended: false,
        };
        let mut at = self.at;
        loop {
            if self.bytes.get(at) == Some(&b'"') {
                let open = at;
                match self.quoted(at) {
                    Some((cell, behind, lines)) => {
                        self.line += lines;
                        at = self.plain_end(behind);
                        if at == behind {
                            row.cells.push(cell);
                        } else {
                            let index = row.cells.len();
                            let quirk =
                                if lines > 0 { Quirk::Stray(index) } else { Quirk::Inside(index) };
                            row.quirk.get_or_insert(quirk);
                            row.cells.push(Cow::Borrowed(&self.bytes[open..at]));
                        }
                    }
                    None => {
                        // Take the line as it stands, so that one quote
                        // doesn't swallow the rest of the file.
                        row.quirk = Some(Quirk::Unclosed(row.cells.len()));
                        let end = self.plain_end(at);
                        row.cells.push(Cow::Borrowed(&self.bytes[at..end]));
                        at = end;
                    }
                }
            } else {
                let end = self.plain_end(at);
                row.cells.push(Cow::Borrowed(&self.bytes[at..end]));
                at = end;
            }
            if self.bytes.get(at) == Some(&self.delimiter) {
                at += 1;
                continue;
            }
            if let Some(end) = self.line_end(at) {
                at = end;
                self.line += 1;
            }
            row.span.end = at;
            self.at = at;
            return Some(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &[u8]) -> Vec<Row<'_>> {
        Rows::new(text, 0, b',', 1 << 20).collect()
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        rows(text.as_bytes())
            .iter()
            .map(|row| {
                row.cells.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
            })
            .collect()
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_does_and_lines_as_an_editor_does() {
        let text = "a,b\r\n1,\"x\r\ny\nz\"\r\n\r\n2,w";
        let places: Vec<_> = rows(text.as_bytes()).iter().map(|row| (row.row, row.line)).collect();
        assert_eq!(places, [(1, 1), (2, 2), (3, 5), (4, 6)]);
        assert_eq!(cells(text)[1], ["1", "x\r\ny\nz"]);
        assert!(rows(text.as_bytes())[2].is_blank());
    }

    #[test]
    fn doubled_quotes_are_one_quote() {
        assert_eq!(cells("\"a\"\"b\",\"\"\"\",\"\"\n"), [["a\"b", "\"", ""]]);
        assert_eq!(cells("a\"b,5\"\n"), [["a\"b", "5\""]]);
    }

    #[test]
    fn an_open_quote_costs_one_row_and_not_the_rest_of_the_file() {
        let text = "a,b\n1,\"open\n2,x\n3,y\n";
        let found = rows(text.as_bytes());
        assert_eq!(found.len(), 4);
        assert_eq!(found[1].quirk, Some(Quirk::Unclosed(1)));
        assert_eq!(found[3].line, 4);
        assert!(found[3].quirk.is_none());
    }

    #[test]
    fn text_behind_a_closing_quote_is_noticed() {
        let quoting = rows(b"1,\"a\"b,c\n");
        assert_eq!(quoting[0].quirk, Some(Quirk::Inside(1)));
        assert_eq!(quoting[0].cells[1].as_ref(), b"\"a\"b");
        assert_eq!(rows(b"1,\"a\n2,\"b,c\n")[0].quirk, Some(Quirk::Stray(1)));
    }

    #[test]
    fn the_old_mac_line_end_ends_a_row_too() {
        assert_eq!(cells("a,b\r1,2\r"), [["a", "b"], ["1", "2"]]);
    }

    proptest! {
        #[test]
        fn sound_files_read_as_the_csv_crate_reads_them(
            table in prop::collection::vec(prop::collection::vec("[a-z\",\n 転]{0,6}", 2..4), 1..6),
        ) {
            let mut writer = csv::WriterBuilder::new()
                .flexible(true).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let text = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(cells(&text), table);
            let mut reader = csv::ReaderBuilder::new()
                .flexible(true).has_headers(false).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> = reader.records()
                .map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
            prop_assert_eq!(cells(&text), theirs);
        }

        #[test]
        fn any_bytes_are_cut_into_rows_that_cover_the_file(
            bytes in prop::collection::vec(prop::sample::select(b"\",\r\nax\x83\x00".to_vec()), 0..200),
        ) {
            let mut end = 0;
            let mut line = 1;
            for row in Rows::new(&bytes, 0, b',', 64) {
                prop_assert_eq!(row.span.start, end);
                prop_assert!(row.span.end > end);
                prop_assert!(row.line >= line);
                line = row.line;
                end = row.span.end;
            }
            prop_assert_eq!(end, bytes.len());
        }
    }
}
