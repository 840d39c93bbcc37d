//! Cases: what happened, or what was asked.

mod csv;
mod headings;
mod jsonl;
mod layout;
mod mapping;
mod record;

pub use csv::{CsvOptions, cases_csv};
pub use jsonl::cases_jsonl;
pub use layout::Layout;
pub use mapping::{CaseField, CaseMapping, Mapped};
pub use record::CaseRecord;

#[cfg(test)]
pub(crate) use jsonl::FIELDS;
