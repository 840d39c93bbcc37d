//! What several judging runs say together, and one beside another.
//!
//! Everything here is read from stored verdicts and computed anew each time: a
//! combined number can't grow stale, and says how it came about.

mod against;
mod compare;
mod ensemble;
mod own;
mod quality;

pub use against::AgainstGold;
pub(crate) use against::average;
pub(crate) use compare::pair_figures;
pub use compare::{CompareReply, CompareRequest, ComparedCriterion, ComparedJudge, ComparedPair};
pub use ensemble::{
    Calibrated, EnsembleCriterion, EnsembleJudge, EnsembleRecipe, EnsembleReply, EnsembleRequest,
    EnsembleRow, EnsembleTotals, JudgeMark, WhyLook,
};
pub(crate) use own::{Judging, own_of, weights_hash};
pub(crate) use quality::number;
pub use quality::{BoundsView, CriterionQuality, JudgeQuality};

use crate::agreement::value;
use crate::judge::JudgeStart;
use crate::studio::{Open, every};
use crate::{Studio, StudioError};
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{
    Answer, Answers, CaseId, LevelProbability, OutputId, Rubric, RubricRef, Run, RunKind, RunState,
    Score, Spread, Verdict, Viewer, distance, expected, own_answers, score,
};
use shinsa_judge::JudgeReport;
use shinsa_stats::expected_score;
use shinsa_store::RunRow;
use std::collections::{BTreeMap, BTreeSet};

/// A judging run with what it was asked for and what it said.
pub(crate) struct JudgedRun {
    pub run: Run,
    pub request: JudgeStart,
    pub report: Option<JudgeReport>,
    /// By output, in the order of the samples.
    pub verdicts: BTreeMap<OutputId, Vec<Verdict>>,
    /// Every output it was given, those without a verdict among them.
    pub asked: BTreeSet<OutputId>,
}

impl JudgedRun {
    /// Reads a run. `keys` gives the outputs by their keys.
    pub fn read(
        open: &Open,
        viewer: &Viewer,
        run: Run,
        keys: &BTreeMap<String, OutputId>,
    ) -> Result<Self, StudioError> {
        let view = open.project.view(viewer);
        let request: JudgeStart = serde_json::from_value(run.config.clone())?;
        let mut verdicts: BTreeMap<OutputId, Vec<Verdict>> = BTreeMap::new();
        for verdict in every(|page| view.verdicts(run.id, page))? {
            verdicts.entry(verdict.output).or_default().push(verdict);
        }
        verdicts.values_mut().for_each(|list| list.sort_by_key(|v| v.sample));
        // Only a run that ended well has a report; another's figures are an error.
        let report: Option<JudgeReport> = match run.state {
            RunState::Done => serde_json::from_value(run.figures.clone())?,
            _ => None,
        };
        let mut asked: BTreeSet<OutputId> = verdicts.keys().copied().collect();
        if let Some(report) = &report {
            let skipped = report.skipped.iter().map(|s| &s.item);
            let missing = report.missing.iter().map(|m| &m.item);
            asked.extend(skipped.chain(missing).filter_map(|key| keys.get(key)));
        }
        Ok(Self { run, request, report, verdicts, asked })
    }

    /// Refuses a run of another rubric.
    fn by(&self, which: &RubricRef) -> Result<(), StudioError> {
        if self.request.rubric == *which {
            return Ok(());
        }
        let name = &self.run.name;
        Err(StudioError::new("run-other-rubric", format!("{name} judged by another rubric."))
            .with("run", name)
            .with("rubric", format!("{}@{}", which.id, which.version)))
    }

    /// The answers of an output's samples.
    pub fn samples(&self, output: OutputId) -> Vec<&Answers> {
        self.verdicts.get(&output).into_iter().flatten().map(|v| &v.answers).collect()
    }

    /// The probabilities of an output's answers, where the run reads numbers from them;
    /// else none.
    pub fn spread(&self, output: OutputId) -> Spread {
        let first = self.verdicts.get(&output).and_then(|list| list.first());
        let read = first.filter(|_| self.request.from_probabilities);
        read.map(Verdict::spread).unwrap_or_default()
    }

    /// Total, label and harm of the judge's own answers on an output, over their
    /// probabilities where the run reads numbers from them.
    pub fn scored(&self, rubric: &Rubric, output: OutputId) -> Score {
        let own = own_answers(rubric, &self.samples(output));
        if self.request.from_probabilities {
            expected(rubric, &own, &self.spread(output))
        } else {
            score(rubric, &own)
        }
    }

    /// A part of the judge's passport, such as `numeric_mode`.
    pub fn passport(&self, part: &str) -> serde_json::Value {
        let passport = self.report.as_ref().map(|r| &r.passport["judge"][part]);
        passport.cloned().unwrap_or_default()
    }

