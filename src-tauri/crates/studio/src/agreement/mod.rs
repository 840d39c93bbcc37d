//! How far raters agree. What a rater sees covers only what that rater has locked.

mod question;
mod table;

pub(crate) use question::Question;
pub(crate) use table::{RatingTable, SEED, Values, primary, scale, value};

use crate::project::small;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::rubric::Kind;
use shinsa_domain::{OutputId, Role, RubricRef, Text, Way};
use shinsa_stats::{Estimate, Hand, Live, PairAgreement, Ratings, Resampling, hand, live};
use std::collections::BTreeMap;

/// Names a rubric of the open project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RubricRequest {
    /// Which version.
    pub rubric: RubricRef,
}

/// The agreement on one criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CriterionAgreement {
    /// The criterion; `drugs[].label` for one that is asked of every item of a list.
    pub id: String,
    /// Its label.
    pub title: Text,
    /// Whether each item of a list is compared, and not each output.
    pub of_items: bool,
    /// Outputs, or items of them, with two ratings or more.
    pub units: u32,
    /// Share of agreeing pairs.
    pub raw: Interval,
    /// Krippendorff's alpha with the criterion's own metric.
    pub alpha: Interval,
    /// Gwet's AC1 or AC2; none for free numbers.
    pub ac: Option<Interval>,
    /// Cohen's or the quadratic weighted kappa, the mean over pairs of raters; none for
    /// free numbers, and for one who may know no rater.
    pub kappa: Option<Interval>,
    /// ICC(2,1); none for labels without an order.
    pub icc: Option<Interval>,
    /// What the figures say together: the code of a sentence.
    pub reading: String,
    /// Every pair of raters that the viewer may know.
    pub pairs: Vec<PairView>,
    /// Severity and drift of every rater that the viewer may know; none for a choice,
    /// whose options have no order.
    pub hands: Vec<HandView>,
}

/// A figure with its interval; what is undefined says why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Interval {
    /// The figure.
    pub value: Option<f64>,
    /// Lower end of the interval.
    pub low: Option<f64>,
    /// Upper end of the interval.
    pub high: Option<f64>,
    /// On how many units it rests.
    pub n: u32,
    /// How it was computed.
    pub method: String,
    /// Why it, or its interval, is undefined: a stable code.
    pub reason: Option<String>,
}

impl From<&Estimate> for Interval {
    fn from(e: &Estimate) -> Self {
        Self {
            value: e.value,
            low: e.low,
            high: e.high,
            n: small(e.n),
            method: e.method.clone(),
            reason: e.reason.clone(),
        }
    }
}

/// The agreement on every criterion that has values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AgreementReply {
    /// The criterion the score starts from, where it is one.
    pub primary: Option<String>,
    /// In the rubric's order.
    pub criteria: Vec<CriterionAgreement>,
    /// The raters that pairs and hands are about. To all but a lead these are the
    /// viewer and, without a name, the others taken together.
    pub raters: Vec<AgreementRater>,
    /// How the rated outputs came to their raters.
    pub drawn: DrawnCounts,
}

/// Ended ratings by the way in which their output came to its rater: the viewer's own, for
/// a lead everyone's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DrawnCounts {
    /// Drawn evenly.
    pub random: u32,
    /// Likelier the more others differed: plain means over these outputs are not means
    /// over all.
    pub disagreement: u32,
    /// Likelier the less sure a judge was; the same holds.
    pub uncertainty: u32,
    /// Opened by hand, or imported.
    pub not_drawn: u32,
}

impl DrawnCounts {
    /// Those of outputs that were drawn with unequal probabilities.
    #[must_use]
    pub fn weighed(&self) -> u32 {
        self.disagreement + self.uncertainty
    }

    /// All ended ratings.
    #[must_use]
    pub fn all(&self) -> u32 {
        self.random + self.weighed() + self.not_drawn
    }
}

/// A rater in an overview of agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AgreementRater {
    /// The name; empty for the others taken together.
    pub name: String,
    /// Whether it is the one who asks.
    pub me: bool,
}

