//! Evidence: the passages of an output that a rater's answer rests on.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A passage of an output. Places are counted in Unicode scalar values (`char`s) of the
/// output's source text, from 0; never in bytes, UTF-16 units or what is drawn on the
/// screen, so that 転 and 𠮷 both count one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Span {
    /// Its first character.
    pub start: u32,
    /// The character after its last one.
    pub end: u32,
    /// The passage itself, as it stands in the source.
    pub quote: String,
}

/// The passages behind each answer, in the order of the text. The key is the
/// criterion's id, or `drugs[1].label` for a question about one item of a list, as
/// [`crate::Problem`] names it.
pub type Evidence = BTreeMap<String, Vec<Span>>;

/// The criterion that a question of [`Evidence`] belongs to: of a question about one item
/// of a list, the list.
#[must_use]
pub fn asked_of(question: &str) -> &str {
    question.split('[').next().unwrap_or(question)
}

impl Span {
    /// The passage from `start` to before `end`, blank characters at both ends left out;
    /// `None` where that is not inside `text`, or nothing but blanks.
    #[must_use]
    pub fn of(text: &str, start: u32, end: u32) -> Option<Self> {
        let (from, to) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
        let count = to.checked_sub(from)?;
        let quote: String = text.chars().skip(from).take(count).collect();
        if quote.chars().count() != count {
            return None;
        }
        let blank = |side: &str| u32::try_from(side.chars().count()).ok();
        let kept = quote.trim_start();
        let start = start + blank(&quote[..quote.len() - kept.len()])?;
        let quote = kept.trim_end();
        let end = start + blank(quote)?;
        (start < end).then(|| Self { start, end, quote: quote.to_owned() })
    }

    /// Whether both have a character in common.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// `spans` with one more, in the order of the text. Those that it meets become one with
/// it: a passage is never marked twice for one answer.
#[must_use]
pub fn with_span(text: &str, spans: &[Span], more: &Span) -> Vec<Span> {
    let (met, mut rest): (Vec<Span>, Vec<Span>) =
        spans.iter().cloned().partition(|span| span.meets(more));
    let start = met.iter().map(|s| s.start).fold(more.start, u32::min);
    let end = met.iter().map(|s| s.end).fold(more.end, u32::max);
    rest.push(Span::of(text, start, end).unwrap_or_else(|| more.clone()));
    rest.sort();
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "𠮷田さんは\n転倒した。 ";

    #[test]
    fn places_count_characters_and_not_their_bytes_or_utf_16_units() {
        let span = Span::of(TEXT, 6, 8).unwrap();
        assert_eq!(span, Span { start: 6, end: 8, quote: "転倒".into() });
        assert_eq!(Span::of(TEXT, 0, 1).unwrap().quote, "𠮷");
    }

    #[test]
    fn blanks_at_the_ends_are_left_out_and_nothing_but_blanks_is_no_passage() {
        let span = Span::of(TEXT, 5, 12).unwrap();
        assert_eq!((span.start, span.end, span.quote.as_str()), (6, 11, "転倒した。"));
        for (start, end) in [(5, 6), (3, 3), (4, 2), (0, 13), (40, 50)] {
            assert_eq!(Span::of(TEXT, start, end), None, "{start}..{end}");
        }
    }

    #[test]
    fn a_question_about_an_item_belongs_to_its_list() {
        assert_eq!(asked_of("safety"), "safety");
        assert_eq!(asked_of("drugs[1].label"), "drugs");
    }

    #[test]
    fn passages_that_meet_become_one_and_others_stay_in_order() {
        let of = |start, end| Span::of(TEXT, start, end).unwrap();
        let spans = with_span(TEXT, &[of(8, 11)], &of(0, 3));
        assert_eq!(spans, [of(0, 3), of(8, 11)]);
        assert_eq!(with_span(TEXT, &spans, &of(6, 9)), [of(0, 3), of(6, 11)]);
        // Side by side is not in common.
        assert_eq!(with_span(TEXT, &spans, &of(6, 8)).len(), 3);
    }
}
