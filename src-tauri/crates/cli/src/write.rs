//! Letting a model write about cases: outputs, and incidents taken apart.

use crate::args::Device;
use crate::out::Out;
use crate::progress::Progress;
use crate::prompt::language;
use crate::run::done;
use clap::Args;
use shinsa_studio::{
    Cancel, Lang, OwnPrompt, Sampling, Studio, StudioError, WriteStart, WriteSummary,
};
use std::path::{Path, PathBuf};

/// `shinsa generate` and `shinsa restructure`.
#[derive(Args, Debug)]
pub struct WriteArgs {
    /// The project.
    pub path: PathBuf,
    /// The run's name in the project.
    #[arg(long)]
    pub name: String,
    /// The model (default: the embedded one).
    #[arg(long)]
    pub model: Option<PathBuf>,
    /// The adapter: a training run's name, or a PEFT folder.
    #[arg(long)]
    pub adapter: Option<String>,
    /// A prompt template of one's own (default: the built-in one).
    #[arg(long, value_name = "FILE")]
    pub prompt: Option<PathBuf>,
    /// The project's version of the prompt for cases in a language, as ja=2; repeatable.
    #[arg(long, value_name = "LANG=N", value_parser = version, conflicts_with = "prompt")]
    pub prompt_version: Vec<(Lang, u32)>,
    /// At most so many cases, in the order of import.
    #[arg(long)]
    pub limit: Option<u32>,
    /// Samples per case, 1 to 100.
    #[arg(long, default_value_t = 1)]
    pub samples: u32,
    /// Sampling temperature; 0 takes the likeliest.
    #[arg(long, default_value_t = 0.7)]
    pub temperature: f32,
    /// Keeps the likeliest tokens that make up this much probability.
    #[arg(long, default_value_t = 1.0)]
    pub top_p: f32,
    /// Keeps this many likeliest tokens; 0 keeps all.
    #[arg(long, default_value_t = 0)]
    pub top_k: usize,
    /// Keeps tokens at least this many times as likely as the likeliest.
    #[arg(long, default_value_t = 0.0)]
    pub min_p: f32,
    /// Makes what was written less likely to come again; 1 changes nothing.
    #[arg(long, default_value_t = 1.0)]
    pub repetition_penalty: f32,
    /// Most tokens of one text.
    #[arg(long, default_value_t = 400)]
    pub max_tokens: u32,
    /// Seed of the run.
    #[arg(long, default_value_t = 7)]
    pub seed: u32,
    /// Threads (default: all cores).
    #[arg(long)]
    pub threads: Option<u32>,
    /// Compute in integers where the weights are.
    #[arg(long)]
    pub fast: bool,
    /// What computes.
    #[arg(long, value_enum, default_value_t = Device::Auto)]
    pub device: Device,
}

impl WriteArgs {
    fn request(&self) -> Result<WriteStart, StudioError> {
        let prompt = self.prompt.as_ref().map(|path| {
            let text = text_file(path)?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Ok::<_, StudioError>(OwnPrompt { name, text })
        });
        Ok(WriteStart {
            name: self.name.clone(),
            model: self.model.as_ref().map(|m| m.display().to_string()),
            adapter: self.adapter.clone(),
            prompt: prompt.transpose()?,
            versions: self.prompt_version.iter().copied().collect(),
            limit: self.limit,
            samples: self.samples,
            sampling: Sampling {
                temperature: self.temperature,
                top_p: self.top_p,
                top_k: self.top_k,
                min_p: self.min_p,
                repetition_penalty: self.repetition_penalty,
            },
            max_tokens: self.max_tokens,
            seed: self.seed,
            threads: self.threads,
            fast: self.fast,
            device: self.device.into(),
        })
    }
}

/// A text file of the user's.
pub fn text_file(path: &Path) -> Result<String, StudioError> {
    std::fs::read_to_string(path).map_err(|error| {
        StudioError::new(
            "prompt-file",
            format!("{} can't be read as UTF-8 text: {error}", path.display()),
        )
        .with("path", path.display().to_string())
        .with("reason", error.to_string())
    })
}

/// `ja=2`.
fn version(text: &str) -> Result<(Lang, u32), String> {
    let (lang, version) = text.split_once('=').ok_or("LANG=N")?;
    Ok((language(lang)?, version.parse().map_err(|_| "LANG=N")?))
}

/// Writes outputs, in the open project.
pub fn generate(
    studio: &Studio,
    out: &Out,
    args: &WriteArgs,
    cancel: &Cancel,
) -> Result<u8, StudioError> {
    let request = args.request()?;
    let mut progress = Progress::new(out);
    let summary = studio.generate(&request, cancel, &mut |update| progress.update(&update))?;
    drop(progress);
    say(out, "cli-generated", &summary);
    done(out, &summary)
}

/// Takes incidents apart, in the open project.
pub fn restructure(
    studio: &Studio,
    out: &Out,
    args: &WriteArgs,
    cancel: &Cancel,
) -> Result<u8, StudioError> {
    let request = args.request()?;
    let mut progress = Progress::new(out);
    let summary = studio.restructure(&request, cancel, &mut |update| progress.update(&update))?;
    drop(progress);
    say(out, "cli-restructured", &summary);
    let incidents = studio.incidents(&request.name)?;
    for incident in &incidents {
        out.line(&format!("{} #{}", incident.case, incident.sample));
        for (id, list) in [
            ("cli-incident-actions", &incident.actions),
            ("cli-incident-events", &incident.events),
            ("cli-incident-causes", &incident.causes),
            ("cli-incident-countermeasures", &incident.countermeasures),
        ] {
            out.say(id, &[("list", list.join(" / ").into())]);
        }
    }
    done(out, &serde_json::json!({ "summary": summary, "incidents": incidents }))
}

fn say(out: &Out, id: &str, summary: &WriteSummary) {
    out.say(
        id,
        &[
            ("name", summary.name.as_str().into()),
            ("cases", summary.cases.into()),
            ("texts", summary.texts.into()),
            ("cut", summary.cut.into()),
            ("seconds", format!("{:.0}", summary.seconds).into()),
        ],
    );
    out.computed_on(&summary.device, summary.no_gpu.as_ref());
    for skipped in &summary.skipped {
        out.say(
            "cli-write-skipped",
            &[
                ("case", skipped.case.as_str().into()),
                ("reason", out.sentence(&skipped.reason).into()),
            ],
        );
    }
}
