//! Judging, here or at an endpoint, and the hosts that are allowed for it.

use crate::args::{Device, HostCommand, ScopeArgs, Which};
use crate::out::Out;
use crate::progress::Progress;
use crate::prompt::language;
use crate::run::done;
use clap::{Args, ValueEnum};
use shinsa_studio::{
    Beside, Cancel, JudgeEndpoint, JudgePrompt, JudgeStart, RubricRef, Studio, StudioError,
};
use std::path::PathBuf;

/// `shinsa judge`.
#[derive(Args, Debug)]
pub struct JudgeArgs {
    /// The project and rubric.
    #[command(flatten)]
    pub scope: ScopeArgs,
    /// The run's name in the project.
    #[arg(long)]
    pub name: String,
    /// The model (default: the embedded one).
    #[arg(long)]
    pub model: Option<PathBuf>,
    /// The adapter: a training run's name, or a PEFT folder.
    #[arg(long)]
    pub adapter: Option<String>,
    /// A further judge of the same model, in the same batches and a run of its own; without an adapter the model alone; repeatable.
    #[arg(long, value_name = "NAME[=ADAPTER]", conflicts_with = "endpoint")]
    pub beside: Vec<String>,
    /// An OpenAI-compatible endpoint that judges instead; its host must be
    /// allowed. A key comes from SHINSA_ENDPOINT_KEY.
    #[arg(long, value_name = "URL", requires = "endpoint_model",
        conflicts_with_all = ["model", "adapter", "threads", "fast", "device", "from_probabilities"])]
    pub endpoint: Option<String>,
    /// The model's name at the endpoint.
    #[arg(long, value_name = "NAME", requires = "endpoint")]
    pub endpoint_model: Option<String>,
    /// Which outputs.
    #[arg(long, value_enum, default_value = "held-out")]
    pub which: Which,
    /// The outputs of a finished judging instead.
    #[arg(long, value_name = "NAME", conflicts_with = "which")]
    pub same_as: Option<String>,
    /// Let this model rate outputs of its own; repeatable.
    #[arg(long, value_name = "MODEL")]
    pub allow_self: Vec<String>,
    /// Samples per output, 1 to 100.
    #[arg(long, default_value_t = 4)]
    pub samples: u32,
    /// Sampling temperature; 0 takes the likeliest.
    #[arg(long, default_value_t = 0.7)]
    pub temperature: f32,
    /// Seed of the run.
    #[arg(long, default_value_t = 7)]
    pub seed: u32,
    /// Threads (default: all cores).
    #[arg(long)]
    pub threads: Option<u32>,
    /// Compute in integers where the weights are, as llama.cpp does: quicker and leaner; another judge than the exact one
    #[arg(long)]
    pub fast: bool,
    /// What computes.
    #[arg(long, value_enum, default_value_t = Device::Auto)]
    pub device: Device,
    /// Read numbers from the levels' probabilities in one verdict instead of sampling several
    #[arg(long, conflicts_with_all = ["samples", "temperature"])]
    pub from_probabilities: bool,
    /// Whether the judge writes the rubric's texts: not at all, after the scores, or before
    #[arg(long, value_enum, default_value = "none")]
    pub reasons: Reasons,
    /// The prompt, as judge-full.ja, or judge-short.en@2 for the project's version
    #[arg(long, value_name = "NAME.LANG", value_parser = judge_prompt)]
    pub judge_prompt: Option<JudgePrompt>,
}

/// Whether a judge writes reasons.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reasons {
    /// Scores alone.
    None,
    /// After the scores.
    Last,
    /// Before the scores.
    First,
}

/// `judge-short.en`, `judge-full.ja@2`.
pub fn judge_prompt(text: &str) -> Result<JudgePrompt, String> {
    let (named, version) = match text.split_once('@') {
        Some((named, version)) => (named, Some(version.parse().map_err(|_| "NAME.LANG@N")?)),
        None => (text, None),
    };
    let (name, lang) = named.rsplit_once('.').ok_or("NAME.LANG")?;
    if !name.starts_with("judge-") {
        return Err("judge-short.ja, judge-short.en, judge-full.ja, judge-full.en".to_owned());
    }
    Ok(JudgePrompt { name: name.to_owned(), lang: language(lang)?, version })
}

