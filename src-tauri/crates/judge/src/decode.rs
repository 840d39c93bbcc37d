//! What judging needs from a language model, and the local engine as that.

use std::sync::Arc;

use rayon::prelude::*;
use shinsa_lm::{LmError, Lora, Model, Prefix, SeqId, Session};

use crate::JudgeError;

/// What a prefix continues.
pub enum After<'p, P> {
    /// The beginning of a text, by one of the engine's judges.
    Nothing {
        /// Its place among them.
        judge: usize,
    },
    /// A prefix, by whose it is.
    Prefix(&'p P),
}

// (Derived, they would ask the same of `P`.)
impl<P> Clone for After<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for After<'_, P> {}

/// A model that continues many sequences at once and shares what they begin
/// with. (The seat of other engines: a device, or a fake one in tests.)
pub trait Decode {
    /// A computed beginning.
    type Prefix: Clone;
    /// An open sequence.
    type Sequence: Copy + Send;

    /// Computes `tokens` after something once.
    ///
    /// # Errors
    /// As the engine says.
    fn prefix(
        &mut self,
        after: After<'_, Self::Prefix>,
        tokens: &[u32],
    ) -> Result<Self::Prefix, JudgeError>;

    /// Computes several at once, which are best no longer than [`Decode::chunk`]
    /// together.
    ///
    /// # Errors
    /// As the engine says.
    fn prefixes(
        &mut self,
        many: &[(After<'_, Self::Prefix>, &[u32])],
    ) -> Result<Vec<Self::Prefix>, JudgeError> {
        many.iter().map(|(after, tokens)| self.prefix(*after, tokens)).collect()
    }

    /// The logits after a beginning's last token.
    fn logits<'p>(&self, prefix: &'p Self::Prefix) -> &'p [f32];

    /// Opens a sequence that continues `prefix`.
    fn start(&mut self, prefix: &Self::Prefix) -> Self::Sequence;

    /// Closes a sequence.
    fn finish(&mut self, sequence: Self::Sequence);

    /// Appends tokens to each sequence.
    ///
    /// # Errors
    /// As the engine says.
    fn step(&mut self, inputs: &[(Self::Sequence, &[u32])]) -> Result<(), JudgeError>;

    /// [`Decode::step`]; where the engine leaves the threads free meanwhile, they
    /// do what will be needed next for each of `items`.
    ///
    /// # Errors
    /// As the engine says, or one of the items'.
    fn step_while<T: Send>(
        &mut self,
        inputs: &[(Self::Sequence, &[u32])],
        _items: &mut [T],
        _work: impl Fn(&mut T) -> Result<(), JudgeError> + Send + Sync,
    ) -> Result<(), JudgeError> {
        self.step(inputs)
    }

    /// The logits after the last token of the latest step's input `at`.
    fn stepped(&self, at: usize) -> &[f32];

    /// Tokens of a prompt between two looks at a wish to stop.
    fn chunk(&self) -> usize {
        128
    }

    /// Does something for each of `items` on the engine's threads.
    ///
    /// # Errors
    /// One of the items'.
    fn each<T: Send>(
        &self,
        items: &mut [T],
        work: impl Fn(&mut T) -> Result<(), JudgeError> + Send + Sync,
    ) -> Result<(), JudgeError> {
        items.iter_mut().try_for_each(work)
    }
}

/// The local engine, on as many threads as it was given.
pub struct Local<'m> {
    session: Session<'m>,
    /// Every judge's place among the session's adapters.
    judges: Vec<Option<usize>>,
    pool: Option<Arc<rayon::ThreadPool>>,
}

impl<'m> Local<'m> {
    /// A model and its judges: an adapter each, or the model alone.
    pub fn new(
        model: &'m Model,
        judges: &[Option<&Lora>],
        pool: Option<Arc<rayon::ThreadPool>>,
    ) -> Self {
        let adapters: Vec<&Lora> = judges.iter().copied().flatten().collect();
        let mut places = 0..adapters.len();
        let judges = judges.iter().map(|lora| lora.and_then(|_| places.next())).collect();
        Local { session: Session::with(model, &adapters), judges, pool }
    }

    /// Asked between layers; a step that it stops ends with [`LmError::Stopped`].
    #[must_use]
    pub fn stopped_by(mut self, stop: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.session.stopped_by(stop);
        self
    }

    fn after<'p>(&self, after: After<'p, Prefix>) -> shinsa_lm::After<'p> {
        match after {
            After::Prefix(prefix) => shinsa_lm::After::Prefix(prefix),
            After::Nothing { judge } => {
                let adapter = self.judges.get(judge).copied().flatten();
                shinsa_lm::After::Nothing { adapter }
            }
        }
    }

    fn on_pool<T: Send>(
        &mut self,
        work: impl FnOnce(&mut Session<'m>) -> Result<T, LmError> + Send,
    ) -> Result<T, JudgeError> {
        let session = &mut self.session;
        let result = match &self.pool {
            Some(pool) => pool.install(|| work(session)),
            None => work(session),
        };
        Ok(result?)
    }
}

impl Decode for Local<'_> {
    type Prefix = Prefix;
    type Sequence = SeqId;

    fn prefix(&mut self, after: After<'_, Prefix>, tokens: &[u32]) -> Result<Prefix, JudgeError> {
        let after = self.after(after);
        self.on_pool(|session| session.compute(after, tokens))
    }

    fn prefixes(
        &mut self,
        many: &[(After<'_, Prefix>, &[u32])],
    ) -> Result<Vec<Prefix>, JudgeError> {
        let many: Vec<_> =
            many.iter().map(|(after, tokens)| (self.after(*after), *tokens)).collect();
        self.on_pool(|session| session.compute_all(&many))
    }

    fn logits<'p>(&self, prefix: &'p Prefix) -> &'p [f32] {
        prefix.logits()
    }

    fn start(&mut self, prefix: &Prefix) -> SeqId {
        self.session.start(prefix)
    }

    fn finish(&mut self, sequence: SeqId) {
        self.session.finish(sequence);
    }

    fn step(&mut self, inputs: &[(SeqId, &[u32])]) -> Result<(), JudgeError> {
        self.on_pool(|session| session.advance(inputs))
    }

    fn step_while<T: Send>(
        &mut self,
        inputs: &[(SeqId, &[u32])],
        items: &mut [T],
        work: impl Fn(&mut T) -> Result<(), JudgeError> + Send + Sync,
    ) -> Result<(), JudgeError> {
        if !self.session.is_aside() {
            return self.step(inputs);
        }
        let session = &mut self.session;
        let both = || {
            rayon::join(
                || session.advance(inputs),
                || items.par_iter_mut().with_max_len(1).try_for_each(work),
            )
        };
        let (stepped, worked) = match &self.pool {
            Some(pool) => pool.install(both),
            None => both(),
        };
        stepped?;
        worked
    }

    fn stepped(&self, at: usize) -> &[f32] {
        self.session.logits(at)
    }

    fn chunk(&self) -> usize {
        self.session.chunk()
    }

    fn each<T: Send>(
        &self,
        items: &mut [T],
        work: impl Fn(&mut T) -> Result<(), JudgeError> + Send + Sync,
    ) -> Result<(), JudgeError> {
        let all = || items.par_iter_mut().with_max_len(1).try_for_each(work);
        match &self.pool {
            Some(pool) => pool.install(all),
            None => all(),
        }
    }
}
