//! Letting a model write about cases: outputs, and incidents taken apart.
//!
//! Both are runs that go on where they were: what is finished is stored at once,
//! and a run of the same name and settings is asked for what is missing.

mod incidents;
mod list;
mod outputs;
mod plan;
mod request;

pub use incidents::IncidentView;
pub use list::WriteRunView;
pub use request::{OwnPrompt, SkippedCase, WriteKind, WriteStart, WriteSummary};

use crate::job::OnItem;
use crate::project::small;
use crate::run::Left;
use crate::{JobUpdate, Studio, StudioError};
use plan::Plan;
use serde_json::Value;
use shinsa_jobs::Cancel;
use shinsa_judge::Skipped;

impl Studio {
    /// Lets a model write about the project's cases; see [`Studio::generate`] and
    /// [`Studio::restructure`].
    ///
    /// # Errors
    /// Theirs.
    pub fn write(
        &self,
        kind: WriteKind,
        request: &WriteStart,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<WriteSummary, StudioError> {
        match kind {
            WriteKind::Outputs => self.generate(request, cancel, on),
            WriteKind::Incidents => self.restructure(request, cancel, on),
        }
    }

    /// Lets the worker write and records how the run ended. Nothing is written
    /// when nothing is missing: `job` is then `None`.
    fn let_write(
        &self,
        plan: &Plan,
        job: Option<(&str, Value)>,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
        item: OnItem<'_>,
    ) -> Result<Value, StudioError> {
        let report = match job {
            None => Ok(Value::Null),
            Some((job, spec)) => {
                let mut on = |update| on(as_writing(update));
                let worker = self.worker_of(&plan.chosen);
                worker.and_then(|worker| self.work(&worker, job, &spec, cancel, &mut on, item))
            }
        };
        self.end_run(&plan.run, report, |report| Ok(Left::report(report.clone())))
    }
}

/// Incidents are read by the job that judges: its news are said as writing's.
fn as_writing(update: JobUpdate) -> JobUpdate {
    match update {
        JobUpdate::Progress(mut progress) if progress.phase == "judge" => {
            "write".clone_into(&mut progress.phase);
            progress.rate_unit = Some("texts/min".to_owned());
            JobUpdate::Progress(progress)
        }
        update => update,
    }
}

fn summary(plan: &Plan, texts: usize, report: &Value) -> Result<WriteSummary, StudioError> {
    let skipped: Vec<Skipped> = match &report["skipped"] {
        Value::Null => Vec::new(),
        skipped => serde_json::from_value(skipped.clone())?,
    };
    let skipped =
        skipped.into_iter().map(|s| SkippedCase { case: s.item, reason: s.failure.into() });
    Ok(WriteSummary {
        run: plan.run.id.to_string(),
        name: plan.run.name.clone(),
        cases: small(plan.cases.len()),
        texts: small(texts),
        cut: report["cut"].as_u64().and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
        skipped: skipped.collect(),
        seconds: report["seconds"].as_f64().unwrap_or(0.0),
        peak_rss_bytes: report["peak_rss_bytes"].as_f64().unwrap_or(0.0),
        device: plan.chosen.name.clone(),
        no_gpu: plan.chosen.reason.clone(),
    })
}
