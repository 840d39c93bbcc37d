//! Taking incidents apart: free text to actions, events, causes and countermeasures.

use super::{WriteKind, WriteStart, WriteSummary, summary};
use crate::{JobUpdate, Studio, StudioError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shinsa_domain::{CaseId, Incident, IncidentParts, RunKind};
use shinsa_jobs::Cancel;
use shinsa_judge::{JudgeItem, JudgeSpec, Method, VerdictRecord};
use std::collections::{BTreeMap, BTreeSet};

const SCHEMA: &str = include_str!("../../../../../resources/schemas/incident.schema.json");

/// One reading of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct IncidentView {
    /// The case's key.
    pub case: String,
    /// Sample k of N.
    pub sample: u32,
    /// Who did what, in order.
    pub actions: Vec<String>,
    /// What happened, and what came of it.
    pub events: Vec<String>,
    /// Contributing factors that are named.
    pub causes: Vec<String>,
    /// What was done, or is going to be done, about it.
    pub countermeasures: Vec<String>,
    /// Whether a text was ended early for want of room.
    pub cut: bool,
}

impl IncidentView {
    fn of(case: String, incident: Incident) -> Self {
        let Incident { sample, parts, cut, .. } = incident;
        let IncidentParts { actions, events, causes, countermeasures } = parts;
        Self { case, sample, actions, events, causes, countermeasures, cut }
    }
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
        let prepared = self.prepare_writing(request, WriteKind::Incidents, cancel)?;
        let mut done: BTreeMap<CaseId, BTreeSet<u32>> = BTreeMap::new();
        if let Some(run) = &prepared.earlier {
            let stored = self.with(|open| {
                let viewer = open.lead()?;
                Ok(open.project.view(&viewer).incidents(run.id)?)
            })?;
            for incident in stored {
                done.entry(incident.case).or_default().insert(incident.sample);
            }
        }
        let schema: Value = serde_json::from_str(SCHEMA)?;
        let mut items = Vec::new();
        let plan = self.plan_writing(
            prepared,
            &request.name,
            &|case, k| done.get(&case.id).is_some_and(|samples| samples.contains(&k)),
            &mut |case, messages, samples| {
                let schema = schema.clone();
                items.push(JudgeItem { id: case.key.clone(), messages, schema, samples, judge: 0 });
            },
        )?;
        let mut texts: usize = done.values().map(BTreeSet::len).sum();
        let job = match items.is_empty() {
            true => None,
            false => Some(serde_json::to_value(JudgeSpec {
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
                inputs: plan.inputs.clone(),
                items,
                asked: 0,
            })?),
        };
        let job = job.map(|spec| ("judge", spec));
        let report = self.let_write(&plan, job, cancel, on, &mut |item, on| {
            let record: VerdictRecord = serde_json::from_value(item)?;
            let incident = Incident {
                run: plan.run.id,
                case: plan.case(&record.item)?,
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
            on(JobUpdate::Incident(IncidentView::of(record.item, incident)));
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
                all.push(IncidentView::of(case, incident));
            }
            all.sort_by(|a, b| (&a.case, a.sample).cmp(&(&b.case, b.sample)));
            Ok(all)
        })
    }
}
