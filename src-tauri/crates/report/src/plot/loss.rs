//! The loss, step by step.

use crate::figures::{EvaluationFigure, StepFigure};
use crate::format::fixed;
use crate::svg::{Anchor, Svg, decimals, ticks};

pub(crate) struct LossPlot<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) steps: &'a [StepFigure],
    pub(crate) evaluation: &'a [EvaluationFigure],
    pub(crate) step_word: &'a str,
    pub(crate) training_word: &'a str,
    pub(crate) evaluation_word: &'a str,
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = WIDTH - 12.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = HEIGHT - 44.0;

/// How many steps the thick line averages.
pub(crate) fn smoothing(steps: usize) -> usize {
    (steps / 10).max(1)
}

impl LossPlot<'_> {
    pub(crate) fn html(&self) -> String {
        let losses = self.steps.iter().map(|step| step.loss);
        let losses: Vec<f64> = losses.chain(self.evaluation.iter().map(|e| e.loss)).collect();
        let finite = || losses.iter().copied().filter(|loss| loss.is_finite());
        let high = finite().fold(f64::NEG_INFINITY, f64::max);
        // A loss starts at zero: an axis that doesn't makes small gains look large.
        let rows = ticks(0.0, if high > 0.0 { high } else { 1.0 }, 5);
        let top = *rows.last().unwrap_or(&1.0);
        let numbers =
            self.steps.iter().map(|s| s.step).chain(self.evaluation.iter().map(|e| e.step));
        let last = numbers.max().unwrap_or(1).max(1) as f64;
        let x = |step: f64| LEFT + step / last * (RIGHT - LEFT);
        let y = |loss: f64| BOTTOM - loss.clamp(0.0, top) / top * (BOTTOM - TOP);

        let mut svg = Svg::new(self.id, WIDTH, HEIGHT);
        for row in &rows {
            svg.line((LEFT, y(*row)), (RIGHT, y(*row)), if *row == 0.0 { "axis" } else { "grid" });
            svg.text(LEFT - 8.0, y(*row) + 4.5, Anchor::End, "tick", &fixed(*row, decimals(&rows)));
        }
        for column in ticks(0.0, last, 6).into_iter().filter(|c| *c <= last && c.fract() == 0.0) {
            svg.text(x(column), BOTTOM + 18.0, Anchor::Middle, "tick", &fixed(column, 0));
        }
        svg.text(RIGHT, HEIGHT - 6.0, Anchor::End, "tick", self.step_word);

        let raw: Vec<(f64, f64)> = finite_points(self.steps, &x, &y);
        svg.path(&raw, "line faint");
        if let [(x, y)] = raw[..] {
            svg.dot(x, y, 4.5, "dot first");
        }
        let size = smoothing(self.steps.len());
        let smooth: Vec<(f64, f64)> = self
            .steps
            .windows(size)
            .map(|part| {
                let mean = part.iter().map(|step| step.loss).sum::<f64>() / size as f64;
                (part[size - 1].step as f64, mean)
            })
            .filter(|(_, mean)| mean.is_finite())
            .map(|(step, mean)| (x(step), y(mean)))
            .collect();
        svg.path(&smooth, "line first");
        let held: Vec<(f64, f64)> = self
            .evaluation
            .iter()
            .filter(|e| e.loss.is_finite())
            .map(|e| (x(e.step as f64), y(e.loss)))
            .collect();
        svg.path(&held, "line dashed second");
        held.iter().for_each(|(x, y)| svg.dot(*x, *y, 4.5, "dot second"));
        self.legend(&mut svg);
        svg.html(self.title, self.description)
    }

    fn legend(&self, svg: &mut Svg) {
        let y = 14.0;
        svg.line((LEFT, y), (LEFT + 22.0, y), "line first");
        svg.text(LEFT + 28.0, y + 4.5, Anchor::Start, "word", self.training_word);
        if !self.evaluation.is_empty() {
            let start = LEFT + 48.0 + crate::svg::text_width(self.training_word, super::WORDS);
            svg.line((start, y), (start + 22.0, y), "line dashed second");
            svg.dot(start + 11.0, y, 4.5, "dot second");
            svg.text(start + 28.0, y + 4.5, Anchor::Start, "word", self.evaluation_word);
        }
    }
}

fn finite_points(
    steps: &[StepFigure],
    x: &dyn Fn(f64) -> f64,
    y: &dyn Fn(f64) -> f64,
) -> Vec<(f64, f64)> {
    let finite = steps.iter().filter(|step| step.loss.is_finite());
    finite.map(|step| (x(step.step as f64), y(step.loss))).collect()
}
