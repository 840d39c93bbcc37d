//! Low-rank adapters: `y = W·x + scale · B·(A·dropout(x))` (Hu et al. 2021).

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::error::LmError;
use crate::rng;
use crate::spec::DecoderSpec;

/// One of the seven frozen products of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Projection {
    /// Queries.
    #[serde(rename = "q_proj")]
    Q,
    /// Keys.
    #[serde(rename = "k_proj")]
    K,
    /// Values.
    #[serde(rename = "v_proj")]
    V,
    /// Attention output.
    #[serde(rename = "o_proj")]
    O,
    /// MLP gate.
    #[serde(rename = "gate_proj")]
    Gate,
    /// MLP up.
    #[serde(rename = "up_proj")]
    Up,
    /// MLP down.
    #[serde(rename = "down_proj")]
    Down,
}

/// What a layer's products read. Projections that read the same share it, and
/// the mask of its dropout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// The attention's: queries, keys and values.
    Attention,
    /// The attention's result: its output projection.
    Context,
    /// The MLP's: gate and up.
    Mlp,
    /// The gated middle of the MLP: down.
    Gated,
}

impl Projection {
    /// All seven, in the order of the computation.
    pub const ALL: [Projection; 7] =
        [Self::Q, Self::K, Self::V, Self::O, Self::Gate, Self::Up, Self::Down];

    /// PEFT's module name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Q => "q_proj",
            Self::K => "k_proj",
            Self::V => "v_proj",
            Self::O => "o_proj",
            Self::Gate => "gate_proj",
            Self::Up => "up_proj",
            Self::Down => "down_proj",
        }
    }

    /// The projection of a PEFT module name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }

    /// The module that holds it in Hugging Face's naming.
    #[must_use]
    pub fn parent(self) -> &'static str {
        match self {
            Self::Q | Self::K | Self::V | Self::O => "self_attn",
            Self::Gate | Self::Up | Self::Down => "mlp",
        }
    }

    /// `(in_features, out_features)` in this decoder.
    #[must_use]
    pub fn shape(self, spec: &DecoderSpec) -> (usize, usize) {
        match self {
            Self::Q => (spec.hidden, spec.q_width()),
            Self::K | Self::V => (spec.hidden, spec.kv_width()),
            Self::O => (spec.q_width(), spec.hidden),
            Self::Gate | Self::Up => (spec.hidden, spec.intermediate),
            Self::Down => (spec.intermediate, spec.hidden),
        }
    }

    /// Place in [`Projection::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

/// What an adapter adds, and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoraConfig {
    /// Rank.
    pub r: usize,
    /// Numerator of the scale.
    pub alpha: f32,
    /// Probability that one input element of `A` is dropped while training.
    pub dropout: f32,
    /// Projections that get a pair of matrices in every layer.
    pub targets: Vec<Projection>,
    /// Scale by `alpha / sqrt(r)` instead of `alpha / r`.
    pub rslora: bool,
    /// Seed of the initial `A`.
    pub seed: u64,
}

impl Default for LoraConfig {
    fn default() -> Self {
        Self {
            r: 16,
            alpha: 32.0,
            dropout: 0.0,
            targets: Projection::ALL.to_vec(),
            rslora: false,
            seed: 0,
        }
    }
}

impl LoraConfig {
    /// Factor of the low-rank product.
    #[must_use]
    pub fn scale(&self) -> f32 {
        let r = self.r as f32;
        self.alpha / if self.rslora { r.sqrt() } else { r }
    }
}

/// Where one projection's pair lies in [`Lora::values`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoraSlot {
    /// Layer, from 0.
    pub layer: usize,
    /// Which product.
    pub projection: Projection,
    /// `A`, row-major `[r, in_features]`.
    pub a: Range<usize>,
    /// `B`, row-major `[out_features, r]`.
    pub b: Range<usize>,
    /// Width of the product's input.
    pub in_features: usize,
    /// Width of the product's output.
    pub out_features: usize,
}

/// An adapter: its configuration and all its numbers in one flat buffer.
#[derive(Debug, Clone, PartialEq)]
pub struct Lora {
    /// As it was asked for.
    pub config: LoraConfig,
    /// Every `A` and `B`, laid out by [`Lora::slots`].
    pub values: Vec<f32>,
    /// By layer, then by projection.
    pub slots: Vec<LoraSlot>,
    layers: usize,
    index: Vec<Option<usize>>,
}

