//! JSON without silent losses: a field that occurs twice is refused.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How the message of a repeated field begins; what follows is its name and
/// then the parser's own position.
const REPEATED: &str = "repeated field `";

/// Why a line is no usable JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It ends too soon.
    CutShort,
    /// Half a surrogate pair, by its byte offset in the line.
    LoneSurrogate(usize),
    /// A field twice in one object: its name.
    Repeated(String),
    /// Anything else: byte offset in the line, and the parser's words.
    Syntax(usize, String),
}

/// Parses one value.
pub(crate) fn parse(line: &str) -> Result<Value, Fault> {
    serde_json::from_str::<Strict>(line).map(|strict| strict.0).map_err(|error| {
        let at = error.column().saturating_sub(1);
        let text = error.to_string();
        if let Some(rest) = text.strip_prefix(REPEATED) {
            let name = rest.rsplit_once('`').map_or(rest, |(name, _)| name);
            return Fault::Repeated(name.to_owned());
        }
        if error.is_eof() {
            return Fault::CutShort;
        }
        if text.contains("surrogate") || text.contains("end of hex escape") {
            return Fault::LoneSurrogate(at);
        }
        let words = text.split(" at line ").next().unwrap_or_default().to_owned();
        Fault::Syntax(at, words)
    })
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, Strict(value))) = fields.next_entry::<String, Strict>()? {
            if map.contains_key(&name) {
                return Err(A::Error::custom(format_args!("{REPEATED}{name}`")));
            }
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_occurs_twice_is_refused_at_any_depth() {
        let line = r#"{"answers":{"harm":true,"harm":false}}"#;
        assert_eq!(parse(line), Err(Fault::Repeated("harm".into())));
    }

    #[test]
    fn half_a_surrogate_pair_is_told_from_other_faults() {
        for line in [r#"{"a":"\ud83d"}"#, r#"{"a":"\udc00x"}"#, r#"{"a":"\ud83dz"}"#] {
            assert!(matches!(parse(line), Err(Fault::LoneSurrogate(_))), "{line}");
        }
        assert_eq!(parse(r#""\ud83d\ude00""#), Ok(Value::String("😀".into())));
        assert_eq!(parse(r#"{"a":"b"#), Err(Fault::CutShort));
        assert!(matches!(parse(r#"{"a" 1}"#), Err(Fault::Syntax(5, _))));
        assert!(matches!(parse("1e999"), Err(Fault::Syntax(..))));
    }

    #[test]
    fn nesting_without_end_is_an_error_and_not_a_crash() {
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
