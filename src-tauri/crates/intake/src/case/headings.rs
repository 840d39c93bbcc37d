//! The headings by which columns are recognised, as Japanese and English
//! incident forms write them.

use super::mapping::CaseField;
#[cfg(test)]
use crate::text::fold_heading;

impl CaseField {
    /// Headings by which it is recognised, the surest first, folded as
    /// `text::fold_heading` folds them.
    pub(super) fn headings(self) -> &'static [&'static str] {
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

/// Headings of columns that hold what a model answered, folded.
const OUTPUTS: [&str; 10] = [
    "出力",
    "回答",
    "ai回答",
    "aiの回答",
    "aiの出力",
    "モデルの回答",
    "モデルの出力",
    "output",
    "response",
    "modeloutput",
];

/// True if a folded heading is one of those, or one with a number or a letter
/// behind it: `回答A`, `出力②`, `Output 3`.
pub(super) fn is_of_output(folded: &str) -> bool {
    OUTPUTS.iter().any(|known| match folded.strip_prefix(known) {
        None => false,
        Some("") => true,
        Some(rest) => {
            let numbered = rest.len() <= 2 && rest.bytes().all(|byte| byte.is_ascii_digit());
            numbered || matches!(rest.as_bytes(), [b'a'..=b'j'])
        }
    })
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
    fn columns_of_outputs_are_recognised_numbered_or_not() {
        for heading in ["出力", "回答Ａ", "回答②", "Output 3", "AIの回答", "response_12"]
        {
            assert!(is_of_output(&fold_heading(heading)), "{heading}");
        }
        for heading in ["回答者", "出力日", "responsible", "outputs", "模範解答", "回答 123"]
        {
            assert!(!is_of_output(&fold_heading(heading)), "{heading}");
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
}
