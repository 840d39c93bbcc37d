//! Cancelling within a fraction of a second, in this room's errors.

use shinsa_jobs::{Cancel, Unfinished};

use crate::error::TrainError;

/// See [`shinsa_jobs::watched`]; `during` names the work where it breaks off.
pub(crate) fn watched<T: Send + 'static>(
    cancel: &Cancel,
    during: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, TrainError> {
    shinsa_jobs::watched(cancel, work).map_err(|unfinished| match unfinished {
        Unfinished::Cancelled => TrainError::Cancelled,
        Unfinished::Threads(error) => TrainError::Threads { reason: error.to_string() },
        Unfinished::Broke => TrainError::Broke { during: during.into() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_computation_is_an_error_that_names_it() {
        let broken = || assert!(std::hint::black_box(false));
        let error = watched(&Cancel::default(), "testing", broken).unwrap_err();
        assert_eq!((error.code(), error.args()["during"].as_str()), ("train-broke", "testing"));
    }
}
