//! An outline as a grammar in llguidance's dialect of Lark.

use std::fmt::Write;

use super::{Outline, walk::key};

impl Outline {
    /// The grammar of exactly the texts that this outline describes.
    #[must_use]
    pub fn lark(&self) -> String {
        let mut rules = Rules::default();
        let root = rules.add(self);
        format!("start: {root}\n{}", rules.text)
    }
}

#[derive(Default)]
struct Rules {
    text: String,
    count: usize,
}

/// A literal, quoted as JSON quotes it.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl Rules {
    /// Adds the rules of one value and says by what name it goes.
    fn add(&mut self, outline: &Outline) -> String {
        let body = match outline {
            Outline::Finite(values) => {
                let options: Vec<String> = values.iter().map(|v| quote(v)).collect();
                return self.name("V", &options.join(" | "));
            }
            Outline::Text { min, max } => {
                let character = r#"([^"\\\x00-\x1F\x7F]|\\["\\bfnrt])"#;
                return self.name("T", &format!("/\"{character}{{{min},{max}}}\"/"));
            }
            Outline::Object(fields) if fields.is_empty() => quote("{}"),
            Outline::Object(fields) => {
                let mut body = String::new();
                for (i, (_, field)) in fields.iter().enumerate() {
                    let value = self.add(field);
                    // Writing to a String can't fail.
                    let _ = write!(body, "{} {value} ", quote(&key(fields, i)));
                }
                body + &quote("}")
            }
            Outline::Array { max: 0, .. } => quote("[]"),
            Outline::Array { item, min, max } => {
                let item = self.add(item);
                let more = |low: usize| match (low, max - 1) {
                    (0, 0) => String::new(),
                    (low, high) => format!(" (\",\" {item}){{{low},{high}}}"),
                };
                let some = format!("\"[\" {item}{} \"]\"", more(min.saturating_sub(1)));
                if *min == 0 { format!("\"[]\" | {some}") } else { some }
            }
            Outline::Subset(values) => self.subset(values),
        };
        self.name("r", &body)
    }

    /// `tail_i` is what may follow once something before value `i` was taken.
    fn subset(&mut self, values: &[String]) -> String {
        let mut tail: Option<String> = None;
        let mut starts = vec![quote("[]")];
        for value in values.iter().rev() {
            let follow = tail.as_ref().map(|t| format!(" {t}")).unwrap_or_default();
            starts.push(format!("{}{follow} \"]\"", quote(&format!("[{value}"))));
            let or_later = tail.as_ref().map(|t| format!(" | {t}")).unwrap_or(" | \"\"".into());
            let body = format!("{}{follow}{or_later}", quote(&format!(",{value}")));
            tail = Some(self.name("r", &body));
        }
        starts.join(" | ")
    }

    fn name(&mut self, kind: &str, body: &str) -> String {
        self.count += 1;
        let name = format!("{kind}{}", self.count);
        // Writing to a String can't fail.
        let _ = writeln!(self.text, "{name}: {body}");
        name
    }
}
