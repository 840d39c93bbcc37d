//! What comes next for whom, outputs that come a second time, and the passages that answers
//! rest on, through the use cases that both shells call.

use serde_json::json;
use shinsa_studio::{
    AddPerson, AddRubric, Cancel, ChooseOrder, CompleteRating, Completed, ConsistencyRequest,
    CreateProject, Ctx, ImportKind, ImportRequest, Lang, MarkPassage, OpenRating, Places,
    QueueSettings, RateItem, RatingState, ReportRequest, Role, RubricRef, RubricRequest,
    SaveAnswer, SetAside, SetQueue, SignIn, Span, Studio, Way,
};
use std::path::Path;

const PASSPHRASE: &str = "spring 転倒 river";

fn rubric() -> RubricRef {
    RubricRef { id: "answer-safety".into(), version: 1 }
}

/// A project with `n` outputs, a lead and two raters; the lead is signed in.
fn studio(dir: &Path, n: usize) -> Studio {
    let studio = Studio::new(Ctx::fixed(1_750_000_000_000, 7, Places::default()));
    studio
        .create(&CreateProject {
            parent: dir.display().to_string(),
            name: "病棟".into(),
            passphrase: PASSPHRASE.into(),
            lead: "責任者".into(),
        })
        .unwrap();
    let shipped = AddRubric { shipped: Some("answer-safety".into()), path: None };
    studio.add_rubric(&shipped).unwrap();
    for name in ["甲", "乙", "丙"] {
        let person = AddPerson { name: name.into(), profession: String::new(), role: Role::Rater };
        studio.add_person(&person).unwrap();
    }
    let lines = |of: &dyn Fn(usize) -> serde_json::Value| {
        (0..n).map(|i| format!("{}\n", of(i))).collect::<String>()
    };
    let cases = lines(&|i| json!({"key": format!("A{i}"), "what": "夜間に転倒した。"}));
    let outputs = lines(&|i| {
        json!({"key": format!("A{i}/a"), "case": format!("A{i}"),
            "text": format!("𠮷田医師に**報告**する。{i}")})
    });
    import(&studio, dir, ImportKind::Cases, "c.jsonl", &cases);
    import(&studio, dir, ImportKind::Outputs, "o.jsonl", &outputs);
    studio
}

fn import(studio: &Studio, dir: &Path, kind: ImportKind, name: &str, lines: &str) {
    let file = dir.join(name);
    shinsa_fsio::atomic_write(&file, lines.as_bytes()).unwrap();
    let reply = studio
        .import(
            &ImportRequest {
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
            },
            &Cancel::default(),
            &mut |_| {},
        )
        .unwrap();
    assert!(reply.problems.is_empty(), "{:?}", reply.problems);
}

fn sign_in(studio: &Studio, name: &str) {
    studio.sign_in(&SignIn { name: name.into(), ..SignIn::default() }).unwrap();
}

fn settings() -> QueueSettings {
    QueueSettings {
        way: Way::Random,
        run: None,
        raters_choose: false,
        again_share: 0.0,
        again_items: 1,
        again_days: 0,
    }
}

fn set(studio: &Studio, settings: QueueSettings) -> Result<QueueSettings, String> {
    studio.set_queue(&SetQueue { rubric: rubric(), settings }).map_err(|error| error.code)
}

fn open(studio: &Studio, id: &str) -> RateItem {
    let request = OpenRating { output_id: id.into(), rubric: rubric() };
    studio.open_rating(&request).unwrap()
}

/// Answers everything and ends it.
fn rate(studio: &Studio, id: &str, safety: i32) -> Completed {
    for (criterion, answer) in
        [("safety", json!(safety)), ("deductions", json!([])), ("harm", json!(false))]
    {
        studio
            .save_answer(&SaveAnswer {
                output_id: id.into(),
                rubric: rubric(),
                criterion: criterion.into(),
                answer: Some(serde_json::from_value(answer).unwrap()),
                active_ms: 0,
            })
            .unwrap();
    }
    let request = CompleteRating { output_id: id.into(), rubric: rubric(), active_ms: 0 };
    let done = studio.complete_rating(&request).unwrap();
    assert!(done.rating.locked, "{:?}", done.rating.problems);
    done
}

fn current(studio: &Studio) -> Option<String> {
    studio.rating_queue(&rubric()).unwrap().current
}

