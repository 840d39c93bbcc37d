//! Judging through an OpenAI-compatible endpoint: llama-server, vLLM, Ollama.
//!
//! Off until the project's lead allows the endpoint's host by name. The server
//! is asked for a verdict under the rating's schema; what comes back is checked
//! here, and a verdict that is no JSON or breaks the schema is *missing*, with
//! its reason: never repaired, never scored as wrong. What no answer came to at
//! all (time-outs, lost connections, a busy server) is tried again, and in the
//! end left for a later run of the same name.

mod client;
mod endpoint;
mod error;
mod levels;
mod log;
mod passport;
mod retry;
mod spec;
mod strict;
mod verdict;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use shinsa_jobs::{Cancel, Event, Failure, Progress, Rate, Throttle, TreeMemory};
use tokio::task::JoinSet;

pub use endpoint::Endpoint;
pub use error::RemoteError;
pub use log::LoggedRequest;
pub use spec::{Missing, RemoteSpec};

use crate::JudgeError;
use crate::spec::{JudgeReport, VerdictRecord};
use client::Asker;

/// The variable that holds the key of an endpoint that wants one. It is read by
/// the worker alone, and neither stored nor logged.
pub const KEY_ENV: &str = "SHINSA_ENDPOINT_KEY";

/// How often cancelling is looked for while nothing comes back.
const POLL: Duration = Duration::from_millis(50);
/// Most often that progress is told.
const TELL_EVERY: Duration = Duration::from_millis(250);
/// So many samples in a row without any answer: the endpoint is gone.
const LOST_IN_A_ROW: usize = 3;

/// What became of one sample.
pub(crate) enum Outcome {
    /// A valid verdict.
    Verdict(Box<VerdictRecord>),
    /// The endpoint answered, and not with a valid verdict.
    Missing(Failure),
    /// The endpoint never answered; words why.
    Lost(String),
}

/// Judges every sample of every item through the endpoint, with the same events
/// as [`crate::run`].
///
/// # Errors
/// See [`RemoteError`]; [`JudgeError::Cancelled`] within a second of the wish.
pub fn run(
    spec: &RemoteSpec,
    key: Option<String>,
    cancel: &Cancel,
    on: &mut dyn FnMut(Event),
) -> Result<JudgeReport, JudgeError> {
    crate::run::check(&spec.items, &spec.sampling)?;
    spec.check()?;
    let endpoint = Endpoint::parse(&spec.endpoint)?;
    endpoint.allowed_by(&spec.allowed)?;
    let began = Instant::now();
    let memory = TreeMemory::start();
    let sealed = passport::passport(spec, &endpoint)?;
    let asker = Arc::new(Asker::new(spec, endpoint, key)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| RemoteError::Client { reason: error.to_string() })?;
    let mut tally = Tally::new(spec, &memory);
    let ran = runtime.block_on(all(spec, &asker, cancel, &mut tally, on));
    // A name that is still being looked up must not hold the end up.
    runtime.shutdown_background();
    ran?;
    tally.finished(asker.endpoint().host())?;
    Ok(JudgeReport {
        judge_hash: sealed.judge_hash,
        passport: sealed.value,
        passport_hash: sealed.hash,
        verdicts: tally.verdicts,
        cut: 0,
        skipped: Vec::new(),
        missing: tally.missing,
        probabilities_refused: asker.is_plain(),
        shared_tokens: 0,
        prompt_tokens: tally.prompt_tokens,
        verdict_tokens: tally.verdict_tokens,
        forced_tokens: 0,
        mass: None,
        seconds: began.elapsed().as_secs_f64(),
        load_seconds: 0.0,
        peak_rss_bytes: memory.peak(),
        spent: crate::spec::SpentSeconds::default(),
        beside: Vec::new(),
    })
}

