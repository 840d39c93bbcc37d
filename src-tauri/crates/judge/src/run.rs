//! A judging job from its specification to its report.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use shinsa_jobs::{Cancel, Event, Progress, Rate, Throttle, TreeMemory, watched};
use shinsa_lm::{Lora, Model, Numeric, OpenOptions, Sampling, peft};

use crate::constraint::Grammars;
use crate::decode::Local;
use crate::passport::passport;
use crate::plan::Plan;
use crate::schedule::{self, Tell};
use crate::spec::{JudgeItem, JudgeReport, JudgeSpec};
use crate::{JudgeError, Vocabulary};

/// Most often that progress is told.
const TELL_EVERY: Duration = Duration::from_millis(250);

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
    check(&spec.items, &spec.sampling)?;
    if spec.batch == 0 || spec.threads == Some(0) {
        let reason = "batch and threads must be at least 1".to_owned();
        return Err(JudgeError::Spec { reason });
    }
    let began = Instant::now();
    let memory = TreeMemory::start();
    on(Event::Progress(Progress { phase: "load".into(), total: 1, ..Progress::default() }));
    let (path, dir) = (spec.model.clone(), spec.adapter.clone());
    let numeric = spec.numeric;
    let (model, adapter) = watched(cancel, move || load(&path, dir.as_deref(), numeric))??;
    let model = Arc::new(model);
    let load_seconds = began.elapsed().as_secs_f64();
    let grammars = Grammars::new(Vocabulary::of(&model))?;
    let plan = Plan::new(spec, &model, &grammars)?;
    let passport = passport(spec, &model, adapter.as_ref().map(|(_, hash)| hash.as_str()))?;
    let pool = spec.threads.map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.map_err(|error| JudgeError::Spec { reason: error.to_string() })
    });
    let pool = pool.transpose()?.map(Arc::new);
    let mut engine = Local::new(&model, adapter.as_ref().map(|(lora, _)| lora), pool);
    let mut tally = Tally::new(spec, &plan, &memory);
    schedule::judge(&mut engine, &plan.groups, spec, cancel, &mut |tell| tally.hear(tell, on))?;
    let shared_tokens = plan.groups.iter().map(|group| group.shared).sum();
    Ok(JudgeReport {
        judge_hash: passport.judge_hash,
        passport: passport.value,
        passport_hash: passport.hash,
        verdicts: tally.verdicts,
        cut: tally.cut,
        skipped: plan.skipped,
        missing: Vec::new(),
        shared_tokens,
        prompt_tokens: tally.prefilled,
        verdict_tokens: tally.verdict_tokens,
        forced_tokens: tally.forced_tokens,
        mass: (tally.verdicts > 0).then(|| tally.mass / tally.verdicts as f64),
        seconds: began.elapsed().as_secs_f64(),
        load_seconds,
        peak_rss_bytes: memory.peak(),
    })
}

/// What every judging job, local or remote, must hold.
pub(crate) fn check(items: &[JudgeItem], sampling: &Sampling) -> Result<(), JudgeError> {
    let refuse = |reason: &str| Err(JudgeError::Spec { reason: reason.to_owned() });
    if items.iter().all(|item| item.samples.is_empty()) {
        return refuse("there is nothing to judge; choose outputs and a number of samples");
    }
    let mut names: Vec<(&str, u32)> = Vec::new();
    for item in items {
        names.extend(item.samples.iter().map(|&sample| (item.id.as_str(), sample)));
    }
    names.sort_unstable();
    if names.windows(2).any(|pair| pair[0] == pair[1]) {
        return refuse("a sample of an item is asked for twice");
    }
    let sound = sampling.temperature.is_finite()
        && sampling.temperature >= 0.0
        && sampling.top_p > 0.0
        && sampling.top_p <= 1.0;
    if sound { Ok(()) } else { refuse("temperature must be 0 or more, top_p within (0, 1]") }
}

/// The model; the adapter and its hash.
type Loaded = (Model, Option<(Lora, String)>);

fn load(path: &Path, adapter: Option<&Path>, numeric: Numeric) -> Result<Loaded, JudgeError> {
    let model = Model::open(path, &OpenOptions { numeric, ..OpenOptions::default() })?;
    let adapter = match adapter {
        Some(dir) => Some((peft::load_peft(dir, &model)?, peft::adapter_hash(dir)?)),
        None => None,
    };
    Ok((model, adapter))
}

/// Counts what the schedule tells, and passes it on.
struct Tally<'a> {
    memory: &'a TreeMemory,
    throttle: Throttle,
    rate: Rate,
    total: usize,
    prompt_total: usize,
    prefilled: usize,
    verdicts: usize,
    cut: usize,
    verdict_tokens: usize,
    forced_tokens: usize,
    mass: f64,
    open: usize,
    stepped: usize,
}

impl<'a> Tally<'a> {
    fn new(spec: &JudgeSpec, plan: &Plan, memory: &'a TreeMemory) -> Self {
        let ready = || plan.groups.iter().flat_map(|group| &group.items);
        let total = ready().map(|ready| spec.items[ready.index].samples.len()).sum();
        let shared: usize = plan
            .groups
            .iter()
            .map(|group| group.shared * group.items.len().saturating_sub(1))
            .sum();
        let prompt_total = ready().map(|ready| ready.prompt.len()).sum::<usize>() - shared;
        Tally {
            memory,
            throttle: Throttle::new(TELL_EVERY),
            rate: Rate::new(Instant::now(), total as u64),
            total,
            prompt_total,
            prefilled: 0,
            verdicts: 0,
            cut: 0,
            verdict_tokens: 0,
            forced_tokens: 0,
            mass: 0.0,
            open: 0,
            stepped: 0,
        }
    }

    fn hear(&mut self, tell: Tell, on: &mut dyn FnMut(Event)) {
        match tell {
            Tell::Prefilled(tokens) => self.prefilled += tokens,
            Tell::Step { open, tokens } => {
                self.open = open;
                self.stepped += tokens;
            }
            Tell::Verdict(record) => {
                self.verdicts += 1;
                self.cut += usize::from(record.cut);
                self.verdict_tokens += record.verdict_tokens as usize;
                self.forced_tokens += record.forced_tokens as usize;
                self.mass += record.mass.unwrap_or_default();
                // A record is plain data: it always has a JSON form.
                if let Ok(value) = serde_json::to_value(&*record) {
                    on(Event::Item(value));
                }
            }
        }
        let now = Instant::now();
        if self.throttle.ready(now) || self.verdicts == self.total {
            on(Event::Progress(self.progress(now)));
        }
    }

    fn progress(&self, now: Instant) -> Progress {
        let done = self.verdicts as u64;
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
            rate_unit: Some("verdicts/min".into()),
            eta_s: self.rate.eta_s(done, now),
            rss_bytes: self.memory.now(),
            values,
        }
    }
}
