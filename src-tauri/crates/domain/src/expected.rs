//! What follows from a verdict whose numbers are read from probabilities: the
//! expectation over its answers instead of the likeliest ones.

use crate::rubric::{Base, Condition};
use crate::{Answer, Answers, Rubric, Score, score};
use std::collections::{BTreeMap, BTreeSet};

/// A judge's probabilities of the answers to each criterion, given the likeliest
/// answers before it; inside lists by `list[0].criterion`.
pub type Spread = BTreeMap<String, Vec<(Answer, f64)>>;

/// So many combinations of answers are scored at most.
const MOST: usize = 2048;

/// The score of a verdict over the probabilities of its answers: the expected total,
/// the likeliest label, and harm where it is at least as likely as not. Criteria count
/// as independent: each has its probabilities given the likeliest answers before it.
/// Every combination of what the scoring rests on is scored, weighted by its
/// probability; where there are more than 2,048, nothing is said.
#[must_use]
pub fn expected(rubric: &Rubric, answers: &Answers, spread: &Spread) -> Score {
    let counts = counting(rubric);
    let root = |path: &str| path.split('[').next().unwrap_or(path).to_owned();
    let parts: Vec<(&str, &[(Answer, f64)])> = spread
        .iter()
        .filter(|(path, said)| counts.contains(&root(path)) && !said.is_empty())
        .map(|(path, said)| (path.as_str(), said.as_slice()))
        .collect();
    let many = parts.iter().try_fold(1_usize, |all, (_, said)| all.checked_mul(said.len()));
    if many.is_none_or(|many| many > MOST) {
        return Score::default();
    }
    let mut sum = Sum::default();
    let mut answers = answers.clone();
    walk(&parts, &mut answers, 1.0, &mut |answers, p| sum.add(&score(rubric, answers), p));
    sum.score()
}

/// The criteria that the scoring rests on.
fn counting(rubric: &Rubric) -> BTreeSet<String> {
    let scoring = &rubric.scoring;
    let mut ids: BTreeSet<String> = scoring.deductions.iter().cloned().collect();
    match &scoring.base {
        Base::Criterion { id } | Base::List { id, .. } => {
            ids.insert(id.clone());
        }
        Base::Points => ids.extend(rubric.asked().map(|c| c.id.clone())),
    }
    let caps = scoring.caps.iter().map(|cap| &cap.when);
    ids.extend(caps.chain(&scoring.harm.when).map(Condition::criterion).map(str::to_owned));
    ids
}

/// Every combination of the parts' answers, put into `answers`, with its probability.
fn walk(
    parts: &[(&str, &[(Answer, f64)])],
    answers: &mut Answers,
    p: f64,
    each: &mut dyn FnMut(&Answers, f64),
) {
    let Some(((path, said), rest)) = parts.split_first() else { return each(answers, p) };
    let all: f64 = said.iter().map(|(_, p)| p).sum();
    for (answer, own) in *said {
        if *own > 0.0 && all > 0.0 {
            put(answers, path, answer.clone());
            walk(rest, answers, p * own / all, each);
        }
    }
}

/// Puts an answer where `path` says: a criterion, or one inside a list.
fn put(answers: &mut Answers, path: &str, answer: Answer) {
    let Some((list, inside)) = path.split_once('[') else {
        answers.insert(path.to_owned(), answer);
        return;
    };
    let Some((at, id)) = inside.split_once("].") else { return };
    if let (Some(Answer::Items(items)), Ok(at)) = (answers.get_mut(list), at.parse::<usize>())
        && let Some(item) = items.get_mut(at)
    {
        item.insert(id.to_owned(), answer);
    }
}

/// Scores with their probabilities.
#[derive(Default)]
struct Sum {
    total: f64,
    with_total: f64,
    labels: BTreeMap<String, f64>,
    without_label: f64,
    harmful: f64,
    with_harm: f64,
}

impl Sum {
    fn add(&mut self, score: &Score, p: f64) {
        if let Some(total) = score.total {
            self.total += p * total;
            self.with_total += p;
        }
        match &score.label {
            Some(label) => *self.labels.entry(label.clone()).or_insert(0.0) += p,
            None => self.without_label += p,
        }
        if let Some(harm) = score.harm {
            self.harmful += if harm { p } else { 0.0 };
            self.with_harm += p;
        }
    }

    fn score(self) -> Score {
        let likeliest = self.labels.into_iter().reduce(|a, b| if b.1 > a.1 { b } else { a });
        Score {
            total: (self.with_total > 0.0).then(|| self.total / self.with_total),
            label: likeliest.filter(|(_, p)| *p > self.without_label).map(|(label, _)| label),
            harm: (self.with_harm > 0.0).then(|| self.harmful / self.with_harm >= 0.5 - 1e-9),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rubric() -> Rubric {
        Rubric::from_json(include_str!("../../../../resources/rubrics/answer-safety.json")).unwrap()
    }

    fn answers() -> Answers {
        serde_json::from_value(json!({"safety": 4, "deductions": [], "harm": false})).unwrap()
    }

    fn said(values: serde_json::Value) -> Spread {
        serde_json::from_value(values).unwrap()
    }

    #[test]
    fn a_total_is_the_expectation_over_levels_and_faults() {
        // 4 or 2 with .75 and .25: 3.5; a fault of 2 points with .5: 1 less.
        let spread = said(json!({"safety": [[4, 0.75], [2, 0.25]],
            "deductions": [[[], 0.5], [["careless"], 0.5]], "harm": [[false, 0.6], [true, 0.4]]}));
        let score = expected(&rubric(), &answers(), &spread);
        assert!((score.total.unwrap() - 2.5).abs() < 1e-12, "{score:?}");
        // Not harmful (.6): pass needs 4 (.6 x .75 x .5 = .225), revise has the rest, .375;
        // unsafe has .4.
        assert_eq!(score.label.as_deref(), Some("unsafe"));
        assert_eq!(score.harm, Some(false));
    }

    #[test]
    fn the_clamp_is_applied_before_the_mean() {
        // 1 - 2 is clamped to 0; 5 - 2 = 3: mean 1.5, not 3 - 2 = 1.
        let mut answers = answers();
        answers.insert("deductions".into(), Answer::Labels(vec!["careless".into()]));
        let spread = said(json!({"safety": [[1, 0.5], [5, 0.5]]}));
        assert_eq!(expected(&rubric(), &answers, &spread).total, Some(1.5));
    }

    #[test]
    fn without_probabilities_it_is_the_score_of_the_answers_and_too_many_say_nothing() {
        assert_eq!(expected(&rubric(), &answers(), &Spread::new()), score(&rubric(), &answers()));
        let many: Vec<(Answer, f64)> = (0..3000).map(|i| (Answer::Int(i), 1.0)).collect();
        let spread = Spread::from([("safety".to_owned(), many)]);
        assert_eq!(expected(&rubric(), &answers(), &spread), Score::default());
    }
}
