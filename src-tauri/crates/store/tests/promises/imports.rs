use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{Sample, case, id, output, person, rubric};

#[test]
fn importing_the_same_cases_twice_changes_nothing_and_says_so() {
    let mut sample = Sample::new(0);
    let op = sample.op("import-cases");
    let file = |sample: &Sample| {
        vec![case(sample.clock(), "1", "転倒\r\nした"), case(sample.clock(), "2", "fell")]
    };
    let (first, second) = (file(&sample), file(&sample));
    let done = sample.project.transact(&op, |tx| tx.insert_cases(&first)).unwrap();
    assert_eq!((done.new, done.same), (2, 0));
    let done = sample.project.transact(&op, |tx| tx.insert_cases(&second)).unwrap();
    assert_eq!((done.new, done.same, done.conflicts.len()), (0, 2, 0));
    let lead = sample.as_lead();
    let view = sample.project.view(&lead);
    // The ids of the first import stay, and with them whatever hangs on them.
    assert_eq!(view.case_by_key("1").unwrap().unwrap(), first[0]);
    assert_eq!(view.case_ids().unwrap()["2"], first[1].id);
    assert_eq!(view.case(first[1].id).unwrap().text.what, "fell");
}

#[test]
fn a_case_with_a_known_key_and_another_text_is_a_conflict_and_stays() {
    let mut sample = Sample::new(2);
    let op = sample.op("import-cases");
    let cases = [case(sample.clock(), "new", "x"), case(sample.clock(), "case-001", "other")];
    let done = sample.project.transact(&op, |tx| tx.insert_cases(&cases)).unwrap();
    assert_eq!(done.new, 1);
    let conflict = &done.conflicts[0];
    assert_eq!((conflict.index, conflict.key.as_str(), conflict.field), (1, "case-001", "text"));
    let lead = sample.as_lead();
    let there = sample.project.view(&lead).case_by_key("case-001").unwrap().unwrap();
    assert_eq!(there.text.what, "夜間に転倒した 1");
}

#[test]
fn two_identical_falls_may_both_exist() {
    let mut sample = Sample::new(0);
    let op = sample.op("import-cases");
    let cases = [case(sample.clock(), "a", "転倒"), case(sample.clock(), "b", "転倒")];
    assert_eq!(sample.project.transact(&op, |tx| tx.insert_cases(&cases)).unwrap().new, 2);
    let lead = sample.as_lead();
    assert_eq!(sample.project.view(&lead).repeated_cases().unwrap(), 1);
}

#[test]
fn outputs_are_compared_in_every_respect() {
    let mut sample = Sample::new(1);
    let op = sample.op("import-outputs");
    let lead = sample.as_lead();
    let there = sample.project.view(&lead).output(sample.outputs[0]).unwrap();
    let id = || id!(sample.clock(), OutputId);
    let changed = [
        (None, Output { id: id(), ..there.clone() }),
        (Some("text"), Output { id: id(), text: "x".into(), ..there.clone() }),
        (Some("sample"), Output { id: id(), sample: 3, ..there.clone() }),
        (Some("items"), Output { id: id(), items: Default::default(), ..there.clone() }),
        (Some("origin"), Output { id: id(), origin: Origin::default(), ..there.clone() }),
    ];
    for (field, output) in changed {
        let done = sample.project.transact(&op, |tx| tx.insert_outputs(&[output])).unwrap();
        assert_eq!(done.new, 0);
        assert_eq!(done.conflicts.first().map(|c| c.field), field);
    }
    assert_eq!(sample.project.view(&lead).output(there.id).unwrap(), there);
    assert_eq!(sample.project.view(&lead).output_ids().unwrap()[&there.key], there.id);
}

#[test]
fn a_broken_import_leaves_nothing_behind() {
    let mut sample = Sample::new(1);
    let op = sample.op("import");
    let orphan = output(sample.clock(), CaseId::new(9, [9; 10]), PromptId::new(9, [9; 10]), 7);
    let good = case(sample.clock(), "good", "x");
    let error = sample
        .project
        .transact(&op, |tx| {
            tx.insert_cases(&[good])?;
            tx.insert_outputs(&[orphan])
        })
        .unwrap_err();
    assert_eq!((error.code(), error.args()["noun"].as_str()), ("not-found", "case"));
    let lead = sample.as_lead();
    let view = sample.project.view(&lead);
    assert_eq!(view.counts().unwrap().cases, 1);
    assert!(view.operations(Page::first(99)).unwrap().rows.iter().all(|o| o.name != "import"));
}

