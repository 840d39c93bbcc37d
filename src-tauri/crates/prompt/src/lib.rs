//! Rubric, case and output to messages, and the canonical verdict JSON.
//!
//! One renderer serves training, judging and export, so that what a judge
//! learned is what it is asked.

mod message;

pub use message::{Message, Role};
