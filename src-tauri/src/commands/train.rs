//! Models on this machine, and training adapters for them.

use crate::desk::Desk;
use shinsa_studio::{
    AdapterView, JobUpdate, ModelView, StudioError, TrainPlan, TrainPreview, TrainStart,
    TrainSummary,
};
use tauri::State;
use tauri::ipc::Channel;

/// The embedded model and those that were added.
#[tauri::command(async)]
#[specta::specta]
pub fn model_list(desk: State<'_, Desk>) -> Result<Vec<ModelView>, StudioError> {
    desk.studio.models()
}

/// Remembers a model on this machine.
#[tauri::command(async)]
#[specta::specta]
pub fn model_add(desk: State<'_, Desk>, path: String) -> Result<ModelView, StudioError> {
    desk.studio.add_model(&path)
}

/// The adapters trained in this project.
#[tauri::command(async)]
#[specta::specta]
pub fn adapter_list(desk: State<'_, Desk>) -> Result<Vec<AdapterView>, StudioError> {
    desk.studio.adapters()
}

/// Settings that are good to start with.
#[tauri::command(async)]
#[specta::specta]
pub fn train_defaults(
    desk: State<'_, Desk>,
    rubric: Option<String>,
) -> Result<TrainStart, StudioError> {
    desk.studio.train_defaults(rubric.as_deref())
}

/// The first examples as the model reads them, with what is learned marked.
#[tauri::command(async)]
#[specta::specta]
pub fn train_preview(
    desk: State<'_, Desk>,
    request: TrainStart,
    count: u32,
) -> Result<Vec<TrainPreview>, StudioError> {
    desk.studio.train_preview(&request, count)
}

/// Says what a training would do and cost; writes nothing.
#[tauri::command]
#[specta::specta]
pub async fn train_plan(
    desk: State<'_, Desk>,
    request: TrainStart,
    on: Channel<JobUpdate>,
) -> Result<TrainPlan, StudioError> {
    desk.work(move |studio, cancel| studio.train_plan(&request, cancel, &mut tell(on))).await
}

/// Trains an adapter; ends when the training does.
#[tauri::command]
#[specta::specta]
pub async fn train_run(
    desk: State<'_, Desk>,
    request: TrainStart,
    on: Channel<JobUpdate>,
) -> Result<TrainSummary, StudioError> {
    desk.work(move |studio, cancel| studio.train(&request, cancel, &mut tell(on))).await
}

/// Asks the running job to stop.
#[tauri::command(async)]
#[specta::specta]
pub fn job_cancel(desk: State<'_, Desk>) -> Result<(), StudioError> {
    desk.cancel();
    Ok(())
}

/// Passes a job's news on to the page.
pub(super) fn tell(on: Channel<JobUpdate>) -> impl FnMut(JobUpdate) {
    // A page that no longer listens (reloaded, closed) is no reason to stop working.
    move |update| drop(on.send(update))
}
