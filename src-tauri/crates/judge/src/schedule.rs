//! Many texts at once: each step of the model continues all that are open.

use std::collections::{BTreeMap, VecDeque};
use std::mem::take;
use std::sync::Arc;
use std::time::{Duration, Instant};

use shinsa_jobs::{Cancel, Event};
use shinsa_lm::{Rng, Sampling};

use crate::JudgeError;
use crate::decode::{After, Decode};
use crate::plan::{CHUNK, Feed, Plan, Ready};
use crate::spec::sample_seed;
use crate::writer::Writer;

/// What the job tells its caller while it runs.
pub(crate) enum Tell<'a, W> {
    /// Something for whoever listens to the job.
    Event(Event),
    /// Some tokens of prompts were computed.
    Prefilled(usize),
    /// A text was continued.
    Wrote {
        /// The item's id and the sample's number.
        item: &'a str,
        sample: u32,
        text: &'a mut W,
    },
    /// A text is finished.
    Finished(Box<Finished<W>>),
    /// A step was done; so many texts are open.
    Step { open: usize, tokens: usize },
}

/// A text with what it took.
pub(crate) struct Finished<W> {
    /// The item's id.
    pub(crate) item: Arc<str>,
    pub(crate) judge: usize,
    pub(crate) sample: u32,
    pub(crate) seed: u64,
    pub(crate) text: W,
    pub(crate) prompt_tokens: usize,
    /// Time that the item's own part of the prompt took.
    pub(crate) prompt_time: Duration,
    /// From the first choice to the last.
    pub(crate) time: Duration,
}

/// How texts are drawn.
#[derive(Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) sampling: Sampling,
    pub(crate) seed: u64,
    /// Texts that are written at the same time.
    pub(crate) batch: usize,
}

struct Open<S, W> {
    item: Arc<str>,
    judge: usize,
    sample: u32,
    prompt_tokens: usize,
    /// Most tokens of the text.
    limit: usize,
    seed: u64,
    sequence: S,
    text: W,
    rng: Rng,
    /// Taken but not yet fed to the model.
    pending: Vec<u32>,
    prompt_time: Duration,
    began: Instant,
}

/// Texts that are being written, and who hears of them.
struct Writing<'t, D: Decode, W: Writer> {
    engine: &'t mut D,
    open: Vec<Open<D::Sequence, W>>,
    /// Texts that were ever begun.
    begun: usize,
    settings: Settings,
    cancel: &'t Cancel,
    tell: &'t mut dyn FnMut(Tell<'_, W>),
    spent: Spent,
}

/// Wall time by what it went to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    /// Computing prompts.
    pub(crate) prompts: Duration,
    /// Steps of the model, and what the grammars did meanwhile.
    pub(crate) steps: Duration,
    /// Choosing tokens by logits.
    pub(crate) choices: Duration,
}

