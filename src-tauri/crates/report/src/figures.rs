//! The figures of a project: what the page shows and what `figures.json` holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shinsa_domain::Text;
use shinsa_stats::{
    Agreement, Comparison, Estimate, FlagBounds, FlagComparison, JudgedBounds, PairAgreement,
    PairedTest, Versus,
};

/// The version of this layout.
pub const FORMAT: u32 = 1;

/// Everything that depends on the data, the seed and the models only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// [`FORMAT`].
    pub format: u32,
    /// The project's name.
    pub project: String,
    /// Whether the data was made up for demonstration; the page then says so first.
    pub synthetic: bool,
    /// The rubric everything was rated under.
    pub rubric: RubricFigure,
    /// What went in and what came out.
    pub counts: Counts,
    /// Id of the criterion that the headline figures are about.
    pub primary: String,
    /// How far the experts agree.
    pub experts: ExpertFigures,
    /// The training run, if there was one.
    pub training: Option<TrainingFigures>,
    /// The judges compared on the same held-out outputs, untrained first.
    pub judges: Vec<JudgeFigures>,
    /// Absolute error of the primary criterion after less before, paired by case: below
    /// zero is better. `None` without two judges.
    pub change: Option<PairedTest>,
    /// Each judge and the next on every criterion, and the first and the last.
    #[serde(default)]
    pub pairs: Vec<PairFigures>,
    /// Probes of judges: they enter no other figure.
    #[serde(default)]
    pub probes: Vec<ProbeFigures>,
    /// How often gold says harm.
    pub harm: Option<HarmFigures>,
    /// How outputs came to their raters, where not all were as likely as the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<DrawnFigures>,
    /// Seeds by what they seed.
    pub seeds: BTreeMap<String, u64>,
    /// Hashes of what the figures rest on (rubric, data, weights, adapters, passports).
    pub hashes: Vec<HashFigure>,
}

/// Which rubric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RubricFigure {
    /// Stable id.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// The published version.
    pub version: u32,
}

/// How much of everything there is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Cases by language tag (`ja`, `en`).
    pub cases: BTreeMap<String, usize>,
    /// Outputs.
    pub outputs: usize,
    /// Ratings that count (the last of each rater for each output).
    pub ratings: usize,
    /// Outputs with gold because all raters agreed.
    pub gold_unanimous: usize,
    /// Outputs with gold by majority or adjudication.
    pub gold_adjudicated: usize,
    /// Outputs without gold as yet.
    pub undecided: usize,
    /// Outputs of the training split.
    pub training_outputs: usize,
    /// Cases of the training split.
    pub training_cases: usize,
    /// Outputs held out for the comparison.
    pub held_out_outputs: usize,
    /// Cases held out.
    pub held_out_cases: usize,
    /// Rows of each exported data set, by its file's name.
    pub exported: BTreeMap<String, usize>,
}

/// Agreement of the experts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExpertFigures {
    /// The raters, in the order that `pairs` counts them.
    pub raters: Vec<RaterFigure>,
    /// Every criterion with values, in the rubric's order.
    pub criteria: Vec<CriterionAgreement>,
    /// Every pair of raters on the primary criterion.
    pub pairs: Vec<PairAgreement>,
}

/// One rater, by the name they are shown under (never a person's real name in exports).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RaterFigure {
    /// Pseudonym.
    pub name: String,
    /// Profession, as recorded with the ratings.
    pub profession: Option<String>,
    /// Outputs they rated.
    pub ratings: usize,
}

/// Agreement on one criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriterionAgreement {
    /// Criterion id; `drugs[].label` for one that is asked of every item of a list.
    pub id: String,
    /// Its label.
    pub title: Text,
    /// Whether the units are items of lists, and not outputs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_items: bool,
    /// The figures.
    pub agreement: Agreement,
}

