//! A drawing of known size, made of lines, boxes and words. Colours come from the page's
//! style sheet by class, so that one drawing serves light, dark and paper.

use crate::html::escape;

/// Where a word hangs on its point.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

pub(crate) struct Svg {
    id: String,
    width: f64,
    height: f64,
    body: String,
}

/// A coordinate with at most two decimals, without trailing zeros: short and exact enough.
fn at(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

impl Svg {
    /// `id` must be unique on the page.
    pub(crate) fn new(id: &str, width: f64, height: f64) -> Svg {
        Svg { id: id.to_owned(), width, height, body: String::new() }
    }

    pub(crate) fn text(&mut self, x: f64, y: f64, anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.body.push_str(&format!(
            "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" class=\"{class}\">{}</text>\n",
            at(x),
            at(y),
            escape(text)
        ));
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        self.body.push_str(&format!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" class=\"{class}\"/>\n",
            at(from.0),
            at(from.1),
            at(to.0),
            at(to.1)
        ));
    }

    /// A box with rounded corners; `strength` in 0..=1 is how much of its colour shows.
    pub(crate) fn cell(&mut self, x: f64, y: f64, size: (f64, f64), class: &str, strength: f64) {
        self.body.push_str(&format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" class=\"{class}\" fill-opacity=\"{}\"/>\n",
            at(x),
            at(y),
            at(size.0),
            at(size.1),
            at(strength)
        ));
    }

    pub(crate) fn dot(&mut self, x: f64, y: f64, radius: f64, class: &str) {
        self.body.push_str(&format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" class=\"{class}\"/>\n",
            at(x),
            at(y),
            at(radius)
        ));
    }

    pub(crate) fn path(&mut self, points: &[(f64, f64)], class: &str) {
        let points: Vec<String> =
            points.iter().map(|(x, y)| format!("{},{}", at(*x), at(*y))).collect();
        self.body
            .push_str(&format!("<polyline points=\"{}\" class=\"{class}\"/>\n", points.join(" ")));
    }

    /// The finished drawing; `title` names it, `description` says in words what it shows.
    pub(crate) fn html(self, title: &str, description: &str) -> String {
        let Svg { id, width, height, body } = self;
        let (w, h) = (at(width), at(height));
        format!(
            "<svg class=\"plot\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" \
             aria-labelledby=\"{id}-t {id}-d\">\n<title id=\"{id}-t\">{}</title>\n\
             <desc id=\"{id}-d\">{}</desc>\n{body}</svg>\n",
            escape(title),
            escape(description)
        )
    }
}

/// About how wide `text` is at `size`: full-width characters one em, others a bit over half.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    let em: f64 = text.chars().map(|c| if c >= '\u{1100}' { 1.0 } else { 0.56 }).sum();
    em * size
}

/// `text`, cut with an ellipsis where it would be wider than `room`.
pub(crate) fn shorten(text: &str, room: f64, size: f64) -> String {
    if text_width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if text_width(&kept, size) + size > room {
            kept.pop();
            break;
        }
    }
    kept.push('…');
    kept
}

/// Round numbers that cover `low..=high` in about `wanted` steps; ends included.
pub(crate) fn ticks(low: f64, high: f64, wanted: usize) -> Vec<f64> {
    let span = high - low;
    if !span.is_finite() || span <= 0.0 {
        return vec![low];
    }
    let rough = span / wanted.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough - 1e-12)
        .unwrap_or(10.0 * power);
    let first = (low / step + 1e-9).floor() as i64;
    let last = (high / step - 1e-9).ceil() as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}

/// How many decimals tell these ticks apart, up to three.
pub(crate) fn decimals(ticks: &[f64]) -> usize {
    let whole_at = |digits: usize| {
        let scale = 10f64.powi(digits as i32);
        ticks.iter().all(|tick| ((tick * scale).round() - tick * scale).abs() < 1e-6)
    };
    (0..3).find(|&digits| whole_at(digits)).unwrap_or(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_cover_the_range() {
        assert_eq!(ticks(0.0, 1.0, 5), [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]);
        assert_eq!(ticks(0.0, 37.0, 5), [0.0, 10.0, 20.0, 30.0, 40.0]);
        let covered = ticks(1.13, 3.88, 5);
        assert!(covered[0] <= 1.13 && *covered.last().unwrap() >= 3.88);
        assert_eq!(ticks(2.0, 2.0, 5), [2.0]);
        assert_eq!(ticks(f64::NAN, 2.0, 5).len(), 1);
        assert_eq!(decimals(&ticks(0.0, 1.2, 5)), 2);
        assert_eq!(decimals(&ticks(0.0, 3.0, 5)), 0);
    }

    #[test]
    fn long_labels_are_cut_in_either_script() {
        assert_eq!(shorten("安全", 100.0, 13.0), "安全");
        assert!(shorten(&"おおむね安全".repeat(9), 80.0, 13.0).ends_with('…'));
        assert_eq!(at(-0.001), "0");
        assert_eq!(at(1.50), "1.5");
    }
}
