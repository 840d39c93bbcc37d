//! What left this machine: a line before every request, and one for its end.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use shinsa_fsio::AppendFile;

use super::RemoteError;

/// A line of the log. A request whose end has no line was cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedRequest {
    /// Milliseconds since 1970.
    pub at: i64,
    /// `host:port`.
    pub host: String,
    /// The item's id.
    pub item: String,
    /// The sample's number.
    pub sample: u32,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// Bytes of the body that left.
    pub bytes: usize,
    /// `sent`, then the HTTP status, or words for why there is none.
    pub status: String,
}

/// The status of a line that is written before its request leaves.
pub(crate) const SENT: &str = "sent";

/// The file, and the time.
pub(crate) struct Log {
    file: Mutex<AppendFile>,
    now: i64,
    since: Instant,
}

impl Log {
    pub(crate) fn open(path: &Path, now: i64) -> Result<Self, RemoteError> {
        let file = Mutex::new(AppendFile::open(path)?);
        Ok(Log { file, now, since: Instant::now() })
    }

    /// The time since 1970.
    pub(crate) fn now(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.now).unwrap_or(0)) + self.since.elapsed()
    }

    /// Adds a line; with the line of a request that was not written, it isn't sent.
    pub(crate) fn add(&self, line: &LoggedRequest, status: &str) -> Result<(), RemoteError> {
        let passed = i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX);
        let at = self.now.saturating_add(passed);
        let line = LoggedRequest { at, status: status.to_owned(), ..line.clone() };
        // Plain data always has a JSON form.
        let text = serde_json::to_string(&line)
            .map_err(|error| RemoteError::Client { reason: error.to_string() })?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(file.line(&text)?)
    }
}