/// Two raters on the outputs that both rated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PairView {
    /// The first one's place among the raters.
    pub a: u32,
    /// The second one's.
    pub b: u32,
    /// Share of equal ratings.
    pub raw: Interval,
    /// Kappa, quadratic for levels; for free numbers ICC(2,1).
    pub kappa: Interval,
}

/// How a rater's values lie beside the others' on the same outputs, in the scale's unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct HandView {
    /// The rater's place among the raters.
    pub rater: u32,
    /// Mean difference from the others: above zero the rater gives more.
    pub severity: Interval,
    /// The same in the first half of what the rater rated, in the rater's order.
    pub first: Interval,
    /// And in the second half.
    pub second: Interval,
    /// Second half less first half.
    pub drift: Interval,
}

impl From<&PairAgreement> for PairView {
    fn from(pair: &PairAgreement) -> Self {
        Self {
            a: small(pair.a),
            b: small(pair.b),
            raw: (&pair.raw).into(),
            kappa: (&pair.kappa).into(),
        }
    }
}

impl HandView {
    fn of(rater: usize, hand: &Hand) -> Self {
        Self {
            rater: small(rater),
            severity: (&hand.severity).into(),
            first: (&hand.first).into(),
            second: (&hand.second).into(),
            drift: (&hand.drift).into(),
        }
    }
}

/// The raters that a viewer may tell apart.
enum Known {
    /// A lead: everyone, by column.
    All,
    /// A rater: only the viewer's own column; the others are one.
    Me(usize),
    /// An adjudicator: nobody.
    Nobody,
}

impl RatingTable {
    fn known(&self) -> Known {
        if self.viewer.role == Role::Lead {
            return Known::All;
        }
        self.raters.iter().position(|r| r.id == self.viewer.rater).map_or(Known::Nobody, Known::Me)
    }

    fn overview_raters(&self) -> Vec<AgreementRater> {
        let known = |column: usize| AgreementRater {
            name: self.raters[column].name.clone(),
            me: self.raters[column].id == self.viewer.rater,
        };
        match self.known() {
            Known::All => (0..self.raters.len()).map(known).collect(),
            Known::Me(me) => vec![known(me), AgreementRater { name: String::new(), me: false }],
            Known::Nobody => Vec::new(),
        }
    }

    /// The rows of a question in the order in which the rater of a column began.
    fn sequence(&self, column: usize, values: &Values) -> Vec<usize> {
        let mut rows: BTreeMap<OutputId, Vec<usize>> = BTreeMap::new();
        for (row, place) in values.places.iter().enumerate() {
            rows.entry(self.outputs[*place].0).or_default().push(row);
        }
        let began = self.raters.get(column).and_then(|r| self.sequences.get(&r.id));
        began.into_iter().flatten().filter_map(|id| rows.get(id)).flatten().copied().collect()
    }

    /// Everything on one question, as far as the viewer may know it.
    fn overview(&self, question: &Question<'_>) -> Result<CriterionAgreement, StudioError> {
        let values = self.values(question)?;
        let (ratings, clusters, scale) = (&values.ratings, &values.clusters, &question.scale);
        let how = Resampling::for_rows(SEED, clusters.len());
        let known = self.known();
        let (mut told, columns) = match known {
            Known::All => {
                let told = live(ratings, clusters, (ratings, clusters), scale, &how);
                (told, (0..self.raters.len()).collect())
            }
            Known::Me(me) => {
                let (beside, own) = beside_the_others(ratings, clusters, me)?;
                (live(ratings, clusters, (&beside, &own), scale, &how), vec![me])
            }
            Known::Nobody => {
                (live(ratings, clusters, (ratings, clusters), scale, &how), Vec::new())
            }
        };
        if matches!(known, Known::Nobody) {
            // Columns without names mix hands: pairs of them say nothing of anyone.
            told.kappa = None;
            told.pairs.clear();
        }
        let ordered = !matches!(question.criterion.kind, Kind::Choice { .. });
        let hands = columns.into_iter().filter(|_| ordered).map(|column| {
            let told = hand(ratings, column, &self.sequence(column, &values), clusters, &how);
            HandView::of(if matches!(known, Known::Me(_)) { 0 } else { column }, &told)
        });
        Ok(CriterionAgreement::of(question, &told, hands.collect()))
    }
}

