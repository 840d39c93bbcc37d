//! Training runs: from examples to a LoRA adapter with its passport.
//!
//! [`run`] is the whole job: examples become tokens of which only the answers
//! are learned, packed best-fit with no attention across them; the planner says
//! what it will cost in memory and refuses what doesn't fit; gradients of one
//! step are summed over its packs and divided by the step's *total* number of
//! learned tokens; AdamW moves the adapter; the adapter leaves in PEFT's format
//! with a passport of every hash that matters.
//!
//! The same spec gives the same bytes, for any number of threads and any ids.

mod checkpoint;
mod data;
mod dry;
mod engine;
mod error;
mod evaluate;
mod merge;
mod pack;
mod passport;
mod plan;
mod preview;
mod probe;
mod report;
mod run;
mod schedule;
mod shuffle;
mod spec;
mod steps;
mod stop;
mod trainer;
mod watch;

pub use data::OverLongLog;
pub use error::{Advice, TrainError};
pub use merge::{MergeSpec, MergedModel, WeightedAdapter, load_adapters, merge};
pub use passport::{PASSPORT_FILE, passport_hash};
pub use plan::Plan;
pub use preview::{Piece, Previewed, preview};
pub use report::{EvalLog, PlanReport, ProbeLog, StepLog, TrainReport};
pub use run::{plan_only, run};
pub use schedule::{Schedule, Warmup};
pub use shinsa_lm::template::Turns;
pub use spec::{EarlyStop, Example, Keep, OverLong, TrainSpec};
