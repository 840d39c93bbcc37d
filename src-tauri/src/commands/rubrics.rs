//! The project's rubrics, and those that come with Shinsa.

use super::train::tell;
use crate::desk::Desk;
use shinsa_studio::{
    AddRubric, BeginDraft, CarriedReply, CarryPlan, CarryRatings, CarryScope, DraftHead, DraftView,
    JobUpdate, PublishedRubric, Rubric, RubricHead, RubricRef, SaveDraft, StudioError, TriedRubric,
    TryRubric,
};
use tauri::State;
use tauri::ipc::Channel;

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

/// The rubrics that are being written.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_drafts(desk: State<'_, Desk>) -> Result<Vec<DraftHead>, StudioError> {
    desk.studio.rubric_drafts()
}

/// Begins a new rubric or the change of a published one, or goes on with it.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_draft_begin(
    desk: State<'_, Desk>,
    request: BeginDraft,
) -> Result<DraftView, StudioError> {
    desk.studio.begin_draft(&request)
}

/// A rubric being written.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_draft_open(desk: State<'_, Desk>, id: String) -> Result<DraftView, StudioError> {
    desk.studio.open_draft(&id)
}

/// Keeps a draft as it is now, sound or not.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_draft_save(
    desk: State<'_, Desk>,
    request: SaveDraft,
) -> Result<DraftView, StudioError> {
    desk.studio.save_draft(&request)
}

/// Takes a draft's last change back, or makes it again.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_draft_step(
    desk: State<'_, Desk>,
    id: String,
    forward: bool,
) -> Result<DraftView, StudioError> {
    desk.studio.step_draft(&id, forward)
}

/// Drops a draft.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_draft_drop(desk: State<'_, Desk>, id: String) -> Result<(), StudioError> {
    desk.studio.drop_draft(&id)
}

/// What answers come to by a draft's rule.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_draft_try(
    desk: State<'_, Desk>,
    request: TryRubric,
) -> Result<TriedRubric, StudioError> {
    desk.studio.try_draft(&request)
}

/// Publishes a draft as the next version of its rubric.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_draft_publish(
    desk: State<'_, Desk>,
    id: String,
) -> Result<PublishedRubric, StudioError> {
    desk.studio.publish_draft(&id)
}

/// What carrying ratings over to another version would mean.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_carry_plan(
    desk: State<'_, Desk>,
    request: CarryScope,
) -> Result<CarryPlan, StudioError> {
    desk.studio.carry_plan(&request)
}

/// Carries ratings over; ends when all have gone over, or none.
#[tauri::command]
#[specta::specta]
pub async fn rubric_carry(
    desk: State<'_, Desk>,
    request: CarryRatings,
    on: Channel<JobUpdate>,
) -> Result<CarriedReply, StudioError> {
    desk.work(move |studio, cancel| studio.carry_ratings(&request, cancel, &mut tell(on))).await
}

/// Takes carried ratings back where their rater has not gone on.
#[tauri::command(async)]
#[specta::specta]
pub fn rubric_carry_back(desk: State<'_, Desk>, rubric: RubricRef) -> Result<u32, StudioError> {
    desk.studio.carry_back(&rubric)
}
