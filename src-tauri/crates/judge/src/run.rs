//! A judging job from its specification to its report.

use std::time::{Duration, Instant};

use serde_json::Value;
use shinsa_jobs::{Answers, Cancel, Event};
use shinsa_lm::Sampling;

use crate::constraint::{Grammars, Verdict};
use crate::feed::Judged;
use crate::items::Items;
use crate::loaded::{Loaded, Source};
use crate::passport::{Passport, passport};
use crate::plan::Plan;
use crate::schedule::{self, Finished, Settings, Tell};
use crate::spec::{JudgeItem, JudgeReport, JudgeSpec, Method, SpentSeconds, VerdictRecord};
use crate::tally::Tally;
use crate::{JudgeError, Vocabulary};

/// Judges every sample of every item: an [`Event::Item`] with a
/// [`crate::VerdictRecord`] for each verdict as soon as it is closed, and
/// progress in between. Verdicts that were told are the caller's to keep; a
/// resumed job is given the samples that are missing.
///
/// # Errors
/// See [`JudgeError`]; [`JudgeError::Cancelled`] within a second of the wish.
pub fn run(
    spec: &JudgeSpec,
    cancel: &Cancel,
    on: &mut dyn FnMut(Event),
) -> Result<JudgeReport, JudgeError> {
    run_items(spec, None, cancel, on)
}

/// The same with items that the caller has: it is asked for them by
/// [`Event::Ask`]s, and `answers` brings them.
///
/// # Errors
/// As [`run`].
pub fn run_asking(
    spec: &JudgeSpec,
    answers: &Answers,
    cancel: &Cancel,
    on: &mut dyn FnMut(Event),
) -> Result<JudgeReport, JudgeError> {
    run_items(spec, Some(answers), cancel, on)
}

fn run_items(
    spec: &JudgeSpec,
    answers: Option<&Answers>,
    cancel: &Cancel,
    on: &mut dyn FnMut(Event),
) -> Result<JudgeReport, JudgeError> {
    let items = Items::of(spec, answers, cancel)?;
    if let Items::Here(items) = items {
        check(items, &spec.sampling)?;
        items.iter().try_for_each(|item| sound(spec.method, item))?;
    }
    check_sampling(&spec.sampling)?;
    if spec.batch == 0 || spec.threads == Some(0) {
        let reason = "batch and threads must be at least 1".to_owned();
        return Err(JudgeError::Spec { reason });
    }
    if spec.items.iter().any(|item| item.judge > spec.beside.len()) {
        let reason = "an item names a judge that the job doesn't have".to_owned();
        return Err(JudgeError::Spec { reason });
    }
    let loaded = Loaded::open(&Source::of(spec), cancel, on)?;
    let model = &loaded.model;
    let since = Instant::now();
    let grammars = Grammars::new(Vocabulary::of(model))?;
    let mut feed = Judged::new(spec, items, model, &grammars);
    let mut plan = Plan::new(&mut feed, cancel, on)?;
    if plan.texts == 0 && plan.skipped.is_empty() {
        return Err(nothing());
    }
    let passports = loaded
        .adapter_hashes()
        .zip(feed.hashes())
        .map(|(adapter, items)| passport(spec, model, adapter, items))
        .collect::<Result<Vec<_>, _>>()?;
    let mut counts = vec![Count::default(); passports.len()];
    let mut engine = loaded.engine(spec.threads, cancel)?;
    let mut tally = Tally::new(&plan, "verdicts/min", &loaded.memory);
    let settings = Settings {
        sampling: spec.method.sampling(&spec.sampling),
        seed: spec.seed,
        batch: spec.batch,
    };
    let mut unreadable = None;
    let prepared = since.elapsed();
    let spent =
        schedule::write(&mut engine, &mut plan, &mut feed, settings, cancel, &mut |tell| {
            match tell {
                Tell::Event(event) => return on(event),
                Tell::Prefilled(tokens) => tally.prefilled += tokens,
                Tell::Wrote { .. } => return,
                Tell::Step { open, tokens } => {
                    tally.open = open;
                    tally.stepped += tokens;
                }
                Tell::Finished(finished) => {
                    tally.finished += 1;
                    if let Some(count) = counts.get_mut(finished.judge) {
                        count.add(&finished.text);
                    }
                    match record(&finished) {
                        Ok(value) => on(Event::Item(value)),
                        Err(error) => unreadable = Some(error),
                    }
                }
            }
            tally.tell(on);
        })?;
    if let Some(error) = unreadable {
        return Err(error);
    }
    let shared_tokens = plan.groups.iter().map(|group| group.shared).sum();
    let (seconds, peak_rss_bytes) = (loaded.began.elapsed().as_secs_f64(), loaded.memory.peak());
    let report = |(judge, (count, passport)): (usize, (Count, Passport))| JudgeReport {
        judge_hash: passport.judge_hash,
        passport: passport.value,
        passport_hash: passport.hash,
        verdicts: count.verdicts,
        cut: count.cut,
        skipped: plan.skipped.iter().filter(|one| one.judge == judge).cloned().collect(),
        missing: Vec::new(),
        probabilities_refused: false,
        shared_tokens,
        prompt_tokens: tally.prefilled,
        verdict_tokens: count.tokens,
        forced_tokens: count.forced,
        mass: (count.verdicts > 0).then(|| count.mass / count.verdicts as f64),
        seconds,
        load_seconds: loaded.seconds,
        peak_rss_bytes,
        spent: SpentSeconds {
            preparing: prepared.as_secs_f64(),
            prompts: spent.prompts.as_secs_f64(),
            steps: spent.steps.as_secs_f64(),
            choices: spent.choices.as_secs_f64(),
        },
        beside: Vec::new(),
    };
    let mut reports = counts.into_iter().zip(passports).enumerate().map(report);
    let first = reports.next();
    let first = first.ok_or_else(|| JudgeError::Spec { reason: "no judge".to_owned() })?;
    Ok(JudgeReport { beside: reports.collect(), ..first })
}

