//! What a probe's change does to the verdicts, criterion by criterion.

use super::{ProbeStart, kind_name};
use crate::agreement::SEED;
use crate::project::small;
use crate::prompts::JudgePrompt;
use crate::studio::{Open, every};
use crate::{Interval, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::{Criterion, Kind};
use shinsa_domain::{
    Answers, Arm, CaseId, OutputId, Probe, Rubric, RubricRef, RunState, Text, Viewer, distance,
    own_answers,
};
use shinsa_report::{ProbeCriterion, ProbeFigures};
use shinsa_stats::{Resampling, cluster_bootstrap, clusters_of, holm, over_cases, sign_flip};
use std::collections::{BTreeMap, BTreeSet};

/// One criterion of a probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeEffect {
    /// The criterion.
    pub id: String,
    /// Its label.
    pub title: Text,
    /// Mean verdict as every judge is asked, over cases; none where answers are no numbers.
    pub plain: Option<Interval>,
    /// Mean verdict with the change.
    pub changed: Option<Interval>,
    /// Changed less plain, over cases.
    pub effect: Option<Interval>,
    /// p value of the sign-flip test on case means.
    pub p: Option<f64>,
    /// The same after Holm's correction over the probe's criteria.
    pub p_holm: Option<f64>,
    /// Share of outputs whose answer is another with the change.
    pub flips: Interval,
}

/// What a probe came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeReply {
    /// Its name.
    pub name: String,
    /// `order` or `verbosity`.
    pub kind: String,
    /// Characters of neutral text, when probing verbosity.
    pub filler_chars: Option<u32>,
    /// What the judge was asked with; `None` for the usual prompt of Shinsa's.
    pub prompt: Option<String>,
    /// Outputs it was run on.
    pub outputs: u32,
    /// Of those, outputs that lack a verdict of one arm.
    pub missing: u32,
    /// In the rubric's order.
    pub criteria: Vec<ProbeEffect>,
}

impl Studio {
    /// The effects of a finished probe.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`, `unknown-probe`.
    pub fn probe_reply(&self, which: &RubricRef, name: &str) -> Result<ProbeReply, StudioError> {
        self.with(|open| {
            let viewer = open.lead()?;
            let rubric = open.rubric(&viewer, which)?;
            let found = probe_figures(open, &viewer, &rubric)?;
            let figures = found.into_iter().find(|f| f.name == name).ok_or_else(|| {
                StudioError::new("unknown-probe", format!("No finished probe is called {name}."))
                    .with("name", name)
            })?;
            let asked = open.project.view(&viewer).probe_by_name(name)?;
            let asked = asked.and_then(|probe| probe.config.get("prompt").cloned());
            let asked: Option<JudgePrompt> = asked.map(serde_json::from_value).transpose()?;
            let numbers = |e: &Option<shinsa_stats::Estimate>| e.as_ref().map(Interval::from);
            Ok(ProbeReply {
                filler_chars: figures.filler_chars,
                prompt: asked.map(|prompt| prompt.to_string()),
                outputs: small(figures.outputs),
                missing: small(figures.missing),
                criteria: figures
                    .criteria
                    .iter()
                    .map(|c| ProbeEffect {
                        id: c.id.clone(),
                        title: c.title.clone(),
                        plain: numbers(&c.plain),
                        changed: numbers(&c.changed),
                        effect: c.effect.as_ref().map(|e| (&e.difference).into()),
                        p: c.effect.as_ref().and_then(|e| e.p),
                        p_holm: c.p_holm,
                        flips: (&c.flips).into(),
                    })
                    .collect(),
                name: figures.name,
                kind: figures.kind,
            })
        })
    }
}

/// The answers of an output's samples, per arm.
type Arms = BTreeMap<Arm, Vec<Answers>>;

/// The figures of every finished probe of a rubric.
pub(crate) fn probe_figures(
    open: &Open,
    viewer: &Viewer,
    rubric: &Rubric,
) -> Result<Vec<ProbeFigures>, StudioError> {
    let view = open.project.view(viewer);
    let cases: BTreeMap<CaseId, String> =
        every(|page| view.cases(page))?.into_iter().map(|c| (c.id, c.key)).collect();
    // In the order of import: ids are new in every project.
    let outputs: Vec<(OutputId, String, String)> = every(|page| view.outputs(None, page))?
        .into_iter()
        .map(|row| (row.id, row.key, cases.get(&row.case).cloned().unwrap_or_default()))
        .collect();
    let mut all = Vec::new();
    for probe in every(|page| view.probes(page))? {
        let request: ProbeStart = serde_json::from_value(probe.config.clone())?;
        if probe.state != RunState::Done || request.rubric != rubric.reference() {
            continue;
        }
        let mut said: BTreeMap<OutputId, Arms> = BTreeMap::new();
        for one in every(|page| view.probe_verdicts(probe.id, page))? {
            let arms = said.entry(one.verdict.output).or_default();
            arms.entry(one.arm).or_default().push(one.verdict.answers);
        }
        let asked: BTreeSet<String> = serde_json::from_value(probe.figures["outputs"].clone())?;
        let rows: Vec<(&str, Option<&Arms>)> = outputs
            .iter()
            .filter(|(_, key, _)| asked.contains(key))
            .map(|(id, _, case)| (case.as_str(), said.get(id)))
            .collect();
        all.push(figures(rubric, &probe, &request, &rows));
    }
    Ok(all)
}

