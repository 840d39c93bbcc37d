//! Cases, their outputs, and how both come in.

use super::train::tell;
use crate::desk::Desk;
use shinsa_studio::{
    CaseRow, CaseView, ImportReply, ImportRequest, JobUpdate, OutputRow, OutputView, Page,
    PageRequest, StudioError,
};
use tauri::State;
use tauri::ipc::Channel;

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

/// One output, whole, without its origin.
#[tauri::command(async)]
#[specta::specta]
pub fn output_get(desk: State<'_, Desk>, id: String) -> Result<OutputView, StudioError> {
    desk.studio.output(&id)
}

/// Reads a file; stores what it holds only when asked to, whole or not at all.
#[tauri::command]
#[specta::specta]
pub async fn import_file(
    desk: State<'_, Desk>,
    request: ImportRequest,
    on: Channel<JobUpdate>,
) -> Result<ImportReply, StudioError> {
    desk.bring_in(request.commit, move |studio, cancel| {
        studio.import(&request, cancel, &mut tell(on))
    })
    .await
}

/// Asks the running import, or the making of a plan, to stop; it then has changed nothing.
#[tauri::command(async)]
#[specta::specta]
pub fn import_cancel(desk: State<'_, Desk>) -> Result<(), StudioError> {
    desk.cancel_import();
    Ok(())
}
