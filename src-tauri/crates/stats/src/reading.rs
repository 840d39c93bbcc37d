//! What agreement figures say, in one word per case; the sentences live in `ui.ftl`.

use serde::{Deserialize, Serialize};

use crate::{Agreement, Estimate};

/// What the figures of one criterion say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// No output has two ratings yet.
    Nothing,
    /// Everyone gave the same value: nothing beyond chance can be measured.
    Constant,
    /// Nearly all answers are alike, so alpha and kappa are low although the raters
    /// agree: the prevalence paradox. AC is the one to read.
    Paradox,
    /// Alpha is .8 or more, its interval included.
    Firm,
    /// Alpha is .8 or more, but its interval reaches below .667.
    Promising,
    /// Alpha is .667 or more.
    Tentative,
    /// Alpha is below .667.
    Weak,
    /// Below or at chance.
    Chance,
}

/// Krippendorff's customary limits: conclusions from .8, tentative ones from .667.
const FIRM: f64 = 0.8;
const TENTATIVE: f64 = 0.667;
/// Raw agreement from which, and difference between AC and alpha (or kappa) from which
/// low chance-corrected figures are put down to prevalence.
const ALIKE: f64 = 0.8;
const APART: f64 = 0.3;

impl Reading {
    /// Every reading, for tests that each has its sentences.
    pub const ALL: [Reading; 8] = [
        Reading::Nothing,
        Reading::Constant,
        Reading::Paradox,
        Reading::Firm,
        Reading::Promising,
        Reading::Tentative,
        Reading::Weak,
        Reading::Chance,
    ];

    /// The stable word, in kebab-case.
    pub fn code(self) -> &'static str {
        match self {
            Reading::Nothing => "nothing",
            Reading::Constant => "constant",
            Reading::Paradox => "paradox",
            Reading::Firm => "firm",
            Reading::Promising => "promising",
            Reading::Tentative => "tentative",
            Reading::Weak => "weak",
            Reading::Chance => "chance",
        }
    }

    /// Reads the figures of one criterion.
    ///
    /// Source of the limits: Krippendorff, Content Analysis (4th ed. 2019), chapter 12.
    /// The paradox: Feinstein and Cicchetti, J Clin Epidemiol 43 (1990) 543; that AC
    /// stands it: Gwet, Br J Math Stat Psychol 61 (2008) 29.
    pub fn of(all: &Agreement, kappa: Option<&Estimate>) -> Reading {
        if all.units == 0 {
            return Reading::Nothing;
        }
        let Some(alpha) = all.alpha.value else { return Reading::Constant };
        let least = kappa.and_then(|k| k.value).map_or(alpha, |k| k.min(alpha));
        let ac = all.ac.as_ref().and_then(|ac| ac.value);
        let alike = all.raw.value.is_some_and(|raw| raw >= ALIKE);
        if alike && least < TENTATIVE && ac.is_some_and(|ac| ac - least >= APART) {
            return Reading::Paradox;
        }
        match alpha {
            a if a >= FIRM && all.alpha.low.is_some_and(|low| low >= TENTATIVE) => Reading::Firm,
            a if a >= FIRM => Reading::Promising,
            a if a >= TENTATIVE => Reading::Tentative,
            a if a > 0.0 => Reading::Weak,
            _ => Reading::Chance,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ratings, Resampling, Scale, live};

    fn read(rows: &[(f64, f64)], labels: Vec<f64>) -> Reading {
        let table = rows.iter().map(|(a, b)| vec![Some(*a), Some(*b)]).collect();
        let ratings = Ratings::new(2, table).unwrap();
        let clusters: Vec<usize> = (0..rows.len()).collect();
        let scale = Scale::Nominal(labels);
        live(
            &ratings,
            &clusters,
            (&ratings, &clusters),
            &scale,
            &Resampling::for_rows(1, rows.len()),
        )
        .reading
    }

    #[test]
    fn rare_harm_is_read_as_the_paradox_and_constant_ratings_as_constant() {
        let mut rows = vec![(0.0, 0.0); 97];
        rows.extend([(1.0, 0.0), (1.0, 0.0), (0.0, 1.0)]);
        assert_eq!(read(&rows, vec![0.0, 1.0]), Reading::Paradox);
        assert_eq!(read(&rows[..97], vec![0.0, 1.0]), Reading::Constant);
        assert_eq!(read(&[], vec![0.0, 1.0]), Reading::Nothing);
    }

    #[test]
    fn firm_needs_the_interval_and_chance_is_named() {
        let firm: Vec<(f64, f64)> = (0..60).map(|i| f64::from(i % 2)).map(|v| (v, v)).collect();
        assert_eq!(read(&firm, vec![0.0, 1.0]), Reading::Firm);
        let mut few = firm[..9].to_vec();
        few.push((1.0, 0.0));
        assert_eq!(read(&few, vec![0.0, 1.0]), Reading::Promising);
        let chance: Vec<(f64, f64)> =
            (0..40).map(|i| (f64::from(i % 2), f64::from(i / 2 % 2))).collect();
        assert!([Reading::Chance, Reading::Weak].contains(&read(&chance, vec![0.0, 1.0])));
    }

    #[test]
    fn the_word_on_file_is_the_code() {
        for reading in Reading::ALL {
            assert_eq!(serde_json::to_value(reading).unwrap(), reading.code());
        }
    }
}
