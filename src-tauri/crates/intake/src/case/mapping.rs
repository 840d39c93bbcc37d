//! Which column holds which field of a case.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::csv::{Column, Finder};

/// A field of a case that a column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseField {
    /// Number or key.
    Key,
    /// What happened or was asked: the one field that is needed.
    What,
    /// Contributing factors.
    Factors,
    /// Improvements made or possible.
    Improvements,
    /// Short title.
    Title,
    /// Language.
    Lang,
    /// Reference answer.
    Reference,
    /// Aspects a good answer covers, one a line.
    Aspects,
}

/// Field to heading, as the user chooses it. A field that isn't named is
/// recognised by its heading; an empty heading means that no column holds it.
/// A heading may also be written `#7`, the seventh column.
pub type CaseMapping = BTreeMap<CaseField, String>;

/// The name under which columns of outputs are shown in a mapping: there may be
/// several of them.
pub const OUTPUT: &str = "output";

/// One column that was taken for a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// The field: a [`CaseField`]'s name, [`OUTPUT`], or for ratings the criterion's id.
    pub field: String,
    /// The heading, made unique.
    pub heading: String,
    /// The column's number from 1.
    pub column: u32,
    /// True where the user chose it, false where its heading was recognised.
    pub given: bool,
}

impl CaseField {
    /// Every field, in the order in which columns are given away: a heading such
    /// as `case` is the narrative unless another column is.
    pub const ALL: [Self; 8] = [
        Self::What,
        Self::Key,
        Self::Factors,
        Self::Improvements,
        Self::Title,
        Self::Lang,
        Self::Reference,
        Self::Aspects,
    ];

    /// Its name in mappings and in JSONL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::What => "what",
            Self::Factors => "factors",
            Self::Improvements => "improvements",
            Self::Title => "title",
            Self::Lang => "lang",
            Self::Reference => "reference",
            Self::Aspects => "aspects",
        }
    }

    /// Reads [`CaseField::as_str`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

/// The settled mapping of one table.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    /// Index of the column per field.
    pub of: BTreeMap<CaseField, usize>,
    /// Indices of the columns that hold outputs.
    pub outputs: Vec<usize>,
    /// Choices that name no column: field and heading.
    pub unknown: Vec<(&'static str, String)>,
    outputs_given: bool,
    given: Vec<CaseField>,
}

impl Columns {
    /// The user's choices first, then what the headings say.
    pub(crate) fn settle(
        finder: &mut Finder<'_>,
        wanted: &CaseMapping,
        outputs: Option<&[String]>,
    ) -> Self {
        let mut settled = Self::default();
        for (field, heading) in wanted.iter().filter(|(_, heading)| !heading.trim().is_empty()) {
            match finder.take_named(heading) {
                Some(index) => {
                    settled.of.insert(*field, index);
                    settled.given.push(*field);
                }
                None => settled.unknown.push((field.as_str(), heading.clone())),
            }
        }
        for heading in outputs.unwrap_or_default() {
            settled.outputs_given = true;
            match finder.take_named(heading) {
                Some(index) if settled.outputs.contains(&index) => {}
                Some(index) => settled.outputs.push(index),
                None => settled.unknown.push((OUTPUT, heading.clone())),
            }
        }
        for field in CaseField::ALL.into_iter().filter(|field| !wanted.contains_key(field)) {
            if let Some(index) = finder.take_first_of(field.headings()) {
                settled.of.insert(field, index);
            }
        }
        if outputs.is_none() {
            settled.outputs = finder.take_every(super::headings::is_of_output);
        }
        settled
    }

    /// The mapping as it is shown, in the order of the columns.
    pub(crate) fn shown(&self, columns: &[Column]) -> Vec<Mapped> {
        let mut shown: Vec<Mapped> = self
            .of
            .iter()
            .map(|(field, index)| (field.as_str(), *index, self.given.contains(field)))
            .chain(self.outputs.iter().map(|index| (OUTPUT, *index, self.outputs_given)))
            .map(|(field, index, given)| Mapped {
                field: field.to_owned(),
                heading: columns[index].name.clone(),
                column: u32::try_from(index + 1).unwrap_or(u32::MAX),
                given,
            })
            .collect();
        shown.sort_by_key(|mapped| mapped.column);
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_name() {
        for field in CaseField::ALL {
            assert_eq!(CaseField::from_name(field.as_str()), Some(field));
        }
    }
}
