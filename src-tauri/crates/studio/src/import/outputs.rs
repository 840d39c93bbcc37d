//! Outputs of a file, with the prompts they answer.

use super::Fate;
use crate::studio::Open;
use crate::{Ctx, StudioError};
use shinsa_domain::{Output, OutputId, Prompt, PromptId};
use shinsa_intake::OutputRecord;

/// What an output of a file becomes.
pub(super) fn output(
    open: &Open,
    ctx: &Ctx,
    record: &OutputRecord,
) -> Result<Fate<(Prompt, Output)>, StudioError> {
    let viewer = open.viewer()?;
    let view = open.project.view(&viewer);
    let Some(case) = view.case_by_key(&record.case)? else {
        return Ok(Fate::Refused {
            column: "case".to_owned(),
            code: "unknown-case",
            args: vec![("case", record.case.clone())],
        });
    };
    let text = record.prompt.clone().unwrap_or_else(|| case.text.what.clone());
    let prompt =
        Prompt { id: PromptId::new(ctx.now(), ctx.random()), case: case.id, template: None, text };
    let output = Output {
        id: OutputId::new(ctx.now(), ctx.random()),
        key: record.key.clone(),
        case: case.id,
        prompt: prompt.id,
        sample: record.sample,
        text: record.text.clone(),
        items: record.items.clone(),
        origin: record.origin.clone(),
    };
    Ok(match view.output_by_key(&record.key)? {
        Some(before)
            if before.case == output.case
                && before.text_hash() == output.text_hash()
                && before.items == output.items =>
        {
            Fate::Repeated
        }
        Some(_) => Fate::Refused {
            column: "key".to_owned(),
            code: "key-taken",
            args: vec![("key", record.key.clone())],
        },
        None => Fate::New((prompt, output)),
    })
}
