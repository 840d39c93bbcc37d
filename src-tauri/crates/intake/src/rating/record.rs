//! A rating as a file gives it.

use serde::{Deserialize, Serialize};
use shinsa_domain::{Answers, Millis};

/// A rating before it has an id: output and rater are named as in the source.
/// The answers have the shape of answers; whether they fit the rubric is for
/// [`shinsa_domain::check`], which knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RatingRecord {
    /// Key of the output rated.
    pub output: String,
    /// The rater's name or code.
    pub rater: String,
    /// The rater's profession, where the source says.
    pub profession: Option<String>,
    /// Id of the rubric.
    pub rubric: String,
    /// Version of the rubric; `None` for the newest.
    pub version: Option<u32>,
    /// Answers per criterion id.
    pub answers: Answers,
    /// When it was made, where the source says.
    pub at: Option<Millis>,
    /// True where the source marks the rating as invented.
    pub synthetic: bool,
}
