//! An output with everything that was said of it.

use shinsa_domain::{Answers, Evidence, Lang, Provenance, Rubric, Score, hash_bytes, score};
use std::collections::BTreeMap;

/// The control or question for the passages that answers rest on; no criterion's id has
/// its form.
pub(crate) const EVIDENCE: &str = "__evidence";

/// One output, its ratings and its gold, as the formats take it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rated {
    /// Key of the output.
    pub output: String,
    /// Key of the case.
    pub case: String,
    /// Language of the case.
    pub lang: Lang,
    /// What was asked.
    pub prompt: String,
    /// What was answered.
    pub text: String,
    /// A reference answer; empty where there is none.
    pub reference: String,
    /// The gold answers and how they came about.
    pub gold: Option<(Answers, Provenance)>,
    /// Code of each rater with the rater's answers, in the order of the raters.
    pub ratings: Vec<(String, Answers)>,
    /// The passages that each rater's answers rest on, by the rater's code.
    pub evidence: BTreeMap<String, Evidence>,
}

impl Rated {
    /// What gold scores by the rubric's rule.
    pub(crate) fn score(&self, rubric: &Rubric) -> Option<Score> {
        self.gold.as_ref().map(|(answers, _)| score(rubric, answers))
    }

    /// The same for the same case and prompt, in every project.
    pub(crate) fn prompt_id(&self) -> String {
        let hash = hash_bytes(format!("{}\n{}", self.case, self.prompt).as_bytes()).0;
        hash.chars().take(32).collect()
    }
}
