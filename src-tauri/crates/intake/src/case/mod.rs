//! Cases: what happened, or what was asked.

mod headings;
mod jsonl;
mod layout;
mod mapping;
mod record;
mod table;

pub use jsonl::cases_jsonl;
pub use layout::Layout;
pub use mapping::{CaseField, CaseMapping, Mapped, OUTPUT};
pub use record::{CaseOutput, CaseRecord};
pub use table::{TableOptions, cases_table};

#[cfg(test)]
pub(crate) use jsonl::FIELDS;
