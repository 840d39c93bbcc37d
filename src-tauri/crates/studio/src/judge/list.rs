//! Judging runs, and the verdicts of one beside gold.

use super::reply::row;
use super::{JudgeRunView, JudgeStart, VerdictRow};
use crate::project::small;
use crate::studio::every;
use crate::{Studio, StudioError};
use shinsa_domain::{Answers, OutputId, RunKind, Verdict};
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
                let request: JudgeStart = serde_json::from_value(run.config)?;
                runs.push(JudgeRunView {
                    id: run.id.to_string(),
                    name: run.name,
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
}
