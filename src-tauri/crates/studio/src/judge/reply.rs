//! What a judging run came to, and its verdicts as a shell sees them.

use crate::StudioError;
use crate::host::JudgeEndpoint;
use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::Kind;
use shinsa_domain::{Answer, Answers, Output, Rubric, RubricRef, Verdict, expected, score};
use std::collections::BTreeMap;

/// What a judging run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JudgeSummary {
    /// The run's id.
    pub run: String,
    /// Its name.
    pub name: String,
    /// Outputs rated.
    pub outputs: u32,
    /// Verdicts stored by this run, earlier ones included.
    pub verdicts: u32,
    /// Verdicts that were asked for and are missing.
    pub missing: u32,
    /// Wall time.
    pub seconds: f64,
    /// Peak resident memory of the worker, bytes.
    pub peak_rss_bytes: f64,
    /// What computed; an endpoint doesn't say.
    pub device: Option<String>,
    /// Why no GPU was used, where one was sought.
    pub no_gpu: Option<StudioError>,
}

/// The same, and why verdicts of an endpoint are missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JudgeAtReply {
    /// What the run came to.
    #[serde(flatten)]
    pub summary: JudgeSummary,
    /// Samples that were answered without a valid verdict, by the reason's code.
    pub missing_reasons: BTreeMap<String, u32>,
    /// Whether the endpoint refused to give probabilities, so that it was asked without.
    pub probabilities_refused: bool,
    /// What the runs beside it came to, in the request's order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub beside: Vec<JudgeSummary>,
}

/// A judging run in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JudgeRunView {
    /// The run's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The adapter's name, where it had one.
    pub adapter: Option<String>,
    /// By which rubric.
    pub rubric: RubricRef,
    /// Samples per output.
    pub samples: u32,
    /// `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// Verdicts stored.
    pub verdicts: u32,
    /// Verdicts asked for by a run that hasn't ended well, as the project is now.
    pub asked: Option<u32>,
    /// Where its judge is, if not on this machine.
    pub endpoint: Option<JudgeEndpoint>,
    /// Whether it ended early and was discarded.
    pub discarded: bool,
}

/// One sample of a verdict, scored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct VerdictSample {
    /// Sample k of N.
    pub sample: u32,
    /// The answers.
    pub answers: Answers,
    /// The total by the rubric's scoring; the expected one where numbers are read from
    /// probabilities.
    pub total: Option<f64>,
    /// The overall label.
    pub label: Option<String>,
    /// What it says in words, in the rubric's order.
    pub reasons: Vec<String>,
}

/// An output's verdicts beside its gold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct VerdictRow {
    /// The output.
    pub output_id: String,
    /// Its key.
    pub output_key: String,
    /// The beginning of its text.
    pub excerpt: String,
    /// The gold answers, where there are any.
    pub gold: Option<Answers>,
    /// The total of gold.
    pub gold_total: Option<f64>,
    /// The samples, in order.
    pub samples: Vec<VerdictSample>,
    /// Mean total of the samples that have one.
    pub mean_total: Option<f64>,
    /// Whether totals are expectations over the probabilities of the answers.
    pub expected: bool,
}

/// Characters of an output that a list shows.
const EXCERPT: usize = 80;

/// An output's verdicts, scored, beside its gold.
pub(super) fn row(
    rubric: &Rubric,
    output: &Output,
    gold: Option<&Answers>,
    verdicts: &mut [Verdict],
    from_probabilities: bool,
) -> VerdictRow {
    verdicts.sort_by_key(|v| v.sample);
    let samples: Vec<VerdictSample> = verdicts
        .iter()
        .map(|v| {
            let scored = match from_probabilities {
                true => expected(rubric, &v.answers, &v.spread()),
                false => score(rubric, &v.answers),
            };
            VerdictSample {
                sample: v.sample,
                answers: v.answers.clone(),
                total: scored.total,
                label: scored.label,
                reasons: reasons(rubric, &v.answers),
            }
        })
        .collect();
    let totals: Vec<f64> = samples.iter().filter_map(|s| s.total).collect();
    #[allow(clippy::cast_precision_loss)] // at most 100 samples
    let mean = (!totals.is_empty()).then(|| totals.iter().sum::<f64>() / totals.len() as f64);
    VerdictRow {
        output_id: output.id.to_string(),
        output_key: output.key.clone(),
        excerpt: output.text.chars().take(EXCERPT).collect(),
        gold: gold.cloned(),
        gold_total: gold.and_then(|g| score(rubric, g).total),
        samples,
        mean_total: mean,
        expected: from_probabilities,
    }
}

/// What stands in the rubric's texts.
fn reasons(rubric: &Rubric, answers: &Answers) -> Vec<String> {
    let texts = rubric.asked().filter(|c| matches!(c.kind, Kind::Text { .. }));
    let said = texts.filter_map(|c| match answers.get(&c.id) {
        Some(Answer::Text(text)) if !text.trim().is_empty() => Some(text.clone()),
        _ => None,
    });
    said.collect()
}
