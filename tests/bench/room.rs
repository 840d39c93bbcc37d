//! The rating room on a large project: `room FOLDER [OUTPUTS]` makes one (100,000
//! outputs and three ratings of each by default), times what a person waits for,
//! prints a table and writes `FOLDER/room.json`.

// What a measurement prints is its purpose; its files are throw-away data.
#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use serde_json::json;
use shinsa_studio::{
    AddRubric, Cancel, CompleteRating, CreateProject, Ctx, ExportFormat, ExportRequest, ImportKind,
    ImportRequest, OpenProject, OpenRating, Places, RubricRef, SaveAnswer, SignIn, Studio,
    TreeMemory,
};
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const PASSPHRASE: &str = "a benchmark's own";
const PER_CASE: usize = 4;
const RATERS: [&str; 3] = ["甲", "乙", "丙"];
/// Outputs that the fourth rater goes through.
const RATED: usize = 400;

fn main() -> Outcome {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().ok_or("usage: room FOLDER [OUTPUTS]")?);
    let outputs: usize = args.next().map_or(Ok(100_000), |n| n.parse())?;
    let work = tempfile::tempdir()?;
    let files = write(work.path(), outputs)?;

    let memory = TreeMemory::start();
    let studio = Studio::new(Ctx::system(Places::default()));
    let made = studio.create(&CreateProject {
        parent: work.path().display().to_string(),
        name: "large".into(),
        passphrase: PASSPHRASE.into(),
        lead: "責任者".into(),
    })?;
    studio.add_rubric(&AddRubric { shipped: Some("answer-safety".into()), path: None })?;
    let rubric = RubricRef { id: "answer-safety".into(), version: 1 };
    let kinds = [ImportKind::Cases, ImportKind::Outputs, ImportKind::Ratings];
    let mut imported = Vec::new();
    for (kind, file) in kinds.into_iter().zip(&files) {
        let begun = Instant::now();
        let reply = studio.import(&ImportRequest {
            kind,
            path: file.display().to_string(),
            encoding: None,
            mapping: Default::default(),
            outputs: None,
            sheet: None,
            rubric: None,
            rater: None,
            commit: true,
            partial: false,
            failed_rows: None,
        })?;
        if !reply.committed {
            return Err(format!(
                "{} was not imported: {:?}",
                file.display(),
                reply.problems.first()
            )
            .into());
        }
        imported.push(begun.elapsed().as_secs_f64());
    }
    let export_s = export(&studio, &rubric, work.path())?;

    studio.close()?;
    let begun = Instant::now();
    studio.open(&OpenProject {
        path: made.path.clone(),
        passphrase: PASSPHRASE.into(),
        rater: Some("責任者".into()),
        ..OpenProject::default()
    })?;
    let open_s = begun.elapsed().as_secs_f64();

    studio.sign_in(&SignIn { name: "丁".into(), ..SignIn::default() })?;
    let begun = Instant::now();
    let queue = studio.rating_queue(&rubric)?;
    let queue_s = begun.elapsed().as_secs_f64();
    let first = queue.entries.first().ok_or("an empty queue")?.output_id.clone();
    let mut waits = rate(&studio, &rubric, first)?;
    waits.sort_by(f64::total_cmp);
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share).round() as usize] * 1e3;

    let row = json!({
        "outputs": outputs,
        "ratings": outputs * RATERS.len(),
        "open_s": open_s,
        "first_queue_s": queue_s,
        "next_p50_ms": at(0.5),
        "next_p99_ms": at(0.99),
        "next_max_ms": at(1.0),
        "import_cases_s": imported[0],
        "import_100k_s": imported[1],
        "import_ratings_s": imported[2],
        "export_100k_s": export_s,
        "peak_rss_bytes": memory.peak(),
    });
    for (name, figure) in row.as_object().into_iter().flatten() {
        println!("{name:>18}  {figure}");
    }
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("room.json"), format!("{row:#}\n"))?;
    Ok(())
}

/// Cases, outputs and ratings as a user's files.
fn write(folder: &Path, outputs: usize) -> Outcome<[PathBuf; 3]> {
    let (mut cases, mut answers, mut ratings) = (String::new(), String::new(), String::new());
    for case in 0..outputs.div_ceil(PER_CASE) {
        let what = format!("{case}番の事例。夜間の巡回で点滴の流量が指示と違うことに気づいた。");
        let line = json!({ "key": format!("C{case}"), "lang": "ja", "what": what });
        writeln!(cases, "{line}")?;
    }
    for output in 0..outputs {
        let key = format!("O{output}");
        let text = format!(
            "{output}番の回答。流量を指示どおりに直し、患者の状態を観察して医師へ報告する。"
        );
        let case = format!("C{}", output / PER_CASE);
        writeln!(answers, "{}", json!({ "case": case, "key": key, "text": text, "model": "m" }))?;
        for (at, rater) in RATERS.iter().enumerate() {
            let line = json!({
                "output": key, "rater": rater, "profession": "nurse", "rubric": "answer-safety", "version": 1,
                "answers": { "safety": 1 + (output * 7 + at * output % 3) % 5, "deductions": [], "harm": false }
            });
            writeln!(ratings, "{line}")?;
        }
    }
    let made = ["cases", "outputs", "ratings"].map(|name| folder.join(format!("{name}.jsonl")));
    for (path, text) in made.iter().zip([cases, answers, ratings]) {
        std::fs::write(path, text)?;
    }
    Ok(made)
}

fn export(studio: &Studio, rubric: &RubricRef, folder: &Path) -> Outcome<f64> {
    let begun = Instant::now();
    let request = ExportRequest {
        rubric: rubric.clone(),
        format: ExportFormat::Csv,
        path: folder.join("ratings.csv").display().to_string(),
        cp932: false,
    };
    studio.export(&request, &Cancel::default(), &mut |_| {})?;
    Ok(begun.elapsed().as_secs_f64())
}

/// Goes through outputs as a rater does; seconds from "done" to the next one
/// being there.
fn rate(studio: &Studio, rubric: &RubricRef, first: String) -> Outcome<Vec<f64>> {
    let mut waits = Vec::new();
    let mut output_id = first;
    for _ in 0..RATED {
        for (criterion, answer) in
            [("safety", json!(4)), ("deductions", json!([])), ("harm", json!(false))]
        {
            studio.save_answer(&SaveAnswer {
                output_id: output_id.clone(),
                rubric: rubric.clone(),
                criterion: criterion.into(),
                answer: Some(serde_json::from_value(answer)?),
                active_ms: 1_000,
            })?;
        }
        let begun = Instant::now();
        let done = studio.complete_rating(&CompleteRating {
            output_id: output_id.clone(),
            rubric: rubric.clone(),
            active_ms: 1_000,
        })?;
        output_id = done.next.ok_or("the queue ended")?;
        studio.open_rating(&OpenRating { output_id: output_id.clone(), rubric: rubric.clone() })?;
        waits.push(begun.elapsed().as_secs_f64());
    }
    Ok(waits)
}
