//! Where in an outline a text has come to, and how many bytes it still needs.

use super::Outline;

/// The undecided value at the end of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<'o> {
    /// The criterion: `safety`, or `drugs[1].label` inside lists.
    pub path: String,
    /// All spellings.
    pub values: &'o [String],
    /// How many bytes of the value are written already.
    pub written: usize,
}

/// Where a text ends relative to an outline.
pub(crate) enum Walk<'o, 't> {
    /// The value is complete; the rest of the text follows it.
    Done(&'t [u8]),
    /// The text ends inside the value (or right before it).
    Inside {
        /// Bytes that complete it in the worst case, texts and open lists being
        /// ended at once.
        need: usize,
        /// The undecided value there.
        choice: Option<Choice<'o>>,
    },
}

/// `"` at both ends.
const QUOTES: usize = 2;
/// Most bytes of one character: UTF-8 has four, an escape two.
const CHARACTER: usize = 4;

impl Outline {
    /// Bytes of the whole value in the worst case, when texts and open lists are
    /// ended as soon as they may be. A token has at least one byte, so that many
    /// tokens always suffice.
    #[must_use]
    pub fn need(&self) -> usize {
        match self {
            Outline::Finite(values) => values.iter().map(String::len).max().unwrap_or(0),
            Outline::Text { min, .. } => QUOTES + CHARACTER * min,
            Outline::Object(fields) => {
                let keys: usize = (0..fields.len()).map(|i| key(fields, i).len()).sum();
                keys.max(1) + 1 + fields.iter().map(|(_, field)| field.need()).sum::<usize>()
            }
            Outline::Array { item, min, .. } => 1 + list_need(item, *min, true),
            Outline::Subset(values) => 1 + subset_need(values, true),
        }
    }

    /// Bytes that `text`, a beginning of this value, still needs in the worst
    /// case; `None` when it isn't such a beginning.
    #[must_use]
    pub fn need_after(&self, text: &[u8]) -> Option<usize> {
        match self.walk(text)? {
            Walk::Done([]) => Some(0),
            Walk::Done(_) => None,
            Walk::Inside { need, .. } => Some(need),
        }
    }

    /// The undecided value at the end of `text`, if there is one.
    #[must_use]
    pub fn choice_after(&self, text: &[u8]) -> Option<Choice<'_>> {
        match self.walk(text)? {
            Walk::Inside { choice, .. } => choice,
            Walk::Done(_) => None,
        }
    }

    pub(crate) fn walk<'o, 't>(&'o self, text: &'t [u8]) -> Option<Walk<'o, 't>> {
        match self {
            Outline::Finite(values) => walk_finite(values, text),
            Outline::Text { min, max } => walk_text(*min, *max, text),
            Outline::Object(fields) => walk_object(fields, text),
            Outline::Array { item, min, max } => walk_array(item, *min, *max, text),
            Outline::Subset(values) => walk_subset(values, text),
        }
    }
}

/// What stands before the value of field `i`.
pub(super) fn key(fields: &[(String, Outline)], i: usize) -> String {
    let opening = if i == 0 { '{' } else { ',' };
    format!("{opening}{}:", serde_json::Value::from(fields[i].0.as_str()))
}

fn inside<'o, 't>(need: usize) -> Option<Walk<'o, 't>> {
    Some(Walk::Inside { need, choice: None })
}

/// Takes `literal` from the front of `text`: the rest, or what is missing.
fn literal<'t>(literal: &[u8], text: &'t [u8]) -> Option<Result<&'t [u8], usize>> {
    if let Some(rest) = text.strip_prefix(literal) {
        return Some(Ok(rest));
    }
    literal.starts_with(text).then(|| Err(literal.len() - text.len()))
}

fn walk_finite<'o, 't>(values: &'o [String], text: &'t [u8]) -> Option<Walk<'o, 't>> {
    let open = values.iter().filter(|v| v.as_bytes().starts_with(text));
    if let Some(longest) = open.map(String::len).max() {
        let choice = Choice { path: String::new(), values, written: text.len() };
        return Some(Walk::Inside { need: longest - text.len(), choice: Some(choice) });
    }
    let complete = values.iter().filter(|v| text.starts_with(v.as_bytes()));
    complete.map(String::len).max().map(|length| Walk::Done(&text[length..]))
}

