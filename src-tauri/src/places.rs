//! Where the installed application keeps its settings and finds its model.

use shinsa_studio::Places;
use std::path::PathBuf;
use tauri::{AppHandle, Manager};

/// The places of this machine. `SHINSA_CONFIG` names another settings folder,
/// for tests and for sites that keep it elsewhere.
pub fn places(app: &AppHandle) -> Places {
    let config = std::env::var_os("SHINSA_CONFIG")
        .map(PathBuf::from)
        .or_else(|| app.path().app_config_dir().ok());
    let resources: Vec<PathBuf> = app.path().resource_dir().into_iter().collect();
    Places::found(config, &resources)
}

/// The project to open, as named on the command line: an absolute path, so that
/// it means the same whatever the folder the window was started from.
pub fn named() -> Option<String> {
    let path = PathBuf::from(std::env::args_os().nth(1)?);
    std::path::absolute(path).ok()?.into_os_string().into_string().ok()
}
