//! What chat templates expect of Python and of transformers' Jinja setup.

use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Output, State};
use serde_json::Value as Json;

/// Date and time that a template's `strftime_now` sees. It is an argument, never
/// the clock, so that the same conversation always renders to the same tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Year of the Gregorian calendar.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
}

impl Default for Now {
    /// 2025-01-01 00:00:00, for templates whose date means nothing to us.
    fn default() -> Self {
        Now { year: 2025, month: 1, day: 1, hour: 0, minute: 0, second: 0 }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

impl Now {
    /// 0 for Sunday (Sakamoto's method).
    fn weekday(self) -> usize {
        const SHIFT: [i32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let month = (self.month.clamp(1, 12) - 1) as usize;
        let year = self.year - i32::from(month < 2);
        let sum = year + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + SHIFT[month]
            + self.day.cast_signed();
        sum.rem_euclid(7) as usize
    }

    /// 1 for the first of January.
    fn day_of_year(self) -> u32 {
        const BEFORE: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let month = (self.month.clamp(1, 12) - 1) as usize;
        BEFORE[month] + self.day + u32::from(leap && month > 1)
    }

    /// C's `strftime` in the C locale; a field we don't know is an error.
    fn format(self, pattern: &str) -> Result<String, Error> {
        let month = MONTHS[(self.month.clamp(1, 12) - 1) as usize];
        let day = DAYS[self.weekday()];
        let mut out = String::new();
        let mut rest = pattern.chars();
        while let Some(character) = rest.next() {
            if character != '%' {
                out.push(character);
                continue;
            }
            let mut field = rest.next();
            let bare = field == Some('-');
            if bare {
                field = rest.next();
            }
            let padded = |value: u32, width: usize| {
                if bare { value.to_string() } else { format!("{value:0width$}") }
            };
            out.push_str(&match field {
                Some('Y') => self.year.to_string(),
                Some('y') => padded(self.year.rem_euclid(100).unsigned_abs(), 2),
                Some('m') => padded(self.month, 2),
                Some('d') => padded(self.day, 2),
                Some('H') => padded(self.hour, 2),
                Some('I') => padded((self.hour + 11) % 12 + 1, 2),
                Some('p') => if self.hour < 12 { "AM" } else { "PM" }.to_owned(),
                Some('M') => padded(self.minute, 2),
                Some('S') => padded(self.second, 2),
                Some('j') => padded(self.day_of_year(), 3),
                Some('B') => month.to_owned(),
                Some('b') => month[..3].to_owned(),
                Some('A') => day.to_owned(),
                Some('a') => day[..3].to_owned(),
                Some('F') => format!("{}-{:02}-{:02}", self.year, self.month, self.day),
                Some('T') => format!("{:02}:{:02}:{:02}", self.hour, self.minute, self.second),
                Some('%') => "%".to_owned(),
                other => {
                    let field = other.map(String::from).unwrap_or_default();
                    return Err(Error::new(
                        ErrorKind::InvalidOperation,
                        format!("strftime_now doesn't know %{field}"),
                    ));
                }
            });
        }
        Ok(out)
    }
}

/// `strftime_now` at a fixed moment.
pub(super) fn strftime(now: Now) -> Value {
    Value::from_function(move |pattern: &str| now.format(pattern))
}

/// Filters, functions and the printing of values that templates rely on.
pub(super) fn install(environment: &mut Environment<'static>) {
    environment.add_filter("tojson", to_json);
    environment.add_function("raise_exception", |reason: String| -> Result<Value, Error> {
        Err(Error::new(ErrorKind::InvalidOperation, reason))
    });
    environment.set_formatter(print);
}

/// Python prints `True`, `False` and `None`.
fn print(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let text = match value.kind() {
        ValueKind::Bool => Value::from(if value.is_true() { "True" } else { "False" }),
        ValueKind::None => Value::from("None"),
        _ => return minijinja::escape_formatter(out, state, value),
    };
    minijinja::escape_formatter(out, state, &text)
}

/// Variables that stand where a `generation` block begins and ends.
pub(super) const OPENED: &str = "shinsa_generation_begins";
pub(super) const CLOSED: &str = "shinsa_generation_ends";

/// A template in minijinja's dialect.
pub(super) struct Adapted {
    pub source: String,
    /// Whether it has `generation` blocks.
    pub marks_answers: bool,
}

/// The `generation` block that marks what an assistant said becomes an `if` that
/// always holds, with a variable at its beginning and one at its end. Each tag
/// becomes two with the variable between them, so that its signs for trimming
/// keep to the outside.
pub(super) fn adapted(source: &str) -> Adapted {
    let mut out = String::with_capacity(source.len());
    let mut marks_answers = false;
    let mut rest = source;
    while let Some(open) = rest.find("{%") {
        let Some(close) = rest[open..].find("%}").map(|at| open + at + 2) else { break };
        let tag = &rest[open..close];
        let inner = tag.trim_start_matches("{%").trim_end_matches("%}");
        let (left, right) = (marker(inner.chars().next()), marker(inner.chars().last()));
        let name = inner.trim_matches(|c: char| c.is_whitespace() || c == '-' || c == '+');
        out.push_str(&rest[..open]);
        match name {
            "generation" => {
                marks_answers = true;
                out.push_str(&format!(
                    "{{%{left} if true %}}{{{{ {OPENED} }}}}{{% if true {right}%}}"
                ));
            }
            "endgeneration" => {
                out.push_str(&format!("{{%{left} endif %}}{{{{ {CLOSED} }}}}{{% endif {right}%}}"))
            }
            _ => out.push_str(tag),
        }
        rest = &rest[close..];
    }
    out.push_str(rest);
    Adapted { source: out, marks_answers }
}

/// Jinja's sign at the edge of a tag, if there is one.
fn marker(edge: Option<char>) -> &'static str {
    match edge {
        Some('-') => "-",
        Some('+') => "+",
        _ => "",
    }
}

/// A JSON value as a template sees it; objects keep their order.
pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(flag) => Value::from(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::from(whole),
            None => Value::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => items.iter().map(value).collect(),
        Json::Object(fields) => {
            Value::from_pairs(fields.iter().map(|(key, item)| (key.as_str(), value(item))))
        }
    }
}

/// `json.dumps(value, ensure_ascii=False)`, as transformers defines the filter:
/// nothing is escaped for HTML, and separators are `", "` and `": "`.
fn to_json(value: &Value, indent: Option<usize>, options: Kwargs) -> Result<String, Error> {
    let indent = match indent {
        Some(width) => Some(width),
        None => options.get::<Option<usize>>("indent")?,
    };
    // Accepted for compatibility: text is never escaped to ASCII here.
    let _: Option<bool> = options.get("ensure_ascii")?;
    options.assert_all_used()?;
    let mut out = String::new();
    write_json(&mut out, value, indent, 0)?;
    Ok(out)
}

fn line(out: &mut String, indent: Option<usize>, depth: usize) {
    if let Some(width) = indent {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', width * depth));
    }
}

fn write_json(
    out: &mut String,
    value: &Value,
    indent: Option<usize>,
    depth: usize,
) -> Result<(), Error> {
    let comma = if indent.is_some() { "," } else { ", " };
    let quoted = |text: &str| {
        serde_json::to_string(text)
            .map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
    };
    match value.kind() {
        ValueKind::None | ValueKind::Undefined => out.push_str("null"),
        ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
        ValueKind::String => out.push_str(&quoted(value.as_str().unwrap_or_default())?),
        ValueKind::Number => out.push_str(&value.to_string()),
        ValueKind::Map => {
            out.push('{');
            let mut empty = true;
            for key in value.try_iter()? {
                if !std::mem::take(&mut empty) {
                    out.push_str(comma);
                }
                line(out, indent, depth + 1);
                out.push_str(&quoted(&key.to_string())?);
                out.push_str(": ");
                write_json(out, &value.get_item(&key)?, indent, depth + 1)?;
            }
            if !empty {
                line(out, indent, depth);
            }
            out.push('}');
        }
        ValueKind::Seq | ValueKind::Iterable => {
            out.push('[');
            let mut empty = true;
            for item in value.try_iter()? {
                if !std::mem::take(&mut empty) {
                    out.push_str(comma);
                }
                line(out, indent, depth + 1);
                write_json(out, &item, indent, depth + 1)?;
            }
            if !empty {
                line(out, indent, depth);
            }
            out.push(']');
        }
        other => {
            return Err(Error::new(
                ErrorKind::InvalidOperation,
                format!("tojson can't write a {other}"),
            ));
        }
    }
    Ok(())
}
