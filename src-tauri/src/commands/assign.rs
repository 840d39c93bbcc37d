//! Who is to rate what.

use super::train::tell;
use crate::desk::Desk;
use shinsa_studio::{AssignRequest, AssignUndone, AssignView, JobUpdate, RubricRef, StudioError};
use tauri::State;
use tauri::ipc::Channel;

/// The plan that counts, and what is left of it.
#[tauri::command(async)]
#[specta::specta]
pub fn assign_show(
    desk: State<'_, Desk>,
    rubric: RubricRef,
) -> Result<Option<AssignView>, StudioError> {
    desk.studio.assignment(&rubric)
}

/// What a plan would come to.
#[tauri::command]
#[specta::specta]
pub async fn assign_preview(
    desk: State<'_, Desk>,
    request: AssignRequest,
    on: Channel<JobUpdate>,
) -> Result<AssignView, StudioError> {
    desk.bring_in(false, move |studio, cancel| {
        studio.assign_preview(&request, cancel, &mut tell(on))
    })
    .await
}

/// Makes a plan count.
#[tauri::command]
#[specta::specta]
pub async fn assign_plan(
    desk: State<'_, Desk>,
    request: AssignRequest,
    on: Channel<JobUpdate>,
) -> Result<AssignView, StudioError> {
    desk.bring_in(true, move |studio, cancel| studio.assign(&request, cancel, &mut tell(on))).await
}

/// Takes the plan back.
#[tauri::command]
#[specta::specta]
pub async fn assign_undo(
    desk: State<'_, Desk>,
    rubric: RubricRef,
    on: Channel<JobUpdate>,
) -> Result<AssignUndone, StudioError> {
    desk.bring_in(true, move |studio, cancel| studio.unassign(&rubric, cancel, &mut tell(on))).await
}
