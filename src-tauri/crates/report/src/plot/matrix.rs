//! Heat maps: judge against experts, and rater against rater.

use super::WORDS;
use crate::svg::{Anchor, Svg, shorten, text_width};

/// One cell: what it says and how strongly it is coloured (0..=1).
#[derive(Clone)]
pub(crate) struct MatrixCell {
    pub(crate) text: String,
    pub(crate) strength: f64,
    pub(crate) diagonal: bool,
}

pub(crate) struct MatrixPlot<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    /// Words over the columns and beside the rows.
    pub(crate) across: &'a str,
    pub(crate) down: &'a str,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<String>,
    pub(crate) cells: Vec<Vec<MatrixCell>>,
    /// Class of the colour: `first` or `second`.
    pub(crate) mark: &'static str,
}

const TALL: f64 = 40.0;

impl MatrixPlot<'_> {
    pub(crate) fn html(&self) -> String {
        let widest = self.rows.iter().map(|row| text_width(row, WORDS)).fold(0.0, f64::max);
        let left = widest.max(text_width(self.down, 12.0)).min(132.0) + 12.0;
        let names = self.columns.iter().map(|name| text_width(name, WORDS) + 10.0);
        let cell_width = names.fold(50.0, f64::max).min(92.0);
        let top = 44.0;
        let width = left + self.columns.len() as f64 * cell_width;
        let across = left + text_width(self.across, 12.0);
        let height = top + self.rows.len() as f64 * TALL + 4.0;
        let mut svg = Svg::new(self.id, width.max(across) + 2.0, height);
        svg.text(left, 13.0, Anchor::Start, "tick", self.across);
        svg.text(left - 10.0, 34.0, Anchor::End, "tick", self.down);
        for (j, column) in self.columns.iter().enumerate() {
            let x = left + (j as f64 + 0.5) * cell_width;
            svg.text(x, 34.0, Anchor::Middle, "word", &shorten(column, cell_width, WORDS));
        }
        for (i, (label, cells)) in self.rows.iter().zip(&self.cells).enumerate() {
            let y = top + i as f64 * TALL;
            let label = shorten(label, left - 10.0, WORDS);
            svg.text(left - 10.0, y + TALL / 2.0 + 4.5, Anchor::End, "word", &label);
            for (j, cell) in cells.iter().enumerate() {
                let x = left + j as f64 * cell_width;
                let size = (cell_width - 3.0, TALL - 3.0);
                svg.cell(x, y, size, "ground", 1.0);
                svg.cell(x, y, size, &format!("heat {}", self.mark), cell.strength);
                if cell.diagonal {
                    svg.cell(x, y, size, "outline", 0.0);
                }
                let (cx, cy) = (x + size.0 / 2.0, y + size.1 / 2.0 + 5.0);
                svg.text(cx, cy, Anchor::Middle, "count", &cell.text);
            }
        }
        svg.html(self.title, self.description)
    }
}
