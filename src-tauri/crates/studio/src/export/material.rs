//! What a dataset rests on, read from the project in short pieces.

use crate::agreement::RatingTable;
use crate::import::SYNTHETIC;
use crate::prompts::JudgePrompt;
use crate::train::Golden;
use crate::{Studio, StudioError};
use shinsa_domain::rubric::{ItemSource, Kind};
use shinsa_domain::{
    Case, CaseId, Gold, Output, OutputId, PromptId, Rater, RaterId, Rubric, RubricRef, Votes, Way,
};
use shinsa_export::{Compared, LongRow, Rated, Standing};
use shinsa_prompt::Template;
use std::collections::{BTreeMap, BTreeSet};

/// Everything a dataset rests on.
pub(super) struct Material {
    pub rubric: Rubric,
    pub table: RatingTable,
    /// Gold outputs, in the order of import.
    pub golden: Vec<Golden>,
    pub held_out: BTreeSet<CaseId>,
    pub cases: BTreeMap<CaseId, Case>,
    pub title: String,
    pub synthetic: bool,
    /// What a judge is asked with: the project's choice, and its name where it has one.
    pub template: Template,
    pub prompt: Option<JudgePrompt>,
    outputs: BTreeMap<OutputId, Output>,
    prompts: BTreeMap<PromptId, String>,
    votes: BTreeMap<(OutputId, OutputId), Votes>,
    /// How each output last came to each rater.
    drawn: BTreeMap<(OutputId, RaterId), (Way, f64)>,
}

impl Studio {
    /// Reads everything, never holding the project for long.
    pub(super) fn material(&self, which: &RubricRef) -> Result<Material, StudioError> {
        let (title, split, prompt, template) = self.with(|open| {
            let viewer = open.lead()?;
            let prompt = open.chosen_prompt(&viewer)?;
            let template = open.judge_template(&viewer, prompt.as_ref())?;
            Ok((open.project.name().to_owned(), open.split(&viewer)?, prompt, template))
        })?;
        let table = self.rating_table(which)?;
        let whole = self.chunks(|view, page| view.whole_cases(page))?;
        let cases: BTreeMap<CaseId, Case> = whole.into_iter().map(|c| (c.id, c)).collect();
        let golds = self.chunks(|view, page| view.golds(which, page))?;
        let mut golds: BTreeMap<OutputId, Gold> =
            golds.into_iter().map(|g| (g.output, g)).collect();
        let (mut golden, mut outputs) = (Vec::new(), BTreeMap::new());
        let mut prompts: BTreeMap<PromptId, String> = BTreeMap::new();
        for output in self.chunks(|view, page| view.whole_outputs(page))? {
            prompts.entry(output.prompt).or_default();
            if let (Some(gold), Some(case)) = (golds.remove(&output.id), cases.get(&output.case)) {
                golden.push(Golden { gold, output: output.clone(), case: case.clone() });
            }
            outputs.insert(output.id, output);
        }
        let ids: Vec<PromptId> = prompts.keys().copied().collect();
        for some in ids.chunks(500) {
            self.with(|open| {
                let viewer = open.viewer()?;
                let view = open.project.view(&viewer);
                for id in some {
                    prompts.insert(*id, view.prompt(*id)?.text);
                }
                Ok(())
            })?;
        }
        let synthetic = self.with(|open| {
            let viewer = open.viewer()?;
            Ok(open.project.view(&viewer).setting(SYNTHETIC)?.is_some_and(|v| v == true))
        })?;
        let held_out = cases.values().filter(|c| split.holds_out(&c.key)).map(|c| c.id).collect();
        let rubric = table.rubric.clone();
        Ok(Material {
            rubric,
            table,
            golden,
            held_out,
            cases,
            title,
            synthetic,
            template,
            prompt,
            outputs,
            prompts,
            votes: self.votes()?,
            drawn: self
                .chunks(|view, page| view.draws(which, page))?
                .into_iter()
                .map(|draw| ((draw.output, draw.rater), (draw.way, draw.probability)))
                .collect(),
        })
    }
}

impl Material {
    /// The rated outputs with their case, in the order of import.
    fn rated_outputs(&self) -> impl Iterator<Item = (&Output, &Case, Vec<&Rater>)> {
        self.table.outputs.iter().filter_map(|(id, case)| {
            let rated = |rater: &&Rater| self.table.ratings.contains_key(&(*id, rater.id));
            let raters = self.table.raters.iter().filter(rated).collect();
            Some((self.outputs.get(id)?, self.cases.get(case)?, raters))
        })
    }

