//! How far an import is, and whether it is to stop.

use crate::project::small;
use crate::view::JobProgress;
use crate::{JobUpdate, StudioError};
use shinsa_jobs::{Cancel, Unfinished, watched};

/// Rows between two looks at the wish to stop: a few milliseconds of work.
pub(super) const STEP: usize = 200;

/// The phase in which rows go into the project.
pub(crate) const STORING: &str = "import-store";

/// Tells how far an import is, and hears whether to stop.
pub(super) struct Teller<'t> {
    cancel: &'t Cancel,
    on: &'t mut dyn FnMut(JobUpdate),
    phase: &'static str,
    total: usize,
}

impl<'t> Teller<'t> {
    pub fn new(cancel: &'t Cancel, on: &'t mut dyn FnMut(JobUpdate)) -> Self {
        Self { cancel, on, phase: "import-read", total: 0 }
    }

    /// Reads the file with `read`, which knows nothing of stopping: it is left
    /// to end by itself where somebody asks to stop.
    ///
    /// # Errors
    /// `import-cancelled`, or that no thread could be started.
    pub fn read<T: Send + 'static>(
        &mut self,
        read: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, StudioError> {
        self.begin("import-read", 0)?;
        watched(self.cancel, read).map_err(|error| match error {
            Unfinished::Cancelled => stopped(),
            other => StudioError::new("unexpected", &other).with("detail", other),
        })
    }

    /// The next phase, of so many rows.
    ///
    /// # Errors
    /// `import-cancelled`.
    pub fn begin(&mut self, phase: &'static str, total: usize) -> Result<(), StudioError> {
        (self.phase, self.total) = (phase, total);
        self.at(0)
    }

    /// So many rows of the phase are done.
    ///
    /// # Errors
    /// `import-cancelled`.
    pub fn at(&mut self, done: usize) -> Result<(), StudioError> {
        if self.cancel.is_cancelled() {
            return Err(stopped());
        }
        if done.is_multiple_of(STEP) || done == self.total {
            (self.on)(JobUpdate::Progress(JobProgress {
                phase: self.phase.to_owned(),
                done: f64::from(small(done)),
                total: f64::from(small(self.total)),
                ..JobProgress::default()
            }));
        }
        Ok(())
    }
}

fn stopped() -> StudioError {
    StudioError::new("import-cancelled", "Stopped on request. Nothing was imported.")
}
