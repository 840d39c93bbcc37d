//! Letting a model write about cases, and the prompts it is given.

use super::train::tell;
use crate::desk::Desk;
use shinsa_studio::{
    IncidentView, JobUpdate, JudgePrompt, PromptView, SavePrompt, StudioError, TriedPrompt,
    WriteKind, WriteRunView, WriteStart, WriteSummary,
};
use tauri::State;
use tauri::ipc::Channel;

/// Lets a model write; ends when the writing does.
#[tauri::command]
#[specta::specta]
pub async fn write_run(
    desk: State<'_, Desk>,
    kind: WriteKind,
    request: WriteStart,
    on: Channel<JobUpdate>,
) -> Result<WriteSummary, StudioError> {
    desk.work(move |studio, cancel| studio.write(kind, &request, cancel, &mut tell(on))).await
}

/// Goes on with a writing that ended early.
#[tauri::command]
#[specta::specta]
pub async fn write_go_on(
    desk: State<'_, Desk>,
    kind: WriteKind,
    run: String,
    on: Channel<JobUpdate>,
) -> Result<WriteSummary, StudioError> {
    desk.work(move |studio, cancel| studio.go_on_writing(kind, &run, cancel, &mut tell(on))).await
}

/// The writings of one kind.
#[tauri::command(async)]
#[specta::specta]
pub fn write_runs(
    desk: State<'_, Desk>,
    kind: WriteKind,
) -> Result<Vec<WriteRunView>, StudioError> {
    desk.studio.write_runs(kind)
}

/// What a run read in the project's incidents.
#[tauri::command(async)]
#[specta::specta]
pub fn incident_list(
    desk: State<'_, Desk>,
    name: String,
) -> Result<Vec<IncidentView>, StudioError> {
    desk.studio.incidents(&name)
}

/// Every prompt, in all its versions.
#[tauri::command(async)]
#[specta::specta]
pub fn prompt_list(desk: State<'_, Desk>) -> Result<Vec<PromptView>, StudioError> {
    desk.studio.prompts()
}

/// What a model would be given; keeps nothing.
#[tauri::command(async)]
#[specta::specta]
pub fn prompt_try(desk: State<'_, Desk>, request: SavePrompt) -> Result<TriedPrompt, StudioError> {
    desk.studio.try_prompt(&request)
}

/// Keeps the next version of a prompt.
#[tauri::command(async)]
#[specta::specta]
pub fn prompt_save(desk: State<'_, Desk>, request: SavePrompt) -> Result<PromptView, StudioError> {
    desk.studio.save_prompt(&request)
}

/// Chooses the prompt of judging, training, probes and datasets.
#[tauri::command(async)]
#[specta::specta]
pub fn prompt_use(
    desk: State<'_, Desk>,
    prompt: JudgePrompt,
) -> Result<Vec<PromptView>, StudioError> {
    desk.studio.choose_prompt(&prompt)
}
