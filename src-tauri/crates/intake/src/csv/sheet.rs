//! The walk through a table that cases and ratings share.

use super::cells::Cells;
use super::reader::Row;
use super::table::{Column, Table};
use crate::encoding::Encoding;
use crate::intake::{Format, Intake, Located};
use crate::ledger::Ledger;
use crate::limits::Limits;
use crate::open::Opened;
use crate::problem::{Code, Problem};

/// How to read one kind of table.
pub(crate) trait Sheet {
    /// What a row becomes.
    type Record;

    /// How much these columns look like this kind's headings.
    fn score(&self, columns: &[Column]) -> usize;

    /// Settles which column is which; problems of the whole file go to `intake`.
    fn map(&mut self, columns: &[Column], intake: &mut Intake<Self::Record>);

    /// Reads one row; `None` (with a problem added) leaves it out.
    fn row(&mut self, cells: &mut Cells, row: u64, line: u64) -> Option<Self::Record>;
}

/// Reads a whole table. Problems never end the reading of the other rows.
pub(crate) fn read_sheet<S: Sheet>(
    sheet: &mut S,
    bytes: &[u8],
    encoding: Option<Encoding>,
    delimiter: Option<char>,
    limits: &Limits,
) -> Intake<S::Record> {
    let opened = Opened::new(bytes, encoding, limits);
    let given = delimiter.and_then(|delimiter| u8::try_from(delimiter).ok());
    let nothing = Format::Csv { delimiter: delimiter.unwrap_or(','), header_row: 1 };
    let mut intake = Intake::of(&opened, nothing);
    let table =
        Table::open(&opened.bytes, opened.inner, given, limits, |columns| sheet.score(columns));
    let Some(table) = table else {
        return intake;
    };
    intake.format =
        Format::Csv { delimiter: char::from(table.delimiter), header_row: table.header_row };
    intake.headings = table.columns.iter().map(|column| column.name.clone()).collect();
    if table.columns.len() > limits.max_columns {
        intake.headings.truncate(limits.max_columns);
        intake.problems.push(
            Problem::of_file(Code::TooManyColumns)
                .with("columns", table.columns.len())
                .with("limit", limits.max_columns),
        );
        return intake;
    }
    for (index, column) in table.columns.iter().enumerate().filter(|(_, column)| column.renamed) {
        intake.problems.push(
            Problem::of_file(Code::HeadingRepeated)
                .in_column(&column.name)
                .in_column_number(index + 1)
                .with("renamed", &column.name),
        );
    }
    sheet.map(&table.columns, &mut intake);
    let mut ledger = Ledger::new(limits);
    for row in table.rows.filter(|row: &Row<'_>| !row.is_blank()) {
        if intake.total_rows >= limits.max_rows {
            ledger.add([Problem::of_file(Code::TooManyRows).with("limit", limits.max_rows)]);
            break;
        }
        intake.total_rows += 1;
        let mut cells = Cells::read(&row, &table.columns, opened.inner, limits);
        let record =
            if cells.has_error() { None } else { sheet.row(&mut cells, row.row, row.line) };
        let failed = cells.has_error();
        ledger.add(cells.problems);
        if let Some(value) = record.filter(|_| !failed) {
            intake.records.push(Located { row: row.row, line: row.line, value });
        }
    }
    intake.close(ledger);
    intake
}
