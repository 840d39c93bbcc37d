//! Holds the window to its own pages. A content security policy stops what a
//! page loads, but not where the window goes; this does.

use tauri::plugin::{Builder, TauriPlugin};
use tauri::{Runtime, Url};

/// The guard as a plugin: asked before every navigation of window and frames.
pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("guard").on_navigation(|_, url| allows(url, tauri::is_dev())).build()
}

/// Whether the window may go there: its own pages, the report's frame, and in
/// development the server of the UI.
fn allows(url: &Url, dev: bool) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri" | "report", Some("localhost")) => true,
        // How Windows spells the same schemes.
        ("http" | "https", Some("tauri.localhost" | "report.localhost")) => true,
        ("about", None) => url.path() == "blank",
        ("http", Some("127.0.0.1")) => dev && url.port() == Some(14273),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str, dev: bool) -> bool {
        allows(&url.parse().unwrap(), dev)
    }

    #[test]
    fn the_window_goes_nowhere_but_to_its_own_pages() {
        assert!(at("tauri://localhost/index.html", false));
        assert!(at("report://localhost/ja", false));
        assert!(at("http://tauri.localhost/", false));
        for url in [
            "https://example.com/",
            "http://127.0.0.1:8080/",
            "http://127.0.0.1:14273/",
            "file:///etc/hosts",
            "data:text/html,x",
            "javascript:alert(1)",
            "tauri://elsewhere/",
            "http://tauri.localhost.example.com/",
            "about:config",
        ] {
            assert!(!at(url, false), "{url}");
        }
    }

    #[test]
    fn the_development_server_is_allowed_in_development_only() {
        assert!(at("http://127.0.0.1:14273/src/app/main.tsx", true));
        assert!(!at("http://127.0.0.1:14274/", true));
    }
}
