//! Help and usage errors in the reader's language. The commands are declared
//! in `args`; their sentences are `help.ftl`'s.

use crate::args::Cli;
use clap::builder::{Resettable, StyledStr};
use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory};
use shinsa_studio::i18n::{Lang, Strings};
use std::ffi::OsString;
use std::fmt::Write;

/// The commands with their help in the language of `strings`.
pub fn command(strings: &Strings) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let root = Cli::command().disable_version_flag(true).arg(version);
    translated(root, "help", strings).after_help(strings.s("help-after"))
}

fn translated(command: Command, id: &str, strings: &Strings) -> Command {
    let usage = strings.s("help-heading-usage");
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    command
        .about(strings.s(id))
        .long_about(Resettable::<StyledStr>::Reset)
        .help_template(format!(
            "{{about-with-newline}}\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}"
        ))
        .subcommand_help_heading(strings.s("help-heading-commands"))
        .subcommand_value_name(strings.s("help-command"))
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .arg(help)
        .mut_args(|arg| described(arg, id, strings))
        .mut_subcommands(|sub| {
            let id = format!("{id}-{}", sub.get_name());
            translated(sub, &id, strings)
        })
}

fn described(arg: Arg, command: &str, strings: &Strings) -> Arg {
    let name = arg.get_id().as_str().replace('_', "-");
    let own = format!("{command}-{name}");
    let id = if strings.has(&own) { own } else { format!("help-arg-{name}") };
    let mut text = strings.s(&id);
    let defaults: Vec<_> = arg.get_default_values().iter().map(|v| v.to_string_lossy()).collect();
    if arg.get_action().takes_values() && !defaults.is_empty() {
        let value = defaults.join(", ");
        let _ = write!(text, " {}", strings.t("help-default", &[("value", value.into())]));
    }
    let heading =
        if arg.is_positional() { "help-heading-arguments" } else { "help-heading-options" };
    let takes_values = arg.get_action().takes_values();
    let arg =
        arg.help(text).long_help(Resettable::<StyledStr>::Reset).help_heading(strings.s(heading));
    // Said in the sentence itself.
    if takes_values { arg.hide_default_value(true).hide_possible_values(true) } else { arg }
}

/// The language that the arguments ask for, before they are read: help is
/// shown while reading them. `Err` holds a language that there isn't.
pub fn wanted_lang(args: impl IntoIterator<Item = OsString>) -> Result<Option<Lang>, String> {
    let mut args = args.into_iter().map(|arg| arg.to_string_lossy().into_owned());
    let mut wanted = None;
    while let Some(arg) = args.next() {
        if arg == "--" {
            break;
        } else if arg == "--lang" {
            wanted = args.next();
        } else if let Some(lang) = arg.strip_prefix("--lang=") {
            wanted = Some(lang.to_owned());
        }
    }
    wanted.map(|lang| lang.parse::<Lang>().map_err(|error| error.0)).transpose()
}

