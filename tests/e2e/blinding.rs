//! What a rater could learn by asking every command of the window, one after
//! the other. The commands are those of the generated permissions: a new one
//! that isn't in the table here fails the test.

use super::{RATER, choose, open, project, unlock};
use serde_json::{Value, json};
use shinsa_tests::{Shinsa, demo_data, root};
use std::collections::{BTreeMap, BTreeSet};

/// Words of colleagues, and names that a blind rater must not meet.
const SECRETS: [&str; 5] =
    ["CANARY-REASON", "canary-judge", "demo-model-a", "demo-model-b", "CANARY-ADAPTER"];

/// What a command must do when a rater who has ended nothing asks.
#[derive(Clone, Copy, PartialEq)]
enum Must {
    /// Reply, without any secret.
    Reply,
    /// Refuse, without any secret.
    Refuse,
}
use Must::{Refuse, Reply};

/// Not asked: they open the system's own dialogs, or leave the project.
const NOT_ASKED: [&str; 10] = [
    "pick_file",
    "pick_folder",
    "pick_place",
    "project_close",
    "project_create",
    "project_open",
    "sign_in",
    "demo_make",
    "start",
    "model_add",
];

/// Every other command with its arguments. `$case`, `$output`, `$pair`, `$rubric` and `$train` are
/// filled in by the page from what earlier commands replied.
fn asked(folder: &str) -> Vec<(&'static str, Value, Must)> {
    let rubric = json!({ "id": "answer-safety", "version": 1 });
    let there = json!({ "output_id": "$output", "rubric": rubric });
    let aside = json!({ "output_id": "$output", "rubric": rubric, "words": "later" });
    let channel = "__CHANNEL__:4242";
    let draft = "018bcfe5-6800-7000-8000-000000000001";
    let judge = json!({
        "name": "mine", "model": null, "adapter": null, "rubric": rubric, "which": "all",
        "limit": 1, "samples": 1, "temperature": 0.0, "seed": 1, "threads": 1
    });
    let write = json!({
        "name": "mine", "model": null, "adapter": null, "prompt": null, "limit": 1, "samples": 1,
        "sampling": {
            "temperature": 0.0, "top_p": 1.0, "top_k": 0, "min_p": 0.0, "repetition_penalty": 1.0
        },
        "max_tokens": 4, "seed": 1, "threads": 1, "fast": true
    });
    let prompt = json!({ "name": "answer", "lang": "ja", "text": "{{ case.what }}" });
    let export = |format: &str| {
        json!({ "request": {
            "rubric": rubric, "format": format, "path": format!("{folder}/{format}.out")
        }, "on": channel })
    };
    let import = json!({ "kind": "ratings", "path": demo_data("ratings.jsonl"), "commit": true });
    let plan = json!({
        "rubric": rubric, "per_output": 1, "overlap_share": 0.0, "overlap_raters": 2,
        "calibration": 1, "audit_share": 0.0
    });
    let decision = json!({
        "output_id": "$output", "rubric": rubric, "causes": { "safety": "slip" },
        "answers": { "safety": 3, "deductions": [], "harm": false }
    });
    vec![
        ("case_list", json!({ "page": { "limit": 200 } }), Reply),
        ("rate_queue", json!({ "rubric": rubric }), Reply),
        ("train_defaults", json!({ "rubric": null }), Reply),
        ("project_info", json!({}), Reply),
        ("project_recent", json!({}), Reply),
        ("case_get", json!({ "id": "$case" }), Reply),
        ("case_outputs", json!({ "id": null, "page": { "limit": 200 } }), Reply),
        ("output_get", json!({ "id": "$output" }), Reply),
        ("rubric_get", json!({ "rubric": rubric }), Reply),
        ("rubric_shipped", json!({}), Reply),
        ("rate_open", json!({ "request": there }), Reply),
        (
            "rate_save",
            json!({ "request": { "output_id": "$output", "rubric": rubric, "criterion": "safety", "answer": 3 } }),
            Reply,
        ),
        ("rate_complete", json!({ "request": there }), Reply),
        ("rate_skip", json!({ "request": aside }), Reply),
        ("rate_flag", json!({ "request": aside }), Reply),
        ("rate_undo", json!({}), Reply),
        (
            "rate_mark",
            json!({ "request": {
                "output_id": "$output", "rubric": rubric, "question": "safety", "start": 0, "end": 2
            } }),
            Reply,
        ),
        ("queue_settings", json!({ "rubric": rubric }), Refuse),
        (
            "queue_set",
            json!({ "request": { "rubric": rubric, "settings": {
                "way": "disagreement", "run": null, "raters_choose": true,
                "again_share": 0.1, "again_items": 5, "again_days": 0
            } } }),
            Refuse,
        ),
        ("queue_choose", json!({ "request": { "rubric": rubric, "way": "disagreement" } }), Refuse),
        ("consistency", json!({ "request": { "rubric": rubric } }), Reply),
        ("prefer_queue", json!({}), Reply),
        ("prefer_open", json!({ "id": "$pair" }), Reply),
        (
            "prefer_save",
            json!({ "request": { "id": "$pair", "choice": "a", "reason": "mine" } }),
            Reply,
        ),
        ("prefer_undo", json!({}), Reply),
        ("agreement", json!({ "request": { "rubric": rubric } }), Reply),
        ("team_progress", json!({ "request": { "rubric": rubric } }), Refuse),
        ("model_list", json!({}), Reply),
        ("job_cancel", json!({}), Reply),
        ("report_there", json!({}), Refuse),
        ("mine_and_gold", json!({ "rubric": rubric }), Reply),
        ("person_add", json!({ "request": { "name": "誰か", "role": "lead" } }), Refuse),
        // One's own, which an empty one does not become; and others' are the lead's.
        ("passphrase_change", json!({ "request": { "old": null, "new": "" } }), Refuse),
        ("passphrase_reset", json!({ "name": "責任者" }), Refuse),
        ("passphrase_require", json!({ "required": true }), Refuse),
        ("assign_show", json!({ "rubric": rubric }), Refuse),
        ("assign_preview", json!({ "request": plan, "on": channel }), Refuse),
        ("assign_plan", json!({ "request": plan, "on": channel }), Refuse),
        ("assign_undo", json!({ "rubric": rubric, "on": channel }), Refuse),
        ("adapter_list", json!({}), Refuse),
        ("import_file", json!({ "request": import, "on": channel }), Refuse),
        ("import_cancel", json!({}), Reply),
        ("rubric_add", json!({ "request": { "shipped": "answer-usefulness" } }), Refuse),
        ("rubric_drafts", json!({}), Refuse),
        ("rubric_draft_begin", json!({ "request": { "from": rubric } }), Refuse),
        ("rubric_draft_open", json!({ "id": draft }), Refuse),
        ("rubric_draft_save", json!({ "request": { "id": draft, "rubric": "$rubric" } }), Refuse),
        ("rubric_draft_step", json!({ "id": draft, "forward": false }), Refuse),
        ("rubric_draft_drop", json!({ "id": draft }), Refuse),
        ("rubric_draft_try", json!({ "request": { "id": draft, "answers": {} } }), Refuse),
        ("rubric_draft_publish", json!({ "id": draft }), Refuse),
        ("rubric_carry_plan", json!({ "request": { "from": rubric, "to": 1 } }), Refuse),
        (
            "rubric_carry",
            json!({ "request": { "from": rubric, "to": 1, "criteria": [] }, "on": channel }),
            Refuse,
        ),
        ("rubric_carry_back", json!({ "rubric": rubric }), Refuse),
        ("gold_make", json!({ "request": { "rubric": rubric } }), Refuse),
        ("adjudication_queue", json!({ "rubric": rubric }), Refuse),
        ("adjudication_open", json!({ "request": there }), Refuse),
        ("adjudicate", json!({ "request": decision }), Refuse),
        ("adjudication_settle", json!({ "rubric": rubric }), Refuse),
        ("gold_withdraw", json!({ "request": there }), Refuse),
        ("train_preview", json!({ "request": "$train", "count": 3 }), Refuse),
        ("train_plan", json!({ "request": "$train", "on": channel }), Refuse),
        ("train_run", json!({ "request": "$train", "on": channel }), Refuse),
        ("judge_run", json!({ "request": judge, "endpoint": null, "on": channel }), Refuse),
        ("judge_go_on", json!({ "run": draft, "on": channel }), Refuse),
        ("judge_discard", json!({ "run": draft, "gone": true }), Refuse),
        ("host_list", json!({}), Refuse),
        ("host_check", json!({ "url": "http://127.0.0.1:8080" }), Refuse),
        ("host_allow", json!({ "host": "127.0.0.1:8080" }), Refuse),
        ("host_deny", json!({ "host": "127.0.0.1:8080" }), Refuse),
        ("judge_runs", json!({}), Refuse),
        ("write_run", json!({ "kind": "outputs", "request": write, "on": channel }), Refuse),
        ("write_go_on", json!({ "kind": "outputs", "run": draft, "on": channel }), Refuse),
        ("write_runs", json!({ "kind": "outputs" }), Refuse),
        ("incident_list", json!({ "name": "canary-judge" }), Refuse),
        ("prompt_list", json!({}), Refuse),
        ("prompt_try", json!({ "request": prompt }), Refuse),
        ("prompt_save", json!({ "request": prompt }), Refuse),
        ("prompt_use", json!({ "prompt": { "name": "judge-full", "lang": "ja" } }), Refuse),
        ("judge_verdicts", json!({ "run": "canary-judge" }), Refuse),
        (
            "judge_ensemble",
            json!({ "request": { "rubric": rubric, "judges": ["canary-judge", "mine"], "how": "mean" } }),
            Refuse,
        ),
        ("judge_quality", json!({ "rubric": rubric, "run": "canary-judge" }), Refuse),
        (
            "judge_compare",
            json!({ "request": { "rubric": rubric, "runs": ["canary-judge", "mine"] } }),
            Refuse,
        ),
        ("export_run", export("csv"), Refuse),
        (
            "report_make",
            json!({ "request": { "rubric": rubric, "out": null, "lang": "ja" } }),
            Refuse,
        ),
    ]
}

