//! Which column holds which field of a case.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::csv::{Column, Finder};
#[cfg(test)]
use crate::text::fold_heading;

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

/// One column that was taken for a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// The field: a [`CaseField`]'s name, or for ratings the criterion's id.
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

    /// Headings by which it is recognised, the surest first, folded as
    /// `text::fold_heading` folds them.
    fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Key => &[
                "事例id",
                "事例番号",
                "番号",
                "no",
                "id",
                "key",
                "キー",
                "報告番号",
                "報告書番号",
                "報告id",
                "インシデント番号",
                "インシデントid",
                "レポート番号",
                "管理番号",
                "受付番号",
                "整理番号",
                "通し番号",
                "連番",
                "caseid",
                "casekey",
                "casenumber",
                "caseno",
                "case",
                "reportid",
                "reportnumber",
                "reportno",
                "incidentid",
                "incidentnumber",
                "number",
                "#",
            ],
            Self::What => &[
                "事例の内容",
                "発生内容",
                "何が起きたか",
                "何が起こったか",
                "事例の具体的な内容",
                "事例内容",
                "事故の内容",
                "インシデント内容",
                "インシデントの内容",
                "発生した内容",
                "発生状況",
                "事象の内容",
                "出来事の内容",
                "出来事",
                "事象",
                "内容",
                "質問",
                "相談内容",
                "症状",
                "主訴",
                "whathappened",
                "what",
                "descriptionofevent",
                "eventdescription",
                "incidentdescription",
                "description",
                "narrative",
                "event",
                "incident",
                "question",
                "text",
                "symptoms",
                "case",
                "事例",
                "本文",
                "概要",
                "事例の概要",
            ],
            Self::Factors => &[
                "事例の背景要因の概要",
                "背景要因の概要",
                "背景要因",
                "事例が発生した背景要因",
                "要因",
                "発生要因",
                "背景",
                "原因",
                "contributingfactors",
                "factors",
                "factor",
                "rootcause",
                "rootcauses",
                "causes",
                "cause",
            ],
            Self::Improvements => &[
                "改善策",
                "実施した考えられる改善策",
                "実施したまたは考えられる改善策",
                "実施したもしくは考えられる改善策",
                "実施した若しくは考えられる改善策",
                "実施した又は考えられる改善策",
                "改善点",
                "改善",
                "再発防止策",
                "防止策",
                "対策",
                "対応策",
                "improvements",
                "improvement",
                "improvementsmadeorpossible",
                "countermeasures",
                "preventivemeasures",
                "correctiveactions",
                "actions",
            ],
            Self::Title => &[
                "タイトル",
                "題名",
                "表題",
                "件名",
                "題",
                "見出し",
                "事例名",
                "title",
                "subject",
                "headline",
            ],
            Self::Lang => &["言語", "language", "lang", "ことば"],
            Self::Reference => &[
                "模範解答",
                "参照回答",
                "参考回答",
                "正解",
                "正答",
                "期待される回答",
                "referenceanswer",
                "reference",
                "idealanswer",
                "expectedanswer",
                "expected",
                "goldanswer",
                "answer",
            ],
            Self::Aspects => &["観点", "評価観点", "評価の観点", "aspects", "aspect", "criteria"],
        }
    }
}

/// The settled mapping of one table.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    /// Index of the column per field.
    pub of: BTreeMap<CaseField, usize>,
    /// Choices that name no column: field and heading.
    pub unknown: Vec<(CaseField, String)>,
    given: Vec<CaseField>,
}

impl Columns {
    /// The user's choices first, then what the headings say.
    pub(crate) fn settle(finder: &mut Finder<'_>, wanted: &CaseMapping) -> Self {
        let mut settled = Self::default();
        for (field, heading) in wanted.iter().filter(|(_, heading)| !heading.trim().is_empty()) {
            match finder.take_named(heading) {
                Some(index) => {
                    settled.of.insert(*field, index);
                    settled.given.push(*field);
                }
                None => settled.unknown.push((*field, heading.clone())),
            }
        }
        for field in CaseField::ALL.into_iter().filter(|field| !wanted.contains_key(field)) {
            if let Some(index) = finder.take_first_of(field.headings()) {
                settled.of.insert(field, index);
            }
        }
        settled
    }

    /// The mapping as it is shown, in the order of the columns.
    pub(crate) fn shown(&self, columns: &[Column]) -> Vec<Mapped> {
        let mut shown: Vec<Mapped> = self
            .of
            .iter()
            .map(|(field, index)| Mapped {
                field: field.as_str().to_owned(),
                heading: columns[*index].name.clone(),
                column: u32::try_from(index + 1).unwrap_or(u32::MAX),
                given: self.given.contains(field),
            })
            .collect();
        shown.sort_by_key(|mapped| mapped.column);
        shown
    }
}

/// True if the heading, as written in a file, names this field.
#[cfg(test)]
fn is_heading_of(field: CaseField, heading: &str) -> bool {
    field.headings().contains(&fold_heading(heading).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_heading_is_written_as_it_is_compared() {
        for field in CaseField::ALL {
            for heading in field.headings() {
                assert_eq!(fold_heading(heading), *heading);
            }
        }
    }

    #[test]
    fn usual_headings_are_recognised_in_any_width() {
        for (heading, field) in [
            ("番号", CaseField::Key),
            ("Ｎｏ．", CaseField::Key),
            ("ＩＤ", CaseField::Key),
            ("何が起きたか", CaseField::What),
            ("What happened", CaseField::What),
            ("背景・要因", CaseField::Factors),
            ("Contributing factors", CaseField::Factors),
            ("実施した・考えられる改善策", CaseField::Improvements),
            ("実施した、若しくは考えられる改善策", CaseField::Improvements),
            ("ﾀｲﾄﾙ", CaseField::Title),
            ("言語", CaseField::Lang),
        ] {
            assert!(is_heading_of(field, heading), "{heading}");
        }
    }

    #[test]
    fn a_field_is_found_by_its_name() {
        for field in CaseField::ALL {
            assert_eq!(CaseField::from_name(field.as_str()), Some(field));
        }
    }
}
