//! Rubric, case and output to messages, and the canonical verdict JSON.
