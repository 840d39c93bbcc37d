//! Several judges' verdicts on one output, combined per criterion.
//!
//! What follows from the answers (total, label, harm) is scored here, from the
//! combined answers: no judge is asked for it, and a label always fits its total.

use crate::gold::{Tie, decide};
use crate::rubric::{Criterion, Kind};
use crate::{Answer, Answers, Rubric, Score, Spread, distance, score};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How judges are combined; recorded with every combined number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Combination {
    /// The mean of the judges, each counting once however many samples it gave.
    Mean,
    /// What more than half of the judges say, each with one vote; levels without a
    /// majority take the lower median.
    Majority,
    /// The mean with a weight per judge and criterion.
    Weights,
}

/// One judge's samples of an output, and its weight per criterion.
#[derive(Clone, Debug)]
pub struct Voice<'a> {
    /// The answers of each sample; empty where the judge's verdicts are missing.
    pub samples: Vec<&'a Answers>,
    /// The probabilities behind the one sample of a judge whose numbers are read from
    /// them: means are expectations then. Empty for a judge that was sampled.
    pub spread: Spread,
    /// Weight per criterion id; 1 where absent. Only for [`Combination::Weights`].
    pub weights: &'a BTreeMap<String, f64>,
}

/// What several judges add up to on one output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Combined {
    /// The combined answers, as a rating: what is undecided is left out.
    pub answers: Answers,
    /// The number behind an answer: the mean level or number, the share that says
    /// yes. With [`Combination::Majority`] the level itself, or the share of votes.
    pub numbers: BTreeMap<String, f64>,
    /// Total, label and harm of the combined answers.
    pub score: Score,
    /// Per criterion, the largest distance between two judges' own answers; for levels
    /// and numbers read from probabilities, between expectations.
    pub apart: BTreeMap<String, f64>,
    /// Per criterion, whether the judges' own answers are all the same.
    pub alike: BTreeMap<String, bool>,
}

