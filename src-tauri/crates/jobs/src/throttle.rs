//! Progress often enough to feel live, seldom enough to cost nothing.

use std::time::{Duration, Instant};

/// Lets one call through per interval.
#[derive(Clone, Debug)]
pub struct Throttle {
    every: Duration,
    last: Option<Instant>,
}

impl Throttle {
    /// At most one pass per `every`.
    pub fn new(every: Duration) -> Self {
        Throttle { every, last: None }
    }

    /// Whether the interval since the last pass is over at `now`; the first call passes.
    pub fn ready(&mut self, now: Instant) -> bool {
        let due = self.last.is_none_or(|last| now.saturating_duration_since(last) >= self.every);
        if due {
            self.last = Some(now);
        }
        due
    }
}

/// Speed and time left of a phase that does `total` equal units.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    start: Instant,
    total: u64,
}

impl Rate {
    /// A phase of `total` units that begins at `start`.
    pub fn new(start: Instant, total: u64) -> Self {
        Rate { start, total }
    }

    /// Units per second so far; `None` before anything is done.
    pub fn per_second(&self, done: u64, now: Instant) -> Option<f64> {
        let seconds = now.saturating_duration_since(self.start).as_secs_f64();
        (done > 0 && seconds > 0.0).then(|| done as f64 / seconds)
    }

    /// Seconds left at the speed so far.
    pub fn eta_s(&self, done: u64, now: Instant) -> Option<f64> {
        self.per_second(done, now).map(|rate| self.total.saturating_sub(done) as f64 / rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_throttle_passes_once_per_interval() {
        let start = Instant::now();
        let mut throttle = Throttle::new(Duration::from_millis(100));
        assert!(throttle.ready(start));
        assert!(!throttle.ready(start + Duration::from_millis(99)));
        assert!(throttle.ready(start + Duration::from_millis(100)));
        assert!(!throttle.ready(start + Duration::from_millis(101)));
    }

    #[test]
    fn time_left_follows_the_speed_so_far() {
        let start = Instant::now();
        let rate = Rate::new(start, 10);
        assert_eq!(rate.eta_s(0, start + Duration::from_secs(1)), None);
        assert_eq!(rate.eta_s(5, start + Duration::from_secs(5)), Some(5.0));
        assert_eq!(rate.eta_s(12, start + Duration::from_secs(5)), Some(0.0));
    }
}
