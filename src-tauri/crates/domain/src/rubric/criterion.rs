//! One question of a rubric.

use super::Condition;
use crate::{Answer, Text};
use serde::{Deserialize, Serialize};

/// One question of a rubric, or one value derived by rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Stable across versions, unique in the rubric: lower-case letters, digits, `_`.
    pub id: String,
    /// The question's name.
    pub label: Text,
    /// How to answer it.
    #[serde(default)]
    pub help: Text,
    /// What kind of answer it takes.
    pub kind: Kind,
    /// Asked of the rater, or derived by rule.
    #[serde(default)]
    pub source: Source,
    /// Whether a rating is incomplete without it. A text may be required only
    /// under `required_when`.
    #[serde(default = "yes")]
    pub required: bool,
    /// Makes an optional criterion required where the condition holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_when: Option<Condition>,
    /// Worked examples, for raters to read beside the question.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
}

/// A worked example of answering a criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What an output says, or what happens in it.
    pub text: Text,
    /// The answer that this deserves.
    pub answer: Answer,
    /// Why.
    #[serde(default, skip_serializing_if = "Text::is_empty")]
    pub why: Text,
}

fn yes() -> bool {
    true
}

/// Who answers a criterion.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "from")]
pub enum Source {
    /// The rater or the judge.
    #[default]
    Asked,
    /// A rule over the other answers; never asked of anyone.
    Derived {
        /// The rule.
        rule: Rule,
    },
}

/// What a derived criterion takes over from the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The total.
    Score,
    /// The overall label.
    Label,
    /// The harm flag.
    Harm,
}

/// The kinds of answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Kind {
    /// An ordinal scale whose levels are described. Answer: the level's value.
    Scale {
        /// From lowest to highest value.
        levels: Vec<Level>,
    },
    /// A number. Answer: the number.
    Number {
        /// Smallest allowed.
        min: f64,
        /// Largest allowed.
        max: f64,
        /// Distance of two allowed values, counted from `min`.
        step: f64,
    },
    /// A statement that is met or not (HealthBench style). Answer: true when met.
    Points {
        /// Counted when met; negative for what an answer should not do.
        points: f64,
    },
    /// Faults, each lowering the score. Answer: the ids of those found.
    Deductions {
        /// The faults.
        items: Vec<DeductionItem>,
    },
    /// One of several options without order. Answer: the option's id.
    Choice {
        /// The options.
        options: Vec<Choice>,
    },
    /// Yes or no. Answer: true or false.
    Flag,
    /// Every item of a list that was frozen for the output, each answered by
    /// the same criteria. Answer: one object per item, in the list's order.
    List {
        /// Where the items come from.
        items: ItemSource,
        /// The criteria of each item; no lists within lists.
        each: Vec<Criterion>,
    },
    /// Free text. Answer: the text.
    Text {
        /// Longest allowed, in characters.
        max_chars: u32,
    },
}

/// A described level of a scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The value that is recorded; stable across versions.
    pub value: i32,
    /// A short name.
    pub label: Text,
    /// When to choose it.
    #[serde(default)]
    pub description: Text,
}

/// A fault that lowers the score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DeductionItem {
    /// Unique in the criterion.
    pub id: String,
    /// What people see.
    pub label: Text,
    /// How much it lowers the score; positive.
    pub points: f64,
}

/// One option of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Unique in the criterion.
    pub id: String,
    /// What people see.
    pub label: Text,
}

/// Where a list's items come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ItemSource {
    /// The case's aspects.
    CaseAspects,
    /// The list frozen with the output under the criterion's id.
    Output,
}
