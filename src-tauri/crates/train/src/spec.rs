//! What a run is asked to do.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use shinsa_lm::template::Turns;
use shinsa_lm::{LoraConfig, Residency};
use shinsa_prompt::Message;

use crate::error::TrainError;
use crate::schedule::{Schedule, Warmup};

/// One conversation to learn from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Names the example in messages; it changes nothing else.
    pub id: String,
    /// The last is the assistant's.
    pub messages: Vec<Message>,
}

/// What becomes of an example that is longer than allowed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OverLong {
    /// The run is refused, and names it.
    #[default]
    Refuse,
    /// It is cut at the end, and reported; left out when nothing to learn remains.
    Truncate,
    /// It is left out, and reported.
    Drop,
}

/// Which of the adapters of a run is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// The one with the lowest evaluation loss; the last without evaluation.
    #[default]
    Best,
    /// The last one.
    Last,
}

/// When to stop because nothing is gained any more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlyStop {
    /// Measurements in a row that may fail to improve on the best.
    pub patience: usize,
    /// Nats per token that count as an improvement.
    pub min_delta: f64,
}

/// One training run. Missing fields of its JSON take the values of
/// [`TrainSpec::default`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TrainSpec {
    /// The base: a `.gguf` file or a model folder.
    pub model: PathBuf,
    /// How its weights are kept in memory.
    pub residency: Residency,
    /// Folder in which the adapter's own folder is made.
    pub out_dir: PathBuf,
    /// The adapter's name; its folder's is made from it.
    pub name: String,
    /// What is learned, in an order that is the same in every repetition.
    pub examples: Vec<Example>,
    /// What is only measured; it may not ask what an example asks.
    pub evaluation: Vec<Example>,
    /// Which turns of the assistant are learned.
    pub turns: Turns,
    /// The adapter's shape.
    pub lora: LoraConfig,
    /// Peak learning rate.
    pub learning_rate: f64,
    /// How many times as fast the adapter's `B` learns (LoRA+); 1 for as fast as `A`.
    pub b_ratio: f64,
    /// Strength of the noise on input embeddings while training (NEFTune); 0 for none.
    pub neftune_alpha: f64,
    /// Decoupled weight decay.
    pub weight_decay: f64,
    /// AdamW's two decays.
    pub betas: [f64; 2],
    /// AdamW's epsilon.
    pub epsilon: f64,
    /// Longest gradient (L2 norm over all parameters); 0 for no limit.
    pub clip: f64,
    /// Course of the learning rate after the warm-up.
    pub schedule: Schedule,
    /// How long the learning rate rises to its peak.
    pub warmup: Warmup,
    /// How often every example is seen, fractions allowed, unless `max_steps` says otherwise.
    pub epochs: f64,
    /// Exactly this many optimiser steps, whatever `epochs` says.
    pub max_steps: Option<usize>,
    /// Learned tokens that one optimiser step gathers, at least.
    pub tokens_per_step: usize,
    /// Longest example, in tokens (the model's own limit, if that is lower).
    pub max_tokens_per_example: usize,
    /// What becomes of a longer one.
    pub over_long: OverLong,
    /// Tokens in one pack; by default 512, or the longest example if that is longer.
    pub tokens_per_pack: Option<usize>,
    /// Measure the evaluation loss after every so many steps (it is always
    /// measured before the first and after the last); 0 for never in between.
    pub evaluate_every: usize,
    /// Stop when the evaluation loss no longer falls.
    pub early_stop: Option<EarlyStop>,
    /// Which adapter is written.
    pub keep: Keep,
    /// Measure at each evaluation how far the model has moved from its base on
    /// general prompts that come with this program.
    pub probe: bool,
    /// Compute the largest pack once before the first step, which proves the
    /// plan's memory and gives its time. Nothing of the run depends on it.
    pub dry_step: bool,
    /// Write a checkpoint after every so many steps; 0 for never.
    pub checkpoint_every: usize,
    /// Continue from the checkpoint of the same run, if there is one.
    pub resume: bool,
    /// Seed of the order and of dropout (the adapter's own start has `lora.seed`).
    pub seed: u64,
    /// Threads; by default one for each core.
    pub threads: Option<usize>,
    /// Refuse a run whose peak would be above this; by default what is free.
    pub memory_limit_bytes: Option<u64>,
    /// Further hashes for the passport: rubric, prompt template, data.
    pub inputs: BTreeMap<String, String>,
}

impl Default for TrainSpec {
    fn default() -> Self {
        Self {
            model: PathBuf::new(),
            residency: Residency::default(),
            out_dir: PathBuf::new(),
            name: "adapter".into(),
            examples: Vec::new(),
            evaluation: Vec::new(),
            turns: Turns::default(),
            lora: LoraConfig::default(),
            learning_rate: 2e-4,
            b_ratio: 1.0,
            neftune_alpha: 0.0,
            weight_decay: 0.0,
            betas: [0.9, 0.999],
            epsilon: 1e-8,
            clip: 1.0,
            schedule: Schedule::Linear,
            warmup: Warmup::default(),
            epochs: 1.0,
            max_steps: None,
            tokens_per_step: 256,
            max_tokens_per_example: 2048,
            over_long: OverLong::default(),
            tokens_per_pack: None,
            evaluate_every: 0,
            early_stop: None,
            keep: Keep::default(),
            probe: true,
            dry_step: true,
            checkpoint_every: 0,
            resume: false,
            seed: 0,
            threads: None,
            memory_limit_bytes: None,
            inputs: BTreeMap::new(),
        }
    }
}

