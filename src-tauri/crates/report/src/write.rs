//! The report's three files.

use std::path::{Path, PathBuf};

use shinsa_fsio::{FsError, atomic_write};
use shinsa_i18n::Lang;

use crate::{Figures, Volatile, render_html};

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The folder or disk refused.
    #[error(transparent)]
    File(#[from] FsError),
    /// The figures hold something JSON has no word for.
    #[error("the figures could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl ReportError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            ReportError::File(error) => error.code(),
            ReportError::Json(_) => "report-json",
        }
    }
}

/// Where the files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// `report.html`
    pub page: PathBuf,
    /// `figures.json`
    pub figures: PathBuf,
    /// `volatile.json`
    pub volatile: PathBuf,
}

/// The bytes of `figures.json`: the same figures give the same bytes.
pub fn figures_json(figures: &Figures) -> Result<Vec<u8>, ReportError> {
    lines(figures)
}

/// The bytes of `volatile.json`.
pub fn volatile_json(volatile: &Volatile) -> Result<Vec<u8>, ReportError> {
    lines(volatile)
}

fn lines<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, ReportError> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Writes `report.html`, `figures.json` and `volatile.json` into `folder`, which exists.
/// Each file is replaced whole or not at all.
pub fn write(
    folder: &Path,
    figures: &Figures,
    volatile: &Volatile,
    lang: Lang,
) -> Result<Written, ReportError> {
    let written = Written {
        page: folder.join("report.html"),
        figures: folder.join("figures.json"),
        volatile: folder.join("volatile.json"),
    };
    atomic_write(&written.figures, &figures_json(figures)?)?;
    atomic_write(&written.volatile, &volatile_json(volatile)?)?;
    atomic_write(&written.page, render_html(figures, volatile, lang).as_bytes())?;
    Ok(written)
}