impl CriterionAgreement {
    fn of(question: &Question<'_>, told: &Live, hands: Vec<HandView>) -> Self {
        Self {
            id: question.id.clone(),
            title: question.title.clone(),
            of_items: question.of_items(),
            units: small(told.all.units),
            raw: (&told.all.raw).into(),
            alpha: (&told.all.alpha).into(),
            ac: told.all.ac.as_ref().map(Into::into),
            kappa: told.kappa.as_ref().map(Into::into),
            icc: told.icc.as_ref().map(Into::into),
            reading: told.reading.code().to_owned(),
            pairs: told.pairs.iter().map(Into::into).collect(),
            hands,
        }
    }
}

/// One rater beside the others, a row for each of their ratings of an output, with the
/// rows' cases.
fn beside_the_others(
    ratings: &Ratings,
    clusters: &[usize],
    me: usize,
) -> Result<(Ratings, Vec<usize>), StudioError> {
    let (mut rows, mut own) = (Vec::new(), Vec::new());
    for (row, cluster) in ratings.rows().iter().zip(clusters) {
        for (column, other) in row.iter().enumerate() {
            if column != me && other.is_some() && row[me].is_some() {
                rows.push(vec![row[me], *other]);
                own.push(*cluster);
            }
        }
    }
    let table = Ratings::new(2, rows)
        .map_err(|e| StudioError::new(e.code(), "The ratings do not form a table."))?;
    Ok((table, own))
}

impl Studio {
    /// The agreement of raters on every criterion, with intervals over cases: for a
    /// lead with everyone's name, for a rater over what that rater has locked, and of
    /// the others only taken together.
    ///
    /// # Errors
    /// `no-project`, `not-signed-in`, `unknown-rubric`.
    pub fn agreement(&self, request: &RubricRequest) -> Result<AgreementReply, StudioError> {
        let table = self.rating_table(&request.rubric)?;
        let drawn = self.drawn_counts(&request.rubric)?;
        let questions = Question::all(&table.rubric);
        let criteria = questions.iter().map(|question| table.overview(question));
        Ok(AgreementReply {
            primary: primary(&table.rubric),
            criteria: criteria.collect::<Result<_, _>>()?,
            raters: table.overview_raters(),
            drawn,
        })
    }

    /// How the outputs of ended ratings came to their raters.
    pub(crate) fn drawn_counts(&self, rubric: &RubricRef) -> Result<DrawnCounts, StudioError> {
        let ways = self.with(|open| {
            let viewer = open.viewer()?;
            Ok(open.project.view(&viewer).ways(rubric)?)
        })?;
        let mut drawn = DrawnCounts::default();
        for (way, count) in ways {
            let place = match way {
                Some(Way::Random) => &mut drawn.random,
                Some(Way::Disagreement) => &mut drawn.disagreement,
                Some(Way::Uncertainty) => &mut drawn.uncertainty,
                None => &mut drawn.not_drawn,
            };
            *place += u32::try_from(count).unwrap_or(u32::MAX);
        }
        Ok(drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shinsa_i18n::{Lang, Strings};
    use shinsa_stats::{Reading, Undefined};

    #[test]
    fn every_reading_and_every_undefined_value_has_its_sentence_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            let strings = Strings::new(lang);
            for reading in Reading::ALL {
                assert!(strings.has(&format!("ui-reading-{}", reading.code())), "{reading:?}");
            }
            for reason in Undefined::ALL {
                assert!(strings.has(&format!("ui-undefined-{}", reason.code())), "{reason:?}");
            }
        }
    }

    #[test]
    fn one_rater_beside_the_others_has_a_row_for_each_rating_of_another() {
        let rows = vec![
            vec![Some(1.0), Some(2.0), Some(3.0)],
            vec![Some(4.0), None, Some(5.0)],
            vec![None, Some(1.0), Some(1.0)],
        ];
        let ratings = Ratings::new(3, rows).unwrap();
        let (table, own) = beside_the_others(&ratings, &[7, 8, 9], 0).unwrap();
        assert_eq!(table.both(0, 1), (vec![1.0, 1.0, 4.0], vec![2.0, 3.0, 5.0]));
        assert_eq!(own, [7, 7, 8]);
    }
}
