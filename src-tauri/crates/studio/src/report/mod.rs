//! The report: every figure of a project on one page, and the same as JSON.

mod drawn;
mod figures;
mod gather;
mod judges;

use crate::agreement::DrawnCounts;
use crate::export::folder;
use crate::{Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{Lang, RubricRef};
use shinsa_fsio as fsio;
use shinsa_report::{Figures, ReportError, Volatile};
use shinsa_store::Folder;
use std::path::Path;

/// Writes the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReportRequest {
    /// By which rubric.
    pub rubric: RubricRef,
    /// Folder for the files; the project's exports where absent.
    pub out: Option<String>,
    /// The page's language.
    pub lang: Lang,
}

/// Where the report is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReportFiles {
    /// The page.
    pub page: String,
    /// Every figure as JSON, the same bytes for the same data and seeds.
    pub figures: String,
    /// Times, memory and places, which differ from run to run.
    pub volatile: String,
    /// How the rated outputs came to their raters.
    pub drawn: DrawnCounts,
}

/// How the page is to be shown; as it was written, and as the system likes it, where this
/// doesn't say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportLook {
    /// The language.
    pub lang: Option<Lang>,
    /// Dark or light.
    pub dark: Option<bool>,
}

const REPORT_LIMIT: u64 = 64 << 20;

impl Studio {
    /// Writes the report of a rubric: agreement, the newest training run, and
    /// every finished judging run on held-out outputs.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rubric`, or a file error.
    pub fn write_report(&self, request: &ReportRequest) -> Result<ReportFiles, StudioError> {
        self.write_report_with(request, Volatile::default()).map(|(files, _)| files)
    }

    /// The same with what the caller measured, and with the figures.
    pub(crate) fn write_report_with(
        &self,
        request: &ReportRequest,
        volatile: Volatile,
    ) -> Result<(ReportFiles, Figures), StudioError> {
        let figures = self.figures(&request.rubric)?;
        let out = self.with(|open| {
            Ok(folder(open.project.folder(Folder::Exports), request.out.as_deref()))
        })?;
        fsio::create_dir_all(&out)?;
        let written = shinsa_report::write(&out, &figures, &volatile, page_lang(request.lang))
            .map_err(|error| match error {
                ReportError::File(error) => error.into(),
                ReportError::Json(_) => StudioError::new(error.code(), &error),
            })?;
        let files = ReportFiles {
            page: written.page.display().to_string(),
            figures: written.figures.display().to_string(),
            volatile: written.volatile.display().to_string(),
            drawn: self.drawn_counts(&request.rubric)?,
        };
        Ok((files, figures))
    }

    /// The page last written into the project's exports, if any. In another language it is
    /// rendered anew from the figures beside it; where those are of another format, it is
    /// the page as it was written.
    ///
    /// # Errors
    /// `lead-only`, or a file error.
    pub fn report_page(&self, look: ReportLook) -> Result<Option<String>, StudioError> {
        let folder = self.with(|open| {
            open.lead()?;
            Ok(open.project.folder(Folder::Exports))
        })?;
        let page = folder.join("report.html");
        if !fsio::is_file(&page) {
            return Ok(None);
        }
        let page = if let Some(lang) = look.lang
            && let Some(figures) = read::<Figures>(&folder.join("figures.json"))
            && let Some(volatile) = read::<Volatile>(&folder.join("volatile.json"))
        {
            shinsa_report::render_html(&figures, &volatile, page_lang(lang))
        } else {
            fsio::read_to_string(&page, REPORT_LIMIT)?
        };
        Ok(Some(match look.dark {
            Some(dark) => shinsa_report::in_scheme(&page, dark),
            None => page,
        }))
    }
}

/// A file beside the page, where it is there and of this format.
fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_str(&fsio::read_to_string(path, REPORT_LIMIT).ok()?).ok()
}

fn page_lang(lang: Lang) -> shinsa_i18n::Lang {
    match lang {
        Lang::Ja => shinsa_i18n::Lang::Ja,
        Lang::En => shinsa_i18n::Lang::En,
    }
}
