//! How the rated outputs came to their raters, and shares weighted by it.
//!
//! What is weighted are ratings, each by the probability of its own draw. Gold is not: an
//! output has gold when enough people happened to draw it, and how likely that was nobody
//! has stored.

use super::judges::harm_title;
use crate::agreement::{DrawnCounts, RatingTable};
use shinsa_domain::{Draw, OutputId, RaterId, Rating, score};
use shinsa_report::{DrawnFigures, DrawnShare, DrawnWhat};
use shinsa_stats::{
    DrawStep, Resampling, Undefined, cluster_bootstrap, draw_weights, effective_size, unbroken,
    weighted_mean,
};
use std::collections::BTreeMap;

/// What to say of the draws; nothing where all were even.
pub(super) fn drawn_figures(
    table: &RatingTable,
    counts: DrawnCounts,
    draws: &[Draw],
    how: &Resampling,
) -> Option<DrawnFigures> {
    if counts.weighed() == 0 {
        return None;
    }
    let weights = weights(table, draws);
    let mut shares = Vec::new();
    let mut share = |what, says: &dyn Fn(&Rating) -> Option<bool>| {
        shares.push(share_of(table, &weights, what, says, how));
    };
    if let Some(title) = harm_title(&table.rubric) {
        share(DrawnWhat::Harm(title), &|rating| score(&table.rubric, &rating.answers).harm);
    }
    if let Some(best) = table.rubric.scoring.thresholds.first() {
        share(DrawnWhat::Label(best.label.clone()), &|rating| {
            let scored = score(&table.rubric, &rating.answers);
            scored.total.map(|_| scored.label.as_ref() == Some(&best.label))
        });
    }
    let n = |count: u32| count as usize;
    Some(DrawnFigures {
        random: n(counts.random),
        disagreement: n(counts.disagreement),
        uncertainty: n(counts.uncertainty),
        not_drawn: n(counts.not_drawn),
        shares,
    })
}

/// The weight of each rating whose draw is one of its rater's unbroken ones. The draw that
/// its rater has not ended yet is left out; what was drawn and then left for later keeps
/// its place in the sequence and has no rating.
fn weights(table: &RatingTable, draws: &[Draw]) -> BTreeMap<(OutputId, RaterId), f64> {
    let mut of: BTreeMap<RaterId, Vec<&Draw>> = BTreeMap::new();
    for draw in draws {
        of.entry(draw.rater).or_default().push(draw);
    }
    let mut weights = BTreeMap::new();
    for own in of.values_mut() {
        let ended = |draw: &Draw| table.ratings.contains_key(&(draw.output, draw.rater));
        if own.last().is_some_and(|draw| !ended(draw)) {
            own.pop();
        }
        let mut steps: Vec<DrawStep> =
            own.iter().map(|d| DrawStep { probability: d.probability, among: d.among }).collect();
        steps.truncate(unbroken(&steps));
        for (draw, weight) in own.iter().zip(draw_weights(&steps).unwrap_or_default()) {
            weights.insert((draw.output, draw.rater), weight);
        }
    }
    weights
}

fn share_of(
    table: &RatingTable,
    weights: &BTreeMap<(OutputId, RaterId), f64>,
    what: DrawnWhat,
    says: &dyn Fn(&Rating) -> Option<bool>,
    how: &Resampling,
) -> DrawnShare {
    // In the order of import and of raters: ids are new in every run.
    let (mut plain, mut of_all) = (Vec::new(), Vec::new());
    let (mut weighted, mut of_drawn) = (Vec::new(), Vec::new());
    for ((output, _), case) in table.outputs.iter().zip(table.clusters()) {
        for rater in &table.raters {
            let key = (*output, rater.id);
            let Some(said) = table.ratings.get(&key).and_then(says) else { continue };
            let value = f64::from(u8::from(said));
            plain.push((1.0, value));
            of_all.push(case);
            if let Some(weight) = weights.get(&key) {
                weighted.push((*weight, value));
                of_drawn.push(case);
            }
        }
    }
    let estimate = |pairs: &[(f64, f64)], clusters: &[usize], name: &str| {
        let mean = |rows: &[usize]| -> Result<f64, Undefined> {
            weighted_mean(&rows.iter().map(|row| pairs[*row]).collect::<Vec<_>>())
        };
        cluster_bootstrap(clusters, how, name, &mean)
    };
    let drawn: Vec<f64> = weighted.iter().map(|(weight, _)| *weight).collect();
    DrawnShare {
        what,
        plain: estimate(&plain, &of_all, "share-of-ratings"),
        weighted: estimate(&weighted, &of_drawn, "share-of-ratings-lure-hajek"),
        effective: effective_size(&drawn).ok(),
    }
}
