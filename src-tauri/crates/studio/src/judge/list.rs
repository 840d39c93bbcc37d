//! Judging runs, going on with one that ended early, and the verdicts of one
//! beside gold.

use super::plan::chosen;
use super::reply::row;
use super::{JudgeAtReply, JudgeRunView, JudgeStart, VerdictRow};
use crate::host::JudgeEndpoint;
use crate::project::small;
use crate::run::{discarded, is_discarded};
use crate::studio::{Open, every};
use crate::{JobUpdate, Studio, StudioError};
use shinsa_domain::{Answers, OutputId, Run, RunId, RunKind, RunState, Verdict};
use shinsa_jobs::Cancel;
use std::collections::{BTreeMap, BTreeSet};

impl Studio {
    /// The judging runs of the project, oldest first.
    ///
    /// # Errors
    /// `no-project`, `lead-only`.
    pub fn judge_runs(&self) -> Result<Vec<JudgeRunView>, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let view = open.project.view(&viewer);
            let mut runs = Vec::new();
            for row in every(|page| view.runs(Some(RunKind::Judge), page))? {
                let run = view.run(row.id)?;
                let endpoint = endpoint_of(&run)?;
                let gone = is_discarded(&run);
                let request: JudgeStart = serde_json::from_value(run.config)?;
                let asked = match run.state {
                    RunState::Done => None,
                    _ => Some(small(chosen(open, &viewer, &request)?.len()) * request.samples),
                };
                runs.push(JudgeRunView {
                    id: run.id.to_string(),
                    name: run.name,
                    asked,
                    endpoint,
                    discarded: gone,
                    adapter: request.adapter,
                    rubric: request.rubric,
                    samples: request.samples,
                    state: serde_json::to_value(run.state)?.as_str().unwrap_or_default().to_owned(),
                    verdicts: small(
                        view.samples_done(run.id)?.values().map(BTreeSet::len).sum::<usize>(),
                    ),
                });
            }
            Ok(runs)
        })
    }

    /// The verdicts of a run beside gold, as far as the viewer may see them.
    ///
    /// # Errors
    /// `unknown-run`.
    pub fn verdicts(&self, run: &str) -> Result<Vec<VerdictRow>, StudioError> {
        self.with(|open| {
            let viewer = open.viewer()?;
            let view = open.project.view(&viewer);
            open.lead()?;
            let found = every(|page| view.runs(Some(RunKind::Judge), page))?
                .into_iter()
                .find(|r| r.id.to_string() == run || r.name == run);
            let run = found.map(|r| view.run(r.id)).transpose()?.ok_or_else(|| {
                StudioError::new("unknown-run", format!("No judging run is called {run}."))
                    .with("run", run)
            })?;
            let request: JudgeStart = serde_json::from_value(run.config)?;
            let rubric = open.rubric(&viewer, &request.rubric)?;
            let expected = request.from_probabilities;
            let golds: BTreeMap<OutputId, Answers> =
                every(|page| view.golds(&request.rubric, page))?
                    .into_iter()
                    .map(|g| (g.output, g.answers))
                    .collect();
            let mut by_output: BTreeMap<OutputId, Vec<Verdict>> = BTreeMap::new();
            for verdict in every(|page| view.verdicts(run.id, page))? {
                by_output.entry(verdict.output).or_default().push(verdict);
            }
            let mut rows = Vec::new();
            for output in every(|page| view.whole_outputs(page))? {
                if let Some(list) = by_output.get_mut(&output.id) {
                    rows.push(row(&rubric, &output, golds.get(&output.id), list, expected));
                }
            }
            Ok(rows)
        })
    }

    /// Goes on with a run that ended early, with the settings it began with.
    ///
    /// # Errors
    /// `unknown-run`, `name-taken` where it ended well or was discarded, and those of
    /// [`Studio::judge_at`].
    pub fn go_on_judging(
        &self,
        run: &str,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<JudgeAtReply, StudioError> {
        let run = self.with(|open| judging_of(open, run))?;
        let endpoint = endpoint_of(&run)?;
        let request: JudgeStart = serde_json::from_value(run.config)?;
        self.judge_at(&request, endpoint.as_ref(), cancel, on)
    }

    /// Discards a run that ended early, or takes that back. Its verdicts stay in the
    /// project, as every verdict does; while it is discarded it can't go on, and
    /// nothing reads them.
    ///
    /// # Errors
    /// `lead-only`, `unknown-run`, `run-ended` for one that ended well.
    pub fn discard_judging(&self, run: &str, gone: bool) -> Result<(), StudioError> {
        self.with(|open| {
            let run = judging_of(open, run)?;
            if run.state == RunState::Done {
                return Err(StudioError::new(
                    "run-ended",
                    format!("{} ended well; only a run that ended early is discarded.", run.name),
                )
                .with("run", &run.name));
            }
            if is_discarded(&run) != gone {
                let op =
                    open.op(&self.ctx, if gone { "discard-judging" } else { "keep-judging" })?;
                let run = discarded(run, gone);
                open.project.transact(&op, |tx| tx.update_run(&run))?;
            }
            Ok(())
        })
    }
}

/// The judging run of this id.
fn judging_of(open: &Open, run: &str) -> Result<Run, StudioError> {
    let viewer = open.lead()?;
    let unknown =
        || StudioError::new("unknown-run", format!("There is no run {run}.")).with("run", run);
    let id: RunId = run.parse().map_err(|_| unknown())?;
    let found = open.project.view(&viewer).run(id).map_err(|_| unknown())?;
    if found.kind == RunKind::Judge { Ok(found) } else { Err(unknown()) }
}

/// Where a run's judge is, if not on this machine.
fn endpoint_of(run: &Run) -> Result<Option<JudgeEndpoint>, StudioError> {
    match run.config.get("endpoint") {
        Some(endpoint) => Ok(Some(serde_json::from_value(endpoint.clone())?)),
        None => Ok(None),
    }
}
