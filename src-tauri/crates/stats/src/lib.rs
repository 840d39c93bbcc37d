//! Agreement, calibration, intervals, paired tests, corrected estimates. Pure arithmetic.
//!
//! Every statistic comes in two forms: a plain function that returns
//! `Result<f64, Undefined>` (a value, or the reason why there is none), and an
//! [`Estimate`] that carries the value with its interval, ready for a report.
//! Nothing is ever rounded, guessed or replaced by zero: what is undefined says so.
//! The same seed gives the same bits, since no function uses a clock, a thread or a
//! hash map.
//!
//! | Question | Function |
//! |---|---|
//! | Do the raters agree? | [`Agreement::of`], [`krippendorff_alpha`], [`gwet_ac`], [`raw_agreement`], [`icc`] |
//! | Do two raters agree? | [`kappa`], [`pairwise`], [`mean_kappa`] |
//! | In one sentence? | [`Reading::of`] |
//! | Is a rater strict, or drifting? | [`hand`] |
//! | Does the judge agree with gold? | [`Comparison::of`], [`Confusion`] |
//! | How rare is harm? | [`clopper_pearson`] |
//! | Did training help? | [`Versus::of`], [`sign_flip`], [`mcnemar_exact`] |
//! | With several tests at once? | [`holm`] |
//! | And if the missing verdicts were known? | [`manski_mean`], [`JudgedBounds::of`] |
//! | How much does each of several judges count? | [`inverse_error_weights`], [`log_odds_weights`] |
//! | How sure is any of it? | [`cluster_bootstrap`] |
//! | Is the judge steady? | [`Spread::of`] |
//! | Which item comes next, and how likely was it? | [`mixture`], [`pick`], [`subset`] |
//! | And what do such draws say of all there was? | [`draw_weights`], [`weighted_mean`], [`effective_size`] |
//! | What would experts say of the rest? | [`rogan_gladen`], [`ppi_mean`] |

mod agreement;
mod beta;
mod bootstrap;
mod bounds;
mod calibration;
mod comparison;
mod confusion;
mod corrected;
mod estimate;
mod gwet;
mod hand;
mod holm;
mod icc;
mod kappa;
mod krippendorff;
mod live;
mod mixture;
mod paired;
mod proportion;
mod ratings;
mod reading;
mod rng;
mod spread;
mod unequal;
mod versus;
mod weigh;

pub use agreement::{Agreement, PairAgreement, Scale, pairwise, raw_agreement};
pub use beta::{beta_quantile, f_quantile, incomplete_beta, ln_gamma, normal_quantile};
pub use bootstrap::{Resampling, cluster_bootstrap, clusters_of, quantile};
pub use bounds::{Asked, Bounds, FlagBounds, JudgedBounds, manski_mean};
pub use calibration::{brier, expected_calibration_error, expected_score};
pub use comparison::{Comparison, FlagComparison, Judged};
pub use confusion::{Confusion, balanced_f1, mean_absolute_error};
pub use corrected::{Counted, ppi_mean, rogan_gladen};
pub use estimate::{Estimate, Undefined};
pub use gwet::gwet_ac;
pub use hand::{Hand, hand};
pub use holm::holm;
pub use icc::{IccForm, icc, icc_value};
pub use kappa::{Weights, kappa};
pub use krippendorff::{Metric, krippendorff_alpha};
pub use live::{Live, live, mean_kappa};
pub use mixture::{mixture, pick, subset};
pub use paired::{PairedTest, mcnemar_exact, sign_flip};
pub use proportion::{Side, binomial_cdf, clopper_pearson};
pub use ratings::Ratings;
pub use reading::Reading;
pub use rng::Rng;
pub use spread::Spread;
pub use unequal::{DrawStep, draw_weights, effective_size, unbroken, weighted_mean};
pub use versus::{Answering, Faced, Stand, Versus, adjust, over_cases};
pub use weigh::{inverse_error_weights, log_odds_weights};

#[cfg(test)]
mod invariant_tests;
#[cfg(test)]
mod judge_oracle_tests;
#[cfg(test)]
mod oracle_tests;
