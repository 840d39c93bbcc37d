//! Estimates with their intervals on one axis.

use shinsa_stats::Estimate;

use super::WORDS;
use crate::format::{Unit, fixed, interval};
use crate::svg::{Anchor, Svg, shorten, text_width};

/// One estimate.
pub(crate) struct IntervalRow<'a> {
    /// Heading over this row and those after it, where a group begins.
    pub(crate) group: Option<String>,
    pub(crate) label: String,
    pub(crate) estimate: &'a Estimate,
    pub(crate) unit: Unit,
    /// Class of the mark: `first`, `second` or `third`.
    pub(crate) mark: &'static str,
    /// Shown instead of numbers where the estimate is undefined.
    pub(crate) undefined: String,
}

pub(crate) struct IntervalPlot<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) rows: Vec<IntervalRow<'a>>,
    /// Values worth a dashed line, with their words.
    pub(crate) guides: Vec<(f64, String)>,
}

const WIDTH: f64 = 800.0;
const ROW: f64 = 26.0;
const GROUP: f64 = 28.0;

impl IntervalPlot<'_> {
    pub(crate) fn html(&self) -> String {
        let widest = self.rows.iter().map(|row| text_width(&row.label, WORDS));
        let left = widest.fold(60.0, f64::max).clamp(60.0, 230.0) + 16.0;
        let numbers = self.rows.iter().map(|row| text_width(&numbers(row), WORDS));
        let right = WIDTH - numbers.fold(80.0, f64::max).min(220.0) - 18.0;
        let top = if self.guides.is_empty() { 10.0 } else { 26.0 };
        let groups = self.rows.iter().filter(|row| row.group.is_some()).count();
        let bottom = top + self.rows.len() as f64 * ROW + groups as f64 * GROUP + 6.0;
        let (low, high) = self.range();
        let x = |value: f64| left + (value.clamp(low, high) - low) / (high - low) * (right - left);

        let mut svg = Svg::new(self.id, WIDTH, bottom + 26.0);
        // A step of .2 throughout: the axis ends on a tick on both sides.
        for tick in ((low * 5.0).round() as i64..=5).map(|i| i as f64 / 5.0) {
            let class = if tick.abs() < 1e-9 { "axis" } else { "grid" };
            svg.line((x(tick), top), (x(tick), bottom), class);
            svg.text(x(tick), bottom + 17.0, Anchor::Middle, "tick", &fixed(tick, 1));
        }
        for (value, words) in &self.guides {
            svg.line((x(*value), top), (x(*value), bottom), "guide");
            svg.text(x(*value), top - 8.0, Anchor::Middle, "tick", words);
        }
        let mut y = top;
        for row in &self.rows {
            if let Some(group) = &row.group {
                svg.text(0.0, y + GROUP - 9.0, Anchor::Start, "group", group);
                y += GROUP;
            }
            let middle = y + ROW / 2.0;
            let label = shorten(&row.label, left - 12.0, WORDS);
            svg.text(left - 12.0, middle + 4.5, Anchor::End, "word", &label);
            draw(&mut svg, row, middle, right, &x);
            y += ROW;
        }
        svg.html(self.title, self.description)
    }

    /// From 0, or lower where something lies lower, to 1.
    fn range(&self) -> (f64, f64) {
        let seen = self.rows.iter().flat_map(|row| [row.estimate.low, row.estimate.value]);
        let low = seen.flatten().fold(0.0, f64::min);
        // Very low ends would squeeze everything else; they are clipped at -1.
        (((low - 1e-9) * 5.0).floor().max(-5.0) / 5.0 * f64::from(u8::from(low < 0.0)), 1.0)
    }
}

fn draw(svg: &mut Svg, row: &IntervalRow<'_>, y: f64, right: f64, x: &dyn Fn(f64) -> f64) {
    let words = right + 14.0;
    let class = if row.estimate.is_defined() { "number" } else { "quiet" };
    svg.text(words, y + 4.5, Anchor::Start, class, &numbers(row));
    let Some(value) = row.estimate.value else { return };
    if let (Some(low), Some(high)) = (row.estimate.low, row.estimate.high) {
        svg.line((x(low), y), (x(high), y), &format!("whisker {}", row.mark));
        svg.line((x(low), y - 4.0), (x(low), y + 4.0), &format!("whisker {}", row.mark));
        svg.line((x(high), y - 4.0), (x(high), y + 4.0), &format!("whisker {}", row.mark));
    }
    svg.dot(x(value), y, 5.0, &format!("dot {}", row.mark));
}

/// What stands at the row's end.
fn numbers(row: &IntervalRow<'_>) -> String {
    let Some(value) = row.estimate.value else { return row.undefined.clone() };
    let shown = row.unit.show(value);
    match interval(row.estimate, row.unit) {
        Some(interval) => format!("{shown} {interval}"),
        None => shown,
    }
}