#[test]
fn each_random_draw_is_kept_with_one_over_what_was_left() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path(), 4);
    sign_in(&studio, "甲");
    let mut seen = vec![];
    let mut next = current(&studio);
    while let Some(id) = next {
        // Asked again, and by hand elsewhere in between, it stays the same.
        assert_eq!(current(&studio).as_ref(), Some(&id));
        next = rate(&studio, &id, 3).next;
        seen.push(id);
    }
    assert_eq!(seen.len(), 4);
    assert_eq!(studio.draws(&rubric()).unwrap_err().code, "lead-only");
    sign_in(&studio, "責任者");
    let draws = studio.draws(&rubric()).unwrap();
    let kept: Vec<(f64, u32)> = draws.iter().map(|d| (d.probability, d.among)).collect();
    assert_eq!(kept, [(0.25, 4), (1.0 / 3.0, 3), (0.5, 2), (1.0, 1)]);
    let drawn = studio.agreement(&RubricRequest { rubric: rubric() }).unwrap().drawn;
    assert_eq!((drawn.random, drawn.weighed(), drawn.not_drawn), (4, 0, 0));
}

#[test]
fn where_others_differ_comes_likelier_with_the_probability_that_the_formula_gives() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path(), 5);
    // Two colleagues differ on output 2 alone, by all of the scale.
    let line = |rater: &str, i: usize, safety: i32| {
        let answers = json!({"safety": safety, "deductions": [], "harm": false});
        let rating = json!({"rater": rater, "output": format!("A{i}/a"),
            "rubric": "answer-safety", "version": 1, "profession": "nurse", "answers": answers});
        format!("{rating}\n")
    };
    let ratings: String =
        (0..5).map(|i| line("甲", i, 5) + &line("乙", i, if i == 2 { 1 } else { 5 })).collect();
    import(&studio, dir.path(), ImportKind::Ratings, "r.jsonl", &ratings);
    set(&studio, QueueSettings { way: Way::Disagreement, ..settings() }).unwrap();
    sign_in(&studio, "丙");
    let first = current(&studio).unwrap();
    let reply = serde_json::to_string(&studio.rating_queue(&rubric()).unwrap()).unwrap();
    assert!(!reply.contains("probability"), "{reply}");
    rate(&studio, &first, 3);
    sign_in(&studio, "責任者");
    let draws = studio.draws(&rubric()).unwrap();
    // Only output 2 scores: the others have half of an even draw's chance.
    let expected = |key: &str, left: f64, scored: bool| match (key == "A2/a", scored) {
        (true, _) => 0.5 / left + 0.5,
        (false, true) => 0.5 / left,
        (false, false) => 1.0 / left,
    };
    let there = |n: usize| draws[..n].iter().all(|d| d.output != "A2/a");
    assert!((draws[0].probability - expected(&draws[0].output, 5.0, true)).abs() < 1e-12);
    assert!((draws[1].probability - expected(&draws[1].output, 4.0, there(1))).abs() < 1e-12);
    assert!(draws.iter().all(|d| d.way == Way::Disagreement && d.rater == "丙"));
    let drawn = studio.agreement(&RubricRequest { rubric: rubric() }).unwrap().drawn;
    assert_eq!(
        (drawn.disagreement, drawn.uncertainty, drawn.not_drawn, drawn.all()),
        (1, 0, 10, 11)
    );
}

#[test]
fn what_was_left_for_later_is_drawn_no_more_until_nothing_else_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path(), 2);
    set(&studio, QueueSettings { way: Way::Disagreement, ..settings() }).unwrap();
    sign_in(&studio, "甲");
    let first = current(&studio).unwrap();
    let aside = SetAside {
        output_id: first.clone(),
        rubric: rubric(),
        words: Some("カルテ待ち".into()),
        active_ms: 0,
    };
    let second = studio.skip_rating(&aside).unwrap().next.unwrap();
    assert_ne!(second, first);
    assert_eq!(current(&studio), Some(second.clone()));
    assert_eq!(rate(&studio, &second, 3).next, Some(first.clone()));
    assert_eq!(rate(&studio, &first, 3).next, None);
    assert_eq!(current(&studio), None);
}

#[test]
fn bad_settings_and_choices_that_are_not_ones_own_are_refused_and_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path(), 1);
    let bad = [
        (QueueSettings { again_share: 0.9, ..settings() }, "bad-queue-setting"),
        (QueueSettings { again_share: f64::NAN, ..settings() }, "bad-queue-setting"),
        (QueueSettings { again_items: 0, ..settings() }, "bad-queue-setting"),
        (QueueSettings { way: Way::Uncertainty, ..settings() }, "no-judging"),
        (QueueSettings { run: Some("none".into()), ..settings() }, "unknown-run"),
    ];
    let before = studio.queue_settings(&rubric()).unwrap();
    for (settings, code) in bad {
        assert_eq!(set(&studio, settings).unwrap_err(), code);
    }
    assert_eq!(studio.queue_settings(&rubric()).unwrap(), before);
    let choose = |way| studio.choose_order(&ChooseOrder { rubric: rubric(), way });
    sign_in(&studio, "甲");
    assert_eq!(set(&studio, settings()).unwrap_err(), "lead-only");
    assert_eq!(choose(Way::Disagreement).unwrap_err().code, "order-not-yours");
    sign_in(&studio, "責任者");
    set(&studio, QueueSettings { raters_choose: true, ..settings() }).unwrap();
    sign_in(&studio, "甲");
    assert_eq!(choose(Way::Uncertainty).unwrap_err().code, "no-judging");
    assert_eq!(choose(Way::Disagreement).unwrap().way, Way::Disagreement);
}

