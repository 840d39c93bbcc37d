//! When to ask again, and how long to wait before.

use std::time::Duration;

/// No wait between two attempts gets longer by itself.
const MOST_BACKOFF: Duration = Duration::from_secs(60);
/// A server that wants a longer wait than this counts as gone.
const MOST_ASKED: Duration = Duration::from_secs(600);

/// Whether the same request may succeed later.
pub(crate) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

/// The wait before attempt `next` (counted from 1): twice as long each time, and
/// up to a quarter longer by `spread`, so that requests don't return in step.
pub(crate) fn backoff(first: Duration, next: u32, spread: u64) -> Duration {
    let doubled =
        first.saturating_mul(1_u32.checked_shl(next.saturating_sub(1)).unwrap_or(u32::MAX));
    let wait = doubled.min(MOST_BACKOFF);
    wait + wait.mul_f64((spread % 1000) as f64 / 4000.0)
}

/// `Retry-After` in seconds. `Err` when the server wants more time than anybody
/// waits for; a date or nonsense leaves the wait to us.
pub(crate) fn asked_wait(header: Option<&str>) -> Result<Option<Duration>, ()> {
    let Some(seconds) = header.and_then(|text| text.trim().parse::<u64>().ok()) else {
        return Ok(None);
    };
    let wait = Duration::from_secs(seconds);
    if wait > MOST_ASKED { Err(()) } else { Ok(Some(wait)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_spread_and_end_at_a_minute() {
        let first = Duration::from_millis(500);
        assert_eq!(backoff(first, 1, 0), first);
        assert_eq!(backoff(first, 3, 0), first * 4);
        assert!(backoff(first, 3, 999) < first * 5);
        assert_eq!(backoff(first, 40, 0), MOST_BACKOFF);
    }

    #[test]
    fn what_the_server_asks_for_is_kept_within_reason() {
        assert_eq!(asked_wait(Some(" 7 ")), Ok(Some(Duration::from_secs(7))));
        assert_eq!(asked_wait(Some("Wed, 21 Oct 2026 07:28:00 GMT")), Ok(None));
        assert_eq!(asked_wait(None), Ok(None));
        assert_eq!(asked_wait(Some("86400")), Err(()));
    }

    #[test]
    fn only_passing_troubles_are_tried_again() {
        assert!([429, 500, 503].into_iter().all(is_passing));
        assert!(![200, 302, 400, 401, 404, 422].into_iter().any(is_passing));
    }
}
