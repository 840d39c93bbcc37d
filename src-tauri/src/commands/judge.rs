//! Judging outputs with a model.

use super::train::tell;
use crate::desk::Desk;
use shinsa_studio::{
    HostCheck, HostsView, JobUpdate, JudgeAtReply, JudgeEndpoint, JudgeRunView, JudgeStart,
    StudioError, VerdictRow,
};
use tauri::State;
use tauri::ipc::Channel;

/// Runs a judge, here or at an endpoint; ends when the judging does.
#[tauri::command]
#[specta::specta]
pub async fn judge_run(
    desk: State<'_, Desk>,
    request: JudgeStart,
    endpoint: Option<JudgeEndpoint>,
    on: Channel<JobUpdate>,
) -> Result<JudgeAtReply, StudioError> {
    desk.work(move |studio, cancel| {
        studio.judge_at(&request, endpoint.as_ref(), cancel, &mut tell(on))
    })
    .await
}

/// Goes on with a judging that ended early.
#[tauri::command]
#[specta::specta]
pub async fn judge_go_on(
    desk: State<'_, Desk>,
    run: String,
    on: Channel<JobUpdate>,
) -> Result<JudgeAtReply, StudioError> {
    desk.work(move |studio, cancel| studio.go_on_judging(&run, cancel, &mut tell(on))).await
}

/// Discards a judging that ended early, or takes that back.
#[tauri::command(async)]
#[specta::specta]
pub fn judge_discard(desk: State<'_, Desk>, run: String, gone: bool) -> Result<(), StudioError> {
    desk.studio.discard_judging(&run, gone)
}

/// The judgings of this project.
#[tauri::command(async)]
#[specta::specta]
pub fn judge_runs(desk: State<'_, Desk>) -> Result<Vec<JudgeRunView>, StudioError> {
    desk.studio.judge_runs()
}

/// The verdicts of one judging, beside gold.
#[tauri::command(async)]
#[specta::specta]
pub fn judge_verdicts(desk: State<'_, Desk>, run: String) -> Result<Vec<VerdictRow>, StudioError> {
    desk.studio.verdicts(&run)
}

/// The hosts that outputs may be sent to, and what was sent.
#[tauri::command(async)]
#[specta::specta]
pub fn host_list(desk: State<'_, Desk>) -> Result<HostsView, StudioError> {
    desk.studio.hosts().map(Into::into)
}

/// Whether an address is allowed, and whether others could read what is sent there.
#[tauri::command(async)]
#[specta::specta]
pub fn host_check(desk: State<'_, Desk>, url: String) -> Result<HostCheck, StudioError> {
    desk.studio.check_host(&url)
}

/// Allows a host by name.
#[tauri::command(async)]
#[specta::specta]
pub fn host_allow(desk: State<'_, Desk>, host: String) -> Result<HostsView, StudioError> {
    desk.studio.allow_host(Some(&host)).map(Into::into)
}

/// Allows a host no longer.
#[tauri::command(async)]
#[specta::specta]
pub fn host_deny(desk: State<'_, Desk>, host: String) -> Result<HostsView, StudioError> {
    desk.studio.deny_host(&host).map(Into::into)
}
