//! Cases of a file: new, already here, or a key that stands for something else.

use super::Fate;
use crate::studio::Open;
use crate::{Ctx, StudioError};
use shinsa_domain::{Case, CaseId};
use shinsa_intake::{CaseField, CaseMapping, CaseRecord};
use std::collections::BTreeMap;

/// Field to heading, as the shells give them.
pub(super) fn mapping(given: &BTreeMap<String, String>) -> Result<CaseMapping, StudioError> {
    let field = |(name, heading): (&String, &String)| {
        let field = CaseField::from_name(name).ok_or_else(|| {
            let known: Vec<&str> = CaseField::ALL.iter().map(|f| f.as_str()).collect();
            StudioError::new(
                "unknown-field",
                format!("Unknown field {name}. Use one of {}.", known.join(", ")),
            )
            .with("field", name)
            .with("known", known.join(", "))
        })?;
        Ok((field, heading.clone()))
    };
    given.iter().map(field).collect()
}

/// What a case of a file becomes.
pub(super) fn case(open: &Open, ctx: &Ctx, record: &CaseRecord) -> Result<Fate<Case>, StudioError> {
    let viewer = open.viewer()?;
    Ok(match open.project.view(&viewer).case_by_key(&record.key)? {
        Some(before) if before.text.hash() == record.text.hash() => Fate::Repeated,
        Some(_) => Fate::Refused {
            column: "key",
            code: "key-taken",
            args: vec![("key", record.key.clone())],
        },
        None => Fate::New(Case {
            id: CaseId::new(ctx.now(), ctx.random()),
            key: record.key.clone(),
            lang: record.lang,
            text: record.text.clone(),
        }),
    })
}