async fn all(
    spec: &RemoteSpec,
    asker: &Arc<Asker>,
    cancel: &Cancel,
    tally: &mut Tally<'_>,
    on: &mut dyn FnMut(Event),
) -> Result<(), JudgeError> {
    let each = spec.items.iter().enumerate();
    let mut waiting: VecDeque<(usize, u32)> =
        each.flat_map(|(index, item)| item.samples.iter().map(move |&k| (index, k))).collect();
    // Dropped with everything in it when this returns: open requests are cut.
    let mut open = JoinSet::new();
    on(Event::Progress(tally.progress(Instant::now(), 0)));
    loop {
        if cancel.is_cancelled() {
            return Err(JudgeError::Cancelled);
        }
        while open.len() < spec.parallel
            && let Some((index, sample)) = waiting.pop_front()
        {
            let asker = Arc::clone(asker);
            open.spawn(async move { (index, sample, asker.sample(index, sample).await) });
        }
        if open.is_empty() {
            return Ok(());
        }
        let Ok(joined) = tokio::time::timeout(POLL, open.join_next()).await else { continue };
        let Some(joined) = joined else { return Ok(()) };
        let (index, sample, outcome) =
            joined.map_err(|error| RemoteError::Client { reason: error.to_string() })?;
        tally.hear(&spec.items[index].id, sample, outcome?, open.len(), on);
        if tally.lost_in_a_row >= LOST_IN_A_ROW {
            return tally.finished(asker.endpoint().host()).map_err(JudgeError::from);
        }
    }
}

/// Counts outcomes and passes them on.
struct Tally<'a> {
    memory: &'a TreeMemory,
    throttle: Throttle,
    rate: Rate,
    total: usize,
    verdicts: usize,
    missing: Vec<Missing>,
    lost: usize,
    lost_in_a_row: usize,
    last_loss: String,
    prompt_tokens: usize,
    verdict_tokens: usize,
}

impl<'a> Tally<'a> {
    fn new(spec: &RemoteSpec, memory: &'a TreeMemory) -> Self {
        let total = spec.items.iter().map(|item| item.samples.len()).sum();
        Tally {
            memory,
            throttle: Throttle::new(TELL_EVERY),
            rate: Rate::new(Instant::now(), total as u64),
            total,
            verdicts: 0,
            missing: Vec::new(),
            lost: 0,
            lost_in_a_row: 0,
            last_loss: String::new(),
            prompt_tokens: 0,
            verdict_tokens: 0,
        }
    }

    fn hear(
        &mut self,
        item: &str,
        sample: u32,
        outcome: Outcome,
        open: usize,
        on: &mut dyn FnMut(Event),
    ) {
        match outcome {
            Outcome::Verdict(record) => {
                self.lost_in_a_row = 0;
                self.verdicts += 1;
                self.prompt_tokens += record.prompt_tokens as usize;
                self.verdict_tokens += record.verdict_tokens as usize;
                // A record is plain data: it always has a JSON form.
                if let Ok(value) = serde_json::to_value(&*record) {
                    on(Event::Item(value));
                }
            }
            Outcome::Missing(failure) => {
                self.lost_in_a_row = 0;
                self.missing.push(Missing { item: item.to_owned(), sample, failure });
            }
            Outcome::Lost(reason) => {
                self.lost_in_a_row += 1;
                self.lost += 1;
                self.last_loss = reason;
            }
        }
        let now = Instant::now();
        if self.throttle.ready(now) || self.done() == self.total {
            on(Event::Progress(self.progress(now, open)));
        }
    }

    fn done(&self) -> usize {
        self.verdicts + self.missing.len() + self.lost
    }

    /// Samples without any answer leave the job unfinished, to be gone on with.
    fn finished(&self, host: &str) -> Result<(), RemoteError> {
        if self.lost == 0 {
            return Ok(());
        }
        Err(RemoteError::Unfinished {
            host: host.to_owned(),
            count: self.total - self.verdicts - self.missing.len(),
            reason: self.last_loss.clone(),
        })
    }

    fn progress(&self, now: Instant, open: usize) -> Progress {
        let done = self.done() as u64;
        let values = BTreeMap::from([
            ("open".to_owned(), open as f64),
            ("missing".to_owned(), self.missing.len() as f64),
        ]);
        Progress {
            phase: "judge".into(),
            done,
            total: self.total as u64,
            rate: self.rate.per_second(done, now).map(|rate| rate * 60.0),
            rate_unit: Some("verdicts/min".into()),
            eta_s: self.rate.eta_s(done, now),
            rss_bytes: self.memory.now(),
            values,
        }
    }
}
