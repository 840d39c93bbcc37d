//! A table of ratings: units down, raters across, gaps allowed.

use crate::Undefined;

/// Ratings of one criterion: `rows()[unit][rater]`, `None` where that rater did not
/// rate that unit (or answered "cannot judge").
#[derive(Clone, Debug, PartialEq)]
pub struct Ratings {
    raters: usize,
    rows: Vec<Vec<Option<f64>>>,
}

impl Ratings {
    /// A table for `raters` raters. Every row must have that many cells, and every
    /// value must be finite.
    pub fn new(raters: usize, rows: Vec<Vec<Option<f64>>>) -> Result<Ratings, Undefined> {
        if rows.iter().any(|row| row.len() != raters) {
            return Err(Undefined::LengthMismatch);
        }
        if rows.iter().flatten().flatten().any(|value| !value.is_finite()) {
            return Err(Undefined::BadValue);
        }
        Ok(Ratings { raters, rows })
    }

    /// The number of raters (columns).
    pub fn raters(&self) -> usize {
        self.raters
    }

    /// The units, one row each.
    pub fn rows(&self) -> &[Vec<Option<f64>>] {
        &self.rows
    }

    /// The rows named, in that order, repeats kept: one resample.
    pub fn pick(&self, rows: &[usize]) -> Ratings {
        let rows = rows.iter().filter_map(|&row| self.rows.get(row).cloned()).collect();
        Ratings { raters: self.raters, rows }
    }

    /// The ratings of these raters only, in that order.
    pub fn columns(&self, raters: &[usize]) -> Ratings {
        let pick = |row: &Vec<Option<f64>>| {
            raters.iter().map(|&rater| row.get(rater).copied().flatten()).collect()
        };
        Ratings { raters: raters.len(), rows: self.rows.iter().map(pick).collect() }
    }

    /// The values of raters `a` and `b` on the units that both rated.
    pub fn both(&self, a: usize, b: usize) -> (Vec<f64>, Vec<f64>) {
        self.rows.iter().filter_map(|row| Some(((*row.get(a)?)?, (*row.get(b)?)?))).unzip()
    }

    /// Values of each unit that has at least two: what agreement rests on.
    pub(crate) fn pairable(&self) -> impl Iterator<Item = Vec<f64>> + '_ {
        self.rows
            .iter()
            .map(|row| row.iter().flatten().copied().collect::<Vec<f64>>())
            .filter(|values| values.len() >= 2)
    }

    /// How many units have at least two ratings.
    pub fn pairable_units(&self) -> usize {
        self.pairable().count()
    }
}
