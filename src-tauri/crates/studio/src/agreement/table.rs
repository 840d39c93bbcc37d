//! Locked ratings as tables, one per criterion.

use crate::{Studio, StudioError};
use shinsa_domain::rubric::{Base, Criterion, Kind};
use shinsa_domain::{Answer, CaseId, OutputId, Rater, RaterId, Rating, Rubric, RubricRef, Viewer};
use shinsa_stats::{Agreement, PairAgreement, Ratings, Resampling, Scale, clusters_of, pairwise};
use std::collections::{BTreeMap, BTreeSet};

/// Locked ratings of one rubric, ready for arithmetic.
pub(crate) struct RatingTable {
    pub rubric: Rubric,
    /// The people who rated, in the order in which they came to the project.
    pub raters: Vec<Rater>,
    /// In the order of import, with the case of each.
    pub outputs: Vec<(OutputId, CaseId)>,
    /// The locked rating of an output by a rater.
    pub ratings: BTreeMap<(OutputId, RaterId), Rating>,
    /// What each rater whose real id the viewer knows has rated, in the order in which
    /// that rater began.
    pub sequences: BTreeMap<RaterId, Vec<OutputId>>,
    /// On whose behalf it was read.
    pub viewer: Viewer,
    /// The cases' keys: resampling orders clusters by them, since ids differ from run to run.
    pub case_keys: BTreeMap<CaseId, String>,
}

impl RatingTable {
    /// The criteria that have numeric values, with their scale.
    pub fn criteria(&self) -> Vec<(&Criterion, Scale)> {
        self.rubric.asked().filter_map(|c| scale(c).map(|s| (c, s))).collect()
    }

    /// The values of one criterion.
    pub fn values(&self, criterion: &Criterion) -> Result<Ratings, StudioError> {
        let cell = |output: OutputId, rater: RaterId| {
            value(criterion, self.ratings.get(&(output, rater))?.answers.get(&criterion.id)?)
        };
        let rows = self
            .outputs
            .iter()
            .map(|(o, _)| self.raters.iter().map(|r| cell(*o, r.id)).collect())
            .collect();
        Ratings::new(self.raters.len(), rows)
            .map_err(|e| StudioError::new(e.code(), "The ratings do not form a table."))
    }

    /// The cluster (case) of each output.
    pub fn clusters(&self) -> Vec<usize> {
        let keys: Vec<&str> = self
            .outputs
            .iter()
            .map(|(_, case)| self.case_keys.get(case).map_or("", String::as_str))
            .collect();
        clusters_of(&keys)
    }

    /// The agreement on every criterion with values.
    pub fn agreement(&self, how: &Resampling) -> Result<Vec<(&Criterion, Agreement)>, StudioError> {
        let clusters = self.clusters();
        let of = |(c, scale): (_, Scale)| {
            Ok((c, Agreement::of(&self.values(c)?, &scale, &clusters, how)))
        };
        self.criteria().into_iter().map(of).collect()
    }

    /// Every pair of raters on one criterion.
    pub fn pairs(&self, id: &str, how: &Resampling) -> Result<Vec<PairAgreement>, StudioError> {
        match self.criteria().into_iter().find(|(c, _)| c.id == id) {
            Some((c, scale)) => Ok(pairwise(&self.values(c)?, &scale, &self.clusters(), how)),
            None => Ok(Vec::new()),
        }
    }
}

/// The criterion the headline figures are about: the one the score starts from,
/// else the first with values.
pub(crate) fn primary(rubric: &Rubric) -> Option<String> {
    match &rubric.scoring.base {
        Base::Criterion { id } => Some(id.clone()),
        _ => rubric.asked().find(|c| scale(c).is_some()).map(|c| c.id.clone()),
    }
}

/// The scale of a criterion's values, where it has any.
pub(crate) fn scale(criterion: &Criterion) -> Option<Scale> {
    match &criterion.kind {
        Kind::Scale { levels } => {
            Some(Scale::Ordinal(levels.iter().map(|l| f64::from(l.value)).collect()))
        }
        Kind::Number { .. } | Kind::Deductions { .. } => Some(Scale::Number),
        Kind::Flag | Kind::Points { .. } => Some(Scale::Nominal(vec![0.0, 1.0])),
        #[allow(clippy::cast_precision_loss)] // a handful of options
        Kind::Choice { options } => {
            Some(Scale::Nominal((0..options.len()).map(|i| i as f64).collect()))
        }
        Kind::List { .. } | Kind::Text { .. } => None,
    }
}