/// What one judge's verdicts came to.
#[derive(Clone, Default)]
struct Count {
    verdicts: usize,
    cut: usize,
    tokens: usize,
    forced: usize,
    mass: f64,
}

impl Count {
    fn add(&mut self, verdict: &Verdict) {
        self.verdicts += 1;
        self.cut += usize::from(verdict.cut());
        self.tokens += verdict.tokens();
        self.forced += verdict.forced();
        self.mass += verdict.mass();
    }
}

/// A finished verdict as the payload of an item event.
fn record(finished: &Finished<Verdict>) -> Result<Value, JudgeError> {
    let verdict = &finished.text;
    let text = verdict.text();
    let answers = serde_json::from_str(&text)
        .map_err(|error| JudgeError::Grammar { reason: format!("{error} in {text}") })?;
    let record = VerdictRecord {
        item: finished.item.to_string(),
        sample: finished.sample,
        judge: finished.judge,
        seed: finished.seed,
        answers,
        text,
        prompt_tokens: small(finished.prompt_tokens),
        verdict_tokens: small(verdict.tokens()),
        forced_tokens: small(verdict.forced()),
        millis: millis(finished.time),
        mass: Some(verdict.mass()),
        cut: verdict.cut(),
        levels: verdict.levels().clone(),
    };
    // A record is plain data: it always has a JSON form.
    serde_json::to_value(record).map_err(|error| JudgeError::Grammar { reason: error.to_string() })
}

/// A count that a record holds.
pub(crate) fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Whole milliseconds.
pub(crate) fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// What every item must hold.
pub(crate) fn sound(method: Method, item: &JudgeItem) -> Result<(), JudgeError> {
    if method == Method::Probabilities && item.samples != [0] {
        let reason = "from probabilities there is one verdict on an output, sample 0".to_owned();
        return Err(JudgeError::Spec { reason });
    }
    let mut samples = item.samples.clone();
    samples.sort_unstable();
    if samples.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(twice());
    }
    Ok(())
}

fn nothing() -> JudgeError {
    let reason = "there is nothing to do; choose items and a number of samples".to_owned();
    JudgeError::Spec { reason }
}

fn twice() -> JudgeError {
    JudgeError::Spec { reason: "a sample of an item is asked for twice".to_owned() }
}

/// What every judging job, local or remote, must hold.
pub(crate) fn check(items: &[JudgeItem], sampling: &Sampling) -> Result<(), JudgeError> {
    let samples: Vec<_> = items
        .iter()
        .map(|item| ((item.id.as_str(), item.judge), item.samples.as_slice()))
        .collect();
    check_samples(&samples, sampling)
}

/// Samples by item and judge: some, none twice; and how they are drawn.
pub(crate) fn check_samples(
    items: &[((&str, usize), &[u32])],
    sampling: &Sampling,
) -> Result<(), JudgeError> {
    if items.iter().all(|(_, samples)| samples.is_empty()) {
        return Err(nothing());
    }
    let mut names: Vec<((&str, usize), u32)> = Vec::new();
    for (id, samples) in items {
        names.extend(samples.iter().map(|&sample| (*id, sample)));
    }
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(twice());
    }
    check_sampling(sampling)
}

fn check_sampling(sampling: &Sampling) -> Result<(), JudgeError> {
    if sampling.is_sound() {
        return Ok(());
    }
    let reason = "temperature must be 0 or more, top_p within (0, 1], min_p within [0, 1], the repetition penalty above 0";
    Err(JudgeError::Spec { reason: reason.to_owned() })
}
