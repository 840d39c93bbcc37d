//! Language models on the CPU: weights, tokenizer, chat template, decoder, KV
//! cache, sampling, LoRA, and every kernel with its hand-written backward.
//!
//! There is no autograd graph. The forward pass keeps each layer's input; the
//! backward pass recomputes one layer, runs hand-written vector-Jacobian
//! products and adds the LoRA gradients to one flat buffer. All arithmetic is
//! *exact* mode: f32 accumulation in a fixed order, the same bytes for any
//! number of threads.
//!
//! Entry points: [`Model::open`], [`inspect`], [`Session`] for inference,
//! [`learner()`] for training, [`Lora`] for adapters.

pub mod adapter;
mod backend;
pub mod batch;
mod decoder;
pub mod error;
mod frozen;
pub mod learner;
pub mod lora;
mod masked;
pub mod merge;
pub mod model;
pub mod peft;
pub mod plan;
pub mod probe;
pub mod rng;
pub mod sample;
pub mod session;
pub mod spec;
pub mod template;
pub mod tokenizer;
mod weights;

pub use batch::{Batch, Dropout, LossSum, Micro, Neftune, Target};
pub use error::LmError;
pub use learner::{Learn, Moments, Rates, learner};
pub use lora::{Lora, LoraConfig, LoraSlot, Projection};
pub use masked::{masked_mass, sample_masked};
pub use model::{
    Card, Device, Model, ModelCard, ModelHash, Numeric, OpenOptions, Residency, Words, inspect,
    weights_hash, weights_hash_told,
};
pub use plan::{StepBytes, probe_bytes, step_bytes};
pub use rng::Rng;
pub use sample::{Sampling, sample};
pub use session::{After, Prefix, SeqId, Session};
pub use spec::{Arch, DecoderSpec, Rope, RopeLayout, RopeScaling};
pub use template::{ChatTemplate, Message};
pub use tokenizer::Tokenizer;