fn walk_text<'o, 't>(min: usize, max: usize, text: &'t [u8]) -> Option<Walk<'o, 't>> {
    let Some((quote, mut rest)) = text.split_first() else {
        return inside(QUOTES + CHARACTER * min);
    };
    if *quote != b'"' {
        return None;
    }
    let mut count = 0;
    loop {
        let short = |count: usize| 1 + CHARACTER * min.saturating_sub(count);
        let length = match rest.first() {
            None => return inside(short(count)),
            Some(b'"') => return (count >= min && count <= max).then(|| Walk::Done(&rest[1..])),
            Some(b'\\') => 2,
            Some(0x00..=0x1F) => return None,
            Some(0x20..=0x7F) => 1,
            Some(0xC0..=0xDF) => 2,
            Some(0xE0..=0xEF) => 3,
            Some(0xF0..=0xF7) => 4,
            Some(_) => return None,
        };
        count += 1;
        if count > max {
            return None;
        }
        if rest.len() < length {
            return inside(length - rest.len() + short(count));
        }
        rest = &rest[length..];
    }
}

fn walk_object<'o, 't>(fields: &'o [(String, Outline)], text: &'t [u8]) -> Option<Walk<'o, 't>> {
    let after = |i: usize| -> usize {
        let keys: usize = (i + 1..fields.len()).map(|k| key(fields, k).len()).sum();
        let values: usize = fields[i + 1..].iter().map(|(_, field)| field.need()).sum();
        keys + values + 1
    };
    let mut rest = text;
    for (i, (name, field)) in fields.iter().enumerate() {
        match literal(key(fields, i).as_bytes(), rest)? {
            Ok(left) => rest = left,
            Err(missing) => return inside(missing + field.need() + after(i)),
        }
        match field.walk(rest)? {
            Walk::Done(left) => rest = left,
            Walk::Inside { need, choice } => {
                let choice = choice.map(|c| Choice { path: join(name, &c.path), ..c });
                return Some(Walk::Inside { need: need + after(i), choice });
            }
        }
    }
    let closing: &[u8] = if fields.is_empty() { b"{}" } else { b"}" };
    match literal(closing, rest)? {
        Ok(left) => Some(Walk::Done(left)),
        Err(missing) => inside(missing),
    }
}

fn join(name: &str, path: &str) -> String {
    match path.chars().next() {
        None => name.to_owned(),
        Some('[') => format!("{name}{path}"),
        Some(_) => format!("{name}.{path}"),
    }
}

/// From before an item (`first`: right after `[`) or after one, to after `]`,
/// with `left` items still to come.
fn list_need(item: &Outline, left: usize, first: bool) -> usize {
    let commas = if first { left.saturating_sub(1) } else { left };
    left * item.need() + commas + 1
}

fn walk_array<'o, 't>(
    item: &'o Outline,
    min: usize,
    max: usize,
    text: &'t [u8],
) -> Option<Walk<'o, 't>> {
    let mut rest = match literal(b"[", text)? {
        Ok(rest) => rest,
        Err(missing) => return inside(missing + list_need(item, min, true)),
    };
    let mut count = 0;
    loop {
        let left = min.saturating_sub(count);
        match rest.first() {
            None if count == 0 && min == 0 => return inside(list_need(item, 0, true)),
            None if count > 0 => return inside(list_need(item, left, false)),
            Some(b']') => return (count >= min).then(|| Walk::Done(&rest[1..])),
            Some(b',') if count > 0 => rest = &rest[1..],
            Some(_) if count > 0 => return None,
            _ => {}
        }
        if count == max {
            return None;
        }
        match item.walk(rest)? {
            Walk::Done(after) => rest = after,
            Walk::Inside { need, choice } => {
                let rest = list_need(item, min.saturating_sub(count + 1), false);
                let at = format!("[{count}]");
                let choice = choice.map(|c| Choice { path: join(&at, &c.path), ..c });
                return Some(Walk::Inside { need: need + rest, choice });
            }
        }
        count += 1;
    }
}

/// All of `values` and `]`; `first`: no comma before the first of them.
fn subset_need(values: &[String], first: bool) -> usize {
    let commas = if first { values.len().saturating_sub(1) } else { values.len() };
    values.iter().map(String::len).sum::<usize>() + commas + 1
}

