//! The cells of one sheet, row by row.

use std::borrow::Cow;

use calamine::DataRef;

use super::{Book, broken, shown};
use crate::csv::{Fault, Row};
use crate::limits::Limits;
use crate::problem::{Code, Problem};

/// The filled cells of a sheet.
#[derive(Debug, Default)]
pub(super) struct Grid {
    rows: Vec<GridRow>,
}

#[derive(Debug)]
struct GridRow {
    /// From 1.
    number: u64,
    /// Column from 0 and what stands there, left to right.
    cells: Vec<(usize, String)>,
    faults: Vec<(usize, Fault)>,
}

/// What a cell costs beyond its text, when the size of a sheet is reckoned.
const CELL_BYTES: usize = 32;

impl Grid {
    /// Reads a sheet.
    pub(super) fn read(book: &mut Book<'_>, sheet: &str, limits: &Limits) -> Result<Self, Problem> {
        let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| broken(&error))?;
        let mut grid = Self::default();
        let mut size = 0_usize;
        loop {
            let next = cells.next_cell_with_formula_metadata().map_err(|error| broken(&error))?;
            let Some(cell) = next else { break };
            let (row, column) = (u64::from(cell.pos.0) + 1, cell.pos.1 as usize);
            let fault = match &cell.value {
                DataRef::Error(error) => {
                    Some(Fault { code: Code::CellError, found: error.to_string() })
                }
                DataRef::Empty if cell.formula.is_some() => {
                    Some(Fault { code: Code::FormulaUnsolved, found: String::new() })
                }
                _ => None,
            };
            let text = match &fault {
                Some(fault) => fault.found.clone(),
                None => shown(&cell.value),
            };
            if text.is_empty() && fault.is_none() {
                continue;
            }
            size = size.saturating_add(CELL_BYTES + text.len());
            if size > limits.max_bytes {
                return Err(Problem::of_file(Code::FileTooLarge)
                    .with("bytes", size)
                    .with("limit", limits.max_bytes));
            }
            if column > limits.max_columns {
                return Err(Problem::of_file(Code::TooManyColumns)
                    .with("columns", column + 1)
                    .with("limit", limits.max_columns));
            }
            grid.put(row, column, text, fault)?;
        }
        Ok(grid)
    }

    /// Cells come in the file's order, which is the sheet's in every sound file.
    fn put(
        &mut self,
        number: u64,
        column: usize,
        text: String,
        fault: Option<Fault>,
    ) -> Result<(), Problem> {
        let out_of_order =
            || Problem::of_file(Code::WorkbookBroken).with("detail", format!("row {number}"));
        match self.rows.last() {
            Some(last) if last.number > number => return Err(out_of_order()),
            Some(last) if last.number == number => {}
            _ => self.rows.push(GridRow { number, cells: Vec::new(), faults: Vec::new() }),
        }
        let Some(row) = self.rows.last_mut() else { return Ok(()) };
        if row.cells.last().is_some_and(|(last, _)| *last >= column) {
            return Err(out_of_order());
        }
        row.cells.push((column, text));
        row.faults.extend(fault.map(|fault| (column, fault)));
        Ok(())
    }

    /// Whether anything stands in a sheet.
    pub(super) fn has_any(book: &mut Book<'_>, sheet: &str) -> Result<bool, Problem> {
        let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| broken(&error))?;
        while let Some(cell) = cells.next_cell().map_err(|error| broken(&error))? {
            if *cell.get_value() != DataRef::Empty {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Number of the last row with anything in it.
    pub(super) fn last_row(&self) -> u64 {
        self.rows.last().map_or(0, |row| row.number)
    }

    pub(super) fn rows(&self) -> GridRows<'_> {
        GridRows { rows: self.rows.iter() }
    }
}

/// The rows of a sheet as tables are read.
#[derive(Clone, Debug)]
pub(super) struct GridRows<'g> {
    rows: std::slice::Iter<'g, GridRow>,
}

impl<'g> Iterator for GridRows<'g> {
    type Item = Row<'g>;

    fn next(&mut self) -> Option<Row<'g>> {
        let row = self.rows.next()?;
        let width = row.cells.last().map_or(0, |(column, _)| column + 1);
        let mut cells = vec![Cow::Borrowed(&b""[..]); width];
        for (column, text) in &row.cells {
            cells[*column] = Cow::Borrowed(text.as_bytes());
        }
        Some(Row {
            span: 0..0,
            row: row.number,
            line: row.number,
            cells,
            quirk: None,
            faults: row.faults.iter().map(|(column, fault)| (*column, fault)).collect(),
            open_ended: true,
        })
    }
}
