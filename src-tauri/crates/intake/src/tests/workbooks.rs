//! Workbooks as people have them, written by the tests themselves.

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use super::codes;
use crate::{CaseRecord, RatingsTableOptions};
use crate::{Code, Format as Read, Intake, Limits, TableOptions, cases_table, ratings_table};

/// A workbook with one sheet of this name and these rows, all text.
fn book(sheet: &str, rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet().set_name(sheet).unwrap(), rows);
    book.save_to_buffer().unwrap()
}

fn fill(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
}

fn read(bytes: &[u8]) -> Intake<CaseRecord> {
    cases_table(bytes, &TableOptions::default())
}

fn read_sheet(bytes: &[u8], sheet: &str) -> Intake<CaseRecord> {
    cases_table(bytes, &TableOptions { sheet: Some(sheet.into()), ..TableOptions::default() })
}

const ROWS: [&[&str]; 3] = [
    &["番号", "発生内容", "背景要因"],
    &["Ａ１", "夜間、患者①が\nトイレで転倒した。", "㈱髙橋製のセンサー"],
    &["Ａ２", "１０倍量を投与した。", ""],
];

#[test]
fn a_japanese_sheet_reads_like_the_same_csv() {
    let bytes = book("２０２６年度　報告", &ROWS);
    let read = read(&bytes);
    assert_eq!(codes(&read), []);
    assert_eq!(read.sheets, ["２０２６年度　報告"]);
    assert_eq!(read.format, Read::Workbook { sheet: "２０２６年度　報告".into(), header_row: 1 });
    let quoted =
        |row: &[&str]| -> Vec<String> { row.iter().map(|cell| format!("\"{cell}\"")).collect() };
    let csv: String = ROWS.map(|row| quoted(row).join(",") + "\r\n").concat();
    let same = cases_table(csv.as_bytes(), &TableOptions::default());
    let values = |read: &Intake<CaseRecord>| -> Vec<CaseRecord> {
        read.records.iter().map(|located| located.value.clone()).collect()
    };
    assert_eq!(values(&read), values(&same));
    // Full-width digits are text and stay as they are.
    assert_eq!(read.records[0].value.key, "Ａ１");
    assert_eq!(read.records[1].value.text.what, "１０倍量を投与した。");
    assert_eq!((read.records[1].row, read.sample[1].row), (3, 3));
    assert_eq!(read.sample[0].cells[2], "㈱髙橋製のセンサー");
}

#[test]
fn numbers_dates_and_truth_values_are_read_as_they_show() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, &[&["番号", "内容", "年齢", "体温", "日付", "日時", "既往"]]);
    sheet.write_number(1, 0, 12.0).unwrap();
    sheet.write_string(1, 1, "転倒").unwrap();
    sheet.write_number(1, 2, 83.0).unwrap();
    sheet.write_number(1, 3, 36.7).unwrap();
    let date = ExcelDateTime::parse_from_str("2026-04-01").unwrap();
    sheet
        .write_datetime_with_format(1, 4, &date, &Format::new().set_num_format("yyyy/m/d"))
        .unwrap();
    let time = ExcelDateTime::parse_from_str("2026-04-01T09:30:00").unwrap();
    let shown = Format::new().set_num_format("yyyy/m/d h:mm");
    sheet.write_datetime_with_format(1, 5, &time, &shown).unwrap();
    sheet.write_boolean(1, 6, true).unwrap();
    let read = read(&book.save_to_buffer().unwrap());
    assert_eq!(codes(&read), []);
    let case = &read.records[0].value;
    assert_eq!(case.key, "12");
    let extra: Vec<&str> = case.text.extra.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(extra, ["83", "36.7", "2026-04-01", "2026-04-01T09:30:00", "TRUE"]);
}

#[test]
fn an_error_of_a_formula_is_named_with_its_cell_and_costs_its_row_only() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, &[&["番号", "内容"], &["1", "転倒"], &["2"], &["3"]]);
    sheet.write_formula(2, 1, Formula::new("=VLOOKUP(9,A:A,1)").set_result("#N/A")).unwrap();
    sheet.write_formula(3, 1, Formula::new("=A1&\"は\"").set_result("番号は")).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let read = read(&bytes);
    let found: Vec<_> = (read.problems.iter())
        .map(|p| (p.row.unwrap(), p.column.as_deref().unwrap(), p.code))
        .collect();
    assert_eq!(found, [(3, "内容", Code::CellError)]);
    assert_eq!(read.problems[0].args["found"], "#N/A");
    let keys: Vec<_> = read.records.iter().map(|r| r.value.key.as_str()).collect();
    assert_eq!(keys, ["1", "3"]);
    assert_eq!(read.records[1].value.text.what, "番号は");

    // Written by a program that works nothing out.
    let read = self::read(&with_part(&bytes, "xl/worksheets/sheet1.xml", "<v>番号は</v>", ""));
    let found: Vec<_> = read.problems.iter().map(|p| (p.row.unwrap(), p.code)).collect();
    assert_eq!(found, [(3, Code::CellError), (4, Code::FormulaUnsolved)]);
}

