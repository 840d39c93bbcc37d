//! Where passphrases come from: a file, the environment, or the keyboard; never the
//! command line, which others can read.

use crate::args::Cli;
use crate::out::Out;
use shinsa_studio::{Secret, StudioError};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Whether somebody is there to be asked.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

/// The passphrase of a project; with `fresh` it is asked for twice.
pub fn passphrase(cli: &Cli, out: &Out, fresh: bool) -> Result<String, StudioError> {
    if let Some(text) = given(cli.passphrase_file.as_deref(), "SHINSA_PASSPHRASE")? {
        return Ok(text);
    }
    if !can_ask() {
        return Err(StudioError::new(
            "passphrase-missing",
            "A passphrase is needed: set SHINSA_PASSPHRASE or --passphrase-file.",
        ));
    }
    let first = prompt(&out.t("cli-passphrase", &[]))?;
    if fresh && first != prompt(&out.t("cli-passphrase-again", &[]))? {
        return Err(differs());
    }
    Ok(first)
}

/// The own passphrase of whoever signs in, where one is given beforehand.
pub fn own(cli: &Cli) -> Result<Option<Secret>, StudioError> {
    let text = given(cli.person_passphrase_file.as_deref(), "SHINSA_PERSON_PASSPHRASE")?;
    Ok(text.map(Secret::from))
}

/// Asks for a person's own passphrase.
pub fn ask(out: &Out, sentence: &str, name: &str) -> Result<Secret, StudioError> {
    prompt(&out.t(sentence, &[("name", name.into())])).map(Secret::from)
}

/// The one to have from now on, asked for twice.
pub fn chosen(out: &Out, file: Option<&PathBuf>) -> Result<Secret, StudioError> {
    if let Some(text) = given(file.map(PathBuf::as_path), "SHINSA_NEW_PASSPHRASE")? {
        return Ok(text.into());
    }
    if !can_ask() {
        return Err(StudioError::new(
            "new-passphrase-missing",
            "A new passphrase is needed: set SHINSA_NEW_PASSPHRASE or --new-passphrase-file.",
        ));
    }
    let first = prompt(&out.t("cli-passphrase-new", &[]))?;
    if first != prompt(&out.t("cli-passphrase-again", &[]))? {
        return Err(differs());
    }
    Ok(first.into())
}

/// The first line of the file, else the variable.
fn given(file: Option<&Path>, variable: &str) -> Result<Option<String>, StudioError> {
    if let Some(file) = file {
        let text = std::fs::read_to_string(file).map_err(|e| {
            StudioError::new("file-unreadable", format!("{}: {e}", file.display()))
                .with("path", file.display())
                .with("reason", &e)
        })?;
        return Ok(Some(text.lines().next().unwrap_or_default().to_owned()));
    }
    let Some(text) = std::env::var_os(variable) else { return Ok(None) };
    text.into_string()
        .map(Some)
        .map_err(|_| StudioError::new("passphrase-missing", format!("{variable} is no text.")))
}

fn prompt(text: &str) -> Result<String, StudioError> {
    rpassword::prompt_password(format!("{text} "))
        .map_err(|e| StudioError::new("passphrase-missing", e))
}

fn differs() -> StudioError {
    StudioError::new("passphrase-differs", "The two entries differ. Nothing was made.")
}