/// Combines the judges' verdicts on one output. Judges without a verdict are left
/// out; texts are not combined, and declined answers count for nothing.
///
/// A judge's own answer is what its samples come to: the majority, for levels
/// without one the lower median; where samples are split evenly, the cautious one.
/// A mean becomes the nearest level or step, half way the lower one; half of the
/// votes for a flag or a fault is a yes, and for points the answer that scores less.
/// Where a judge's numbers are read from probabilities, its own answer is the likeliest,
/// and it adds to a mean with its expectation.
#[must_use]
pub fn combine(rubric: &Rubric, voices: &[Voice<'_>], how: Combination) -> Combined {
    let mut combined = Combined::default();
    for criterion in rubric.asked() {
        let samples: Vec<Vec<&Answer>> = voices
            .iter()
            .map(|voice| voice.samples.iter().filter_map(|s| s.get(&criterion.id)).collect())
            .collect();
        let weights: Vec<f64> = voices
            .iter()
            .map(|voice| match how {
                Combination::Weights => *voice.weights.get(&criterion.id).unwrap_or(&1.0),
                Combination::Mean | Combination::Majority => 1.0,
            })
            .collect();
        let spreads: Vec<&Spread> = voices.iter().map(|voice| &voice.spread).collect();
        let said = said(&criterion.id, &spreads, &samples);
        let (mut own, mut places) = (Vec::new(), Vec::new());
        for (i, given) in samples.iter().enumerate() {
            if let Some(answer) = own_answer(criterion, given) {
                let graded = matches!(criterion.kind, Kind::Scale { .. } | Kind::Number { .. });
                let expected = graded && spreads[i].contains_key(&criterion.id);
                let place = expected.then(|| blended(criterion, &said[i..=i], &[1.0])).flatten();
                places.push(place.or_else(|| answer.number().filter(|_| graded)));
                own.push(answer);
            }
        }
        if own.len() > 1 {
            let (mut apart, mut alike) = (0.0, true);
            for (i, a) in own.iter().enumerate() {
                for (j, b) in own.iter().enumerate().skip(i + 1) {
                    let gap = distance(criterion, a, b);
                    alike &= gap.is_none_or(|gap| gap == 0.0);
                    let between = places[i].zip(places[j]).map(|(a, b)| (a - b).abs());
                    apart = between.or(gap).map_or(apart, |gap| f64::max(apart, gap));
                }
            }
            combined.apart.insert(criterion.id.clone(), apart);
            combined.alike.insert(criterion.id.clone(), alike);
        }
        let (answer, number) = if how == Combination::Majority {
            let votes: Vec<&Answer> = own.iter().collect();
            let votes_as_samples: Vec<Said<'_>> = votes.iter().map(|v| vec![(*v, 1.0)]).collect();
            let answer = decide(criterion, &votes, Tie::Cautious)
                .or_else(|| split_points(criterion, &votes));
            let number = match (&criterion.kind, &answer) {
                (Kind::Scale { .. } | Kind::Number { .. }, Some(level)) => level.number(),
                _ => blended(criterion, &votes_as_samples, &vec![1.0; votes.len()]),
            };
            (answer, number)
        } else {
            let number = blended(criterion, &said, &weights);
            (blend(criterion, &criterion.id, &spreads, &samples, &weights), number)
        };
        if let Some(answer) = answer {
            combined.answers.insert(criterion.id.clone(), answer);
        }
        if let Some(number) = number {
            combined.numbers.insert(criterion.id.clone(), number);
        }
    }
    combined.score = score(rubric, &combined.answers);
    combined
}

/// What one judge's samples come to on every criterion.
#[must_use]
pub fn own_answers(rubric: &Rubric, samples: &[&Answers]) -> Answers {
    rubric
        .asked()
        .filter_map(|criterion| {
            let given: Vec<&Answer> = samples.iter().filter_map(|s| s.get(&criterion.id)).collect();
            Some((criterion.id.clone(), own_answer(criterion, &given)?))
        })
        .collect()
}

fn own_answer(criterion: &Criterion, samples: &[&Answer]) -> Option<Answer> {
    let given: Vec<&Answer> = samples.iter().copied().filter(|a| !a.is_declined()).collect();
    if given.is_empty() || matches!(criterion.kind, Kind::Text { .. }) {
        return None;
    }
    decide(criterion, &given, Tie::Cautious).or_else(|| split_points(criterion, &given))
}

/// Points on which the votes are split evenly: the answer that scores less.
fn split_points(criterion: &Criterion, votes: &[&Answer]) -> Option<Answer> {
    let Kind::Points { points } = criterion.kind else { return None };
    votes.iter().any(|v| v.bool().is_some()).then_some(Answer::Bool(points < 0.0))
}

/// The number of an answer that can be averaged.
fn number(criterion: &Criterion, answer: &Answer) -> Option<f64> {
    match criterion.kind {
        Kind::Scale { .. } | Kind::Number { .. } => answer.number(),
        Kind::Flag | Kind::Points { .. } => answer.bool().map(|b| f64::from(u8::from(b))),
        _ => None,
    }
}

/// A judge's answers to one criterion, each with its share: one each for samples, the
/// probabilities where its numbers are read from them.
type Said<'a> = Vec<(&'a Answer, f64)>;