/// What is wrong with the arguments, and where to read on.
pub fn usage_error(error: &clap::Error, strings: &Strings) -> String {
    let value = |kind| error.get(kind).map(ToString::to_string);
    let argument = value(ContextKind::InvalidArg).unwrap_or_default();
    let about = |id: &str, argument: String| strings.t(id, &[("argument", argument.into())]);
    let mut text = match error.kind() {
        ErrorKind::UnknownArgument => about("usage-unknown-argument", argument),
        ErrorKind::InvalidSubcommand => about(
            "usage-unknown-command",
            value(ContextKind::InvalidSubcommand).unwrap_or_default(),
        ),
        ErrorKind::MissingRequiredArgument => about("usage-missing", argument),
        ErrorKind::MissingSubcommand => about("usage-missing", strings.s("help-command")),
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            about("usage-no-value", argument)
        }
        ErrorKind::ArgumentConflict => about("usage-twice", argument),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            match value(ContextKind::InvalidValue).filter(|given| !given.is_empty()) {
                Some(given) => strings.t(
                    "usage-bad-value",
                    &[("value", given.into()), ("argument", argument.into())],
                ),
                None => about("usage-no-value", argument),
            }
        }
        _ => strings.s("usage-other"),
    };
    if let Some(values) = value(ContextKind::ValidValue) {
        let _ = write!(text, "\n{}", strings.t("usage-valid-values", &[("values", values.into())]));
    }
    let suggestion =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
            .into_iter()
            .find_map(value);
    if let Some(suggestion) = suggestion {
        let values = [("suggestion", suggestion.into())];
        let _ = write!(text, "\n{}", strings.t("usage-suggestion", &values));
    }
    let _ = write!(text, "\n{}", strings.s("usage-more"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(command: &Command, look: &mut dyn FnMut(&Command)) {
        look(command);
        command.get_subcommands().for_each(|sub| every(sub, look));
    }

    #[test]
    fn every_command_and_argument_is_described_in_both_languages() {
        for lang in Lang::ALL {
            let mut seen = 0;
            every(&command(&Strings::new(lang)), &mut |command| {
                let about = command.get_about().map(ToString::to_string).unwrap_or_default();
                assert!(!about.is_empty() && !about.starts_with("help"), "{lang}: {command}");
                for arg in command.get_arguments() {
                    let text = arg.get_help().map(ToString::to_string).unwrap_or_default();
                    assert!(
                        !text.is_empty() && !text.starts_with("help-"),
                        "{lang}: {command} {}: {text}",
                        arg.get_id()
                    );
                    seen += 1;
                }
            });
            assert!(seen > 60, "only {seen} arguments were looked at");
        }
    }

    /// The sentences of help.ftl that nothing shows would grow stale unseen.
    #[test]
    fn no_sentence_describes_what_is_not_there() {
        let strings = Strings::new(Lang::En);
        let mut used = Vec::new();
        fn ids(command: &Command, id: &str, strings: &Strings, used: &mut Vec<String>) {
            used.push(id.to_owned());
            for arg in command.get_arguments() {
                let name = arg.get_id().as_str().replace('_', "-");
                let own = format!("{id}-{name}");
                used.push(if strings.has(&own) { own } else { format!("help-arg-{name}") });
            }
            for sub in command.get_subcommands() {
                ids(sub, &format!("{id}-{}", sub.get_name()), strings, used);
            }
        }
        ids(&command(&strings), "help", &strings, &mut used);
        let (_, text) = shinsa_studio::i18n::sources(Lang::En)
            .into_iter()
            .find(|(name, _)| *name == "help")
            .unwrap();
        let fixed = ["help-heading-", "help-after", "help-default", "help-command", "usage-"];
        for id in text.lines().filter_map(|line| Some(line.split_once(" = ")?.0)) {
            let known = used.iter().any(|u| u == id) || fixed.iter().any(|f| id.starts_with(f));
            assert!(known, "nothing shows {id}");
        }
    }

    #[test]
    fn help_and_usage_errors_speak_japanese_throughout() {
        let strings = Strings::new(Lang::Ja);
        let help = command(&strings).try_get_matches_from(["shinsa", "import", "--help"]);
        let help = help.unwrap_err().to_string();
        for word in ["使い方：", "引数", "オプション", "取り込む"] {
            assert!(help.contains(word), "{word} is missing in\n{help}");
        }
        for word in ["Usage", "Options:", "Arguments:", "Print help", "possible values"] {
            assert!(!help.contains(word), "{word} in\n{help}");
        }
        let said = |args: &[&str]| {
            usage_error(&command(&strings).try_get_matches_from(args).unwrap_err(), &strings)
        };
        let wrong = said(&["shinsa", "export", "p", "--out", "x", "--format", "sff"]);
        assert!(wrong.contains("「sff」は --format") && wrong.contains("dataset"), "{wrong}");
        let unknown = said(&["shinsa", "gold", "p", "--cautiuos"]);
        assert!(unknown.contains("--cautiuos") && unknown.contains("もしかして"), "{unknown}");
        assert!(said(&["shinsa", "judge", "p"]).contains("--name"));
        assert!(said(&["shinsa", "frobnicate"]).contains("「frobnicate」というコマンド"));
    }

    #[test]
    fn the_language_is_known_before_the_arguments_are_read() {
        let of = |args: &[&str]| wanted_lang(args.iter().map(OsString::from));
        assert_eq!(of(&["demo", "--lang", "ja"]), Ok(Some(Lang::Ja)));
        assert_eq!(of(&["--lang=en", "demo"]), Ok(Some(Lang::En)));
        assert_eq!(of(&["demo", "--", "--lang=en"]), Ok(None));
        assert_eq!(of(&["--lang", "fr"]), Err("fr".to_owned()));
    }
}
