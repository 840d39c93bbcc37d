//! Cases from JSONL.

use shinsa_domain::CaseText;

use super::record::CaseRecord;
use crate::intake::Intake;
use crate::jsonl::{Fields, JsonlOptions};
use crate::keys::read_keyed;
use crate::problem::Code;
use crate::text::read_language;

/// Fields of a case line, as the published schema lists them.
#[cfg(test)]
pub(crate) const FIELDS: [&str; 10] = [
    "key",
    "lang",
    "title",
    "what",
    "factors",
    "improvements",
    "reference",
    "aspects",
    "extra",
    "synthetic",
];

/// Reads cases from the bytes of a JSONL file, one object a line as
/// `resources/schemas/case.schema.json` describes it.
#[must_use]
pub fn cases_jsonl(bytes: &[u8], options: &JsonlOptions) -> Intake<CaseRecord> {
    read_keyed(bytes, options, read_case)
}

fn read_case(fields: &mut Fields<'_>) -> Option<CaseRecord> {
    let key = fields.name("key");
    let said = fields.name("lang");
    let what = fields.needed_text("what");
    let mut text = CaseText {
        title: fields.text("title"),
        what: String::new(),
        factors: fields.text("factors"),
        improvements: fields.text("improvements"),
        reference: fields.text("reference"),
        aspects: match fields.take("aspects") {
            Some(value) => fields.texts("aspects", value),
            None => Vec::new(),
        },
        extra: Vec::new(),
    };
    let synthetic = fields.flag("synthetic");
    for (name, value) in fields.object("extra").unwrap_or_default() {
        if let Some(value) = fields.plain(&format!("extra.{name}"), value) {
            text.extra.push((name, value));
        }
    }
    // Not lost, only not understood: the warning says so.
    for (name, value) in fields.take_unknown() {
        if let Some(value) = fields.plain(&name, value) {
            text.extra.push((name, value));
        }
    }
    text.what = what?;
    let lang = said.as_deref().and_then(read_language);
    if let Some(said) = said.filter(|_| lang.is_none()) {
        fields.add(Code::LanguageUnknown, "lang", &[("found", &said)]);
    }
    let lang = lang.unwrap_or_else(|| CaseRecord::guess_lang(&text));
    Some(CaseRecord {
        key_made: key.is_none(),
        key: key.unwrap_or_default(),
        lang,
        text,
        outputs: Vec::new(),
        synthetic,
    })
}
