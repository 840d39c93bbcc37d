//! Where the installed application finds its model, its worker and its settings.

use shinsa_studio::Places;
use std::path::PathBuf;
use tauri::{AppHandle, Manager};

const MODEL: &str = "smollm2-135m-instruct-q4_1.gguf";

/// The places of this machine. `SHINSA_MODEL` and `SHINSA_CONFIG` override two
/// of them, for tests and for sites that keep them elsewhere.
pub fn places(app: &AppHandle) -> Places {
    let config = std::env::var_os("SHINSA_CONFIG").map(PathBuf::from).or_else(|| app.path().app_config_dir().ok());
    Places { config, model: model(app), worker: None }
}

fn model(app: &AppHandle) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("SHINSA_MODEL") {
        return Some(PathBuf::from(named));
    }
    let installed = app.path().resource_dir().ok().map(|dir| dir.join("models").join(MODEL));
    // Built but not installed: target/debug/shinsa-app beside target/models.
    let built = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.parent()?.join("models").join(MODEL)));
    [installed, built].into_iter().flatten().find(|path| path.is_file())
}
