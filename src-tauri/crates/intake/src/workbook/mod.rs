//! Workbooks (XLSX): one sheet's rows, for the same readers that read CSV.
//!
//! calamine reads the format; what a hostile file could do to it is looked for
//! first (`parts`), and cells are taken one by one, since its own table of a
//! sheet is as large as the farthest cell says.

mod parts;
mod rows;

use std::io::Cursor;

use calamine::{DataRef, Dimensions, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use self::parts::check_parts;
use self::rows::Grid;
use crate::csv::{Sheet, read_rows};
use crate::encoding::{Certainty, Encoding, EncodingChoice, UTF8_BOM};
use crate::intake::{Format, Intake};
use crate::limits::Limits;
use crate::problem::{Code, Problem};

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// How an XLSX file begins, being a zip.
const ZIP: &[u8] = b"PK\x03\x04";
/// How the older XLS begins, and an XLSX with a password.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// The stream that tells the latter from the former, in UTF-16.
const ENCRYPTED: &str = "EncryptedPackage";

/// Whether the bytes are a workbook's, whatever the file's name says. No text
/// begins so.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP) || bytes.starts_with(COMPOUND)
}

/// Reads one sheet: the one asked for, else the first with anything in it.
pub(crate) fn read_workbook<S: Sheet>(
    sheet: &mut S,
    bytes: &[u8],
    wanted: Option<&str>,
    limits: &Limits,
) -> Intake<S::Record> {
    let utf8 = EncodingChoice { encoding: Encoding::Utf8, certainty: Certainty::Given };
    let format = |sheet: &str, header_row| Format::Workbook { sheet: sheet.to_owned(), header_row };
    let mut intake = Intake::nothing(utf8, format("", 1));
    let mut book = match open(bytes, limits) {
        Ok(book) => book,
        Err(problem) => {
            intake.problems.push(problem);
            return intake;
        }
    };
    intake.sheets = visible(&book);
    let (name, grid) = match choose(&mut book, &intake.sheets, wanted, limits, &mut intake.problems)
    {
        Ok(chosen) => chosen,
        Err(problem) => {
            intake.problems.push(problem);
            return intake;
        }
    };
    let Some(header_row) = read_rows(sheet, &mut intake, grid.rows(), Encoding::Utf8, limits)
    else {
        return intake;
    };
    intake.format = format(&name, header_row);
    let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
    let merged = merged_cells(&merged, &grid, header_row, limits);
    if merged.iter().any(|problem| problem.code == Code::HeadingMerged) {
        // Which cell belongs to which column is unknown: its rows say nothing.
        intake.problems.retain(|problem| problem.row.is_none());
        intake.records.clear();
    }
    intake.problems.extend(merged);
    intake.problems.sort_by_key(|problem| problem.row);
    intake
}

