//! Progress, cancel, throttle; the protocol between the app and its worker process.
//!
//! Heavy work runs in a process of its own, so that running out of memory kills
//! the job and never the rating room. The app writes one [`Request`] line to the
//! worker's stdin and reads one [`Event`] line after another from its stdout;
//! a line `cancel`, or the end of stdin (the app died), ends the job. What the
//! worker says on stderr is for people: its tail is kept for the error message.

mod cancel;
mod event;
mod find;
mod memory;
mod serve;
mod throttle;
mod watched;
mod worker;

pub use cancel::Cancel;
pub use event::{Event, Failure, Progress, Request};
pub use find::{FindError, find_worker, find_worker_for};
pub use memory::{TreeMemory, free_bytes, rss_bytes};
pub use serve::{Answers, ServeEnd, serve, serve_on};
pub use throttle::{Rate, Throttle};
pub use watched::{Unfinished, watched};
pub use worker::{GRACE, PROTOCOL, PROTOCOL_ENV, Worker, WorkerError};
