//! What a training run is asked for.

use crate::device::DeviceWish;
use serde::{Deserialize, Serialize};
use shinsa_domain::RubricRef;
use shinsa_lm::Residency;
use shinsa_train::{EarlyStop, Keep, OverLong, Schedule, TrainSpec, Turns, Warmup};

/// Trains an adapter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrainStart {
    /// The model file or folder; the embedded one where absent.
    pub model: Option<String>,
    /// On gold of which rubric.
    pub rubric: RubricRef,
    /// The adapter's name, new in the project.
    pub name: String,
    /// Rank.
    pub r: u32,
    /// Scale: alpha / r.
    pub alpha: f64,
    /// Dropout of the adapter's input, 0 to below 1.
    pub dropout: f64,
    /// Peak learning rate.
    pub learning_rate: f64,
    /// Times through the data.
    pub epochs: f64,
    /// Steps at most.
    pub max_steps: Option<u32>,
    /// Learned tokens that one step gathers, at least.
    pub tokens_per_step: u32,
    /// Longest example.
    pub max_tokens: u32,
    /// How the run goes, beyond the adapter's size and the rate.
    #[serde(default)]
    pub course: TrainCourse,
    /// Seed of initialisation, order and dropout.
    pub seed: u32,
    /// Threads; all cores where absent.
    pub threads: Option<u32>,
    /// Refuses a run whose planned peak is above this, bytes.
    pub memory_limit_bytes: Option<f64>,
    /// What should compute.
    pub device: DeviceWish,
}

/// The finer settings of a run; all have values that are good to start with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TrainCourse {
    /// `linear`, `cosine` (down to a tenth) or `constant`.
    pub schedule: TrainSchedule,
    /// Share of all steps in which the rate rises, 0 to 1.
    pub warmup_ratio: f64,
    /// So many steps instead of a share.
    pub warmup_steps: Option<u32>,
    /// What becomes of an example that is longer than allowed.
    pub over_long: TrainOverLong,
    /// Learn every answer of a conversation instead of the last one.
    pub all_turns: bool,
    /// How many times as fast the adapter's B learns (LoRA+).
    pub b_ratio: f64,
    /// Strength of the noise on embeddings (NEFTune); 0 for none.
    pub neftune_alpha: f64,
    /// Scale by alpha / sqrt(r) instead of alpha / r (rsLoRA).
    pub rslora: bool,
    /// Decoupled weight decay.
    pub weight_decay: f64,
    /// Measure held-out loss and forgetting after every so many steps; 0 for
    /// only before and after.
    pub evaluate_every: u32,
    /// Stop after so many measurements without improvement; 0 for never.
    pub patience: u32,
    /// Nats per token that count as an improvement.
    pub min_delta: f64,
    /// Write the last adapter instead of the best one by held-out loss.
    pub keep_last: bool,
    /// Keep the weights as stored: slower, and far less memory.
    pub stored_weights: bool,
}

/// The course of the learning rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "kebab-case")]
pub enum TrainSchedule {
    /// A straight line to 0.
    Linear,
    /// Half a cosine to a tenth.
    #[default]
    Cosine,
    /// No change.
    Constant,
}

/// What becomes of an example that is longer than allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "kebab-case")]
pub enum TrainOverLong {
    /// The run is refused, and names it.
    #[default]
    Refuse,
    /// It is cut at its end, and reported.
    Truncate,
    /// It is left out, and reported.
    Drop,
}

impl Default for TrainCourse {
    fn default() -> Self {
        Self {
            schedule: TrainSchedule::default(),
            warmup_ratio: 0.0,
            warmup_steps: None,
            over_long: TrainOverLong::default(),
            all_turns: false,
            b_ratio: 1.0,
            neftune_alpha: 0.0,
            rslora: false,
            weight_decay: 0.0,
            evaluate_every: 0,
            patience: 0,
            min_delta: 0.0,
            keep_last: false,
            stored_weights: false,
        }
    }
}

impl TrainCourse {
    /// Fills in what a run takes from here.
    pub(super) fn put_into(&self, spec: &mut TrainSpec) {
        spec.schedule = match self.schedule {
            TrainSchedule::Linear => Schedule::Linear,
            TrainSchedule::Cosine => Schedule::Cosine { floor: 0.1 },
            TrainSchedule::Constant => Schedule::Constant,
        };
        spec.warmup = match self.warmup_steps {
            Some(steps) => Warmup::Steps(steps as usize),
            None => Warmup::Ratio(self.warmup_ratio),
        };
        spec.over_long = match self.over_long {
            TrainOverLong::Refuse => OverLong::Refuse,
            TrainOverLong::Truncate => OverLong::Truncate,
            TrainOverLong::Drop => OverLong::Drop,
        };
        spec.turns = if self.all_turns { Turns::All } else { Turns::Last };
        spec.b_ratio = self.b_ratio;
        spec.neftune_alpha = self.neftune_alpha;
        spec.lora.rslora = self.rslora;
        spec.weight_decay = self.weight_decay;
        spec.evaluate_every = self.evaluate_every as usize;
        spec.early_stop = (self.patience > 0)
            .then_some(EarlyStop { patience: self.patience as usize, min_delta: self.min_delta });
        spec.keep = if self.keep_last { Keep::Last } else { Keep::Best };
        spec.residency = if self.stored_weights { Residency::Stored } else { Residency::F32 };
    }
}
