//! shinsa: the headless shell.
fn main() {}
