//! Cases and outputs, in lists and whole.

use crate::project::small;
use crate::view::{CaseRow, CaseView, OutputRow, OutputView, Page, PageRequest};
use crate::{Studio, StudioError};
use shinsa_domain::{Case, CaseId, OutputId};

/// Rows of a list at most.
const LONGEST_PAGE: u32 = 500;
/// Rows looked through for a search before a page is given as it is.
const SEARCHED: usize = 20_000;

impl CaseView {
    pub(crate) fn of(case: &Case) -> Self {
        Self {
            id: case.id.to_string(),
            key: case.key.clone(),
            lang: case.lang,
            text: case.text.clone(),
        }
    }
}

impl Studio {
    /// A page of the cases, in the order in which they came.
    ///
    /// # Errors
    /// `no-project`, `not-signed-in`, `bad-page`.
    pub fn cases(&self, request: &PageRequest) -> Result<Page<CaseRow>, StudioError> {
        self.with(|open| {
            let viewer = open.viewer()?;
            let view = open.project.view(&viewer);
            let total = small(view.counts()?.cases);
            page(
                request,
                total,
                |page| view.cases(page),
                |row| CaseRow {
                    id: row.id.to_string(),
                    key: row.key,
                    lang: row.lang,
                    excerpt: if row.title.is_empty() { row.excerpt } else { row.title },
                    outputs: row.outputs,
                },
                |row, text| row.key.contains(text) || row.excerpt.contains(text),
            )
        })
    }

    /// A page of the outputs, in the order in which they came; of one case or of all.
    ///
    /// # Errors
    /// `no-project`, `not-signed-in`, `bad-page`, `bad-id`.
    pub fn outputs(
        &self,
        case: Option<&str>,
        request: &PageRequest,
    ) -> Result<Page<OutputRow>, StudioError> {
        let case = case.map(parse::<CaseId>).transpose()?;
        self.with(|open| {
            let viewer = open.viewer()?;
            let view = open.project.view(&viewer);
            let total = small(view.counts()?.outputs);
            page(
                request,
                total,
                |page| view.outputs(case, page),
                |row| OutputRow {
                    id: row.id.to_string(),
                    key: row.key,
                    case_id: row.case.to_string(),
                    case_key: row.case_key,
                    sample: row.sample,
                    excerpt: row.excerpt,
                },
                |row, text| {
                    row.key.contains(text)
                        || row.case_key.contains(text)
                        || row.excerpt.contains(text)
                },
            )
        })
    }

    /// A whole case.
    ///
    /// # Errors
    /// `not-found`, `bad-id`.
    pub fn case(&self, id: &str) -> Result<CaseView, StudioError> {
        let id = parse::<CaseId>(id)?;
        self.with(|open| Ok(CaseView::of(&open.project.view(&open.viewer()?).case(id)?)))
    }

    /// A whole output.
    ///
    /// # Errors
    /// `not-found`, `bad-id`.
    pub fn output(&self, id: &str) -> Result<OutputView, StudioError> {
        let id = parse::<OutputId>(id)?;
        self.with(|open| {
            let output = open.project.view(&open.viewer()?).output(id)?;
            Ok(OutputView {
                id: output.id.to_string(),
                case_id: output.case.to_string(),
                sample: output.sample,
                text: output.text,
            })
        })
    }
}

/// An id from a shell.
pub(crate) fn parse<T: std::str::FromStr>(id: &str) -> Result<T, StudioError> {
    id.parse().map_err(|_| StudioError::new("bad-id", format!("Not an id: {id}.")).with("id", id))
}

fn page<R, V>(
    request: &PageRequest,
    total: u32,
    mut read: impl FnMut(shinsa_store::Page) -> Result<shinsa_store::Rows<R>, shinsa_store::StoreError>,
    show: impl Fn(R) -> V,
    matches: impl Fn(&V, &str) -> bool,
) -> Result<Page<V>, StudioError> {
    let bad =
        || StudioError::new("bad-page", "A page has 1 to 500 rows and follows one that was given.");
    if !(1..=LONGEST_PAGE).contains(&request.limit) {
        return Err(bad());
    }
    let mut after: i64 = request.after.as_deref().map_or(Ok(0), str::parse).map_err(|_| bad())?;
    let search = request.search.as_deref().map(str::trim).filter(|s| !s.is_empty());
    let (mut rows, mut seen) = (Vec::new(), 0);
    loop {
        let chunk = read(shinsa_store::Page::after(after, request.limit))?;
        seen += chunk.rows.len();
        rows.extend(
            chunk
                .rows
                .into_iter()
                .map(&show)
                .filter(|row| search.is_none_or(|text| matches(row, text))),
        );
        let full = rows.len() >= request.limit as usize || search.is_none() || seen >= SEARCHED;
        match chunk.next {
            Some(next) if !full => after = next,
            next => return Ok(Page { rows, next: next.map(|n| n.to_string()), total }),
        }
    }
}
