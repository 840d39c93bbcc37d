//! The table of judge against gold, and what is read from it.

use serde::{Deserialize, Serialize};

use crate::kappa::positions;
use crate::{Undefined, estimate::finite};

/// Counts of gold against judged over a whole scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confusion {
    /// The scale's values in order, used or not.
    pub labels: Vec<f64>,
    /// `counts[gold][judged]`, positions as in `labels`.
    pub counts: Vec<Vec<usize>>,
}

impl Confusion {
    /// Counts the pairs (gold, judged). `UnknownLabel` when a value is not on the scale,
    /// `LengthMismatch` when the lengths differ.
    pub fn of(gold: &[f64], judged: &[f64], labels: &[f64]) -> Result<Confusion, Undefined> {
        if gold.len() != judged.len() {
            return Err(Undefined::LengthMismatch);
        }
        let mut counts = vec![vec![0; labels.len()]; labels.len()];
        for (i, j) in positions(gold, labels)?.into_iter().zip(positions(judged, labels)?) {
            counts[i][j] += 1;
        }
        Ok(Confusion { labels: labels.to_vec(), counts })
    }

    /// How many pairs were counted.
    pub fn total(&self) -> usize {
        self.counts.iter().flatten().sum()
    }

    /// The share of pairs at most `steps` levels apart: 0 is exact accuracy, 1 "within
    /// one". Undefined without pairs.
    pub fn within(&self, steps: usize) -> Result<f64, Undefined> {
        let total = self.total();
        if total == 0 {
            return Err(Undefined::TooFewItems);
        }
        let mut near = 0;
        for (i, row) in self.counts.iter().enumerate() {
            near += row
                .iter()
                .enumerate()
                .filter(|(j, _)| i.abs_diff(*j) <= steps)
                .map(|(_, c)| c)
                .sum::<usize>();
        }
        Ok(near as f64 / total as f64)
    }

    /// F1 of the label at `position`: 2 TP / (2 TP + FP + FN). Undefined (`EmptyClass`)
    /// when neither side ever used it.
    pub fn f1(&self, position: usize) -> Result<f64, Undefined> {
        let row = self.counts.get(position).ok_or(Undefined::UnknownLabel)?;
        let hit = row[position];
        let gold: usize = row.iter().sum();
        let judged: usize = self.counts.iter().map(|row| row[position]).sum();
        if gold + judged == 0 {
            return Err(Undefined::EmptyClass);
        }
        Ok(2.0 * hit as f64 / (gold + judged) as f64)
    }

    /// The mean F1 over the labels that occur on either side (scikit-learn's
    /// `f1_score(average="macro")` without labels). Undefined without pairs.
    pub fn macro_f1(&self) -> Result<f64, Undefined> {
        let scores: Vec<f64> = (0..self.labels.len()).filter_map(|k| self.f1(k).ok()).collect();
        crate::estimate::mean(&scores)
    }
}

/// The mean of |gold - judged|, in units of the scale.
pub fn mean_absolute_error(gold: &[f64], judged: &[f64]) -> Result<f64, Undefined> {
    if gold.len() != judged.len() {
        return Err(Undefined::LengthMismatch);
    }
    finite(gold)?;
    finite(judged)?;
    let gaps: Vec<f64> = gold.iter().zip(judged).map(|(a, b)| (a - b).abs()).collect();
    crate::estimate::mean(&gaps)
}

/// Balanced F1 of a yes/no judgement: the mean of F1 of "yes" and F1 of "no".
/// Undefined (`EmptyClass`) when one of the two never occurs on either side.
/// Source: HealthBench's meta-evaluation (simple-evals).
pub fn balanced_f1(gold: &[bool], judged: &[bool]) -> Result<f64, Undefined> {
    let number =
        |values: &[bool]| -> Vec<f64> { values.iter().map(|&v| f64::from(u8::from(v))).collect() };
    let table = Confusion::of(&number(gold), &number(judged), &[0.0, 1.0])?;
    if table.total() == 0 {
        return Err(Undefined::TooFewItems);
    }
    Ok((table.f1(0)? + table.f1(1)?) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_count_levels_and_not_values() {
        let table = Confusion::of(&[1.0, 2.0, 10.0], &[1.0, 10.0, 1.0], &[1.0, 2.0, 10.0]).unwrap();
        assert_eq!(table.counts, [[1, 0, 0], [0, 0, 1], [1, 0, 0]]);
        assert_eq!(table.within(0), Ok(1.0 / 3.0));
        assert_eq!(table.within(1), Ok(2.0 / 3.0));
        assert_eq!(mean_absolute_error(&[1.0, 2.0], &[1.0, 5.0]), Ok(1.5));
    }

    #[test]
    fn an_empty_class_has_no_f1() {
        assert_eq!(balanced_f1(&[true, true], &[true, true]), Err(Undefined::EmptyClass));
        assert_eq!(balanced_f1(&[], &[]), Err(Undefined::TooFewItems));
        assert_eq!(balanced_f1(&[true, false], &[true, true]), Ok((0.0 + 2.0 / 3.0) / 2.0));
        let empty = Confusion::of(&[], &[], &[1.0, 2.0]).unwrap();
        assert_eq!(empty.within(0), Err(Undefined::TooFewItems));
        assert_eq!(empty.macro_f1(), Err(Undefined::TooFewItems));
    }
}
