//! `shinsa person`: people's own passphrases.

use crate::args::Cli;
use crate::out::Out;
use crate::passphrase::chosen;
use crate::run::{done, enter, open};
use clap::Subcommand;
use serde_json::json;
use shinsa_studio::{ChangePassphrase, Studio, StudioError};
use std::path::PathBuf;

/// `shinsa person`.
#[derive(Subcommand, Debug)]
pub enum PersonCommand {
    /// Choose or change the own passphrase of whoever --as names.
    Passphrase {
        /// The project folder.
        path: PathBuf,
        /// File whose first line is the new passphrase (else SHINSA_NEW_PASSPHRASE,
        /// else asked).
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Take a person's passphrase away; prints one to hand over, good for choosing another.
    Reset {
        /// The project folder.
        path: PathBuf,
        /// The person's name.
        name: String,
    },
    /// Require a passphrase of everybody in the project, or no longer.
    Require {
        /// The project folder.
        path: PathBuf,
        /// Require it no longer.
        #[arg(long)]
        off: bool,
    },
}

/// Chooses, resets or requires, by the arguments.
pub fn person(
    studio: &Studio,
    cli: &Cli,
    out: &Out,
    command: &PersonCommand,
) -> Result<u8, StudioError> {
    match command {
        PersonCommand::Passphrase { path, new_passphrase_file } => {
            let new = || chosen(out, new_passphrase_file.as_ref());
            match enter(studio, cli, out, path, None) {
                Ok(old) => studio.change_passphrase(&ChangePassphrase { old, new: new()? })?,
                // It has to be chosen before anything else.
                Err(error) if error.code == "person-passphrase-new" => {
                    enter(studio, cli, out, path, Some(new()?))?;
                }
                Err(error) => return Err(error),
            }
            let name = studio.info()?.me.map(|me| me.name).unwrap_or_default();
            out.say("cli-person-chosen", &[("name", name.as_str().into())]);
            done(out, &json!({ "name": name }))
        }
        PersonCommand::Reset { path, name } => {
            open(studio, cli, out, path)?;
            let issued = studio.reset_passphrase(name)?;
            out.say(
                "cli-person-reset",
                &[
                    ("name", issued.name.as_str().into()),
                    ("passphrase", issued.passphrase.as_str().into()),
                ],
            );
            done(out, &issued)
        }
        PersonCommand::Require { path, off } => {
            open(studio, cli, out, path)?;
            let view = studio.require_passphrases(!off)?;
            out.say(if *off { "cli-person-not-required" } else { "cli-person-required" }, &[]);
            done(out, &view)
        }
    }
}
