//! What the window's commands share.

use shinsa_studio::{Cancel, Studio, StudioError};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The studio, the job that is running, and what the window was started with.
pub struct Desk {
    /// Every use case.
    pub studio: Arc<Studio>,
    /// A project named on the command line.
    pub named: Option<String>,
    job: Mutex<Option<Cancel>>,
    import: Mutex<Option<Import>>,
    turns: AtomicU64,
}

/// A file that is being read, or going into the project.
struct Import {
    cancel: Cancel,
    commits: bool,
    turn: u64,
}

impl Desk {
    /// A desk without a running job.
    #[must_use]
    pub fn new(studio: Studio, named: Option<String>) -> Self {
        Self {
            studio: Arc::new(studio),
            named,
            job: Mutex::new(None),
            import: Mutex::new(None),
            turns: AtomicU64::new(0),
        }
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
            let mut running = lock(&self.job);
            if running.is_some() {
                return Err(job_running());
            }
            *running = Some(cancel.clone());
        }
        let studio = Arc::clone(&self.studio);
        let done = tauri::async_runtime::spawn_blocking(move || job(&studio, &cancel)).await;
        *lock(&self.job) = None;
        done.unwrap_or_else(|error| Err(StudioError::new("job-died", error)))
    }

    /// Reads or imports a file, or plans who rates what, beside whatever job is running.
    /// Another look takes the place of the one before, which is then stopped.
    ///
    /// # Errors
    /// `job-running` while a file or plan is going into the project, or the import's own.
    pub async fn bring_in<T: Send + 'static>(
        &self,
        commits: bool,
        import: impl FnOnce(&Studio, &Cancel) -> Result<T, StudioError> + Send + 'static,
    ) -> Result<T, StudioError> {
        let cancel = Cancel::default();
        let turn = self.turns.fetch_add(1, Ordering::Relaxed);
        {
            let mut running = lock(&self.import);
            match running.as_ref() {
                Some(one) if one.commits => return Err(job_running()),
                Some(look) => look.cancel.cancel(),
                None => {}
            }
            *running = Some(Import { cancel: cancel.clone(), commits, turn });
        }
        let studio = Arc::clone(&self.studio);
        let done = tauri::async_runtime::spawn_blocking(move || import(&studio, &cancel)).await;
        lock(&self.import).take_if(|one| one.turn == turn);
        done.unwrap_or_else(|error| Err(StudioError::new("job-died", error)))
    }

    /// Asks the running job, if any, to stop.
    pub fn cancel(&self) {
        if let Some(cancel) = lock(&self.job).as_ref() {
            cancel.cancel();
        }
    }

    /// Asks the running import, if any, to stop.
    pub fn cancel_import(&self) {
        if let Some(import) = lock(&self.import).as_ref() {
            import.cancel.cancel();
        }
    }

    /// Ends everything in order: the window is closing.
    pub fn end(&self) {
        self.cancel();
        self.cancel_import();
        // Nothing is left to tell it to: every change was committed when it was made.
        let _ = self.studio.close();
    }
}

fn lock<T>(slot: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

fn job_running() -> StudioError {
    StudioError::new("job-running", "Another job is running. Wait for it, or cancel it first.")
}
