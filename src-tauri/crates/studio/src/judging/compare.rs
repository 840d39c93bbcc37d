//! The same frozen items through two judges or more: base, adapter, next adapter.

use super::quality::BoundsView;
use super::{Item, JudgedRun, Material};
use crate::agreement::SEED;
use crate::project::small;
use crate::{Interval, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{Answers, RubricRef, Text, distance, farthest, hash_json, own_answers};
use shinsa_report::{PairCriterion, PairFigures};
use shinsa_stats::{Answering, Faced, Resampling, Stand, Versus, adjust, clusters_of};
use std::collections::BTreeSet;

/// Compares judges that were given the same outputs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CompareRequest {
    /// By which rubric.
    pub rubric: RubricRef,
    /// The judging runs, by name or id, in their order: base first.
    pub runs: Vec<String>,
}

/// A judge in a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ComparedJudge {
    /// The run's id.
    pub run: String,
    /// Its name.
    pub name: String,
    /// The adapter, where it had one.
    pub adapter: Option<String>,
    /// Hash of the judge.
    pub judge: String,
    /// Samples per output.
    pub samples: u32,
    /// Samples asked for and missing.
    pub missing: u32,
    /// Outputs that its own model wrote, allowed by name.
    pub own: u32,
}

/// The second judge less the first on one criterion. Errors are distances from gold
/// in the criterion's unit; means are over cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ComparedCriterion {
    /// The criterion.
    pub id: String,
    /// Its label.
    pub title: Text,
    /// Outputs with a verdict of both.
    pub outputs: u32,
    /// Outputs that lack one of the two.
    pub missing: u32,
    /// Their cases.
    pub cases: u32,
    /// Mean error of the first.
    pub error_before: Interval,
    /// Mean error of the second.
    pub error_after: Interval,
    /// Second less first: below zero the second is closer to gold.
    pub error: Interval,
    /// Share of verdicts like gold, first judge.
    pub agreement_before: Interval,
    /// The second's.
    pub agreement_after: Interval,
    /// Second less first: above zero the second agrees more often.
    pub agreement: Interval,
    /// Outputs on which the second is closer to gold.
    pub wins: u32,
    /// Outputs on which the first is.
    pub losses: u32,
    /// Outputs on which both are equally far.
    pub ties: u32,
    /// Outputs that only the first got right.
    pub only_before: u32,
    /// Outputs that only the second got right.
    pub only_after: u32,
    /// p value of the test by itself.
    pub p: Option<f64>,
    /// p value after Holm's correction over the criteria of this pair.
    pub p_holm: Option<f64>,
    /// `sign-flip-exact`, `sign-flip-sampled` or `mcnemar-exact`.
    pub test: String,
    /// The error's difference with the lacking verdicts at either limit.
    pub bounds: BoundsView,
    /// `better`, `worse`, `open` or `nothing`: the code of a sentence.
    pub reading: String,
}

/// Two of the judges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ComparedPair {
    /// The first one's place among the judges.
    pub before: u32,
    /// The second one's.
    pub after: u32,
    /// In the rubric's order.
    pub criteria: Vec<ComparedCriterion>,
}

/// Judges beside each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CompareReply {
    /// The judges, in the order given.
    pub judges: Vec<ComparedJudge>,
    /// Outputs that every one of them was given.
    pub outputs: u32,
    /// Of those, outputs with gold that may measure them.
    pub measured: u32,
    /// Hash of the outputs' keys and gold.
    pub items: String,
    /// What else than the adapter differs: `base`, `decoding`, `samples`, `engine`.
    pub differ: Vec<String>,
    /// Each judge and the next; with three or more also the first and the last.
    pub pairs: Vec<ComparedPair>,
}

/// A p value below this is called a difference.
const LEVEL: f64 = 0.05;

impl Studio {
    /// Compares finished judgings of the same outputs, pair by pair.
    ///
    /// # Errors
    /// `lead-only`, `compare-too-few`, `compare-items-differ`, `compare-inputs-differ`,
    /// `compare-no-gold`, and those of reading the runs.
    pub fn compare(&self, request: &CompareRequest) -> Result<CompareReply, StudioError> {
        if request.runs.len() < 2 {
            return Err(StudioError::new("compare-too-few", "Name two judging runs or more."));
        }
        let material = self.judged_material(&request.rubric, &request.runs)?;
        compared(&material)
    }
}

