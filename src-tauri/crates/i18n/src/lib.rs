//! Fluent strings for both languages, used by the shells and the report.
//!
//! The texts live in `resources/i18n/{ja,en}/{cli,errors,help,report,ui}.ftl` and are
//! compiled into the program, so that a sentence can never be missing because a
//! file was. The UI loads `ui.ftl` and `errors.ftl` from the same folder.

mod lang;
mod strings;

pub use lang::{Lang, UnknownLang};
pub use strings::{Strings, Value, sources};

#[cfg(test)]
mod catalogue;
