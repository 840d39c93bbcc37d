//! Datasets out: streamed, cancellable, and there only when complete.
//!
//! Writers take rows from whoever owns the store, as an iterator that may fail,
//! and write through [`shinsa_fsio::AtomicFile`]: a file under its name is
//! whole, and one that was cancelled or failed leaves nothing behind.
//!
//! One module a format, over the same `stream`; rows of the formats for
//! trainers and annotation tools are made of [`Rated`] outputs.

mod argilla;
mod card;
mod croissant;
mod csv;
mod error;
mod healthbench;
mod jsonl;
mod label_studio;
mod preference;
mod rated;
mod sft;
mod stream;

pub use argilla::argilla_rows;
pub use card::{Card, CardConfig, Figure, dataset_card, size_category, write_dataset_card};
pub use croissant::{Croissant, CroissantFile, croissant, write_croissant};
pub use csv::{
    CsvEncoding, CsvOptions, LongRow, OnUnwritable, Standing, Unwritable, formula_safe, long_csv,
};
pub use error::ExportError;
pub use healthbench::{healthbench_meta_rows, healthbench_rows};
pub use jsonl::jsonl;
pub use label_studio::{label_studio_config, label_studio_json};
pub use preference::{Compared, DpoRow, DpoSource, KtoRow, dpo_rows, kto_rows};
pub use rated::Rated;
pub use sft::{SftRow, sft_jsonl};
pub use stream::Written;

#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod tests;