    /// The number of a verdict on a criterion: the answer's, or, where the run
    /// reads numbers from probabilities, the expectation over the levels'.
    pub fn number<'c>(
        &self,
        criterion: &'c Criterion,
    ) -> impl Fn(&Verdict) -> Option<f64> + use<'c> {
        let expected = self.request.from_probabilities;
        move |verdict| {
            let levels = verdict.levels.get(&criterion.id).filter(|_| expected);
            match levels {
                Some(levels) => {
                    let number = |l: &LevelProbability| {
                        let answer = serde_json::from_str(&l.level).ok()?;
                        Some((value(criterion, &answer)?, l.p))
                    };
                    let levels: Vec<_> = levels.iter().map(number).collect::<Option<_>>()?;
                    expected_score(&levels).ok().map(|(score, _)| score)
                }
                None => value(criterion, verdict.answers.get(&criterion.id)?),
            }
        }
    }

    /// The distance of a verdict from gold: of the expected level or number where the
    /// run reads those from probabilities, of the answer else.
    pub fn gap(&self, criterion: &Criterion, verdict: &Verdict, gold: &Answer) -> Option<f64> {
        let graded = matches!(criterion.kind, Kind::Scale { .. } | Kind::Number { .. });
        if graded && self.request.from_probabilities {
            Some((self.number(criterion)(verdict)? - gold.number()?).abs())
        } else {
            distance(criterion, verdict.answers.get(&criterion.id)?, gold)
        }
    }

    /// How many of its outputs its own model wrote, which was allowed by name.
    pub fn own(&self) -> u32 {
        own_of(&self.passport("inputs")).map_or(0, |(count, _)| count)
    }

    /// Samples asked for and missing.
    pub fn missing(&self) -> usize {
        let there: usize = self.verdicts.values().map(Vec::len).sum();
        (self.asked.len() * self.request.samples as usize).saturating_sub(there)
    }
}

/// An output as these figures know it.
pub(crate) struct Item {
    pub id: OutputId,
    pub key: String,
    pub excerpt: String,
    /// The key of its case: intervals resample cases in the order of their keys.
    pub case: String,
    pub gold: Option<Answers>,
    /// Whether its case is held out from training.
    pub held_out: bool,
}

/// Finished runs of one rubric, and the outputs in the order of import.
pub(crate) struct Material {
    pub rubric: Rubric,
    pub runs: Vec<JudgedRun>,
    pub items: Vec<Item>,
}

impl Material {
    /// Whether a judge among them was trained: then gold of the cases it may have
    /// learned from says nothing of it.
    pub fn trained(&self) -> bool {
        self.runs.iter().any(|r| r.request.adapter.is_some())
    }

    /// The outputs whose gold may measure these judges.
    pub fn measurable(&self) -> impl Iterator<Item = (&Item, &Answers)> {
        let trained = self.trained();
        self.items
            .iter()
            .filter(move |item| item.held_out || !trained)
            .filter_map(|item| Some((item, item.gold.as_ref()?)))
    }
}

impl Studio {
    /// Reads finished judging runs by name or id, in the order given.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`, `unknown-run`, `run-unfinished`, `run-other-rubric`,
    /// `run-repeated`.
    pub(crate) fn judged_material(
        &self,
        which: &RubricRef,
        names: &[String],
    ) -> Result<Material, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let rubric = open.rubric(&viewer, which)?;
            let split = open.split(&viewer)?;
            let view = open.project.view(&viewer);
            let listed = every(|page| view.runs(Some(RunKind::Judge), page))?;
            let golds: BTreeMap<OutputId, Answers> = every(|page| view.golds(which, page))?
                .into_iter()
                .map(|g| (g.output, g.answers))
                .collect();
            let case_keys: BTreeMap<CaseId, String> =
                every(|page| view.cases(page))?.into_iter().map(|c| (c.id, c.key)).collect();
            let mut items = Vec::new();
            for row in every(|page| view.outputs(None, page))? {
                let case = case_keys.get(&row.case).cloned().unwrap_or_default();
                items.push(Item {
                    id: row.id,
                    key: row.key,
                    excerpt: row.excerpt,
                    held_out: split.holds_out(&case),
                    case,
                    gold: golds.get(&row.id).cloned(),
                });
            }
            let keys = items.iter().map(|item| (item.key.clone(), item.id)).collect();
            let mut runs: Vec<JudgedRun> = Vec::new();
            for name in names {
                let row = find_run(&listed, name)?;
                if runs.iter().any(|r| r.run.id == row.id) {
                    return Err(StudioError::new(
                        "run-repeated",
                        format!("{} is named twice.", row.name),
                    )
                    .with("run", &row.name));
                }
                let run = JudgedRun::read(open, &viewer, view.run(row.id)?, &keys)?;
                run.by(which)?;
                runs.push(run);
            }
            Ok(Material { rubric, runs, items })
        })
    }
}

/// The outputs of the judging that a request is to be the same as.
///
/// # Errors
/// `unknown-run`, `run-unfinished`, `run-other-rubric`.
pub(crate) fn frozen_outputs(
    open: &Open,
    viewer: &Viewer,
    request: &JudgeStart,
) -> Result<Option<BTreeSet<OutputId>>, StudioError> {
    let Some(name) = &request.same_as else { return Ok(None) };
    let view = open.project.view(viewer);
    let rows = every(|page| view.runs(Some(RunKind::Judge), page))?;
    let found = find_run(&rows, name)?;
    let keys = every(|page| view.outputs(None, page))?.into_iter().map(|r| (r.key, r.id)).collect();
    let run = JudgedRun::read(open, viewer, view.run(found.id)?, &keys)?;
    run.by(&request.rubric)?;
    Ok(Some(run.asked))
}

/// The finished run of this name or id.
fn find_run<'r>(rows: &'r [RunRow], name: &str) -> Result<&'r RunRow, StudioError> {
    let found = rows.iter().find(|r| r.id.to_string() == name || r.name == name);
    let row = found.ok_or_else(|| {
        StudioError::new("unknown-run", format!("No judging run is called {name}."))
            .with("run", name)
    })?;
    if row.state != RunState::Done {
        return Err(StudioError::new(
            "run-unfinished",
            format!("{} has not ended. Go on with it first.", row.name),
        )
        .with("run", &row.name));
    }
    Ok(row)
}
