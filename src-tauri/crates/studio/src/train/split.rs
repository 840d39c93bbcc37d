//! Which gold is learned from and which is held out, and how one example reads.

use crate::studio::{Open, every};
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{Audience, Case, CaseId, Gold, Output, OutputId, Rubric, RubricRef, Viewer};
use shinsa_prompt::{Message, Template, messages, verdict_json};
use shinsa_store::Page;
use std::collections::BTreeMap;

/// The share of cases that are held out, and the seed of the draw: stored with
/// the project at its first use, so that no later run trains on what another
/// was measured with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Split {
    pub share: f64,
    pub seed: u32,
}

const SPLIT: &str = "split";
const DEFAULT_SPLIT: Split = Split { share: 0.2, seed: 1 };
/// The prompt of the judge: short, since the embedded model is small, and in
/// one language, so that all items share its beginning.
pub(crate) const AUDIENCE: Audience = Audience::Judge { reasons: false };

impl Split {
    /// Whether a case is held out: its key's hash under the seed, as a fraction,
    /// lies below the share. It depends on nothing else, so it stays as cases are added.
    pub fn holds_out(self, case_key: &str) -> bool {
        let hash = blake3::hash(format!("split\n{}\n{case_key}", self.seed).as_bytes());
        let mut head = [0; 8];
        head.copy_from_slice(&hash.as_bytes()[..8]);
        #[allow(clippy::cast_precision_loss)] // a fraction of 2^64: 53 bits are plenty
        let fraction = u64::from_le_bytes(head) as f64 / 18_446_744_073_709_551_616.0;
        fraction < self.share
    }
}

/// One gold output with all that belongs to it.
pub(crate) struct Golden {
    pub gold: Gold,
    pub output: Output,
    pub case: Case,
}

impl From<shinsa_prompt::PromptError> for StudioError {
    fn from(error: shinsa_prompt::PromptError) -> Self {
        let mut args = error.args();
        args.insert("message".to_owned(), error.to_string());
        Self { code: error.code().to_owned(), args }
    }
}

impl Open {
    /// The project's split, the default one where none is stored.
    pub fn split(&self, viewer: &Viewer) -> Result<Split, StudioError> {
        match self.project.view(viewer).setting(SPLIT)? {
            Some(value) => Ok(serde_json::from_value(value)?),
            None => Ok(DEFAULT_SPLIT),
        }
    }

    /// All gold of a rubric, in the order of import of the outputs.
    pub fn golden(&self, viewer: &Viewer, rubric: &RubricRef) -> Result<Vec<Golden>, StudioError> {
        let view = self.project.view(viewer);
        let mut cases: BTreeMap<CaseId, Case> = BTreeMap::new();
        let mut golden = Vec::new();
        let mut golds: BTreeMap<OutputId, Gold> =
            every(|page| view.golds(rubric, page))?.into_iter().map(|g| (g.output, g)).collect();
        for output in every(|page| view.whole_outputs(page))? {
            let Some(gold) = golds.remove(&output.id) else { continue };
            let case = match cases.get(&output.case) {
                Some(case) => case.clone(),
                None => cases.entry(output.case).or_insert(view.case(output.case)?).clone(),
            };
            golden.push(Golden { gold, output, case });
        }
        Ok(golden)
    }
}

/// The messages of one example, the last being the gold verdict.
pub(crate) fn example(
    template: &Template,
    rubric: &Rubric,
    item: &Golden,
) -> Result<Vec<Message>, StudioError> {
    let mut turns = messages(template, rubric, AUDIENCE, &item.case.text, &item.output)?;
    turns.push(Message::assistant(verdict_json(rubric, &item.gold.answers, AUDIENCE)?));
    Ok(turns)
}
impl Studio {
    /// Sets which share of cases is held out, before the first run. Later only
    /// the same may be set again.
    ///
    /// # Errors
    /// `split-fixed` when another split is in use; `bad-split` for a share outside 0 to 0.9.
    pub fn set_split(&self, share: f64, seed: u32) -> Result<(), StudioError> {
        if !(0.0..=0.9).contains(&share) {
            return Err(StudioError::new(
                "bad-split",
                "The held-out share must lie between 0 and 0.9.",
            ));
        }
        self.with(|open| {
            let viewer = open.lead()?;
            let wanted = Split { share, seed };
            let view = open.project.view(&viewer);
            if let Some(value) = view.setting(SPLIT)? {
                let stored: Split = serde_json::from_value(value)?;
                if stored == wanted {
                    return Ok(());
                }
                if !view.runs(None, Page::first(1))?.rows.is_empty() {
                    return Err(StudioError::new("split-fixed", "Runs of this project rest on its split of cases: it can't change any more."));
                }
            }
            let value = serde_json::to_value(wanted)?;
            let op = open.op(&self.ctx, "set-split")?;
            open.project.transact(&op, |tx| tx.set_setting(SPLIT, &value))?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_stays_on_its_side_of_the_split() {
        let split = Split { share: 0.25, seed: 3 };
        let held: Vec<bool> = (0..1000).map(|i| split.holds_out(&format!("A{i}"))).collect();
        let again: Vec<bool> = (0..1000).map(|i| split.holds_out(&format!("A{i}"))).collect();
        assert_eq!(held, again);
        let share = held.iter().filter(|h| **h).count();
        assert!((200..300).contains(&share), "{share} of 1000 held out");
    }
}
