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
    pub(crate) adapter: Option<PathBuf>,
    pub(crate) device: Device,
    pub(crate) numeric: Numeric,
}

impl Source {
    pub(crate) fn of(spec: &JudgeSpec) -> Self {
        Source {
            model: spec.model.clone(),
            adapter: spec.adapter.clone(),
            device: spec.device,
            numeric: spec.numeric,
        }
    }
}

/// An opened model and adapter, and what opening it took.
pub(crate) struct Loaded {
    pub(crate) model: Arc<Model>,
    adapter: Option<(Lora, String)>,
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
        let (path, dir) = (source.model.clone(), source.adapter.clone());
        let options = OpenOptions {
            device: source.device,
            numeric: source.numeric,
            ..OpenOptions::default()
        };
        let (model, adapter) = watched(cancel, move || open(&path, dir.as_deref(), options))??;
        let seconds = began.elapsed().as_secs_f64();
        Ok(Loaded { model: Arc::new(model), adapter, began, seconds, memory })
    }

    /// BLAKE3 of the adapter's files.
    pub(crate) fn adapter_hash(&self) -> Option<&str> {
        self.adapter.as_ref().map(|(_, hash)| hash.as_str())
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
        let lora = self.adapter.as_ref().map(|(lora, _)| lora);
        let cancel = cancel.clone();
        Ok(Local::new(&self.model, lora, pool).stopped_by(move || cancel.is_cancelled()))
    }
}

/// The model; the adapter and its hash.
type Opened = (Model, Option<(Lora, String)>);

fn open(path: &Path, adapter: Option<&Path>, options: OpenOptions) -> Result<Opened, JudgeError> {
    let model = Model::open(path, &options)?;
    let adapter = match adapter {
        Some(dir) => Some((peft::load_peft(dir, &model)?, peft::adapter_hash(dir)?)),
        None => None,
    };
    Ok((model, adapter))
}
