//! A table: its heading row, and which column is which.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::reader::Row;
use crate::encoding::Encoding;
use crate::limits::Limits;
use crate::text::{fold_heading, tidy_cell, without_remark};

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// The heading as it stands in the file, made unique by ` (2)`, ` (3)`, …
    pub name: String,
    /// True where the heading had to be made unique.
    pub renamed: bool,
    folded: String,
    without_remark: String,
}

/// A table whose heading row has been found.
#[derive(Clone, Debug)]
pub(crate) struct Table<R> {
    /// Its columns, left to right.
    pub columns: Vec<Column>,
    /// The heading row's number.
    pub header_row: u64,
    /// The rows behind the heading row.
    pub rows: R,
}

/// How many rows may stand above the headings (a title, a date of export).
const ROWS_ABOVE_HEADINGS: usize = 10;

/// Characters of a heading that are kept.
const MAX_HEADING_CHARS: usize = 200;

impl<'a, R: Iterator<Item = Row<'a>> + Clone> Table<R> {
    /// Finds the heading row: among the first rows the one for which `score`
    /// is highest, the first one of equals. `None` where there is no row.
    pub(crate) fn open(
        mut rows: R,
        encoding: Encoding,
        limits: &Limits,
        score: impl Fn(&[Column]) -> usize,
    ) -> Option<Self> {
        let mut best: Option<(usize, Self)> = None;
        for _ in 0..ROWS_ABOVE_HEADINGS {
            let Some(row) = rows.next() else { break };
            if row.is_blank() {
                continue;
            }
            let columns = columns(&row, encoding, limits.max_columns);
            let points = score(&columns);
            if best.as_ref().is_none_or(|(most, _)| points > *most) {
                let table = Self { columns, header_row: row.row, rows: rows.clone() };
                best = Some((points, table));
            }
        }
        best.map(|(_, table)| table)
    }
}

/// The separator that occurs most in the first line outside quotes.
pub(crate) fn sniff_delimiter(bytes: &[u8]) -> u8 {
    let mut counts = [(b',', 0_usize), (b'\t', 0), (b';', 0)];
    let mut quoted = false;
    let mut seen_any = false;
    for byte in bytes.iter().take(1 << 20) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted && seen_any => break,
            _ if !quoted => {
                if let Some((_, count)) = counts.iter_mut().find(|(one, _)| one == byte) {
                    *count += 1;
                    seen_any = true;
                }
            }
            _ => {}
        }
    }
    // Of equals the earlier one: a comma where there is no separator at all.
    let (found, _) = counts.into_iter().rev().max_by_key(|(_, count)| *count).unwrap_or((b',', 0));
    found
}

fn columns(row: &Row<'_>, encoding: Encoding, max: usize) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut names = BTreeSet::new();
    let mut next = BTreeMap::new();
    let width = if row.open_ended {
        // A workbook's rows end where their last cell does; a formatted but
        // empty cell behind the last heading is no column.
        row.cells.iter().rposition(|cell| !cell.trim_ascii().is_empty()).map_or(0, |last| last + 1)
    } else {
        row.cells.len()
    };
    // One more than allowed, so that the caller sees that there are too many.
    for (index, cell) in row.cells[..width].iter().enumerate().take(max.saturating_add(1)) {
        // A heading that can't be decoded can still be mapped by its number.
        let text = encoding.decode(cell).unwrap_or_else(|_| Cow::Owned(String::new()));
        // A heading is a name: what is longer is text in the wrong row.
        let mut plain: String =
            tidy_cell(&text).replace('\n', " ").chars().take(MAX_HEADING_CHARS).collect();
        if plain.is_empty() {
            plain = format!("#{}", index + 1);
        }
        let mut name = plain.clone();
        let nth = next.entry(plain.clone()).or_insert(2_u32);
        while !names.insert(name.clone()) {
            name = format!("{plain} ({nth})");
            *nth += 1;
        }
        columns.push(Column {
            renamed: name != plain,
            folded: fold_heading(&plain),
            without_remark: fold_heading(&without_remark(&plain)),
            name,
        });
    }
    columns
}

