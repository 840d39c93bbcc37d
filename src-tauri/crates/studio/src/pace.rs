//! How long a rater works on an output, and what that says of the rest. It is the
//! rater's own: nobody else is shown it, and nothing leaves the machine.

use crate::project::small;
use serde::{Deserialize, Serialize};
use shinsa_domain::CaseText;
use shinsa_stats::quantile;

/// A rater's pace with a rubric.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Pace {
    /// Outputs that aren't done.
    pub left: u32,
    /// Median active seconds per finished output; nothing before three were timed.
    pub median_s: Option<f64>,
    /// Minutes for what is left, at this pace.
    pub minutes_left: Option<f64>,
}

/// Finished outputs from which a pace is told.
const TIMED: usize = 3;

/// Milliseconds that one change can have taken at most: an hour. What a window says
/// of itself is not taken on trust.
pub(crate) const MOST_ACTIVE_MS: u32 = 3_600_000;

impl Pace {
    /// From the active milliseconds of finished outputs, ascending, and what is left.
    pub(crate) fn of(times: &[u64], left: usize) -> Self {
        #[allow(clippy::cast_precision_loss)] // hours in milliseconds
        let seconds: Vec<f64> = times.iter().map(|ms| *ms as f64 / 1000.0).collect();
        let median_s = (times.len() >= TIMED).then(|| quantile(&seconds, 0.5).ok()).flatten();
        let left = small(left);
        Self { left, median_s, minutes_left: median_s.map(|s| s * f64::from(left) / 60.0) }
    }
}

/// Seconds without a sign of life after which a reader of these texts counts as away:
/// half a minute and the time to read both once, and never over five minutes.
///
/// Reading takes 60/357 s a character in Japanese and 60/987 s in English: the means
/// of Trauzettel-Klosinski and Dietz, Standardized assessment of reading performance:
/// the new International Reading Speed Texts IReST, IOVS 53 (2012) 5452.
pub(crate) fn idle_limit_s(case: &CaseText, output: &str) -> u32 {
    let texts = [&case.what, &case.factors, &case.improvements].map(String::as_str);
    let reading: f64 = texts.into_iter().chain([output]).flat_map(str::chars).map(char_s).sum();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 30 to 300
    let limit = (30.0 + reading).clamp(30.0, 300.0).round() as u32;
    limit
}

/// Seconds to read one character: from U+2E80 on, scripts are read as Japanese is.
fn char_s(c: char) -> f64 {
    if c >= '\u{2e80}' { 60.0 / 357.0 } else { 60.0 / 987.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(what: &str) -> CaseText {
        CaseText { what: what.to_owned(), ..CaseText::default() }
    }

    #[test]
    fn the_limit_grows_with_the_text_and_has_both_ends() {
        assert_eq!(idle_limit_s(&case(""), ""), 30);
        // 357 Japanese characters are a minute, 987 English ones too.
        assert_eq!(idle_limit_s(&case(&"転".repeat(357)), ""), 90);
        assert_eq!(idle_limit_s(&case(""), &"a".repeat(987)), 90);
        assert_eq!(idle_limit_s(&case("x"), &"転".repeat(100_000)), 300);
    }

    #[test]
    fn the_pace_is_the_median_and_waits_for_three() {
        assert_eq!(Pace::of(&[1_000, 2_000], 5), Pace { left: 5, ..Pace::default() });
        let pace = Pace::of(&[20_000, 30_000, 3_600_000], 10);
        assert_eq!((pace.median_s, pace.minutes_left), (Some(30.0), Some(5.0)));
        assert_eq!(Pace::of(&[1_000; 3], 0).minutes_left, Some(0.0));
    }
}
