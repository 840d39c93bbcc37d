//! What a job has done so far, as progress.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use shinsa_jobs::{Event, Progress, Rate, Throttle, TreeMemory};

use crate::plan::Plan;

/// Most often that progress is told.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// Counts texts and tokens, and tells of them now and then.
pub(crate) struct Tally<'a> {
    memory: &'a TreeMemory,
    throttle: Throttle,
    rate: Rate,
    /// What the finished ones are, per minute.
    unit: &'static str,
    total: usize,
    prompt_total: usize,
    /// Tokens of prompts that were computed.
    pub(crate) prefilled: usize,
    /// Texts that are finished.
    pub(crate) finished: usize,
    /// Texts that are being written.
    pub(crate) open: usize,
    /// Tokens of texts that were computed.
    pub(crate) stepped: usize,
}

impl<'a> Tally<'a> {
    pub(crate) fn new<W>(plan: &Plan<W>, unit: &'static str, memory: &'a TreeMemory) -> Self {
        let total = plan.texts;
        Tally {
            memory,
            throttle: Throttle::new(TELL_EVERY),
            rate: Rate::new(Instant::now(), total as u64),
            unit,
            total,
            prompt_total: plan.prompt_tokens,
            prefilled: 0,
            finished: 0,
            open: 0,
            stepped: 0,
        }
    }

    /// Tells of the progress if it is time to, or all is done.
    pub(crate) fn tell(&mut self, on: &mut dyn FnMut(Event)) {
        let now = Instant::now();
        if self.throttle.ready(now) || self.finished == self.total {
            on(Event::Progress(self.progress(now)));
        }
    }

    fn progress(&self, now: Instant) -> Progress {
        let done = self.finished as u64;
        let values = BTreeMap::from([
            ("open".to_owned(), self.open as f64),
            ("prompt_tokens".to_owned(), self.prefilled as f64),
            ("prompt_tokens_total".to_owned(), self.prompt_total as f64),
            ("decoded_tokens".to_owned(), self.stepped as f64),
        ]);
        Progress {
            phase: if done == 0 { "prefill" } else { "judge" }.into(),
            done,
            total: self.total as u64,
            rate: self.rate.per_second(done, now).map(|rate| rate * 60.0),
            rate_unit: Some(self.unit.into()),
            eta_s: self.rate.eta_s(done, now),
            rss_bytes: self.memory.now(),
            values,
        }
    }
}
