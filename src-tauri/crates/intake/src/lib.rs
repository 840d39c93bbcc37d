//! Hostile bytes to values: CSV, XLSX and JSONL of cases, outputs and ratings.
//!
//! Pure: bytes in, [`Intake`] out. Every problem has its row, its line and its
//! column or field, and never keeps the other rows from being read; so showing
//! an [`Intake`] is the dry run, and storing its records is the import. Keys of
//! other files (an output's case, a rating's output) are left as text: who owns
//! the store resolves them.

mod case;
mod csv;
mod encoding;
mod intake;
mod jsonl;
mod keys;
mod ledger;
mod limits;
mod open;
mod output;
mod problem;
mod rating;
mod text;
mod workbook;

pub use case::{
    CaseField, CaseMapping, CaseOutput, CaseRecord, Layout, Mapped, OUTPUT, TableOptions,
    cases_jsonl, cases_table,
};
pub use encoding::{BadBytes, Certainty, Encoding, EncodingChoice, detect};
pub use intake::{Format, Intake, Located, SampleRow, failed_rows};
pub use jsonl::JsonlOptions;
pub use limits::Limits;
pub use output::{OutputRecord, outputs_jsonl};
pub use problem::{Code, Problem, Severity};
pub use rating::{RATING_FIELDS, RatingRecord, RatingsTableOptions, ratings_jsonl, ratings_table};

#[cfg(test)]
mod tests;
