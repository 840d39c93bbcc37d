//! Locked ratings as tables, one per criterion.

use super::Question;
use crate::{Studio, StudioError};
use shinsa_domain::rubric::{Base, Criterion, Kind};
use shinsa_domain::{Answer, CaseId, OutputId, Rater, RaterId, Rating, Rubric, RubricRef, Viewer};
use shinsa_stats::{Agreement, PairAgreement, Ratings, Resampling, Scale, clusters_of, pairwise};
use std::collections::{BTreeMap, BTreeSet};

/// The values of one question.
pub(crate) struct Values {
    /// A row for each output or item, a column for each rater.
    pub ratings: Ratings,
    /// The place of each row's output among the table's.
    pub places: Vec<usize>,
    /// The cluster (case) of each row.
    pub clusters: Vec<usize>,
}

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
    /// The values of one question: a row for each output, or for each item of its list.
    pub fn values(&self, question: &Question<'_>) -> Result<Values, StudioError> {
        let (mut rows, mut places) = (Vec::new(), Vec::new());
        for (place, (output, _)) in self.outputs.iter().enumerate() {
            let of = |rater: &Rater| {
                let rating = self.ratings.get(&(*output, rater.id));
                rating.map_or_else(Vec::new, |rating| question.values(&rating.answers))
            };
            let said: Vec<Vec<Option<f64>>> = self.raters.iter().map(of).collect();
            for item in 0..said.iter().map(Vec::len).max().unwrap_or(0) {
                rows.push(said.iter().map(|own| own.get(item).copied().flatten()).collect());
                places.push(place);
            }
        }
        let ratings = Ratings::new(self.raters.len(), rows)
            .map_err(|e| StudioError::new(e.code(), "The ratings do not form a table."))?;
        let of_outputs = self.clusters();
        let clusters = places.iter().map(|place| of_outputs[*place]).collect();
        Ok(Values { ratings, places, clusters })
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

    /// The agreement on every question with values.
    pub fn agreement(
        &self,
        how: &Resampling,
    ) -> Result<Vec<(Question<'_>, Agreement)>, StudioError> {
        let mut all = Vec::new();
        for question in Question::all(&self.rubric) {
            let values = self.values(&question)?;
            let told = Agreement::of(&values.ratings, &question.scale, &values.clusters, how);
            all.push((question, told));
        }
        Ok(all)
    }

    /// Every pair of raters on one question.
    pub fn pairs(&self, id: &str, how: &Resampling) -> Result<Vec<PairAgreement>, StudioError> {
        let Some(question) = Question::all(&self.rubric).into_iter().find(|q| q.id == id) else {
            return Ok(Vec::new());
        };
        let values = self.values(&question)?;
        Ok(pairwise(&values.ratings, &question.scale, &values.clusters, how))
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
