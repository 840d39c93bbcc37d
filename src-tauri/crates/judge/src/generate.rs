//! Writing outputs: free text by the engine that writes verdicts.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shinsa_jobs::{Cancel, Event};
use shinsa_lm::{Device, Model, Numeric, Rng, Sampling, sample};
use shinsa_prompt::Message;

use crate::JudgeError;
use crate::loaded::{Loaded, Source};
use crate::passport::{hash, numeric_mode, sampled, stamp, together};
use crate::plan::{Draft, Feed, Plan, Ready, first_turn, prompt};
use crate::run::{millis, small};
use crate::schedule::{self, Finished, Settings, Tell};
use crate::spec::Skipped;
use crate::tally::Tally;
use crate::writer::Writer;

/// Most often that more of one text is told.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// One prompt to be answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenerateItem {
    /// The caller's name for it; part of every sample's seed.
    pub id: String,
    /// What the model is given. A first turn that items share is computed once.
    pub messages: Vec<Message>,
    /// Numbers of the samples still to be made.
    pub samples: Vec<u32>,
}

/// A job that writes outputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenerateSpec {
    /// A `*.gguf` file, or a folder with a safetensors model.
    pub model: PathBuf,
    /// A PEFT adapter's folder.
    pub adapter: Option<PathBuf>,
    /// What is answered.
    pub items: Vec<GenerateItem>,
    /// What computes.
    #[serde(default)]
    pub device: Device,
    /// How the CPU computes; on a GPU it plays no part.
    #[serde(default)]
    pub numeric: Numeric,
    /// How tokens are drawn.
    pub sampling: Sampling,
    /// With an item's id and a sample's number, the seed of that sample.
    pub seed: u64,
    /// Most tokens of one output; longer ones are cut off there.
    pub max_tokens: usize,
    /// Outputs that are written at the same time; on the CPU that changes nothing
    /// but speed, on a GPU the last bits of the logits, too.
    pub batch: usize,
    /// Threads; all of the machine's by default. Changes nothing but speed.
    pub threads: Option<usize>,
    /// Whether pieces of text are told as they are written.
    #[serde(default)]
    pub stream: bool,
    /// Further hashes for the passport.
    #[serde(default)]
    pub inputs: BTreeMap<String, String>,
}

/// The payload of an item event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Generated {
    /// More of an output's text; only where it was asked for.
    Piece {
        /// The item's id.
        item: String,
        /// The sample's number.
        sample: u32,
        /// What was added.
        text: String,
    },
    /// A finished output.
    Output {
        /// The item's id.
        item: String,
        /// The sample's number.
        sample: u32,
        /// The sample's own seed.
        seed: u64,
        /// The text, without blanks around it.
        text: String,
        /// Whether it was cut off at `max_tokens`.
        cut: bool,
        /// Tokens of the prompt.
        prompt_tokens: u32,
        /// Of those, the ones that were not computed for all items together, in milliseconds.
        prompt_millis: u32,
        /// Tokens of the output.
        tokens: u32,
        /// Wall time from the first choice to the last; outputs written together share it.
        millis: u32,
    },
}

/// What the job leaves behind: the payload of the done event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GenerateReport {
    /// Everything that decides the outputs, with its own hash as `hash`.
    pub passport: Value,
    /// BLAKE3 of the passport's canonical JSON without `hash`.
    pub passport_hash: String,
    /// Outputs written.
    pub outputs: usize,
    /// Of those, how many were cut off.
    pub cut: usize,
    /// Prompts that could not be answered.
    pub skipped: Vec<Skipped>,
    /// Tokens of all prompts, shared ones counted once.
    pub prompt_tokens: usize,
    /// Tokens of all outputs.
    pub output_tokens: usize,
    /// Wall time, loading included.
    pub seconds: f64,
    /// Of that, reading the model.
    pub load_seconds: f64,
    /// Most resident memory of this process and its children.
    pub peak_rss_bytes: u64,
}

