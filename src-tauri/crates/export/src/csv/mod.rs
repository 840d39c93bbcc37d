//! Tables that spreadsheets open: safe cells, and an encoding they know.

mod cell;
mod encode;
mod long;

pub use cell::formula_safe;
pub use encode::{CsvEncoding, OnUnwritable, Unwritable};
#[cfg(test)]
pub(crate) use long::HEADINGS;
pub use long::{CsvOptions, LongRow, Standing, long_csv};
