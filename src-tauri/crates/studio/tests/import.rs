//! An import tells how far it is, and stopped at any moment it changes nothing.

use shinsa_studio::{
    Cancel, CreateProject, Ctx, ImportKind, ImportReply, ImportRequest, JobUpdate, Lang, Places,
    Studio, StudioError,
};
use std::fmt::Write;
use std::path::Path;

const ROWS: u32 = 1_500;

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
    studio
}

/// What was told of the progress: phase, done, of how many.
type News = Vec<(String, f64, f64)>;

/// Imports cases with one output each; stops where `stop` says so.
fn import(
    studio: &Studio,
    dir: &Path,
    stop: impl Fn(&str, f64) -> bool,
) -> (Result<ImportReply, StudioError>, News) {
    let mut table = "番号,内容,回答\n".to_owned();
    for n in 0..ROWS {
        writeln!(table, "Z{n:05},架空の事例その{n}：夜間に転倒した。,看護師に連絡する（{n}）。")
            .unwrap();
    }
    let file = dir.join("cases.csv");
    shinsa_fsio::atomic_write(&file, table.as_bytes()).unwrap();
    let request = ImportRequest {
        kind: ImportKind::Cases,
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
    let (cancel, mut told) = (Cancel::default(), Vec::new());
    let reply = studio.import(&request, &cancel, &mut |update| {
        if let JobUpdate::Progress(p) = update {
            if stop(&p.phase, p.done) {
                cancel.cancel();
            }
            told.push((p.phase, p.done, p.total));
        }
    });
    (reply, told)
}

#[test]
fn a_stopped_import_leaves_the_project_as_it_was_whatever_it_was_at() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path());
    for (at, done) in [
        ("import-read", 0.0),
        ("import-check", 600.0),
        ("import-store", 0.0),
        ("import-store", 600.0),
    ] {
        let (reply, told) =
            import(&studio, dir.path(), |phase, so_far| phase == at && so_far >= done);
        assert_eq!(reply.unwrap_err().code, "import-cancelled", "{at}");
        assert_eq!(told.last().map(|(phase, ..)| phase.as_str()), Some(at), "it went on: {told:?}");
        let info = studio.info().unwrap();
        assert_eq!((info.cases, info.outputs), (0, 0), "stopped at {at}");
    }
    let (reply, told) = import(&studio, dir.path(), |_, _| false);
    let reply = reply.unwrap();
    assert_eq!((reply.new, reply.repeated, reply.committed), (ROWS, 0, true));
    let info = studio.info().unwrap();
    assert_eq!((info.cases, info.outputs), (ROWS, ROWS));
    for phase in ["import-check", "import-store"] {
        let of: Vec<f64> =
            told.iter().filter(|(name, ..)| name == phase).map(|(_, done, _)| *done).collect();
        assert!(of.len() > 5 && of.is_sorted(), "{phase}: {of:?}");
        assert_eq!(of.last(), Some(&f64::from(ROWS)), "{phase} tells of its end");
    }
}

#[test]
fn a_stopped_demo_leaves_no_folder_and_a_second_one_leaves_the_first_alone() {
    let dir = tempfile::tempdir().unwrap();
    let studio = Studio::new(Ctx::fixed(1_750_000_000_000, 7, Places::default()));
    let cancel = Cancel::default();
    let stopped = studio.try_demo(dir.path(), Lang::Ja, &cancel, &mut |update| {
        if matches!(update, JobUpdate::Progress(p) if p.done >= 2.0) {
            cancel.cancel();
        }
    });
    assert_eq!(stopped.unwrap_err().code, "import-cancelled");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    assert!(studio.info().is_err(), "nothing is open");

    let mut last = (0.0, 0.0);
    for _ in 0..2 {
        let made = studio.try_demo(dir.path(), Lang::Ja, &Cancel::default(), &mut |update| {
            if let JobUpdate::Progress(p) = update {
                last = (p.done, p.total);
            }
        });
        assert!(made.unwrap().ratings > 0);
        assert_eq!(last, (4.0, 4.0));
    }
    for folder in ["shinsa-demo", "shinsa-demo-2"] {
        assert!(shinsa_fsio::is_dir(&dir.path().join(folder).join("demo.shinsa")), "{folder}");
    }
}
