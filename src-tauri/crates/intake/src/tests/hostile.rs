//! No bytes make a reader panic, and what it counts adds up.

use proptest::prelude::*;

use crate::{
    Certainty, Encoding, Intake, JsonlOptions, Limits, RatingsTableOptions, Severity, TableOptions,
    cases_jsonl, cases_table, detect, outputs_jsonl, ratings_jsonl, ratings_table,
};

fn sums_up<T>(read: &Intake<T>, bytes: &[u8]) {
    assert!(read.records.len() as u64 <= read.total_rows);
    let failed: std::collections::BTreeSet<_> = (read.problems.iter())
        .filter(|p| p.severity == Severity::Error)
        .filter_map(|p| p.row)
        .collect();
    for record in &read.records {
        assert!(!failed.contains(&record.row), "row {} is both in and out", record.row);
    }
    if !read.is_refused() {
        assert_eq!(failed.len() as u64, read.failed_count());
    }
    assert!(read.failed_rows(bytes).len() <= bytes.len() * 3 + 8);
    serde_json::to_string(&read.problems).unwrap();
}

fn read_all(bytes: &[u8]) {
    let rubric = super::ratings::rubric();
    assert!(detect(bytes).certainty != Certainty::Given);
    for encoding in [None].into_iter().chain(Encoding::ALL.map(Some)) {
        let options = TableOptions { encoding, ..TableOptions::default() };
        sums_up(&cases_table(bytes, &options), bytes);
        let rated = RatingsTableOptions { encoding, ..RatingsTableOptions::default() };
        let read = ratings_table(bytes, &rubric, &rated);
        assert!(read.records.len() as u64 <= read.total_rows);
        let options = JsonlOptions { encoding, ..JsonlOptions::default() };
        sums_up(&cases_jsonl(bytes, &options), bytes);
        sums_up(&outputs_jsonl(bytes, &options), bytes);
        sums_up(&ratings_jsonl(bytes, &options), bytes);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
    }

    #[test]
    fn any_table_is_read_without_a_panic(
        head in "(番号|内容|what|要因|output|rater|safety|harm|\"|,|\t|\u{3000}|x){0,8}",
        body in "([,\"\n\r;a1転\u{0}\u{e000}髙①]){0,120}",
        cut in 0_usize..400,
    ) {
        let text = format!("{head}\n{body}");
        let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
        read_all(&text.as_bytes()[..cut.min(text.len())]);
        read_all(&sjis[..cut.min(sjis.len())]);
    }

    #[test]
    fn any_lines_are_read_without_a_panic(
        lines in prop::collection::vec(
            "\\{(\"(what|key|case|text|output|rater|rubric|answers|at|items)\":(\"[a\\\\u0d8転]{0,6}\"|1|null|\\[1\\]|\\{\"a\":\\[\\]\\}),?){0,6}\\}?",
            0..6,
        ),
    ) {
        read_all(lines.join("\n").as_bytes());
    }
}

#[test]
fn limits_end_in_problems() {
    let limits = Limits {
        max_rows: 2,
        max_columns: 3,
        max_cell_bytes: 8,
        max_problems_per_row: 2,
        ..Limits::default()
    };
    let options = TableOptions { limits, ..TableOptions::default() };
    let read = |text: &str| {
        let read = cases_table(text.as_bytes(), &options);
        let codes: Vec<_> = read.problems.iter().map(|p| p.code.as_str()).collect();
        (codes.join(" "), read.records.len())
    };
    assert_eq!(read("id,what\n1,a\n2,b\n3,c\n"), ("too-many-rows".into(), 2));
    assert_eq!(read("id,what,b,c\n1,a,,\n"), ("too-many-columns".into(), 0));
    assert_eq!(read("id,what\n1,123456789\n"), ("cell-too-long".into(), 0));
    assert_eq!(
        read("id,what,b\n1,\"1234567890123\",c\n"),
        ("quote-unclosed cell-too-long".into(), 0)
    );
    assert_eq!(
        read("id,what,b\n\u{1}x,\u{1}y,z\0\n"),
        ("control-character control-character nul-character".into(), 0)
    );
}

#[test]
fn a_file_of_nothing_but_problems_is_refused_without_filling_memory() {
    let limits = Limits { max_problems: 50, ..Limits::default() };
    let text = "番号,内容\n".to_owned() + &"1,\n".repeat(1_000);
    let read = cases_table(text.as_bytes(), &TableOptions { limits, ..TableOptions::default() });
    assert!(read.is_refused());
    assert!(read.problems.len() <= 51);
    assert_eq!(read.total_rows, 1_000);
    assert_eq!(read.problems[0].code, crate::Code::TooManyProblems);
}
