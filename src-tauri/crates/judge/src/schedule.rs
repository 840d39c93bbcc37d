//! Many verdicts at once: each step of the model continues all that are open.

use std::time::Instant;

use shinsa_jobs::Cancel;
use shinsa_lm::{Rng, Sampling};

use crate::JudgeError;
use crate::constraint::Verdict;
use crate::decode::Decode;
use crate::plan::{Group, Ready};
use crate::spec::{JudgeSpec, VerdictRecord, sample_seed};

/// Prompts are computed in pieces of this many tokens, counted from where an
/// item's own part begins, so that a wish to stop is heard in between.
const CHUNK: usize = 64;

/// What the job tells its caller while it runs.
pub(crate) enum Tell {
    /// Some tokens of prompts were computed.
    Prefilled(usize),
    /// A verdict is finished.
    Verdict(Box<VerdictRecord>),
    /// A step was done; so many verdicts are open.
    Step { open: usize, tokens: usize },
}

/// How verdicts are drawn.
#[derive(Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) sampling: Sampling,
    pub(crate) seed: u64,
    pub(crate) batch: usize,
}

impl From<&JudgeSpec> for Settings {
    fn from(spec: &JudgeSpec) -> Self {
        Settings { sampling: spec.sampling, seed: spec.seed, batch: spec.batch }
    }
}

struct Open<S> {
    item: String,
    sample: u32,
    seed: u64,
    sequence: S,
    verdict: Verdict,
    rng: Rng,
    /// Taken but not yet fed to the model.
    pending: Vec<u32>,
    prompt_tokens: usize,
    /// Most tokens of the verdict.
    limit: usize,
    began: Instant,
}

/// Judges every sample of every item and tells of each verdict as it is closed.
pub(crate) fn judge<D: Decode>(
    engine: &mut D,
    groups: &[Group],
    spec: &JudgeSpec,
    cancel: &Cancel,
    tell: &mut dyn FnMut(Tell),
) -> Result<(), JudgeError> {
    let settings = Settings::from(spec);
    let mut open: Vec<Open<D::Sequence>> = Vec::new();
    for group in groups {
        let mut shared: Option<D::Prefix> = None;
        for ready in &group.items {
            let item = &spec.items[ready.index];
            if item.samples.is_empty() {
                continue;
            }
            if shared.is_none() && group.shared > 0 {
                let beginning = &ready.prompt[..group.shared];
                shared = Some(prefill(engine, None, beginning, cancel, tell)?);
            }
            let mut verdict = ready.verdict.clone();
            let forced = verdict.force()?;
            let own = [&ready.prompt[group.shared..], &forced].concat();
            let prefix = prefill(engine, shared.as_ref(), &own, cancel, tell)?;
            for &sample in &item.samples {
                while open.len() >= settings.batch {
                    step(engine, &mut open, settings, cancel, tell)?;
                }
                begin(
                    engine, &mut open, ready, &item.id, sample, &verdict, &prefix, settings, tell,
                )?;
            }
        }
    }
    while !open.is_empty() {
        step(engine, &mut open, settings, cancel, tell)?;
    }
    Ok(())
}

fn prefill<D: Decode>(
    engine: &mut D,
    parent: Option<&D::Prefix>,
    tokens: &[u32],
    cancel: &Cancel,
    tell: &mut dyn FnMut(Tell),
) -> Result<D::Prefix, JudgeError> {
    let mut prefix = parent.cloned();
    for chunk in tokens.chunks(CHUNK) {
        if cancel.is_cancelled() {
            return Err(JudgeError::Cancelled);
        }
        prefix = Some(engine.prefix(prefix.as_ref(), chunk)?);
        tell(Tell::Prefilled(chunk.len()));
    }
    prefix.ok_or_else(|| JudgeError::Spec { reason: "an item's prompt is empty".into() })
}

/// The first choice comes from the prompt's own logits.
#[allow(clippy::too_many_arguments)] // one verdict's whole beginning
fn begin<D: Decode>(
    engine: &mut D,
    open: &mut Vec<Open<D::Sequence>>,
    ready: &Ready,
    item: &str,
    sample: u32,
    empty: &Verdict,
    prefix: &D::Prefix,
    settings: Settings,
    tell: &mut dyn FnMut(Tell),
) -> Result<(), JudgeError> {
    let seed = sample_seed(settings.seed, item, sample);
    let mut one = Open {
        item: item.to_owned(),
        sample,
        seed,
        sequence: engine.start(prefix),
        verdict: empty.clone(),
        rng: Rng::new(seed, 0),
        pending: Vec::new(),
        prompt_tokens: ready.prompt.len(),
        limit: ready.limit,
        began: Instant::now(),
    };
    if !one.verdict.is_complete() {
        let logits = engine.logits(prefix);
        let sampling = &settings.sampling;
        one.pending = one.verdict.choose(logits, sampling, &mut one.rng, one.limit)?;
    }
    if one.verdict.is_complete() {
        close(engine, one, tell)
    } else {
        open.push(one);
        Ok(())
    }
}

fn step<D: Decode>(
    engine: &mut D,
    open: &mut Vec<Open<D::Sequence>>,
    settings: Settings,
    cancel: &Cancel,
    tell: &mut dyn FnMut(Tell),
) -> Result<(), JudgeError> {
    if cancel.is_cancelled() {
        return Err(JudgeError::Cancelled);
    }
    let inputs: Vec<(D::Sequence, &[u32])> =
        open.iter().map(|one| (one.sequence, one.pending.as_slice())).collect();
    let logits = engine.step(&inputs)?;
    let tokens = inputs.iter().map(|(_, tokens)| tokens.len()).sum();
    if logits.len() != open.len() {
        return Err(JudgeError::Spec { reason: "the engine lost a sequence".into() });
    }
    for (one, logits) in open.iter_mut().zip(&logits) {
        let sampling = &settings.sampling;
        one.pending = one.verdict.choose(logits, sampling, &mut one.rng, one.limit)?;
    }
    tell(Tell::Step { open: open.len(), tokens });
    let mut i = 0;
    while i < open.len() {
        if open[i].verdict.is_complete() {
            let one = open.remove(i);
            close(engine, one, tell)?;
        } else {
            i += 1;
        }
    }
    Ok(())
}

fn close<D: Decode>(
    engine: &mut D,
    one: Open<D::Sequence>,
    tell: &mut dyn FnMut(Tell),
) -> Result<(), JudgeError> {
    engine.finish(one.sequence);
    let text = one.verdict.text();
    let answers = serde_json::from_str(&text)
        .map_err(|error| JudgeError::Grammar { reason: format!("{error} in {text}") })?;
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    tell(Tell::Verdict(Box::new(VerdictRecord {
        item: one.item,
        sample: one.sample,
        seed: one.seed,
        answers,
        text,
        prompt_tokens: count(one.prompt_tokens),
        verdict_tokens: count(one.verdict.tokens()),
        forced_tokens: count(one.verdict.forced()),
        millis: u32::try_from(one.began.elapsed().as_millis()).unwrap_or(u32::MAX),
        mass: Some(one.verdict.mass()),
        cut: one.verdict.cut(),
        levels: one.verdict.levels().clone(),
    })));
    Ok(())
}
