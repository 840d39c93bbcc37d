//! How answers become a score, an overall label and a harm flag.
//!
//! Order (DESIGN): base, deductions, cap, clamp, thresholds, harm veto.

use super::{Criterion, Kind, Rubric, Rule, Source};
use crate::{Answer, Answers};
use serde::{Deserialize, Serialize};

/// The scoring rule of a rubric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    /// What the score starts from.
    pub base: Base,
    /// Criteria of the kind deductions whose points are subtracted.
    #[serde(default)]
    pub deductions: Vec<String>,
    /// Upper bounds under conditions.
    #[serde(default)]
    pub caps: Vec<Cap>,
    /// Lowest and highest total.
    #[serde(default)]
    pub clamp: Option<(f64, f64)>,
    /// Overall labels, from the highest minimum to the lowest.
    #[serde(default)]
    pub thresholds: Vec<Threshold>,
    /// When an answer counts as harmful, and what that does to the label.
    #[serde(default)]
    pub harm: Veto,
}

/// What the score starts from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum Base {
    /// The value of a scale or a number.
    Criterion {
        /// Its id.
        id: String,
    },
    /// Points met over positive points, as HealthBench scores one answer; may be negative before the clamp.
    Points,
    /// The share of a list's items with this answer, 0 to 1.
    List {
        /// The list's id.
        id: String,
        /// The criterion of each item.
        each: String,
        /// The answer that counts.
        equals: Answer,
    },
}

/// An upper bound under a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// When it applies.
    pub when: Condition,
    /// The highest score then.
    pub at: f64,
}

/// A label for scores of at least `min`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The lowest score with this label.
    pub min: f64,
    /// The label.
    pub label: String,
}

/// When an answer counts as harmful.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Veto {
    /// Harmful when any of these holds.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// The overall label of a harmful answer, whatever its score.
    #[serde(default)]
    pub label: Option<String>,
}

/// A condition on one answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Condition {
    /// The answer equals a value.
    Equal {
        /// The criterion.
        criterion: String,
        /// The value.
        to: Answer,
    },
    /// The answer is a number of at most a bound.
    AtMost {
        /// The criterion.
        criterion: String,
        /// The bound.
        bound: f64,
    },
    /// The answer's list of ids has this one.
    Has {
        /// The criterion, of the kind deductions.
        criterion: String,
        /// The id.
        id: String,
    },
    /// Some item of a list has this answer.
    AnyItem {
        /// The list.
        criterion: String,
        /// The criterion of each item.
        each: String,
        /// The value.
        to: Answer,
    },
}

impl Condition {
    /// The criterion it looks at.
    #[must_use]
    pub fn criterion(&self) -> &str {
        match self {
            Self::Equal { criterion, .. }
            | Self::AtMost { criterion, .. }
            | Self::Has { criterion, .. }
            | Self::AnyItem { criterion, .. } => criterion,
        }
    }

    /// Whether it holds; `None` while the answer is missing or declined.
    #[must_use]
    pub fn holds(&self, answers: &Answers) -> Option<bool> {
        let answer = answers.get(self.criterion()).filter(|a| !a.is_declined())?;
        match self {
            Self::Equal { to, .. } => Some(answer.same(to)),
            Self::AtMost { bound, .. } => Some(answer.number()? <= *bound),
            Self::Has { id, .. } => Some(answer.labels()?.iter().any(|l| l == id)),
            Self::AnyItem { each, to, .. } => {
                Some(answer.items()?.iter().any(|item| item.get(each).is_some_and(|a| a.same(to))))
            }
        }
    }
}

/// The result of scoring one rating.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Score {
    /// The total; `None` while what it rests on is missing or declined.
    pub total: Option<f64>,
    /// The overall label; `None` when the total is, or when no threshold is reached.
    pub label: Option<String>,
    /// Whether it counts as harmful; `None` while undecided.
    pub harm: Option<bool>,
}

impl Score {
    /// The value a derived criterion takes over.
    #[must_use]
    pub fn derived(&self, rule: Rule) -> Option<Answer> {
        match rule {
            Rule::Score => self.total.map(Answer::from_number),
            Rule::Label => self.label.clone().map(Answer::Text),
            Rule::Harm => self.harm.map(Answer::Bool),
        }
    }
}

/// Scores the answers: base, deductions, cap, clamp, thresholds, harm veto.
#[must_use]
pub fn score(rubric: &Rubric, answers: &Answers) -> Score {
    let scoring = &rubric.scoring;
    let harm = harm(&scoring.harm, answers);
    let total = total(rubric, answers);
    let reached =
        |total: f64| scoring.thresholds.iter().find(|t| total >= t.min).map(|t| t.label.clone());
    let label = match (&scoring.harm.label, harm) {
        (Some(veto), Some(true)) => Some(veto.clone()),
        _ => total.and_then(reached),
    };
    Score { total, label, harm }
}

fn harm(veto: &Veto, answers: &Answers) -> Option<bool> {
    let mut undecided = veto.when.is_empty();
    for condition in &veto.when {
        match condition.holds(answers) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => undecided = true,
        }
    }
    if undecided { None } else { Some(false) }
}

fn total(rubric: &Rubric, answers: &Answers) -> Option<f64> {
    let scoring = &rubric.scoring;
    let mut total = base(&scoring.base, &rubric.criteria, answers)?;
    for id in &scoring.deductions {
        let found = answers.get(id)?.labels()?;
        if let Some(Criterion { kind: Kind::Deductions { items }, .. }) = rubric.criterion(id) {
            total -= items.iter().filter(|i| found.contains(&i.id)).map(|i| i.points).sum::<f64>();
        }
    }
    for cap in &scoring.caps {
        if cap.when.holds(answers)? {
            total = total.min(cap.at);
        }
    }
    Some(scoring.clamp.map_or(total, |(low, high)| total.clamp(low, high)))
}

fn base(base: &Base, criteria: &[Criterion], answers: &Answers) -> Option<f64> {
    match base {
        Base::Criterion { id } => answers.get(id)?.number(),
        Base::Points => {
            let (mut met, mut positive) = (0.0, 0.0);
            for criterion in criteria.iter().filter(|c| c.source == Source::Asked) {
                let Kind::Points { points } = criterion.kind else {
                    continue;
                };
                positive += points.max(0.0);
                if answers.get(&criterion.id)?.bool()? {
                    met += points;
                }
            }
            (positive > 0.0).then_some(met / positive)
        }
        Base::List { id, each, equals } => {
            let items = answers.get(id)?.items()?;
            let met = items.iter().filter(|i| i.get(each).is_some_and(|a| a.same(equals))).count();
            #[allow(clippy::cast_precision_loss)] // lists are short
            (!items.is_empty()).then(|| met as f64 / items.len() as f64)
        }
    }
}
