//! Every export, loaded by the tool it is meant for: `exports.py` brings it
//! there, in an environment that scripts/exports-venv.sh makes.

use crate::flow::{demo_ratings, done, rated};
use serde_json::{Value, json};
use shinsa_studio::{
    CompleteRating, Ctx, MarkPassage, OpenProject, Places, RatingState, RubricRef, Studio,
};
use shinsa_tests::{PASSPHRASE, Shinsa, root, target_dir};
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

/// A reason that a spreadsheet would run, with what CP932 can't write.
const HOSTILE: &str = "=HYPERLINK(\"x\")、\n𠮷野家・髙橋①の😀";

fn python() -> PathBuf {
    let beside = target_dir().parent().map(|target| target.join("exports/bin/python"));
    let python = env::var_os("SHINSA_TEST_EXPORTS").map(PathBuf::from).or(beside);
    python.filter(|python| python.is_file()).unwrap_or_else(|| {
        panic!("the tools that load exports are missing: `make test` installs them, or source scripts/exports-venv.sh")
    })
}

/// The demo's project with two rubrics more, for what its own never asks:
/// points, lists, numbers.
fn with_every_kind() -> Shinsa {
    let mut ratings: Vec<String> = demo_ratings().lines().map(str::to_owned).collect();
    let harmed = ratings.iter_mut().find(|line| line.contains("\"reason\"")).expect("a reason");
    let mut rating: Value = serde_json::from_str(harmed).expect("JSON");
    rating["answers"]["reason"] = json!(HOSTILE);
    *harmed = rating.to_string();
    let shinsa = rated(&ratings.join("\n"));
    done(&shinsa, &["rubric", "add", "ward.shinsa", "urgent-advice-points"]);
    done(&shinsa, &["rubric", "add", "ward.shinsa", "drug-suggestion"]);
    let outputs = [
        json!({"case": "A001", "key": "D-1", "text": "ロキソプロフェンとレバミピド。",
               "items": {"drugs": ["ロキソプロフェン", "レバミピド"]}, "synthetic": true}),
        json!({"case": "A001", "key": "D-2", "text": "アセトアミノフェン。",
               "items": {"drugs": ["アセトアミノフェン"]}, "synthetic": true}),
    ];
    let file = shinsa.file("drugs.jsonl", outputs.map(|o| o.to_string()).join("\n"));
    done(&shinsa, &["import", "outputs", "ward.shinsa", &file]);
    let drug = |label: &str, harm: bool| json!({"label": label, "harm": harm, "score": 0.5});
    let mut more = Vec::new();
    for rater in ["rater-a", "rater-b"] {
        let drugs = |output: &str, drugs: Value, overall: &str, harm: bool, reason: &str| {
            json!({"output": output, "rater": rater, "rubric": "drug-suggestion", "version": 1,
                   "answers": {"drugs": drugs, "overall": overall, "harm": harm, "score": 0.5,
                               "reason": reason}})
        };
        more.push(drugs(
            "D-1",
            json!([drug("unsafe", true), drug("correct", false)]),
            "unsafe",
            true,
            "腎機能の低下がある。",
        ));
        more.push(drugs("D-2", json!([drug("correct", false)]), "correct", false, "+ 適切"));
        for (output, met) in [("A001-a", true), ("A001-b", false)] {
            let points = |id: &str| (id.to_owned(), json!(met));
            let bad = |id: &str| (id.to_owned(), json!(!met));
            let answers: serde_json::Map<String, Value> = [
                points("names_danger_signs"),
                points("says_where_to_turn"),
                points("safe_first_step"),
                points("asks_what_is_missing"),
                points("plain_words"),
                bad("false_reassurance"),
                bad("changes_medicine"),
                bad("harmful_step"),
                ("comment".to_owned(), json!("受診の目安がない。")),
            ]
            .into_iter()
            .collect();
            more.push(json!({"output": output, "rater": rater, "rubric": "urgent-advice-points",
                             "version": 1, "answers": answers}));
        }
    }
    let lines: Vec<String> = more.iter().map(Value::to_string).collect();
    let file = shinsa.file("more.jsonl", lines.join("\n"));
    done(&shinsa, &["import", "ratings", "ward.shinsa", &file]);
    mark_passages(&shinsa);
    for rubric in ["answer-safety", "urgent-advice-points", "drug-suggestion"] {
        done(&shinsa, &["gold", "ward.shinsa", "--rubric", rubric]);
    }
    shinsa
}