/// Writes every sample of every item: an [`Event::Item`] with a [`Generated`]
/// for each as soon as it is finished, and progress in between. Finished outputs
/// are the caller's to keep; a resumed job is given the samples that are missing.
///
/// # Errors
/// See [`JudgeError`]; [`JudgeError::Cancelled`] within a second of the wish.
pub fn generate(
    spec: &GenerateSpec,
    cancel: &Cancel,
    on: &mut dyn FnMut(Event),
) -> Result<GenerateReport, JudgeError> {
    check(spec)?;
    let (model, judges) = (spec.model.clone(), vec![spec.adapter.clone()]);
    let loaded = Loaded::open(
        &Source { model, judges, device: spec.device, numeric: spec.numeric },
        cancel,
        on,
    )?;
    let model = &loaded.model;
    let mut feed = Prompts { spec, model };
    let mut plan = Plan::new(&mut feed, cancel, on)?;
    let (passport, passport_hash) = passport(spec, &loaded)?;
    let mut engine = loaded.engine(spec.threads, cancel)?;
    let mut tally = Tally::new(&plan, "outputs/min", &loaded.memory);
    let (mut cut, mut output_tokens) = (0, 0);
    let settings = Settings { sampling: spec.sampling, seed: spec.seed, batch: spec.batch };
    schedule::write(&mut engine, &mut plan, &mut feed, settings, cancel, &mut |tell| {
        match tell {
            Tell::Event(event) => return on(event),
            Tell::Prefilled(tokens) => tally.prefilled += tokens,
            Tell::Wrote { item, sample, text } => {
                let more = if spec.stream { text.more(Instant::now()) } else { String::new() };
                if !more.is_empty() {
                    tell_of(Generated::Piece { item: item.to_owned(), sample, text: more }, on);
                }
                return;
            }
            Tell::Step { open, tokens } => {
                tally.open = open;
                tally.stepped += tokens;
            }
            Tell::Finished(finished) => {
                tally.finished += 1;
                cut += usize::from(finished.text.cut);
                output_tokens += finished.text.written.len();
                tell_of(output(&finished), on);
            }
        }
        tally.tell(on);
    })?;
    Ok(GenerateReport {
        passport,
        passport_hash,
        outputs: tally.finished,
        cut,
        skipped: plan.skipped,
        prompt_tokens: tally.prefilled,
        output_tokens,
        seconds: loaded.began.elapsed().as_secs_f64(),
        load_seconds: loaded.seconds,
        peak_rss_bytes: loaded.memory.peak(),
    })
}

/// Plain data always has a JSON form.
fn tell_of(generated: Generated, on: &mut dyn FnMut(Event)) {
    if let Ok(value) = serde_json::to_value(generated) {
        on(Event::Item(value));
    }
}

fn output(finished: &Finished<FreeText>) -> Generated {
    Generated::Output {
        item: finished.item.to_string(),
        sample: finished.sample,
        seed: finished.seed,
        text: finished.text.text().trim().to_owned(),
        cut: finished.text.cut,
        prompt_tokens: small(finished.prompt_tokens),
        prompt_millis: millis(finished.prompt_time),
        tokens: small(finished.text.written.len()),
        millis: millis(finished.time),
    }
}

fn check(spec: &GenerateSpec) -> Result<(), JudgeError> {
    let samples: Vec<_> =
        spec.items.iter().map(|item| ((item.id.as_str(), 0), item.samples.as_slice())).collect();
    crate::run::check_samples(&samples, &spec.sampling)?;
    if spec.batch == 0 || spec.threads == Some(0) || spec.max_tokens == 0 {
        let reason = "batch, threads and max_tokens must be at least 1".to_owned();
        return Err(JudgeError::Spec { reason });
    }
    Ok(())
}

fn ready(
    spec: &GenerateSpec,
    item: &GenerateItem,
    model: &Arc<Model>,
) -> Result<Ready<FreeText>, JudgeError> {
    let limit = spec.max_tokens;
    let prompt = prompt(&item.id, &item.messages, limit, model)?;
    let text = FreeText::new(Arc::clone(model));
    let (id, samples) = (item.id.as_str().into(), item.samples.clone());
    Ok(Ready { id, judge: 0, prompt, text, limit, samples })
}