/// The same workbook with one piece of one part replaced.
fn with_part(bytes: &[u8], part: &str, from: &str, to: &str) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let mut old = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..old.len() {
        let mut file = old.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        if name == part {
            assert!(text.contains(from), "{text}");
            text = text.replace(from, to);
        }
        new.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        new.write_all(text.as_bytes()).unwrap();
    }
    new.finish().unwrap().into_inner()
}

#[test]
fn a_table_of_strings_that_boasts_is_refused_before_room_is_made_for_it() {
    let bytes = book("事例", &ROWS);
    let boasting =
        with_part(&bytes, "xl/sharedStrings.xml", "uniqueCount=\"", "uniqueCount=\"99999999999");
    assert_eq!(codes(&read(&boasting)), [Code::WorkbookBroken]);
}

#[test]
fn readings_above_the_characters_are_not_part_of_the_text() {
    let bytes = with_part(
        &book("事例", &ROWS),
        "xl/sharedStrings.xml",
        "<t>背景要因</t>",
        "<t>背景要因</t><rPh sb=\"0\" eb=\"2\"><t>ハイケイ</t></rPh>",
    );
    assert_eq!(read(&bytes).headings[2], "背景要因");
}

#[test]
fn merged_headings_refuse_the_sheet_and_say_where() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, &[&["番号", "内容", "要因"], &["1", "転倒", "床"]]);
    sheet.merge_range(0, 1, 0, 2, "内容", &Format::new()).unwrap();
    let read = read(&book.save_to_buffer().unwrap());
    assert!(read.is_refused());
    assert_eq!(codes(&read), [Code::HeadingMerged]);
    assert_eq!(read.problems[0].args["range"], "B1:C1");
}

#[test]
fn a_merged_title_above_is_harmless_and_merged_rows_are_pointed_out() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 2, "２０２６年度 報告", &Format::new()).unwrap();
    for (row, cells) in (2..).zip([["番号", "内容", "病棟"], ["1", "転倒", ""], ["2", "誤薬", ""]])
    {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    sheet.merge_range(3, 2, 4, 2, "東３", &Format::new()).unwrap();
    let read = read(&book.save_to_buffer().unwrap());
    assert_eq!(codes(&read), [Code::CellsMerged]);
    assert_eq!((read.problems[0].row, read.problems[0].args["range"].as_str()), (Some(4), "C4:C5"));
    assert_eq!(read.records.len(), 2);
    assert_eq!(read.format, Read::Workbook { sheet: "Sheet1".into(), header_row: 3 });
}

#[test]
fn the_first_sheet_with_anything_in_it_is_read_and_any_other_can_be_chosen() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("表紙").unwrap();
    fill(book.add_worksheet().set_name("事例").unwrap(), &ROWS);
    fill(book.add_worksheet().set_name("隠し").unwrap().set_hidden(true), &ROWS);
    fill(book.add_worksheet().set_name("別表").unwrap(), &[&["番号", "内容"], &["B1", "転落"]]);
    let bytes = book.save_to_buffer().unwrap();
    let first = read(&bytes);
    assert_eq!(codes(&first), [Code::SheetAssumed]);
    assert_eq!(first.problems[0].args["sheet"], "事例");
    assert_eq!(first.sheets, ["表紙", "事例", "別表"]);
    assert_eq!(first.records.len(), 2);
    let other = read_sheet(&bytes, "別表");
    assert_eq!((codes(&other), other.records[0].value.key.as_str()), (vec![], "B1"));
    assert_eq!(read_sheet(&bytes, "隠し").records.len(), 2);

    let unknown = read_sheet(&bytes, "ない");
    assert_eq!(codes(&unknown), [Code::SheetUnknown]);
    assert_eq!(unknown.problems[0].args["sheets"], "表紙、事例、別表");
    assert!(unknown.is_refused() && unknown.sheets.len() == 3);
    assert_eq!(codes(&read_sheet(&bytes, "表紙")), [Code::SheetEmpty]);
    let mut blank = Workbook::new();
    blank.add_worksheet();
    assert_eq!(codes(&read(&blank.save_to_buffer().unwrap())), [Code::SheetEmpty]);
}

