//! shinsa-worker: hosts training and judging in a process of their own.
fn main() {}
