//! What a judging run is asked for.

use crate::device::DeviceWish;
use crate::prompts::JudgePrompt;
use serde::{Deserialize, Serialize};
use shinsa_domain::RubricRef;
use shinsa_judge::Method;

/// Which outputs a judge rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Those with gold in held-out cases: for measuring the judge.
    HeldOut,
    /// Those without gold: what nobody had time for.
    Unrated,
    /// All of them.
    All,
}

/// Whether a judge writes the rubric's texts, and when. Each is another judge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Reasons {
    /// Scores alone.
    #[default]
    None,
    /// Scores first, then what the rubric asks in words.
    Last,
    /// Words first, so that the scores rest on them.
    First,
}

impl Reasons {
    /// As a passport has it; scores alone are what is not said.
    pub(crate) fn said(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Last => Some("last"),
            Self::First => Some("first"),
        }
    }

    fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// A further judge of the same model, in a run of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Beside {
    /// The run's name.
    pub name: String,
    /// The adapter; the model alone where absent.
    pub adapter: Option<String>,
}

/// Runs a judge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JudgeStart {
    /// The run's name. A run that ended early goes on under the same name and settings.
    pub name: String,
    /// The model file or folder; the embedded one where absent.
    pub model: Option<String>,
    /// The adapter: a training run's name, or a PEFT folder.
    pub adapter: Option<String>,
    /// By which rubric.
    pub rubric: RubricRef,
    /// Which outputs.
    pub which: Which,
    /// At most so many of them, in the order of import.
    pub limit: Option<u32>,
    /// Samples per output, 1 to 100.
    pub samples: u32,
    /// Sampling temperature; 0 takes the likeliest.
    pub temperature: f64,
    /// Seed of the run.
    pub seed: u32,
    /// Threads; all cores where absent.
    pub threads: Option<u32>,
    /// In integers where the weights are: quicker and leaner, and rounded as
    /// llama.cpp rounds. Another judge than the exact one.
    #[serde(default)]
    pub fast: bool,
    /// What should compute. A run that goes on stays on the device it began with.
    #[serde(default)]
    pub device: DeviceWish,
    /// Models that may rate outputs of their own, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_self: Vec<String>,
    /// Exactly the outputs that this finished judging was given, instead of `which`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
    /// One verdict on an output, whose numbers are expectations over the levels'
    /// probabilities, instead of samples. Another judge than the sampled one.
    #[serde(default)]
    pub from_probabilities: bool,
    /// Whether it writes reasons, and when.
    #[serde(default, skip_serializing_if = "Reasons::is_none")]
    pub reasons: Reasons,
    /// The prompt; the short one that comes with Shinsa where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<JudgePrompt>,
    /// Judges that rate the same outputs in the same batches: the model alone
    /// beside its adapters, an adapter beside the next. Each gets the run that it
    /// would have had on its own, which also goes on on its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Beside>,
}

impl JudgeStart {
    /// Every judge's own request, this one's first.
    pub(crate) fn judges(&self) -> Vec<JudgeStart> {
        let alone = JudgeStart { beside: Vec::new(), ..self.clone() };
        let beside = self.beside.iter().map(|one| JudgeStart {
            name: one.name.clone(),
            adapter: one.adapter.clone(),
            ..alone.clone()
        });
        std::iter::once(alone.clone()).chain(beside).collect()
    }

    /// How its numbers come about.
    pub(crate) fn method(&self) -> Method {
        if self.from_probabilities { Method::Probabilities } else { Method::Sampled }
    }
}
