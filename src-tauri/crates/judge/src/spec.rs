//! What a judging job is given, and what it gives back.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shinsa_domain::LevelProbability;
use shinsa_jobs::Failure;
use shinsa_lm::{Device, Numeric, Sampling};
use shinsa_prompt::Message;

use crate::remote::Missing;

/// One output to be judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeItem {
    /// The caller's name for it; part of every sample's seed.
    pub id: String,
    /// System turn: the rubric, the same for all outputs, so that it is computed
    /// once. User turn: case and output.
    pub messages: Vec<Message>,
    /// The rating's schema for a judge.
    pub schema: Value,
    /// Numbers of the samples still to be made.
    pub samples: Vec<u32>,
    /// By which of the job's judges: 0 is the one with `adapter`, `k` the one with
    /// `beside[k - 1]`. It plays no part in the samples' seeds.
    #[serde(default)]
    pub judge: usize,
}

/// How the numbers of a verdict come about. Verdicts of different methods are
/// different judges'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Every sample's answers are drawn.
    #[default]
    Sampled,
    /// One verdict of the likeliest answers; what counts of a criterion is the
    /// distribution over its answers, given the likeliest ones before it
    /// (`levels`), where one token decides.
    Probabilities,
}

impl Method {
    /// As it stands in a passport.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sampled => "sampled",
            Self::Probabilities => "probabilities",
        }
    }

    /// How tokens are drawn, if `wanted` is what was asked for.
    pub(crate) fn sampling(self, wanted: &Sampling) -> Sampling {
        match self {
            Self::Sampled => *wanted,
            Self::Probabilities => Sampling::default(),
        }
    }
}

/// A judging job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeSpec {
    /// A `*.gguf` file, or a folder with a safetensors model.
    pub model: PathBuf,
    /// A PEFT adapter's folder.
    pub adapter: Option<PathBuf>,
    /// Adapters of further judges of the same model (`None`: the model alone).
    /// Their verdicts are written in the same batches, and are those that a job
    /// of their own would give.
    #[serde(default)]
    pub beside: Vec<Option<PathBuf>>,
    /// What is judged.
    pub items: Vec<JudgeItem>,
    /// So many items are asked for as they are needed, instead: see
    /// [`crate::asked_places`]. Each is asked for at most twice.
    #[serde(default)]
    pub asked: usize,
    /// What computes.
    #[serde(default)]
    pub device: Device,
    /// How the CPU computes; on a GPU it plays no part.
    #[serde(default)]
    pub numeric: Numeric,
    /// How numbers come about.
    #[serde(default)]
    pub method: Method,
    /// How tokens are drawn; from probabilities none is.
    pub sampling: Sampling,
    /// With an item's id and a sample's number, the seed of that sample.
    pub seed: u64,
    /// Most tokens of one verdict with texts: they are ended early where they
    /// would not fit, and a job whose scores alone might not fit is refused.
    /// Verdicts without texts are bounded by their schema.
    pub max_tokens: usize,
    /// Verdicts that are written at the same time; on the CPU that changes nothing
    /// but speed, on a GPU the last bits of the logits, too.
    pub batch: usize,
    /// Threads; all of the machine's by default. Changes nothing but speed.
    pub threads: Option<usize>,
    /// Further hashes for the passport: rubric, prompt template, data.
    pub inputs: BTreeMap<String, String>,
}

