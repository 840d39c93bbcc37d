//! Cases from CSV.

use shinsa_domain::Lang;

use super::{codes, cp932};
use crate::{CaseField, Certainty, Code, Encoding, Layout, TableOptions, cases_table};

const SHEET: &str = "番号,発生内容,背景要因,実施した・考えられる改善策\r\n\
    A1,\"夜間、患者①がトイレへ\r\n行こうとして転倒した。\",㈱髙橋製のセンサーが切れていた,交代時に確かめる\r\n\
    A2,\"与薬の際に\"\"別の患者\"\"へ渡した\",,\r\n";

#[test]
fn the_same_sheet_reads_the_same_from_every_encoding() {
    let utf8 = cases_table(SHEET.as_bytes(), &TableOptions::default());
    assert_eq!(codes(&utf8), []);
    assert_eq!(utf8.total_rows, 2);
    let first = &utf8.records[0];
    assert_eq!((first.row, first.line), (2, 2));
    assert_eq!((utf8.records[1].row, utf8.records[1].line), (3, 4));
    assert_eq!(first.value.key, "A1");
    assert_eq!(first.value.lang, Lang::Ja);
    assert_eq!(first.value.text.what, "夜間、患者①がトイレへ\n行こうとして転倒した。");
    assert_eq!(first.value.text.factors, "㈱髙橋製のセンサーが切れていた");
    assert_eq!(utf8.records[1].value.text.what, "与薬の際に\"別の患者\"へ渡した");
    let fields: Vec<_> = utf8.mapping.iter().map(|mapped| mapped.field.as_str()).collect();
    assert_eq!(fields, ["key", "what", "factors", "improvements"]);

    let bom = [b"\xef\xbb\xbf", SHEET.as_bytes()].concat();
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(SHEET.replace(',', "\t").encode_utf16().flat_map(u16::to_le_bytes));
    for (bytes, encoding) in
        [(bom, Encoding::Utf8Bom), (cp932(SHEET), Encoding::Cp932), (utf16, Encoding::Utf16Le)]
    {
        let read = cases_table(&bytes, &TableOptions::default());
        assert_eq!(read.encoding.encoding, encoding);
        assert_eq!(read.records, utf8.records, "{encoding:?}");
    }
}

#[test]
fn a_chosen_encoding_overrides_the_guess() {
    let options = TableOptions { encoding: Some(Encoding::Utf8), ..TableOptions::default() };
    let read = cases_table(&cp932(SHEET), &options);
    assert_eq!(read.encoding.certainty, Certainty::Given);
    assert!(codes(&read).contains(&Code::BadBytes));
    assert!(read.records.is_empty());
}

#[test]
fn a_bad_row_is_named_and_the_others_are_read() {
    let mut bytes = cp932("番号,内容,要因\n1,転倒,a\n2,転落,");
    bytes.extend(b"\x83\xff\n");
    bytes.extend(cp932("3,誤薬,c\n1,重複,d\n5,,e\n6,余り,f,g\n"));
    let read = cases_table(&bytes, &TableOptions::default());
    let found: Vec<_> = (read.problems.iter())
        .map(|p| (p.row.unwrap(), p.column.as_deref().unwrap_or(""), p.code))
        .collect();
    assert_eq!(
        found,
        [
            (3, "要因", Code::BadBytes),
            (5, "番号", Code::DuplicateKey),
            (6, "内容", Code::FieldEmpty),
            (7, "", Code::TooManyCells),
        ]
    );
    assert_eq!(read.problems[1].args["first_row"], "2");
    let keys: Vec<_> = read.records.iter().map(|located| located.value.key.as_str()).collect();
    assert_eq!(keys, ["1", "3"]);
    assert_eq!((read.total_rows, read.failed_count()), (6, 4));
}

#[test]
fn failed_rows_come_back_byte_by_byte_with_the_headings() {
    let bytes = cp932("番号,内容\r\n1,転倒\r\n,\"a\r\nb\"\r\n3,");
    let read = cases_table(&bytes, &TableOptions::default());
    let failed = read.failed_rows(&bytes);
    assert_eq!(failed, cp932("番号,内容\r\n,\"a\r\nb\"\r\n3,\r\n"));
    let again = cases_table(&failed, &TableOptions::default());
    assert_eq!((again.total_rows, again.records.len()), (2, 0));
}

