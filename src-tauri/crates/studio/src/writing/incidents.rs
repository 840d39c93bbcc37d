//! Taking incidents apart: free text to actions, events, causes and countermeasures.

use super::{WriteStart, WriteSummary, inputs, summary};
use crate::{JobUpdate, Studio, StudioError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shinsa_domain::{CaseId, Incident, IncidentParts, RunKind};
use shinsa_jobs::Cancel;
use shinsa_judge::{JudgeItem, JudgeSpec, Method, VerdictRecord};
use shinsa_prompt::{Template, case_messages};
use std::collections::{BTreeMap, BTreeSet};

/// The built-in template.
const TEMPLATE: &str = "incident";

const SCHEMA: &str = include_str!("../../../../../resources/schemas/incident.schema.json");

/// One reading of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncidentView {
    /// The case's key.
    pub case: String,
    /// Sample k of N.
    pub sample: u32,
    /// What the report says.
    #[serde(flatten)]
    pub parts: IncidentParts,
    /// Whether a text was ended early for want of room.
    pub cut: bool,
}

impl Studio {
    /// Takes the project's cases apart into lists: always valid, in the report's
    /// language. Every reading is stored as it comes.
    ///
    /// # Errors
    /// `nothing-to-write`, `name-taken`, `bad-samples`, `prompt-template`,
    /// `judge-max-tokens`, those of the model, `cancelled`.
    pub fn restructure(
        &self,
        request: &WriteStart,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<WriteSummary, StudioError> {
        let plan = self.plan_writing(request, RunKind::Restructure, cancel)?;
        let mut done: BTreeMap<CaseId, BTreeSet<u32>> = BTreeMap::new();
        let stored = self.with(|open| {
            let viewer = open.lead()?;
            Ok(open.project.view(&viewer).incidents(plan.run.id)?)
        })?;
        for incident in &stored {
            done.entry(incident.case).or_default().insert(incident.sample);
        }
        let schema: Value = serde_json::from_str(SCHEMA)?;
        let mut cases = BTreeMap::new();
        let mut templates: Vec<Template> = Vec::new();
        let mut items = Vec::new();
        for case in &plan.cases {
            cases.insert(case.key.as_str(), case.id);
            let samples: Vec<u32> = (0..request.samples)
                .filter(|k| !done.get(&case.id).is_some_and(|d| d.contains(k)))
                .collect();
            let template = request.template(TEMPLATE, case.lang)?;
            let messages = case_messages(&template, &case.text)?;
            templates.push(template);
            if !samples.is_empty() {
                let schema = schema.clone();
                items.push(JudgeItem { id: case.key.clone(), messages, schema, samples, judge: 0 });
            }
        }
        let spec = JudgeSpec {
            model: plan.model.clone(),
            adapter: plan.adapter.clone(),
            beside: Vec::new(),
            device: plan.chosen.device,
            numeric: request.numeric(),
            method: Method::Sampled,
            sampling: request.sampling,
            seed: u64::from(request.seed),
            max_tokens: request.max_tokens as usize,
            batch: plan.chosen.batch,
            threads: request.threads.map(|t| t as usize),
            inputs: inputs("incident", &templates.iter().collect::<Vec<_>>()),
            items,
        };
        let mut texts = stored.len();
        let job = (!spec.items.is_empty()).then(|| serde_json::to_value(&spec)).transpose()?;
        let job = job.map(|spec| ("judge", spec));
        let report = self.write(&plan, job, cancel, on, &mut |item| {
            let record: VerdictRecord = serde_json::from_value(item)?;
            let case = *cases.get(record.item.as_str()).ok_or_else(|| {
                StudioError::new(
                    "worker-answer",
                    format!("The worker read {}, which nobody asked for.", record.item),
                )
            })?;
            let incident = Incident {
                run: plan.run.id,
                case,
                sample: record.sample,
                seed: record.seed,
                parts: serde_json::from_value(record.answers)?,
                cut: record.cut,
            };
            self.with(|open| {
                let op = open.op(&self.ctx, "store-incident")?;
                open.project.transact(&op, |tx| {
                    tx.insert_incidents(std::slice::from_ref(&incident)).map(|_| ())
                })?;
                Ok(())
            })?;
            texts += 1;
            Ok(())
        })?;
        summary(&plan, texts, &report)
    }

    /// What a restructuring run read, by case in the order of import and sample.
    ///
    /// # Errors
    /// `lead-only`, `unknown-run`.
    pub fn incidents(&self, run: &str) -> Result<Vec<IncidentView>, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let view = open.project.view(&viewer);
            let Some(found) = view.run_by_name(RunKind::Restructure, run)? else {
                return Err(StudioError::new(
                    "unknown-run",
                    format!("There is no run called {run}."),
                )
                .with("run", run));
            };
            let mut all = Vec::new();
            for incident in view.incidents(found.id)? {
                let case = view.case(incident.case)?.key;
                let Incident { sample, parts, cut, .. } = incident;
                all.push(IncidentView { case, sample, parts, cut });
            }
            all.sort_by(|a, b| (&a.case, a.sample).cmp(&(&b.case, b.sample)));
            Ok(all)
        })
    }
}
