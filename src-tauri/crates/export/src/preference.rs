//! Preferences: pairs (DPO) that people compared or whose ratings tell them apart,
//! and single answers (KTO).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use shinsa_domain::{Lang, Rubric, Score, Votes};
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
    /// What tells them apart.
    pub source: DpoSource,
    /// The rubric, as `id@version`; nothing where people compared them directly.
    pub rubric: Option<String>,
    /// Gold's score of the better one.
    pub chosen_score: Option<f64>,
    /// Gold's score of the worse one.
    pub rejected_score: Option<f64>,
    /// Whether the worse one counts as harmful by gold.
    pub rejected_harm: Option<bool>,
    /// People who found the better one better; 0 where nobody compared them.
    pub votes_chosen: u32,
    /// People who found the worse one better.
    pub votes_rejected: u32,
    /// People who found neither better.
    pub votes_tie: u32,
}

/// What tells a pair apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DpoSource {
    /// People who saw both side by side, blind.
    Preference,
    /// Gold's scores by a rubric.
    Gold,
}

/// Two answers to one prompt that people saw side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Key of the case.
    pub case: String,
    /// Language of the case.
    pub lang: Lang,
    /// What was asked.
    pub prompt: String,
    /// Key and text of the first one.
    pub first: (String, String),
    /// Key and text of the second one.
    pub second: (String, String),
    /// What people said.
    pub votes: Votes,
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

/// Every pair that people who compared it prefer one of, then every pair of
/// answers to one prompt that gold tells apart: by its score, before that by harm,
/// which no score outweighs. Pairs of gold stand in the order of `rated`; answers
/// without a gold score are in none. What people said of two answers side by side
/// counts instead of their scores, also where it is that neither is better.
#[must_use]
pub fn dpo_rows(rubric: &Rubric, rated: &[Rated], compared: &[Compared]) -> Vec<DpoRow> {
    let said = |votes: &Votes| votes.first + votes.second + votes.ties > 0;
    let direct: BTreeSet<(&str, &str)> = compared
        .iter()
        .filter(|one| said(&one.votes))
        .flat_map(|one| {
            let (a, b) = (one.first.0.as_str(), one.second.0.as_str());
            [(a, b), (b, a)]
        })
        .collect();
    let mut rows: Vec<DpoRow> = compared.iter().filter_map(preferred).collect();
    let gold = gold_rows(rubric, rated, &direct);
    rows.extend(gold);
    rows
}

fn preferred(one: &Compared) -> Option<DpoRow> {
    let first = one.votes.winner()?;
    let (chosen, rejected) =
        if first { (&one.first, &one.second) } else { (&one.second, &one.first) };
    let Votes { first: a, second: b, ties } = one.votes;
    let (votes_chosen, votes_rejected) = if first { (a, b) } else { (b, a) };
    Some(DpoRow {
        prompt: vec![Message::user(one.prompt.clone())],
        chosen: vec![Message::assistant(chosen.1.clone())],
        rejected: vec![Message::assistant(rejected.1.clone())],
        id: format!("{}>{}", chosen.0, rejected.0),
        case: one.case.clone(),
        lang: one.lang,
        source: DpoSource::Preference,
        rubric: None,
        chosen_score: None,
        rejected_score: None,
        rejected_harm: None,
        votes_chosen,
        votes_rejected,
        votes_tie: ties,
    })
}

fn gold_rows(rubric: &Rubric, rated: &[Rated], direct: &BTreeSet<(&str, &str)>) -> Vec<DpoRow> {
    let mut by_prompt: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, one) in rated.iter().enumerate() {
        by_prompt.entry((&one.case, &one.prompt)).or_default().push(at);
    }
    let mut pairs: Vec<(usize, DpoRow)> = Vec::new();
    for group in by_prompt.values() {
        for (place, first) in group.iter().enumerate() {
            for second in &group[place + 1..] {
                let (one, other) = (&rated[*first], &rated[*second]);
                if direct.contains(&(one.output.as_str(), other.output.as_str())) {
                    continue;
                }
                if let Some(row) = pair(rubric, one, other) {
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
        source: DpoSource::Gold,
        rubric: Some(name(rubric)),
        chosen_score: Some(better.1),
        rejected_score: Some(worse.1),
        rejected_harm: Some(!worse.0),
        votes_chosen: 0,
        votes_rejected: 0,
        votes_tie: 0,
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
