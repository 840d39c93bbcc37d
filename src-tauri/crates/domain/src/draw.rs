//! How the next output is chosen, and the probability with which it was.

use crate::rubric::{Criterion, Kind};
use crate::{Answer, LevelProbability, Millis, OutputId, RaterId, RubricRef, RunId, distance};
use serde::{Deserialize, Serialize};

/// What decides which output comes next.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The rater's own random order: each of those left is as likely.
    #[default]
    Random,
    /// Those whose ratings by others differ most are likelier.
    Disagreement,
    /// Those of which a judge is least sure are likelier.
    Uncertainty,
}

/// One output that was drawn for a rater. Never changed, never deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draw {
    /// For whom.
    pub rater: RaterId,
    /// What.
    pub output: OutputId,
    /// To be rated by which version of which rubric.
    pub rubric: RubricRef,
    /// What decided.
    pub way: Way,
    /// The probability with which it came next, given what was left then: above 0, at
    /// most 1.
    pub probability: f64,
    /// How many outputs were left then, this one among them.
    pub among: u32,
    /// What else it takes to follow the draw: seed, share drawn evenly, how many were
    /// weighed, judging.
    pub recipe: serde_json::Value,
    /// When.
    pub at: Millis,
}

/// What holds for everyone's queue of a rubric version, as the lead has set it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueueRule {
    /// What decides which output comes next.
    pub way: Way,
    /// The judging whose verdicts tell how sure the judge is.
    pub run: Option<RunId>,
    /// Whether raters may choose for themselves.
    pub raters_choose: bool,
    /// Share of a rater's outputs that come to that rater a second time, 0 to 0.5.
    pub again_share: f64,
    /// They come no sooner than after this many other finished outputs, 1 or more,
    pub again_items: u32,
    /// and this many days after the first rating.
    pub again_days: u32,
}

impl Default for QueueRule {
    fn default() -> Self {
        Self {
            way: Way::Random,
            run: None,
            raters_choose: false,
            again_share: 0.0,
            again_items: 20,
            again_days: 0,
        }
    }
}

/// The largest distance that two answers to `criterion` can have; `None` for texts.
#[must_use]
pub fn widest(criterion: &Criterion) -> Option<f64> {
    match &criterion.kind {
        Kind::Scale { levels } => {
            let values = || levels.iter().map(|level| level.value);
            Some(f64::from(values().max()?) - f64::from(values().min()?))
        }
        Kind::Number { min, max, .. } => Some(max - min),
        Kind::Flag | Kind::Points { .. } | Kind::Choice { .. } | Kind::List { .. } => Some(1.0),
        #[allow(clippy::cast_precision_loss)] // a handful of faults
        Kind::Deductions { items } => Some(items.len() as f64),
        Kind::Text { .. } => None,
    }
    .filter(|widest| *widest > 0.0)
}

/// How far `answers` to one criterion lie apart: the mean distance of two of them, as
/// a share of the largest that there can be, 0 to 1. `None` with fewer than two that
/// can be compared.
///
/// Source: quadratic entropy, Rao, Theoretical Population Biology 21 (1982) 24, in its
/// unbiased form over pairs, with the criterion's own distance.
#[must_use]
pub fn apart(criterion: &Criterion, answers: &[&Answer]) -> Option<f64> {
    let widest = widest(criterion)?;
    let (mut sum, mut pairs) = (0.0, 0_u32);
    for (i, a) in answers.iter().enumerate() {
        for b in &answers[i + 1..] {
            if let Some(gap) = distance(criterion, a, b) {
                sum += gap / widest;
                pairs += 1;
            }
        }
    }
    (pairs > 0).then(|| sum / f64::from(pairs))
}

/// The same for a distribution over answers: the expected distance of two independent
/// draws from it, as a share of the largest. What is no answer to the criterion is left
/// out and the rest counts as the whole; `None` where nothing is left.
#[must_use]
pub fn expected_apart(criterion: &Criterion, levels: &[LevelProbability]) -> Option<f64> {
    let widest = widest(criterion)?;
    let read = |level: &LevelProbability| {
        let answer: Answer = serde_json::from_str(&level.level).ok()?;
        distance(criterion, &answer, &answer)?;
        (level.p.is_finite() && level.p > 0.0).then_some((answer, level.p))
    };
    let known: Vec<(Answer, f64)> = levels.iter().filter_map(read).collect();
    let whole: f64 = known.iter().map(|(_, p)| p).sum();
    let mut sum = 0.0;
    for (a, p) in &known {
        for (b, q) in &known {
            sum += p * q * distance(criterion, a, b)? / widest;
        }
    }
    (whole > 0.0).then(|| sum / (whole * whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn criterion(kind: &Value) -> Criterion {
        serde_json::from_value(json!({"id": "c", "label": {"ja": "", "en": ""}, "kind": kind}))
            .unwrap()
    }

    fn scale() -> Criterion {
        let levels: Vec<Value> =
            (1..=5).map(|v| json!({"value": v, "label": {"ja": "", "en": ""}})).collect();
        criterion(&json!({"type": "scale", "levels": levels}))
    }

    fn level(level: &str, p: f64) -> LevelProbability {
        LevelProbability { level: level.into(), p }
    }

    #[test]
    fn the_mean_distance_of_two_is_a_share_of_the_scale() {
        let scale = scale();
        let (one, three, five) = (Answer::Int(1), Answer::Int(3), Answer::Int(5));
        assert_eq!(apart(&scale, &[&one, &five]), Some(1.0));
        assert_eq!(apart(&scale, &[&one, &one, &one]), Some(0.0));
        // Pairs: 1-3 (.5), 1-5 (1), 3-5 (.5).
        let mean = apart(&scale, &[&one, &three, &five]).unwrap();
        assert!((mean - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn one_answer_alone_and_declined_ones_say_nothing() {
        let declined: Answer = serde_json::from_value(json!({"declined": "cannot_judge"})).unwrap();
        assert_eq!(apart(&scale(), &[&Answer::Int(1)]), None);
        assert_eq!(apart(&scale(), &[&Answer::Int(1), &declined]), None);
        assert_eq!(apart(&criterion(&json!({"type": "text", "max_chars": 9})), &[]), None);
    }

    #[test]
    fn a_distribution_between_both_ends_is_as_wide_as_it_can_be_and_a_point_is_none() {
        let scale = scale();
        assert_eq!(expected_apart(&scale, &[level("1", 0.5), level("5", 0.5)]), Some(0.5));
        assert_eq!(expected_apart(&scale, &[level("4", 0.7)]), Some(0.0));
        // What isn't a level counts for nothing, and mass that is missing neither.
        let same = expected_apart(&scale, &[level("1", 0.2), level("5", 0.2), level("?", 0.6)]);
        assert!((same.unwrap() - 0.5).abs() < 1e-12);
        assert_eq!(expected_apart(&scale, &[]), None);
    }
}
