//! Writing expert-labelled datasets.

use super::train::tell;
use crate::desk::Desk;
use shinsa_studio::{ExportReply, ExportRequest, JobUpdate, StudioError};
use tauri::State;
use tauri::ipc::Channel;

/// Writes a dataset; ends when it is there, or nothing is.
#[tauri::command]
#[specta::specta]
pub async fn export_run(
    desk: State<'_, Desk>,
    request: ExportRequest,
    on: Channel<JobUpdate>,
) -> Result<ExportReply, StudioError> {
    desk.work(move |studio, cancel| studio.export(&request, cancel, &mut tell(on))).await
}