fn figures(
    rubric: &Rubric,
    probe: &Probe,
    request: &ProbeStart,
    rows: &[(&str, Option<&Arms>)],
) -> ProbeFigures {
    let both = |arms: &Option<&Arms>| arms.is_some_and(|arms| arms.len() == 2);
    let paired: Vec<(&str, &Arms)> =
        rows.iter().filter(|(_, a)| both(a)).filter_map(|(c, a)| Some((*c, (*a)?))).collect();
    let how = Resampling::for_rows(SEED, rows.len());
    let texts = |c: &&Criterion| !matches!(c.kind, Kind::Text { .. });
    let mut criteria: Vec<ProbeCriterion> =
        rubric.asked().filter(texts).map(|c| criterion(rubric, c, &paired, &how)).collect();
    let p: Vec<f64> = criteria.iter().filter_map(|c| c.effect.as_ref().and_then(|e| e.p)).collect();
    let mut adjusted = holm(&p).unwrap_or_default().into_iter();
    for one in &mut criteria {
        if one.effect.as_ref().is_some_and(|e| e.p.is_some()) {
            one.p_holm = adjusted.next();
        }
    }
    let passport = probe.passport.as_ref().map(|(passport, _)| &passport["arms"]["plain"]);
    let text = |value: Option<&serde_json::Value>| {
        value.and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    };
    ProbeFigures {
        name: probe.name.clone(),
        kind: kind_name(probe.kind).to_owned(),
        filler_chars: (kind_name(probe.kind) == "verbosity").then_some(request.filler_chars),
        judge: text(passport.map(|p| &p["judge_hash"])),
        samples: request.samples as usize,
        outputs: rows.len(),
        missing: rows.len() - paired.len(),
        criteria,
    }
}

fn criterion(
    rubric: &Rubric,
    criterion: &Criterion,
    paired: &[(&str, &Arms)],
    how: &Resampling,
) -> ProbeCriterion {
    let cases: Vec<&str> = paired.iter().map(|row| row.0).collect();
    let clusters = clusters_of(&cases);
    let mean = |arms: &Arms, arm: Arm| -> Option<f64> {
        let values: Vec<f64> = arms
            .get(&arm)?
            .iter()
            .filter_map(|a| crate::judging::number(criterion, a.get(&criterion.id)?))
            .collect();
        #[allow(clippy::cast_precision_loss)] // at most 100 samples
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let means: Option<Vec<(f64, f64)>> = paired
        .iter()
        .map(|(_, arms)| mean(arms, Arm::Plain).zip(mean(arms, Arm::Changed)))
        .collect();
    let means = means.filter(|means| !means.is_empty());
    let (plain, changed): (Vec<f64>, Vec<f64>) =
        means.clone().unwrap_or_default().into_iter().unzip();
    let own = |arms: &Arms, arm: Arm| {
        let samples: Vec<&Answers> = arms.get(&arm).into_iter().flatten().collect();
        own_answers(rubric, &samples).remove(&criterion.id)
    };
    let flips: Vec<Option<f64>> = paired
        .iter()
        .map(|(_, arms)| {
            let gap = distance(criterion, &own(arms, Arm::Plain)?, &own(arms, Arm::Changed)?)?;
            Some(f64::from(u8::from(gap > 0.0)))
        })
        .collect();
    let told =
        |values: &[f64]| means.as_ref().map(|_| over_cases(values, &clusters, how, "mean-verdict"));
    ProbeCriterion {
        id: criterion.id.clone(),
        title: criterion.label.clone(),
        plain: told(&plain),
        changed: told(&changed),
        effect: means.as_ref().map(|_| sign_flip(&plain, &changed, &clusters, how)),
        p_holm: None,
        flips: cluster_bootstrap(&clusters, how, "answers-changed", &|rows| {
            crate::judging::average(rows, &flips)
        }),
    }
}
