//! Which measurement was the best, and when to stop looking for a better one.

use serde::{Deserialize, Serialize};

use crate::spec::EarlyStop;

/// What the measurements so far amount to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Course {
    /// Step and loss of the best measurement.
    pub best: Option<(usize, f64)>,
    /// The loss that the next one has to fall below by the rule's `min_delta`.
    mark: Option<f64>,
    /// Measurements since `mark` was set.
    stale: usize,
    /// Whether the rule's patience is over.
    pub stopped: bool,
}

impl Course {
    /// Takes in a measurement (`None` when it was no number), and says whether
    /// it is the best so far.
    pub(crate) fn take(&mut self, step: usize, loss: Option<f64>, rule: Option<EarlyStop>) -> bool {
        let better = loss.filter(|loss| self.best.is_none_or(|(_, best)| *loss < best));
        if let Some(loss) = better {
            self.best = Some((step, loss));
        }
        let Some(rule) = rule else { return better.is_some() };
        match loss {
            Some(loss) if self.mark.is_none_or(|mark| loss < mark - rule.min_delta) => {
                self.mark = Some(loss);
                self.stale = 0;
            }
            _ => self.stale += 1,
        }
        self.stopped = self.stale >= rule.patience;
        better.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(losses: &[f64], rule: Option<EarlyStop>) -> (Course, Vec<bool>, usize) {
        let mut course = Course::default();
        let mut better = Vec::new();
        for (step, loss) in losses.iter().enumerate() {
            better.push(course.take(step, Some(*loss).filter(|loss| loss.is_finite()), rule));
            if course.stopped {
                break;
            }
        }
        let seen = better.len();
        (course, better, seen)
    }

    #[test]
    fn the_lowest_loss_is_the_best_and_of_equals_the_earlier() {
        let (course, better, _) = run(&[3.0, 2.0, 2.0, 1.5, 1.7], None);
        assert_eq!(course.best, Some((3, 1.5)));
        assert_eq!(better, [true, true, false, true, false]);
        assert!(!course.stopped);
    }

    #[test]
    fn it_stops_when_patience_is_over_and_only_then() {
        let rule = Some(EarlyStop { patience: 2, min_delta: 0.1 });
        // 1.95 is better, but by too little to count.
        let (course, _, seen) = run(&[3.0, 2.0, 1.95, 1.94, 0.1], rule);
        assert_eq!((seen, course.best), (4, Some((3, 1.94))));
        let (_, _, seen) = run(&[3.0, 2.0, 2.1, 1.8, 1.9, 1.2], rule);
        assert_eq!(seen, 6);
        let (course, _, seen) = run(&[3.0, f64::NAN, f64::NAN, 1.0], rule);
        assert_eq!((seen, course.best), (3, Some((0, 3.0))));
    }
}
