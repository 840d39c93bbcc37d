//! Drawing what comes next.
//!
//! An output that was shown stays the current one until it is ended or left for later.
//! Then either one comes again (with the chance that spreads what is still to come again
//! evenly over what is left) or one of those left is drawn:
//!
//! - *random*: the next one in the rater's stored random order. Each of n left was as
//!   likely: p = 1/n.
//! - *disagreement*, *uncertainty*: of n left, m = min(n, [`WEIGHED`]) are taken evenly and
//!   weighed; one is drawn from [`mixture`] of their scores with floor [`EVEN`]. p is that
//!   of both steps: m/n * (EVEN/m + (1 - EVEN) * s_i / sum(s)).
//!
//! p is conditional on what was left, as the estimators for such draws without replacement
//! take it: Des Raj, JASA 51 (1956) 269; Farquhar, Gal and Rainforth, "On statistical bias
//! in active learning", ICLR 2021 (LURE, with `among` = N - m + 1). For the two steps:
//! Särndal, Swensson and Wretman, Model Assisted Survey Sampling (1992), 9.3.

use crate::item::Item;
use crate::studio::Open;
use crate::{Ctx, StudioError};
use serde_json::json;
use shinsa_domain::{Draw, OutputId, QueueRule, RepeatId, RubricRef, Viewer, Way};
use shinsa_stats::{Rng, mixture, pick, subset};

/// The share of draws that take each of those weighed with the same chance. So nobody can
/// tell from a draw more than that its score is likely to be higher, and no weight by
/// inverse probability is above 1/EVEN times that of an even draw.
const EVEN: f64 = 0.5;

/// Outputs weighed for one draw at most: it takes the same time in a project of any size.
const WEIGHED: usize = 256;

const DAY_MS: i64 = 86_400_000;

impl Open {
    /// What comes next for the viewer after `here`; `here` itself when it is neither
    /// ended nor left for later. `None` when all is done.
    pub(crate) fn next_case(
        &mut self,
        ctx: &Ctx,
        viewer: &Viewer,
        rubric: &RubricRef,
        here: Option<&Item>,
    ) -> Result<Option<OutputId>, StudioError> {
        let view = self.project.view(viewer);
        let repeats = view.open_repeats(rubric)?;
        if let Some(repeat) = repeats.iter().find(|r| !r.skipped) {
            return Ok(Some(OutputId(repeat.id.0)));
        }
        if let Some(output) = view.drawn(rubric)? {
            return Ok(Some(output));
        }
        let left = view.count_left(rubric)?;
        let rule = self.queue_rule(rubric)?;
        if let Some(again) = self.come_again(ctx, viewer, rubric, &rule, left)? {
            return Ok(Some(again));
        }
        let way = self.queue_order(viewer, rubric)?.way;
        let seed = u64::from_le_bytes(ctx.random());
        let drawn = match (left, way) {
            (0, _) => None,
            (_, Way::Random) => self.in_order(viewer, rubric, here, left)?,
            _ => self.weighed(viewer, rubric, way, &rule, seed)?,
        };
        if let Some((output, probability, recipe)) = drawn {
            let draw = Draw {
                rater: viewer.rater,
                output,
                rubric: rubric.clone(),
                way,
                probability,
                among: u32::try_from(left).unwrap_or(u32::MAX),
                recipe,
                at: ctx.now(),
            };
            let op = self.op_of_lead(ctx, "draw")?;
            self.project.transact(&op, |tx| tx.insert_draw(&draw))?;
            return Ok(Some(output));
        }
        // Only what was left for later is left, in the stored order.
        let view = self.project.view(viewer);
        let shown = here.map(Item::shown);
        let later = view.next_in_queue(rubric, self.place(viewer, rubric, here)?)?;
        let again = repeats.iter().map(|r| OutputId(r.id.0));
        let all: Vec<OutputId> = later.map(|row| row.output).into_iter().chain(again).collect();
        Ok(all.iter().find(|id| Some(**id) != shown).or(all.first()).copied())
    }

