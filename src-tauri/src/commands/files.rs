//! The system's own dialogs. The page names no path by itself: it gets what a
//! person chose here.

use serde::Deserialize;
use shinsa_studio::StudioError;
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt, FilePath};

/// What is being chosen.
#[derive(Clone, Copy, Debug, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A model in one file.
    Model,
    /// Cases, outputs or ratings.
    Table,
}

/// Lets the user choose a folder; nothing when cancelled.
#[tauri::command(async)]
#[specta::specta]
pub fn pick_folder(app: AppHandle) -> Result<Option<String>, StudioError> {
    app.dialog().file().blocking_pick_folder().map(path).transpose()
}

/// Lets the user choose a file; nothing when cancelled.
#[tauri::command(async)]
#[specta::specta]
pub fn pick_file(app: AppHandle, kind: FileKind) -> Result<Option<String>, StudioError> {
    let dialog = match kind {
        FileKind::Model => app.dialog().file().add_filter("GGUF", &["gguf"]),
        FileKind::Table => {
            let endings = ["csv", "tsv", "xlsx", "xlsm", "jsonl", "ndjson", "json", "txt"];
            app.dialog().file().add_filter("CSV, XLSX, JSONL", &endings)
        }
    };
    dialog.blocking_pick_file().map(path).transpose()
}

/// Lets the user say where a new file (or folder) goes, `name` being offered;
/// nothing when cancelled.
#[tauri::command(async)]
#[specta::specta]
pub fn pick_place(app: AppHandle, name: String) -> Result<Option<String>, StudioError> {
    app.dialog().file().set_file_name(name).blocking_save_file().map(path).transpose()
}

fn path(chosen: FilePath) -> Result<String, StudioError> {
    let path = chosen.into_path().map_err(|error| StudioError::new("not-a-file", error))?;
    // Names that are not Unicode can't cross to the page and back unharmed.
    path.into_os_string().into_string().map_err(|path| {
        StudioError::new(
            "name-not-unicode",
            "The file's name is not valid Unicode. Rename it and try again.",
        )
        .with("path", path.display())
    })
}
