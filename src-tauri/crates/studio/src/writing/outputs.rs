//! Writing outputs: a model's answers to the project's cases.

use super::{WriteStart, WriteSummary, inputs, summary};
use crate::{JobUpdate, Studio, StudioError};
use shinsa_domain::{Case, Origin, Output, OutputId, Prompt, PromptId, RunKind};
use shinsa_jobs::Cancel;
use shinsa_judge::{GenerateItem, GenerateSpec, Generated};
use shinsa_prompt::{Message, Template, case_messages};
use std::collections::BTreeMap;
use std::path::Path;

/// The built-in template.
const TEMPLATE: &str = "answer";

/// A case with what the model was given.
struct Asked<'p> {
    case: &'p Case,
    template: Template,
    messages: Vec<Message>,
}

impl Studio {
    /// Writes outputs for the project's cases: N samples of a model's answers.
    /// Every output is stored as it comes, with its prompt and origin; its key
    /// is `run:case:sample`.
    ///
    /// # Errors
    /// `nothing-to-write`, `name-taken`, `bad-samples`, `prompt-template`,
    /// `unknown-adapter`, those of the model, `cancelled`.
    pub fn generate(
        &self,
        request: &WriteStart,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<WriteSummary, StudioError> {
        let plan = self.plan_writing(request, RunKind::Generate, cancel)?;
        let there = self.with(|open| {
            let viewer = open.lead()?;
            Ok(open.project.view(&viewer).output_ids()?)
        })?;
        let mut asked = BTreeMap::new();
        let mut items = Vec::new();
        let mut texts = 0;
        for case in &plan.cases {
            let template = request.template(TEMPLATE, case.lang)?;
            let messages = case_messages(&template, &case.text)?;
            let (stored, samples): (Vec<u32>, Vec<u32>) = (0..request.samples)
                .partition(|&k| there.contains_key(&key(&request.name, &case.key, k)));
            texts += stored.len();
            if !samples.is_empty() {
                let messages = messages.clone();
                items.push(GenerateItem { id: case.key.clone(), messages, samples });
            }
            asked.insert(case.key.as_str(), Asked { case, template, messages });
        }
        let templates: Vec<&Template> = asked.values().map(|a| &a.template).collect();
        let spec = GenerateSpec {
            model: plan.model.clone(),
            adapter: plan.adapter.clone(),
            device: plan.chosen.device,
            numeric: request.numeric(),
            sampling: request.sampling,
            seed: u64::from(request.seed),
            max_tokens: request.max_tokens as usize,
            batch: plan.chosen.batch,
            threads: request.threads.map(|t| t as usize),
            stream: false,
            inputs: inputs("output", &templates),
            items,
        };
        let origin = Origin {
            model: Some(name_of(&plan.model)),
            weights: Some(shinsa_lm::weights_hash(&plan.model)?),
            adapter: request.adapter.clone(),
            sampling: Some(serde_json::to_string(&request.sampling)?),
            seed: None,
        };
        let job = (!spec.items.is_empty()).then(|| serde_json::to_value(&spec)).transpose()?;
        let job = job.map(|spec| ("generate", spec));
        let report = self.write(&plan, job, cancel, on, &mut |item| {
            let Generated::Output { item, sample, seed, text, .. } = serde_json::from_value(item)?
            else {
                return Ok(());
            };
            let asked = asked.get(item.as_str()).ok_or_else(|| {
                StudioError::new(
                    "worker-answer",
                    format!("The worker wrote about {item}, which nobody asked for."),
                )
            })?;
            let origin = Origin { seed: Some(seed), ..origin.clone() };
            self.store_output(&request.name, asked, sample, text, origin)?;
            texts += 1;
            Ok(())
        })?;
        summary(&plan, texts, &report)
    }

    fn store_output(
        &self,
        run: &str,
        asked: &Asked<'_>,
        sample: u32,
        text: String,
        origin: Origin,
    ) -> Result<(), StudioError> {
        let case = asked.case;
        let turns: Vec<&str> = asked.messages.iter().map(|m| m.content.as_str()).collect();
        self.with(|open| {
            let prompt = Prompt {
                id: PromptId::new(self.ctx.now(), self.ctx.random()),
                case: case.id,
                template: Some(asked.template.hash()),
                text: turns.join("\n\n"),
            };
            let mut output = Output {
                id: OutputId::new(self.ctx.now(), self.ctx.random()),
                key: key(run, &case.key, sample),
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

fn key(run: &str, case: &str, sample: u32) -> String {
    format!("{run}:{case}:{sample}")
}

/// A model file's or folder's own name.
fn name_of(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
