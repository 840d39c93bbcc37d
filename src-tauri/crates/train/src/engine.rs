//! The model and the threads that compute, and what they work on.

use std::sync::Arc;

use rayon::ThreadPool;
use shinsa_jobs::Cancel;
use shinsa_lm::Learn;

use crate::error::TrainError;
use crate::watch::watched;

/// The threads, and the adapter in training.
pub(crate) struct Engine {
    pub pool: Arc<ThreadPool>,
    /// Away while something is being computed.
    pub learner: Option<Box<dyn Learn>>,
}

impl Engine {
    /// Runs `work` on the pool; leaves at once when cancelled.
    pub(crate) fn compute<T: Send + 'static>(
        &mut self,
        cancel: &Cancel,
        during: &str,
        work: impl FnOnce(&mut dyn Learn) -> T + Send + 'static,
    ) -> Result<T, TrainError> {
        let broke = || TrainError::Broke { during: during.into() };
        let mut learner = self.learner.take().ok_or_else(broke)?;
        let pool = Arc::clone(&self.pool);
        let (learner, result) = watched(cancel, during, move || {
            let result = pool.install(|| work(&mut *learner));
            (learner, result)
        })?;
        self.learner = Some(learner);
        Ok(result)
    }

    /// The adapter between two computations.
    pub(crate) fn learner(&mut self) -> Result<&mut dyn Learn, TrainError> {
        match &mut self.learner {
            Some(learner) => Ok(&mut **learner),
            None => Err(TrainError::Broke { during: "training".into() }),
        }
    }
}
