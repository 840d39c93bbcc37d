//! The fields of one JSON object, taken one by one; what is left is unknown.

use serde_json::{Map, Value};

use crate::limits::Limits;
use crate::problem::{Code, Problem, Severity};
use crate::text::{code_point, trouble};

/// Fields of one line, with the problems found while taking them.
#[derive(Debug)]
pub(crate) struct Fields<'l> {
    map: Map<String, Value>,
    line: u64,
    limits: &'l Limits,
    problems: Vec<Problem>,
}

/// The kind of a value, as messages name it.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

impl<'l> Fields<'l> {
    pub(crate) fn new(map: Map<String, Value>, line: u64, limits: &'l Limits) -> Self {
        Self { map, line, limits, problems: Vec::new() }
    }

    /// The line, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Adds a problem in the field with this path.
    pub(crate) fn add(&mut self, code: Code, path: &str, args: &[(&str, &str)]) {
        let full = self.problems.len() >= self.limits.max_problems_per_row;
        let failed = self.problems.iter().any(|known| known.severity == Severity::Error);
        if full && (failed || code.severity() == Severity::Warning) {
            return;
        }
        let mut problem =
            Problem::of_row(code, self.line, self.line).in_column(path).with("field", path);
        for (name, value) in args {
            problem = problem.with(name, value);
        }
        self.problems.push(problem);
    }

    fn wrong_type(&mut self, path: &str, expected: &str, found: &Value) {
        self.add(Code::FieldType, path, &[("expected", expected), ("found", kind(found))]);
    }

