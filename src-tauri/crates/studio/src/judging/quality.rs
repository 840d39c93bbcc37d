//! What one judging came to beside gold, and what the missing verdicts leave open.

use super::{Item, JudgedRun, Material};
use crate::agreement::SEED;
use crate::project::small;
use crate::{Interval, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{Answer, Answers, RubricRef, Text, Verdict, distance, farthest};
use shinsa_stats::{Asked, Bounds, Resampling, clusters_of, manski_mean};

/// A mean of the verdicts that are there, and the same with every missing one at
/// the least and at the most it could have been.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct BoundsView {
    /// Verdicts asked for.
    pub asked: u32,
    /// Of those, missing.
    pub missing: u32,
    /// The mean of those seen.
    pub seen: Interval,
    /// Every missing one at its least.
    pub least: Interval,
    /// Every missing one at its most.
    pub most: Interval,
}

impl From<&Bounds> for BoundsView {
    fn from(bounds: &Bounds) -> Self {
        Self {
            asked: small(bounds.asked),
            missing: small(bounds.missing),
            seen: (&bounds.seen).into(),
            least: (&bounds.least).into(),
            most: (&bounds.most).into(),
        }
    }
}

/// One criterion of a judging.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CriterionQuality {
    /// The criterion.
    pub id: String,
    /// Its label.
    pub title: Text,
    /// Mean level, number or share of yes over all outputs; none for other answers.
    pub mean: Option<BoundsView>,
    /// Share of verdicts equal to gold.
    pub exact: Option<BoundsView>,
    /// Share at most one level away, for levels.
    pub within_one: Option<BoundsView>,
    /// Mean distance from gold, in the criterion's unit.
    pub error: Option<BoundsView>,
}

/// What a judging came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JudgeQuality {
    /// The run's id.
    pub run: String,
    /// Its name.
    pub name: String,
    /// Hash of the judge.
    pub judge: String,
    /// Outputs it was given.
    pub outputs: u32,
    /// Of those, outputs without any verdict.
    pub silent: u32,
    /// Samples asked for, over all outputs.
    pub asked: u32,
    /// Of those, missing.
    pub missing: u32,
    /// Outputs that its own model wrote, allowed by name.
    pub own: u32,
    /// Outputs whose gold measures it: of held-out cases only, for a trained judge.
    pub measured: u32,
    /// In the rubric's order.
    pub criteria: Vec<CriterionQuality>,
}

impl Studio {
    /// A finished judging beside gold, with bounds for what is missing.
    ///
    /// # Errors
    /// `lead-only`, `unknown-run`, `run-unfinished`, `run-other-rubric`.
    pub fn judge_quality(&self, which: &RubricRef, run: &str) -> Result<JudgeQuality, StudioError> {
        let material = self.judged_material(which, &[run.to_owned()])?;
        let Some(judged) = material.runs.first() else {
            return Err(StudioError::new("unknown-run", "No judging was named.").with("run", run));
        };
        Ok(quality(&material, judged))
    }
}

fn quality(material: &Material, run: &JudgedRun) -> JudgeQuality {
    let given: Vec<&Item> = material.items.iter().filter(|i| run.asked.contains(&i.id)).collect();
    let golden: Vec<(&Item, &Answers)> =
        material.measurable().filter(|(item, _)| run.asked.contains(&item.id)).collect();
    let asked = given.len() * run.request.samples as usize;
    let how = Resampling::for_rows(SEED, asked);
    let texts = |c: &&Criterion| !matches!(c.kind, Kind::Text { .. });
    JudgeQuality {
        run: run.run.id.to_string(),
        name: run.run.name.clone(),
        judge: run.report.as_ref().map(|r| r.judge_hash.clone()).unwrap_or_default(),
        outputs: small(given.len()),
        silent: small(given.iter().filter(|item| run.samples(item.id).is_empty()).count()),
        asked: small(asked),
        missing: small(run.missing()),
        own: run.own(),
        measured: small(golden.len()),
        criteria: material
            .rubric
            .asked()
            .filter(texts)
            .map(|c| criterion_quality(c, run, &given, &golden, &how))
            .collect(),
    }
}

