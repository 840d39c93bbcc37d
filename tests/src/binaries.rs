//! Finds the binaries under test, and builds them unless told that they are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// A file of the demo's data.
#[must_use]
pub fn demo_data(name: &str) -> PathBuf {
    root().join("resources").join("demo").join(name)
}

/// The embedded default model, as `make model` leaves it.
///
/// # Panics
/// When it is not there.
#[must_use]
pub fn embedded_model() -> PathBuf {
    let model = root().join("target/models/smollm2-135m-instruct-q4_1.gguf");
    assert!(model.is_file(), "{} is missing: run `make model`", model.display());
    model
}

/// The folder of this profile's binaries, `target/debug` by default: the one
/// that this test itself was built into, wherever `CARGO_TARGET_DIR` points.
///
/// # Panics
/// When the running test's own path is unknown or has no such folder.
#[must_use]
pub fn target_dir() -> PathBuf {
    let test = std::env::current_exe().expect("the running test has a path");
    let deps = test.parent().expect("a test lies in a folder");
    deps.parent().expect("target/<profile>/deps").to_path_buf()
}

/// The path of a built binary: `shinsa`, `shinsa-worker` or `shinsa-app`.
///
/// Builds it once per test process, so that `cargo test` alone never tests a
/// stale binary; `SHINSA_TESTS_BUILT=1` says that this was just done.
///
/// # Panics
/// When the build fails or leaves no such binary.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    static SHELL: OnceLock<()> = OnceLock::new();
    static WINDOW: OnceLock<()> = OnceLock::new();
    if std::env::var_os("SHINSA_TESTS_BUILT").is_none() {
        if name == "shinsa-app" {
            // With the UI inside it; without, it would wait for a dev server.
            let ui = ["-p", "shinsa-app", "--features", "shinsa-app/custom-protocol"];
            WINDOW.get_or_init(|| build(&ui));
        } else {
            SHELL.get_or_init(|| build(&["-p", "shinsa-cli", "-p", "shinsa-worker"]));
        }
    }
    let path = target_dir().join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(path.is_file(), "{} was not built", path.display());
    path
}

fn build(what: &[&str]) {
    let profile = target_dir();
    let target = profile.parent().expect("a profile lies in the target folder");
    let done = Command::new(env!("CARGO"))
        .args(["build", "--quiet"])
        .args(what)
        .arg("--target-dir")
        .arg(target)
        .current_dir(root())
        .output()
        .expect("cargo starts");
    assert!(done.status.success(), "cargo build: {}", String::from_utf8_lossy(&done.stderr));
}
