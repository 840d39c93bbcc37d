//! Letting a judge rate outputs, and its verdicts beside gold.

mod list;
mod plan;
mod reply;
mod request;

pub use reply::{JudgeAtReply, JudgeRunView, JudgeSummary, VerdictRow, VerdictSample};
pub use request::{Beside, JudgeStart, Reasons, Which};

use crate::device::Chosen;
use crate::host::JudgeEndpoint;
use crate::project::small;
use crate::run::Left;
use crate::{JobUpdate, Studio, StudioError};
use plan::{Job, Judging, Plan};
use reply::row;
use shinsa_domain::{OutputId, Verdict, VerdictId};
use shinsa_jobs::Cancel;
use shinsa_judge::{JudgeReport, VerdictRecord, asked_places};
use std::collections::BTreeMap;

impl Studio {
    /// Lets a judge rate outputs. Every verdict is stored as it comes; a run
    /// that ended early goes on where it was.
    ///
    /// # Errors
    /// `nothing-to-judge`, `name-taken`, `bad-samples`, `unknown-adapter`, those
    /// of the model and of the run, `cancelled`.
    pub fn judge(
        &self,
        request: &JudgeStart,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<JudgeSummary, StudioError> {
        Ok(self.judge_at(request, None, cancel, on)?.summary)
    }

    /// Lets a judge rate outputs, at an endpoint where one is given: its host
    /// must be allowed by the lead.
    ///
    /// # Errors
    /// As [`Studio::judge`], and `endpoint-…`.
    pub fn judge_at(
        &self,
        request: &JudgeStart,
        endpoint: Option<&JudgeEndpoint>,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<JudgeAtReply, StudioError> {
        let chosen = match endpoint {
            None => self.choose_judge(request, cancel)?,
            Some(_) => Chosen::default(),
        };
        let plan = self.plan_judging(request, endpoint, &chosen, cancel, on)?;
        let worker = self.worker_of(&chosen)?;
        let asked = plan.outputs.len() * request.samples as usize;
        let mut rows: BTreeMap<OutputId, Vec<Verdict>> = BTreeMap::new();
        let mut stored: Vec<usize> = plan.runs.iter().map(|one| one.stored).collect();
        let expected = request.from_probabilities;
        let report: Result<Option<JudgeReport>, StudioError> = if plan.items.count() == 0 {
            Ok(None)
        } else {
            let (job, spec) = match &plan.job {
                Job::Local(spec) => ("judge", serde_json::to_value(spec)?),
                Job::Remote(spec) => ("judge-remote", serde_json::to_value(spec)?),
            };
            let mut ask = |asked| {
                let items = self.with(|open| plan.items.read(open, &asked_places(&asked)))?;
                Ok(serde_json::to_value(items)?)
            };
            let mut item = |item, on: &mut dyn FnMut(JobUpdate)| {
                let record: VerdictRecord = serde_json::from_value(item)?;
                let judge = record.judge;
                let verdict = self.verdict(&plan, record)?;
                let output = verdict.output;
                self.with(|open| {
                    let op = open.op(&self.ctx, "store-verdict")?;
                    open.project.transact(&op, |tx| {
                        tx.insert_verdicts(std::slice::from_ref(&verdict)).map(|_| ())
                    })?;
                    Ok(())
                })?;
                if let Some(stored) = stored.get_mut(judge) {
                    *stored += 1;
                }
                // What is shown as it comes are the request's own that come whole.
                if judge > 0 || plan.items.is_begun(output, judge) {
                    return Ok(());
                }
                let list = rows.entry(output).or_default();
                list.push(verdict);
                if list.len() == request.samples as usize {
                    let mut list = rows.remove(&output).unwrap_or_default();
                    let (output, gold) = self.with(|open| {
                        let viewer = open.lead()?;
                        let view = open.project.view(&viewer);
                        Ok((view.output(output)?, view.gold(output, &request.rubric)?))
                    })?;
                    let gold = gold.as_ref().map(|gold| &gold.answers);
                    on(JobUpdate::Verdicts(row(&plan.rubric, &output, gold, &mut list, expected)));
                }
                Ok(())
            };
            let value = self.work_answering(&worker, job, &spec, cancel, on, &mut item, &mut ask);
            value.and_then(|value| Ok(Some(serde_json::from_value(value)?)))
        };
        let mut reports = each(report, plan.runs.len()).into_iter();
        let mut ended = Vec::new();
        for (one, report) in plan.runs.iter().zip(&mut reports) {
            let left = |r: &Option<JudgeReport>| Ok(Left::report(serde_json::to_value(r)?));
            ended.push(self.end_run(&one.run, report, left));
        }
        let reports = ended.into_iter().collect::<Result<Vec<_>, _>>()?;
        let report = reports.first().cloned().flatten();
        let mut missing_reasons = BTreeMap::new();
        for missing in report.iter().flat_map(|report| &report.missing) {
            *missing_reasons.entry(missing.failure.code.clone()).or_insert(0) += 1;
        }
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let summary = |(one, stored): (&Judging, usize)| JudgeSummary {
            run: one.run.id.to_string(),
            name: one.run.name.clone(),
            outputs: small(plan.outputs.len()),
            verdicts: small(stored),
            missing: small(asked.saturating_sub(stored)),
            seconds: report.as_ref().map_or(0.0, |r| r.seconds),
            peak_rss_bytes: report.as_ref().map_or(0.0, |r| r.peak_rss_bytes as f64),
            device: endpoint.is_none().then(|| chosen.name.clone()),
            no_gpu: chosen.reason.clone(),
        };
        let probabilities_refused = report.as_ref().is_some_and(|r| r.probabilities_refused);
        let mut summaries = plan.runs.iter().zip(stored).map(summary);
        let first =
            summaries.next().ok_or_else(|| StudioError::new("nothing-to-judge", "No judge."))?;
        let beside = summaries.collect();
        Ok(JudgeAtReply { summary: first, missing_reasons, probabilities_refused, beside })
    }

    fn verdict(&self, plan: &Plan, record: VerdictRecord) -> Result<Verdict, StudioError> {
        let asked = plan.outputs.get(&record.item).zip(plan.runs.get(record.judge));
        let (output, one) = asked.ok_or_else(|| {
            StudioError::new(
                "worker-answer",
                format!("The worker rated {}, which nobody asked for.", record.item),
            )
        })?;
        Ok(Verdict {
            id: VerdictId::new(self.ctx.now(), self.ctx.random()),
            run: one.run.id,
            output: *output,
            sample: record.sample,
            seed: record.seed,
            answers: serde_json::from_value(record.answers)?,
            text: record.text,
            prompt_tokens: record.prompt_tokens,
            verdict_tokens: record.verdict_tokens,
            millis: record.millis,
            mass: record.mass,
            levels: record.levels,
        })
    }
}

/// What a job of several judges came to, for each of them; nothing where nothing
/// was left to be judged.
fn each(
    report: Result<Option<JudgeReport>, StudioError>,
    judges: usize,
) -> Vec<Result<Option<JudgeReport>, StudioError>> {
    match report {
        Ok(Some(mut first)) => {
            let beside = std::mem::take(&mut first.beside);
            std::iter::once(first).chain(beside).map(|report| Ok(Some(report))).collect()
        }
        Ok(None) => vec![Ok(None); judges],
        Err(error) => vec![Err(error); judges],
    }
}
