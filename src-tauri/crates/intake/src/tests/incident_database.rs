//! The national incident database's case-search export, by its public
//! description: CP932, 185 columns, one heading twice, most cells empty, line
//! breaks in the narrative. All content is invented.

use super::{codes, cp932};
use crate::{Code, Encoding, Layout, TableOptions, cases_table};

/// Headings of an export with 185 columns, of which one occurs twice.
fn headings() -> Vec<String> {
    let mut names: Vec<String> = [
        "事例ID",
        "医療事故情報／ヒヤリ・ハット事例",
        "発生年",
        "発生月",
        "発生曜日",
        "曜日区分",
        "発生時間帯",
        "医療の実施の有無",
        "治療の程度",
        "事故の程度",
        "仮に実施された場合の影響度",
        "発生場所",
        "発生場所（その他）",
        "事例の概要",
        "患者の数",
        "患者の年齢",
        "患者の性別",
        "入院・外来の別",
        "疾患名",
        "関連診療科",
        "関連診療科（その他）",
    ]
    .map(str::to_owned)
    .to_vec();
    for nth in 1..=10 {
        for part in [
            "職種",
            "職種経験年",
            "職種経験月",
            "部署配属年",
            "部署配属月",
            "専門医・認定医",
            "直前1週間の当直回数",
        ] {
            names.push(format!("当事者{nth}{part}"));
        }
    }
    for nth in 1..=20 {
        names.push(format!("発生要因{nth}"));
    }
    names.extend(
        ["薬剤：販売名", "製造販売業者名", "医療機器：販売名", "製造販売業者名"].map(str::to_owned),
    );
    names.extend(["事例の内容", "事例の背景要因の概要", "改善策"].map(str::to_owned));
    let rest = 185 - names.len();
    names.extend((1..=rest).map(|nth| format!("項目{nth:03}")));
    names
}

fn export(cases: usize) -> String {
    let headings = headings();
    let quoted = |cells: &[String]| {
        cells
            .iter()
            .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
            .collect::<Vec<_>>()
            .join(",")
            + "\r\n"
    };
    let mut text = quoted(&headings);
    for nth in 0..cases {
        let row: Vec<String> = headings
            .iter()
            .map(|heading| match heading.as_str() {
                "事例ID" => format!("SYN{nth:08}"),
                "発生年" => "2024".into(),
                "事例の概要" => "薬剤".into(),
                "製造販売業者名" => "架空製薬㈱".into(),
                "事例の内容" => {
                    format!("【内容】\r\n①患者{nth}に、\"別の薬\"を渡した。\r\n②すぐに気づいた。")
                }
                "事例の背景要因の概要" => "・確認の不足\r\n・繁忙".into(),
                "改善策" => "・声に出して照合する".into(),
                _ => String::new(),
            })
            .collect();
        text += &quoted(&row);
    }
    text
}

#[test]
fn the_export_is_recognised_and_its_narrative_found() {
    let bytes = cp932(&export(30));
    let read = cases_table(&bytes, &TableOptions::default());
    assert_eq!(read.encoding.encoding, Encoding::Cp932);
    assert_eq!(read.layout, Layout::IncidentDatabase);
    assert_eq!((read.headings.len(), read.records.len()), (185, 30));
    assert_eq!(codes(&read), [Code::HeadingRepeated]);
    assert!(!read.is_refused());
    let taken: Vec<_> =
        read.mapping.iter().map(|m| (m.field.as_str(), m.heading.as_str())).collect();
    assert_eq!(
        taken,
        [
            ("key", "事例ID"),
            ("what", "事例の内容"),
            ("factors", "事例の背景要因の概要"),
            ("improvements", "改善策"),
        ]
    );
    let last = &read.records[29];
    assert_eq!((last.row, last.line), (31, 2 + 29 * 4));
    let text = &last.value.text;
    assert_eq!(text.what, "【内容】\n①患者29に、\"別の薬\"を渡した。\n②すぐに気づいた。");
    assert_eq!(text.factors, "・確認の不足\n・繁忙");
    // Only filled cells are kept, and the heading that occurs twice keeps both.
    assert_eq!(
        text.extra,
        [
            ("発生年", "2024"),
            ("事例の概要", "薬剤"),
            ("製造販売業者名", "架空製薬㈱"),
            ("製造販売業者名 (2)", "架空製薬㈱"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}