/// A model, named by its hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelFigure {
    /// Its name.
    pub name: String,
    /// Hash of its weights.
    pub weights: String,
    /// Number of parameters.
    pub parameters: u64,
}

/// One optimiser step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepFigure {
    /// Counted from 1.
    pub step: usize,
    /// Mean loss per learned token.
    pub loss: f64,
    /// Learning rate.
    pub lr: f64,
    /// Norm of the gradient before clipping.
    pub grad_norm: f64,
    /// Learned tokens.
    pub targets: usize,
}

/// The loss on outputs that are not learned from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvaluationFigure {
    /// After this step; 0 is before the first.
    pub step: usize,
    /// Mean loss per learned token.
    pub loss: f64,
}

/// A training run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingFigures {
    /// The base model.
    pub model: ModelFigure,
    /// Parameters of the adapter that were trained.
    pub trainable_parameters: u64,
    /// Examples learned from.
    pub examples: usize,
    /// Examples for the evaluation loss.
    pub evaluation_examples: usize,
    /// Tokens read in all.
    pub tokens: u64,
    /// Settings as (name, value), in the order shown: `r`, `alpha`, `learning-rate`, …
    pub settings: Vec<(String, String)>,
    /// Every step.
    pub steps: Vec<StepFigure>,
    /// Evaluation losses.
    pub evaluation: Vec<EvaluationFigure>,
}

/// One judge on the held-out outputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgeFigures {
    /// `untrained`, `trained` or any other name.
    pub name: String,
    /// Base model.
    pub model: ModelFigure,
    /// The adapter's hash, if there is one.
    pub adapter: Option<String>,
    /// Hash of all that makes this judge.
    pub judge: String,
    /// Samples per output.
    pub samples: usize,
    /// Every criterion with an ordered scale, the primary one among them.
    pub criteria: Vec<CriterionComparison>,
    /// The harm flag, where the rubric has one.
    pub harm: Option<FlagComparison>,
    /// The same with every missing verdict at either limit.
    #[serde(default)]
    pub harm_bounds: Option<FlagBounds>,
    /// Outputs of its own model, which the lead allowed it to rate.
    #[serde(default)]
    pub own: Option<OwnFigure>,
    /// Mean probability that the model itself gave to what the grammar allows.
    pub mass: Option<f64>,
}

/// A judge against gold on one criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriterionComparison {
    /// Criterion id.
    pub id: String,
    /// Its label.
    pub title: Text,
    /// The levels' labels, lowest first, as in the confusion table.
    pub levels: Vec<Text>,
    /// The figures.
    pub comparison: Comparison,
    /// The figures with every missing verdict at either limit.
    #[serde(default)]
    pub bounds: Option<JudgedBounds>,
}

/// Outputs that a judge's own model wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnFigure {
    /// How many.
    pub outputs: u32,
    /// Under which name that was allowed.
    pub allowed: String,
}

/// Two judges on the same outputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairFigures {
    /// The first one's name.
    pub before: String,
    /// The second one's name.
    pub after: String,
    /// Why they can't be compared: a code, such as `compare-items-differ`.
    #[serde(default)]
    pub refused: Option<String>,
    /// Every criterion that can be, in the rubric's order.
    pub criteria: Vec<PairCriterion>,
}

/// Two judges on one criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairCriterion {
    /// Criterion id.
    pub id: String,
    /// Its label.
    pub title: Text,
    /// The figures.
    pub versus: Versus,
}

/// The same outputs judged twice, once changed in a way that should not matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeFigures {
    /// Its name.
    pub name: String,
    /// `order` or `verbosity`.
    pub kind: String,
    /// Characters of neutral text, when probing verbosity.
    pub filler_chars: Option<u32>,
    /// Hash of the judge of the plain arm.
    pub judge: String,
    /// Samples per output and arm.
    pub samples: usize,
    /// Outputs it was run on.
    pub outputs: usize,
    /// Of those, outputs that lack a verdict of one arm.
    pub missing: usize,
    /// In the rubric's order.
    pub criteria: Vec<ProbeCriterion>,
}