/// The comparison, refused where the judges were not given the same.
pub(crate) fn compared(material: &Material) -> Result<CompareReply, StudioError> {
    let runs = &material.runs;
    let first = &runs[0];
    for other in &runs[1..] {
        same_items(material, first, other)?;
        same_inputs(first, other)?;
    }
    let golden: Vec<(&Item, &Answers)> =
        material.measurable().filter(|(item, _)| first.asked.contains(&item.id)).collect();
    if golden.is_empty() {
        return Err(StudioError::new(
            "compare-no-gold",
            "None of these outputs has gold that may measure the judges. Let them judge held-out outputs with gold.",
        ));
    }
    let frozen: Vec<(&str, &Answers)> =
        golden.iter().map(|(item, gold)| (item.key.as_str(), *gold)).collect();
    Ok(CompareReply {
        judges: runs
            .iter()
            .map(|run| ComparedJudge {
                run: run.run.id.to_string(),
                name: run.run.name.clone(),
                adapter: run.request.adapter.clone(),
                judge: run.report.as_ref().map(|r| r.judge_hash.clone()).unwrap_or_default(),
                samples: run.request.samples,
                missing: small(run.missing()),
                own: run.own(),
            })
            .collect(),
        outputs: small(first.asked.len()),
        measured: small(golden.len()),
        items: hash_json(&frozen)?.0,
        differ: differ(runs),
        pairs: pairs_of(runs.len())
            .into_iter()
            .map(|(before, after)| ComparedPair {
                before: small(before),
                after: small(after),
                criteria: pair(material, &golden, &runs[before], &runs[after]),
            })
            .collect(),
    })
}

fn same_items(material: &Material, one: &JudgedRun, other: &JudgedRun) -> Result<(), StudioError> {
    let only = |a: &JudgedRun, b: &JudgedRun| -> Vec<&str> {
        let missing: BTreeSet<_> = a.asked.difference(&b.asked).collect();
        material.items.iter().filter(|i| missing.contains(&i.id)).map(|i| i.key.as_str()).collect()
    };
    let (left, right) = (only(one, other), only(other, one));
    if left.is_empty() && right.is_empty() {
        return Ok(());
    }
    let example = left.first().or(right.first()).copied().unwrap_or_default();
    Err(StudioError::new(
        "compare-items-differ",
        format!(
            "{} and {} were not given the same outputs ({} and {} on one side only).",
            one.run.name,
            other.run.name,
            left.len(),
            right.len()
        ),
    )
    .with("a", &one.run.name)
    .with("b", &other.run.name)
    .with("only_a", left.len())
    .with("only_b", right.len())
    .with("example", example))
}

/// Rubric, prompt, numeric mode and the way of scoring must be the same: otherwise the
/// difference would be theirs. So must the items' content, where both wrote it down
/// for all items (a run that was gone on with did so for its rest only).
fn same_inputs(one: &JudgedRun, other: &JudgedRun) -> Result<(), StudioError> {
    let refuse = |what: &str| {
        Err(StudioError::new(
            "compare-inputs-differ",
            format!(
                "{} and {} differ in more than the judge: {what}.",
                one.run.name, other.run.name
            ),
        )
        .with("a", &one.run.name)
        .with("b", &other.run.name)
        .with("what", what))
    };
    for part in ["rubric", "prompt_template", "reasons"] {
        if one.passport("inputs")[part] != other.passport("inputs")[part] {
            return refuse(part);
        }
    }
    for part in ["numeric_mode", "method"] {
        if one.passport(part) != other.passport(part) {
            return refuse(part);
        }
    }
    let data = |run: &JudgedRun| {
        let data = run.report.as_ref().map(|r| r.passport["data"].clone())?;
        let whole = data["item_count"].as_u64() == u64::try_from(run.asked.len()).ok();
        whole.then_some(data["items"].clone())
    };
    match (data(one), data(other)) {
        (Some(a), Some(b)) if a != b => refuse("items"),
        _ => Ok(()),
    }
}

/// What differs besides the adapter, for a reader to know.
fn differ(runs: &[JudgedRun]) -> Vec<String> {
    let mut differ: Vec<&str> = ["base", "decoding", "engine"]
        .into_iter()
        .filter(|part| runs.windows(2).any(|w| w[0].passport(part) != w[1].passport(part)))
        .collect();
    if runs.windows(2).any(|w| w[0].request.samples != w[1].request.samples) {
        differ.push("samples");
    }
    differ.into_iter().map(str::to_owned).collect()
}

/// Each judge and the next, and the first and the last of three or more.
fn pairs_of(judges: usize) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = (1..judges).map(|i| (i - 1, i)).collect();
    if judges > 2 {
        pairs.push((0, judges - 1));
    }
    pairs
}

/// The same pairs for the report; a pair that can't be compared says why.
pub(crate) fn pair_figures(material: &Material) -> Vec<PairFigures> {
    let golden: Vec<(&Item, &Answers)> = material.measurable().collect();
    let of = |(before, after): (usize, usize)| {
        let (one, other) = (&material.runs[before], &material.runs[after]);
        let refused = same_items(material, one, other).and_then(|()| same_inputs(one, other)).err();
        let mut figures = PairFigures {
            before: one.run.name.clone(),
            after: other.run.name.clone(),
            refused: refused.map(|error| error.code),
            criteria: Vec::new(),
        };
        if figures.refused.is_none() {
            let given: Vec<_> =
                golden.iter().filter(|(item, _)| one.asked.contains(&item.id)).copied().collect();
            figures.criteria = versus(material, &given, one, other)
                .into_iter()
                .map(|(c, versus)| PairCriterion {
                    id: c.id.clone(),
                    title: c.label.clone(),
                    versus,
                })
                .collect();
        }
        figures
    };
    pairs_of(material.runs.len()).into_iter().map(of).collect()
}

