//! Agreement on what is asked of every item of a list, and the passages that answers rest on
//! where raters differ, through the use cases that both shells call.

use serde_json::{Value, json};
use shinsa_studio::{
    AddPerson, AddRubric, Cancel, CompleteRating, CreateProject, Ctx, ImportKind, ImportRequest,
    Lang, MarkPassage, OpenAdjudication, Places, ReportRequest, Role, RubricRef, RubricRequest,
    SignIn, Studio,
};
use std::path::Path;

fn rubric() -> RubricRef {
    RubricRef { id: "drug-suggestion".into(), version: 1 }
}

fn import(studio: &Studio, dir: &Path, kind: ImportKind, lines: &[Value]) {
    let file = dir.join("in.jsonl");
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    shinsa_fsio::atomic_write(&file, text.as_bytes()).unwrap();
    let request = ImportRequest {
        kind,
        path: file.display().to_string(),
        encoding: None,
        outputs: None,
        sheet: None,
        mapping: Default::default(),
        rubric: None,
        rater: None,
        commit: true,
        partial: false,
        failed_rows: None,
    };
    let reply = studio.import(&request, &Cancel::default(), &mut |_| {}).unwrap();
    assert!(reply.problems.is_empty(), "{:?}", reply.problems);
}

/// Two raters on two outputs: one lists three drugs, the other one.
fn studio(dir: &Path) -> Studio {
    let studio = Studio::new(Ctx::fixed(1_750_000_000_000, 7, Places::default()));
    studio
        .create(&CreateProject {
            parent: dir.display().to_string(),
            name: "病棟".into(),
            passphrase: "spring 転倒 river".into(),
            lead: "責任者".into(),
        })
        .unwrap();
    let shipped = AddRubric { shipped: Some(rubric().id), path: None };
    studio.add_rubric(&shipped).unwrap();
    for name in ["甲", "乙"] {
        let person = AddPerson { name: name.into(), profession: String::new(), role: Role::Rater };
        studio.add_person(&person).unwrap();
    }
    let cases: Vec<Value> =
        ["A", "B"].map(|key| json!({"key": key, "what": "痛みがある。"})).into();
    import(&studio, dir, ImportKind::Cases, &cases);
    let outputs = [
        json!({"key": "a", "case": "A", "text": "三つの薬を出す。", "items": {"drugs": ["x", "y", "z"]}}),
        json!({"key": "b", "case": "B", "text": "一つの薬を出す。", "items": {"drugs": ["x"]}}),
    ];
    import(&studio, dir, ImportKind::Outputs, &outputs);
    let rating = |rater: &str, output: &str, drugs: &[&str], overall: &str| {
        let drugs: Vec<Value> = drugs
            .iter()
            .map(|d| json!({"label": d, "harm": *d == "unsafe", "score": 0.5}))
            .collect();
        json!({"rater": rater, "output": output, "rubric": "drug-suggestion", "version": 1,
            "answers": {"drugs": drugs, "overall": overall, "harm": false, "score": 0.5,
                "reason": ""}})
    };
    let ratings = [
        rating("甲", "a", &["correct", "incorrect", "unsafe"], "correct"),
        rating("乙", "a", &["correct", "correct", "unsafe"], "incorrect"),
        rating("甲", "b", &["correct"], "correct"),
        rating("乙", "b", &["correct"], "correct"),
    ];
    import(&studio, dir, ImportKind::Ratings, &ratings);
    studio
}

#[test]
fn every_item_of_a_list_is_a_unit_and_its_case_the_cluster() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path());
    let reply = studio.agreement(&RubricRequest { rubric: rubric() }).unwrap();
    let label = &reply.criteria[0];
    assert_eq!((label.id.as_str(), label.of_items, label.units), ("drugs[].label", true, 4));
    // Three of four drugs alike. Alpha by hand, nominal, values c c / i c / u u / c c:
    // observed 2 of 8, expected 1 - (5*4 + 0 + 2*1)/(8*7) = 34/56; 1 - (2/8)/(34/56).
    assert_eq!(label.raw.value, Some(0.75));
    let alpha = label.alpha.value.unwrap();
    assert!((alpha - (1.0 - 0.25 / (34.0 / 56.0))).abs() < 1e-12, "{alpha}");
    // Two clusters: resampling never takes a drug without the others of its case.
    assert_eq!((label.raw.low, label.raw.high), (Some(2.0 / 3.0), Some(1.0)));
    assert!(label.kappa.is_some() && label.icc.is_none() && label.hands.is_empty());
    assert_ne!(label.reading, "nothing");
    let harm = &reply.criteria[1];
    assert_eq!((harm.id.as_str(), harm.raw.value), ("drugs[].harm", Some(1.0)));
    assert_eq!(harm.hands.len(), 2);
    let overall = reply.criteria.iter().find(|c| c.id == "overall").unwrap();
    assert_eq!((overall.of_items, overall.units), (false, 2));
    let out = dir.path().join("report").display().to_string();
    let report = ReportRequest { rubric: rubric(), out: Some(out), lang: Lang::En };
    let page = std::fs::read_to_string(studio.write_report(&report).unwrap().page).unwrap();
    assert!(page.contains("Suggested drugs · Verdict") && page.contains("4 items of lists"));
}

#[test]
fn an_adjudicator_reads_passages_by_the_letters_of_the_answers() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path());
    let sign_in = |name: &str| {
        studio.sign_in(&SignIn { name: name.into(), ..SignIn::default() }).unwrap();
    };
    let queue = studio.adjudication_queue(&rubric()).unwrap();
    let id = queue.entries.iter().find(|e| e.output == "a").unwrap().output_id.clone();
    for (name, question, start, end) in
        [("甲", "drugs[1].label", 0, 2), ("乙", "overall", 3, 4), ("乙", "overall", 5, 7)]
    {
        sign_in(name);
        let mark = MarkPassage {
            output_id: id.clone(),
            rubric: rubric(),
            question: question.into(),
            start,
            end,
            quote: None,
            remove: false,
            active_ms: 0,
        };
        studio.mark_passage(&mark).unwrap();
        let end = CompleteRating { output_id: id.clone(), rubric: rubric(), active_ms: 0 };
        assert!(studio.complete_rating(&end).unwrap().rating.locked);
    }
    sign_in("責任者");
    let request = OpenAdjudication { output_id: id, rubric: rubric() };
    let item = studio.open_adjudication(&request).unwrap();
    let first = item.ratings.iter().position(|r| json!(r["overall"]) == json!("correct")).unwrap();
    let quotes = |at: usize, question: &str| -> Vec<String> {
        let spans = item.evidence[at].get(question).cloned().unwrap_or_default();
        spans.into_iter().map(|span| span.quote).collect()
    };
    assert_eq!(quotes(first, "drugs[1].label"), ["三つ"]);
    assert_eq!(quotes(1 - first, "overall"), ["薬", "出す"]);
    assert!(quotes(first, "overall").is_empty());
    let text = serde_json::to_string(&item).unwrap();
    assert!(!text.contains('甲') && !text.contains('乙'), "{text}");
}