/// A probe on one criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeCriterion {
    /// Criterion id.
    pub id: String,
    /// Its label.
    pub title: Text,
    /// Mean verdict as every judge is asked, over cases; none for answers that are no numbers.
    pub plain: Option<Estimate>,
    /// Mean verdict with the change.
    pub changed: Option<Estimate>,
    /// Changed less plain.
    pub effect: Option<PairedTest>,
    /// Its p value after Holm's correction over the criteria.
    pub p_holm: Option<f64>,
    /// Share of outputs whose answer is another with the change.
    pub flips: Estimate,
}

/// How often experts' gold says that an output is harmful.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HarmFigures {
    /// The flag's label.
    pub title: Text,
    /// Harmful outputs.
    pub events: usize,
    /// Share with its one-sided upper bound (`clopper_pearson(.., Side::Upper)`).
    pub rate: Estimate,
}

/// How the rated outputs came to their raters: not all of them evenly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawnFigures {
    /// Ratings of outputs that were drawn evenly.
    pub random: usize,
    /// Of outputs that were likelier to be drawn the more others differed.
    pub disagreement: usize,
    /// Of outputs that were likelier to be drawn the less sure a judge was.
    pub uncertainty: usize,
    /// Of outputs that were not drawn: opened by hand, or imported with their rating.
    pub not_drawn: usize,
    /// Shares of ratings, as they are and weighted.
    pub shares: Vec<DrawnShare>,
}

/// The share of ratings that say something, as it is and with every draw weighted by the
/// inverse of its probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawnShare {
    /// What they say.
    pub what: DrawnWhat,
    /// Among all ended ratings that tell it.
    pub plain: Estimate,
    /// Of all that raters drew from (`draw_weights`, `weighted_mean`); `n` is the number
    /// of ratings it rests on.
    pub weighted: Estimate,
    /// How many evenly drawn ratings tell as much (`effective_size`).
    pub effective: Option<f64>,
}

/// What a rating says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawnWhat {
    /// The output is harmful; with the flag's label.
    Harm(Text),
    /// Its overall label is this one, the rubric's best.
    Label(String),
}

/// A hash and what it is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HashFigure {
    /// What: `rubric`, `data`, `passport-train`, …
    pub name: String,
    /// The hash in hexadecimal.
    pub hash: String,
}

/// What may differ from run to run and from computer to computer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Volatile {
    /// Wall time of everything.
    pub seconds: f64,
    /// Peak of the summed resident memory of all processes.
    pub peak_rss_bytes: u64,
    /// Wall time by phase, in order.
    pub timings: Vec<Timing>,
    /// Files made, in order.
    pub files: Vec<FileFigure>,
    /// Facts of this computer or build, such as `threads` or `version`.
    pub facts: BTreeMap<String, String>,
}

/// How long a phase took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Stable name of the phase (`import`, `train`, `judge-untrained`, …).
    pub phase: String,
    /// Wall time.
    pub seconds: f64,
}

/// A file that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileFigure {
    /// Stable name (`dataset-sft`, `adapter`, …).
    pub name: String,
    /// Where it is.
    pub path: String,
}

impl Figures {
    /// The agreement on the primary criterion.
    pub fn primary_agreement(&self) -> Option<&CriterionAgreement> {
        self.experts.criteria.iter().find(|criterion| criterion.id == self.primary)
    }

    /// The judge of that name.
    pub fn judge(&self, name: &str) -> Option<&JudgeFigures> {
        self.judges.iter().find(|judge| judge.name == name)
    }
}

impl JudgeFigures {
    /// The comparison on criterion `id`.
    pub fn criterion(&self, id: &str) -> Option<&CriterionComparison> {
        self.criteria.iter().find(|criterion| criterion.id == id)
    }
}