impl TrainSpec {
    /// Refuses numbers that make no run, before anything is loaded.
    pub(crate) fn check(&self) -> Result<(), TrainError> {
        let wrong = |field: &str, value: String, expected: &str| {
            Err(TrainError::Setting { field: field.into(), value, expected: expected.into() })
        };
        let positive = |value: f64| value.is_finite() && value > 0.0;
        if self.examples.is_empty() {
            return Err(TrainError::NoExamples);
        }
        if !positive(self.learning_rate) {
            return wrong("learning_rate", self.learning_rate.to_string(), "a positive number");
        }
        if !(self.weight_decay.is_finite() && self.weight_decay >= 0.0) {
            return wrong("weight_decay", self.weight_decay.to_string(), "0 or more");
        }
        if let Some(beta) = self.betas.iter().find(|beta| !(0.0..1.0).contains(*beta)) {
            return wrong("betas", beta.to_string(), "two numbers from 0 to below 1");
        }
        if !positive(self.epsilon) {
            return wrong("epsilon", self.epsilon.to_string(), "a positive number");
        }
        if !(self.clip.is_finite() && self.clip >= 0.0) {
            return wrong("clip", self.clip.to_string(), "0 or more");
        }
        if !(positive(self.b_ratio) && self.b_ratio <= 1e4) {
            return wrong("b_ratio", self.b_ratio.to_string(), "above 0, at most 10000");
        }
        if !(self.neftune_alpha.is_finite() && self.neftune_alpha >= 0.0) {
            return wrong("neftune_alpha", self.neftune_alpha.to_string(), "0 or more");
        }
        if let Warmup::Ratio(share) = self.warmup
            && !(0.0..=1.0).contains(&share)
        {
            return wrong("warmup.ratio", share.to_string(), "from 0 to 1");
        }
        if let Some(stop) = self.early_stop {
            if !(stop.min_delta.is_finite() && stop.min_delta >= 0.0) {
                return wrong("early_stop.min_delta", stop.min_delta.to_string(), "0 or more");
            }
            if stop.patience == 0 {
                return wrong("early_stop.patience", "0".into(), "1 or more");
            }
            if self.evaluate_every == 0 || self.evaluation.is_empty() {
                let expected =
                    "1 or more with held-out examples, since early stopping looks at their loss";
                return wrong("evaluate_every", self.evaluate_every.to_string(), expected);
            }
        }
        if let Schedule::Cosine { floor } = self.schedule
            && !(0.0..=1.0).contains(&floor)
        {
            return wrong("schedule.floor", floor.to_string(), "from 0 to 1");
        }
        match self.max_steps {
            Some(0) => return wrong("max_steps", "0".into(), "1 or more"),
            None if !(positive(self.epochs) && self.epochs <= 10_000.0) => {
                return wrong("epochs", self.epochs.to_string(), "above 0, at most 10000");
            }
            _ => {}
        }
        for (field, value) in [
            ("tokens_per_step", self.tokens_per_step),
            ("max_tokens_per_example", self.max_tokens_per_example),
            ("tokens_per_pack", self.tokens_per_pack.unwrap_or(1)),
            ("threads", self.threads.unwrap_or(1)),
        ] {
            if value == 0 {
                return wrong(field, "0".into(), "1 or more");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_of_a_few_fields_takes_the_rest_from_the_defaults() {
        let spec: TrainSpec = serde_json::from_str(r#"{"model": "m.gguf", "epochs": 2}"#).unwrap();
        assert_eq!(spec, TrainSpec { model: "m.gguf".into(), epochs: 2.0, ..TrainSpec::default() });
        assert!(serde_json::from_str::<TrainSpec>(r#"{"epoch": 2}"#).is_err());
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<TrainSpec>(&text).unwrap(), spec);
    }

    #[test]
    fn a_number_that_makes_no_run_is_refused_by_its_name() {
        let example = Example { id: "a".into(), messages: vec![Message::assistant("x")] };
        let good = TrainSpec { examples: vec![example], ..TrainSpec::default() };
        assert!(good.check().is_ok());
        let bad = [
            TrainSpec { learning_rate: f64::NAN, ..good.clone() },
            TrainSpec { betas: [0.9, 1.0], ..good.clone() },
            TrainSpec { max_steps: Some(0), ..good.clone() },
            TrainSpec { epochs: 0.0, ..good.clone() },
            TrainSpec { tokens_per_step: 0, ..good.clone() },
            TrainSpec { b_ratio: 0.0, ..good.clone() },
            TrainSpec { neftune_alpha: -1.0, ..good.clone() },
            TrainSpec { warmup: Warmup::Ratio(1.5), ..good.clone() },
            TrainSpec {
                early_stop: Some(EarlyStop { patience: 2, min_delta: 0.0 }),
                ..good.clone()
            },
            TrainSpec { schedule: Schedule::Cosine { floor: 2.0 }, ..good.clone() },
        ];
        for spec in bad {
            assert_eq!(spec.check().unwrap_err().code(), "train-setting");
        }
        assert_eq!(TrainSpec::default().check().unwrap_err().code(), "train-no-examples");
    }
}
