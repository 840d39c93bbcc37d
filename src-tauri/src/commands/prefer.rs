//! Comparing two outputs side by side.

use crate::desk::Desk;
use shinsa_studio::{PairItem, PairQueue, SavePreference, StudioError};
use tauri::State;

/// What the person signed in has to compare, in their own order.
#[tauri::command(async)]
#[specta::specta]
pub fn prefer_queue(desk: State<'_, Desk>) -> Result<PairQueue, StudioError> {
    desk.studio.pair_queue()
}

/// Two outputs side by side.
#[tauri::command(async)]
#[specta::specta]
pub fn prefer_open(desk: State<'_, Desk>, id: String) -> Result<PairItem, StudioError> {
    desk.studio.open_pair(&id)
}

/// Keeps which one is better, and why.
#[tauri::command(async)]
#[specta::specta]
pub fn prefer_save(
    desk: State<'_, Desk>,
    request: SavePreference,
) -> Result<PairItem, StudioError> {
    desk.studio.save_preference(&request)
}

/// Takes back one's own last change of a preference.
#[tauri::command(async)]
#[specta::specta]
pub fn prefer_undo(desk: State<'_, Desk>) -> Result<Option<String>, StudioError> {
    desk.studio.undo_preference()
}
