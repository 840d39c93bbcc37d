//! Who is to rate what.

use crate::desk::Desk;
use shinsa_studio::{AssignRequest, AssignUndone, AssignView, RubricRef, StudioError};
use tauri::State;

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
#[tauri::command(async)]
#[specta::specta]
pub fn assign_preview(
    desk: State<'_, Desk>,
    request: AssignRequest,
) -> Result<AssignView, StudioError> {
    desk.studio.assign_preview(&request)
}

/// Makes a plan count.
#[tauri::command(async)]
#[specta::specta]
pub fn assign_plan(
    desk: State<'_, Desk>,
    request: AssignRequest,
) -> Result<AssignView, StudioError> {
    desk.studio.assign(&request)
}

/// Takes the plan back.
#[tauri::command(async)]
#[specta::specta]
pub fn assign_undo(desk: State<'_, Desk>, rubric: RubricRef) -> Result<AssignUndone, StudioError> {
    desk.studio.unassign(&rubric)
}
