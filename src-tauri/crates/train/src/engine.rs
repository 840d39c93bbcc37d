//! The model and the threads that compute, and what they work on.

use std::sync::Arc;

use rayon::ThreadPool;
use shinsa_jobs::Cancel;
use shinsa_lm::{Lora, Model, Workspace};

use crate::error::TrainError;
use crate::watch::watched;

/// What a computation needs to itself.
pub(crate) struct State {
    pub lora: Lora,
    pub grads: Vec<f32>,
    pub workspace: Workspace,
}

/// The model, the threads, and the state between two computations.
pub(crate) struct Engine {
    pub model: Arc<Model>,
    pub pool: Arc<ThreadPool>,
    /// Away while something is being computed.
    pub state: Option<State>,
}

impl Engine {
    /// Runs `work` on the pool with the state; leaves at once when cancelled.
    pub(crate) fn compute<T: Send + 'static>(
        &mut self,
        cancel: &Cancel,
        during: &str,
        work: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> Result<T, TrainError> {
        let broke = || TrainError::Broke { during: during.into() };
        let mut state = self.state.take().ok_or_else(broke)?;
        let pool = Arc::clone(&self.pool);
        let (state, result) = watched(cancel, during, move || {
            let result = pool.install(|| work(&mut state));
            (state, result)
        })?;
        self.state = Some(state);
        Ok(result)
    }

    /// The state between two computations.
    pub(crate) fn state(&mut self) -> Result<&mut State, TrainError> {
        self.state.as_mut().ok_or_else(|| TrainError::Broke { during: "training".into() })
    }
}
