//! Datasets out: streamed, cancellable, and there only when complete.
//!
//! Writers take rows from whoever owns the store, as an iterator that may fail,
//! and write through [`shinsa_fsio::AtomicFile`]: a file under its name is
//! whole, and one that was cancelled or failed leaves nothing behind.
//!
//! Next formats (DPO, KTO, HealthBench, Label Studio, Argilla, Croissant) get a
//! module each beside [`sft_jsonl`] and [`long_csv`], over the same `stream`.

mod card;
mod csv;
mod error;
mod sft;
mod stream;

pub use card::{Card, CardConfig, Figure, dataset_card, size_category, write_dataset_card};
pub use csv::{
    CsvEncoding, CsvOptions, LongRow, OnUnwritable, Standing, Unwritable, formula_safe, long_csv,
};
pub use error::ExportError;
pub use sft::{SftRow, sft_jsonl};
pub use stream::Written;

#[cfg(test)]
mod tests;