fn pair(
    material: &Material,
    golden: &[(&Item, &Answers)],
    before: &JudgedRun,
    after: &JudgedRun,
) -> Vec<ComparedCriterion> {
    versus(material, golden, before, after)
        .into_iter()
        .map(|(criterion, versus)| view(criterion, &versus))
        .collect()
}

/// Every criterion of a pair, corrected together.
fn versus<'m>(
    material: &'m Material,
    golden: &[(&Item, &Answers)],
    before: &JudgedRun,
    after: &JudgedRun,
) -> Vec<(&'m Criterion, Versus)> {
    let how = Resampling::for_rows(SEED, golden.len());
    let texts = |c: &&Criterion| !matches!(c.kind, Kind::Text { .. });
    let criteria: Vec<&Criterion> = material.rubric.asked().filter(texts).collect();
    let mut told: Vec<Versus> = criteria
        .iter()
        .map(|criterion| {
            let rows: Vec<(&str, f64, &Item)> = golden
                .iter()
                .filter_map(|(item, gold)| {
                    let most = farthest(criterion, gold.get(&criterion.id)?)?;
                    Some((item.case.as_str(), most, *item))
                })
                .collect();
            let cases: Vec<&str> = rows.iter().map(|row| row.0).collect();
            let faced: Vec<Faced> = rows
                .iter()
                .zip(clusters_of(&cases))
                .map(|((_, most, item), case)| Faced {
                    case,
                    most: *most,
                    before: stand(material, criterion, before, item),
                    after: stand(material, criterion, after, item),
                })
                .collect();
            let answering = match criterion.kind {
                Kind::Flag | Kind::Points { .. } | Kind::Choice { .. } => Answering::RightOrWrong,
                _ => Answering::Graded,
            };
            Versus::of(&faced, answering, &how)
        })
        .collect();
    adjust(&mut told.iter_mut().collect::<Vec<_>>());
    criteria.into_iter().zip(told).collect()
}

/// Where a judge stands on an output with gold.
fn stand(
    material: &Material,
    criterion: &Criterion,
    run: &JudgedRun,
    item: &Item,
) -> Option<Stand> {
    let gold = item.gold.as_ref()?.get(&criterion.id)?;
    let samples = run.samples(item.id);
    let verdicts = run.verdicts.get(&item.id).map_or(&[][..], Vec::as_slice);
    let gaps: Vec<f64> =
        verdicts.iter().filter_map(|verdict| run.gap(criterion, verdict, gold)).collect();
    let like = samples
        .iter()
        .filter_map(|answers| distance(criterion, answers.get(&criterion.id)?, gold))
        .filter(|gap| *gap == 0.0)
        .count();
    let own = own_answers(&material.rubric, &samples);
    let right = distance(criterion, own.get(&criterion.id)?, gold)? == 0.0;
    #[allow(clippy::cast_precision_loss)] // at most 100 samples
    let mean = |sum: f64| (!gaps.is_empty()).then(|| sum / gaps.len() as f64);
    Some(Stand { error: mean(gaps.iter().sum())?, agreement: mean(f64::from(small(like)))?, right })
}

fn view(criterion: &Criterion, versus: &Versus) -> ComparedCriterion {
    let reading = match (versus.p_holm, versus.better()) {
        (None, _) => "nothing",
        (Some(p), Some(true)) if p < LEVEL => "better",
        (Some(p), Some(false)) if p < LEVEL => "worse",
        _ => "open",
    };
    ComparedCriterion {
        id: criterion.id.clone(),
        title: criterion.label.clone(),
        outputs: small(versus.outputs),
        missing: small(versus.missing),
        cases: small(versus.error.cases),
        error_before: (&versus.error_before).into(),
        error_after: (&versus.error_after).into(),
        error: (&versus.error.difference).into(),
        agreement_before: (&versus.agreement_before).into(),
        agreement_after: (&versus.agreement_after).into(),
        agreement: (&versus.agreement.difference).into(),
        wins: small(versus.wins),
        losses: small(versus.losses),
        ties: small(versus.ties),
        only_before: small(versus.only_before),
        only_after: small(versus.only_after),
        p: versus.p,
        p_holm: versus.p_holm,
        test: versus.test.clone(),
        bounds: (&versus.bounds).into(),
        reading: reading.to_owned(),
    }
}
