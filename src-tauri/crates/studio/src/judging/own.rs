//! A judge does not rate what its own model wrote, unless that is allowed by name.

use crate::host::JudgeEndpoint;
use crate::studio::{Open, every};
use crate::train::TrainStart;
use crate::{Studio, StudioError};
use shinsa_domain::{Output, RunKind, Viewer, model_family};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

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
    /// Refuses outputs that the judge's own model wrote, by its names and by the hash of
    /// its weights where an output records one; an adapter counts as its base. What was
    /// allowed by name, and met, goes into the passport's inputs.
    ///
    /// # Errors
    /// `self-judging`.
    pub(crate) fn check_own(
        &self,
        open: &Open,
        viewer: &Viewer,
        judge: &Judging<'_>,
        allow: &[String],
        outputs: &[&Output],
    ) -> Result<BTreeMap<String, String>, StudioError> {
        let names = match judge {
            Judging::Here(path) => names_of(path),
            Judging::There(endpoint) => BTreeSet::from([model_family(&endpoint.model)]),
        };
        // Reading all weights takes a while: only where there is something to compare with.
        let hashed = outputs.iter().any(|o| o.origin.weights.is_some());
        let weights = match judge {
            Judging::Here(path) if hashed => Some(shinsa_lm::weights_hash(path)?),
            _ => None,
        };
        let trained = self.trained_here(open, viewer)?;
        let allowed: BTreeSet<String> = allow.iter().map(|name| model_family(name)).collect();
        let (mut met, mut count) = (BTreeSet::new(), 0_usize);
        let mut refused: Vec<&Output> = Vec::new();
        for output in outputs {
            let origin = &output.origin;
            let mut wrote: BTreeSet<String> = BTreeSet::new();
            for name in [&origin.model, &origin.adapter].into_iter().flatten() {
                wrote.insert(model_family(name));
                wrote.extend(trained.get(name).into_iter().flatten().cloned());
            }
            wrote.remove("");
            let same = names.intersection(&wrote).next().is_some()
                || weights.as_ref().is_some_and(|hash| origin.weights.as_ref() == Some(hash));
            if !same {
                continue;
            }
            count += 1;
            let by_name = names.union(&wrote).find(|name| allowed.contains(*name));
            match by_name {
                Some(name) => drop(met.insert(name.clone())),
                None => refused.push(output),
            }
        }
        if let Some(first) = refused.first() {
            let model = first.origin.model.clone();
            let model = model.or_else(|| names.first().cloned()).unwrap_or_default();
            return Err(StudioError::new(
                "self-judging",
                format!(
                    "{} of the outputs ({} among them) were written by the judge's own model, {model}. Choose another judge, or allow it by name.",
                    refused.len(),
                    first.key
                ),
            )
            .with("model", model)
            .with("outputs", refused.len())
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