fn commands() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("src-tauri/permissions/rooms.toml"))
        .expect("the generated permissions");
    let listed = text.split_once("commands.allow = [").expect("a list").1;
    listed.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn no_command_tells_a_rater_what_others_said() {
    let shinsa = Shinsa::new();
    let path = project(&shinsa);
    // Two colleagues have rated everything, and a judge has judged something.
    let ratings: String = std::fs::read_to_string(demo_data("ratings.jsonl"))
        .expect("demo data")
        .lines()
        .map(|line| {
            let mut rating: Value = serde_json::from_str(line).expect("JSON");
            rating["answers"]["reason"] = json!("CANARY-REASON");
            format!("{rating}\n")
        })
        .collect();
    let file = shinsa.file("colleagues.jsonl", &ratings);
    for args in [
        vec!["import", "ratings", &path, &file],
        vec!["gold", &path],
        vec!["judge", &path, "--name", "canary-judge", "--samples", "1"],
    ] {
        let run = shinsa.run(&args);
        assert_eq!(run.code, Some(0), "{args:?}: {run:?}");
    }

    let folder = shinsa.path("").to_string_lossy().into_owned();
    let table = asked(&folder);
    let named: BTreeSet<String> = table
        .iter()
        .map(|(name, ..)| (*name).to_owned())
        .chain(NOT_ASKED.iter().map(|name| (*name).to_owned()))
        .collect();
    assert_eq!(named, commands(), "a command of the window is not in this test's table");

    let window = open(&shinsa, std::slice::from_ref(&path));
    choose(&window, "日本語");
    unlock(&window, RATER);
    window.wait_for("[data-output]");
    let calls: Vec<Value> = table.iter().map(|(name, args, _)| json!([name, args])).collect();
    window.run(&format!(
        "window.replies = {{}};
         const known = {{}};
         const fill = (value) => JSON.parse(JSON.stringify(value, (_, v) => typeof v === 'string' && v in known ? known[v] : v));
         (async () => {{
             for (const [name, args] of {calls}) {{
                 try {{
                     const reply = await window.__TAURI_INTERNALS__.invoke(name, fill(args));
                     if (name === 'case_list') known.$case = reply.rows[0].id;
                     if (name === 'rate_queue') known.$output = reply.entries[0].output_id;
                     if (name === 'train_defaults') known.$train = reply;
                     if (name === 'prefer_queue') known.$pair = reply.entries[0].id;
                     if (name === 'rubric_get') known.$rubric = reply;
                     window.replies[name] = [true, JSON.stringify(reply)];
                 }} catch (error) {{
                     window.replies[name] = [false, typeof error === 'string' ? error : JSON.stringify(error)];
                 }}
             }}
             window.replied = true;
         }})();
         return true",
        calls = Value::Array(calls)
    ));
    window.wait_until("every command has replied", "return window.replied === true");
    let replies: BTreeMap<String, (bool, String)> =
        serde_json::from_value(window.run("return window.replies")).expect("replies");
    window.close();

    for (name, _, must) in table {
        let (replied, text) = &replies[name];
        assert_eq!(*replied, must == Reply, "{name}: {text}");
        // A refusal is one of ours, not a request that could not be read.
        assert!(*replied || text.contains("\"code\""), "{name}: {text}");
        for secret in SECRETS {
            assert!(!text.contains(secret), "{name} tells {secret}: {text}");
        }
    }
    // Nor does any file that they may have written.
    let written = shinsa.path("csv.out");
    assert!(!written.exists(), "a refused export has written a file");
}
