//! Promises of the whole crate, over files as people have them.

mod cases;
mod hostile;
mod incident_database;
mod lines;
mod ratings;
mod schemas;
mod workbooks;

use encoding_rs::SHIFT_JIS;

use crate::{Code, Intake};

/// Text as CP932 bytes; every character must have a form there.
fn cp932(text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = SHIFT_JIS.encode(text);
    assert!(!lossy, "{text}");
    bytes.into_owned()
}

fn codes<T>(intake: &Intake<T>) -> Vec<Code> {
    intake.problems.iter().map(|problem| problem.code).collect()
}
