//! `shinsa`: the headless shell. Every command is a thin layer over `studio`:
//! it reads arguments, calls one use case, and shows what came back.

mod adapter;
mod args;
mod demo;
mod out;
mod passphrase;
mod progress;
mod run;
mod show;

use args::Cli;
use clap::Parser;
use out::Out;
use shinsa_studio::i18n::Lang;
use shinsa_studio::{Cancel, Ctx, Places, Studio};
use std::process::ExitCode;

/// Refused or failed.
const FAILED: u8 = 1;
/// Wrong usage.
const USAGE: u8 = 2;
/// The input has problems; nothing was changed.
const PROBLEMS: u8 = 3;
/// Stopped by Ctrl-C.
const STOPPED: u8 = 130;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let lang = match cli.lang.as_deref().map(str::parse::<Lang>) {
        None => Lang::detect(),
        Some(Ok(lang)) => lang,
        Some(Err(error)) => {
            Out::new(Lang::detect(), false)
                .note("cli-unknown-language", &[("lang", error.0.into())]);
            return ExitCode::from(USAGE);
        }
    };
    let out = Out::new(lang, cli.json);
    let cancel = Cancel::default();
    let stop = cancel.clone();
    // Ctrl-C asks politely: jobs end within a second and leave the project
    // sound. Where no handler can be set, the system's default ends us.
    let _ = ctrlc::set_handler(move || stop.cancel());
    let studio = Studio::new(Ctx::system(Places::found(config(), &resources())));
    let done = run::run(&studio, &cli, &out, &cancel);
    // Closing folds the log into the database; a failure here loses nothing.
    let closed = studio.close();
    match done.and_then(|code| closed.map(|()| code)) {
        Ok(code) => ExitCode::from(code),
        Err(error) if error.code == "cancelled" => {
            out.error(&error);
            ExitCode::from(STOPPED)
        }
        Err(error) => {
            out.error(&error);
            ExitCode::from(FAILED)
        }
    }
}

/// The folder for the list of recent projects and models.
fn config() -> Option<std::path::PathBuf> {
    let home = |name: &str| {
        std::env::var_os(name).map(std::path::PathBuf::from).filter(|p| p.is_absolute())
    };
    let base = if cfg!(windows) {
        home("APPDATA")
    } else if cfg!(target_os = "macos") {
        home("HOME").map(|h| h.join("Library").join("Application Support"))
    } else {
        home("XDG_CONFIG_HOME").or_else(|| home("HOME").map(|h| h.join(".config")))
    };
    base.map(|b| b.join("shinsa"))
}

/// Folders that may hold `models/`.
fn resources() -> Vec<std::path::PathBuf> {
    std::env::var_os("SHINSA_RESOURCES").map(std::path::PathBuf::from).into_iter().collect()
}
