//! `shinsa prompt`: what models are asked with, and a project's own versions of it.

use crate::judge::judge_prompt;
use crate::out::Out;
use crate::run::done;
use crate::write::text_file;
use clap::{Args, Subcommand};
use shinsa_studio::{JudgePrompt, Lang, SavePrompt, Studio, StudioError};
use std::path::PathBuf;

/// `shinsa prompt`.
#[derive(Subcommand, Debug)]
pub enum PromptCommand {
    /// Every prompt: as it comes with Shinsa, and the project's versions.
    List {
        /// The project.
        path: PathBuf,
    },
    /// One version's text.
    Show {
        /// Which.
        #[command(flatten)]
        which: PromptArgs,
        /// The project's version; 0 comes with Shinsa.
        #[arg(long, default_value_t = 0)]
        version: u32,
    },
    /// What a model would be given by a file; keeps nothing.
    Try {
        /// Which.
        #[command(flatten)]
        which: PromptArgs,
        /// The text.
        #[arg(long, value_name = "FILE")]
        prompt: PathBuf,
    },
    /// Choose what judging, training, probes and datasets take where none is named.
    Use {
        /// The project.
        path: PathBuf,
        /// The prompt, as judge-full.ja, or judge-short.en@2 for the project's version.
        #[arg(value_name = "NAME.LANG", value_parser = judge_prompt)]
        judge_prompt: JudgePrompt,
    },
    /// Keep a file as the project's next version.
    Save {
        /// Which.
        #[command(flatten)]
        which: PromptArgs,
        /// The text.
        #[arg(long, value_name = "FILE")]
        prompt: PathBuf,
    },
}

/// Which prompt.
#[derive(Args, Debug)]
pub struct PromptArgs {
    /// The project.
    pub path: PathBuf,
    /// Its name: answer, incident, judge-short or judge-full.
    pub prompt_name: String,
    /// Its language: ja or en.
    #[arg(value_parser = language)]
    pub prompt_lang: Lang,
}

impl PromptCommand {
    /// The project.
    pub fn path(&self) -> &PathBuf {
        match self {
            Self::List { path } | Self::Use { path, .. } => path,
            Self::Show { which, .. } | Self::Try { which, .. } | Self::Save { which, .. } => {
                &which.path
            }
        }
    }
}

/// `ja` or `en`.
pub fn language(text: &str) -> Result<Lang, String> {
    match text {
        "ja" => Ok(Lang::Ja),
        "en" => Ok(Lang::En),
        _ => Err("ja / en".to_owned()),
    }
}

/// Lists, shows, tries and keeps prompts, in the open project.
pub fn prompt(studio: &Studio, out: &Out, command: &PromptCommand) -> Result<u8, StudioError> {
    match command {
        PromptCommand::List { .. } => {
            let all = studio.prompts()?;
            for one in &all {
                let name = format!("{}.{}", one.name, one.lang.code());
                let hash = one.hash.get(..12).unwrap_or(&one.hash);
                match &one.by {
                    None => out.say(
                        "cli-prompt-built-in",
                        &[("name", name.into()), ("hash", hash.into())],
                    ),
                    Some(by) => out.say(
                        "cli-prompt-version",
                        &[
                            ("name", name.into()),
                            ("version", one.version.into()),
                            ("by", by.as_str().into()),
                            ("hash", hash.into()),
                        ],
                    ),
                }
            }
            done(out, &all)
        }
        PromptCommand::Show { which, version } => {
            let found = studio.prompts()?.into_iter().find(|one| {
                one.name == which.prompt_name
                    && one.lang == which.prompt_lang
                    && one.version == *version
            });
            let found = found.ok_or_else(|| {
                let name = format!("{}.{}", which.prompt_name, which.prompt_lang.code());
                StudioError::new(
                    "unknown-prompt-version",
                    format!("The project has no version {version} of the prompt {name}."),
                )
                .with("name", name)
                .with("version", version)
            })?;
            out.line(&found.text);
            done(out, &found)
        }
        PromptCommand::Try { which, prompt } => {
            let tried = studio.try_prompt(&request(which, prompt)?)?;
            out.line(&format!("[system]\n{}\n\n[user]\n{}", tried.system, tried.user));
            done(out, &tried)
        }
        PromptCommand::Use { judge_prompt, .. } => {
            let all = studio.choose_prompt(judge_prompt)?;
            out.say("cli-prompt-chosen", &[("name", judge_prompt.to_string().into())]);
            done(out, &all)
        }
        PromptCommand::Save { which, prompt } => {
            let kept = studio.save_prompt(&request(which, prompt)?)?;
            let name = format!("{}.{}", kept.name, kept.lang.code());
            out.say("cli-prompt-kept", &[("name", name.into()), ("version", kept.version.into())]);
            done(out, &kept)
        }
    }
}

fn request(which: &PromptArgs, file: &std::path::Path) -> Result<SavePrompt, StudioError> {
    Ok(SavePrompt {
        name: which.prompt_name.clone(),
        lang: which.prompt_lang,
        text: text_file(file)?,
    })
}
