//! Cancelling within a fraction of a second, whatever is being computed.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use thiserror::Error;

use crate::Cancel;

/// How often cancelling is looked for.
const POLL: Duration = Duration::from_millis(50);
/// Stack of the computing thread.
const STACK: usize = 8 << 20;

/// Why there is no result.
#[derive(Debug, Error)]
pub enum Unfinished {
    /// Somebody asked to stop.
    #[error("the job was cancelled")]
    Cancelled,
    /// No thread could be started for it.
    #[error("no thread could be started: {0}")]
    Threads(std::io::Error),
    /// It panicked.
    #[error("the computation broke off")]
    Broke,
}

/// Runs `work` on a thread of its own and waits for it, or gives up as soon as
/// `cancel` is raised. A computation that was given up ends by itself after the
/// piece it is at, and what it owns goes with it.
///
/// # Errors
/// [`Unfinished`].
pub fn watched<T: Send + 'static>(
    cancel: &Cancel,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Unfinished> {
    if cancel.is_cancelled() {
        return Err(Unfinished::Cancelled);
    }
    let (send, receive) = sync_channel(1);
    std::thread::Builder::new()
        .name("watched".into())
        .stack_size(STACK)
        .spawn(move || {
            // Nobody listens any more when the job was cancelled.
            let _ = send.send(work());
        })
        .map_err(Unfinished::Threads)?;
    loop {
        match receive.recv_timeout(POLL) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Disconnected) => return Err(Unfinished::Broke),
            Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => {
                return Err(Unfinished::Cancelled);
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_long_computation_is_left_within_a_second_of_cancelling() {
        let cancel = Cancel::default();
        let theirs = cancel.clone();
        let start = Instant::now();
        let result = watched(&cancel, move || {
            theirs.cancel();
            std::thread::sleep(Duration::from_secs(3));
        });
        assert!(matches!(result, Err(Unfinished::Cancelled)));
        assert!(start.elapsed() < Duration::from_secs(1));
    }

    #[test]
    fn a_result_comes_back_and_a_broken_computation_is_an_error() {
        let cancel = Cancel::default();
        assert_eq!(watched(&cancel, || 7).unwrap(), 7);
        let broken = watched(&cancel, || assert!(std::hint::black_box(false)));
        assert!(matches!(broken, Err(Unfinished::Broke)));
    }
}
