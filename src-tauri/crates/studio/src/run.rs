//! How runs begin and end: one way for judging, writing and training.

use crate::studio::Open;
use crate::{Studio, StudioError};
use serde_json::Value;
use shinsa_domain::{Hash, Run, RunId, RunKind, RunState};
use std::collections::BTreeMap;

/// What a run that ended well leaves behind.
pub(crate) struct Left {
    /// Its figures.
    pub figures: Value,
    /// Its passport and that document's hash.
    pub passport: Option<(Value, Hash)>,
    /// Name to path below the project folder.
    pub artefacts: BTreeMap<String, String>,
}

impl Left {
    /// Of a worker's report, which carries its passport; `Null` where nothing was left
    /// to be done.
    pub fn report(report: Value) -> Self {
        let hash = report["passport_hash"].as_str().map(|hash| Hash(hash.to_owned()));
        let passport = hash.map(|hash| (report["passport"].clone(), hash));
        Self { figures: report, passport, artefacts: BTreeMap::new() }
    }

    /// Of what ended a run early: the error, and nothing of a wish to stop.
    fn error(error: &StudioError) -> Result<Self, StudioError> {
        let figures = match error.code.as_str() {
            "cancelled" => Value::Null,
            _ => serde_json::to_value(error)?,
        };
        Ok(Self { figures, passport: None, artefacts: BTreeMap::new() })
    }
}

/// The state that an end leaves a run in.
pub(crate) fn state_after<T>(end: &Result<T, StudioError>) -> RunState {
    match end {
        Ok(_) => RunState::Done,
        Err(error) if error.code == "cancelled" => RunState::Cancelled,
        Err(_) => RunState::Failed,
    }
}

/// What the record of operations calls a beginning and an end.
fn operations(kind: RunKind) -> (&'static str, &'static str) {
    match kind {
        RunKind::Train => ("start-training", "end-training"),
        RunKind::Judge => ("start-judging", "end-judging"),
        RunKind::Generate | RunKind::Restructure => ("start-writing", "end-writing"),
    }
}

/// The run of this name that may go on: one that has not ended well, of the same
/// settings.
///
/// # Errors
/// `name-taken` when a run of this kind has the name and may not go on; `lead-only`.
pub(crate) fn earlier_run(
    open: &Open,
    kind: RunKind,
    name: &str,
    config: &Value,
) -> Result<Option<Run>, StudioError> {
    let viewer = open.lead()?;
    let found = open.project.view(&viewer).run_by_name(kind, name)?;
    match found {
        Some(run) if run.config != *config || run.state == RunState::Done || is_discarded(&run) => {
            Err(StudioError::new(
                "name-taken",
                format!("A run called {name} exists. Choose another name."),
            )
            .with("name", name))
        }
        found => Ok(found),
    }
}

/// The mark, in an unfinished run's figures, that it won't go on. Verdicts are never
/// deleted, so that the run stays, too.
const DISCARDED: &str = "discarded";

/// Whether a run that ended early was discarded.
pub(crate) fn is_discarded(run: &Run) -> bool {
    run.state != RunState::Done && run.figures[DISCARDED] == Value::Bool(true)
}

/// The run, discarded or taken back.
pub(crate) fn discarded(mut run: Run, gone: bool) -> Run {
    let mut figures = std::mem::take(&mut run.figures);
    match (&mut figures, gone) {
        (Value::Object(fields), true) => drop(fields.insert(DISCARDED.to_owned(), true.into())),
        (Value::Object(fields), false) => drop(fields.remove(DISCARDED)),
        (other, true) => *other = serde_json::json!({ DISCARDED: true }),
        (_, false) => {}
    }
    Run { figures, ..run }
}

impl Studio {
    /// Begins a run.
    ///
    /// # Errors
    /// `name-taken` when a run of this kind has the name; `lead-only`.
    pub(crate) fn begin_run(
        &self,
        open: &mut Open,
        kind: RunKind,
        name: &str,
        config: Value,
    ) -> Result<Run, StudioError> {
        let run = Run {
            id: RunId::new(self.ctx.now(), self.ctx.random()),
            kind,
            name: name.to_owned(),
            config,
            state: RunState::Running,
            started: self.ctx.now(),
            ended: None,
            passport: None,
            artefacts: BTreeMap::new(),
            figures: Value::Null,
        };
        let op = open.op(&self.ctx, operations(kind).0)?;
        open.project.transact(&op, |tx| tx.insert_run(&run))?;
        Ok(run)
    }

    /// Records how a run ended, with what it left where it ended well, and hands its
    /// end on.
    ///
    /// # Errors
    /// What ended the run, or what kept its end from being recorded.
    pub(crate) fn end_run<T>(
        &self,
        run: &Run,
        end: Result<T, StudioError>,
        left: impl FnOnce(&T) -> Result<Left, StudioError>,
    ) -> Result<T, StudioError> {
        let end = end.and_then(|report| Ok((left(&report)?, report)));
        let state = state_after(&end);
        let (left, end) = match end {
            Ok((left, report)) => (left, Ok(report)),
            Err(error) => (Left::error(&error)?, Err(error)),
        };
        let run = Run {
            state,
            ended: Some(self.ctx.now()),
            passport: left.passport,
            artefacts: left.artefacts,
            figures: left.figures,
            ..run.clone()
        };
        self.with(|open| {
            let op = open.op(&self.ctx, operations(run.kind).1)?;
            open.project.transact(&op, |tx| tx.update_run(&run))?;
            Ok(())
        })?;
        end
    }
}
