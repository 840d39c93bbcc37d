//! Probes: the same outputs judged twice, once changed in a way that should not matter.
//!
//! A probe is a run of its own kind: its verdicts never enter a figure of a judge.

use crate::rubric::{Criterion, Kind, Source};
use crate::{Hash, Millis, Rubric, RunId, RunState, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum ProbeKind {
    /// The rubric's criteria, levels and options are shown in reverse order.
    Order,
    /// The output is padded with neutral text.
    Verbosity,
}

/// One of the two sides of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arm {
    /// As every judge is asked.
    Plain,
    /// Changed.
    Changed,
}

/// A probe as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Stable identity.
    pub id: RunId,
    /// What is changed.
    pub kind: ProbeKind,
    /// A name for people, unique among probes.
    pub name: String,
    /// The whole configuration, seeds included.
    pub config: Value,
    /// How far it has come.
    pub state: RunState,
    /// When it started.
    pub started: Millis,
    /// When it ended.
    pub ended: Option<Millis>,
    /// The passports of both arms, and that document's hash.
    pub passport: Option<(Value, Hash)>,
    /// Figures of the run.
    pub figures: Value,
}

/// A verdict of one arm; its `run` is the probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeVerdict {
    /// Which arm.
    pub arm: Arm,
    /// The verdict.
    pub verdict: Verdict,
}

/// The rubric with criteria, levels, options and faults in reverse order: for showing
/// alone. It is not a valid rubric (levels rise in one), and nothing is scored by it.
#[must_use]
pub fn reversed(rubric: &Rubric) -> Rubric {
    let mut shown = rubric.clone();
    turn(&mut shown.criteria);
    shown
}

fn turn(criteria: &mut [Criterion]) {
    for criterion in criteria.iter_mut().filter(|c| c.source == Source::Asked) {
        match &mut criterion.kind {
            Kind::Scale { levels } => levels.reverse(),
            Kind::Choice { options } => options.reverse(),
            Kind::Deductions { items } => items.reverse(),
            Kind::List { each, .. } => turn(each),
            _ => {}
        }
    }
    // Only what is asked changes place; what is derived is shown to nobody.
    let asked: Vec<usize> =
        (0..criteria.len()).filter(|i| criteria[*i].source == Source::Asked).collect();
    for (a, b) in asked.iter().zip(asked.iter().rev()).take(asked.len() / 2) {
        criteria.swap(*a, *b);
    }
}

/// The output's text with `chars` characters of neutral text after it, `filler` over and
/// over.
#[must_use]
pub fn padded(text: &str, filler: &str, chars: usize) -> String {
    let filler = filler.trim();
    if filler.is_empty() || chars == 0 {
        return text.to_owned();
    }
    let more: String = filler.chars().cycle().take(chars).collect();
    format!("{text}\n\n{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rubric() -> Rubric {
        Rubric::from_json(include_str!("../../../../resources/rubrics/answer-safety.json")).unwrap()
    }

    #[test]
    fn reversing_turns_what_is_asked_and_twice_gives_the_rubric_back() {
        let (plain, turned) = (rubric(), reversed(&rubric()));
        let ids = |r: &Rubric| r.asked().map(|c| c.id.clone()).collect::<Vec<_>>();
        let mut expected = ids(&plain);
        expected.reverse();
        assert_eq!(ids(&turned), expected);
        let Some(Criterion { kind: Kind::Scale { levels }, .. }) = turned.criterion("safety")
        else {
            panic!("a scale");
        };
        assert_eq!(levels.iter().map(|l| l.value).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
        assert_eq!(reversed(&turned), plain);
        // What is derived stays where it was.
        assert_eq!(turned.criteria.last(), plain.criteria.last());
    }

    #[test]
    fn padding_has_the_length_asked_for_and_stands_after_the_text() {
        for filler in [
            include_str!("../../../../resources/prompts/filler.ja.txt"),
            include_str!("../../../../resources/prompts/filler.en.txt"),
        ] {
            assert!(filler.trim().chars().count() > 200);
            let long = padded("報告します。", filler, 1000);
            assert!(long.starts_with("報告します。\n\n"));
            assert_eq!(long.chars().count(), "報告します。\n\n".chars().count() + 1000);
        }
        assert_eq!(padded("a", "", 9), "a");
        assert_eq!(padded("a", "b", 0), "a");
    }
}
