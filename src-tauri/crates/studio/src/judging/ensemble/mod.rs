//! Several judges' stored verdicts on the same outputs, combined per criterion.

mod work;

use super::AgainstGold;
use crate::{Interval, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{Answers, Combination, RubricRef, Text};
use std::collections::BTreeMap;
use work::Ensemble;

/// Combines several judges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EnsembleRequest {
    /// By which rubric.
    pub rubric: RubricRef,
    /// The judging runs, by name or id: two or more, all finished.
    pub judges: Vec<String>,
    /// How they are combined.
    pub how: Combination,
    /// With weights: one per judge, the same on every criterion; none of them to
    /// estimate them from gold.
    #[serde(default)]
    pub weights: Vec<f64>,
    /// From how many levels (or units) between two judges a person must look; 1 where absent.
    #[serde(default)]
    pub apart: Option<f64>,
}

/// How every number of a reply came about: enough to do it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EnsembleRecipe {
    /// How judges are combined.
    pub how: Combination,
    /// `equal`, `given` or `gold`.
    pub weights_from: String,
    /// What the weights were estimated on.
    pub calibration: Option<Calibrated>,
    /// From how many levels on a person must look.
    pub apart: f64,
    /// Whether some judges' numbers are expectations and others' are means of samples.
    pub mixed: bool,
    /// Hash of the rubric.
    pub rubric: String,
    /// Hash of the verdicts that were combined.
    pub verdicts: String,
    /// The judges, in the order given.
    pub judges: Vec<EnsembleJudge>,
}

/// What weights were estimated on; these outputs measure nothing afterwards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Calibrated {
    /// Outputs with gold and a verdict of every judge.
    pub outputs: u32,
    /// Their cases: half of those there are, drawn by the hash of their keys.
    pub cases: u32,
    /// Criteria whose weights could not be estimated, with the reason's code.
    pub failed: BTreeMap<String, String>,
}

/// One judge of an ensemble.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EnsembleJudge {
    /// The run's id.
    pub run: String,
    /// Its name.
    pub name: String,
    /// Hash of all that makes the judge.
    pub judge: String,
    /// Its numeric mode, and whatever else says how its numbers were made.
    pub numeric: String,
    /// Whether its numbers are expectations over probabilities instead of samples' means.
    pub from_probabilities: bool,
    /// Samples per output.
    pub samples: u32,
    /// Verdicts asked for and missing, over all its outputs.
    pub missing: u32,
    /// Outputs that its own model wrote, allowed by name.
    pub own: u32,
    /// Its weight per criterion id.
    pub weights: BTreeMap<String, f64>,
}

/// One criterion over all outputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EnsembleCriterion {
    /// The criterion.
    pub id: String,
    /// Its label.
    pub title: Text,
    /// Mean of the combined numbers (levels, or shares of yes), over cases; none where
    /// an answer is no number.
    pub mean: Option<Interval>,
    /// Outputs that have no combined answer.
    pub undecided: u32,
    /// Share of outputs on which the judges' own answers are all the same.
    pub unanimous: Interval,
    /// The combined answer beside gold.
    pub combined: Option<AgainstGold>,
    /// Every judge by itself beside gold, on the same outputs.
    pub single: Vec<AgainstGold>,
}

/// What follows from the combined answers, over all outputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EnsembleTotals {
    /// Mean total.
    pub total: Interval,
    /// Share of outputs that count as harmful.
    pub harm: Interval,
    /// Outputs by overall label.
    pub labels: BTreeMap<String, u32>,
}

/// Why a person must look at an output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WhyLook {
    /// `levels-apart`, `answers-differ`, `undecided`, `harm-differs`, `label-differs`
    /// or `judge-missing`.
    pub code: String,
    /// The criterion; none for what concerns the whole output.
    pub criterion: Option<String>,
}

/// What one judge says of an output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JudgeMark {
    /// Its own answers: what its samples come to.
    pub answers: Answers,
    /// Their total; the expected one where numbers are read from probabilities.
    pub total: Option<f64>,
    /// The label, likewise.
    pub label: Option<String>,
    /// Whether they count as harmful, likewise.
    pub harm: Option<bool>,
}

/// One output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EnsembleRow {
    /// The output.
    pub output_id: String,
    /// Its key.
    pub output_key: String,
    /// The beginning of its text.
    pub excerpt: String,
    /// On how many judges it rests.
    pub behind: u32,
    /// The combined answers.
    pub answers: Answers,
    /// The numbers behind them, by criterion.
    pub numbers: BTreeMap<String, f64>,
    /// The total of the combined answers.
    pub total: Option<f64>,
    /// Their label.
    pub label: Option<String>,
    /// Whether they count as harmful.
    pub harm: Option<bool>,
    /// What each judge says; none where its verdicts are missing.
    pub judges: Vec<Option<JudgeMark>>,
    /// The total of gold, where there is any.
    pub gold_total: Option<f64>,
    /// Why a person must look; empty where none must.
    pub look: Vec<WhyLook>,
}

/// Several judges combined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EnsembleReply {
    /// How it came about.
    pub recipe: EnsembleRecipe,
    /// Hash of the recipe.
    pub recipe_hash: String,
    /// Outputs that all judges were given.
    pub outputs: u32,
    /// Outputs that only some of them were given, left out.
    pub left_out: u32,
    /// Outputs that a person must look at.
    pub flagged: u32,
    /// Outputs whose gold measures the combination.
    pub measured: u32,
    /// In the rubric's order.
    pub criteria: Vec<EnsembleCriterion>,
    /// What follows from the answers.
    pub totals: EnsembleTotals,
    /// Every output, in the order of import.
    pub rows: Vec<EnsembleRow>,
}

impl Studio {
    /// Combines the stored verdicts of several judges on the outputs that all of them
    /// were given. Nothing is stored: the reply says how it came about.
    ///
    /// # Errors
    /// `lead-only`, `ensemble-too-few`, `ensemble-weights`, `ensemble-nothing`,
    /// `ensemble-no-gold`, and those of reading the runs.
    pub fn ensemble(&self, request: &EnsembleRequest) -> Result<EnsembleReply, StudioError> {
        check(request)?;
        let material = self.judged_material(&request.rubric, &request.judges)?;
        Ensemble::of(&material, request)?.reply()
    }
}

fn check(request: &EnsembleRequest) -> Result<(), StudioError> {
    if request.judges.len() < 2 {
        return Err(StudioError::new("ensemble-too-few", "Name two judging runs or more."));
    }
    let given = &request.weights;
    let fits = given.is_empty()
        || (request.how == Combination::Weights
            && given.len() == request.judges.len()
            && given.iter().all(|w| w.is_finite() && *w >= 0.0)
            && given.iter().sum::<f64>() > 0.0);
    if !fits || request.apart.is_some_and(|apart| !(apart.is_finite() && apart > 0.0)) {
        return Err(StudioError::new(
            "ensemble-weights",
            "Weights go with the combination by weights, one per judge, none negative, and not all zero; the distance must be above zero.",
        ));
    }
    Ok(())
}
