//! What is computed once: items grouped by the tokens they begin with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shinsa_lm::Model;
use shinsa_prompt::Message;

use crate::constraint::{Grammars, Verdict};
use crate::outline::Outline;
use crate::spec::{JudgeItem, JudgeSpec, Skipped};
use crate::{JudgeError, lm_messages};

/// An item that is ready to be written.
pub(crate) struct Ready<W> {
    /// Its id; part of every sample's seed.
    pub(crate) id: String,
    /// Whose text it is.
    pub(crate) judge: usize,
    /// The whole prompt.
    pub(crate) prompt: Vec<u32>,
    /// Its text, empty.
    pub(crate) text: W,
    /// Most tokens of its texts.
    pub(crate) limit: usize,
    /// Numbers of the samples to be written.
    pub(crate) samples: Vec<u32>,
}

/// Items whose prompts begin alike.
pub(crate) struct Group<W> {
    /// How many tokens they share; 0 for an item on its own.
    pub(crate) shared: usize,
    /// In the specification's order.
    pub(crate) items: Vec<Ready<W>>,
}

/// Everything that is known before the first token is computed.
pub(crate) struct Plan<W> {
    pub(crate) groups: Vec<Group<W>>,
    pub(crate) skipped: Vec<Skipped>,
}

impl<W> Group<W> {
    /// How many judges have items in it: each computes what the items share.
    pub(crate) fn judges(&self) -> usize {
        self.items.iter().map(|ready| ready.judge).collect::<BTreeSet<_>>().len()
    }
}

impl Plan<Verdict> {
    /// Renders, tokenises and checks every item. One that can't be judged is
    /// skipped; when none can, the first one's error is the job's.
    pub(crate) fn verdicts(
        spec: &JudgeSpec,
        model: &Model,
        grammars: &Grammars,
    ) -> Result<Self, JudgeError> {
        let mut empty: BTreeMap<String, Verdict> = BTreeMap::new();
        Plan::new(spec.items.iter().map(|item| {
            let ready = verdict(spec, item, model, grammars, &mut empty);
            ((item.id.as_str(), item.judge), item.messages.as_slice(), ready)
        }))
    }
}

impl<W> Plan<W> {
    /// Of items by id and judge, and messages.
    pub(crate) fn new<'a>(
        items: impl Iterator<Item = ((&'a str, usize), &'a [Message], Result<Ready<W>, JudgeError>)>,
    ) -> Result<Self, JudgeError> {
        let mut groups: Vec<(&str, Vec<Ready<W>>)> = Vec::new();
        let mut skipped = Vec::new();
        let mut first_error = None;
        for ((id, judge), messages, ready) in items {
            match ready {
                Ok(ready) => {
                    // The first turn is the rubric: items of one rubric share it.
                    let turn = messages.first().map_or("", |turn| turn.content.as_str());
                    match groups.iter_mut().find(|(first, _)| *first == turn) {
                        Some((_, items)) => items.push(ready),
                        None => groups.push((turn, vec![ready])),
                    }
                }
                // Too few tokens is a setting of the whole job.
                Err(error @ JudgeError::MaxTokens { .. }) => return Err(error),
                Err(error) => {
                    skipped.push(Skipped { item: id.to_owned(), judge, failure: error.failure() });
                    first_error.get_or_insert(error);
                }
            }
        }
        if let (true, Some(error)) = (groups.is_empty(), first_error) {
            return Err(error);
        }
        let groups =
            groups.into_iter().map(|(_, items)| Group { shared: shared(&items), items }).collect();
        Ok(Plan { groups, skipped })
    }

    /// Every item.
    pub(crate) fn items(&self) -> impl Iterator<Item = &Ready<W>> {
        self.groups.iter().flat_map(|group| &group.items)
    }

    /// Texts to be written.
    pub(crate) fn texts(&self) -> usize {
        self.items().map(|ready| ready.samples.len()).sum()
    }

    /// Tokens of prompts, those that items share counted once.
    pub(crate) fn prompt_tokens(&self) -> usize {
        let again = |group: &Group<W>| group.shared * (group.items.len() - group.judges());
        self.items().map(|ready| ready.prompt.len()).sum::<usize>()
            - self.groups.iter().map(again).sum::<usize>()
    }
}

fn verdict(
    spec: &JudgeSpec,
    item: &JudgeItem,
    model: &Model,
    grammars: &Grammars,
    empty: &mut BTreeMap<String, Verdict>,
) -> Result<Ready<Verdict>, JudgeError> {
    let schema = item.schema.to_string();
    let text = match empty.get(&schema) {
        Some(verdict) => verdict.clone(),
        None => {
            let outline = Arc::new(Outline::from_schema(&item.schema)?);
            let verdict = grammars.begin(outline)?;
            empty.insert(schema, verdict.clone());
            verdict
        }
    };
    let (needed, given) = (text.outline().need(), spec.max_tokens);
    // Scores alone are bounded by their schema: the setting is about texts.
    let limit = if text.outline().is_finite() { needed } else { given };
    if needed > limit {
        return Err(JudgeError::MaxTokens { item: item.id.clone(), needed, given });
    }
    let prompt = prompt(&item.id, &item.messages, limit, model)?;
    Ok(Ready {
        id: item.id.clone(),
        judge: item.judge,
        prompt,
        text,
        limit,
        samples: item.samples.clone(),
    })
}

/// The tokens of `messages`, and a check that `limit` more have room.
pub(crate) fn prompt(
    id: &str,
    messages: &[Message],
    limit: usize,
    model: &Model,
) -> Result<Vec<u32>, JudgeError> {
    let text = model.template.render(&lm_messages(messages), true)?;
    let prompt = model.tokenizer.encode(&text, true);
    let (tokens, room) = (prompt.len() + limit, model.spec.max_positions);
    if tokens > room {
        return Err(JudgeError::TooLong { item: id.to_owned(), tokens, limit: room });
    }
    if prompt.is_empty() {
        return Err(JudgeError::Spec { reason: format!("the prompt of item {id} is empty") });
    }
    Ok(prompt)
}

/// Length of the longest common beginning, leaving every item a token of its own.
fn shared<W>(items: &[Ready<W>]) -> usize {
    let [first, rest @ ..] = items else { return 0 };
    if rest.is_empty() {
        return 0;
    }
    let most = items.iter().map(|item| item.prompt.len()).min().unwrap_or(0).saturating_sub(1);
    let common = |other: &Ready<W>| {
        first.prompt.iter().zip(&other.prompt).take_while(|(a, b)| a == b).count()
    };
    rest.iter().map(common).min().unwrap_or(0).min(most)
}
