//! Size: not a benchmark, but a bound that a wrong index would break.

use std::time::{Duration, Instant};

use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{Sample, case};

#[test]
fn thousands_of_cases_are_imported_and_paged_without_waiting() {
    let mut sample = Sample::new(0);
    let cases: Vec<Case> = (0..10_000)
        .map(|i| case(sample.clock(), &format!("k{i}"), &format!("夜間に転倒した。{i}").repeat(20)))
        .collect();
    let op = sample.op("import-cases");
    let begun = Instant::now();
    let done = sample.project.transact(&op, |tx| tx.insert_cases(&cases)).unwrap();
    let import = begun.elapsed();
    assert_eq!(done.new, 10_000);
    let lead = sample.as_lead();
    let view = sample.project.view(&lead);
    let begun = Instant::now();
    let rows = view.cases(Page::after(9_000, 100)).unwrap().rows;
    let page = begun.elapsed();
    assert_eq!((rows.len(), rows[0].key.as_str()), (100, "k9000"));
    assert!(import < Duration::from_secs(20), "import took {import:?}");
    assert!(page < Duration::from_millis(500), "a page took {page:?}");
}
