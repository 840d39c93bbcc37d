//! The cells of one row as text, with everything wrong in them.

use super::reader::{Quirk, Row};
use super::table::Column;
use crate::encoding::Encoding;
use crate::limits::Limits;
use crate::problem::{Code, Problem, Severity};
use crate::text::{code_point, tidy_cell, trouble};

/// Text of every cell of a row; as many as there are columns.
#[derive(Debug)]
pub(crate) struct Cells {
    /// Tidied text, empty where the cell is missing or unreadable.
    pub texts: Vec<String>,
    /// What is wrong, at most [`Limits::max_problems_per_row`].
    pub problems: Vec<Problem>,
    row: u64,
    line: u64,
}

impl Cells {
    pub(crate) fn read(
        row: &Row<'_>,
        columns: &[Column],
        encoding: Encoding,
        limits: &Limits,
    ) -> Self {
        let mut cells = Self {
            texts: Vec::with_capacity(columns.len()),
            problems: Vec::new(),
            row: row.row,
            line: row.line,
        };
        match row.quirk {
            Some(Quirk::Unclosed(index)) => cells.add_at(Code::QuoteUnclosed, columns, index),
            Some(Quirk::Stray(index)) => cells.add_at(Code::QuoteStray, columns, index),
            Some(Quirk::Inside(index)) => cells.add_at(Code::QuoteInside, columns, index),
            None => {}
        }
        for (index, fault) in &row.faults {
            let mut problem = Problem::of_row(fault.code, row.row, row.line)
                .in_column_number(index + 1)
                .with("found", &fault.found);
            problem.column = columns.get(*index).map(|column| column.name.clone());
            cells.add(problem, limits);
        }
        let surplus = row.cells.get(columns.len()..).unwrap_or_default();
        let filled = |cell: &[u8]| !cell.trim_ascii().is_empty();
        let short = row.cells.len() < columns.len() && !row.open_ended;
        if surplus.iter().any(|cell| filled(cell)) || short {
            let code = if surplus.is_empty() { Code::TooFewCells } else { Code::TooManyCells };
            cells.add(
                Problem::of_row(code, row.row, row.line)
                    .with("cells", row.cells.len())
                    .with("headings", columns.len()),
                limits,
            );
        }
        for (index, column) in columns.iter().enumerate() {
            let bytes = row.cells.get(index).map(AsRef::as_ref).unwrap_or_default();
            let text = cells.cell(bytes, column, index, encoding, limits);
            cells.texts.push(text);
        }
        cells
    }

    fn cell(
        &mut self,
        bytes: &[u8],
        column: &Column,
        index: usize,
        encoding: Encoding,
        limits: &Limits,
    ) -> String {
        let problem = |code| {
            Problem::of_row(code, self.row, self.line)
                .in_column(&column.name)
                .in_column_number(index + 1)
        };
        if bytes.len() > limits.max_cell_bytes {
            let long = problem(Code::CellTooLong)
                .with("bytes", bytes.len())
                .with("limit", limits.max_cell_bytes);
            self.add(long, limits);
            return String::new();
        }
        let text = match encoding.decode(bytes) {
            Ok(text) => text,
            Err(bad) => {
                let bad = problem(Code::BadBytes)
                    .with("encoding", encoding.name())
                    .with("offset", bad.offset)
                    .with("byte", format!("0x{:02X}", bad.value));
                self.add(bad, limits);
                return String::new();
            }
        };
        let noted: Vec<Problem> = trouble(&text)
            .into_iter()
            .map(|(code, character)| problem(code).with("character", code_point(character)))
            .collect();
        noted.into_iter().for_each(|noted| self.add(noted, limits));
        tidy_cell(&text)
    }

    fn add_at(&mut self, code: Code, columns: &[Column], index: usize) {
        let mut problem = Problem::of_row(code, self.row, self.line).in_column_number(index + 1);
        problem.column = columns.get(index).map(|column| column.name.clone());
        self.problems.push(problem);
    }

    /// Adds a problem; beyond the limit only what keeps the row out, and that once.
    pub(crate) fn add(&mut self, problem: Problem, limits: &Limits) {
        let full = self.problems.len() >= limits.max_problems_per_row;
        if !full || (problem.severity == Severity::Error && !self.has_error()) {
            self.problems.push(problem);
        }
    }

    pub(crate) fn has_error(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }
}