/// Writes every sample of every item and tells of each as it is finished.
pub(crate) fn write<D: Decode, W: Writer>(
    engine: &mut D,
    plan: &mut Plan<W>,
    feed: &mut dyn Feed<W>,
    settings: Settings,
    cancel: &Cancel,
    tell: &mut dyn FnMut(Tell<'_, W>),
) -> Result<Spent, JudgeError> {
    let (open, spent) = (Vec::new(), Spent::default());
    let mut writing = Writing { engine, open, begun: 0, settings, cancel, tell, spent };
    let (groups, kept) = plan.parts();
    for group in groups {
        // By judge.
        let mut shared: BTreeMap<usize, D::Prefix> = BTreeMap::new();
        let mut places = group.items.chunks(CHUNK);
        let mut items: VecDeque<Ready<W>> = VecDeque::new();
        loop {
            // No pass takes more of them than may be written at a time: with so many
            // at hand it doesn't matter where those that are made together end.
            while items.len() < settings.batch
                && let Some(at) = places.next()
            {
                let tell = &mut *writing.tell;
                let ready = Plan::take(kept, feed, at, &mut |event| tell(Tell::Event(event)))?;
                items.extend(ready.into_iter().filter(|ready| !ready.samples.is_empty()));
            }
            if items.is_empty() {
                break;
            }
            let began = Instant::now();
            let some = items.make_contiguous();
            let prefixes = writing.prefill_some(&mut shared, some, group.shared)?;
            let time = began.elapsed();
            writing.spent.prompts += time;
            let time = time / prefixes.len().max(1) as u32;
            for (ready, prefix) in items.drain(..prefixes.len()).zip(&prefixes) {
                let mut left = ready.samples.as_slice();
                while !left.is_empty() {
                    while writing.open.len() >= settings.batch {
                        writing.step()?;
                    }
                    let room = settings.batch - writing.open.len();
                    let (some, rest) = left.split_at(room.min(left.len()));
                    writing.begin(&ready, some, prefix, time)?;
                    left = rest;
                }
            }
        }
    }
    while !writing.open.is_empty() {
        writing.step()?;
    }
    Ok(writing.spent)
}

impl<D: Decode, W: Writer> Writing<'_, D, W> {
    fn prefill(
        &mut self,
        after: After<'_, D::Prefix>,
        tokens: &[u32],
    ) -> Result<D::Prefix, JudgeError> {
        let mut prefix = None;
        // In pieces, so that a wish to stop is heard in between.
        for chunk in tokens.chunks(self.engine.chunk().max(1)) {
            if self.cancel.is_cancelled() {
                return Err(JudgeError::Cancelled);
            }
            let after = prefix.as_ref().map_or(after, After::Prefix);
            prefix = Some(self.engine.prefix(after, chunk)?);
            (self.tell)(Tell::Prefilled(chunk.len()));
        }
        prefix.ok_or_else(|| JudgeError::Spec { reason: "an item's prompt is empty".into() })
    }

    /// What the first of `items` have of their own after `shared` tokens: one of
    /// them, or as many as fit into one pass and may be written at the same time,
    /// each by its own judge. What they share is computed once for each judge.
    fn prefill_some(
        &mut self,
        begun: &mut BTreeMap<usize, D::Prefix>,
        items: &[Ready<W>],
        shared: usize,
    ) -> Result<Vec<D::Prefix>, JudgeError> {
        let (mut own, mut tokens, mut samples) = (Vec::new(), 0, 0);
        for ready in items {
            let forced = ready.text.clone().force()?;
            let more = [&ready.prompt[shared..], &forced].concat();
            tokens += more.len();
            samples += ready.samples.len();
            let fits = tokens <= self.engine.chunk() && samples <= self.settings.batch;
            if !own.is_empty() && !fits {
                break;
            }
            own.push((ready.judge, more));
        }
        for (ready, (judge, _)) in items.iter().zip(&own) {
            if shared > 0 && !begun.contains_key(judge) {
                let nothing = After::Nothing { judge: *judge };
                begun.insert(*judge, self.prefill(nothing, &ready.prompt[..shared])?);
            }
        }
        let after =
            |judge: usize| begun.get(&judge).map_or(After::Nothing { judge }, After::Prefix);
        if let [(judge, one)] = own.as_slice() {
            return Ok(vec![self.prefill(after(*judge), one)?]);
        }
        if self.cancel.is_cancelled() {
            return Err(JudgeError::Cancelled);
        }
        let many: Vec<_> =
            own.iter().map(|(judge, tokens)| (after(*judge), tokens.as_slice())).collect();
        let made = self.engine.prefixes(&many)?;
        (self.tell)(Tell::Prefilled(own.iter().map(|(_, tokens)| tokens.len()).sum()));
        Ok(made)
    }

    /// Their first choices come from the prompt's own logits.
    fn begin(
        &mut self,
        ready: &Ready<W>,
        samples: &[u32],
        prefix: &D::Prefix,
        prompt_time: Duration,
    ) -> Result<(), JudgeError> {
        let begun = samples.iter().enumerate().map(|(n, &sample)| {
            let seed = sample_seed(self.settings.seed, &ready.id, sample);
            Open {
                item: Arc::clone(&ready.id),
                judge: ready.judge,
                sample,
                prompt_tokens: ready.prompt.len(),
                limit: ready.limit,
                seed,
                sequence: self.engine.start(prefix),
                text: ready.text.seat(self.begun + n),
                rng: Rng::new(seed, 0),
                pending: Vec::new(),
                prompt_time,
                began: Instant::now(),
            }
        });
        let mut begun: Vec<_> = begun.collect();
        self.begun += begun.len();
        let (logits, sampling) = (self.engine.logits(prefix), self.settings.sampling);
        let since = Instant::now();
        self.engine.each(&mut begun, |one| {
            // What the prefix ends with.
            one.text.force()?;
            match one.text.is_complete() {
                true => Ok(()),
                false => one.choose(logits, &sampling),
            }
        })?;
        self.spent.choices += since.elapsed();
        for mut one in begun {
            (self.tell)(Tell::Wrote { item: &one.item, sample: one.sample, text: &mut one.text });
            if one.text.is_complete() {
                self.close(one);
            } else {
                self.open.push(one);
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), JudgeError> {
        if self.cancel.is_cancelled() {
            return Err(JudgeError::Cancelled);
        }
        let pending: Vec<(D::Sequence, Vec<u32>)> =
            self.open.iter_mut().map(|one| (one.sequence, take(&mut one.pending))).collect();
        let inputs: Vec<(D::Sequence, &[u32])> =
            pending.iter().map(|(sequence, tokens)| (*sequence, tokens.as_slice())).collect();
        let since = Instant::now();
        self.engine.step_while(&inputs, &mut self.open, |one| one.text.look())?;
        self.spent.steps += since.elapsed();
        let tokens = inputs.iter().map(|(_, tokens)| tokens.len()).sum();
        let since = Instant::now();
        let engine = &*self.engine;
        let mut pairs: Vec<_> =
            self.open.iter_mut().enumerate().map(|(at, one)| (one, engine.stepped(at))).collect();
        let sampling = self.settings.sampling;
        engine.each(&mut pairs, |(one, logits)| one.choose(logits, &sampling))?;
        self.spent.choices += since.elapsed();
        for one in &mut self.open {
            (self.tell)(Tell::Wrote { item: &one.item, sample: one.sample, text: &mut one.text });
        }
        (self.tell)(Tell::Step { open: self.open.len(), tokens });
        let mut i = 0;
        while i < self.open.len() {
            if self.open[i].text.is_complete() {
                let one = self.open.remove(i);
                self.close(one);
            } else {
                i += 1;
            }
        }
        Ok(())
    }

    fn close(&mut self, one: Open<D::Sequence, W>) {
        self.engine.finish(one.sequence);
        (self.tell)(Tell::Finished(Box::new(Finished {
            item: one.item,
            judge: one.judge,
            sample: one.sample,
            seed: one.seed,
            text: one.text,
            prompt_tokens: one.prompt_tokens,
            prompt_time: one.prompt_time,
            time: one.began.elapsed(),
        })));
    }
}

impl<S, W: Writer> Open<S, W> {
    fn choose(&mut self, logits: &[f32], sampling: &Sampling) -> Result<(), JudgeError> {
        self.pending = self.text.choose(logits, sampling, &mut self.rng, self.limit)?;
        Ok(())
    }
}
