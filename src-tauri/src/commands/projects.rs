//! Opening, making and describing projects; who is using them.

use crate::desk::Desk;
use serde::Serialize;
use shinsa_studio::{
    AddPerson, ChangePassphrase, CreateProject, DEMO_PASSPHRASE, DemoRequest, IssuedPassphrase,
    Lang, OpenProject, ProjectView, RaterView, Recent, SignIn, StudioError,
};
use std::path::Path;
use tauri::State;

/// What the window was started with.
#[derive(Clone, Debug, Serialize, specta::Type)]
pub struct Start {
    /// A project named on the command line.
    open: Option<String>,
}

/// What the window was started with.
#[tauri::command]
#[specta::specta]
pub fn start(desk: State<'_, Desk>) -> Result<Start, StudioError> {
    Ok(Start { open: desk.named.clone() })
}

/// Projects opened before on this machine, newest first.
#[tauri::command(async)]
#[specta::specta]
pub fn project_recent(desk: State<'_, Desk>) -> Result<Vec<Recent>, StudioError> {
    Ok(desk.studio.recent())
}

/// Makes a project and opens it.
#[tauri::command(async)]
#[specta::specta]
pub fn project_create(
    desk: State<'_, Desk>,
    request: CreateProject,
) -> Result<ProjectView, StudioError> {
    desk.studio.create(&request)
}

/// Opens a project.
#[tauri::command(async)]
#[specta::specta]
pub fn project_open(
    desk: State<'_, Desk>,
    request: OpenProject,
) -> Result<ProjectView, StudioError> {
    desk.studio.open(&request)
}

/// Closes the open project.
#[tauri::command(async)]
#[specta::specta]
pub fn project_close(desk: State<'_, Desk>) -> Result<(), StudioError> {
    desk.studio.close()
}

/// What is in the open project.
#[tauri::command(async)]
#[specta::specta]
pub fn project_info(desk: State<'_, Desk>) -> Result<ProjectView, StudioError> {
    desk.studio.info()
}

/// Who is rating from now on.
#[tauri::command(async)]
#[specta::specta]
pub fn sign_in(desk: State<'_, Desk>, request: SignIn) -> Result<RaterView, StudioError> {
    desk.studio.sign_in(&request)
}

/// The demo project and how to open it again.
#[derive(Clone, Debug, Serialize, specta::Type)]
pub struct Demo {
    project: ProjectView,
    passphrase: String,
}

/// Makes the demo project (cases, outputs and ratings, no training) in a folder
/// below the chosen one, and opens it as its lead.
#[tauri::command(async)]
#[specta::specta]
pub fn demo_make(desk: State<'_, Desk>, folder: String, lang: Lang) -> Result<Demo, StudioError> {
    let out = Path::new(&folder).join("shinsa-demo");
    let request = DemoRequest {
        out,
        seed: 7,
        threads: None,
        samples: 4,
        max_steps: None,
        held_out: None,
        data: None,
        model: None,
        lang,
    };
    desk.studio.demo_project(&request, &mut |_| {})?;
    Ok(Demo { project: desk.studio.info()?, passphrase: DEMO_PASSPHRASE.to_owned() })
}

/// Adds a person with a role.
#[tauri::command(async)]
#[specta::specta]
pub fn person_add(desk: State<'_, Desk>, request: AddPerson) -> Result<RaterView, StudioError> {
    desk.studio.add_person(&request)
}

/// Changes one's own passphrase, or gives oneself the first.
#[tauri::command(async)]
#[specta::specta]
pub fn passphrase_change(
    desk: State<'_, Desk>,
    request: ChangePassphrase,
) -> Result<(), StudioError> {
    desk.studio.change_passphrase(&request)
}

/// Takes a person's passphrase away and draws one to hand over.
#[tauri::command(async)]
#[specta::specta]
pub fn passphrase_reset(
    desk: State<'_, Desk>,
    name: String,
) -> Result<IssuedPassphrase, StudioError> {
    desk.studio.reset_passphrase(&name)
}

/// Says whether everybody must have a passphrase.
#[tauri::command(async)]
#[specta::specta]
pub fn passphrase_require(
    desk: State<'_, Desk>,
    required: bool,
) -> Result<ProjectView, StudioError> {
    desk.studio.require_passphrases(required)
}