#[test]
fn a_panic_inside_an_operation_leaves_nothing_behind() {
    let mut sample = Sample::new(1);
    let op = sample.op("import");
    let good = case(sample.clock(), "good", "x");
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        sample.project.transact(&op, |tx| {
            tx.insert_cases(&[good])?;
            panic!("in the middle");
            #[allow(unreachable_code)]
            Ok::<_, StoreError>(())
        })
    }));
    assert!(died.is_err());
    let lead = sample.as_lead();
    assert_eq!(sample.project.view(&lead).counts().unwrap().cases, 1);
}

#[test]
fn one_prompt_is_kept_for_one_content() {
    let mut sample = Sample::new(1);
    let op = sample.op("import");
    let lead = sample.as_lead();
    let case = sample.project.view(&lead).case_by_key("case-000").unwrap().unwrap().id;
    let prompt = |text: &str, template: Option<Hash>| Prompt {
        id: id!(sample.clock(), PromptId),
        case,
        template,
        text: text.into(),
    };
    let prompts = [
        prompt("a", None),
        prompt("a", None),
        prompt("a", Some(hash_bytes(b"t"))),
        prompt("b", None),
    ];
    let ids: Vec<PromptId> = sample
        .project
        .transact(&op, |tx| prompts.iter().map(|p| tx.ensure_prompt(p)).collect::<Result<_, _>>())
        .map_err(|e: StoreError| e)
        .unwrap();
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
    let view = sample.project.view(&lead);
    assert_eq!(view.prompts_of(case).unwrap().len(), 4);
    assert_eq!(view.prompt(ids[2]).unwrap(), prompts[2]);
}

#[test]
fn a_published_rubric_never_changes() {
    let mut sample = Sample::new(0);
    let op = sample.op("publish");
    let mut publish =
        |rubric: &Rubric| sample.project.transact(&op, |tx| tx.publish_rubric(rubric));
    let mut changed = rubric();
    assert_eq!(publish(&changed).unwrap().same, 1);
    changed.title.en = "Other".into();
    let error = publish(&changed).unwrap_err();
    assert_eq!((error.code(), error.args()["next"].as_str()), ("rubric-published", "2"));
    changed.version = 2;
    assert_eq!(publish(&changed).unwrap().new, 1);
    let lead = sample.as_lead();
    let view = sample.project.view(&lead);
    assert_eq!(view.latest_rubric("answer-safety").unwrap(), changed);
    assert_eq!(view.rubric(&sample.rubric).unwrap(), rubric());
    assert_eq!(view.rubrics().unwrap().len(), 2);
    assert_eq!(view.latest_rubric("no").unwrap_err().code(), "not-found");
}

#[test]
fn people_are_known_by_name() {
    let mut sample = Sample::new(0);
    let op = sample.op("import-raters");
    let again =
        [person(sample.clock(), "Aoki", Role::Rater), person(sample.clock(), "Brown", Role::Lead)];
    let done = sample.project.transact(&op, |tx| tx.insert_raters(&again)).unwrap();
    assert_eq!((done.new, done.same, done.conflicts[0].field), (0, 1, "role"));
    let me = sample.as_rater(0);
    let there = sample.project.view(&me).rater_by_name("Aoki").unwrap().unwrap();
    assert_eq!(there, sample.raters[0]);
}

#[test]
fn lists_come_in_pages_by_key_without_texts() {
    let sample = Sample::new(25);
    let lead = sample.as_lead();
    let view = sample.project.view(&lead);
    let (mut page, mut keys) = (Page::first(10), vec![]);
    loop {
        let rows = view.cases(page).unwrap();
        assert!(rows.rows.len() <= 10);
        keys.extend(rows.rows.iter().map(|row| row.key.clone()));
        let Some(next) = rows.next else { break };
        page = Page::after(next, 10);
    }
    assert_eq!(keys.len(), 25);
    assert!(keys.is_sorted());
    let row = &view.cases(Page::first(1)).unwrap().rows[0];
    assert_eq!((row.outputs, row.excerpt.as_str()), (1, "夜間に転倒した 0"));
    let case = view.outputs(Some(row.id), Page::first(5)).unwrap().rows;
    assert_eq!((case.len(), case[0].case_key.as_str()), (1, "case-000"));
    assert_eq!(view.outputs(None, Page::first(100)).unwrap().rows.len(), 25);
    assert_eq!(view.whole_cases(Page::first(100)).unwrap().rows[24].key, "case-024");
    assert_eq!(view.whole_outputs(Page::after(20, 100)).unwrap().rows.len(), 5);
}

#[test]
fn settings_are_remembered() {
    let mut sample = Sample::new(0);
    let op = sample.op("set");
    for n in [1, 2] {
        sample.project.transact(&op, |tx| tx.set_setting("seed", &n.into())).unwrap();
    }
    let me = sample.as_rater(0);
    assert_eq!(sample.project.view(&me).setting("seed").unwrap(), Some(2.into()));
    assert_eq!(sample.project.view(&me).setting("none").unwrap(), None);
}
