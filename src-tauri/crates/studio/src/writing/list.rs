//! Writing runs, and going on with one that ended early.

use super::outputs::key;
use super::{WriteKind, WriteStart, WriteSummary};
use crate::project::small;
use crate::studio::every;
use crate::{JobUpdate, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::RunId;
use shinsa_jobs::Cancel;
use shinsa_store::CaseRow;
use std::collections::BTreeMap;

/// A writing run in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WriteRunView {
    /// The run's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The adapter's name, where it had one.
    pub adapter: Option<String>,
    /// Samples per case.
    pub samples: u32,
    /// `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// Texts stored.
    pub texts: u32,
}

impl Studio {
    /// The writing runs of one kind, oldest first.
    ///
    /// # Errors
    /// `lead-only`.
    pub fn write_runs(&self, kind: WriteKind) -> Result<Vec<WriteRunView>, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let view = open.project.view(&viewer);
            let rows = every(|page| view.runs(Some(kind.run()), page))?;
            let (keys, cases) = match kind {
                WriteKind::Outputs if !rows.is_empty() => {
                    (view.output_ids()?, every(|page| view.cases(page))?)
                }
                _ => (BTreeMap::new(), Vec::new()),
            };
            let mut runs = Vec::new();
            for row in rows {
                let run = view.run(row.id)?;
                let request: WriteStart = serde_json::from_value(run.config.clone())?;
                let texts = match kind {
                    WriteKind::Outputs => {
                        let written =
                            |k: u32, case: &str| keys.contains_key(&key(&run.name, case, k));
                        let of_case = |case: &CaseRow| {
                            (0..request.samples).filter(|&k| written(k, &case.key)).count()
                        };
                        cases.iter().map(of_case).sum()
                    }
                    WriteKind::Incidents => view.incidents(run.id)?.len(),
                };
                runs.push(WriteRunView {
                    id: run.id.to_string(),
                    adapter: request.adapter,
                    samples: request.samples,
                    state: serde_json::to_value(run.state)?.as_str().unwrap_or_default().to_owned(),
                    texts: small(texts),
                    name: run.name,
                });
            }
            Ok(runs)
        })
    }

    /// Goes on with a run that ended early, with the settings it began with.
    ///
    /// # Errors
    /// `unknown-run`, `name-taken` where it ended well, and those of [`Studio::write`].
    pub fn go_on_writing(
        &self,
        kind: WriteKind,
        run: &str,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<WriteSummary, StudioError> {
        let request = self.with(|open| {
            let viewer = open.lead()?;
            let unknown = || {
                StudioError::new("unknown-run", format!("There is no run {run}.")).with("run", run)
            };
            let id: RunId = run.parse().map_err(|_| unknown())?;
            let found = open.project.view(&viewer).run(id).map_err(|_| unknown())?;
            if found.kind != kind.run() {
                return Err(unknown());
            }
            Ok(serde_json::from_value::<WriteStart>(found.config)?)
        })?;
        self.write(kind, &request, cancel, on)
    }
}
