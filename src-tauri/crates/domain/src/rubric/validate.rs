//! What makes a rubric sound.

use super::{Base, Condition, Criterion, Kind, Rubric, Source};
use crate::Text;
use crate::answer::fits;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thiserror::Error;

/// Why a rubric is refused.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum RubricError {
    /// Not JSON, or not a rubric's shape.
    #[error("line {line}, column {column}: {message}")]
    Json {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// The parser's words.
        message: String,
    },
    /// A rule is broken at a place.
    #[error("{}: {}", .0.place, .0.rule)]
    Rule(RubricProblem),
}

/// A rule that a rubric breaks, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RubricProblem {
    /// The place, as `criteria.safety`, `criteria.drugs.label` inside a list, or
    /// `scoring.caps`.
    pub place: String,
    /// Which rule: a stable word in kebab case.
    pub problem: String,
    /// The rule in English.
    pub rule: String,
}

/// Problems as they are found.
struct Found(Vec<RubricProblem>);

impl Found {
    fn must(&mut self, holds: bool, place: &str, problem: &str, rule: &str) {
        if !holds {
            self.0.push(RubricProblem {
                place: place.to_owned(),
                problem: problem.to_owned(),
                rule: rule.to_owned(),
            });
        }
    }
}

fn is_name(id: &str, extra: char) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == extra;
    !id.is_empty()
        && id.len() <= 64
        && id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(allowed)
}

fn unique<'a>(mut ids: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = BTreeSet::new();
    ids.all(|id| seen.insert(id))
}

impl Rubric {
    /// Checks every rule a rubric must keep.
    ///
    /// # Errors
    /// The first broken rule, with its place.
    pub fn validate(&self) -> Result<(), RubricError> {
        match self.problems().into_iter().next() {
            Some(problem) => Err(RubricError::Rule(problem)),
            None => Ok(()),
        }
    }

    /// Every rule that is broken, in the rubric's order; none for a sound one.
    #[must_use]
    pub fn problems(&self) -> Vec<RubricProblem> {
        let mut found = Found(Vec::new());
        found.must(
            is_name(&self.id, '-'),
            "id",
            "id",
            "must be lower-case letters, digits and hyphens, and start with a letter",
        );
        found.must(self.version >= 1, "version", "version", "must be 1 or more");
        found.must(!self.title.is_empty(), "title", "title", "must not be empty");
        found.must(
            self.asked().next().is_some(),
            "criteria",
            "nothing-asked",
            "at least one criterion must be asked",
        );
        criteria(&self.criteria, "criteria", true, &mut found);
        self.check_scoring(&mut found);
        found.0
    }

    fn check_scoring(&self, found: &mut Found) {
        let scoring = &self.scoring;
        let asked = |id: &str| self.criterion(id).filter(|c| c.source == Source::Asked);
        const UNKNOWN: &str = "must name an asked criterion";
        match &scoring.base {
            Base::Criterion { id } => match asked(id) {
                None => found.must(false, "scoring.base", "base", UNKNOWN),
                Some(c) => found.must(
                    matches!(c.kind, Kind::Scale { .. } | Kind::Number { .. }),
                    "scoring.base",
                    "base-kind",
                    "must name a scale or a number",
                ),
            },
            Base::Points => {
                let positive =
                    |c: &Criterion| matches!(c.kind, Kind::Points { points } if points > 0.0);
                found.must(
                    self.criteria.iter().any(positive),
                    "scoring.base",
                    "base-points",
                    "needs a criterion with positive points",
                );
            }
            Base::List { id, each, .. } => {
                let inside = |c: &Criterion| matches!(&c.kind, Kind::List { each: inner, .. } if inner.iter().any(|i| &i.id == each));
                found.must(asked(id).is_some(), "scoring.base", "base", UNKNOWN);
                found.must(
                    asked(id).is_none_or(inside),
                    "scoring.base",
                    "base-list",
                    "must name a criterion of that list",
                );
            }
        }
        for id in &scoring.deductions {
            found.must(
                asked(id).is_some_and(|c| matches!(c.kind, Kind::Deductions { .. })),
                "scoring.deductions",
                "deductions",
                "must name asked criteria of the kind deductions",
            );
        }
        for cap in &scoring.caps {
            self.check_condition(&cap.when, "scoring.caps", found);
            found.must(cap.at.is_finite(), "scoring.caps", "cap", "the bound must be a number");
        }
        if let Some((low, high)) = scoring.clamp {
            found.must(
                low.is_finite() && high.is_finite() && low <= high,
                "scoring.clamp",
                "clamp",
                "must be [low, high] with low <= high",
            );
        }
        found.must(
            scoring.thresholds.windows(2).all(|w| w[0].min > w[1].min),
            "scoring.thresholds",
            "thresholds",
            "must go from the highest minimum to the lowest",
        );
        for condition in &scoring.harm.when {
            self.check_condition(condition, "scoring.harm", found);
        }
        for criterion in &self.criteria {
            if let Some(condition) = &criterion.required_when {
                let place = format!("criteria.{}.required_when", criterion.id);
                self.check_condition(condition, &place, found);
            }
        }
    }

