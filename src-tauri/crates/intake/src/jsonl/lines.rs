//! The walk through the lines of a JSONL file.

use serde_json::{Map, Value};

use super::JsonlOptions;
use super::strict::{Fault, parse};
use crate::encoding::Encoding;
use crate::intake::{Format, Intake, Located, SAMPLE_ROWS, SampleRow};
use crate::jsonl::Fields;
use crate::ledger::Ledger;
use crate::limits::Limits;
use crate::open::Opened;
use crate::problem::{Code, Problem, Severity};

/// Reads every line through `record`, which takes what it knows from the
/// fields and gives `None` where the line can't be used.
pub(crate) fn read_lines<T>(
    bytes: &[u8],
    options: &JsonlOptions,
    mut record: impl FnMut(&mut Fields<'_>) -> Option<T>,
) -> Intake<T> {
    let limits = &options.limits;
    let opened = Opened::new(bytes, options.encoding, limits);
    let mut intake = Intake::of(&opened, Format::Jsonl);
    let body = &opened.bytes[opened.inner.bom_len(&opened.bytes)..];
    if is_other_json(body) {
        intake.problems.push(Problem::of_file(Code::JsonNotLines));
        return intake;
    }
    let mut ledger = Ledger::new(limits);
    for (index, raw) in body.split(|byte| *byte == b'\n').enumerate() {
        if raw.trim_ascii().is_empty() {
            continue;
        }
        if intake.total_rows >= limits.max_rows {
            ledger.add([Problem::of_file(Code::TooManyRows).with("limit", limits.max_rows)]);
            break;
        }
        intake.total_rows += 1;
        let line = index as u64 + 1;
        let map = match read_object(raw, line, opened.inner, limits) {
            Ok(map) => map,
            Err(problem) => {
                ledger.add([problem]);
                continue;
            }
        };
        if intake.sample.len() < SAMPLE_ROWS {
            intake.sample.push(sample(line, &map));
        }
        let mut fields = Fields::new(map, line, limits);
        let value = record(&mut fields);
        let problems = fields.finish();
        let failed = problems.iter().any(|problem| problem.severity == Severity::Error);
        ledger.add(problems);
        if let Some(value) = value.filter(|_| !failed) {
            intake.records.push(Located { row: line, line, value });
        }
    }
    intake.close(ledger);
    intake
}

/// A line as a look at it shows it: its fields and their values.
fn sample(line: u64, map: &Map<String, Value>) -> SampleRow {
    let cells = map.iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name}: {text}"),
        other => format!("{name}: {other}"),
    });
    SampleRow { row: line, cells: cells.collect() }
}

/// True for a JSON array, or an object spread over several lines.
fn is_other_json(body: &[u8]) -> bool {
    let body = body.trim_ascii_start();
    let first = body.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii();
    body.starts_with(b"[") || first == b"{"
}

fn read_object(
    raw: &[u8],
    line: u64,
    encoding: Encoding,
    limits: &Limits,
) -> Result<Map<String, Value>, Problem> {
    let problem = |code| Problem::of_row(code, line, line);
    if raw.len() > limits.max_line_bytes {
        return Err(problem(Code::CellTooLong)
            .with("bytes", raw.len())
            .with("limit", limits.max_line_bytes));
    }
    let text = encoding.decode(raw).map_err(|bad| {
        problem(Code::BadBytes)
            .with("encoding", encoding.name())
            .with("offset", bad.offset)
            .with("byte", format!("0x{:02X}", bad.value))
    })?;
    // Columns are told in characters, as editors show them.
    let place = |offset: usize| {
        let end = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
        text[..end.unwrap_or(0)].chars().count() + 1
    };
    match parse(&text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(other) => Err(problem(Code::JsonNotObject).with("found", super::fields::kind(&other))),
        Err(Fault::CutShort) => Err(problem(Code::JsonCutShort)),
        Err(Fault::LoneSurrogate(at)) => Err(problem(Code::LoneSurrogate).with("at", place(at))),
        Err(Fault::Repeated(field)) => {
            Err(problem(Code::FieldRepeated).in_column(&field).with("field", &field))
        }
        Err(Fault::Syntax(at, detail)) => {
            Err(problem(Code::JsonSyntax).with("at", place(at)).with("detail", detail))
        }
    }
}
