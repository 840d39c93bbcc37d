//! Cases, their outputs, and how both come in.

use crate::desk::Desk;
use shinsa_studio::{
    CaseRow, CaseView, ImportReply, ImportRequest, OutputRow, Page, PageRequest, StudioError,
};
use tauri::State;

/// One page of the cases.
#[tauri::command(async)]
#[specta::specta]
pub fn case_list(desk: State<'_, Desk>, page: PageRequest) -> Result<Page<CaseRow>, StudioError> {
    desk.studio.cases(&page)
}

/// One case, whole.
#[tauri::command(async)]
#[specta::specta]
pub fn case_get(desk: State<'_, Desk>, id: String) -> Result<CaseView, StudioError> {
    desk.studio.case(&id)
}

/// One page of the outputs: all, or those of one case.
#[tauri::command(async)]
#[specta::specta]
pub fn case_outputs(
    desk: State<'_, Desk>,
    id: Option<String>,
    page: PageRequest,
) -> Result<Page<OutputRow>, StudioError> {
    desk.studio.outputs(id.as_deref(), &page)
}

/// Reads a file; stores what it holds only when asked to.
#[tauri::command(async)]
#[specta::specta]
pub fn import_file(
    desk: State<'_, Desk>,
    request: ImportRequest,
) -> Result<ImportReply, StudioError> {
    desk.studio.import(&request)
}