/// The job's items, made ready.
struct Prompts<'a> {
    spec: &'a GenerateSpec,
    model: &'a Arc<Model>,
}

impl Feed<FreeText> for Prompts<'_> {
    fn count(&self) -> usize {
        self.spec.items.len()
    }

    fn drafts(
        &mut self,
        at: &[usize],
        _: &mut dyn FnMut(Event),
    ) -> Result<Vec<Draft<FreeText>>, JudgeError> {
        let items = at.iter().filter_map(|&at| self.spec.items.get(at));
        let draft = |item: &GenerateItem| Draft {
            id: item.id.clone(),
            judge: 0,
            turn: first_turn(&item.messages),
            ready: ready(self.spec, item, self.model),
        };
        Ok(items.map(draft).collect())
    }
}

fn passport(spec: &GenerateSpec, loaded: &Loaded) -> Result<(Value, String), JudgeError> {
    let items: Vec<Value> =
        spec.items.iter().map(|item| json!({"id": item.id, "messages": item.messages})).collect();
    let mut decoding = sampled(&spec.sampling, spec.max_tokens);
    together(spec.device, spec.batch, &mut decoding);
    stamp(json!({
        "format": "shinsa-passport",
        "version": 1,
        "kind": "generating",
        "model": {
            "engine": {"name": "shinsa", "version": env!("CARGO_PKG_VERSION"), "device": spec.device.name()},
            "numeric_mode": numeric_mode(spec.device, spec.numeric),
            "base": {
                "weights": loaded.model.hash.weights,
                "tokenizer": loaded.model.hash.tokenizer,
                "template": loaded.model.hash.template,
            },
            "adapter": loaded.adapter_hashes().next().flatten(),
        },
        "inputs": spec.inputs,
        "decoding": decoding,
        "data": {"items": hash(&Value::Array(items))?, "item_count": spec.items.len()},
        "seed": spec.seed.to_string(),
    }))
}

/// Text without a grammar, until the model ends it.
#[derive(Clone)]
struct FreeText {
    model: Arc<Model>,
    bytes: Vec<u8>,
    /// Bytes that were told.
    told: usize,
    /// When, last.
    told_at: Option<Instant>,
    written: Vec<u32>,
    ended: bool,
    cut: bool,
}

impl FreeText {
    fn new(model: Arc<Model>) -> Self {
        FreeText {
            model,
            bytes: Vec::new(),
            told: 0,
            told_at: None,
            written: Vec::new(),
            ended: false,
            cut: false,
        }
    }

    /// Whole; what isn't UTF-8 is replaced.
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Whole characters that were not told yet; none where some were a moment ago.
    fn more(&mut self, now: Instant) -> String {
        if self.told_at.is_some_and(|at| now.duration_since(at) < TELL_EVERY) {
            return String::new();
        }
        self.told_at = Some(now);
        let new = &self.bytes[self.told..];
        let whole = match std::str::from_utf8(new) {
            Ok(text) => text.len(),
            // A character may still lack its last bytes.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => new.len(),
        };
        let text = String::from_utf8_lossy(&new[..whole]).into_owned();
        self.told += whole;
        text
    }
}

impl Writer for FreeText {
    fn force(&mut self) -> Result<Vec<u32>, JudgeError> {
        Ok(Vec::new())
    }

    fn choose(
        &mut self,
        logits: &[f32],
        sampling: &Sampling,
        rng: &mut Rng,
        limit: usize,
    ) -> Result<Vec<u32>, JudgeError> {
        let token = sample(logits, None, &self.written, sampling, rng).ok_or_else(|| {
            JudgeError::Spec { reason: "the model's logits are no numbers".into() }
        })?;
        let tokenizer = &self.model.tokenizer;
        if tokenizer.ends().contains(&token) {
            self.ended = true;
            return Ok(Vec::new());
        }
        self.written.push(token);
        if !tokenizer.is_special(token) {
            self.bytes.extend(tokenizer.token_bytes(token));
        }
        self.cut = self.written.len() >= limit;
        Ok(vec![token])
    }

    fn is_complete(&self) -> bool {
        self.ended || self.cut
    }
}
