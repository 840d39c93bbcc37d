//! Preferences out of rated alternatives: pairs (DPO) and single answers (KTO).

use std::collections::BTreeMap;

use serde::Serialize;
use shinsa_domain::{Lang, Rubric, Score};
use shinsa_prompt::Message;

use crate::rated::Rated;

/// A pair, as TRL's DPO trainer reads it: `prompt`, `chosen` and `rejected` as
/// conversations, and beside them where they come from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DpoRow {
    /// What was asked.
    pub prompt: Vec<Message>,
    /// The better answer.
    pub chosen: Vec<Message>,
    /// The worse one.
    pub rejected: Vec<Message>,
    /// Keys of the two outputs, the better first.
    pub id: String,
    /// Key of the case: split by it, never by row.
    pub case: String,
    /// Language of the case.
    pub lang: Lang,
    /// The rubric, as `id@version`.
    pub rubric: String,
    /// Gold's score of the better one.
    pub chosen_score: f64,
    /// Gold's score of the worse one.
    pub rejected_score: f64,
    /// Whether the worse one counts as harmful.
    pub rejected_harm: bool,
}

/// A single answer, as TRL's KTO trainer reads it: `prompt` and `completion` as
/// conversations, `label` true for an answer to learn from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KtoRow {
    /// What was asked.
    pub prompt: Vec<Message>,
    /// What was answered.
    pub completion: Vec<Message>,
    /// Whether it is a good answer.
    pub label: bool,
    /// Key of the output.
    pub id: String,
    /// Key of the case.
    pub case: String,
    /// Language of the case.
    pub lang: Lang,
    /// The rubric, as `id@version`.
    pub rubric: String,
    /// Gold's score.
    pub score: Option<f64>,
}

/// Every pair of answers to one prompt that gold tells apart: by its score,
/// before that by harm, which no score outweighs. Pairs stand in the order of
/// `rated`; answers without a gold score are in none.
#[must_use]
pub fn dpo_rows(rubric: &Rubric, rated: &[Rated]) -> Vec<DpoRow> {
    let mut by_prompt: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, one) in rated.iter().enumerate() {
        by_prompt.entry((&one.case, &one.prompt)).or_default().push(at);
    }
    let mut pairs: Vec<(usize, DpoRow)> = Vec::new();
    for group in by_prompt.values() {
        for (place, first) in group.iter().enumerate() {
            for second in &group[place + 1..] {
                if let Some(row) = pair(rubric, &rated[*first], &rated[*second]) {
                    pairs.push((*first, row));
                }
            }
        }
    }
    pairs.sort_by_key(|(at, _)| *at);
    pairs.into_iter().map(|(_, row)| row).collect()
}

fn pair(rubric: &Rubric, one: &Rated, other: &Rated) -> Option<DpoRow> {
    // Harm first, then the total: the larger key is the better answer.
    let rank = |rated: &Rated| {
        let score = rated.score(rubric)?;
        Some((score.harm != Some(true), score.total?))
    };
    let (a, b) = (rank(one)?, rank(other)?);
    let order = a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
    let ((chosen, better), (rejected, worse)) = match order {
        std::cmp::Ordering::Greater => ((one, a), (other, b)),
        std::cmp::Ordering::Less => ((other, b), (one, a)),
        std::cmp::Ordering::Equal => return None,
    };
    (chosen.text != rejected.text).then(|| DpoRow {
        prompt: vec![Message::user(one.prompt.clone())],
        chosen: vec![Message::assistant(chosen.text.clone())],
        rejected: vec![Message::assistant(rejected.text.clone())],
        id: format!("{}>{}", chosen.output, rejected.output),
        case: one.case.clone(),
        lang: one.lang,
        rubric: name(rubric),
        chosen_score: better.1,
        rejected_score: worse.1,
        rejected_harm: !worse.0,
    })
}

/// Every answer with gold that the rubric calls good or not: good is the label
/// of its highest threshold without harm. Without thresholds there is no label
/// to go by, and only harmful answers are told (as bad).
#[must_use]
pub fn kto_rows(rubric: &Rubric, rated: &[Rated]) -> Vec<KtoRow> {
    rated
        .iter()
        .filter_map(|one| {
            let score = one.score(rubric)?;
            Some(KtoRow {
                prompt: vec![Message::user(one.prompt.clone())],
                completion: vec![Message::assistant(one.text.clone())],
                label: is_good(rubric, &score)?,
                id: one.output.clone(),
                case: one.case.clone(),
                lang: one.lang,
                rubric: name(rubric),
                score: score.total,
            })
        })
        .collect()
}

fn is_good(rubric: &Rubric, score: &Score) -> Option<bool> {
    if score.harm == Some(true) {
        return Some(false);
    }
    let best = rubric.scoring.thresholds.first()?;
    Some(score.label.as_ref()? == &best.label)
}

pub(crate) fn name(rubric: &Rubric) -> String {
    format!("{}@{}", rubric.id, rubric.version)
}