/// One finished verdict: the payload of an item event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerdictRecord {
    /// The item's id.
    pub item: String,
    /// The sample's number.
    pub sample: u32,
    /// Whose it is: see [`JudgeItem::judge`].
    #[serde(default)]
    pub judge: usize,
    /// The sample's own seed.
    pub seed: u64,
    /// The answers, valid under the item's schema.
    pub answers: Value,
    /// The JSON text as it was written.
    pub text: String,
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Tokens of the verdict.
    pub verdict_tokens: u32,
    /// Of those, how many the grammar left no choice about.
    pub forced_tokens: u32,
    /// Wall time from the first choice to the last; verdicts made together share it.
    pub millis: u32,
    /// Mean probability that the model gave to the allowed tokens before the
    /// rest was masked, over all free choices, at temperature 1. An endpoint does
    /// not tell it.
    pub mass: Option<f64>,
    /// Whether a text was ended early to stay within `max_tokens`.
    pub cut: bool,
    /// Per criterion, the probability of each answer among the allowed ones at
    /// temperature 1, where one token decides it. Criteria inside lists are
    /// named as `drugs[1].label`.
    pub levels: BTreeMap<String, Vec<LevelProbability>>,
}

/// An item that could not be judged; the others were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its id.
    pub item: String,
    /// By which judge: see [`JudgeItem::judge`].
    #[serde(default)]
    pub judge: usize,
    /// Why.
    pub failure: Failure,
}

/// Wall time of a job by what it went to, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SpentSeconds {
    /// Grammars and prompts, before anything is computed.
    pub preparing: f64,
    /// The model over prompts.
    pub prompts: f64,
    /// The model over what is being written; on a GPU the grammars, too.
    pub steps: f64,
    /// Choosing tokens.
    pub choices: f64,
}

/// What a judging job leaves behind: the payload of the done event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgeReport {
    /// Identity of the judge: model, adapter, rubric and prompt (by `inputs`),
    /// decoding. The same for the same judge, whatever was judged.
    pub judge_hash: String,
    /// Everything that decides the verdicts, with its own hash as `hash`.
    pub passport: Value,
    /// BLAKE3 of the passport's canonical JSON without `hash`.
    pub passport_hash: String,
    /// Verdicts made.
    pub verdicts: usize,
    /// Of those, how many had a text ended early.
    pub cut: usize,
    /// Items that could not be judged.
    pub skipped: Vec<Skipped>,
    /// Samples that an endpoint answered without a valid verdict.
    #[serde(default)]
    pub missing: Vec<Missing>,
    /// Whether an endpoint refused to give probabilities, so that it was asked without.
    #[serde(default)]
    pub probabilities_refused: bool,
    /// Tokens that were computed once for several items.
    pub shared_tokens: usize,
    /// Tokens of all items' prompts, shared ones counted once.
    pub prompt_tokens: usize,
    /// Tokens of all verdicts.
    pub verdict_tokens: usize,
    /// Of those, forced by the grammar.
    pub forced_tokens: usize,
    /// Mean of the verdicts' `mass`; `None` without verdicts.
    pub mass: Option<f64>,
    /// Wall time, loading included.
    pub seconds: f64,
    /// Of that, reading the model.
    pub load_seconds: f64,
    /// What the wall time after loading went to.
    #[serde(default)]
    pub spent: SpentSeconds,
    /// Most resident memory of this process and its children.
    pub peak_rss_bytes: u64,
    /// The same of the judges beside the first, in the specification's order;
    /// time, memory and `prompt_tokens` are the whole job's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<JudgeReport>,
}

/// The seed of one sample: the first eight bytes (little-endian) of BLAKE3 over
/// the job's seed, the item's id and the sample's number, so that a verdict
/// doesn't depend on what else is judged.
#[must_use]
pub fn sample_seed(seed: u64, item: &str, sample: u32) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"shinsa-verdict-1\n");
    hasher.update(&seed.to_le_bytes());
    hasher.update(&sample.to_le_bytes());
    hasher.update(item.as_bytes());
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_depends_on_job_item_and_sample_only() {
        assert_eq!(sample_seed(1, "a", 0), sample_seed(1, "a", 0));
        let all = [
            sample_seed(1, "a", 0),
            sample_seed(2, "a", 0),
            sample_seed(1, "b", 0),
            sample_seed(1, "a", 1),
        ];
        for (i, seed) in all.iter().enumerate() {
            assert!(!all[..i].contains(seed));
        }
    }
}
