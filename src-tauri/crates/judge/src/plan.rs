//! What is known before the first token is computed: which items begin with the
//! same tokens. The items themselves are looked at one after the other and made
//! again when their turn comes, so that their number costs next to no memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use shinsa_jobs::{Cancel, Event, Progress, Throttle};
use shinsa_lm::Model;
use shinsa_prompt::Message;

use crate::spec::Skipped;
use crate::{JudgeError, lm_messages};

/// Items that are looked at together.
pub(crate) const CHUNK: usize = 256;
/// The first so many items are kept as they were made: a job of usual size makes
/// each once.
const KEPT: usize = 1024;
/// Most often that progress is told.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// An item that is ready to be written.
pub(crate) struct Ready<W> {
    /// Its id; part of every sample's seed.
    pub(crate) id: Arc<str>,
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

/// An item that was looked at.
pub(crate) struct Draft<W> {
    pub(crate) id: String,
    pub(crate) judge: usize,
    /// The first turn: the rubric. Items of one rubric share it.
    pub(crate) turn: String,
    /// The item, or why it can't be written.
    pub(crate) ready: Result<Ready<W>, JudgeError>,
}

/// Makes items ready.
pub(crate) trait Feed<W> {
    /// How many there are.
    fn count(&self) -> usize;

    /// Those at some places, in that order.
    ///
    /// # Errors
    /// When they can't be had at all, or the job is cancelled meanwhile.
    fn drafts(
        &mut self,
        at: &[usize],
        on: &mut dyn FnMut(Event),
    ) -> Result<Vec<Draft<W>>, JudgeError>;
}

/// Items whose prompts begin alike.
pub(crate) struct Group {
    /// How many tokens they share; 0 for an item on its own.
    pub(crate) shared: usize,
    /// Their places, in the specification's order.
    pub(crate) items: Vec<usize>,
}

/// Everything that is known before the first token is computed.
pub(crate) struct Plan<W> {
    pub(crate) groups: Vec<Group>,
    pub(crate) skipped: Vec<Skipped>,
    /// Texts to be written.
    pub(crate) texts: usize,
    /// Tokens of prompts, those that items share counted once for each judge.
    pub(crate) prompt_tokens: usize,
    kept: BTreeMap<usize, Ready<W>>,
}

/// A group that items are still being found for.
struct Growing {
    /// The first item's prompt.
    first: Vec<u32>,
    /// Tokens that all begin with.
    common: usize,
    /// Tokens of the shortest prompt.
    least: usize,
    tokens: usize,
    judges: BTreeSet<usize>,
    items: Vec<usize>,
}

impl Growing {
    fn add<W>(&mut self, at: usize, ready: &Ready<W>) {
        let alike = self.first.iter().zip(&ready.prompt).take_while(|(a, b)| a == b).count();
        self.common = self.common.min(alike);
        self.least = self.least.min(ready.prompt.len());
        self.tokens += ready.prompt.len();
        self.judges.insert(ready.judge);
        self.items.push(at);
    }

    /// Length of the longest common beginning, leaving every item a token of its own.
    fn shared(&self) -> usize {
        match self.items.len() {
            0 | 1 => 0,
            _ => self.common.min(self.least.saturating_sub(1)),
        }
    }

    /// Tokens to be computed.
    fn computed(&self) -> usize {
        self.tokens - self.shared() * (self.items.len() - self.judges.len())
    }
}

impl<W> Plan<W> {
    /// Looks at every item once. One that can't be written is skipped; when none
    /// can, the first one's error is the job's.
    ///
    /// # Errors
    /// That, a limit too small for the whole job, or [`JudgeError::Cancelled`].
    pub(crate) fn new(
        feed: &mut dyn Feed<W>,
        cancel: &Cancel,
        on: &mut dyn FnMut(Event),
    ) -> Result<Self, JudgeError> {
        let mut growing: Vec<Growing> = Vec::new();
        let mut by_turn: HashMap<blake3::Hash, usize> = HashMap::new();
        let (mut skipped, mut first_error) = (Vec::new(), None);
        let (mut kept, mut texts) = (BTreeMap::new(), 0);
        let mut throttle = Throttle::new(TELL_EVERY);
        let places: Vec<usize> = (0..feed.count()).collect();
        for at in places.chunks(CHUNK) {
            if cancel.is_cancelled() {
                return Err(JudgeError::Cancelled);
            }
            let drafts = feed.drafts(at, on)?;
            for (&at, Draft { id, judge, turn, ready }) in at.iter().zip(drafts) {
                let ready = match ready {
                    Ok(ready) => ready,
                    // Too few tokens is a setting of the whole job.
                    Err(error @ JudgeError::MaxTokens { .. }) => return Err(error),
                    Err(error) => {
                        skipped.push(Skipped { item: id, judge, failure: error.failure() });
                        first_error.get_or_insert(error);
                        continue;
                    }
                };
                texts += ready.samples.len();
                let group = *by_turn.entry(blake3::hash(turn.as_bytes())).or_insert_with(|| {
                    growing.push(Growing {
                        first: ready.prompt.clone(),
                        common: ready.prompt.len(),
                        least: ready.prompt.len(),
                        tokens: 0,
                        judges: BTreeSet::new(),
                        items: Vec::new(),
                    });
                    growing.len() - 1
                });
                if let Some(group) = growing.get_mut(group) {
                    group.add(at, &ready);
                }
                if at < KEPT {
                    kept.insert(at, ready);
                }
            }
            let done = at.last().map_or(0, |&at| at as u64 + 1);
            if places.len() > KEPT && throttle.ready(Instant::now()) {
                let total = places.len() as u64;
                let phase = "plan".to_owned();
                on(Event::Progress(Progress { phase, done, total, ..Progress::default() }));
            }
        }
        if let (true, Some(error)) = (growing.is_empty(), first_error) {
            return Err(error);
        }
        let prompt_tokens = growing.iter().map(Growing::computed).sum();
        let groups = growing
            .into_iter()
            .map(|group| Group { shared: group.shared(), items: group.items })
            .collect();
        Ok(Plan { groups, skipped, texts, prompt_tokens, kept })
    }

    /// The items at some places, each asked for once.
    ///
    /// # Errors
    /// As [`Feed::drafts`], or when an item is no longer what it was.
    pub(crate) fn take(
        kept: &mut BTreeMap<usize, Ready<W>>,
        feed: &mut dyn Feed<W>,
        at: &[usize],
        on: &mut dyn FnMut(Event),
    ) -> Result<Vec<Ready<W>>, JudgeError> {
        let wanted: Vec<usize> =
            at.iter().copied().filter(|place| !kept.contains_key(place)).collect();
        if !wanted.is_empty() {
            let drafts = feed.drafts(&wanted, on)?;
            for (place, draft) in wanted.into_iter().zip(drafts) {
                kept.insert(place, draft.ready?);
            }
        }
        Ok(at.iter().filter_map(|place| kept.remove(place)).collect())
    }

    /// The groups, and the items that were kept.
    pub(crate) fn parts(&mut self) -> (&[Group], &mut BTreeMap<usize, Ready<W>>) {
        (&self.groups, &mut self.kept)
    }
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

/// The first turn of some messages.
pub(crate) fn first_turn(messages: &[Message]) -> String {
    messages.first().map_or_else(String::new, |turn| turn.content.clone())
}
