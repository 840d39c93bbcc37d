//! Judging outputs with a model.

use super::train::tell;
use crate::desk::Desk;
use shinsa_studio::{JobUpdate, JudgeRunView, JudgeStart, JudgeSummary, StudioError, VerdictRow};
use tauri::State;
use tauri::ipc::Channel;

/// Runs a judge; ends when the judging does.
#[tauri::command]
#[specta::specta]
pub async fn judge_run(
    desk: State<'_, Desk>,
    request: JudgeStart,
    on: Channel<JobUpdate>,
) -> Result<JudgeSummary, StudioError> {
    desk.work(move |studio, cancel| studio.judge(&request, cancel, &mut tell(on))).await
}

/// The judgings of this project.
#[tauri::command(async)]
#[specta::specta]
pub fn judge_runs(desk: State<'_, Desk>) -> Result<Vec<JudgeRunView>, StudioError> {
    desk.studio.judge_runs()
}

/// The verdicts of one judging, beside gold.
#[tauri::command(async)]
#[specta::specta]
pub fn judge_verdicts(desk: State<'_, Desk>, run: String) -> Result<Vec<VerdictRow>, StudioError> {
    desk.studio.verdicts(&run)
}
