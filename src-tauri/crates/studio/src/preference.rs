//! Comparing two outputs of one case, side by side: which is better, and why.

use crate::case::parse;
use crate::pace::{MOST_ACTIVE_MS, idle_limit_s};
use crate::project::small;
use crate::studio::{Open, every};
use crate::view::CaseView;
use crate::{Ctx, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{EventId, Opinion, OutputId, Pair, PairId, Preferred, PromptId, Viewer, Votes};
use shinsa_store::PairRow;
use std::collections::BTreeMap;

/// A pair in the viewer's queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PairEntry {
    /// The pair.
    pub id: String,
    /// What was said of it; nothing while it is open.
    pub choice: Option<Preferred>,
}

/// What the viewer has to compare, in the viewer's own random order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PairQueue {
    /// In order.
    pub entries: Vec<PairEntry>,
    /// How many are done.
    pub done: u32,
}

/// Two outputs side by side, and nothing that says where they come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PairItem {
    /// The pair.
    pub id: String,
    /// The case that both answer.
    pub case: CaseView,
    /// The prompt, where it differs from the case's text.
    pub prompt: Option<String>,
    /// The one on the left.
    pub a: String,
    /// The one on the right.
    pub b: String,
    /// Which is better; nothing while it is open.
    pub choice: Option<Preferred>,
    /// Why; may be empty.
    pub reason: String,
    /// Seconds without a sign of life after which its reader counts as away.
    pub idle_limit_s: u32,
}

/// Keeps what the viewer says of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SavePreference {
    /// The pair.
    pub id: String,
    /// Which is better; nothing opens it again.
    pub choice: Option<Preferred>,
    /// Why; may be empty.
    #[serde(default)]
    pub reason: String,
    /// Milliseconds of active work on the pair since its last change.
    #[serde(default)]
    pub active_ms: u32,
}

/// A preference as the viewer may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PreferenceRow {
    /// Key of the case.
    pub case: String,
    /// Key of the output shown as A.
    pub a: String,
    /// Key of the output shown as B.
    pub b: String,
    /// The rater's name.
    pub rater: String,
    /// Which is better.
    pub choice: Preferred,
    /// Why; may be empty.
    pub reason: String,
}

/// Preferences, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Preferences {
    /// Those that were said, in the order of the queues.
    pub rows: Vec<PreferenceRow>,
    /// Pairs that somebody has to compare, said or not.
    pub pairs: u32,
    /// Of those said: A is better.
    pub a: u32,
    /// B is better.
    pub b: u32,
    /// Neither.
    pub ties: u32,
    /// Could not be judged.
    pub cannot_judge: u32,
}

/// Characters of a reason that are kept.
const MOST_REASON: usize = 2_000;

impl Studio {
    /// What the viewer has to compare: every two different outputs for one prompt,
    /// in an order and on sides that are random, the viewer's own, and stored.
    ///
    /// # Errors
    /// `not-signed-in`.
    pub fn pair_queue(&self) -> Result<PairQueue, StudioError> {
        self.with(|open| {
            let viewer = open.viewer()?;
            open.ensure_pairs(&self.ctx, &viewer)?;
            let view = open.project.view(&viewer);
            let entries: Vec<PairEntry> = every(|page| view.pairs(page))?
                .into_iter()
                .map(|r| PairEntry { id: r.pair.id.to_string(), choice: r.opinion.choice })
                .collect();
            let done = small(entries.iter().filter(|e| e.choice.is_some()).count());
            Ok(PairQueue { entries, done })
        })
    }

    /// Two outputs side by side.
    ///
    /// # Errors
    /// `not-found` (for another's pair too), `bad-id`.
    pub fn open_pair(&self, id: &str) -> Result<PairItem, StudioError> {
        let id = parse::<PairId>(id)?;
        self.with(|open| {
            let viewer = open.viewer()?;
            open.pair_item(&viewer, id)
        })
    }

    /// Keeps what the viewer says of a pair.
    ///
    /// # Errors
    /// `not-found` (for another's pair too), `bad-id`.
    pub fn save_preference(&self, request: &SavePreference) -> Result<PairItem, StudioError> {
        let pair = parse::<PairId>(&request.id)?;
        self.with(|open| {
            let viewer = open.viewer()?;
            let opinion = Opinion {
                choice: request.choice,
                reason: request.reason.chars().take(MOST_REASON).collect(),
            };
            let op = open.op(&self.ctx, "prefer")?;
            let id = EventId::new(self.ctx.now(), self.ctx.random());
            let active = request.active_ms.min(MOST_ACTIVE_MS);
            open.project.transact(&op, |tx| tx.prefer(id, pair, &opinion, active))?;
            open.pair_item(&viewer, pair)
        })
    }

    /// Takes back the viewer's last change of a preference; returns on which pair.
    ///
    /// # Errors
    /// `not-signed-in`.
    pub fn undo_preference(&self) -> Result<Option<String>, StudioError> {
        self.with(|open| {
            let op = open.op(&self.ctx, "undo-preference")?;
            let id = EventId::new(self.ctx.now(), self.ctx.random());
            let undone = open.project.transact(&op, |tx| tx.undo_preference(id))?;
            Ok(undone.map(|pair| pair.to_string()))
        })
    }