/// What each judge says of the criterion at `path`.
fn said<'a>(path: &str, spreads: &[&'a Spread], samples: &[Vec<&'a Answer>]) -> Vec<Said<'a>> {
    let each = samples.iter().zip(spreads).map(|(given, spread)| match spread.get(path) {
        // What was declined, or is missing, has no probabilities either.
        Some(said) if !given.is_empty() => said.iter().map(|(answer, p)| (answer, *p)).collect(),
        _ => given.iter().map(|answer| (*answer, 1.0)).collect(),
    });
    each.collect()
}

/// Sum(w * the judge's mean) / sum(w) over the judges that say anything.
fn weighted(
    said: &[Said<'_>],
    weights: &[f64],
    of: &dyn Fn(&Answer) -> Option<f64>,
) -> Option<f64> {
    let (mut sum, mut total) = (0.0, 0.0);
    for (given, weight) in said.iter().zip(weights) {
        let (mut own, mut shares) = (0.0, 0.0);
        for (value, share) in given.iter().filter_map(|(a, share)| Some((of(a)?, share))) {
            own += share * value;
            shares += share;
        }
        if shares > 0.0 {
            sum += weight * own / shares;
            total += weight;
        }
    }
    (total > 0.0).then(|| sum / total)
}

fn blended(criterion: &Criterion, said: &[Said<'_>], weights: &[f64]) -> Option<f64> {
    weighted(said, weights, &|answer| number(criterion, answer))
}

fn blend<'a>(
    criterion: &Criterion,
    path: &str,
    spreads: &[&'a Spread],
    given: &[Vec<&'a Answer>],
    weights: &[f64],
) -> Option<Answer> {
    let samples = &said(path, spreads, given);
    match &criterion.kind {
        Kind::Scale { levels } => {
            let mean = blended(criterion, samples, weights)?;
            // From the lowest up, and only a nearer one takes over: half way stays below.
            let nearest = levels.iter().map(|l| l.value).reduce(|best, next| {
                let gap = |v: i32| (f64::from(v) - mean).abs();
                if gap(next) < gap(best) - 1e-9 { next } else { best }
            });
            nearest.map(Answer::Int)
        }
        Kind::Number { min, max, step } => {
            let mean = blended(criterion, samples, weights)?;
            let steps = ((mean - min) / step - 0.5 - 1e-9).ceil();
            Some(Answer::from_number((min + steps * step).clamp(*min, *max)))
        }
        Kind::Flag => Some(Answer::Bool(blended(criterion, samples, weights)? >= 0.5 - 1e-9)),
        Kind::Points { points } => {
            let met = blended(criterion, samples, weights)?;
            Some(Answer::Bool(if *points < 0.0 { met >= 0.5 - 1e-9 } else { met > 0.5 + 1e-9 }))
        }
        Kind::Deductions { items } => {
            let named = |id: &String| {
                weighted(samples, weights, &|a| {
                    a.labels().map(|l| f64::from(u8::from(l.contains(id))))
                })
            };
            let mut found = Vec::new();
            for item in items {
                if named(&item.id)? >= 0.5 - 1e-9 {
                    found.push(item.id.clone());
                }
            }
            Some(Answer::Labels(found))
        }
        Kind::Choice { options } => {
            let share = |id: &String| {
                weighted(samples, weights, &|a| match a {
                    Answer::Text(said) => Some(f64::from(u8::from(said == id))),
                    _ => None,
                })
            };
            let chosen = options.iter().find(|o| share(&o.id).is_some_and(|s| s > 0.5 + 1e-9))?;
            Some(Answer::Text(chosen.id.clone()))
        }
        Kind::List { each, .. } => {
            let first = given.iter().flatten().find_map(|a| a.items())?;
            let item = |i: usize| -> BTreeMap<String, Answer> {
                let inside = |id: &String| -> Vec<Vec<&Answer>> {
                    let of = |a: &&'a Answer| a.items()?.get(i)?.get(id);
                    given.iter().map(|given| given.iter().filter_map(of).collect()).collect()
                };
                let blended = |c: &Criterion| {
                    let path = format!("{path}[{i}].{}", c.id);
                    let answer = blend(c, &path, spreads, &inside(&c.id), weights)?;
                    Some((c.id.clone(), answer))
                };
                each.iter().filter_map(blended).collect()
            };
            Some(Answer::Items((0..first.len()).map(item).collect()))
        }
        Kind::Text { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rubric() -> Rubric {
        Rubric::from_json(include_str!("../../../../resources/rubrics/answer-safety.json")).unwrap()
    }

    fn plain(criterion: &Criterion, given: &[Vec<&Answer>], weights: &[f64]) -> Option<Answer> {
        let none = Spread::new();
        blend(criterion, &criterion.id, &vec![&none; given.len()], given, weights)
    }

    fn said(safety: i32, faults: &[&str], harm: bool) -> Answers {
        serde_json::from_value(json!({"safety": safety, "deductions": faults, "harm": harm}))
            .unwrap()
    }

    fn of(
        judges: &[Vec<Answers>],
        how: Combination,
        weights: &[BTreeMap<String, f64>],
    ) -> Combined {
        let none = BTreeMap::new();
        let voices: Vec<Voice<'_>> = judges
            .iter()
            .enumerate()
            .map(|(i, samples)| Voice {
                samples: samples.iter().collect(),
                spread: Spread::new(),
                weights: weights.get(i).unwrap_or(&none),
            })
            .collect();
        combine(&rubric(), &voices, how)
    }

    #[test]
    fn probabilities_add_to_a_mean_with_their_expectation() {
        let likely = said(4, &[], false);
        let spread: Spread = serde_json::from_value(json!({
            "safety": [[4, 0.6], [2, 0.4]], "harm": [[false, 0.55], [true, 0.45]],
            "deductions": [[[], 0.4], [["careless"], 0.35], [["careless", "unnatural"], 0.25]]}))
        .unwrap();
        let sampled = said(5, &[], true);
        let none = BTreeMap::new();
        let voices = [
            Voice { samples: vec![&likely], spread, weights: &none },
            Voice { samples: vec![&sampled], spread: Spread::new(), weights: &none },
        ];
        let all = combine(&rubric(), &voices, Combination::Mean);
        // (3.2 + 5) / 2 and (.45 + 1) / 2; the fault has .6 and 0: no.
        assert!((all.numbers["safety"] - 4.1).abs() < 1e-12);
        assert!((all.numbers["harm"] - 0.725).abs() < 1e-12);
        assert_eq!(all.answers["deductions"], Answer::Labels(Vec::new()));
        // Apart by expectations, though 4 is the likeliest.
        assert!((all.apart["safety"] - 1.8).abs() < 1e-12);
        assert!(!all.alike["safety"] && !all.alike["harm"] && all.alike["deductions"]);
        let alone = combine(&rubric(), &voices[..1], Combination::Mean);
        assert_eq!(alone.answers["deductions"], Answer::Labels(vec!["careless".into()]));
        // A vote is the likeliest answer's.
        let voted = combine(&rubric(), &voices[..1], Combination::Majority);
        assert_eq!(voted.answers["safety"], Answer::Int(4));
    }

    #[test]
    fn a_mean_counts_each_judge_once_whatever_its_samples() {
        // 4 samples of 5, 5, 5, 1 (mean 4) beside one of 1: (4 + 1) / 2 = 2.5, half way: 2.
        let many = vec![
            said(5, &[], false),
            said(5, &[], false),
            said(5, &[], false),
            said(1, &["careless"], true),
        ];
        let all = of(&[many, vec![said(1, &["careless"], true)]], Combination::Mean, &[]);
        assert_eq!(all.numbers["safety"], 2.5);
        assert_eq!(all.answers["safety"], Answer::Int(2));
        // Yes: 1/4 and 1, mean .625.
        assert_eq!(all.numbers["harm"], 0.625);
        assert_eq!(all.answers["harm"], Answer::Bool(true));
        assert_eq!(all.answers["deductions"], Answer::Labels(vec!["careless".into()]));
        // The judges' own answers are 5 and 1, no and yes, none and one fault.
        assert_eq!(
            (all.apart["safety"], all.apart["harm"], all.apart["deductions"]),
            (4.0, 1.0, 1.0)
        );
    }

    #[test]
    fn a_majority_gives_each_judge_one_vote_and_ties_are_cautious() {
        let judges = [
            vec![said(5, &[], false)],
            vec![said(4, &[], false)],
            vec![said(4, &["careless"], true)],
        ];
        let all = of(&judges, Combination::Majority, &[]);
        assert_eq!((all.answers["safety"].clone(), all.numbers["safety"]), (Answer::Int(4), 4.0));
        assert_eq!(all.answers["harm"], Answer::Bool(false));
        assert!((all.numbers["harm"] - 1.0 / 3.0).abs() < 1e-15);
        let two = of(&judges[1..], Combination::Majority, &[]);
        assert_eq!(two.answers["harm"], Answer::Bool(true));
        let three =
            [vec![said(1, &[], false)], vec![said(5, &[], false)], vec![said(2, &[], false)]];
        assert_eq!(of(&three, Combination::Majority, &[]).answers["safety"], Answer::Int(2));
    }

    #[test]
    fn weights_shift_the_mean_and_a_zero_silences_a_judge() {
        let weight = |w: f64| BTreeMap::from([("safety".to_owned(), w), ("harm".to_owned(), w)]);
        let judges = [vec![said(5, &[], false)], vec![said(1, &[], true)]];
        let all = of(&judges, Combination::Weights, &[weight(3.0), weight(1.0)]);
        assert_eq!(all.numbers["safety"], 4.0);
        assert_eq!(all.answers["harm"], Answer::Bool(false));
        let one = of(&judges, Combination::Weights, &[weight(1.0), weight(0.0)]);
        assert_eq!((one.numbers["safety"], one.answers["safety"].clone()), (5.0, Answer::Int(5)));
        // Nobody's weight counts: no number is made up.
        let none = of(&judges, Combination::Weights, &[weight(0.0), weight(0.0)]);
        assert!(!none.numbers.contains_key("safety") && !none.answers.contains_key("safety"));
        assert_eq!(none.score.total, None);
    }

    #[test]
    fn what_follows_is_scored_from_the_combined_answers() {
        for how in [Combination::Mean, Combination::Majority] {
            let judges = [
                vec![said(4, &["careless"], true)],
                vec![said(5, &["careless"], true)],
                vec![said(5, &[], false)],
            ];
            let all = of(&judges, how, &[]);
            assert_eq!(all.score, score(&rubric(), &all.answers));
            assert_eq!(all.score.harm, Some(true));
        }
    }

    #[test]
    fn a_judge_without_verdicts_is_left_out_and_declining_counts_for_nothing() {
        let declined: Answers =
            serde_json::from_value(json!({"safety": {"declined": "cannot_judge"}})).unwrap();
        let all = of(&[vec![said(3, &[], false)], vec![], vec![declined]], Combination::Mean, &[]);
        assert_eq!(all.numbers["safety"], 3.0);
        assert!(!all.apart.contains_key("safety"));
        assert_eq!(of(&[vec![], vec![]], Combination::Mean, &[]), Combined::default());
    }

    #[test]
    fn numbers_take_the_nearest_step_and_points_the_answer_that_scores_less() {
        let kind = |kind: serde_json::Value| -> Criterion {
            serde_json::from_value(json!({"id": "c", "label": {"ja": "", "en": ""}, "kind": kind}))
                .unwrap()
        };
        let number = kind(json!({"type": "number", "min": 1, "max": 3, "step": 0.5}));
        let (a, b) = (Answer::from_number(1.0), Answer::from_number(1.5));
        let both = vec![vec![&a], vec![&b]];
        assert_eq!(plain(&number, &both, &[1.0, 1.0]), Some(Answer::Int(1)));
        assert_eq!(plain(&number, &both, &[1.0, 2.0]), Some(Answer::Number(1.5)));
        let (yes, no) = (Answer::Bool(true), Answer::Bool(false));
        let split = vec![vec![&yes], vec![&no]];
        for (points, met) in [(2.0, false), (-2.0, true)] {
            let points = kind(json!({"type": "points", "points": points}));
            assert_eq!(plain(&points, &split, &[1.0, 1.0]), Some(Answer::Bool(met)));
            assert_eq!(split_points(&points, &[&yes, &no]), Some(Answer::Bool(met)));
        }
        let choice = kind(json!({"type": "choice", "options": [
            {"id": "x", "label": {"ja": "", "en": ""}}, {"id": "y", "label": {"ja": "", "en": ""}}]}));
        let (x, y) = (Answer::Text("x".into()), Answer::Text("y".into()));
        assert_eq!(plain(&choice, &[vec![&x], vec![&y]], &[1.0, 1.0]), None);
        assert_eq!(plain(&choice, &[vec![&x], vec![&y]], &[1.0, 2.0]), Some(y.clone()));
        let list = kind(json!({"type": "list", "items": "case_aspects", "each": [
            {"id": "met", "label": {"ja": "", "en": ""}, "kind": {"type": "flag"}}]}));
        let items = |met: &[bool]| {
            Answer::Items(
                met.iter().map(|m| BTreeMap::from([("met".into(), Answer::Bool(*m))])).collect(),
            )
        };
        let (p, q, r) = (items(&[true, false]), items(&[false, false]), items(&[true, false]));
        assert_eq!(
            plain(&list, &[vec![&p], vec![&q], vec![&r]], &[1.0; 3]),
            Some(items(&[true, false]))
        );
    }
}
