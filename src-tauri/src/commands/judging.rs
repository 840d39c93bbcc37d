//! Judges combined, and one beside another.

use crate::desk::Desk;
use shinsa_studio::{
    CompareReply, CompareRequest, EnsembleReply, EnsembleRequest, JudgeQuality, RubricRef,
    StudioError,
};
use tauri::State;

/// Several judges' stored verdicts combined, criterion by criterion.
#[tauri::command(async)]
#[specta::specta]
pub fn judge_ensemble(
    desk: State<'_, Desk>,
    request: EnsembleRequest,
) -> Result<EnsembleReply, StudioError> {
    desk.studio.ensemble(&request)
}

/// One judging beside gold, missing verdicts bounded both ways.
#[tauri::command(async)]
#[specta::specta]
pub fn judge_quality(
    desk: State<'_, Desk>,
    rubric: RubricRef,
    run: String,
) -> Result<JudgeQuality, StudioError> {
    desk.studio.judge_quality(&rubric, &run)
}

/// Judgings of the same outputs, pair by pair.
#[tauri::command(async)]
#[specta::specta]
pub fn judge_compare(
    desk: State<'_, Desk>,
    request: CompareRequest,
) -> Result<CompareReply, StudioError> {
    desk.studio.compare(&request)
}