/// A verdict that was asked for: its output, and its answer where it is there.
struct Sample<'a> {
    item: &'a Item,
    gold: Option<&'a Answer>,
    said: Option<&'a Answer>,
    verdict: Option<&'a Verdict>,
}

fn criterion_quality<'a>(
    criterion: &'a Criterion,
    run: &'a JudgedRun,
    given: &[&'a Item],
    golden: &[(&'a Item, &'a Answers)],
    how: &Resampling,
) -> CriterionQuality {
    let samples = |item: &'a Item, gold: Option<&'a Answer>| {
        let verdicts = run.verdicts.get(&item.id).map_or(&[][..], Vec::as_slice);
        (0..run.request.samples).map(move |k| {
            let verdict = verdicts.iter().find(|v| v.sample == k);
            let said = verdict.and_then(|v| v.answers.get(&criterion.id));
            Sample { item, gold, said, verdict }
        })
    };
    let all: Vec<Sample<'a>> = given.iter().flat_map(|item| samples(item, None)).collect();
    let measured: Vec<Sample<'a>> = golden
        .iter()
        .filter_map(|(item, gold)| Some((*item, gold.get(&criterion.id)?)))
        .filter(|(_, gold)| !gold.is_declined())
        .flat_map(|(item, gold)| samples(item, Some(gold)))
        .collect();
    let bounds = |rows: &[Sample<'_>],
                  method: &str,
                  limits: &dyn Fn(&Sample<'_>) -> Option<(f64, f64)>,
                  of: &dyn Fn(&Sample<'_>) -> Option<f64>| {
        let cases: Vec<&str> = rows.iter().map(|row| row.item.case.as_str()).collect();
        let asked: Option<Vec<Asked>> = rows
            .iter()
            .zip(clusters_of(&cases))
            .map(|(row, case)| {
                let (least, most) = limits(row)?;
                Some(Asked { case, value: of(row), least, most })
            })
            .collect();
        let asked = asked.filter(|asked| !asked.is_empty())?;
        Some(BoundsView::from(&manski_mean(&asked, how, method)))
    };
    let share = |_: &Sample<'_>| Some((0.0, 1.0));
    let gap = |row: &Sample<'_>| distance(criterion, row.said?, row.gold?);
    let yes = |holds: bool| f64::from(u8::from(holds));
    let scale = match &criterion.kind {
        Kind::Scale { levels } => {
            Some(levels.iter().map(|l| f64::from(l.value)).collect::<Vec<f64>>())
        }
        _ => None,
    };
    let near = |row: &Sample<'_>| {
        let scale = scale.as_ref()?;
        let place = |answer: &Answer| {
            let value = answer.number()?;
            scale.iter().position(|level| *level == value)
        };
        Some(yes(place(row.said?)?.abs_diff(place(row.gold?)?) <= 1))
    };
    CriterionQuality {
        id: criterion.id.clone(),
        title: criterion.label.clone(),
        mean: bounds(&all, "mean", &|_| limits(criterion), &|row| {
            limits(criterion)?;
            run.number(criterion)(row.verdict?)
        }),
        exact: bounds(&measured, "exact-agreement", &share, &|row| Some(yes(gap(row)? == 0.0))),
        within_one: scale.as_ref().and_then(|_| bounds(&measured, "within-one", &share, &near)),
        error: bounds(
            &measured,
            "mean-distance",
            &|row| Some((0.0, farthest(criterion, row.gold?)?)),
            &|row| run.gap(criterion, row.verdict?, row.gold?),
        ),
    }
}

/// An answer as a number that means can be taken of.
pub(crate) fn number(criterion: &Criterion, answer: &Answer) -> Option<f64> {
    match criterion.kind {
        Kind::Scale { .. } | Kind::Number { .. } => answer.number(),
        Kind::Flag | Kind::Points { .. } => answer.bool().map(|b| f64::from(u8::from(b))),
        _ => None,
    }
}

/// The least and the most such a number can be.
fn limits(criterion: &Criterion) -> Option<(f64, f64)> {
    match &criterion.kind {
        Kind::Scale { levels } => {
            Some((f64::from(levels.first()?.value), f64::from(levels.last()?.value)))
        }
        Kind::Number { min, max, .. } => Some((*min, *max)),
        Kind::Flag | Kind::Points { .. } => Some((0.0, 1.0)),
        _ => None,
    }
}
