//! A judging job's items made ready: prompts as tokens, empty verdicts under their
//! grammars, and the hash of all that is judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shinsa_jobs::Event;
use shinsa_lm::Model;

use crate::JudgeError;
use crate::constraint::{Grammars, Verdict};
use crate::items::Items;
use crate::outline::Outline;
use crate::passport::ItemsHash;
use crate::plan::{Draft, Feed, Ready, first_turn, prompt};
use crate::run::sound;
use crate::spec::{JudgeItem, JudgeSpec};

/// Grammars that are kept: outputs whose lists are frozen have one each.
const GRAMMARS: usize = 64;

/// The items of a job, on their way to be judged.
pub(crate) struct Judged<'a> {
    spec: &'a JudgeSpec,
    items: Items<'a>,
    model: &'a Model,
    grammars: &'a Grammars,
    /// Empty verdicts by schema.
    empty: BTreeMap<String, Verdict>,
    /// While they are looked at for the first time.
    first: Option<First>,
}

/// What is learned of the items when they are looked at for the first time.
struct First {
    hashes: Vec<ItemsHash>,
    /// Item and judge of each, as the beginning of a hash: none may come twice.
    seen: BTreeSet<[u8; 16]>,
}

impl<'a> Judged<'a> {
    pub(crate) fn new(
        spec: &'a JudgeSpec,
        items: Items<'a>,
        model: &'a Model,
        grammars: &'a Grammars,
    ) -> Self {
        let hashes = (0..=spec.beside.len()).map(|_| ItemsHash::default()).collect();
        let first = Some(First { hashes, seen: BTreeSet::new() });
        Judged { spec, items, model, grammars, empty: BTreeMap::new(), first }
    }

    /// The hash of every judge's items, once they have all been looked at.
    pub(crate) fn hashes(&mut self) -> Vec<ItemsHash> {
        self.first.take().map(|first| first.hashes).unwrap_or_default()
    }

    fn look(&mut self, item: &JudgeItem) -> Result<(), JudgeError> {
        let Some(first) = &mut self.first else { return Ok(()) };
        let hash = first.hashes.get_mut(item.judge).ok_or_else(|| JudgeError::Spec {
            reason: "an item names a judge that the job doesn't have".to_owned(),
        })?;
        hash.add(item)?;
        // Those that are all there were checked together.
        if let Items::Asked { .. } = self.items {
            sound(self.spec.method, item)?;
            let name = blake3::hash(format!("{}\n{}", item.judge, item.id).as_bytes());
            let mut begun = [0; 16];
            begun.copy_from_slice(&name.as_bytes()[..16]);
            if !first.seen.insert(begun) {
                let reason = format!("item {} is asked for twice", item.id);
                return Err(JudgeError::Spec { reason });
            }
        }
        Ok(())
    }

    fn ready(&mut self, item: &JudgeItem) -> Result<Ready<Verdict>, JudgeError> {
        let schema = item.schema.to_string();
        let text = match self.empty.get(&schema) {
            Some(verdict) => verdict.clone(),
            None => {
                let outline = Arc::new(Outline::from_schema(&item.schema)?);
                let verdict = self.grammars.begin(outline)?;
                if self.empty.len() >= GRAMMARS {
                    self.empty.clear();
                }
                self.empty.insert(schema, verdict.clone());
                verdict
            }
        };
        let (needed, given) = (text.outline().need(), self.spec.max_tokens);
        // Scores alone are bounded by their schema: the setting is about texts.
        let limit = if text.outline().is_finite() { needed } else { given };
        if needed > limit {
            return Err(JudgeError::MaxTokens { item: item.id.clone(), needed, given });
        }
        let prompt = prompt(&item.id, &item.messages, limit, self.model)?;
        Ok(Ready {
            id: item.id.as_str().into(),
            judge: item.judge,
            prompt,
            text,
            limit,
            samples: item.samples.clone(),
        })
    }
}

impl Feed<Verdict> for Judged<'_> {
    fn count(&self) -> usize {
        self.items.count()
    }

    fn drafts(
        &mut self,
        at: &[usize],
        on: &mut dyn FnMut(Event),
    ) -> Result<Vec<Draft<Verdict>>, JudgeError> {
        let items = self.items.read(at, on)?;
        let mut drafts = Vec::with_capacity(items.len());
        for item in items {
            self.look(&item)?;
            let ready = self.ready(&item);
            let turn = first_turn(&item.messages);
            drafts.push(Draft { id: item.id, judge: item.judge, turn, ready });
        }
        Ok(drafts)
    }
}
