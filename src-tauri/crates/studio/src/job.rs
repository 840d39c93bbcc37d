//! Running a job in the worker process, and what a shell sees of it.

use crate::judge::VerdictRow;
use crate::view::JobProgress;
use crate::writing::IncidentView;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shinsa_jobs::{Cancel, Event, Request, Worker};
use std::cell::RefCell;
use std::path::Path;

/// What a running job tells a shell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case", tag = "kind", content = "data")]
pub enum JobUpdate {
    /// How far it is.
    Progress(JobProgress),
    /// An output has all its samples.
    Verdicts(VerdictRow),
    /// More of an output that is being written, or a finished one, whole.
    Piece(WrittenPiece),
    /// An incident was taken apart.
    Incident(IncidentView),
}

/// Text of an output that is being written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WrittenPiece {
    /// The case's key.
    pub case: String,
    /// Sample k of N.
    pub sample: u32,
    /// What was added; of a finished output the whole text, as it was stored.
    pub text: String,
    /// Whether a finished output was cut off for want of room; `null` while it is written.
    pub cut: Option<bool>,
}

/// Takes one finished piece of a job, and may tell the shell of it.
pub(crate) type OnItem<'a> =
    &'a mut dyn FnMut(Value, &mut dyn FnMut(JobUpdate)) -> Result<(), StudioError>;

/// Answers what a running job asks for.
pub(crate) type OnAsk<'a> = &'a mut dyn FnMut(Value) -> Result<Value, StudioError>;

/// For jobs that are given everything at once.
fn nothing(_: Value) -> Result<Value, StudioError> {
    Err(StudioError::new("worker-answer", "The worker asked for something that it was given."))
}

impl Studio {
    /// Runs `job` in the worker `exe` and returns its report. Items are passed to
    /// `item` as they come; nothing of the project is held meanwhile.
    ///
    /// # Errors
    /// `worker-not-found`, `worker-died`, `cancelled`, or the job's own failure.
    pub(crate) fn work(
        &self,
        exe: &Path,
        job: &str,
        spec: &impl Serialize,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
        item: OnItem<'_>,
    ) -> Result<Value, StudioError> {
        self.work_answering(exe, job, spec, cancel, on, item, &mut nothing)
    }

    /// The same for a job that asks for things while it runs.
    ///
    /// # Errors
    /// As [`Studio::work`], or the first of `ask`'s own.
    #[allow(clippy::too_many_arguments)] // one of them for each end of the pipes
    pub(crate) fn work_answering(
        &self,
        exe: &Path,
        job: &str,
        spec: &impl Serialize,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
        item: OnItem<'_>,
        ask: OnAsk<'_>,
    ) -> Result<Value, StudioError> {
        let request = Request { job: job.to_owned(), spec: serde_json::to_value(spec)? };
        let worker = Worker::spawn(exe, &request)?;
        // The first end is the reason of all others. Two at the worker's pipes set it.
        let end: RefCell<Option<Result<Value, StudioError>>> = RefCell::new(None);
        let ends = |with: Result<Value, StudioError>| {
            end.borrow_mut().get_or_insert(with);
        };
        let stop = cancel.clone();
        let mut answer = |asked| match ask(asked) {
            Ok(value) => Some(value),
            Err(error) => {
                stop.cancel();
                ends(Err(error));
                None
            }
        };
        let mut hear = |event| match event {
            Event::Progress(progress) => on(JobUpdate::Progress(progress.into())),
            Event::Item(value) => {
                if let Err(error) = item(value, on) {
                    // What can't be stored must not go on being computed.
                    stop.cancel();
                    ends(Err(error));
                }
            }
            // Answered below.
            Event::Ask(_) => {}
            Event::Done(report) => ends(Ok(report)),
            Event::Failed(failure) => ends(Err(failure.into())),
            Event::Cancelled => ends(Err(StudioError::cancelled())),
        };
        let ran = worker.run_answering(cancel, &mut hear, &mut answer);
        // What went wrong here first is the reason, not the worker's stopping for it.
        match (end.into_inner(), ran) {
            (Some(end), _) => end,
            (None, Err(error)) => Err(error.into()),
            (None, Ok(())) => {
                Err(StudioError::new("worker-died", "The worker ended without a result."))
            }
        }
    }
}
