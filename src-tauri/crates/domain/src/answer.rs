//! Answers to criteria, and what is wrong with them.

use crate::rubric::{Criterion, ItemSource, Kind, Source};
use crate::{CaseText, Output, Rubric};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why a criterion was not judged. Always allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Declined {
    /// The rater can't tell.
    CannotJudge,
    /// The question doesn't apply to this output.
    NotApplicable,
    /// Outside the rater's specialty.
    OutsideSpecialty,
}

/// One answer. Its JSON form is the plain value: `4`, `true`, `"text"`,
/// `["fault"]`, `[{"label":"relevant"}]`, or `{"declined":"cannot_judge"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Answer {
    /// A flag, or points met.
    Bool(bool),
    /// A level's value, or a whole number.
    Int(i32),
    /// A number.
    Number(f64),
    /// A text, or the id of an option.
    Text(String),
    /// Ids of deductions; also an empty list.
    Labels(Vec<String>),
    /// One object per list item.
    Items(Vec<BTreeMap<String, Answer>>),
    /// Not judged, and why.
    Declined {
        /// Why.
        declined: Declined,
    },
}

/// The answers of one rating, per criterion id.
pub type Answers = BTreeMap<String, Answer>;

impl Answer {
    /// A number, as a whole one where it is.
    #[must_use]
    pub fn from_number(number: f64) -> Self {
        #[allow(clippy::cast_possible_truncation)] // checked in the condition
        if number.fract() == 0.0 && number.abs() < 2_147_483_647.0 {
            Self::Int(number as i32)
        } else {
            Self::Number(number)
        }
    }

    /// Whether the rater declined to judge.
    #[must_use]
    pub fn is_declined(&self) -> bool {
        matches!(self, Self::Declined { .. })
    }

    /// The value as a number.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(f64::from(*n)),
            Self::Number(n) => Some(*n),
            _ => None,
        }
    }

    /// The value as yes or no.
    #[must_use]
    pub fn bool(&self) -> Option<bool> {
        if let Self::Bool(b) = self { Some(*b) } else { None }
    }

    /// The ids of a deductions answer.
    #[must_use]
    pub fn labels(&self) -> Option<&[String]> {
        if let Self::Labels(labels) = self { Some(labels) } else { None }
    }

    /// The objects of a list answer; an empty list counts as one.
    #[must_use]
    pub fn items(&self) -> Option<&[BTreeMap<String, Answer>]> {
        match self {
            Self::Items(items) => Some(items),
            Self::Labels(labels) if labels.is_empty() => Some(&[]),
            _ => None,
        }
    }

    /// Equality of values: `4` and `4.0` are the same, and ids count as a set.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Labels(a), Self::Labels(b)) => {
                a.len() == b.len() && a.iter().all(|label| b.contains(label))
            }
            (Self::Items(a), Self::Items(b)) => {
                let same = |(x, y): (&BTreeMap<String, Self>, &BTreeMap<String, Self>)| {
                    x.len() == y.len() && x.iter().all(|(k, v)| y.get(k).is_some_and(|w| v.same(w)))
                };
                a.len() == b.len() && a.iter().zip(b).all(same)
            }
            _ => match (self.number(), other.number()) {
                (Some(a), Some(b)) => a == b,
                _ => self == other,
            },
        }
    }
}

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Problem {
    /// The criterion, as `drugs[1].label` inside lists.
    pub criterion: String,
    /// `missing`, `unknown-criterion`, `derived-criterion`, `wrong-type`,
    /// `not-a-level`, `not-an-option`, `not-a-deduction`, `repeated`,
    /// `out-of-range`, `off-step`, `too-long`, `wrong-item-count`.
    pub code: String,
}

/// Checks answers against rubric, case and output. With `complete`, missing
/// required criteria are problems too, in the rubric's order. An empty result
/// means that the answers also satisfy [`crate::rating_schema`].
#[must_use]
pub fn check(
    rubric: &Rubric,
    case: &CaseText,
    output: &Output,
    answers: &Answers,
    complete: bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let count = |criterion: &Criterion, items: ItemSource| match items {
        ItemSource::CaseAspects => case.aspects.len(),
        ItemSource::Output => output.items.get(&criterion.id).map_or(0, Vec::len),
    };
    check_all(&rubric.criteria, answers, complete, "", &count, &mut problems);
    problems
}

