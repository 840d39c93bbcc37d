//! What makes a rubric sound.

use super::{Base, Condition, Criterion, Kind, Rubric, Source};
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
    #[error("{place}: {rule}")]
    Rule {
        /// The place, as `criteria.safety.levels`.
        place: String,
        /// What must hold.
        rule: &'static str,
    },
}

fn rule(holds: bool, place: &str, rule: &'static str) -> Result<(), RubricError> {
    if holds { Ok(()) } else { Err(RubricError::Rule { place: place.to_owned(), rule }) }
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
        rule(
            is_name(&self.id, '-'),
            "id",
            "must be lower-case letters, digits and hyphens, and start with a letter",
        )?;
        rule(self.version >= 1, "version", "must be 1 or more")?;
        rule(!self.title.ja.is_empty() || !self.title.en.is_empty(), "title", "must not be empty")?;
        rule(self.asked().next().is_some(), "criteria", "at least one criterion must be asked")?;
        criteria(&self.criteria, "criteria", true)?;
        self.validate_scoring()
    }

    fn validate_scoring(&self) -> Result<(), RubricError> {
        let scoring = &self.scoring;
        let known = |id: &str, place: &str| {
            rule(
                self.criterion(id).is_some_and(|c| c.source == Source::Asked),
                place,
                "must name an asked criterion",
            )
        };
        match &scoring.base {
            Base::Criterion { id } => {
                known(id, "scoring.base")?;
                let numeric =
                    |c: &Criterion| matches!(c.kind, Kind::Scale { .. } | Kind::Number { .. });
                rule(
                    self.criterion(id).is_some_and(numeric),
                    "scoring.base",
                    "must name a scale or a number",
                )?;
            }
            Base::Points => {
                let positive =
                    |c: &Criterion| matches!(c.kind, Kind::Points { points } if points > 0.0);
                rule(
                    self.criteria.iter().any(positive),
                    "scoring.base",
                    "needs a criterion with positive points",
                )?;
            }
            Base::List { id, each, .. } => {
                known(id, "scoring.base")?;
                let inside = |c: &Criterion| matches!(&c.kind, Kind::List { each: inner, .. } if inner.iter().any(|i| &i.id == each));
                rule(
                    self.criterion(id).is_some_and(inside),
                    "scoring.base",
                    "must name a criterion of that list",
                )?;
            }
        }
        for id in &scoring.deductions {
            known(id, "scoring.deductions")?;
            let ok = self.criterion(id).is_some_and(|c| matches!(c.kind, Kind::Deductions { .. }));
            rule(ok, "scoring.deductions", "must name criteria of the kind deductions")?;
        }
        for cap in &scoring.caps {
            self.validate_condition(&cap.when, "scoring.caps")?;
        }
        if let Some((low, high)) = scoring.clamp {
            rule(
                low.is_finite() && high.is_finite() && low <= high,
                "scoring.clamp",
                "must be [low, high] with low <= high",
            )?;
        }
        let sorted = scoring.thresholds.windows(2).all(|w| w[0].min > w[1].min);
        rule(sorted, "scoring.thresholds", "must go from the highest minimum to the lowest")?;
        for condition in &scoring.harm.when {
            self.validate_condition(condition, "scoring.harm")?;
        }
        for criterion in &self.criteria {
            if let Some(condition) = &criterion.required_when {
                self.validate_condition(
                    condition,
                    &format!("criteria.{}.required_when", criterion.id),
                )?;
            }
        }
        Ok(())
    }

    fn validate_condition(&self, condition: &Condition, place: &str) -> Result<(), RubricError> {
        let known =
            self.criterion(condition.criterion()).is_some_and(|c| c.source == Source::Asked);
        rule(known, place, "must name an asked criterion")
    }
}

fn criteria(list: &[Criterion], place: &str, top: bool) -> Result<(), RubricError> {
    rule(unique(list.iter().map(|c| c.id.as_str())), place, "ids must be unique")?;
    for criterion in list {
        let here = format!("{place}.{}", criterion.id);
        rule(
            is_name(&criterion.id, '_'),
            &here,
            "id must be lower-case letters, digits and _, and start with a letter",
        )?;
        rule(top || criterion.source == Source::Asked, &here, "a list's criteria are asked")?;
        kind(&criterion.kind, &here, top)?;
    }
    Ok(())
}

fn kind(kind: &Kind, here: &str, top: bool) -> Result<(), RubricError> {
    match kind {
        Kind::Scale { levels } => {
            rule(levels.len() >= 2, here, "a scale needs two levels or more")?;
            rule(
                levels.windows(2).all(|w| w[0].value < w[1].value),
                here,
                "levels must go from lowest to highest",
            )
        }
        Kind::Number { min, max, step } => {
            rule(min.is_finite() && max.is_finite() && min < max, here, "min must be below max")?;
            rule(
                step.is_finite() && *step > 0.0 && *step <= max - min,
                here,
                "step must lie between 0 and max - min",
            )
        }
        Kind::Points { points } => {
            rule(points.is_finite() && *points != 0.0, here, "points must not be 0")
        }
        Kind::Deductions { items } => {
            rule(
                !items.is_empty() && unique(items.iter().map(|i| i.id.as_str())),
                here,
                "needs items with unique ids",
            )?;
            rule(
                items.iter().all(|i| i.points.is_finite() && i.points > 0.0),
                here,
                "points must be positive",
            )?;
            rule(
                items.iter().all(|i| is_name(&i.id, '_')),
                here,
                "item ids must be lower-case letters, digits and _",
            )
        }
        Kind::Choice { options } => {
            rule(
                options.len() >= 2 && unique(options.iter().map(|o| o.id.as_str())),
                here,
                "needs two options or more with unique ids",
            )?;
            rule(
                options.iter().all(|o| is_name(&o.id, '_')),
                here,
                "option ids must be lower-case letters, digits and _",
            )
        }
        Kind::Flag => Ok(()),
        Kind::List { each, .. } => {
            rule(top, here, "no lists within lists")?;
            rule(!each.is_empty(), here, "a list needs criteria for its items")?;
            criteria(each, here, false)
        }
        Kind::Text { max_chars } => {
            rule((1..=20_000).contains(max_chars), here, "max_chars must lie between 1 and 20000")
        }
    }
}
