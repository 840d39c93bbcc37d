//! The store's promises, each a test whose name states it.

// The tests break files on purpose, which fsio does not help with.
#![allow(clippy::disallowed_methods, clippy::print_stdout)]

mod assignments;
mod audit;
mod backup;
mod blinding;
mod bulk;
mod carry;
mod crash;
mod drafts;
mod draws;
mod imports;
mod opening;
mod passphrases;
mod preferences;
mod probes;
mod ratings;
mod repeats;
mod sample;
mod verdicts;
