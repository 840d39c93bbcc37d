//! The desktop shell: a window onto `studio`. It holds no logic of its own.

mod commands;
mod composing;
mod desk;
mod guard;
mod places;
mod report_page;

#[cfg(test)]
mod bindings;

use desk::Desk;
use shinsa_studio::{Ctx, Studio};
use std::process::ExitCode;
use tauri::{AppHandle, Manager, RunEvent, WebviewWindowBuilder};

/// Opens the window and stays until it is closed.
#[must_use]
#[allow(clippy::disallowed_methods)] // within tauri's own macro
#[allow(clippy::print_stderr)] // without a window there is nowhere else to say it
pub fn run() -> ExitCode {
    let commands = commands::all();
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(guard::plugin())
        .invoke_handler(commands.invoke_handler())
        .setup(|app| {
            let studio = Studio::new(Ctx::system(places::places(app.handle())));
            app.manage(Desk::new(studio, places::named()));
            window(app.handle())
        });
    match report_page::register(builder).build(tauri::generate_context!()) {
        Ok(app) => {
            app.run(|app, event| {
                if let RunEvent::Exit = event {
                    app.state::<Desk>().end();
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("shinsa-app: the window could not be opened: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Opens the configured window. Outside development its network goes to a port
/// on which nothing listens: a third belt, behind the policy and the guard.
fn window(app: &AppHandle) -> Result<(), Box<dyn std::error::Error>> {
    for config in &app.config().app.windows {
        let mut builder = WebviewWindowBuilder::from_config(app, config)?;
        if cfg!(not(target_os = "macos")) && !tauri::is_dev() {
            builder = builder.proxy_url("http://127.0.0.1:9".parse()?);
        }
        composing::in_place(&builder.build()?)?;
    }
    Ok(())
}