/// Runs a judge of this machine or of an endpoint.
pub fn judge(
    studio: &Studio,
    out: &Out,
    args: &JudgeArgs,
    rubric: RubricRef,
    cancel: &Cancel,
) -> Result<u8, StudioError> {
    let request = JudgeStart {
        name: args.name.clone(),
        model: args.model.as_ref().map(|m| m.display().to_string()),
        adapter: args.adapter.clone(),
        rubric,
        which: which(args.which),
        limit: None,
        samples: if args.from_probabilities { 1 } else { args.samples },
        temperature: f64::from(args.temperature),
        seed: args.seed,
        threads: args.threads,
        fast: args.fast,
        device: args.device.into(),
        allow_self: args.allow_self.clone(),
        same_as: args.same_as.clone(),
        from_probabilities: args.from_probabilities,
        reasons: match args.reasons {
            Reasons::None => shinsa_studio::Reasons::None,
            Reasons::Last => shinsa_studio::Reasons::Last,
            Reasons::First => shinsa_studio::Reasons::First,
        },
        prompt: args.judge_prompt.clone(),
        beside: args.beside.iter().map(|one| beside(one)).collect(),
    };
    let endpoint = args.endpoint.as_ref().zip(args.endpoint_model.as_ref());
    let endpoint =
        endpoint.map(|(url, model)| JudgeEndpoint { url: url.clone(), model: model.clone() });
    if let Some(endpoint) = &endpoint
        && endpoint.is_readable_on_its_way()?
    {
        out.note("cli-endpoint-plain", &[("url", endpoint.url.as_str().into())]);
    }
    let mut progress = Progress::new(out);
    let reply = studio.judge_at(&request, endpoint.as_ref(), cancel, &mut |update| {
        progress.update(&update);
    })?;
    drop(progress);
    for summary in std::iter::once(&reply.summary).chain(&reply.beside) {
        out.say(
            "cli-demo-judged",
            &[
                ("name", summary.name.as_str().into()),
                ("outputs", summary.outputs.into()),
                ("verdicts", summary.verdicts.into()),
                ("seconds", format!("{:.0}", summary.seconds).into()),
            ],
        );
    }
    if reply.probabilities_refused {
        out.say("cli-endpoint-no-probabilities", &[]);
    }
    let summary = &reply.summary;
    if let Some(device) = &summary.device {
        out.computed_on(device, summary.no_gpu.as_ref());
    }
    for (code, count) in &reply.missing_reasons {
        out.say(&format!("cli-missing-{code}"), &[("count", (*count).into())]);
    }
    done(out, &reply)
}

/// `NAME` or `NAME=ADAPTER`.
fn beside(text: &str) -> Beside {
    let (name, adapter) = match text.split_once('=') {
        Some((name, adapter)) => (name, Some(adapter.to_owned())),
        None => (text, None),
    };
    Beside { name: name.to_owned(), adapter }
}

/// Which outputs, as studio says it.
pub fn which(which: Which) -> shinsa_studio::Which {
    match which {
        Which::HeldOut => shinsa_studio::Which::HeldOut,
        Which::Unrated => shinsa_studio::Which::Unrated,
        Which::All => shinsa_studio::Which::All,
    }
}

/// Allows, denies and lists hosts, in the open project.
pub fn host(studio: &Studio, out: &Out, command: &HostCommand) -> Result<u8, StudioError> {
    let reply = match command {
        HostCommand::Allow { host, .. } => {
            let url = host.clone().unwrap_or_default();
            let asked = JudgeEndpoint { url, model: String::new() };
            // A host by name alone has no scheme yet: judging says it then.
            if asked.url.contains("://") && asked.is_readable_on_its_way()? {
                out.note("cli-endpoint-plain", &[("url", asked.url.as_str().into())]);
            }
            studio.allow_host(host.as_deref())?
        }
        HostCommand::Deny { host, .. } => studio.deny_host(host)?,
        HostCommand::List { .. } => studio.hosts()?,
    };
    if reply.hosts.is_empty() {
        out.say("cli-host-none", &[]);
    } else {
        out.say("cli-host-allowed", &[("hosts", reply.hosts.join(", ").into())]);
    }
    if matches!(command, HostCommand::List { .. }) {
        out.say(
            "cli-host-requests",
            &[("lines", reply.requests.len().into()), ("path", reply.log.as_str().into())],
        );
        for line in &reply.requests {
            out.line(&format!(
                "  {}  {}  {} #{}.{}  {} B  {}",
                utc(line.at),
                line.host,
                line.item,
                line.sample,
                line.attempt,
                line.bytes,
                line.status
            ));
        }
    }
    done(out, &reply)
}

/// Milliseconds since 1970 as `2026-11-25T00:36:09Z`.
fn utc(millis: i64) -> String {
    let (seconds, days) = (millis.div_euclid(1000), millis.div_euclid(86_400_000));
    // Days to a date by Howard Hinnant's civil_from_days: years begin in March,
    // so that the leap day is the last of its year.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let second = seconds.rem_euclid(86_400);
    let (hours, minutes) = (second / 3600, second / 60 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{:02}Z", second % 60)
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn times_are_written_as_dates() {
        assert_eq!(utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(utc(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(utc(1_795_566_969_000), "2026-11-25T00:36:09Z");
    }
}