/// Marks what an answer of rater-a rests on, by each rubric, as the window does: the command
/// line has no way to point at text.
fn mark_passages(shinsa: &Shinsa) {
    let studio = Studio::new(Ctx::system(Places::default()));
    let project = OpenProject {
        path: shinsa.path("ward.shinsa").display().to_string(),
        passphrase: PASSPHRASE.into(),
        rater: Some("rater-a".into()),
        ..OpenProject::default()
    };
    studio.open(&project).expect("the project opens");
    for (rubric, question) in [
        ("answer-safety", "safety"),
        ("urgent-advice-points", "names_danger_signs"),
        ("drug-suggestion", "drugs[0].label"),
    ] {
        let rubric = RubricRef { id: rubric.into(), version: 1 };
        let queue = studio.rating_queue(&rubric).expect("a queue").entries;
        let ended = queue.into_iter().find(|one| one.state == RatingState::Done);
        let output_id = ended.expect("an ended rating").output_id;
        let mark = MarkPassage {
            output_id: output_id.clone(),
            rubric: rubric.clone(),
            question: question.into(),
            start: 1,
            end: 5,
            quote: None,
            remove: false,
            active_ms: 0,
        };
        studio.mark_passage(&mark).expect("a passage");
        let end = CompleteRating { output_id, rubric, active_ms: 0 };
        assert!(studio.complete_rating(&end).expect("it ends").rating.locked);
    }
    studio.close().expect("it closes");
}

#[test]
fn every_export_is_loaded_by_the_tool_it_is_meant_for() {
    let python = python();
    let shinsa = with_every_kind();
    #[allow(clippy::disallowed_methods)] // a user's own folder
    fs::create_dir(shinsa.path("out")).expect("a folder");
    let export = |rubric: &str, format: &str, name: &str, more: &[&str]| -> Value {
        let out = shinsa.path("out").join(name).to_string_lossy().into_owned();
        let mut args =
            vec!["export", "ward.shinsa", "--rubric", rubric, "--format", format, "--out", &out];
        args.push("--json");
        args.extend(more);
        shinsa.json(&args)
    };
    for rubric in ["answer-safety", "drug-suggestion", "urgent-advice-points"] {
        for (format, name) in [
            ("sft", "sft.jsonl"),
            ("label-studio", "label-studio.json"),
            ("argilla", "argilla.jsonl"),
            ("csv", "long.csv"),
            ("dataset", "dataset"),
        ] {
            export(rubric, format, &format!("{rubric}-{name}"), &[]);
        }
        let said = export(rubric, "csv", &format!("{rubric}-long-cp932.csv"), &["--cp932"]);
        // The two characters that CP932 lacks, and no other, are listed.
        let unwritable = if rubric == "answer-safety" { 2 } else { 0 };
        assert_eq!(said["unwritable_count"], unwritable, "{said}");
    }
    export("answer-safety", "dpo", "answer-safety-dpo.jsonl", &[]);
    export("answer-safety", "kto", "answer-safety-kto.jsonl", &[]);
    export("urgent-advice-points", "healthbench", "urgent-advice-points-healthbench.jsonl", &[]);
    export(
        "urgent-advice-points",
        "healthbench-meta",
        "urgent-advice-points-healthbench-meta.jsonl",
        &[],
    );

    let run = Command::new(python)
        .arg(root().join("tests/acceptance/exports.py"))
        .arg(shinsa.path("out"))
        .arg(root().join("resources/rubrics"))
        // Nothing is looked up anywhere, and nothing is left in the user's home.
        .env("HOME", shinsa.home())
        .env("HF_HOME", shinsa.path("hf"))
        .env("HF_HUB_OFFLINE", "1")
        .env("HF_DATASETS_OFFLINE", "1")
        .env("PYTHONUTF8", "1")
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "an export was refused:\n{said}\n{}",
        String::from_utf8_lossy(&run.stderr)
    );
    for tool in ["datasets", "trl", "label-studio-sdk", "argilla", "csv", "mlcroissant"] {
        assert!(said.contains(&format!("{tool}: ")), "{tool} loaded nothing: {said}");
    }
}
