//! A number with its interval, and the reasons for which there is none.

use serde::{Deserialize, Serialize};

/// Why a statistic has no value. `code` is stable and is what files and the
/// report carry; sentences for it live in `report.ftl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    /// Everyone gave the same value, so chance agreement is total.
    #[error("all values are the same, so agreement beyond chance is undefined")]
    NoVariation,
    /// Nothing to count.
    #[error("there are too few items")]
    TooFewItems,
    /// Fewer than two raters.
    #[error("there are too few raters")]
    TooFewRaters,
    /// An interval over cases needs at least two cases.
    #[error("there are too few cases for an interval")]
    TooFewCases,
    /// A class that neither side ever used has no F1.
    #[error("a class does not occur, so its F1 is undefined")]
    EmptyClass,
    /// A value that is not among the scale's labels.
    #[error("a value is not among the labels of the scale")]
    UnknownLabel,
    /// Sequences that belong together differ in length.
    #[error("paired sequences differ in length")]
    LengthMismatch,
    /// Not a finite number, or outside its domain.
    #[error("a value is not a number in its domain")]
    BadValue,
    /// A judge whose sensitivity and specificity add to at most one carries no information.
    #[error("the judge is no better than chance on the calibration items")]
    Uninformative,
    /// One sample per item says nothing of the judge's own spread.
    #[error("one sample per item cannot show how steady the judge is")]
    SingleSample,
    /// Too many resamples had no value.
    #[error("too many resamples had no value to give an interval")]
    UnstableInterval,
    /// Every resample gave the same value, so the bootstrap is blind here.
    #[error("all resamples gave the same value, so the interval says nothing")]
    DegenerateInterval,
    /// The quantity was not measured in this run.
    #[error("this was not measured")]
    NotMeasured,
}

impl Undefined {
    /// The stable code, in kebab-case.
    pub fn code(self) -> &'static str {
        match self {
            Undefined::NoVariation => "no-variation",
            Undefined::TooFewItems => "too-few-items",
            Undefined::TooFewRaters => "too-few-raters",
            Undefined::TooFewCases => "too-few-cases",
            Undefined::EmptyClass => "empty-class",
            Undefined::UnknownLabel => "label-unknown",
            Undefined::LengthMismatch => "length-mismatch",
            Undefined::BadValue => "bad-value",
            Undefined::Uninformative => "uninformative",
            Undefined::SingleSample => "single-sample",
            Undefined::UnstableInterval => "unstable-interval",
            Undefined::DegenerateInterval => "degenerate-interval",
            Undefined::NotMeasured => "not-measured",
        }
    }

    /// Every reason, for tests that each has its sentence.
    pub const ALL: [Undefined; 13] = [
        Undefined::NoVariation,
        Undefined::TooFewItems,
        Undefined::TooFewRaters,
        Undefined::TooFewCases,
        Undefined::EmptyClass,
        Undefined::UnknownLabel,
        Undefined::LengthMismatch,
        Undefined::BadValue,
        Undefined::Uninformative,
        Undefined::SingleSample,
        Undefined::UnstableInterval,
        Undefined::DegenerateInterval,
        Undefined::NotMeasured,
    ];
}

/// A statistic with its interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The point estimate; `None` with `reason` when it is undefined.
    pub value: Option<f64>,
    /// Lower end of the interval. `None` where there is none (a one-sided bound, or
    /// undefined).
    pub low: Option<f64>,
    /// Upper end of the interval.
    pub high: Option<f64>,
    /// Confidence level of the interval, such as 0.95.
    pub level: f64,
    /// Statistic and interval, as stable words: `krippendorff-alpha-ordinal/cluster-bootstrap`.
    pub method: String,
    /// How many items the value rests on (outputs, pairs or cases: the method says).
    pub n: usize,
    /// Why the value is missing or, when there is a value, why its interval is missing or
    /// says nothing (`degenerate-interval`: low = high because all resamples are alike).
    pub reason: Option<String>,
}

impl Estimate {
    /// A value without an interval, or the reason why there is none.
    pub fn point(value: Result<f64, Undefined>, n: usize, method: &str) -> Estimate {
        Estimate {
            value: value.ok(),
            low: None,
            high: None,
            level: 0.95,
            method: method.to_owned(),
            n,
            reason: value.err().map(|reason| reason.code().to_owned()),
        }
    }

    /// An estimate that is undefined for `reason`.
    pub fn undefined(reason: Undefined, n: usize, method: &str) -> Estimate {
        Estimate::point(Err(reason), n, method)
    }

    /// Whether a value is there.
    pub fn is_defined(&self) -> bool {
        self.value.is_some()
    }
}

/// Fails on the first value that is not finite.
pub(crate) fn finite(values: &[f64]) -> Result<(), Undefined> {
    if values.iter().all(|value| value.is_finite()) { Ok(()) } else { Err(Undefined::BadValue) }
}

/// The mean; undefined when empty.
pub(crate) fn mean(values: &[f64]) -> Result<f64, Undefined> {
    if values.is_empty() {
        return Err(Undefined::TooFewItems);
    }
    Ok(values.iter().sum::<f64>() / values.len() as f64)
}
