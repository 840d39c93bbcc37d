//! Rubric, case and output to messages, and the canonical verdict JSON.
//!
//! One renderer serves training, judging and export, so that what a judge
//! learned is what it is asked. The system message holds the rubric only and is
//! the same for every output: a judge computes it once.

mod message;
mod render;
mod template;
#[cfg(test)]
mod test_data;
mod verdict;

pub use message::{Message, Role};
pub use render::{case_messages, messages};
pub use template::{BUILTIN, PromptError, Template};
pub use verdict::verdict_json;
