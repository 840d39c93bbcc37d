//! What a run that writes is asked for, and what it came to.

use crate::StudioError;
use crate::device::DeviceWish;
use serde::{Deserialize, Serialize};
use shinsa_domain::{Lang, RunKind};
use shinsa_lm::{Numeric, Sampling};
use std::collections::BTreeMap;

/// What is written about cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum WriteKind {
    /// Answers, to be rated.
    Outputs,
    /// What the report says, taken apart into lists.
    Incidents,
}

impl WriteKind {
    pub(super) fn run(self) -> RunKind {
        match self {
            Self::Outputs => RunKind::Generate,
            Self::Incidents => RunKind::Restructure,
        }
    }

    /// The name of its prompt.
    pub(super) fn prompt(self) -> &'static str {
        match self {
            Self::Outputs => "answer",
            Self::Incidents => "incident",
        }
    }
}

/// A prompt template from a file, instead of the one that comes with Shinsa.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OwnPrompt {
    /// A name for it.
    pub name: String,
    /// Its text: Jinja, rendered with `part` as `system` and as `user`.
    pub text: String,
}

/// As [`Sampling`] crosses to the window.
#[cfg(feature = "specta")]
#[derive(specta::Type)]
#[allow(dead_code)] // a shape alone
struct SamplingView {
    /// 0 takes the likeliest.
    temperature: f32,
    /// Keeps the likeliest tokens that make up this much probability.
    top_p: f32,
    /// Keeps this many likeliest tokens; 0 keeps all.
    top_k: u32,
    /// Keeps tokens at least this many times as likely as the likeliest.
    min_p: f32,
    /// Makes what was written less likely to come again; 1 changes nothing.
    repetition_penalty: f32,
}

/// Starts a run that writes, or goes on with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WriteStart {
    /// The run's name. A run that ended early goes on under the same name and settings.
    pub name: String,
    /// The model file or folder; the embedded one where absent.
    pub model: Option<String>,
    /// The adapter: a training run's name, or a PEFT folder.
    pub adapter: Option<String>,
    /// The prompt from a file; the project's or the built-in one in each case's language
    /// where absent.
    pub prompt: Option<OwnPrompt>,
    /// The project's version of the prompt, by language; the one that comes with Shinsa
    /// where absent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<Lang, u32>,
    /// At most so many cases, in the order of import.
    pub limit: Option<u32>,
    /// Samples per case, 1 to 100.
    pub samples: u32,
    /// How tokens are drawn.
    #[cfg_attr(feature = "specta", specta(type = SamplingView))]
    pub sampling: Sampling,
    /// Most tokens of one text.
    pub max_tokens: u32,
    /// Seed of the run.
    pub seed: u32,
    /// Threads; all cores where absent.
    pub threads: Option<u32>,
    /// In integers where the weights are.
    pub fast: bool,
    /// What should compute. A run that goes on stays on the device it began with.
    #[serde(default)]
    pub device: DeviceWish,
}

impl WriteStart {
    pub(super) fn numeric(&self) -> Numeric {
        if self.fast { Numeric::Fast } else { Numeric::Exact }
    }
}

/// A case that could not be written about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SkippedCase {
    /// Its key.
    pub case: String,
    /// Why.
    pub reason: StudioError,
}

/// What a writing run came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WriteSummary {
    /// The run's id.
    pub run: String,
    /// Its name.
    pub name: String,
    /// Cases that were asked for.
    pub cases: u32,
    /// Texts stored by this run, earlier ones included.
    pub texts: u32,
    /// Of those written now, how many were cut off at the limit of tokens.
    pub cut: u32,
    /// Cases that could not be written about, with the reason.
    pub skipped: Vec<SkippedCase>,
    /// Wall time.
    pub seconds: f64,
    /// Peak resident memory of the worker, bytes.
    pub peak_rss_bytes: f64,
    /// What computed.
    pub device: String,
    /// Why no GPU was used, where one was sought.
    pub no_gpu: Option<StudioError>,
}
