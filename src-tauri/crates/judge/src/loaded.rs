//! A job's model, as it was opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use shinsa_jobs::{Cancel, Event, Progress, TreeMemory, watched};
use shinsa_lm::{Device, Lora, Model, Numeric, OpenOptions, peft};

use crate::JudgeError;
use crate::decode::Local;
use crate::spec::JudgeSpec;

/// What is opened, and how.
pub(crate) struct Source {
    pub(crate) model: PathBuf,
    /// One for each judge; `None` is the model alone.
    pub(crate) judges: Vec<Option<PathBuf>>,
    pub(crate) device: Device,
    pub(crate) numeric: Numeric,
}

impl Source {
    pub(crate) fn of(spec: &JudgeSpec) -> Self {
        Source {
            model: spec.model.clone(),
            judges: std::iter::once(&spec.adapter).chain(&spec.beside).cloned().collect(),
            device: spec.device,
            numeric: spec.numeric,
        }
    }
}

/// An opened model and its judges' adapters, and what opening them took.
pub(crate) struct Loaded {
    pub(crate) model: Arc<Model>,
    judges: Vec<Judge>,
    pub(crate) began: Instant,
    /// Seconds that opening took.
    pub(crate) seconds: f64,
    pub(crate) memory: TreeMemory,
}

impl Loaded {
    /// # Errors
    /// [`JudgeError::Lm`]; [`JudgeError::Cancelled`] within a second of the wish.
    pub(crate) fn open(
        source: &Source,
        cancel: &Cancel,
        on: &mut dyn FnMut(Event),
    ) -> Result<Self, JudgeError> {
        let began = Instant::now();
        let memory = TreeMemory::start();
        on(Event::Progress(Progress { phase: "load".into(), total: 1, ..Progress::default() }));
        let (path, dirs) = (source.model.clone(), source.judges.clone());
        let options = OpenOptions {
            device: source.device,
            numeric: source.numeric,
            ..OpenOptions::default()
        };
        let (model, judges) = watched(cancel, move || open(&path, &dirs, options))??;
        let seconds = began.elapsed().as_secs_f64();
        Ok(Loaded { model: Arc::new(model), judges, began, seconds, memory })
    }

    /// BLAKE3 of the files of each judge's adapter.
    pub(crate) fn adapter_hashes(&self) -> impl Iterator<Item = Option<&str>> {
        self.judges.iter().map(|judge| judge.as_ref().map(|(_, hash)| hash.as_str()))
    }

    /// An engine on `threads` threads (all of the machine's by default) that
    /// stops in the middle of a step when `cancel` is wished.
    ///
    /// # Errors
    /// [`JudgeError::Spec`] when the system gives no threads.
    pub(crate) fn engine(
        &self,
        threads: Option<usize>,
        cancel: &Cancel,
    ) -> Result<Local<'_>, JudgeError> {
        let pool = threads.map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.map_err(|error| JudgeError::Spec { reason: error.to_string() })
        });
        let pool = pool.transpose()?.map(Arc::new);
        let judges: Vec<_> =
            self.judges.iter().map(|judge| judge.as_ref().map(|(lora, _)| lora)).collect();
        let cancel = cancel.clone();
        Ok(Local::new(&self.model, &judges, pool).stopped_by(move || cancel.is_cancelled()))
    }
}

/// An adapter and its hash; nothing of the model alone.
type Judge = Option<(Lora, String)>;

fn open(
    path: &Path,
    judges: &[Option<PathBuf>],
    options: OpenOptions,
) -> Result<(Model, Vec<Judge>), JudgeError> {
    let model = Model::open(path, &options)?;
    let judge = |dir: &Option<PathBuf>| match dir {
        Some(dir) => Ok(Some((peft::load_peft(dir, &model)?, peft::adapter_hash(dir)?))),
        None => Ok(None),
    };
    let judges = judges.iter().map(judge).collect::<Result<_, JudgeError>>()?;
    Ok((model, judges))
}
