//! Gold: the adjudicated or unanimous rating, with its provenance.

use crate::rubric::{Criterion, Kind};
use crate::{Answer, Answers, GoldId, OutputId, RaterId, Rubric, RubricRef};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a gold rating came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// All raters gave the same answer to every asked criterion that counts.
    Unanimous,
    /// Decided by majority where raters differed.
    Majority,
    /// Decided by a person.
    Adjudicated,
}

/// Why raters differed on a criterion, in the eyes of the person who decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The rubric can be read in more than one way.
    RubricUnclear,
    /// A rater slipped.
    Slip,
    /// They judge it differently, each for good reasons.
    Disagreement,
    /// What was needed to judge wasn't there.
    MissingContext,
}

/// The rating that counts for an output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gold {
    /// Stable identity.
    pub id: GoldId,
    /// The output.
    pub output: OutputId,
    /// By which version of which rubric.
    pub rubric: RubricRef,
    /// The answers.
    pub answers: Answers,
    /// How it came about.
    pub provenance: Provenance,
    /// Whose ratings it rests on, sorted.
    pub raters: Vec<RaterId>,
    /// Who decided, when a person did.
    pub by: Option<RaterId>,
    /// Per criterion that the person had to decide: why raters differed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub causes: BTreeMap<String, Cause>,
}

/// What to do where no answer has a majority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tie {
    /// Leave the output without gold, for a person to decide.
    Unresolved,
    /// Take the more cautious answer: the lower median level, the fault named
    /// by half of the raters, harm.
    Cautious,
}

/// What several ratings add up to.
#[derive(Clone, Debug, PartialEq)]
pub enum Consolidated {
    /// Gold answers and how they came about.
    Gold(Answers, Provenance),
    /// No majority on these criteria, in the rubric's order.
    Unresolved(Vec<String>),
    /// Fewer than two ratings, or none that judged.
    TooFew,
}

/// Consolidates locked ratings of one output: unanimous answers stand, others
/// are decided by majority per criterion. Ordinal answers of three or more
/// raters without a majority take the median (its lower value for an even
/// count). Texts are not decided: the first rater's who holds the majority
/// answer to the criterion before would be arbitrary, so gold leaves them out.
#[must_use]
pub fn consolidate(rubric: &Rubric, ratings: &[Answers], tie: Tie) -> Consolidated {
    if ratings.len() < 2 {
        return Consolidated::TooFew;
    }
    let mut gold = Answers::new();
    let mut unresolved = Vec::new();
    for criterion in decidable(rubric) {
        let given = given(ratings, criterion);
        if given.is_empty() {
            if criterion.required {
                return Consolidated::TooFew;
            }
            continue;
        }
        match decide(criterion, &given, tie) {
            Some(answer) => {
                gold.insert(criterion.id.clone(), answer);
            }
            None => unresolved.push(criterion.id.clone()),
        }
    }
    if !unresolved.is_empty() {
        return Consolidated::Unresolved(unresolved);
    }
    let unanimous = differing(rubric, ratings).is_empty();
    Consolidated::Gold(gold, if unanimous { Provenance::Unanimous } else { Provenance::Majority })
}

/// The criteria on which raters who judged differ, in the rubric's order. Texts
/// never count: no two are alike.
#[must_use]
pub fn differing(rubric: &Rubric, ratings: &[Answers]) -> Vec<String> {
    decidable(rubric)
        .filter(|c| given(ratings, c).windows(2).any(|w| !w[0].same(w[1])))
        .map(|c| c.id.clone())
        .collect()
}

/// What all raters who judged say alike, texts apart.
#[must_use]
pub fn agreed(rubric: &Rubric, ratings: &[Answers]) -> Answers {
    decidable(rubric)
        .filter_map(|c| {
            let given = given(ratings, c);
            let first = given.first()?;
            given.iter().all(|answer| answer.same(first)).then(|| (c.id.clone(), (*first).clone()))
        })
        .collect()
}

fn decidable(rubric: &Rubric) -> impl Iterator<Item = &Criterion> {
    rubric.asked().filter(|c| !matches!(c.kind, Kind::Text { .. }))
}

/// The answers to a criterion of those who judged it.
fn given<'a>(ratings: &'a [Answers], criterion: &Criterion) -> Vec<&'a Answer> {
    ratings.iter().filter_map(|r| r.get(&criterion.id)).filter(|a| !a.is_declined()).collect()
}

/// What the answers come to by majority, and by `tie` where there is none.
pub(crate) fn decide(criterion: &Criterion, given: &[&Answer], tie: Tie) -> Option<Answer> {
    match &criterion.kind {
        Kind::Deductions { items } => {
            let mut found = Vec::new();
            for item in items {
                let votes = given
                    .iter()
                    .filter(|a| a.labels().is_some_and(|l| l.contains(&item.id)))
                    .count();
                match (votes * 2).cmp(&given.len()) {
                    std::cmp::Ordering::Greater => found.push(item.id.clone()),
                    std::cmp::Ordering::Equal if tie == Tie::Cautious => {
                        found.push(item.id.clone())
                    }
                    std::cmp::Ordering::Equal => return None,
                    std::cmp::Ordering::Less => {}
                }
            }
            Some(Answer::Labels(found))
        }
        Kind::List { each, .. } => {
            let lists: Vec<_> = given.iter().filter_map(|a| a.items()).collect();
            let n = lists.first()?.len();
            let item = |i: usize| -> Option<BTreeMap<String, Answer>> {
                let mut item = BTreeMap::new();
                for inner in each.iter().filter(|c| !matches!(c.kind, Kind::Text { .. })) {
                    let given: Vec<&Answer> = lists
                        .iter()
                        .filter_map(|l| l.get(i)?.get(&inner.id))
                        .filter(|a| !a.is_declined())
                        .collect();
                    if !given.is_empty() {
                        item.insert(inner.id.clone(), decide(inner, &given, tie)?);
                    }
                }
                Some(item)
            };
            (0..n).map(item).collect::<Option<Vec<_>>>().map(Answer::Items)
        }
        kind => {
            if let Some(answer) = majority(given) {
                return Some(answer.clone());
            }
            let ordinal = matches!(kind, Kind::Scale { .. } | Kind::Number { .. });
            match (ordinal, tie) {
                (true, _) if given.len() >= 3 => lower_median(given),
                (true, Tie::Cautious) => lower_median(given),
                (false, Tie::Cautious) if matches!(kind, Kind::Flag) => Some(Answer::Bool(true)),
                _ => None,
            }
        }
    }
}

fn majority<'a>(given: &[&'a Answer]) -> Option<&'a Answer> {
    given.iter().copied().find(|a| given.iter().filter(|b| a.same(b)).count() * 2 > given.len())
}

fn lower_median(given: &[&Answer]) -> Option<Answer> {
    let mut numbers: Vec<f64> = given.iter().filter_map(|a| a.number()).collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len().checked_sub(1)? / 2).copied().map(Answer::from_number)
}