    /// A condition must be able to hold: one that can't would silently leave the
    /// score empty.
    fn check_condition(&self, condition: &Condition, place: &str, found: &mut Found) {
        let target = self.criterion(condition.criterion()).filter(|c| c.source == Source::Asked);
        let Some(criterion) = target else {
            found.must(false, place, "condition", "must name an asked criterion");
            return;
        };
        let possible = match (condition, &criterion.kind) {
            (Condition::Equal { to, .. }, _) => fits(criterion, to),
            (Condition::AtMost { bound, .. }, Kind::Scale { .. } | Kind::Number { .. }) => {
                bound.is_finite()
            }
            (Condition::Has { id, .. }, Kind::Deductions { items }) => {
                items.iter().any(|item| &item.id == id)
            }
            (Condition::AnyItem { each, to, .. }, Kind::List { each: inner, .. }) => {
                inner.iter().any(|c| &c.id == each && fits(c, to))
            }
            _ => false,
        };
        found.must(possible, place, "condition-value", "can never hold for that criterion");
    }
}

fn criteria(list: &[Criterion], place: &str, top: bool, found: &mut Found) {
    found.must(
        unique(list.iter().map(|c| c.id.as_str())),
        place,
        "criterion-repeated",
        "ids must be unique",
    );
    for criterion in list {
        let here = format!("{place}.{}", criterion.id);
        found.must(
            is_name(&criterion.id, '_'),
            &here,
            "criterion-id",
            "id must be lower-case letters, digits and _, and start with a letter",
        );
        found.must(
            top || criterion.source == Source::Asked,
            &here,
            "list-derived",
            "a list's criteria are asked",
        );
        found.must(!criterion.label.is_empty(), &here, "label", "must have a name");
        found.must(
            names(&criterion.kind).iter().all(|name| !name.is_empty()),
            &here,
            "item-label",
            "every level, option and fault must have a name",
        );
        kind(&criterion.kind, &here, top, found);
        found.must(
            criterion.examples.iter().all(|example| fits(criterion, &example.answer)),
            &here,
            "example-answer",
            "an example's answer must be one of the criterion's",
        );
    }
}

/// What a rater reads on the answers of a kind.
fn names(kind: &Kind) -> Vec<&Text> {
    match kind {
        Kind::Scale { levels } => levels.iter().map(|level| &level.label).collect(),
        Kind::Deductions { items } => items.iter().map(|item| &item.label).collect(),
        Kind::Choice { options } => options.iter().map(|option| &option.label).collect(),
        _ => Vec::new(),
    }
}

fn kind(kind: &Kind, here: &str, top: bool, found: &mut Found) {
    match kind {
        Kind::Scale { levels } => {
            found.must(levels.len() >= 2, here, "scale-few", "a scale needs two levels or more");
            found.must(
                levels.windows(2).all(|w| w[0].value < w[1].value),
                here,
                "scale-order",
                "levels must go from lowest to highest",
            );
        }
        Kind::Number { min, max, step } => {
            let bounds = min.is_finite() && max.is_finite() && min < max;
            found.must(bounds, here, "number-bounds", "min must be below max");
            found.must(
                !bounds || (step.is_finite() && *step > 0.0 && *step <= max - min),
                here,
                "number-step",
                "step must lie between 0 and max - min",
            );
        }
        Kind::Points { points } => {
            let some = points.is_finite() && *points != 0.0;
            found.must(some, here, "points", "points must not be 0");
        }
        Kind::Deductions { items } => {
            found.must(
                !items.is_empty() && unique(items.iter().map(|i| i.id.as_str())),
                here,
                "deductions-items",
                "needs items with unique ids",
            );
            found.must(
                items.iter().all(|i| i.points.is_finite() && i.points > 0.0),
                here,
                "deductions-points",
                "points must be positive",
            );
            found.must(
                items.iter().all(|i| is_name(&i.id, '_')),
                here,
                "item-id",
                "item ids must be lower-case letters, digits and _",
            );
        }
        Kind::Choice { options } => {
            found.must(
                options.len() >= 2 && unique(options.iter().map(|o| o.id.as_str())),
                here,
                "choice-options",
                "needs two options or more with unique ids",
            );
            found.must(
                options.iter().all(|o| is_name(&o.id, '_')),
                here,
                "item-id",
                "option ids must be lower-case letters, digits and _",
            );
        }
        Kind::Flag => {}
        Kind::List { each, .. } => {
            found.must(top, here, "list-in-list", "no lists within lists");
            found.must(!each.is_empty(), here, "list-empty", "a list needs criteria for its items");
            // One level is all there can be; deeper ones were refused above.
            if top {
                criteria(each, here, false, found);
            }
        }
        Kind::Text { max_chars } => found.must(
            (1..=20_000).contains(max_chars),
            here,
            "text-length",
            "max_chars must lie between 1 and 20000",
        ),
    }
}
