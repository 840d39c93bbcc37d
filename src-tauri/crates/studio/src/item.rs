//! What is being rated: an output with all that its rating rests on, whether it comes for
//! the first or the second time.

use crate::rate::SavedRating;
use crate::studio::Open;
use crate::{Ctx, StudioError};
use shinsa_domain::rubric::{Criterion, ItemSource, Kind};
use shinsa_domain::{
    Case, EventId, Operation, Output, OutputId, Rating, RatingEvent, RepeatId, Rubric, RubricRef,
    Viewer, check, score,
};
use std::collections::BTreeMap;

use crate::pace::MOST_ACTIVE_MS;

/// An output with what its rating rests on.
pub(crate) struct Item {
    pub output: Output,
    pub case: Case,
    pub rubric: Rubric,
    /// Where it has come to its rater again: the id under which it came.
    pub again: Option<RepeatId>,
}

impl Item {
    /// The id under which its rater knows it.
    pub fn shown(&self) -> OutputId {
        self.again.map_or(self.output.id, |id| OutputId(id.0))
    }
}

/// The frozen items per list criterion.
pub(crate) fn frozen_items(item: &Item) -> BTreeMap<String, Vec<String>> {
    let of = |criterion: &Criterion| match &criterion.kind {
        Kind::List { items: ItemSource::CaseAspects, .. } => Some(item.case.text.aspects.clone()),
        Kind::List { items: ItemSource::Output, .. } => {
            Some(item.output.items.get(&criterion.id).cloned().unwrap_or_default())
        }
        _ => None,
    };
    item.rubric.criteria.iter().filter_map(|c| Some((c.id.clone(), of(c)?))).collect()
}

/// The versions that carried answers come from.
pub(crate) fn versions(carried: BTreeMap<String, RubricRef>) -> BTreeMap<String, u32> {
    carried.into_iter().map(|(criterion, from)| (criterion, from.version)).collect()
}

impl Open {
    /// An output by its own id.
    pub(crate) fn item(
        &self,
        viewer: &Viewer,
        output: OutputId,
        rubric: &RubricRef,
    ) -> Result<Item, StudioError> {
        let rubric = self.rubric(viewer, rubric)?;
        let view = self.project.view(viewer);
        let output = view.output(output)?;
        let case = view.case(output.case)?;
        Ok(Item { output, case, rubric, again: None })
    }

    /// What the viewer rates, by the id under which it is in the viewer's queue.
    ///
    /// # Errors
    /// `comes-later` for an output that the viewer is rating a second time: the first
    /// rating is not shown until the second is ended; `not-assigned` where a plan gives it
    /// to others and the viewer has not begun it.
    pub(crate) fn rated_item(
        &self,
        viewer: &Viewer,
        shown: OutputId,
        rubric: &RubricRef,
    ) -> Result<Item, StudioError> {
        let view = self.project.view(viewer);
        if let Some(repeat) = view.repeat(RepeatId(shown.0))?.filter(|r| r.rubric == *rubric) {
            let item = self.item(viewer, repeat.output, rubric)?;
            return Ok(Item { again: Some(repeat.id), ..item });
        }
        if view.awaits_second(shown)? {
            return Err(StudioError::new(
                "comes-later",
                "This output can't be opened just now. Go on with the next one.",
            ));
        }
        let item = self.item(viewer, shown, rubric)?;
        if view.outside_plan(shown, rubric)? {
            return Err(StudioError::new(
                "not-assigned",
                "The plan doesn't give this output to you. Ask the lead, who can plan anew.",
            )
            .with("output", &item.output.key));
        }
        Ok(item)
    }

    /// The viewer's rating of an item as stored.
    pub(crate) fn own(&self, viewer: &Viewer, item: &Item) -> Result<Option<Rating>, StudioError> {
        let view = self.project.view(viewer);
        Ok(match item.again {
            Some(id) => view.second_rating(id)?,
            None => view.own_rating(item.output.id, &item.rubric.reference())?,
        })
    }

    /// The viewer's rating of an item as it stands.
    pub(crate) fn saved(&self, viewer: &Viewer, item: &Item) -> Result<SavedRating, StudioError> {
        let begun = || Rating::begun(viewer.rater, item.output.id, item.rubric.reference());
        let rating = self.own(viewer, item)?.unwrap_or_else(begun);
        Ok(SavedRating {
            problems: check(&item.rubric, &item.case.text, &item.output, &rating.answers, true),
            score: score(&item.rubric, &rating.answers),
            answers: rating.answers,
            locked: rating.locked,
            skipped: rating.skipped,
            flag: rating.flag,
            carried: versions(rating.carried),
            evidence: rating.evidence,
        })
    }

    /// Changes the viewer's rating of an item. One that was ended is opened again first,
    /// so that a rater can correct it.
    pub(crate) fn change(
        &mut self,
        ctx: &Ctx,
        viewer: &Viewer,
        item: &Item,
        operation: Operation,
        active_ms: u32,
    ) -> Result<(), StudioError> {
        let locked = self.own(viewer, item)?.is_some_and(|rating| rating.locked);
        let operations = if locked { vec![Operation::Unlock, operation] } else { vec![operation] };
        self.append(ctx, viewer, item, operations, active_ms, "rate")
    }

    /// Appends to the viewer's rating of an item, in one named operation.
    pub(crate) fn append(
        &mut self,
        ctx: &Ctx,
        viewer: &Viewer,
        item: &Item,
        operations: Vec<Operation>,
        active_ms: u32,
        name: &'static str,
    ) -> Result<(), StudioError> {
        let op = self.op(ctx, name)?;
        // The time belongs to the change itself, not to the unlocking before it.
        let last = operations.len().saturating_sub(1);
        let events: Vec<RatingEvent> = operations
            .into_iter()
            .enumerate()
            .map(|(index, operation)| RatingEvent {
                id: EventId::new(ctx.now(), ctx.random()),
                device: op.device,
                sequence: 0,
                rater: viewer.rater,
                output: item.output.id,
                rubric: item.rubric.reference(),
                operation,
                parent: None,
                at: ctx.now(),
                active_ms: if index == last { active_ms.min(MOST_ACTIVE_MS) } else { 0 },
            })
            .collect();
        self.project.transact(&op, |tx| match item.again {
            Some(id) => tx.append_second(id, &events),
            None => tx.append_events(&events).map(|_| ()),
        })?;
        Ok(())
    }
}
