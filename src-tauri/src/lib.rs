//! The desktop shell: a window onto `studio`.
mod guard;

#[tauri::command]
#[specta::specta]
fn start() -> Result<Option<String>, String> { Ok(std::env::args().nth(1)) }
#[tauri::command]
#[specta::specta]
fn project_recent() -> Result<Vec<String>, String> { Ok(vec![]) }

pub fn builder() -> tauri_specta::Builder<tauri::Wry> {
    tauri_specta::Builder::new().error_handling(tauri_specta::ErrorHandlingMode::Throw).commands(tauri_specta::collect_commands![start, project_recent])
}

/// Opens the window and stays until it is closed.
#[must_use]
pub fn run() -> std::process::ExitCode {
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .plugin(guard::plugin())
        .invoke_handler(builder().invoke_handler())
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|_, _| {});
            std::process::ExitCode::SUCCESS
        }
        Err(_) => std::process::ExitCode::FAILURE,
    }
}
#[cfg(test)]
mod bindings {
    #[test]
    fn bindings_show() {
        super::builder().export(specta_typescript::Typescript::default(), "/tmp/shinsa/b.ts").unwrap();
    }
}
