//! Where an input method shows what it composes.

use tauri::WebviewWindow;

/// Lets the input method compose in the text field itself. On Linux the web view
/// is made with that switched off: kana would then stand in a window of the input
/// method's, and the page could not tell that somebody is composing, so that a
/// Ctrl+Enter would end a rating and lose the words being written.
pub fn in_place(window: &WebviewWindow) -> tauri::Result<()> {
    #[cfg(any(
        target_os = "linux",
        target_os = "dragonfly",
        target_os = "freebsd",
        target_os = "netbsd",
        target_os = "openbsd"
    ))]
    window.with_webview(|view| {
        use webkit2gtk::{InputMethodContextExt, WebViewExt};
        if let Some(context) = view.inner().input_method_context() {
            context.set_enable_preedit(true);
        }
    })?;
    #[cfg(any(windows, target_os = "macos"))]
    let _ = window;
    Ok(())
}
