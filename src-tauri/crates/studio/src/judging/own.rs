//! A judge does not rate what its own model wrote, unless that is allowed by name.

use crate::host::JudgeEndpoint;
use crate::studio::{Open, every};
use crate::train::TrainStart;
use crate::{JobProgress, JobUpdate, Studio, StudioError};
use shinsa_domain::{Output, RunKind, Viewer, model_family};
use shinsa_jobs::{Cancel, Throttle};
use shinsa_store::Page;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

/// Outputs that are read at a time.
const CHUNK: u32 = 500;
/// Most often that progress is told.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// In a passport's inputs: which models were allowed to judge themselves, and how many
/// outputs were their own.
const ALLOWED: &str = "allow_self";
const COUNT: &str = "own_outputs";

/// The model that judges.
pub(crate) enum Judging<'a> {
    /// A file or folder here, with or without an adapter.
    Here(&'a Path),
    /// A model at an endpoint, known by its name there.
    There(&'a JudgeEndpoint),
}

impl Studio {
    /// The hash of a judge's weights, for comparing it with what the project's outputs
    /// record. Reading all weights takes a while: it is done only where some output
    /// records any, and nothing of the project is held meanwhile.
    ///
    /// # Errors
    /// `lead-only`, those of the model, `cancelled`.
    pub(crate) fn judge_weights(
        &self,
        model: &Path,
        cancel: &Cancel,
        on: &mut dyn FnMut(JobUpdate),
    ) -> Result<Option<String>, StudioError> {
        let mut page = Some(Page::first(CHUNK));
        while let Some(now) = page {
            let read = self.with(|open| {
                let viewer = open.lead()?;
                Ok(open.project.view(&viewer).whole_outputs(now)?)
            })?;
            if read.rows.iter().any(|output| output.origin.weights.is_some()) {
                return weights_hash(model, cancel, on).map(Some);
            }
            page = read.next.map(|next| Page::after(next, CHUNK));
        }
        Ok(None)
    }

    /// Refuses outputs that the judge's own model wrote, by its names and by the hash of
    /// its weights ([`Studio::judge_weights`]) where an output records one; an adapter counts as its base. What was
    /// allowed by name, and met, goes into the passport's inputs.
    ///
    /// # Errors
    /// `self-judging`.
    pub(crate) fn check_own(
        &self,
        open: &Open,
        viewer: &Viewer,
        judge: &Judging<'_>,
        weights: Option<&str>,
        allow: &[String],
        outputs: impl Iterator<Item = Result<Output, StudioError>>,
    ) -> Result<BTreeMap<String, String>, StudioError> {
        let names = match judge {
            Judging::Here(path) => names_of(path),
            Judging::There(endpoint) => BTreeSet::from([model_family(&endpoint.model)]),
        };
        let trained = self.trained_here(open, viewer)?;
        let allowed: BTreeSet<String> = allow.iter().map(|name| model_family(name)).collect();
        let (mut met, mut count) = (BTreeSet::new(), 0_usize);
        // The first, and how many.
        let mut refused: Option<(Output, usize)> = None;
        for output in outputs {
            let output = output?;
            let origin = &output.origin;
            let mut wrote: BTreeSet<String> = BTreeSet::new();
            for name in [&origin.model, &origin.adapter].into_iter().flatten() {
                wrote.insert(model_family(name));
                wrote.extend(trained.get(name).into_iter().flatten().cloned());
            }
            wrote.remove("");
            let same = names.intersection(&wrote).next().is_some()
                || weights.is_some_and(|hash| origin.weights.as_deref() == Some(hash));
            if !same {
                continue;
            }
            count += 1;
            let by_name = names.union(&wrote).find(|name| allowed.contains(*name));
            match by_name {
                Some(name) => drop(met.insert(name.clone())),
                None => match &mut refused {
                    Some((_, count)) => *count += 1,
                    None => refused = Some((output, 1)),
                },
            }
        }
        if let Some((first, refused)) = refused {
            let model = first.origin.model.clone();
            let model = model.or_else(|| names.first().cloned()).unwrap_or_default();
            return Err(StudioError::new(
                "self-judging",
                format!(
                    "{refused} of the outputs ({} among them) were written by the judge's own model, {model}. Choose another judge, or allow it by name.",
                    first.key
                ),
            )
            .with("model", model)
            .with("outputs", refused)
            .with("example", &first.key));
        }
        if count == 0 {
            return Ok(BTreeMap::new());
        }
        let met: Vec<String> = met.into_iter().collect();
        Ok(BTreeMap::from([
            (ALLOWED.to_owned(), met.join(", ")),
            (COUNT.to_owned(), count.to_string()),
        ]))
    }

    /// The adapters trained in this project, by name, with their bases' own names.
    fn trained_here(
        &self,
        open: &Open,
        viewer: &Viewer,
    ) -> Result<BTreeMap<String, BTreeSet<String>>, StudioError> {
        let view = open.project.view(viewer);
        let mut trained = BTreeMap::new();
        for row in every(|page| view.runs(Some(RunKind::Train), page))? {
            let run = view.run(row.id)?;
            let Ok(request) = serde_json::from_value::<TrainStart>(run.config) else { continue };
            if let Ok(path) = self.model_path(request.model.as_deref()) {
                trained.insert(run.name, names_of(&path));
            }
        }
        Ok(trained)
    }
}

/// The hash of a model's weights, with progress.
///
/// # Errors
/// Those of the model; `cancelled` within a moment of the wish.
pub(crate) fn weights_hash(
    model: &Path,
    cancel: &Cancel,
    on: &mut dyn FnMut(JobUpdate),
) -> Result<String, StudioError> {
    let mut throttle = Throttle::new(TELL_EVERY);
    let hash = shinsa_lm::weights_hash_told(model, &mut |done, total| {
        if throttle.ready(Instant::now()) || done == total {
            #[allow(clippy::cast_precision_loss)] // bytes, far below 2^53
            let (done, total) = (done as f64, total as f64);
            let phase = "hash".to_owned();
            on(JobUpdate::Progress(JobProgress { phase, done, total, ..JobProgress::default() }));
        }
        !cancel.is_cancelled()
    })?;
    hash.ok_or_else(StudioError::cancelled)
}

/// The names of a model here: the one in its file, and the file's own.
fn names_of(path: &Path) -> BTreeSet<String> {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let card = shinsa_lm::inspect(path).ok().map(|card| card.name);
    let mut names: BTreeSet<String> =
        [file, card].into_iter().flatten().map(|name| model_family(&name)).collect();
    names.remove("");
    names
}

/// What a judging's passport says of its own outputs: how many, and under which names
/// that was allowed.
pub(crate) fn own_of(inputs: &serde_json::Value) -> Option<(u32, String)> {
    let count = inputs[COUNT].as_str()?.parse().ok()?;
    Some((count, inputs[ALLOWED].as_str().unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CreateProject, Ctx, Places};
    use serde_json::json;
    use shinsa_domain::{CaseId, Origin, OutputId, PromptId, RubricRef};

    fn wrote(studio: &Studio, model: Option<&str>, adapter: Option<&str>) -> Output {
        let (now, chance) = (studio.ctx.now(), studio.ctx.random());
        Output {
            id: OutputId::new(now, chance),
            key: "A-a".into(),
            case: CaseId::new(now, chance),
            prompt: PromptId::new(now, chance),
            sample: 0,
            text: "Call.".into(),
            items: BTreeMap::new(),
            origin: Origin {
                model: model.map(str::to_owned),
                adapter: adapter.map(str::to_owned),
                ..Origin::default()
            },
        }
    }

    #[test]
    fn an_adapter_and_its_base_do_not_rate_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().join("Qwen3-0.6B-Q8_0.gguf");
        shinsa_fsio::atomic_write(&base, b"not read here").unwrap();
        let studio = Studio::new(Ctx::fixed(1, 1, Places::default()));
        studio
            .create(&CreateProject {
                parent: folder.path().display().to_string(),
                name: "w".into(),
                passphrase: "a long passphrase".into(),
                lead: "lead".into(),
            })
            .unwrap();
        let mut trained = studio.train_defaults_for(RubricRef { id: "r".into(), version: 1 });
        trained.name = "ward-judge".into();
        trained.model = Some(base.display().to_string());
        let config = serde_json::to_value(&trained).unwrap();
        studio.with(|open| studio.begin_run(open, RunKind::Train, "ward-judge", config)).unwrap();
        // The judge is the base, or an adapter of it: either way its file is the base's.
        let refused = |model: Option<&str>, adapter: Option<&str>, allow: &[String]| {
            studio.with(|open| {
                let viewer = open.lead()?;
                let output = wrote(&studio, model, adapter);
                let judge = Judging::Here(&base);
                studio.check_own(open, &viewer, &judge, None, allow, std::iter::once(Ok(output)))
            })
        };
        for (model, adapter) in [
            // By an adapter trained here on that base, under the adapter's name alone.
            (Some("ward-judge"), None),
            (Some("something"), Some("ward-judge")),
            // By the base, however it is called.
            (Some("Qwen/Qwen3-0.6B"), None),
        ] {
            let error = refused(model, adapter, &[]).unwrap_err();
            assert_eq!(error.code, "self-judging", "{model:?} {adapter:?}");
            let allowed = refused(model, adapter, &["Qwen3-0.6B".to_owned()]).unwrap();
            assert_eq!(json!(allowed), json!({"allow_self": "qwen3-0.6b", "own_outputs": "1"}));
        }
        assert!(refused(Some("other-model"), Some("other-adapter"), &[]).unwrap().is_empty());
    }
}
