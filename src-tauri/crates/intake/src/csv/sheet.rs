//! The walk through a table that cases and ratings share.

use super::cells::Cells;
use super::reader::{Row, Rows};
use super::table::{Column, Table, sniff_delimiter};
use crate::encoding::Encoding;
use crate::intake::{Format, Intake, Located, SAMPLE_ROWS, SampleRow};
use crate::ledger::Ledger;
use crate::limits::Limits;
use crate::open::Opened;
use crate::problem::{Code, Problem};
use crate::workbook::{is_workbook, read_workbook};

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

/// How the user wants a table read; nothing where it tells by itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted<'o> {
    /// The encoding of a text.
    pub encoding: Option<Encoding>,
    /// What separates the cells of a text.
    pub delimiter: Option<char>,
    /// The sheet of a workbook.
    pub sheet: Option<&'o str>,
}

/// Reads a whole table, out of a text or a workbook. Problems never end the
/// reading of the other rows.
pub(crate) fn read_sheet<S: Sheet>(
    sheet: &mut S,
    bytes: &[u8],
    how: Wanted<'_>,
    limits: &Limits,
) -> Intake<S::Record> {
    if is_workbook(bytes) {
        return read_workbook(sheet, bytes, how.sheet, limits);
    }
    let opened = Opened::new(bytes, how.encoding, limits);
    let body = opened.bytes.as_ref();
    let start = opened.inner.bom_len(body);
    let given = how.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok());
    let delimiter = given.unwrap_or_else(|| sniff_delimiter(&body[start..]));
    let format = |header_row| Format::Csv { delimiter: char::from(delimiter), header_row };
    let mut intake = Intake::of(&opened, format(1));
    let rows = Rows::new(body, start, delimiter, limits.max_cell_bytes);
    if let Some(header_row) = read_rows(sheet, &mut intake, rows, opened.inner, limits) {
        intake.format = format(header_row);
    }
    intake
}

/// Reads the rows of a table into `intake`; the number of the heading row.
pub(crate) fn read_rows<'a, S: Sheet>(
    sheet: &mut S,
    intake: &mut Intake<S::Record>,
    rows: impl Iterator<Item = Row<'a>> + Clone,
    encoding: Encoding,
    limits: &Limits,
) -> Option<u64> {
    let table = Table::open(rows, encoding, limits, |columns| sheet.score(columns))?;
    let header_row = Some(table.header_row);
    intake.headings = table.columns.iter().map(|column| column.name.clone()).collect();
    if table.columns.len() > limits.max_columns {
        intake.headings.truncate(limits.max_columns);
        intake.problems.push(
            Problem::of_file(Code::TooManyColumns)
                .with("columns", table.columns.len())
                .with("limit", limits.max_columns),
        );
        return header_row;
    }
    for (index, column) in table.columns.iter().enumerate().filter(|(_, column)| column.renamed) {
        intake.problems.push(
            Problem::of_file(Code::HeadingRepeated)
                .in_column(&column.name)
                .in_column_number(index + 1)
                .with("renamed", &column.name),
        );
    }
    sheet.map(&table.columns, intake);
    let mut ledger = Ledger::new(limits);
    for row in table.rows.filter(|row: &Row<'_>| !row.is_blank()) {
        if intake.total_rows >= limits.max_rows {
            ledger.add([Problem::of_file(Code::TooManyRows).with("limit", limits.max_rows)]);
            break;
        }
        intake.total_rows += 1;
        let mut cells = Cells::read(&row, &table.columns, encoding, limits);
        if intake.sample.len() < SAMPLE_ROWS {
            intake.sample.push(SampleRow { row: row.row, cells: cells.texts.clone() });
        }
        let record =
            if cells.has_error() { None } else { sheet.row(&mut cells, row.row, row.line) };
        let failed = cells.has_error();
        ledger.add(cells.problems);
        if let Some(value) = record.filter(|_| !failed) {
            intake.records.push(Located { row: row.row, line: row.line, value });
        }
    }
    intake.close(ledger);
    header_row
}
