//! Rating, and what ratings add up to.

use crate::desk::Desk;
use shinsa_studio::{
    Adjudicate, Adjudicated, AdjudicationItem, AdjudicationQueue, AgreementReply, ChooseOrder,
    CompleteRating, Completed, ConsistencyReply, ConsistencyRequest, GoldReply, GoldRequest,
    MarkPassage, MineAndGold, OpenAdjudication, OpenRating, Queue, QueueOrder, QueueSettings,
    RateItem, RubricRef, RubricRequest, SaveAnswer, SavedRating, SetAside, SetQueue, Settled,
    StudioError, TeamProgress, Undone,
};
use tauri::State;

/// What the person signed in has to rate, in their own order.
#[tauri::command(async)]
#[specta::specta]
pub fn rate_queue(desk: State<'_, Desk>, rubric: RubricRef) -> Result<Queue, StudioError> {
    desk.studio.rating_queue(&rubric)
}

/// One output with everything a rater needs.
#[tauri::command(async)]
#[specta::specta]
pub fn rate_open(desk: State<'_, Desk>, request: OpenRating) -> Result<RateItem, StudioError> {
    desk.studio.open_rating(&request)
}

/// Saves one answer.
#[tauri::command(async)]
#[specta::specta]
pub fn rate_save(desk: State<'_, Desk>, request: SaveAnswer) -> Result<SavedRating, StudioError> {
    desk.studio.save_answer(&request)
}

/// Ends a rating, unless something is missing.
#[tauri::command(async)]
#[specta::specta]
pub fn rate_complete(
    desk: State<'_, Desk>,
    request: CompleteRating,
) -> Result<Completed, StudioError> {
    desk.studio.complete_rating(&request)
}

/// Leaves an output for later, with the reason.
#[tauri::command(async)]
#[specta::specta]
pub fn rate_skip(desk: State<'_, Desk>, request: SetAside) -> Result<Completed, StudioError> {
    desk.studio.skip_rating(&request)
}

/// Flags an output for somebody to look at.
#[tauri::command(async)]
#[specta::specta]
pub fn rate_flag(desk: State<'_, Desk>, request: SetAside) -> Result<SavedRating, StudioError> {
    desk.studio.flag_rating(&request)
}

/// Marks a passage of the output as what an answer rests on, or takes a mark off.
#[tauri::command(async)]
#[specta::specta]
pub fn rate_mark(desk: State<'_, Desk>, request: MarkPassage) -> Result<SavedRating, StudioError> {
    desk.studio.mark_passage(&request)
}

/// What holds for everyone's queue, for the lead.
#[tauri::command(async)]
#[specta::specta]
pub fn queue_settings(
    desk: State<'_, Desk>,
    rubric: RubricRef,
) -> Result<QueueSettings, StudioError> {
    desk.studio.queue_settings(&rubric)
}

/// Sets what holds for everyone's queue.
#[tauri::command(async)]
#[specta::specta]
pub fn queue_set(desk: State<'_, Desk>, request: SetQueue) -> Result<QueueSettings, StudioError> {
    desk.studio.set_queue(&request)
}

/// Chooses the order of one's own queue.
#[tauri::command(async)]
#[specta::specta]
pub fn queue_choose(
    desk: State<'_, Desk>,
    request: ChooseOrder,
) -> Result<QueueOrder, StudioError> {
    desk.studio.choose_order(&request)
}

/// How far one agrees with oneself on outputs that came a second time.
#[tauri::command(async)]
#[specta::specta]
pub fn consistency(
    desk: State<'_, Desk>,
    request: ConsistencyRequest,
) -> Result<ConsistencyReply, StudioError> {
    desk.studio.consistency(&request)
}

/// Takes back one's own last change, on whichever output it was.
#[tauri::command(async)]
#[specta::specta]
pub fn rate_undo(desk: State<'_, Desk>) -> Result<Option<Undone>, StudioError> {
    desk.studio.undo_rating()
}

/// How far the raters agree, as far as the person signed in may know.
#[tauri::command(async)]
#[specta::specta]
pub fn agreement(
    desk: State<'_, Desk>,
    request: RubricRequest,
) -> Result<AgreementReply, StudioError> {
    desk.studio.agreement(&request)
}

/// How far everyone has come, for the lead.
#[tauri::command(async)]
#[specta::specta]
pub fn team_progress(
    desk: State<'_, Desk>,
    request: RubricRequest,
) -> Result<TeamProgress, StudioError> {
    desk.studio.team_progress(&request)
}

/// Consolidates ended ratings into gold.
#[tauri::command(async)]
#[specta::specta]
pub fn gold_make(desk: State<'_, Desk>, request: GoldRequest) -> Result<GoldReply, StudioError> {
    desk.studio.make_gold(&request)
}

/// What several people have rated, in the order in which it should be decided.
#[tauri::command(async)]
#[specta::specta]
pub fn adjudication_queue(
    desk: State<'_, Desk>,
    rubric: RubricRef,
) -> Result<AdjudicationQueue, StudioError> {
    desk.studio.adjudication_queue(&rubric)
}

/// One output with all that its raters said, by letters.
#[tauri::command(async)]
#[specta::specta]
pub fn adjudication_open(
    desk: State<'_, Desk>,
    request: OpenAdjudication,
) -> Result<AdjudicationItem, StudioError> {
    desk.studio.open_adjudication(&request)
}

/// Decides where raters differ, unless something is missing.
#[tauri::command(async)]
#[specta::specta]
pub fn adjudicate(desk: State<'_, Desk>, request: Adjudicate) -> Result<Adjudicated, StudioError> {
    desk.studio.adjudicate(&request)
}

/// Makes gold of everything on which all raters agree.
#[tauri::command(async)]
#[specta::specta]
pub fn adjudication_settle(
    desk: State<'_, Desk>,
    rubric: RubricRef,
) -> Result<Settled, StudioError> {
    desk.studio.settle_agreed(&rubric)
}

/// One's own ended ratings beside gold.
#[tauri::command(async)]
#[specta::specta]
pub fn mine_and_gold(
    desk: State<'_, Desk>,
    rubric: RubricRef,
) -> Result<Vec<MineAndGold>, StudioError> {
    desk.studio.mine_and_gold(&rubric)
}

/// Takes an output's gold back.
#[tauri::command(async)]
#[specta::specta]
pub fn gold_withdraw(
    desk: State<'_, Desk>,
    request: OpenAdjudication,
) -> Result<bool, StudioError> {
    desk.studio.withdraw_gold(&request)
}
