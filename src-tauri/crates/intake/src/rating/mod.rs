//! Ratings: what an expert answered to a rubric about an output.

mod answer;
mod cell;
mod csv;
mod jsonl;
mod record;
mod seen;
mod time;

pub use csv::{RatingsCsvOptions, ratings_csv};
pub use jsonl::ratings_jsonl;
pub use record::RatingRecord;

#[cfg(test)]
pub(crate) use jsonl::FIELDS;
