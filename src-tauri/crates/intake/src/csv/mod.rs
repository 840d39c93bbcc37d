//! Tables as comma- or tab-separated text, and what a workbook's share with them.

mod cells;
mod reader;
mod sheet;
mod table;

pub(crate) use cells::Cells;
pub(crate) use reader::{Fault, Row, Rows};
pub(crate) use sheet::{Sheet, Wanted, read_rows, read_sheet};
pub(crate) use table::{Column, Finder};
