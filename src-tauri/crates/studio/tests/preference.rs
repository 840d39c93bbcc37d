//! Comparing two outputs, and what becomes of it in the DPO export.

use serde_json::{Value, json};
use shinsa_studio::{
    AddRubric, Cancel, CreateProject, Ctx, ExportFormat, ExportRequest, ImportKind, ImportRequest,
    Places, Preferred, RubricRef, SavePreference, SignIn, Studio,
};
use std::path::Path;

fn import(studio: &Studio, dir: &Path, kind: ImportKind, lines: &[Value]) {
    let file = dir.join("import.jsonl");
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    shinsa_fsio::atomic_write(&file, text.as_bytes()).unwrap();
    let reply = studio
        .import(&ImportRequest {
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
        })
        .unwrap();
    assert!(reply.problems.is_empty(), "{:?}", reply.problems);
}

fn output(key: &str, text: &str) -> Value {
    json!({"key": key, "case": "A1", "text": text, "sample": 0})
}

/// A project with two different answers to one prompt, and a third like the first.
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
    studio.add_rubric(&AddRubric { shipped: Some("answer-safety".into()), path: None }).unwrap();
    import(&studio, dir, ImportKind::Cases, &[json!({"key": "A1", "what": "夜間に転倒した。"})]);
    let outputs = [
        output("A1/x", "看護師に連絡。"),
        output("A1/y", "様子を見る。"),
        output("A1/z", "看護師に連絡。"),
    ];
    import(&studio, dir, ImportKind::Outputs, &outputs);
    studio
}

fn sign_in(studio: &Studio, name: &str) {
    studio.sign_in(&SignIn { name: name.into(), ..SignIn::default() }).unwrap();
}

/// Prefers, wherever it is shown, the output with this text.
fn prefer(studio: &Studio, text: &str) -> usize {
    let mut said = 0;
    for entry in studio.pair_queue().unwrap().entries {
        let item = studio.open_pair(&entry.id).unwrap();
        let choice = if item.a == text { Preferred::A } else { Preferred::B };
        let reason = "報告がある".to_owned();
        let saved = SavePreference { id: entry.id, choice: Some(choice), reason, active_ms: 5 };
        assert_eq!(studio.save_preference(&saved).unwrap().choice, Some(choice));
        said += 1;
    }
    said
}

#[test]
fn what_people_prefer_is_theirs_alone_and_becomes_pairs_for_training() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path());
    sign_in(&studio, "青木");
    // Two answers of the same text are nothing to compare.
    assert_eq!(prefer(&studio, "看護師に連絡。"), 2);
    assert_eq!(studio.pair_queue().unwrap().done, 2);
    let theirs = studio.pair_queue().unwrap().entries[0].id.clone();
    sign_in(&studio, "Brown");
    assert_eq!(studio.preferences().unwrap().rows, []);
    assert_eq!(studio.open_pair(&theirs).unwrap_err().code, "not-found");
    let foreign = SavePreference { id: theirs, choice: None, reason: String::new(), active_ms: 0 };
    assert_eq!(studio.save_preference(&foreign).unwrap_err().code, "not-found");
    assert_eq!(prefer(&studio, "看護師に連絡。"), 2);
    // Taken back on the pair where it was.
    let undone = studio.undo_preference().unwrap().unwrap();
    assert_eq!(studio.open_pair(&undone).unwrap().choice, None);
    assert_eq!(studio.preferences().unwrap().rows.len(), 1);

    sign_in(&studio, "責任者");
    let all = studio.preferences().unwrap();
    assert_eq!((all.rows.len(), all.a + all.b, all.pairs), (3, 3, 4));
    let path = dir.path().join("dpo.jsonl");
    let rubric = RubricRef { id: "answer-safety".into(), version: 1 };
    let request = ExportRequest {
        rubric,
        format: ExportFormat::Dpo,
        path: path.display().to_string(),
        cp932: false,
    };
    studio.export(&request, &Cancel::default(), &mut |_| ()).unwrap();
    let text = shinsa_fsio::read_to_string(&path, 1 << 20).unwrap();
    let rows: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let mut ids: Vec<&str> = rows.iter().map(|r| r["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["A1/x>A1/y", "A1/z>A1/y"]);
    assert_eq!(rows[0]["chosen"], json!([{"role": "assistant", "content": "看護師に連絡。"}]));
    let votes: u64 = rows.iter().map(|r| r["votes_chosen"].as_u64().unwrap()).sum();
    assert_eq!(votes, 3);
    for name in ["青木", "Brown"] {
        assert!(!text.contains(name), "nobody is named in an export");
    }
}

#[test]
fn order_and_sides_are_ones_own_and_stay_and_new_outputs_join() {
    let dir = tempfile::tempdir().unwrap();
    let studio = studio(dir.path());
    let more: Vec<Value> =
        (0..8).map(|n| output(&format!("A1/{n}"), &format!("回答{n}"))).collect();
    import(&studio, dir.path(), ImportKind::Outputs, &more);
    let seen = |studio: &Studio| -> Vec<(String, String)> {
        let entries = studio.pair_queue().unwrap().entries;
        let open = |id: &str| studio.open_pair(id).unwrap();
        entries.iter().map(|e| open(&e.id)).map(|item| (item.a, item.b)).collect()
    };
    sign_in(&studio, "青木");
    let first = seen(&studio);
    assert_eq!(first.len(), 54);
    assert_eq!(seen(&studio), first);
    sign_in(&studio, "Brown");
    let other = seen(&studio);
    assert_ne!(other, first);
    // Each text is on either side for somebody.
    let swapped = first.iter().filter(|(a, b)| other.contains(&(b.clone(), a.clone()))).count();
    assert!((10..45).contains(&swapped), "{swapped}");
    sign_in(&studio, "責任者");
    import(&studio, dir.path(), ImportKind::Outputs, &[output("A1/new", "新しい回答")]);
    sign_in(&studio, "青木");
    let longer = seen(&studio);
    assert_eq!(longer.len(), 65);
    assert_eq!(longer[..54], first[..], "what was there stays in its place");
}
