//! Writing outputs: a model's answers to the project's cases.

use super::plan::Plan;
use super::{WriteKind, WriteStart, WriteSummary, summary};
use crate::job::WrittenPiece;
use crate::judging::weights_hash;
use crate::{JobUpdate, Studio, StudioError};
use shinsa_domain::{Origin, Output, OutputId, Prompt, PromptId};
use shinsa_jobs::Cancel;
use shinsa_judge::{GenerateItem, GenerateSpec, Generated};
use shinsa_prompt::case_messages;
use std::collections::BTreeMap;
use std::path::Path;

impl Studio {
    /// Writes outputs for the project's cases: N samples of a model's answers.
    /// Every output is stored as it comes, with its prompt and origin; its key
    /// is `run:case:sample`. Pieces of texts are told as they are written.
    ///
    /// # Errors
    /// `nothing-to-write`, `name-taken`, `bad-samples`, `prompt-template`,
    /// `unknown-prompt-version`, `unknown-adapter`, those of the model, `cancelled`.
    pub fn generate(
        &self,
        request: &WriteStart,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<WriteSummary, StudioError> {
        let prepared = self.prepare_writing(request, WriteKind::Outputs, cancel)?;
        let weights = weights_hash(&prepared.model, cancel, on)?;
        let there = self.with(|open| {
            let viewer = open.lead()?;
            Ok(open.project.view(&viewer).output_ids()?)
        })?;
        let name = &request.name;
        let mut items = Vec::new();
        let plan = self.plan_writing(
            prepared,
            name,
            &|case, k| there.contains_key(&key(name, &case.key, k)),
            &mut |case, messages, samples| {
                items.push(GenerateItem { id: case.key.clone(), messages, samples });
            },
        )?;
        let missing: usize = items.iter().map(|item| item.samples.len()).sum();
        let mut texts = plan.cases.len() * request.samples as usize - missing;
        let origin = Origin {
            model: Some(name_of(&plan.model)),
            weights: Some(weights),
            adapter: request.adapter.clone(),
            sampling: Some(serde_json::to_string(&request.sampling)?),
            seed: None,
        };
        let job = match items.is_empty() {
            true => None,
            false => Some(serde_json::to_value(GenerateSpec {
                model: plan.model.clone(),
                adapter: plan.adapter.clone(),
                device: plan.chosen.device,
                numeric: request.numeric(),
                sampling: request.sampling,
                seed: u64::from(request.seed),
                max_tokens: request.max_tokens as usize,
                batch: plan.chosen.batch,
                threads: request.threads.map(|t| t as usize),
                stream: true,
                inputs: plan.inputs.clone(),
                items,
            })?),
        };
        let job = job.map(|spec| ("generate", spec));
        let report = self.let_write(&plan, job, cancel, on, &mut |item, on| {
            match serde_json::from_value(item)? {
                Generated::Piece { item, sample, text } => {
                    on(JobUpdate::Piece(WrittenPiece { case: item, sample, text, cut: None }));
                }
                Generated::Output { item, sample, seed, text, cut, .. } => {
                    let origin = Origin { seed: Some(seed), ..origin.clone() };
                    self.store_output(&plan, &item, sample, text.clone(), origin)?;
                    texts += 1;
                    let cut = Some(cut);
                    on(JobUpdate::Piece(WrittenPiece { case: item, sample, text, cut }));
                }
            }
            Ok(())
        })?;
        summary(&plan, texts, &report)
    }

    fn store_output(
        &self,
        plan: &Plan,
        case: &str,
        sample: u32,
        text: String,
        origin: Origin,
    ) -> Result<(), StudioError> {
        let id = plan.case(case)?;
        self.with(|open| {
            let viewer = open.lead()?;
            let case = open.project.view(&viewer).case(id)?;
            let template = plan.template(case.lang)?;
            let turns = case_messages(template, &case.text)?;
            let turns: Vec<&str> = turns.iter().map(|m| m.content.as_str()).collect();
            let prompt = Prompt {
                id: PromptId::new(self.ctx.now(), self.ctx.random()),
                case: case.id,
                template: Some(template.hash()),
                text: turns.join("\n\n"),
            };
            let mut output = Output {
                id: OutputId::new(self.ctx.now(), self.ctx.random()),
                key: key(&plan.run.name, &case.key, sample),
                case: case.id,
                prompt: prompt.id,
                sample,
                text,
                items: BTreeMap::new(),
                origin,
            };
            let op = open.op(&self.ctx, "store-output")?;
            open.project.transact(&op, |tx| {
                output.prompt = tx.ensure_prompt(&prompt)?;
                tx.insert_outputs(std::slice::from_ref(&output)).map(|_| ())
            })?;
            Ok(())
        })
    }
}

/// The key of the output that a run writes about a case.
pub(super) fn key(run: &str, case: &str, sample: u32) -> String {
    format!("{run}:{case}:{sample}")
}

/// A model file's or folder's own name.
fn name_of(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