    /// Every rated output, with codes in the place of names.
    pub fn rated(&self) -> Vec<Rated> {
        let codes = codes(&self.table.raters);
        let golds: BTreeMap<OutputId, &Gold> =
            self.golden.iter().map(|g| (g.output.id, &g.gold)).collect();
        let rated = |(output, case, raters): (&Output, &Case, Vec<&Rater>)| Rated {
            output: output.key.clone(),
            case: case.key.clone(),
            lang: case.lang,
            prompt: self.prompts.get(&output.prompt).cloned().unwrap_or_default(),
            text: output.text.clone(),
            reference: case.text.reference.clone(),
            gold: golds.get(&output.id).map(|g| (g.answers.clone(), g.provenance)),
            ratings: raters
                .iter()
                .filter_map(|rater| {
                    let rating = self.table.ratings.get(&(output.id, rater.id))?;
                    Some((codes.get(&rater.id)?.clone(), rating.answers.clone()))
                })
                .collect(),
            evidence: raters
                .iter()
                .filter_map(|rater| {
                    let rating = self.table.ratings.get(&(output.id, rater.id))?;
                    Some((codes.get(&rater.id)?.clone(), rating.evidence.clone()))
                })
                .collect(),
        };
        self.rated_outputs().map(rated).collect()
    }

    /// What people said of two outputs side by side, in the order of import.
    pub fn compared(&self) -> Vec<Compared> {
        let two = |(ids, votes): (&(OutputId, OutputId), &Votes)| {
            let (first, second) = (self.outputs.get(&ids.0)?, self.outputs.get(&ids.1)?);
            let case = self.cases.get(&first.case)?;
            let named = |output: &Output| (output.key.clone(), output.text.clone());
            Some(Compared {
                case: case.key.clone(),
                lang: case.lang,
                prompt: self.prompts.get(&first.prompt).cloned().unwrap_or_default(),
                first: named(first),
                second: named(second),
                votes: *votes,
            })
        };
        self.votes.iter().filter_map(two).collect()
    }

    /// The rows of the long table: one per rater and output.
    pub fn long_rows(&self) -> Vec<LongRow> {
        let codes = codes(&self.table.raters);
        let golds: BTreeMap<OutputId, &Golden> =
            self.golden.iter().map(|g| (g.output.id, g)).collect();
        let mut rows = Vec::new();
        for (output, case, raters) in self.rated_outputs() {
            let gold = golds.get(&output.id);
            let standing = match gold {
                Some(golden) => Standing::Gold(golden.gold.provenance),
                None if raters.len() < 2 => Standing::Single,
                None => Standing::Unresolved,
            };
            for rater in raters {
                let Some(rating) = self.table.ratings.get(&(output.id, rater.id)) else { continue };
                rows.push(LongRow {
                    case: case.key.clone(),
                    output: output.key.clone(),
                    lang: case.lang,
                    rater: codes.get(&rater.id).cloned().unwrap_or_default(),
                    profession: rater.profession.clone(),
                    rubric: self.rubric.reference(),
                    answers: rating.answers.clone(),
                    gold: gold.map(|g| g.gold.answers.clone()),
                    standing,
                    items: items(&self.rubric, case, output),
                    evidence: rating.evidence.clone(),
                    drawn: self.drawn.get(&(output.id, rater.id)).copied(),
                });
            }
        }
        rows
    }
}

/// Codes that stand for the raters in everything that leaves the project.
pub(crate) fn codes(raters: &[Rater]) -> BTreeMap<RaterId, String> {
    raters.iter().enumerate().map(|(i, r)| (r.id, format!("r{}", i + 1))).collect()
}

fn items(rubric: &Rubric, case: &Case, output: &Output) -> BTreeMap<String, Vec<String>> {
    let list = |c: &shinsa_domain::Criterion| match &c.kind {
        Kind::List { items: ItemSource::CaseAspects, .. } => {
            Some((c.id.clone(), case.text.aspects.clone()))
        }
        Kind::List { items: ItemSource::Output, .. } => {
            output.items.get(&c.id).map(|i| (c.id.clone(), i.clone()))
        }
        _ => None,
    };
    rubric.criteria.iter().filter_map(list).collect()
}
