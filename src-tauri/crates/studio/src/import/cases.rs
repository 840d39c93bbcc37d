//! Cases of a file: new, already here, or a key that stands for something else;
//! with them the outputs that stand in their rows.

use super::{Fate, ImportField, Stored};
use crate::studio::Open;
use crate::{Ctx, StudioError};
use shinsa_domain::{Case, CaseId, Origin, Output, OutputId, Prompt, PromptId};
use shinsa_intake::{CaseField, CaseMapping, CaseRecord};
use std::collections::{BTreeMap, BTreeSet};

/// What a row of cases adds to the project.
pub(super) struct NewRow {
    /// The case, where it is new.
    pub case: Option<Case>,
    /// Its new outputs.
    pub outputs: Vec<(Prompt, Output)>,
}

impl Stored for NewRow {
    fn counted(&self) -> usize {
        usize::from(self.case.is_some())
    }

    fn along(&self) -> usize {
        self.outputs.len()
    }
}

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

/// What a column of a table of cases can be taken for.
pub(super) fn fields() -> Vec<ImportField> {
    let field = |name: &str, several| ImportField { name: name.to_owned(), label: None, several };
    let cases = CaseField::ALL.iter().map(|one| field(one.as_str(), false));
    cases.chain([field(shinsa_intake::OUTPUT, true)]).collect()
}

/// What a row of a file becomes. `keys` holds those of the outputs met before.
pub(super) fn row(
    open: &Open,
    ctx: &Ctx,
    keys: &mut BTreeSet<String>,
    record: &CaseRecord,
) -> Result<Fate<NewRow>, StudioError> {
    let viewer = open.viewer()?;
    let view = open.project.view(&viewer);
    let (id, case) = match view.case_by_key(&record.key)? {
        Some(before) if before.text.hash() == record.text.hash() => (before.id, None),
        Some(_) => return Ok(taken("key".to_owned(), &record.key)),
        None => {
            let id = CaseId::new(ctx.now(), ctx.random());
            let (key, text) = (record.key.clone(), record.text.clone());
            (id, Some(Case { id, key, lang: record.lang, text }))
        }
    };
    let mut outputs = Vec::new();
    for given in &record.outputs {
        let key = format!("{}#{}", record.key, given.column);
        let prompt = Prompt {
            id: PromptId::new(ctx.now(), ctx.random()),
            case: id,
            template: None,
            text: record.text.what.clone(),
        };
        let output = Output {
            id: OutputId::new(ctx.now(), ctx.random()),
            key: key.clone(),
            case: id,
            prompt: prompt.id,
            sample: 0,
            text: given.text.clone(),
            items: BTreeMap::new(),
            origin: Origin { model: Some(given.column.clone()), ..Origin::default() },
        };
        match view.output_by_key(&key)? {
            Some(before) if before.case == id && before.text_hash() == output.text_hash() => {}
            None if keys.insert(key.clone()) => outputs.push((prompt, output)),
            _ => return Ok(taken(given.column.clone(), &key)),
        }
    }
    Ok(if case.is_none() && outputs.is_empty() {
        Fate::Repeated
    } else {
        Fate::New(NewRow { case, outputs })
    })
}

fn taken(column: String, key: &str) -> Fate<NewRow> {
    Fate::Refused { column, code: "key-taken", args: vec![("key", key.to_owned())] }
}
