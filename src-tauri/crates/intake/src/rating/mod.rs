//! Ratings: what an expert answered to a rubric about an output.

mod answer;
mod jsonl;
mod record;
mod time;

pub use jsonl::ratings_jsonl;
pub use record::RatingRecord;

#[cfg(test)]
pub(crate) use jsonl::FIELDS;
