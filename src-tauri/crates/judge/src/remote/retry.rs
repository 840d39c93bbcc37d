//! When to ask again, and how long to wait before.

use std::time::{Duration, SystemTime};

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

/// `Retry-After` in seconds or as a date, which is held against the server's own `Date`
/// where it sends one, else against `now`. `Err` when the server wants more time than
/// anybody waits for; a date that has passed, or nonsense, leaves the wait to us.
pub(crate) fn asked_wait(
    header: Option<&str>,
    date: Option<&str>,
    now: SystemTime,
) -> Result<Option<Duration>, ()> {
    let Some(text) = header.map(str::trim) else { return Ok(None) };
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => httpdate::parse_http_date(text).ok().and_then(|until| {
            let now = date.and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
            until.duration_since(now).ok().filter(|wait| !wait.is_zero())
        }),
    };
    match wait {
        Some(wait) if wait > MOST_ASKED => Err(()),
        wait => Ok(wait),
    }
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
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let asked = |header, date| asked_wait(header, date, now);
        assert_eq!(asked(Some(" 7 "), None), Ok(Some(Duration::from_secs(7))));
        assert_eq!(asked(None, None), Ok(None));
        assert_eq!(asked(Some("86400"), None), Err(()));
        // `now` is RFC 9110's example, Sun, 06 Nov 1994 08:49:37 GMT.
        let later = "Sun, 06 Nov 1994 08:50:07 GMT";
        assert_eq!(asked(Some(later), None), Ok(Some(Duration::from_secs(30))));
        // By the server's own clock, wherever ours stands.
        let date = Some("Sun, 06 Nov 1994 08:50:00 GMT");
        assert_eq!(asked(Some(later), date), Ok(Some(Duration::from_secs(7))));
        assert_eq!(asked(Some("Sun, 06 Nov 1994 08:49:00 GMT"), None), Ok(None));
        assert_eq!(asked(Some("Sun, 06 Nov 1994 18:00:00 GMT"), None), Err(()));
        assert_eq!(asked(Some("soon"), None), Ok(None));
    }

    #[test]
    fn only_passing_troubles_are_tried_again() {
        assert!([429, 500, 503].into_iter().all(is_passing));
        assert!(![200, 302, 400, 401, 404, 422].into_iter().any(is_passing));
    }
}
