//! The course of the learning rate.

use serde::{Deserialize, Serialize};

/// What the learning rate does after the warm-up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Schedule {
    /// Falls in a straight line towards 0 after the last step.
    #[default]
    Linear,
    /// Falls along half a cosine towards `floor` times the peak.
    Cosine {
        /// Fraction of the peak at the end, 0 to 1.
        floor: f64,
    },
    /// Stays.
    Constant,
}

/// How long the learning rate rises to its peak.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Warmup {
    /// So many steps.
    Steps(usize),
    /// This share of all steps, 0 to 1, rounded up.
    Ratio(f64),
}

impl Default for Warmup {
    fn default() -> Self {
        Self::Steps(0)
    }
}

impl Warmup {
    /// The number of steps out of all.
    pub(crate) fn steps(self, all: usize) -> usize {
        match self {
            Self::Steps(steps) => steps,
            Self::Ratio(share) => (share * all as f64).ceil() as usize,
        }
    }
}

impl Schedule {
    /// Factor of the peak learning rate in `step` (from 0) of `steps`. The
    /// warm-up rises linearly and reaches 1 in its last step; its first step is
    /// above 0, so that no step is wasted.
    pub(crate) fn factor(self, step: usize, steps: usize, warmup: usize) -> f64 {
        if step < warmup {
            return (step + 1) as f64 / warmup as f64;
        }
        let rest = steps.saturating_sub(warmup).max(1);
        let progress = ((step - warmup) as f64 / rest as f64).min(1.0);
        match self {
            Self::Constant => 1.0,
            Self::Linear => 1.0 - progress,
            Self::Cosine { floor } => {
                floor + (1.0 - floor) * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(schedule: Schedule) -> Vec<f64> {
        (0..6).map(|step| (schedule.factor(step, 6, 2) * 1e3).round() / 1e3).collect()
    }

    #[test]
    fn every_schedule_warms_up_and_then_takes_its_course() {
        assert_eq!(course(Schedule::Constant), [0.5, 1.0, 1.0, 1.0, 1.0, 1.0]);
        assert_eq!(course(Schedule::Linear), [0.5, 1.0, 1.0, 0.75, 0.5, 0.25]);
        assert_eq!(course(Schedule::Cosine { floor: 0.2 }), [0.5, 1.0, 1.0, 0.883, 0.6, 0.317]);
    }

    #[test]
    fn a_warm_up_is_a_number_of_steps_or_a_share_of_them() {
        assert_eq!(Warmup::default().steps(50), 0);
        assert_eq!(Warmup::Steps(7).steps(50), 7);
        assert_eq!([0.0, 0.03, 1.0].map(|share| Warmup::Ratio(share).steps(50)), [0, 2, 50]);
        assert_eq!(
            serde_json::from_str::<Warmup>(r#"{"ratio": 0.1}"#).unwrap(),
            Warmup::Ratio(0.1)
        );
    }

    #[test]
    fn a_warm_up_longer_than_the_run_never_reaches_the_peak() {
        assert_eq!(Schedule::Linear.factor(4, 5, 10), 0.5);
    }
}
