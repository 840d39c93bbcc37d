//! Running a job in the worker process, and what a shell sees of it.

use crate::judge::VerdictRow;
use crate::view::JobProgress;
use crate::writing::IncidentView;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shinsa_jobs::{Cancel, Event, Request, Worker};
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
        let request = Request { job: job.to_owned(), spec: serde_json::to_value(spec)? };
        let worker = Worker::spawn(exe, &request)?;
        let mut end: Option<Result<Value, StudioError>> = None;
        let stop = cancel.clone();
        let ran = worker.run(cancel, &mut |event| match event {
            Event::Progress(progress) => on(JobUpdate::Progress(progress.into())),
            Event::Item(value) => {
                if let Err(error) = item(value, on) {
                    // What can't be stored must not go on being computed.
                    stop.cancel();
                    end.get_or_insert(Err(error));
                }
            }
            Event::Done(report) => {
                end.get_or_insert(Ok(report));
            }
            Event::Failed(failure) => {
                end.get_or_insert(Err(failure.into()));
            }
            Event::Cancelled => {
                end.get_or_insert(Err(StudioError::cancelled()));
            }
        });
        // What went wrong here first is the reason, not the worker's stopping for it.
        match (end, ran) {
            (Some(end), _) => end,
            (None, Err(error)) => Err(error.into()),
            (None, Ok(())) => {
                Err(StudioError::new("worker-died", "The worker ended without a result."))
            }
        }
    }
}