/// Finds columns by heading, each at most once.
#[derive(Debug)]
pub(crate) struct Finder<'t> {
    columns: &'t [Column],
    taken: Vec<bool>,
}

impl<'t> Finder<'t> {
    pub(crate) fn new(columns: &'t [Column]) -> Self {
        Self { columns, taken: vec![false; columns.len()] }
    }

    /// The column that a user means by `name`: the heading itself, else the
    /// heading in any width, case and punctuation, else `#N` by number.
    pub(crate) fn take_named(&mut self, name: &str) -> Option<usize> {
        let folded = fold_heading(name);
        let by_number = name
            .trim()
            .strip_prefix('#')
            .and_then(|number| number.parse::<usize>().ok())
            .and_then(|number| number.checked_sub(1))
            .filter(|index| *index < self.columns.len());
        let found = (self.columns.iter().position(|column| column.name == name.trim()))
            .or_else(|| {
                let mut same = self.columns.iter().map(|column| fold_heading(&column.name));
                same.position(|known| !folded.is_empty() && known == folded)
            })
            .or(by_number)?;
        self.taken[found] = true;
        Some(found)
    }

    /// The first free column that carries the earliest of these folded headings.
    pub(crate) fn take_first_of(&mut self, folded: &[&str]) -> Option<usize> {
        let found = folded.iter().find_map(|wanted| {
            let free = |(index, column): &(usize, &Column)| {
                !self.taken[*index]
                    && (column.folded == *wanted || column.without_remark == *wanted)
            };
            self.columns.iter().enumerate().find(free).map(|(index, _)| index)
        })?;
        self.taken[found] = true;
        Some(found)
    }

    /// Every free column whose folded heading, with its remark or without, is one.
    pub(crate) fn take_every(&mut self, is_one: fn(&str) -> bool) -> Vec<usize> {
        let free = |(index, column): &(usize, &Column)| {
            !self.taken[*index] && (is_one(&column.folded) || is_one(&column.without_remark))
        };
        let found: Vec<usize> =
            self.columns.iter().enumerate().filter(free).map(|(index, _)| index).collect();
        for index in &found {
            self.taken[*index] = true;
        }
        found
    }

    /// True if some column carries this folded heading.
    pub(crate) fn has(&self, folded: &str) -> bool {
        self.columns.iter().any(|column| column.folded == folded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::csv::Rows;

    fn table(text: &str) -> Table<Rows<'_>> {
        let delimiter = sniff_delimiter(text.as_bytes());
        let rows = Rows::new(text.as_bytes(), 0, delimiter, 1 << 20);
        Table::open(rows, Encoding::Utf8, &Limits::default(), |columns| {
            usize::from(columns.iter().any(|column| column.folded == "内容"))
        })
        .unwrap()
    }

    #[test]
    fn a_heading_that_occurs_twice_gets_two_names() {
        let table = table("内容,薬剤,薬剤,,薬剤\n");
        let names: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["内容", "薬剤", "薬剤 (2)", "#4", "薬剤 (3)"]);
        let mut finder = Finder::new(&table.columns);
        assert_eq!(finder.take_first_of(&["薬剤"]), Some(1));
        assert_eq!(finder.take_first_of(&["薬剤"]), Some(2));
        assert_eq!(finder.take_named("薬剤 (3)"), Some(4));
        assert_eq!(finder.take_named("#4"), Some(3));
    }

    #[test]
    fn rows_above_the_headings_are_passed_over() {
        let table = table("2024年度 報告\n\n番号,内容\n1,転倒\n");
        assert_eq!(table.header_row, 3);
        assert_eq!(table.rows.clone().count(), 1);
    }

    #[test]
    fn the_separator_is_found_outside_quotes() {
        assert_eq!(sniff_delimiter(b"\"a,b,c\"\tx\ty\n"), b'\t');
        assert_eq!(sniff_delimiter("番号;内容\n".as_bytes()), b';');
        assert_eq!(sniff_delimiter(b"one column\n1,2,3\n"), b',');
        assert_eq!(sniff_delimiter(b""), b',');
    }
}
