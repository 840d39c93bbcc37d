//! Whether ratings by one version of a rubric may be taken over to another,
//! criterion by criterion.
//!
//! An answer may go over only where the rater had exactly the answers to choose
//! from that the new version offers: then it is an answer to the new question,
//! too. Where only the words have changed, whether it is the *same* question is
//! for a person to say. Points, thresholds and conditions are no part of a
//! question: they are applied to answers, not shown to be answered.

use super::{Criterion, Kind, Rubric, Source};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whether a criterion's answers may go over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// The same question with the same answers, word for word.
    Same,
    /// The same answers to choose from; what the rater read has changed.
    Reworded,
    /// Not soundly.
    Not,
}

/// A criterion of two versions, compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CriterionFit {
    /// Its id.
    pub criterion: String,
    /// Its name, as the new version has it (the old one's where it is gone).
    pub label: crate::Text,
    /// Whether its answers may go over.
    pub fit: Fit,
    /// Why not, or what else to know: `words`, `new`, `gone`, `derived`, `kind`,
    /// `levels`, `range`, `options`, `items`, `shorter`; nothing where it is the same.
    pub reason: Option<String>,
}

/// Every asked criterion of `new` in its order, then those that only `old` has.
#[must_use]
pub fn carry_fits(old: &Rubric, new: &Rubric) -> Vec<CriterionFit> {
    let verdict = |criterion: &Criterion, (fit, reason): (Fit, Option<&str>)| CriterionFit {
        criterion: criterion.id.clone(),
        label: criterion.label.clone(),
        fit,
        reason: reason.map(str::to_owned),
    };
    let now = new.asked().map(|criterion| {
        let found = match old.criterion(&criterion.id) {
            None => (Fit::Not, Some("new")),
            Some(before) if before.source != Source::Asked => (Fit::Not, Some("derived")),
            Some(before) => compare(before, criterion),
        };
        verdict(criterion, found)
    });
    let gone = old.asked().filter_map(|criterion| match new.criterion(&criterion.id) {
        None => Some(verdict(criterion, (Fit::Not, Some("gone")))),
        Some(now) if now.source != Source::Asked => {
            Some(verdict(criterion, (Fit::Not, Some("derived"))))
        }
        Some(_) => None,
    });
    now.chain(gone).collect()
}

/// Whether somebody who has finished rating by `old` has thereby finished rating
/// by `new`: the same questions, word for word, required alike, under the same
/// guidelines.
#[must_use]
pub fn asks_the_same(old: &Rubric, new: &Rubric) -> bool {
    let alike = |criterion: &Criterion| {
        old.criterion(&criterion.id).is_some_and(|before| {
            before.required == criterion.required && before.required_when == criterion.required_when
        })
    };
    old.guidelines == new.guidelines
        && new.asked().all(alike)
        && carry_fits(old, new).iter().all(|fit| fit.fit == Fit::Same)
}

fn compare(old: &Criterion, new: &Criterion) -> (Fit, Option<&'static str>) {
    let words = old.label == new.label && old.help == new.help && old.examples == new.examples;
    match answers(&old.kind, &new.kind) {
        Err(reason) => (Fit::Not, Some(reason)),
        Ok(described) if words && described => (Fit::Same, None),
        Ok(_) => (Fit::Reworded, Some("words")),
    }
}

/// Whether both kinds offer the same answers (else why not), and whether in the
/// same words.
fn answers(old: &Kind, new: &Kind) -> Result<bool, &'static str> {
    match (old, new) {
        (Kind::Scale { levels: a }, Kind::Scale { levels: b }) => {
            let values = a.iter().map(|l| l.value).eq(b.iter().map(|l| l.value));
            if values { Ok(a == b) } else { Err("levels") }
        }
        (
            Kind::Number { min, max, step },
            Kind::Number { min: new_min, max: new_max, step: new_step },
        ) => {
            if (min, max, step) == (new_min, new_max, new_step) {
                Ok(true)
            } else {
                Err("range")
            }
        }
        (Kind::Points { .. }, Kind::Points { .. }) | (Kind::Flag, Kind::Flag) => Ok(true),
        (Kind::Deductions { items: a }, Kind::Deductions { items: b }) => {
            let all = |items: &[super::DeductionItem]| -> BTreeSet<_> {
                items
                    .iter()
                    .map(|i| (i.id.clone(), i.label.ja.clone(), i.label.en.clone()))
                    .collect()
            };
            same_choices(&all(a), &all(b))
        }
        (Kind::Choice { options: a }, Kind::Choice { options: b }) => {
            let all = |options: &[super::Choice]| -> BTreeSet<_> {
                options
                    .iter()
                    .map(|o| (o.id.clone(), o.label.ja.clone(), o.label.en.clone()))
                    .collect()
            };
            same_choices(&all(a), &all(b))
        }
        (Kind::List { items: a, each: old }, Kind::List { items: b, each: new }) => {
            if a != b || !old.iter().map(|c| &c.id).eq(new.iter().map(|c| &c.id)) {
                return Err("items");
            }
            let mut words = true;
            for (before, now) in old.iter().zip(new) {
                match compare(before, now) {
                    (Fit::Not, reason) => return Err(reason.unwrap_or("items")),
                    (fit, _) => words &= fit == Fit::Same,
                }
            }
            Ok(words)
        }
        (Kind::Text { max_chars: a }, Kind::Text { max_chars: b }) => {
            if b >= a {
                Ok(true)
            } else {
                Err("shorter")
            }
        }
        _ => Err("kind"),
    }
}

type Worded = BTreeSet<(String, String, String)>;

fn same_choices(a: &Worded, b: &Worded) -> Result<bool, &'static str> {
    if a.iter().map(|x| &x.0).eq(b.iter().map(|x| &x.0)) { Ok(a == b) } else { Err("options") }
}
