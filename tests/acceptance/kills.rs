//! The worker is killed again and again in the middle of judging: no verdict is
//! lost, none comes twice, and what stands in the end is what an undisturbed
//! run would have said.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use shinsa_tests::Shinsa;

/// The worker that a `shinsa` has started, once there is one.
fn worker_of(parent: u32) -> Option<u32> {
    let children = std::fs::read_dir("/proc").ok()?.filter_map(|entry| {
        let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat"));
        // After the name in brackets: state, then the parent.
        let stat = stat.ok()?;
        let after = stat.rsplit_once(") ")?.1;
        (after.split(' ').nth(1)? == parent.to_string()).then_some(pid)
    });
    children.max()
}

fn judge<'a>(name: &'a str, samples: &'a str) -> [&'a str; 10] {
    [
        "judge",
        "ward.shinsa",
        "--name",
        name,
        "--which",
        "all",
        "--samples",
        samples,
        "--fast",
        "--json",
    ]
}

/// Answers by output and sample.
fn verdicts(shinsa: &Shinsa, name: &str) -> BTreeMap<(String, u64), Value> {
    let said = shinsa.json(&["verdicts", "ward.shinsa", "--name", name, "--json"]);
    let mut all = BTreeMap::new();
    for output in said["rows"].as_array().expect("rows") {
        for sample in output["samples"].as_array().expect("samples") {
            let key = (output["output_key"].to_string(), sample["sample"].as_u64().expect("k"));
            let before = all.insert(key, sample["answers"].clone());
            assert!(before.is_none(), "a verdict came twice: {said}");
        }
    }
    all
}

#[test]
#[cfg(target_os = "linux")]
fn a_worker_killed_fifty_times_loses_and_doubles_no_verdict() {
    let shinsa = crate::remote::two_outputs();
    let (mut kills, mut midway) = (0, 0);
    let (mut name, mut round) = ("run-0".to_owned(), 0);
    let mut stored = 0;
    while kills < 50 {
        let mut command = shinsa.command(&judge(&name, "60"));
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("shinsa starts");
        let since = Instant::now();
        let worker = loop {
            if let Some(pid) = worker_of(child.id()) {
                break Some(pid);
            }
            if let Some(ended) = child.try_wait().expect("a child") {
                assert!(ended.success(), "the run failed before it had a worker");
                break None;
            }
            assert!(since.elapsed().as_secs() < 60, "no worker was started");
            std::thread::sleep(Duration::from_millis(5));
        };
        // The blow before fell between the last verdict and the worker's end:
        // nothing is left to do under this name.
        let Some(worker) = worker else {
            round += 1;
            name = format!("run-{round}");
            continue;
        };
        // Any time from loading to the end, a little later every time.
        std::thread::sleep(Duration::from_millis(300 + 37 * (kills % 40)));
        let mut blow = Command::new("kill");
        blow.args(["-KILL", &worker.to_string()]).stderr(Stdio::null());
        let killed = blow.status().expect("kill runs").success();
        let ended = child.wait().expect("a child");
        if killed && !ended.success() {
            kills += 1;
            let info = shinsa.json(&["project", "info", "ward.shinsa", "--json"]);
            let now = info["verdicts"].as_u64().expect("a count");
            assert!(now >= stored, "{stored} verdicts were stored, {now} are left");
            midway += u32::from(now > stored);
            stored = now;
        } else {
            // All was done before the blow fell.
            round += 1;
            name = format!("run-{round}");
        }
    }
    assert!(midway >= 5, "only {midway} of {kills} kills came among verdicts");
    let summary = shinsa.json(&judge(&name, "60"));
    assert_eq!(summary["verdicts"], 120, "{summary}");
    assert_eq!(summary["missing"], 0, "{summary}");
    let disturbed = verdicts(&shinsa, &name);
    assert_eq!(disturbed.len(), 120);
    let _ = shinsa.json(&judge("undisturbed", "60"));
    assert_eq!(disturbed, verdicts(&shinsa, "undisturbed"));
}
