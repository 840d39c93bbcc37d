//! What the window may ask: one line each into `studio`, one file per room.
//!
//! All of them run off the window's own thread. A new command also goes into
//! [`all`], into `permissions/rooms.toml`, and into the generated bindings; a
//! test compares the three.

pub mod assign;
pub mod cases;
pub mod export;
pub mod files;
pub mod judge;
pub mod judging;
pub mod prefer;
pub mod projects;
pub mod rate;
pub mod report;
pub mod rubrics;
pub mod train;
pub mod write;

use tauri::Wry;
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands};

/// Every command with its types.
#[must_use]
pub fn all() -> Builder<Wry> {
    Builder::new().error_handling(ErrorHandlingMode::Throw).commands(collect_commands![
        projects::start,
        projects::project_recent,
        projects::project_create,
        projects::project_open,
        projects::project_close,
        projects::project_info,
        projects::sign_in,
        projects::person_add,
        projects::passphrase_change,
        projects::passphrase_reset,
        projects::passphrase_require,
        projects::demo_make,
        assign::assign_show,
        assign::assign_preview,
        assign::assign_plan,
        assign::assign_undo,
        files::pick_folder,
        files::pick_file,
        files::pick_place,
        cases::case_list,
        cases::case_get,
        cases::case_outputs,
        cases::output_get,
        cases::import_file,
        cases::import_cancel,
        rubrics::rubric_get,
        rubrics::rubric_shipped,
        rubrics::rubric_add,
        rubrics::rubric_drafts,
        rubrics::rubric_draft_begin,
        rubrics::rubric_draft_open,
        rubrics::rubric_draft_save,
        rubrics::rubric_draft_step,
        rubrics::rubric_draft_drop,
        rubrics::rubric_draft_try,
        rubrics::rubric_draft_publish,
        rubrics::rubric_carry_plan,
        rubrics::rubric_carry,
        rubrics::rubric_carry_back,
        prefer::prefer_queue,
        prefer::prefer_open,
        prefer::prefer_save,
        prefer::prefer_undo,
        rate::rate_queue,
        rate::rate_open,
        rate::rate_save,
        rate::rate_complete,
        rate::rate_skip,
        rate::rate_flag,
        rate::rate_undo,
        rate::rate_mark,
        rate::queue_settings,
        rate::queue_set,
        rate::queue_choose,
        rate::consistency,
        rate::agreement,
        rate::team_progress,
        rate::gold_make,
        rate::adjudication_queue,
        rate::adjudication_open,
        rate::adjudicate,
        rate::adjudication_settle,
        rate::gold_withdraw,
        rate::mine_and_gold,
        train::model_list,
        train::model_add,
        train::adapter_list,
        train::train_defaults,
        train::train_preview,
        train::train_plan,
        train::train_run,
        train::job_cancel,
        judge::judge_run,
        judge::judge_go_on,
        judge::judge_discard,
        judge::host_list,
        judge::host_check,
        judge::host_allow,
        judge::host_deny,
        judge::judge_runs,
        judge::judge_verdicts,
        judging::judge_ensemble,
        judging::judge_quality,
        judging::judge_compare,
        write::write_run,
        write::write_go_on,
        write::write_runs,
        write::incident_list,
        write::prompt_list,
        write::prompt_try,
        write::prompt_save,
        write::prompt_use,
        export::export_run,
        report::report_there,
        report::report_make,
    ])
}
