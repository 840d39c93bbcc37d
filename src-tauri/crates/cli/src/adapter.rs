//! `shinsa adapter`.

use crate::out::Out;
use crate::progress::Progress;
use clap::{Args, Subcommand, ValueEnum};
use shinsa_studio::{
    AdapterPart, Cancel, ExportAdapter, MergeAdapters, MergeType, Studio, StudioError,
};
use std::path::PathBuf;

/// `shinsa adapter`.
#[derive(Subcommand, Debug)]
pub enum AdapterCommand {
    /// Write an adapter in another format: a name that ends in .gguf is for
    /// llama.cpp and Ollama, any other a PEFT folder. Several adapters become the
    /// weighted sum of what they do.
    Export(ExportAdapterArgs),
    /// Merge adapters into their base: a name that ends in .gguf keeps the types of
    /// a GGUF base, any other is a folder that transformers opens.
    Merge(MergeArgs),
}

/// `shinsa adapter export`.
#[derive(Args, Debug)]
pub struct ExportAdapterArgs {
    /// A PEFT folder or .gguf file, with a weight where not all of it is wanted.
    #[arg(required = true, value_name = "ADAPTER[=WEIGHT]")]
    pub adapters: Vec<String>,
    /// Where to; the name must be free.
    #[arg(long)]
    pub to: PathBuf,
    /// The base that the adapters were trained on (default: the embedded model).
    #[arg(long)]
    pub model: Option<PathBuf>,
}

/// `shinsa adapter merge`.
#[derive(Args, Debug)]
pub struct MergeArgs {
    /// The base: a GGUF file or a folder.
    pub model: PathBuf,
    /// A PEFT folder or .gguf file, with a weight where not all of it is wanted.
    #[arg(required = true, value_name = "ADAPTER[=WEIGHT]")]
    pub adapters: Vec<String>,
    /// Where to; the name must be free.
    #[arg(long)]
    pub to: PathBuf,
    /// Element type of a folder's weights.
    #[arg(long, value_enum, default_value = "bf16")]
    pub dtype: Dtype,
}

/// Element type of merged safetensors.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dtype {
    /// 32 bits.
    F32,
    /// 16 bits.
    Bf16,
}

/// Runs the command.
pub fn adapter(
    studio: &Studio,
    out: &Out,
    command: &AdapterCommand,
    cancel: &Cancel,
) -> Result<u8, StudioError> {
    match command {
        AdapterCommand::Export(args) => {
            let reply = studio.export_adapter(&ExportAdapter {
                model: args.model.as_ref().map(|m| m.display().to_string()),
                adapters: args.adapters.iter().map(|text| part(text)).collect(),
                to: args.to.display().to_string(),
            })?;
            out.say(
                "cli-adapter-exported",
                &[
                    ("path", reply.path.as_str().into()),
                    ("rank", reply.rank.into()),
                    ("parameters", format!("{:.0}", reply.parameters).into()),
                ],
            );
            out.object(&reply)?;
        }
        AdapterCommand::Merge(args) => {
            let request = MergeAdapters {
                model: Some(args.model.display().to_string()),
                adapters: args.adapters.iter().map(|text| part(text)).collect(),
                to: args.to.display().to_string(),
                dtype: match args.dtype {
                    Dtype::F32 => MergeType::F32,
                    Dtype::Bf16 => MergeType::Bf16,
                },
            };
            let mut progress = Progress::new(out);
            let reply =
                studio.merge_adapters(&request, cancel, &mut |update| progress.update(&update))?;
            drop(progress);
            let kl = |v: f64| format!("{v:.2e}");
            out.say("cli-adapter-merged", &[("path", reply.path.as_str().into())]);
            out.say(
                "cli-adapter-moved",
                &[
                    ("base", kl(reply.kl_base).into()),
                    ("before", reply.kl_before.map_or_else(|| "–".to_owned(), kl).into()),
                    ("after", kl(reply.kl_after).into()),
                    ("positions", reply.positions.into()),
                ],
            );
            out.object(&reply)?;
        }
    }
    Ok(0)
}

/// `PATH` or `PATH=WEIGHT`; what follows the last `=` counts only if it is a number.
fn part(text: &str) -> AdapterPart {
    let weighted = text.rsplit_once('=').and_then(|(path, w)| Some((path, w.parse().ok()?)));
    let (path, weight) = weighted.unwrap_or((text, 1.0));
    AdapterPart { path: path.to_owned(), weight }
}
