//! How far work in the project is, and whether it is to stop.

use crate::project::small;
use crate::view::JobProgress;
use crate::{JobUpdate, StudioError};
use shinsa_jobs::Cancel;

/// Steps between two words about how far the work is.
const EVERY: usize = 500;

/// Tells how far work is, and hears whether to stop.
pub(crate) struct Watch<'t> {
    cancel: &'t Cancel,
    on: &'t mut dyn FnMut(JobUpdate),
    phase: &'static str,
    total: usize,
}

impl<'t> Watch<'t> {
    pub fn new(cancel: &'t Cancel, on: &'t mut dyn FnMut(JobUpdate)) -> Self {
        Self { cancel, on, phase: "", total: 0 }
    }

    /// The next phase, of so many steps; 0 where nobody knows.
    ///
    /// # Errors
    /// `cancelled`.
    pub fn begin(&mut self, phase: &'static str, total: usize) -> Result<(), StudioError> {
        (self.phase, self.total) = (phase, total);
        self.at(0).then_some(()).ok_or_else(StudioError::cancelled)
    }

    /// So many steps of the phase are done; whether to go on.
    pub fn at(&mut self, done: usize) -> bool {
        if done.is_multiple_of(EVERY) || done == self.total {
            (self.on)(JobUpdate::Progress(JobProgress {
                phase: self.phase.to_owned(),
                done: f64::from(small(done)),
                total: f64::from(small(self.total)),
                ..JobProgress::default()
            }));
        }
        !self.cancel.is_cancelled()
    }
}
