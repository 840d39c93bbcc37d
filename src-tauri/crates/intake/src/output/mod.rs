//! Outputs: what some model, or a person, answered.

mod jsonl;
mod record;

pub use jsonl::outputs_jsonl;
pub use record::OutputRecord;

#[cfg(test)]
pub(crate) use jsonl::FIELDS;