#[test]
fn an_output_comes_again_unmarked_and_both_ratings_are_compared_when_it_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path(), 4);
    set(&studio, QueueSettings { again_share: 0.5, ..settings() }).unwrap();
    sign_in(&studio, "甲");
    let originals: Vec<String> = {
        let queue = studio.rating_queue(&rubric()).unwrap();
        queue.entries.into_iter().map(|e| e.output_id).collect()
    };
    let (mut next, mut again) = (current(&studio), vec![]);
    while let Some(id) = next {
        let item = open(&studio, &id);
        assert!(item.rating.answers.is_empty(), "an answer is shown before it is given");
        let queue = studio.rating_queue(&rubric()).unwrap();
        assert_eq!((queue.total, queue.entries.len()), (4, 4));
        let mine = queue.entries.iter().find(|e| e.output_id == id).unwrap();
        assert_eq!(mine.state, RatingState::Todo);
        if originals.contains(&id) {
            next = rate(&studio, &id, 4).next;
            continue;
        }
        // The first rating can't be reached, by any id, and is in no list of one's own.
        let hidden: Vec<&String> =
            originals.iter().filter(|o| queue.entries.iter().all(|e| e.output_id != **o)).collect();
        assert_eq!(hidden.len(), 1);
        let request = OpenRating { output_id: hidden[0].clone(), rubric: rubric() };
        assert_eq!(studio.open_rating(&request).unwrap_err().code, "comes-later");
        let own = studio.ratings(&RubricRequest { rubric: rubric() }, None).unwrap();
        assert_eq!(own.len(), queue.done as usize);
        next = rate(&studio, &id, if again.is_empty() { 4 } else { 2 }).next;
        // Ended, the first can be seen again, unchanged.
        let first = open(&studio, hidden[0]);
        assert_eq!(serde_json::to_value(&first.rating.answers["safety"]).unwrap(), json!(4));
        again.push(id);
    }
    assert_eq!(again.len(), 2, "half of four come again");
    let ask = ConsistencyRequest { rubric: rubric(), rater: None };
    let reply = studio.consistency(&ask).unwrap();
    let safety = reply.criteria.iter().find(|c| c.id == "safety").unwrap();
    assert_eq!((reply.repeats, safety.both, safety.raw.value), (2, 2, Some(0.5)));
    // Nothing that counts ratings counts them.
    let request = RubricRequest { rubric: rubric() };
    assert_eq!(studio.ratings(&request, None).unwrap().len(), 4);
    assert_eq!(studio.rating_queue(&rubric()).unwrap().done, 4);
    // Another's is the lead's to ask.
    let other = ConsistencyRequest { rater: Some("甲".into()), ..ask };
    sign_in(&studio, "乙");
    assert_eq!(studio.consistency(&other).unwrap_err().code, "lead-only");
    sign_in(&studio, "責任者");
    assert_eq!(studio.consistency(&other).unwrap().repeats, 2);
}

#[test]
fn undo_of_a_second_rating_names_it_as_it_came() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path(), 2);
    set(&studio, QueueSettings { again_share: 0.5, ..settings() }).unwrap();
    sign_in(&studio, "甲");
    let mut next = current(&studio).unwrap();
    let mut seen = vec![];
    while seen.len() < 2 || seen.contains(&next) {
        seen.push(next.clone());
        match rate(&studio, &next, 4).next {
            Some(id) => next = id,
            None => break,
        }
    }
    rate(&studio, &next, 1);
    assert_eq!(studio.undo_rating().unwrap().unwrap().output_id, next);
    let item = open(&studio, &next);
    assert!(!item.rating.locked && item.rating.answers.len() == 3);
    assert_eq!(current(&studio), Some(next));
}

fn mark(id: &str, start: u32, end: u32) -> MarkPassage {
    MarkPassage {
        output_id: id.into(),
        rubric: rubric(),
        question: "safety".into(),
        start,
        end,
        quote: None,
        remove: false,
        active_ms: 0,
    }
}