    /// Takes a field; JSON's `null` counts as absent.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.map.shift_remove(name).filter(|value| !value.is_null())
    }

    /// Checks one text; `None` if it is refused.
    fn checked(&mut self, path: &str, text: String, max_bytes: usize) -> Option<String> {
        self.accepts(path, &text, max_bytes).then_some(text)
    }

    fn accepts(&mut self, path: &str, text: &str, max_bytes: usize) -> bool {
        if text.len() > max_bytes {
            let (bytes, limit) = (text.len().to_string(), max_bytes.to_string());
            self.add(Code::CellTooLong, path, &[("bytes", &bytes), ("limit", &limit)]);
            return false;
        }
        let found = trouble(text);
        for (code, character) in &found {
            self.add(*code, path, &[("character", &code_point(*character))]);
        }
        !crate::text::is_refused(&found)
    }

    /// A text exactly as it stands; empty if absent.
    pub(crate) fn text(&mut self, name: &str) -> String {
        match self.take(name) {
            None => String::new(),
            Some(Value::String(text)) => {
                self.checked(name, text, self.limits.max_cell_bytes).unwrap_or_default()
            }
            Some(other) => {
                self.wrong_type(name, "string", &other);
                String::new()
            }
        }
    }

    /// A text that must not be blank.
    pub(crate) fn needed_text(&mut self, name: &str) -> Option<String> {
        if self.map.get(name).is_none_or(Value::is_null) {
            self.map.shift_remove(name);
            self.add(Code::FieldMissing, name, &[]);
            return None;
        }
        let before = self.problems.len();
        let text = self.text(name);
        if text.trim().is_empty() {
            if self.problems.len() == before {
                self.add(Code::FieldEmpty, name, &[]);
            }
            return None;
        }
        Some(text)
    }

    /// A key or a name: a short text without outer blanks, or a whole number.
    pub(crate) fn name(&mut self, name: &str) -> Option<String> {
        let text = match self.take(name)? {
            Value::Number(number) if !number.is_f64() => number.to_string(),
            Value::String(text) => {
                self.checked(name, text, self.limits.max_cell_bytes)?.trim().to_owned()
            }
            other => {
                self.wrong_type(name, "string", &other);
                return None;
            }
        };
        if text.is_empty() {
            self.add(Code::FieldEmpty, name, &[]);
            return None;
        }
        if text.chars().count() > self.limits.max_name_chars {
            let (bytes, limit) = (text.len().to_string(), self.limits.max_name_chars.to_string());
            self.add(Code::CellTooLong, name, &[("bytes", &bytes), ("limit", &limit)]);
            return None;
        }
        Some(text)
    }

    /// A key or a name that must be there.
    pub(crate) fn needed_name(&mut self, name: &str) -> Option<String> {
        if self.map.get(name).is_none_or(Value::is_null) {
            self.map.shift_remove(name);
            self.add(Code::FieldMissing, name, &[]);
            return None;
        }
        self.name(name)
    }

    /// A whole number from 0.
    pub(crate) fn whole(&mut self, name: &str) -> Option<u64> {
        let value = self.take(name)?;
        let whole = value.as_u64();
        if whole.is_none() {
            if value.is_number() {
                let found = value.to_string();
                let args = [("expected", "whole number from 0"), ("found", found.as_str())];
                self.add(Code::FieldFormat, name, &args);
            } else {
                self.wrong_type(name, "whole number", &value);
            }
        }
        whole
    }

    /// A whole number from 0 that fits 32 bits.
    pub(crate) fn small(&mut self, name: &str) -> Option<u32> {
        let whole = self.whole(name)?;
        let small = u32::try_from(whole).ok();
        if small.is_none() {
            let (found, expected) = (whole.to_string(), format!("at most {}", u32::MAX));
            self.add(Code::FieldFormat, name, &[("expected", &expected), ("found", &found)]);
        }
        small
    }

    /// True or false; false if absent.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        match self.take(name) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(other) => {
                self.wrong_type(name, "boolean", &other);
                false
            }
        }
    }

    /// A list of texts under `path`, blank ones refused.
    pub(crate) fn texts(&mut self, path: &str, value: Value) -> Vec<String> {
        let Value::Array(items) = value else {
            self.wrong_type(path, "array of strings", &value);
            return Vec::new();
        };
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            let path = format!("{path}[{index}]");
            match item {
                Value::String(text) if text.trim().is_empty() => {
                    self.add(Code::FieldEmpty, &path, &[]);
                }
                Value::String(text) => {
                    texts.extend(self.checked(&path, text, self.limits.max_cell_bytes));
                }
                other => self.wrong_type(&path, "string", &other),
            }
        }
        texts
    }

    /// An object; `None` if absent or something else.
    pub(crate) fn object(&mut self, name: &str) -> Option<Map<String, Value>> {
        match self.take(name)? {
            Value::Object(map) => Some(map),
            other => {
                self.wrong_type(name, "object", &other);
                None
            }
        }
    }

    /// A plain value as the text of an `extra` column.
    pub(crate) fn plain(&mut self, path: &str, value: Value) -> Option<String> {
        match value {
            Value::Null => None,
            Value::String(text) => self.checked(path, text, self.limits.max_cell_bytes),
            Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
            other => {
                self.wrong_type(path, "string, number or boolean", &other);
                None
            }
        }
    }

    /// Every text anywhere inside `value` is checked as any other text is.
    pub(crate) fn check_inside(&mut self, path: &str, value: &Value) {
        match value {
            Value::String(text) => {
                self.accepts(path, text, self.limits.max_cell_bytes);
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.check_inside(&format!("{path}[{index}]"), item);
                }
            }
            Value::Object(map) => {
                for (name, item) in map {
                    self.check_inside(&format!("{path}.{name}"), item);
                }
            }
            _ => {}
        }
    }

    /// The fields nobody took, each with a warning.
    pub(crate) fn take_unknown(&mut self) -> Map<String, Value> {
        let unknown = std::mem::take(&mut self.map);
        for name in unknown.keys() {
            self.add(Code::FieldUnknown, name, &[]);
        }
        unknown
    }

    /// All problems of the line.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        self.take_unknown();
        self.problems
    }
}