/// The rows of a sheet for which `wanted` holds, as CSV.
pub(crate) fn workbook_rows(bytes: &[u8], sheet: &str, wanted: impl Fn(u64) -> bool) -> Vec<u8> {
    let mut out = UTF8_BOM.to_vec();
    let limits = Limits { max_bytes: usize::MAX, ..Limits::default() };
    let grid = open(bytes, &limits).and_then(|mut book| Grid::read(&mut book, sheet, &limits));
    let Ok(grid) = grid else { return out };
    for row in grid.rows().filter(|row| wanted(row.row)) {
        for (index, cell) in row.cells.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            push_cell(&mut out, cell);
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn push_cell(out: &mut Vec<u8>, cell: &[u8]) {
    if !cell.iter().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        out.extend_from_slice(cell);
        return;
    }
    out.push(b'"');
    for byte in cell {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Book<'a>, Problem> {
    if bytes.starts_with(COMPOUND) {
        let name: Vec<u8> = ENCRYPTED.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let locked = bytes.windows(name.len()).any(|window| window == name);
        let code = if locked { Code::WorkbookLocked } else { Code::WorkbookOld };
        return Err(Problem::of_file(code));
    }
    check_parts(bytes, limits)?;
    Xlsx::new(Cursor::new(bytes)).map_err(|error| broken(&error))
}

fn broken(error: &XlsxError) -> Problem {
    match error {
        XlsxError::Password => Problem::of_file(Code::WorkbookLocked),
        other => Problem::of_file(Code::WorkbookBroken).with("detail", other),
    }
}

/// Names of the sheets with cells that a person sees in the workbook.
fn visible(book: &Book<'_>) -> Vec<String> {
    book.sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect()
}

/// The sheet to read with its cells. Where none was asked for and several hold
/// something, a warning says which it was.
fn choose(
    book: &mut Book<'_>,
    sheets: &[String],
    wanted: Option<&str>,
    limits: &Limits,
    problems: &mut Vec<Problem>,
) -> Result<(String, Grid), Problem> {
    if let Some(wanted) = wanted {
        let all = book.sheet_names();
        // A hidden sheet is read where somebody names it.
        let found = all.iter().find(|name| *name == wanted).or_else(|| {
            all.iter()
                .find(|name| crate::text::fold_heading(name) == crate::text::fold_heading(wanted))
        });
        let Some(name) = found.cloned() else {
            return Err(Problem::of_file(Code::SheetUnknown)
                .with("sheet", wanted)
                .with("sheets", list(sheets)));
        };
        let grid = Grid::read(book, &name, limits)?;
        if grid.is_empty() {
            return Err(Problem::of_file(Code::SheetEmpty).with("sheet", &name));
        }
        return Ok((name, grid));
    }
    let mut chosen: Option<(String, Grid)> = None;
    let mut others = 0;
    for name in sheets {
        if chosen.is_some() {
            others += usize::from(Grid::has_any(book, name)?);
            continue;
        }
        let grid = Grid::read(book, name, limits)?;
        if !grid.is_empty() {
            chosen = Some((name.clone(), grid));
        }
    }
    let Some((name, grid)) = chosen else {
        return Err(Problem::of_file(Code::SheetEmpty).with("sheet", list(sheets)));
    };
    if others > 0 {
        problems.push(
            Problem::of_file(Code::SheetAssumed).with("sheet", &name).with("sheets", list(sheets)),
        );
    }
    Ok((name, grid))
}

/// Names as a message lists them: some of them.
fn list(sheets: &[String]) -> String {
    sheets.iter().take(20).cloned().collect::<Vec<_>>().join("、")
}

/// Merged cells hide which column a heading belongs to, and leave all of their
/// cells but the first without the value that a person sees in them.
fn merged_cells(
    merged: &[Dimensions],
    grid: &Grid,
    header_row: u64,
    limits: &Limits,
) -> Vec<Problem> {
    let mut found = Vec::new();
    for range in merged {
        let (first, last) = (u64::from(range.start.0) + 1, u64::from(range.end.0) + 1);
        let several = range.start != range.end;
        if !several || last < header_row || first > grid.last_row() {
            continue;
        }
        let shown = format!("{}:{}", place(range.start), place(range.end));
        if (first..=last).contains(&header_row) {
            found.push(Problem::of_file(Code::HeadingMerged).with("range", shown));
        } else if last > first {
            found.push(
                Problem::of_row(Code::CellsMerged, first, first)
                    .in_column_number(range.start.1 as usize + 1)
                    .with("range", shown),
            );
        }
    }
    found.truncate(usize::try_from(limits.max_warnings_of_a_kind).unwrap_or(usize::MAX));
    found
}

/// A cell as spreadsheets name it: `B7`.
fn place((row, column): (u32, u32)) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    let column: String = letters.into_iter().rev().collect();
    format!("{column}{}", row + 1)
}

/// What a cell shows, as text. Numbers stand as they are stored, never rounded;
/// dates as ISO 8601 writes them.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(at) if at.is_duration() => at.as_f64().to_string(),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            let (date, time) = (
                format!("{year:04}-{month:02}-{day:02}"),
                format!("{hour:02}:{minute:02}:{second:02}"),
            );
            match (at.as_f64() < 1.0, at.as_f64().fract() == 0.0) {
                (true, _) => time,
                (false, true) => date,
                (false, false) => format!("{date}T{time}"),
            }
        }
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_spreadsheets_do() {
        for (at, name) in [((0, 0), "A1"), ((6, 25), "Z7"), ((0, 26), "AA1"), ((9, 701), "ZZ10")] {
            assert_eq!(place(at), name);
        }
    }
}
