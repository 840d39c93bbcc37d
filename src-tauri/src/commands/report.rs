//! The report of the project.

use crate::desk::Desk;
use shinsa_studio::{ReportFiles, ReportLook, ReportRequest, StudioError};
use tauri::State;

/// Whether there is a page to show.
#[tauri::command(async)]
#[specta::specta]
pub fn report_there(desk: State<'_, Desk>) -> Result<bool, StudioError> {
    Ok(desk.studio.report_page(ReportLook::default())?.is_some())
}

/// Makes the report anew, among the project's exports.
#[tauri::command(async)]
#[specta::specta]
pub fn report_make(
    desk: State<'_, Desk>,
    request: ReportRequest,
) -> Result<ReportFiles, StudioError> {
    desk.studio.write_report(&request)
}
