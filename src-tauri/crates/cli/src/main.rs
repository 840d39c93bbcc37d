//! `shinsa`: the headless shell. Every command is a thin layer over `studio`:
//! it reads arguments, calls one use case, and shows what came back.

mod adapter;
mod adjudicate;
mod args;
mod assign;
mod compare;
mod demo;
mod ensemble;
mod help;
mod judge;
mod out;
mod passphrase;
mod person;
mod probe;
mod progress;
mod prompt;
mod queue;
mod rubric;
mod run;
mod show;
mod train;
mod write;

use args::Cli;
use clap::FromArgMatches;
use clap::error::ErrorKind;
use out::Out;
use shinsa_studio::i18n::{Lang, Strings};
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
    let lang = match help::wanted_lang(std::env::args_os().skip(1)) {
        Ok(lang) => lang.unwrap_or_else(Lang::detect),
        Err(lang) => {
            Out::new(Lang::detect(), false).note("cli-unknown-language", &[("lang", lang.into())]);
            return ExitCode::from(USAGE);
        }
    };
    let cli = match read(lang) {
        Ok(cli) => cli,
        Err(code) => return code,
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
        Err(error) if matches!(error.code.as_str(), "cancelled" | "import-cancelled") => {
            out.error(&error);
            ExitCode::from(STOPPED)
        }
        Err(error) => {
            out.error(&error);
            ExitCode::from(FAILED)
        }
    }
}

/// The arguments; help, version and what is wrong with them end here.
fn read(lang: Lang) -> Result<Cli, ExitCode> {
    let strings = Strings::new(lang);
    let matches = help::command(&strings).try_get_matches();
    matches.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(|error| {
        if error.use_stderr() && error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        {
            Out::new(lang, false).plain_error(&help::usage_error(&error, &strings));
        } else {
            // A reader that closed the pipe has read enough.
            let _ = error.print();
        }
        if error.use_stderr() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS }
    })
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
