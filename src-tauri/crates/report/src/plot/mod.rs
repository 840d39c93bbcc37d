//! The plots: each takes figures and words, and gives one drawing.

mod intervals;
mod loss;
mod matrix;

pub(crate) use intervals::{IntervalPlot, IntervalRow};
pub(crate) use loss::{LossPlot, smoothing};
pub(crate) use matrix::{MatrixCell, MatrixPlot};

/// Size of the words in drawings, in the drawing's units.
pub(crate) const WORDS: f64 = 13.0;
