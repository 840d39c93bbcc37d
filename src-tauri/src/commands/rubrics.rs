//! The project's rubrics, and those that come with Shinsa.

use crate::desk::Desk;
use shinsa_studio::{AddRubric, Rubric, RubricHead, RubricRef, StudioError};
use tauri::State;

/// One version of a rubric, whole.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_get(desk: State<'_, Desk>, rubric: RubricRef) -> Result<Rubric, StudioError> {
    desk.studio.rubric(&rubric)
}

/// The rubrics that come with Shinsa.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_shipped(desk: State<'_, Desk>) -> Result<Vec<RubricHead>, StudioError> {
    desk.studio.shipped_rubrics()
}

/// Publishes a rubric in the project.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_add(desk: State<'_, Desk>, request: AddRubric) -> Result<RubricHead, StudioError> {
    desk.studio.add_rubric(&request)
}
