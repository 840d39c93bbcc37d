//! Size: not a benchmark, but a bound that a wrong index would break.

use std::time::{Duration, Instant};

use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{Sample, answers, case, id, output};

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

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = run();
    println!("{what}: {:?}", begun.elapsed());
    done
}

/// Figures for a large project; run with `--ignored --nocapture`.
#[test]
#[ignore = "prints figures; SHINSA_TEST_N sets the number of outputs"]
fn figures_of_a_hundred_thousand_outputs_and_three_hundred_thousand_ratings() {
    let n: usize = std::env::var("SHINSA_TEST_N").map_or(100_000, |n| n.parse().unwrap());
    let mut sample = Sample::new(0);
    let cases: Vec<Case> = (0..n)
        .map(|i| case(sample.clock(), &format!("k{i}"), &format!("夜間に転倒した。{i}").repeat(20)))
        .collect();
    let op = sample.op("fill");
    timed("insert cases", || {
        sample.project.transact(&op, |tx| tx.insert_cases(&cases)).unwrap();
    });
    timed("insert the cases again", || {
        let again = sample.project.transact(&op, |tx| tx.insert_cases(&cases)).unwrap();
        assert_eq!(again.same, n);
    });
    let clock = sample.clock().clone();
    let outputs: Vec<Output> = timed("insert prompts and outputs", || {
        sample
            .project
            .transact(&op, |tx| {
                let mut outputs = vec![];
                for (i, case) in cases.iter().enumerate() {
                    let prompt = Prompt {
                        id: id!(clock, PromptId),
                        case: case.id,
                        template: None,
                        text: format!("どうしますか {i}"),
                    };
                    outputs.push(output(&clock, case.id, tx.ensure_prompt(&prompt)?, i));
                }
                tx.insert_outputs(&outputs)?;
                Ok::<_, StoreError>(outputs)
            })
            .unwrap()
    });
    sample.outputs = outputs.iter().map(|o| o.id).collect();
    let rubric = sample.rubric.clone();
    timed("assign all outputs to 3 raters", || {
        for rater in sample.raters.clone() {
            let outputs = sample.outputs.clone();
            sample.project.transact(&op, |tx| tx.assign(rater.id, &rubric, &outputs)).unwrap();
        }
    });
    timed("import 3 ratings of each", || {
        for rater in sample.raters.clone() {
            let ratings: Vec<ImportedRating> = (0..n)
                .map(|i| ImportedRating {
                    rater: rater.id,
                    output: sample.outputs[i],
                    rubric: rubric.clone(),
                    answers: answers(1 + (i % 5) as i32, "理由"),
                    locked: i % 100 != 99,
                    at: 1,
                    events: [id!(clock, EventId), id!(clock, EventId)],
                })
                .collect();
            sample.project.transact(&op, |tx| tx.import_ratings(&ratings)).unwrap();
        }
    });
    let path = sample.path();
    timed("close", || sample.project.close().unwrap());
    println!("bytes: {}", std::fs::metadata(path.join("project.db")).unwrap().len());
    sample.project = timed("open", || Project::open(&path, crate::sample::PASSPHRASE).unwrap());
    for (who, viewer) in [
        ("lead", sample.as_lead()),
        ("rater", sample.as_rater(0)),
        ("adjudicator", sample.as_adjudicator()),
    ] {
        let view = sample.project.view(&viewer);
        timed(&format!("{who}: counts"), || view.counts().unwrap());
        timed(&format!("{who}: progress"), || view.progress(&rubric).unwrap());
        timed(&format!("{who}: first page of ratings"), || {
            view.ratings(&rubric, true, Page::first(1000)).unwrap()
        });
        timed(&format!("{who}: all ratings by chunks of 1000"), || {
            let mut page = Page::first(1000);
            while let Some(next) = view.ratings(&rubric, true, page).unwrap().next {
                page = Page::after(next, 1000);
            }
        });
        timed(&format!("{who}: outputs page in the middle"), || {
            view.outputs(None, Page::after(i64::try_from(n).unwrap() / 2, 100)).unwrap()
        });
        timed(&format!("{who}: draft queue page"), || {
            view.queue(&rubric, Some(QueueState::Draft), Page::first(100)).unwrap()
        });
    }
    let viewer = sample.as_rater(0);
    let op = sample.op_of("rate", viewer);
    let mut times = vec![];
    let mut position = 0;
    for _ in 0..300.min(n / 200) {
        let begun = Instant::now();
        let next = sample.project.view(&viewer).next_in_queue(&rubric, position).unwrap().unwrap();
        let found = sample.project.view(&viewer).output(next.output).unwrap();
        sample.project.view(&viewer).case(found.case).unwrap();
        let event = RatingEvent {
            output: found.id,
            ..sample.event(
                0,
                0,
                Operation::Set { criterion: "safety".into(), answer: Some(Answer::Int(3)) },
            )
        };
        sample.project.transact(&op, |tx| tx.append_events(std::slice::from_ref(&event))).unwrap();
        times.push(begun.elapsed());
        position = next.position;
    }
    times.sort();
    println!(
        "next item and one answer: p50 {:?} p99 {:?}",
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );
    timed("next from the start when all is done before", || {
        sample.project.view(&viewer).next_in_queue(&rubric, i64::MAX).unwrap()
    });
    timed("check", || assert!(sample.project.check().unwrap().is_sound()));
}