impl Lora {
    /// An adapter that changes nothing yet: `A` is uniform in
    /// `±1/sqrt(in_features)` (PEFT's Kaiming-uniform with a = √5), `B` is zero.
    ///
    /// # Errors
    /// [`LmError::LoraConfig`] when the rank is zero, no target is named, one
    /// is named twice, or the dropout isn't in `[0, 1)`.
    pub fn init(spec: &DecoderSpec, config: &LoraConfig) -> Result<Lora, LmError> {
        let mut lora = Self::zeros(spec, config)?;
        for slot in &lora.slots {
            let bound = 1.0 / (slot.in_features as f32).sqrt();
            let stream = (slot.layer as u64) * 16 + slot.projection.index() as u64;
            for (i, v) in lora.values[slot.a.clone()].iter_mut().enumerate() {
                let u = rng::uniform(config.seed, stream, i as u64);
                *v = (2.0 * u - 1.0) * bound;
            }
        }
        Ok(lora)
    }

    /// The layout with every value zero, for a reader to fill.
    ///
    /// # Errors
    /// As [`Lora::init`].
    pub fn zeros(spec: &DecoderSpec, config: &LoraConfig) -> Result<Lora, LmError> {
        let wrong = |reason: String| Err(LmError::LoraConfig { reason });
        if config.r == 0 {
            return wrong("the rank r must be at least 1".into());
        }
        if config.targets.is_empty() {
            return wrong("no target module matches: nothing would be trained".into());
        }
        if !(0.0..1.0).contains(&config.dropout) {
            return wrong(format!("the dropout {} isn't in [0, 1)", config.dropout));
        }
        if !(config.alpha.is_finite() && config.alpha > 0.0) {
            return wrong(format!("alpha {} must be a positive number", config.alpha));
        }
        for (i, t) in config.targets.iter().enumerate() {
            if config.targets[..i].contains(t) {
                return wrong(format!("the target {} is named twice", t.name()));
            }
        }
        let mut slots = Vec::new();
        let mut index = vec![None; spec.layers * Projection::ALL.len()];
        let adapted = || {
            (0..spec.layers)
                .flat_map(|layer| Projection::ALL.map(|p| (layer, p)))
                .filter(|(_, p)| config.targets.contains(p))
        };
        // Every A, then every B: each kind is one range for the optimiser.
        let mut a_at = 0;
        let mut b_at = adapted().map(|(_, p)| config.r * p.shape(spec).0).sum();
        for (layer, projection) in adapted() {
            let (inw, out) = projection.shape(spec);
            let a = a_at..a_at + config.r * inw;
            let b = b_at..b_at + out * config.r;
            (a_at, b_at) = (a.end, b.end);
            index[layer * Projection::ALL.len() + projection.index()] = Some(slots.len());
            slots.push(LoraSlot { layer, projection, a, b, in_features: inw, out_features: out });
        }
        Ok(Lora {
            config: config.clone(),
            values: vec![0.0; b_at],
            slots,
            layers: spec.layers,
            index,
        })
    }

    /// Factor of the low-rank product.
    #[must_use]
    pub fn scale(&self) -> f32 {
        self.config.scale()
    }

    /// The pair of one projection of one layer, if it is adapted.
    #[must_use]
    pub fn slot(&self, layer: usize, projection: Projection) -> Option<&LoraSlot> {
        self.slots.get(self.place(layer, projection)?)
    }

    /// The ranges of all `A` and of all `B` in [`Lora::values`].
    #[must_use]
    pub fn sides(&self) -> [Range<usize>; 2] {
        let middle = self.slots.first().map_or(0, |s| s.b.start);
        [0..middle, middle..self.values.len()]
    }

    /// Index in [`Lora::slots`] of one projection of one layer, if it is adapted.
    #[must_use]
    pub fn place(&self, layer: usize, projection: Projection) -> Option<usize> {
        self.index.get(layer * Projection::ALL.len() + projection.index()).copied().flatten()
    }

    /// How many numbers are trained.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.values.len()
    }

    /// Number of layers of the decoder it was laid out for.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.layers
    }
}