#[test]
fn any_column_can_be_chosen_by_heading_or_number() {
    let text = "A,B,C,内容\n1,what it was,why,other\n";
    let mut options = TableOptions::default();
    options.mapping.insert(CaseField::What, "b".into());
    options.mapping.insert(CaseField::Key, "#1".into());
    options.mapping.insert(CaseField::Factors, String::new());
    let read = cases_table(text.as_bytes(), &options);
    assert_eq!(codes(&read), []);
    let case = &read.records[0].value;
    assert_eq!((case.key.as_str(), case.text.what.as_str()), ("1", "what it was"));
    assert_eq!(case.lang, Lang::En);
    assert_eq!(case.text.extra, [("C".into(), "why".into()), ("内容".into(), "other".into())]);
    assert!(read.mapping.iter().all(|mapped| mapped.given));
}

#[test]
fn a_missing_column_refuses_the_file_and_says_which() {
    let read = cases_table("番号,備考\n1,x\n".as_bytes(), &TableOptions::default());
    assert!(read.is_refused());
    assert_eq!(codes(&read), [Code::ColumnMissing]);
    assert_eq!(read.problems[0].args["field"], "what");
    assert_eq!(read.problems[0].args["headings"], "番号, 備考");

    let mut options = TableOptions::default();
    options.mapping.insert(CaseField::What, "本文".into());
    let read = cases_table("番号,備考\n1,x\n".as_bytes(), &options);
    assert_eq!(codes(&read), [Code::MappingUnknownHeading]);
}

#[test]
fn keys_made_from_the_content_are_the_same_at_every_reading() {
    let text = "内容\n転倒\n転落\n転倒\n";
    let keys = |text: &str| -> Vec<String> {
        let read = cases_table(text.as_bytes(), &TableOptions::default());
        assert_eq!(codes(&read), [Code::KeysMade]);
        assert!(!read.is_refused());
        read.records.into_iter().map(|located| located.value.key).collect()
    };
    let first = keys(text);
    assert_eq!(first, keys(text));
    assert_eq!(first[2], format!("{}-2", first[0]));
    assert_eq!(keys("内容\n転落\n")[0], first[1]);
}

#[test]
fn headings_below_a_title_row_are_found() {
    let text =
        "2026年度 インシデント報告,,,\n\nＮｏ．,タイトル,何が起きたか,言語\n1,転倒,Fell,日本語\n";
    let read = cases_table(text.as_bytes(), &TableOptions::default());
    assert_eq!(codes(&read), []);
    assert_eq!(read.layout, Layout::Plain);
    let located = &read.records[0];
    assert_eq!((located.row, located.value.lang), (4, Lang::Ja));
    assert_eq!(located.value.text.title, "転倒");
}

#[test]
fn an_unclosed_quote_costs_its_row_only() {
    let read = cases_table("番号,内容\n1,\"転倒\n2,転落\n".as_bytes(), &TableOptions::default());
    assert_eq!(codes(&read), [Code::QuoteUnclosed]);
    assert_eq!(read.problems[0].column.as_deref(), Some("内容"));
    assert_eq!(read.records.len(), 1);
}

#[test]
fn private_use_characters_are_pointed_out_and_kept() {
    let mut bytes = cp932("番号,内容\n1,");
    bytes.extend([0xf0, 0x40]);
    bytes.extend(cp932("氏が転倒\n"));
    let read = cases_table(&bytes, &TableOptions::default());
    assert_eq!(codes(&read), [Code::GaijiCharacter]);
    assert_eq!(read.records.len(), 1);
}

#[test]
fn the_demo_sheet_is_read_without_a_problem() {
    let bytes = include_bytes!("../../../../../resources/demo/incidents.csv");
    let read = cases_table(bytes, &TableOptions::default());
    assert_eq!(codes(&read), []);
    assert_eq!((read.records.len(), read.encoding.encoding), (40, Encoding::Cp932));
}
