//! Figures to one self-contained page, and the same as JSON.
//!
//! [`Figures`] holds everything that must be the same in every run with the same seed;
//! [`Volatile`] what may not be (times, memory, places on this computer). They are kept
//! apart so that `figures.json` can be compared byte by byte.
//!
//! The page needs nothing but itself: no script, no font, no image, no network. It reads
//! the figures and computes nothing, so that page and JSON can't disagree.

mod figures;
mod format;
mod html;
mod page;
mod plot;
mod svg;
mod write;

pub use figures::{
    Counts, CriterionAgreement, CriterionComparison, DrawnFigures, DrawnShare, DrawnWhat,
    EvaluationFigure, ExpertFigures, FORMAT, Figures, FileFigure, HarmFigures, HashFigure,
    JudgeFigures, ModelFigure, OwnFigure, PairCriterion, PairFigures, ProbeCriterion, ProbeFigures,
    RaterFigure, RubricFigure, StepFigure, Timing, TrainingFigures, Volatile,
};
pub use page::{in_scheme, render_html, style};
pub use write::{ReportError, Written, figures_json, volatile_json, write};
