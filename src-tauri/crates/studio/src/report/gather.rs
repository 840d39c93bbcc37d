//! What the figures rest on besides ratings: gold, the newest training run, the
//! judging runs on held-out outputs.

use crate::import::SYNTHETIC;
use crate::judge::{JudgeStart, Which};
use crate::judging::JudgedRun;
use crate::studio::every;
use crate::train::TrainStart;
use crate::{Studio, StudioError};
use shinsa_domain::{
    Answers, CaseId, OutputId, Provenance, Rubric, RubricRef, Run, RunKind, RunState,
};
use shinsa_report::Counts;
use shinsa_train::TrainReport;
use std::collections::{BTreeMap, BTreeSet};

/// What the figures rest on besides ratings.
pub(super) struct Rest {
    pub project: String,
    pub synthetic: bool,
    pub rubric: Rubric,
    /// Per gold output in order of import: answers, provenance, case, whether held out.
    pub golden: Vec<(OutputId, Answers, Provenance, CaseId, bool)>,
    pub case_keys: BTreeMap<CaseId, String>,
    pub output_keys: BTreeMap<OutputId, String>,
    pub counts: Counts,
    pub training: Option<(Run, TrainReport)>,
    pub judges: Vec<JudgedRun>,
}

impl Studio {
    /// Everything the figures of a rubric rest on.
    pub(super) fn rest(&self, which: &RubricRef) -> Result<Rest, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let rubric = open.rubric(&viewer, which)?;
            let split = open.split(&viewer)?;
            let view = open.project.view(&viewer);
            let mut counts = Counts::default();
            let mut case_keys = BTreeMap::new();
            for row in every(|page| view.cases(page))? {
                *counts.cases.entry(row.lang.code().to_owned()).or_default() += 1;
                case_keys.insert(row.id, row.key);
            }
            let rows = every(|page| view.outputs(None, page))?;
            counts.outputs = rows.len();
            let output_keys: BTreeMap<OutputId, String> =
                rows.into_iter().map(|row| (row.id, row.key)).collect();
            let keys = output_keys.iter().map(|(id, key)| (key.clone(), *id)).collect();
            let mut golden = Vec::new();
            for item in open.golden(&viewer, which)? {
                let held = split.holds_out(&item.case.key);
                golden.push((
                    item.output.id,
                    item.gold.answers,
                    item.gold.provenance,
                    item.case.id,
                    held,
                ));
            }
            counts.gold_unanimous = golden.iter().filter(|g| g.2 == Provenance::Unanimous).count();
            counts.gold_adjudicated = golden.len() - counts.gold_unanimous;
            let cases_of = |held: bool| {
                golden.iter().filter(|g| g.4 == held).map(|g| g.3).collect::<BTreeSet<_>>().len()
            };
            (counts.training_cases, counts.held_out_cases) = (cases_of(false), cases_of(true));
            counts.held_out_outputs = golden.iter().filter(|g| g.4).count();
            counts.training_outputs = golden.len() - counts.held_out_outputs;
            let mut training = None;
            for row in every(|page| view.runs(Some(RunKind::Train), page))?
                .into_iter()
                .filter(|r| r.state == RunState::Done)
            {
                let run = view.run(row.id)?;
                let request: TrainStart = serde_json::from_value(run.config.clone())?;
                if request.rubric == *which {
                    let report: TrainReport = serde_json::from_value(run.figures.clone())?;
                    training = Some((run, report));
                }
            }
            let mut judges = Vec::new();
            for row in every(|page| view.runs(Some(RunKind::Judge), page))?
                .into_iter()
                .filter(|r| r.state == RunState::Done)
            {
                let run = view.run(row.id)?;
                let request: JudgeStart = serde_json::from_value(run.config.clone())?;
                if request.rubric != *which || request.which != Which::HeldOut {
                    continue;
                }
                judges.push(JudgedRun::read(open, &viewer, run, &keys)?);
            }
            Ok(Rest {
                project: open.project.name().to_owned(),
                synthetic: view.setting(SYNTHETIC)?.is_some_and(|v| v == true),
                rubric,
                golden,
                case_keys,
                output_keys,
                counts,
                training,
                judges,
            })
        })
    }
}