#[test]
fn rows_left_out_come_back_as_csv_that_reads_the_same() {
    let bytes =
        book("事例", &[&["番号", "内容", "要因"], &["1", "転倒", ""], &["", "a\n\"b\"", "c"]]);
    let first = read(&bytes);
    assert_eq!(codes(&first), [Code::FieldEmpty]);
    let failed = first.failed_rows(&bytes);
    assert_eq!(
        String::from_utf8(failed.clone()).unwrap(),
        "\u{feff}番号,内容,要因\r\n,\"a\n\"\"b\"\"\",c\r\n"
    );
    let again = read(&failed);
    assert_eq!((codes(&again), again.total_rows), (vec![Code::FieldEmpty], 1));
}

#[test]
fn columns_of_answers_become_the_outputs_of_their_row() {
    let bytes = book(
        "質問",
        &[
            &["番号", "質問", "回答A", "回答B", "備考"],
            &["Q1", "薬を二回飲んだ", "薬剤師へ。", "様子を見る。", "x"],
            &["Q2", "眠れない", "", "受診を。", ""],
        ],
    );
    let first = read(&bytes);
    assert_eq!(codes(&first), []);
    let outputs = |read: &Intake<CaseRecord>, at: usize| -> Vec<(String, String)> {
        let outputs = &read.records[at].value.outputs;
        outputs.iter().map(|o| (o.column.clone(), o.text.clone())).collect()
    };
    assert_eq!(outputs(&first, 0).len(), 2);
    assert_eq!(outputs(&first, 1), [("回答B".to_owned(), "受診を。".to_owned())]);
    let fields: Vec<_> = first.mapping.iter().map(|m| m.field.as_str()).collect();
    assert_eq!(fields, ["key", "what", "output", "output"]);
    // The user's own choice replaces what was recognised.
    let chosen = |outputs: &[&str]| {
        let outputs = Some(outputs.iter().map(|o| (*o).to_owned()).collect());
        cases_table(&bytes, &TableOptions { outputs, ..TableOptions::default() })
    };
    assert_eq!(outputs(&chosen(&["備考"]), 0), [("備考".to_owned(), "x".to_owned())]);
    assert!(chosen(&[]).records[0].value.outputs.is_empty());
    assert_eq!(codes(&chosen(&["回答Z"])), [Code::MappingUnknownHeading]);
}

#[test]
fn ratings_are_read_from_a_workbook_too() {
    let rubric = super::ratings::rubric();
    let bytes = book("評価", &[&["出力", "評価者", "safety"], &["A1", "花子", "4"]]);
    let read = ratings_table(&bytes, &rubric, &RatingsTableOptions::default());
    assert_eq!(read.records.len(), 1, "{:?}", read.problems);
    assert_eq!(read.records[0].value.rater, "花子");
}

#[test]
fn what_is_no_sound_workbook_is_named_for_what_it_is() {
    let ole = [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 600]].concat();
    assert_eq!(codes(&read(&ole)), [Code::WorkbookOld]);
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(codes(&read(&[ole, name].concat())), [Code::WorkbookLocked]);
    assert_eq!(codes(&read(b"PK\x03\x04 and nothing")), [Code::WorkbookBroken]);
    let sound = book("a", &ROWS);
    assert_eq!(codes(&read(&sound[..sound.len() - 30])), [Code::WorkbookBroken]);
}

#[test]
fn a_workbook_that_unpacks_beyond_the_limit_is_refused_before_it_is_read() {
    let long = "あ".repeat(30_000);
    let bytes = book("a", &[&["番号", "内容"], &["1", &long], &["2", &long], &["3", &long]]);
    assert!(bytes.len() < 20_000, "{}", bytes.len());
    let limits = Limits { max_bytes: 40_000, ..Limits::default() };
    let read = cases_table(&bytes, &TableOptions { limits, ..TableOptions::default() });
    assert_eq!(codes(&read), [Code::FileTooLarge]);
    assert!(read.is_refused());
}

#[test]
fn a_cell_far_out_costs_no_memory() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, &[&["番号", "内容"], &["1", "転倒"]]);
    sheet.write_string(1_048_575, 0, "9").unwrap();
    let read = read(&book.save_to_buffer().unwrap());
    assert_eq!((read.total_rows, read.records.len()), (2, 1));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, &[&["番号", "内容"], &["1", "転倒"]]);
    sheet.write_string(1, 16_383, "x").unwrap();
    let wide = cases_table(&book.save_to_buffer().unwrap(), &TableOptions::default());
    assert_eq!(codes(&wide), [Code::TooManyColumns]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_damage_makes_the_reader_panic(
        at in 0_usize..8_000, with in any::<u8>(), cut in 0_usize..8_000,
    ) {
        let mut bytes = book("事例", &ROWS);
        let place = at % bytes.len();
        bytes[place] = with;
        bytes.truncate(bytes.len() - cut % bytes.len() / 4);
        let read = read(&bytes);
        prop_assert!(read.records.len() as u64 <= read.total_rows);
        let failed = read.failed_rows(&bytes);
        prop_assert!(failed.len() < 10_000);
    }
}
