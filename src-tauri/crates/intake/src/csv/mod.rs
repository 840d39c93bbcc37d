//! Tables as comma- or tab-separated text.

mod cells;
mod reader;
mod sheet;
mod table;

pub(crate) use cells::Cells;
pub(crate) use reader::Rows;
pub(crate) use sheet::{Sheet, read_sheet};
pub(crate) use table::{Column, Finder};
