//! Cancelling within a fraction of a second, whatever is being computed.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use shinsa_jobs::Cancel;

use crate::error::TrainError;

/// How often cancelling is looked for.
const POLL: Duration = Duration::from_millis(50);
/// Stack of the computing thread.
const STACK: usize = 8 << 20;

/// Runs `work` on a thread of its own and waits for it, or gives up as soon as
/// `cancel` is set. A cancelled computation ends by itself after the piece it is
/// at, and what it owns goes with it.
pub(crate) fn watched<T: Send + 'static>(
    cancel: &Cancel,
    during: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, TrainError> {
    if cancel.is_cancelled() {
        return Err(TrainError::Cancelled);
    }
    let (send, receive) = sync_channel(1);
    std::thread::Builder::new()
        .name("train".into())
        .stack_size(STACK)
        .spawn(move || {
            // Nobody listens any more when the run was cancelled.
            let _ = send.send(work());
        })
        .map_err(|error| TrainError::Threads { reason: error.to_string() })?;
    loop {
        match receive.recv_timeout(POLL) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(TrainError::Broke { during: during.into() });
            }
            Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => {
                return Err(TrainError::Cancelled);
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
        let result = watched(&cancel, "testing", move || {
            theirs.cancel();
            std::thread::sleep(Duration::from_secs(3));
        });
        assert_eq!(result.unwrap_err().code(), "cancelled");
        assert!(start.elapsed() < Duration::from_secs(1));
    }

    #[test]
    fn a_result_comes_back_and_a_broken_computation_is_an_error() {
        let cancel = Cancel::default();
        assert_eq!(watched(&cancel, "testing", || 7).unwrap(), 7);
        let error =
            watched(&cancel, "testing", || assert!(std::hint::black_box(false))).unwrap_err();
        assert_eq!((error.code(), error.args()["during"].as_str()), ("train-broke", "testing"));
    }
}
