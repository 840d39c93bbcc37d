//! Kinds of table that are known by their headings.

use serde::{Deserialize, Serialize};

use crate::csv::Finder;

/// What kind of table a CSV file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Some table with headings.
    Plain,
    /// The case-search export of Japan's national incident reporting project
    /// (医療事故情報収集等事業): CP932, about 185 columns of which most cells
    /// are empty, narrative in three of them with line breaks inside.
    IncidentDatabase,
}

/// Headings that together no other table has.
const INCIDENT_DATABASE: [&str; 3] = ["事例の内容", "事例の背景要因の概要", "改善策"];

impl Layout {
    pub(crate) fn of(finder: &Finder<'_>) -> Self {
        if INCIDENT_DATABASE.iter().all(|heading| finder.has(heading)) {
            Self::IncidentDatabase
        } else {
            Self::Plain
        }
    }
}