#[test]
fn passages_are_kept_in_characters_refused_where_there_is_nothing_and_undone_like_answers() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path(), 1);
    sign_in(&studio, "甲");
    let id = current(&studio).unwrap();
    // 𠮷田医師に**報告**する。: the first character is two UTF-16 units.
    let saved = studio.mark_passage(&mark(&id, 0, 4)).unwrap();
    let span = Span { start: 0, end: 4, quote: "𠮷田医師".into() };
    assert_eq!(saved.evidence["safety"], std::slice::from_ref(&span));
    let quoted = MarkPassage { quote: Some("報告".into()), ..mark(&id, 7, 9) };
    assert_eq!(studio.mark_passage(&quoted).unwrap().evidence["safety"].len(), 2);
    let refused = [
        (mark(&id, 3, 3), "no-passage"),
        (mark(&id, 5, 500), "no-passage"),
        (MarkPassage { quote: Some("連絡".into()), ..mark(&id, 7, 9) }, "passage-moved"),
        (MarkPassage { question: "overall".into(), ..mark(&id, 0, 2) }, "unknown-question"),
    ];
    for (request, code) in refused {
        assert_eq!(studio.mark_passage(&request).unwrap_err().code, code);
    }
    studio.undo_rating().unwrap();
    assert_eq!(open(&studio, &id).rating.evidence["safety"], [span]);
    // A rating that was ended is opened again, as by an answer.
    rate(&studio, &id, 3);
    let removed = MarkPassage { remove: true, ..mark(&id, 0, 4) };
    let saved = studio.mark_passage(&removed).unwrap();
    assert!(saved.evidence.is_empty() && !saved.locked);
}

#[test]
fn the_report_says_uneven_draws_and_weights_them_and_says_nothing_of_even_ones() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path(), 6);
    let out = dir.path().join("report");
    let report =
        ReportRequest { rubric: rubric(), out: Some(out.display().to_string()), lang: Lang::En };
    let figures = |studio: &Studio| -> serde_json::Value {
        let files = studio.write_report(&report).unwrap();
        let bytes = std::fs::read(files.figures).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    assert!(figures(&studio).get("drawn").is_none());
    // Two colleagues differ on outputs 2 and 4.
    let line = |rater: &str, i: usize, safety: i32| {
        let answers = json!({"safety": safety, "deductions": [], "harm": false});
        let rating = json!({"rater": rater, "output": format!("A{i}/a"),
            "rubric": "answer-safety", "version": 1, "profession": "nurse", "answers": answers});
        format!("{rating}\n")
    };
    let ratings: String = (0..6)
        .map(|i| line("甲", i, 5) + &line("乙", i, if i == 2 || i == 4 { 1 } else { 5 }))
        .collect();
    import(&studio, dir.path(), ImportKind::Ratings, "r.jsonl", &ratings);
    assert!(figures(&studio).get("drawn").is_none());
    set(&studio, QueueSettings { way: Way::Disagreement, ..settings() }).unwrap();
    sign_in(&studio, "丙");
    let mut next = current(&studio).unwrap();
    for safety in [5, 3, 5] {
        next = rate(&studio, &next, safety).next.unwrap();
    }
    sign_in(&studio, "責任者");
    let draws = studio.draws(&rubric()).unwrap();
    let drawn = figures(&studio)["drawn"].clone();
    assert_eq!((&drawn["disagreement"], &drawn["not_drawn"]), (&json!(3), &json!(12)));
    // By hand: v_m = 1 + (n_M - 1)/(n_m - 1) * (1/(n_m p_m) - 1) with n = 6, 5, 4; the
    // fourth, which waits, is not counted.
    assert_eq!(draws.len(), 4);
    let v: Vec<f64> = draws[..3]
        .iter()
        .zip([6.0, 5.0, 4.0])
        .map(|(d, n)| 1.0 + 3.0 / (n - 1.0) * (1.0 / (n * d.probability) - 1.0))
        .collect();
    let pass = &drawn["shares"][1];
    assert_eq!(pass["what"], json!({"label": "pass"}));
    let weighted = pass["weighted"]["value"].as_f64().unwrap();
    assert!((weighted - (v[0] + v[2]) / v.iter().sum::<f64>()).abs() < 1e-12);
    assert_eq!(pass["weighted"]["n"], json!(3));
    // Of all 15 ratings, two of the colleague's and one of this person's are no pass.
    assert!((pass["plain"]["value"].as_f64().unwrap() - 12.0 / 15.0).abs() < 1e-12);
    let size = v.iter().sum::<f64>().powi(2) / v.iter().map(|w| w * w).sum::<f64>();
    assert!((pass["effective"].as_f64().unwrap() - size).abs() < 1e-12);
    let page = studio.write_report(&report).unwrap();
    assert_eq!(page.drawn.disagreement, 3);
    assert!(std::fs::read_to_string(page.page).unwrap().contains("describe what was chosen"));
}