    /// The preferences that the viewer may see: a lead everyone's, others their own.
    ///
    /// # Errors
    /// `not-signed-in`.
    pub fn preferences(&self) -> Result<Preferences, StudioError> {
        let names: BTreeMap<_, String> = self.with(|open| {
            open.viewer()?;
            Ok(open.project.people()?.into_iter().map(|r| (r.id, r.name)).collect())
        })?;
        let keys: BTreeMap<OutputId, (String, String)> = self
            .chunks(|view, page| view.outputs(None, page))?
            .into_iter()
            .map(|row| (row.id, (row.key, row.case_key)))
            .collect();
        let mut all = Preferences::default();
        for PairRow { pair, opinion } in self.chunks(|view, page| view.preferences(page))? {
            all.pairs += 1;
            let Some(choice) = opinion.choice else { continue };
            *match choice {
                Preferred::A => &mut all.a,
                Preferred::B => &mut all.b,
                Preferred::Tie => &mut all.ties,
                Preferred::CannotJudge => &mut all.cannot_judge,
            } += 1;
            let (a, case) = keys.get(&pair.a).cloned().unwrap_or_default();
            let (b, _) = keys.get(&pair.b).cloned().unwrap_or_default();
            let rater = names.get(&pair.rater).cloned().unwrap_or_default();
            all.rows.push(PreferenceRow { case, a, b, rater, choice, reason: opinion.reason });
        }
        Ok(all)
    }

    /// Everyone's votes on two outputs, the one that came first in the project
    /// first. For exports, which a lead makes.
    pub(crate) fn votes(&self) -> Result<BTreeMap<(OutputId, OutputId), Votes>, StudioError> {
        let mut votes: BTreeMap<(OutputId, OutputId), Votes> = BTreeMap::new();
        for PairRow { pair, opinion } in self.chunks(|view, page| view.preferences(page))? {
            let swapped = pair.b < pair.a;
            let two = if swapped { (pair.b, pair.a) } else { (pair.a, pair.b) };
            if let Some(choice) = opinion.choice {
                votes.entry(two).or_default().count(choice, swapped);
            }
        }
        Ok(votes)
    }
}

impl Open {
    fn pair_item(&self, viewer: &Viewer, id: PairId) -> Result<PairItem, StudioError> {
        let view = self.project.view(viewer);
        let PairRow { pair, opinion } = view.pair(id)?;
        let (a, b) = (view.output(pair.a)?, view.output(pair.b)?);
        let case = view.case(a.case)?;
        let prompt = view.prompt(a.prompt)?.text;
        let both = format!("{}{}", a.text, b.text);
        Ok(PairItem {
            id: id.to_string(),
            prompt: (prompt != case.text.what).then_some(prompt),
            idle_limit_s: idle_limit_s(&case.text, &both),
            case: CaseView::of(&case),
            a: a.text,
            b: b.text,
            choice: opinion.choice,
            reason: opinion.reason,
        })
    }

    /// Makes the viewer's pairs where there are none, or where outputs have come
    /// since. Order and sides come of a hash of rater and outputs: random, another
    /// for every rater, and stored with the pair.
    fn ensure_pairs(&mut self, ctx: &Ctx, viewer: &Viewer) -> Result<(), StudioError> {
        let view = self.project.view(viewer);
        if !view.pairs_are_stale()? {
            return Ok(());
        }
        let mut by_prompt: BTreeMap<PromptId, Vec<(OutputId, String)>> = BTreeMap::new();
        for output in every(|page| view.whole_outputs(page))? {
            by_prompt.entry(output.prompt).or_default().push((output.id, output.text));
        }
        let mut pairs = Vec::new();
        for outputs in by_prompt.values() {
            for (place, (first, text)) in outputs.iter().enumerate() {
                for (second, other) in &outputs[place + 1..] {
                    if text != other {
                        let key = format!("pair\n{}\n{first}\n{second}", viewer.rater);
                        let hash = *blake3::hash(key.as_bytes()).as_bytes();
                        let swap = hash[0] & 1 == 1;
                        let (a, b) = if swap { (*second, *first) } else { (*first, *second) };
                        let id = PairId::new(ctx.now(), ctx.random());
                        pairs.push((hash, Pair { id, rater: viewer.rater, a, b }));
                    }
                }
            }
        }
        // By the hash's other bytes, so that the order says nothing of the sides.
        pairs.sort_by_key(|(hash, _)| {
            let mut order = [0; 31];
            order.copy_from_slice(&hash[1..]);
            order
        });
        let pairs: Vec<Pair> = pairs.into_iter().map(|(_, pair)| pair).collect();
        if pairs.is_empty() {
            return Ok(());
        }
        let op = self.op_of_lead(ctx, "make-pairs")?;
        self.project.transact(&op, |tx| tx.add_pairs(&pairs).map(|_| ()))?;
        Ok(())
    }
}
