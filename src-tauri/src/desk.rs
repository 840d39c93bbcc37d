//! What the window's commands share.

use shinsa_studio::{Cancel, Studio, StudioError};
use std::sync::{Arc, Mutex, PoisonError};

/// The studio, the job that is running, and what the window was started with.
pub struct Desk {
    /// Every use case.
    pub studio: Arc<Studio>,
    /// A project named on the command line.
    pub named: Option<String>,
    job: Mutex<Option<Cancel>>,
}

impl Desk {
    /// A desk without a running job.
    #[must_use]
    pub fn new(studio: Studio, named: Option<String>) -> Self {
        Self { studio: Arc::new(studio), named, job: Mutex::new(None) }
    }

    /// Runs one long job off the window's threads; a second one is refused.
    ///
    /// # Errors
    /// `job-running`, or the job's own.
    pub async fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Studio, &Cancel) -> Result<T, StudioError> + Send + 'static,
    ) -> Result<T, StudioError> {
        let cancel = Cancel::default();
        {
            let mut running = self.running();
            if running.is_some() {
                return Err(StudioError::new(
                    "job-running",
                    "Another job is running. Wait for it, or cancel it first.",
                ));
            }
            *running = Some(cancel.clone());
        }
        let studio = Arc::clone(&self.studio);
        let done = tauri::async_runtime::spawn_blocking(move || job(&studio, &cancel)).await;
        *self.running() = None;
        done.unwrap_or_else(|error| Err(StudioError::new("job-died", error)))
    }

    /// Asks the running job, if any, to stop.
    pub fn cancel(&self) {
        if let Some(cancel) = self.running().as_ref() {
            cancel.cancel();
        }
    }

    /// Ends everything in order: the window is closing.
    pub fn end(&self) {
        self.cancel();
        // Nothing is left to tell it to: every change was committed when it was made.
        let _ = self.studio.close();
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Option<Cancel>> {
        self.job.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
