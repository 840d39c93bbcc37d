//! What is computed once: items grouped by the tokens they begin with.

use std::collections::BTreeMap;
use std::sync::Arc;

use shinsa_lm::Model;

use crate::constraint::{Grammars, Verdict};
use crate::outline::Outline;
use crate::spec::{JudgeItem, JudgeSpec, Skipped};
use crate::{JudgeError, lm_messages};

/// An item that is ready to be judged.
pub(crate) struct Ready {
    /// Its place in the specification.
    pub(crate) index: usize,
    /// The whole prompt.
    pub(crate) prompt: Vec<u32>,
    /// Its empty verdict.
    pub(crate) verdict: Verdict,
    /// Most tokens of its verdicts.
    pub(crate) limit: usize,
}

/// Items whose prompts begin alike.
pub(crate) struct Group {
    /// How many tokens they share; 0 for an item on its own.
    pub(crate) shared: usize,
    /// In the specification's order.
    pub(crate) items: Vec<Ready>,
}

/// Everything that is known before the first token is computed.
pub(crate) struct Plan {
    pub(crate) groups: Vec<Group>,
    pub(crate) skipped: Vec<Skipped>,
}

impl Plan {
    /// Renders, tokenises and checks every item. One that can't be judged is
    /// skipped; when none can, the first one's error is the job's.
    pub(crate) fn new(
        spec: &JudgeSpec,
        model: &Model,
        grammars: &Grammars,
    ) -> Result<Plan, JudgeError> {
        let mut empty: BTreeMap<String, Verdict> = BTreeMap::new();
        let mut groups: Vec<(String, Vec<Ready>)> = Vec::new();
        let mut skipped = Vec::new();
        let mut first_error = None;
        for (index, item) in spec.items.iter().enumerate() {
            match ready(spec, index, item, model, grammars, &mut empty) {
                Ok(ready) => {
                    // The first turn is the rubric: items of one rubric share it.
                    let turn = item.messages.first().map_or("", |turn| turn.content.as_str());
                    match groups.iter_mut().find(|(first, _)| first == turn) {
                        Some((_, items)) => items.push(ready),
                        None => groups.push((turn.to_owned(), vec![ready])),
                    }
                }
                // Too few tokens is a setting of the whole job.
                Err(error @ JudgeError::MaxTokens { .. }) => return Err(error),
                Err(error) => {
                    skipped.push(Skipped { item: item.id.clone(), failure: error.failure() });
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
}

fn ready(
    spec: &JudgeSpec,
    index: usize,
    item: &JudgeItem,
    model: &Model,
    grammars: &Grammars,
    empty: &mut BTreeMap<String, Verdict>,
) -> Result<Ready, JudgeError> {
    let schema = item.schema.to_string();
    let verdict = match empty.get(&schema) {
        Some(verdict) => verdict.clone(),
        None => {
            let outline = Arc::new(Outline::from_schema(&item.schema)?);
            let verdict = grammars.begin(outline)?;
            empty.insert(schema, verdict.clone());
            verdict
        }
    };
    let (needed, given) = (verdict.outline().need(), spec.max_tokens);
    // Scores alone are bounded by their schema: the setting is about texts.
    let limit = if verdict.outline().is_finite() { needed } else { given };
    if needed > limit {
        return Err(JudgeError::MaxTokens { item: item.id.clone(), needed, given });
    }
    let text = model.template.render(&lm_messages(&item.messages), true)?;
    let prompt = model.tokenizer.encode(&text, true);
    let (tokens, room) = (prompt.len() + limit, model.spec.max_positions);
    if tokens > room {
        return Err(JudgeError::TooLong { item: item.id.clone(), tokens, limit: room });
    }
    if prompt.is_empty() {
        return Err(JudgeError::Spec {
            reason: format!("the prompt of item {} is empty", item.id),
        });
    }
    Ok(Ready { index, prompt, verdict, limit })
}

/// Length of the longest common beginning, leaving every item a token of its own.
fn shared(items: &[Ready]) -> usize {
    let [first, rest @ ..] = items else { return 0 };
    if rest.is_empty() {
        return 0;
    }
    let most = items.iter().map(|item| item.prompt.len()).min().unwrap_or(0).saturating_sub(1);
    let common =
        |other: &Ready| first.prompt.iter().zip(&other.prompt).take_while(|(a, b)| a == b).count();
    rest.iter().map(common).min().unwrap_or(0).min(most)
}