fn walk_subset<'o, 't>(values: &'o [String], text: &'t [u8]) -> Option<Walk<'o, 't>> {
    let mut rest = match literal(b"[", text)? {
        Ok(rest) => rest,
        Err(missing) => return inside(missing + subset_need(values, true)),
    };
    let mut next = 0;
    loop {
        let first = next == 0;
        match rest.first() {
            None => return inside(subset_need(&values[next..], first)),
            Some(b']') => return Some(Walk::Done(&rest[1..])),
            Some(b',') if !first => rest = &rest[1..],
            Some(_) if !first => return None,
            Some(_) => {}
        }
        if let Some((i, value)) =
            (next..).zip(&values[next..]).find(|(_, value)| rest.starts_with(value.as_bytes()))
        {
            rest = &rest[value.len()..];
            next = i + 1;
            continue;
        }
        let open = (next..).zip(&values[next..]);
        let need = open
            .filter(|(_, value)| value.as_bytes().starts_with(rest))
            .map(|(i, value)| value.len() - rest.len() + subset_need(&values[i + 1..], false))
            .max()?;
        return inside(need);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outline(properties: serde_json::Value) -> Outline {
        let required: Vec<&String> = properties.as_object().unwrap().keys().collect();
        let schema = json!({"type": "object", "required": required, "properties": properties,
            "additionalProperties": false});
        Outline::from_schema(&schema).unwrap()
    }

    fn mixed() -> Outline {
        outline(json!({
            "n": {"enum": [1, 10, 2]},
            "d": {"type": "array", "items": {"enum": ["a", "bb", "c"]}, "maxItems": 3},
            "l": {"type": "array", "items": {"type": "object", "properties": {
                "ok": {"type": "boolean"}, "why": {"type": "string", "maxLength": 5, "minLength": 1}},
                "required": ["ok", "why"], "additionalProperties": false},
                "minItems": 2, "maxItems": 2},
            "o": {"type": "array", "items": {"type": "boolean"}, "maxItems": 3},
            "t": {"type": "string", "maxLength": 8},
        }))
    }

    const FULL: &str = r#"{"n":10,"d":["a","c"],"l":[{"ok":true,"why":"だ"},{"ok":false,"why":"a\"b"}],"o":[true],"t":"\\誤薬\n"}"#;

    #[test]
    fn a_whole_value_needs_nothing_and_every_beginning_something() {
        let outline = mixed();
        assert_eq!(outline.need_after(b""), Some(outline.need()));
        for end in 1..FULL.len() {
            let need = outline.need_after(&FULL.as_bytes()[..end]);
            assert!(
                need.is_some_and(|need| need > 0),
                "{}",
                &FULL.as_bytes()[..end].escape_ascii()
            );
        }
        assert_eq!(outline.need_after(FULL.as_bytes()), Some(0));
    }

    #[test]
    fn each_byte_of_a_finite_value_lowers_the_need() {
        let outline = outline(json!({"n": {"enum": [1, 10, 2]}, "h": {"type": "boolean"},
            "d": {"type": "array", "items": {"enum": ["a", "bb", "c"]}, "maxItems": 3}}));
        for full in [r#"{"n":1,"h":true,"d":["bb"]}"#, r#"{"n":10,"h":false,"d":["a","c"]}"#] {
            let needs = (0..=full.len()).map(|end| outline.need_after(&full.as_bytes()[..end]));
            let needs: Vec<usize> = needs.map(Option::unwrap).collect();
            assert!(needs.windows(2).all(|w| w[1] < w[0]), "{needs:?}");
            assert_eq!(needs.last(), Some(&0));
        }
    }

    #[test]
    fn the_worst_case_of_a_finite_outline_is_its_longest_spelling() {
        let finite = outline(json!({"n": {"enum": [1, 10]}, "h": {"type": "boolean"},
            "d": {"type": "array", "items": {"enum": ["a", "bb"]}, "maxItems": 2}}));
        assert_eq!(finite.need(), r#"{"n":10,"h":false,"d":["a","bb"]}"#.len());
        assert_eq!(outline(json!({})).need(), 2);
    }

    #[test]
    fn what_is_no_beginning_is_seen() {
        let outline = mixed();
        for text in [
            r#"{ "#,
            r#"{"n":3"#,
            r#"{"n":1,"d":["c","a""#,
            r#"{"n":1,"d":["a","a""#,
            r#"{"n":1,"d":[],"l":[]"#,
            r#"{"n":1,"d":[],"l":[{"ok":true,"why":""}"#,
        ] {
            assert_eq!(outline.need_after(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn the_undecided_value_is_named_by_its_criterion() {
        let outline = mixed();
        let at = |text: &str| outline.choice_after(text.as_bytes()).map(|c| (c.path, c.written));
        assert_eq!(at(r#"{"n":"#), Some(("n".into(), 0)));
        assert_eq!(at(r#"{"n":1"#), Some(("n".into(), 1)));
        assert_eq!(at(r#"{"n":1,"d":[],"l":[{"ok":"#), Some(("l[0].ok".into(), 0)));
        assert_eq!(at(r#"{"n":1,"#), None);
    }
}