    fn place(
        &self,
        viewer: &Viewer,
        rubric: &RubricRef,
        here: Option<&Item>,
    ) -> Result<i64, StudioError> {
        let Some(item) = here.filter(|item| item.again.is_none()) else { return Ok(0) };
        Ok(self.project.view(viewer).place_in_queue(rubric, item.output.id)?.unwrap_or(0))
    }

    /// The next one in the rater's stored order.
    fn in_order(
        &self,
        viewer: &Viewer,
        rubric: &RubricRef,
        here: Option<&Item>,
        left: u64,
    ) -> Result<Option<(OutputId, f64, serde_json::Value)>, StudioError> {
        let place = self.place(viewer, rubric, here)?;
        let next = self.project.view(viewer).next_in_queue(rubric, place)?;
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        Ok(next.map(|row| (row.output, 1.0 / left as f64, json!({}))))
    }

    /// One of those left, likelier the higher its score.
    fn weighed(
        &self,
        viewer: &Viewer,
        rubric: &RubricRef,
        way: Way,
        rule: &QueueRule,
        seed: u64,
    ) -> Result<Option<(OutputId, f64, serde_json::Value)>, StudioError> {
        let view = self.project.view(viewer);
        let places = view.places_left(rubric)?;
        let taken = subset(places.len(), WEIGHED, &mut Rng::new(seed, 0));
        let mut outputs = Vec::with_capacity(taken.len());
        for index in &taken {
            outputs.extend(view.output_at(places[*index])?);
        }
        let scores = self.scores(viewer, rubric, way, rule.run, &outputs)?;
        let probabilities = mixture(&scores, EVEN);
        let Some(one) = pick(&probabilities, Rng::new(seed, 1).unit()) else { return Ok(None) };
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let taken_share = outputs.len() as f64 / places.len() as f64;
        let recipe = json!({
            "seed": seed.to_string(),
            "even": EVEN,
            "weighed": outputs.len(),
            "score": scores[one],
            "run": rule.run.filter(|_| way == Way::Uncertainty).map(|run| run.to_string()),
        });
        Ok(Some((outputs[one], taken_share * probabilities[one], recipe)))
    }

    /// Brings an output to the viewer again, where it is time for one.
    ///
    /// Of D still to come again and L left to rate, one comes again with the chance
    /// D / (D + L): the draw-by-draw form of shuffling D among L.
    fn come_again(
        &mut self,
        ctx: &Ctx,
        viewer: &Viewer,
        rubric: &RubricRef,
        rule: &QueueRule,
        left: u64,
    ) -> Result<Option<OutputId>, StudioError> {
        if rule.again_share <= 0.0 {
            return Ok(None);
        }
        let view = self.project.view(viewer);
        #[allow(clippy::cast_precision_loss)] // far below 2^53
        let [assigned, kept, left] =
            [view.progress(rubric)?.assigned, view.repeats_kept(rubric)?, left].map(|n| n as f64);
        let due = ((rule.again_share * assigned).round() - kept).max(0.0);
        let mut rng = Rng::new(u64::from_le_bytes(ctx.random()), 0);
        if due == 0.0 || rng.unit() >= due / (due + left) {
            return Ok(None);
        }
        let before = ctx.now() - i64::from(rule.again_days) * DAY_MS;
        let may = view.may_come_again(rubric, rule.again_items, before)?;
        let count = u64::try_from(may.len()).unwrap_or(u64::MAX);
        let index = usize::try_from(rng.below(count)).unwrap_or(0);
        let Some(output) = may.get(index).copied() else { return Ok(None) };
        let id = RepeatId::new(ctx.now(), ctx.random());
        let op = self.op_of_lead(ctx, "come-again")?;
        self.project.transact(&op, |tx| tx.begin_repeat(id, viewer.rater, output, rubric))?;
        Ok(Some(OutputId(id.0)))
    }
}