type Count<'a> = dyn Fn(&Criterion, ItemSource) -> usize + 'a;

fn check_all(
    criteria: &[Criterion],
    answers: &Answers,
    complete: bool,
    path: &str,
    count: &Count<'_>,
    out: &mut Vec<Problem>,
) {
    let mut report = |id: &str, code: &str| {
        out.push(Problem { criterion: format!("{path}{id}"), code: code.to_owned() });
    };
    for id in answers.keys().filter(|id| criteria.iter().all(|c| &c.id != *id)) {
        report(id, "unknown-criterion");
    }
    let mut inside = Vec::new();
    for criterion in criteria {
        match answers.get(&criterion.id) {
            Some(_) if criterion.source != Source::Asked => {
                report(&criterion.id, "derived-criterion")
            }
            None if criterion.source == Source::Asked => {
                let needed = criterion.required
                    || criterion
                        .required_when
                        .as_ref()
                        .is_some_and(|w| w.holds(answers) == Some(true));
                if complete && needed {
                    report(&criterion.id, "missing");
                }
            }
            Some(Answer::Declined { .. }) | None => {}
            Some(answer) => {
                if let Some(code) = check_one(criterion, answer, count) {
                    report(&criterion.id, code);
                } else if let (Kind::List { each, .. }, Some(items)) =
                    (&criterion.kind, answer.items())
                {
                    inside.extend(
                        items
                            .iter()
                            .enumerate()
                            .map(|(i, item)| (each, item, format!("{path}{}[{i}].", criterion.id))),
                    );
                } else if let (Kind::Text { .. }, Answer::Text(text)) = (&criterion.kind, answer)
                    && complete
                    && text.trim().is_empty()
                    && (criterion.required
                        || criterion
                            .required_when
                            .as_ref()
                            .is_some_and(|w| w.holds(answers) == Some(true)))
                {
                    report(&criterion.id, "missing");
                }
            }
        }
    }
    for (each, item, path) in inside {
        check_all(each, item, complete, &path, count, out);
    }
}

/// Whether this could be an answer to the criterion, whatever the output: a
/// list's length isn't asked for, and declining is no answer.
pub(crate) fn fits(criterion: &Criterion, answer: &Answer) -> bool {
    let any = |_: &Criterion, _: ItemSource| answer.items().map_or(0, <[_]>::len);
    check_one(criterion, answer, &any).is_none()
}

fn check_one(criterion: &Criterion, answer: &Answer, count: &Count<'_>) -> Option<&'static str> {
    let wrong = Some("wrong-type");
    match &criterion.kind {
        Kind::Scale { levels } => match answer {
            Answer::Int(n) if levels.iter().any(|l| l.value == *n) => None,
            Answer::Int(_) | Answer::Number(_) => Some("not-a-level"),
            _ => wrong,
        },
        Kind::Number { min, max, step } => answer.number().map_or(wrong, |n| {
            let steps = (n - min) / step;
            if !(*min..=*max).contains(&n) {
                Some("out-of-range")
            } else if (steps - steps.round()).abs() > 1e-6 {
                Some("off-step")
            } else {
                None
            }
        }),
        Kind::Points { .. } | Kind::Flag => answer.bool().map_or(wrong, |_| None),
        Kind::Deductions { items } => answer.labels().map_or(wrong, |labels| {
            if labels.iter().any(|l| items.iter().all(|i| &i.id != l)) {
                Some("not-a-deduction")
            } else if labels.iter().enumerate().any(|(i, l)| labels[..i].contains(l)) {
                Some("repeated")
            } else {
                None
            }
        }),
        Kind::Choice { options } => match answer {
            Answer::Text(id) if options.iter().any(|o| &o.id == id) => None,
            Answer::Text(_) => Some("not-an-option"),
            _ => wrong,
        },
        Kind::List { items, .. } => answer.items().map_or(wrong, |found| {
            (found.len() != count(criterion, *items)).then_some("wrong-item-count")
        }),
        Kind::Text { max_chars } => match answer {
            Answer::Text(text) if text.chars().count() <= *max_chars as usize => None,
            Answer::Text(_) => Some("too-long"),
            _ => wrong,
        },
    }
}
