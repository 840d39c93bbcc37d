//! Where the passphrase comes from: a file, the environment, or the keyboard;
//! never the command line, which others can read.

use crate::args::Cli;
use crate::out::Out;
use shinsa_studio::StudioError;
use std::io::IsTerminal;

/// The passphrase of a project; with `fresh` it is asked for twice.
pub fn passphrase(cli: &Cli, out: &Out, fresh: bool) -> Result<String, StudioError> {
    if let Some(file) = &cli.passphrase_file {
        let text = std::fs::read_to_string(file).map_err(|e| {
            StudioError::new("file-unreadable", format!("{}: {e}", file.display()))
                .with("path", file.display())
                .with("reason", &e)
        })?;
        return Ok(text.lines().next().unwrap_or_default().to_owned());
    }
    if let Some(text) = std::env::var_os("SHINSA_PASSPHRASE") {
        return text
            .into_string()
            .map_err(|_| StudioError::new("passphrase-missing", "SHINSA_PASSPHRASE is no text."));
    }
    if !std::io::stdin().is_terminal() {
        return Err(StudioError::new(
            "passphrase-missing",
            "A passphrase is needed: set SHINSA_PASSPHRASE or --passphrase-file.",
        ));
    }
    let ask = |id: &str| {
        rpassword::prompt_password(format!("{} ", out.t(id, &[])))
            .map_err(|e| StudioError::new("passphrase-missing", e))
    };
    let first = ask("cli-passphrase")?;
    if fresh && first != ask("cli-passphrase-again")? {
        return Err(StudioError::new(
            "passphrase-differs",
            "The two entries differ. Nothing was made.",
        ));
    }
    Ok(first)
}