/// An answer as a number on its criterion's scale: a flag as 0 and 1, an option
/// by its place, deductions by the points they take off.
pub(crate) fn value(criterion: &Criterion, answer: &Answer) -> Option<f64> {
    match &criterion.kind {
        Kind::Scale { .. } | Kind::Number { .. } => answer.number(),
        Kind::Flag | Kind::Points { .. } => answer.bool().map(|b| f64::from(u8::from(b))),
        #[allow(clippy::cast_precision_loss)] // a handful of options
        Kind::Choice { options } => match answer {
            Answer::Text(id) => options.iter().position(|o| &o.id == id).map(|i| i as f64),
            _ => None,
        },
        Kind::Deductions { items } => {
            let found = answer.labels()?;
            Some(items.iter().filter(|i| found.contains(&i.id)).map(|i| i.points).sum())
        }
        Kind::List { .. } | Kind::Text { .. } => None,
    }
}

/// The raters as columns of a table. To all but a lead, others' ids are veiled
/// and fit no person: their ratings are then given to nameless columns, each
/// output's in the order of the veiled ids.
fn columns(people: Vec<Rater>, ratings: &mut BTreeMap<(OutputId, RaterId), Rating>) -> Vec<Rater> {
    let known: BTreeSet<RaterId> = people.iter().map(|r| r.id).collect();
    let who: BTreeSet<RaterId> = ratings.keys().map(|(_, r)| *r).collect();
    let mut raters: Vec<Rater> = people.into_iter().filter(|r| who.contains(&r.id)).collect();
    let veiled: Vec<(OutputId, RaterId)> =
        ratings.keys().filter(|(_, r)| !known.contains(r)).copied().collect();
    let (mut column, mut before) = (0_u64, None);
    for key in veiled {
        column = if before == Some(key.0) { column + 1 } else { 1 };
        before = Some(key.0);
        let id = RaterId(uuid::Uuid::from_u64_pair(0, column));
        if raters.iter().all(|r| r.id != id) {
            raters.push(Rater {
                id,
                name: String::new(),
                profession: String::new(),
                role: shinsa_domain::Role::Rater,
            });
        }
        if let Some(rating) = ratings.remove(&key) {
            ratings.insert((key.0, id), rating);
        }
    }
    raters
}

impl Studio {
    /// The locked ratings the viewer may count.
    pub(crate) fn rating_table(&self, rubric: &RubricRef) -> Result<RatingTable, StudioError> {
        let rubric = self.rubric(rubric)?;
        let which = rubric.reference();
        let mut ratings = BTreeMap::new();
        let mut sequences: BTreeMap<RaterId, Vec<OutputId>> = BTreeMap::new();
        for rating in self.chunks(|view, page| view.ratings(&which, true, page))? {
            sequences.entry(rating.rater).or_default().push(rating.output);
            ratings.insert((rating.output, rating.rater), rating);
        }
        let rated: BTreeSet<OutputId> = ratings.keys().map(|(o, _)| *o).collect();
        let (mut outputs, mut case_keys) = (Vec::new(), BTreeMap::new());
        let rows = self.chunks(|view, page| view.outputs(None, page))?;
        for row in rows.into_iter().filter(|row| rated.contains(&row.id)) {
            case_keys.insert(row.case, row.case_key);
            outputs.push((row.id, row.case));
        }
        let (people, viewer) = self.with(|open| Ok((open.project.people()?, open.viewer()?)))?;
        sequences.retain(|rater, _| people.iter().any(|p| p.id == *rater));
        let raters = columns(people, &mut ratings);
        Ok(RatingTable { rubric, raters, outputs, ratings, sequences, viewer, case_keys })
    }
}

/// The seed of every resampling: fixed, so that the same ratings always show
/// the same interval.
pub(crate) const SEED: u64 = 20_260_701;
