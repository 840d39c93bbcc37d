//! Ratings: what an expert answered to a rubric about an output.

mod answer;
mod cell;
mod jsonl;
mod record;
mod seen;
mod table;
mod time;

pub use jsonl::ratings_jsonl;
pub use record::RatingRecord;
pub use table::{FIELDS as RATING_FIELDS, RatingsTableOptions, ratings_table};

#[cfg(test)]
pub(crate) use jsonl::FIELDS;
