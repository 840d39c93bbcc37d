//! People's own passphrases, and who is to rate what, by the command line.

use crate::project::project;
use serde_json::Value;
use shinsa_tests::{Run, Shinsa, demo_data};

const OWN: &str = "紫の傘と雨の夜に";
const NEXT: &str = "another long one";

/// Runs with these variables beside the project's passphrase.
fn with(shinsa: &Shinsa, args: &[&str], own: Option<&str>, new: Option<&str>) -> Run {
    let mut command = shinsa.command(args);
    if let Some(own) = own {
        command.env("SHINSA_PERSON_PASSPHRASE", own);
    }
    if let Some(new) = new {
        command.env("SHINSA_NEW_PASSPHRASE", new);
    }
    command.output().expect("shinsa starts").into()
}

fn done(run: Run) -> Run {
    assert_eq!(run.code, Some(0), "{run:?}");
    run
}

#[test]
fn who_has_a_passphrase_is_nobody_else_and_who_has_none_works_as_before() {
    let shinsa = project();
    // A lead without one is warned about, and scripts go on.
    let info = done(shinsa.run(&["project", "info", "ward.shinsa", "--json"]));
    assert!(info.stderr.contains("shinsa person passphrase"), "{info:?}");
    assert_eq!(info.last_json()["raters"][0]["passphrase"], "none");
    done(shinsa.run(&["project", "person", "ward.shinsa", "青木"]));

    let choose = ["person", "passphrase", "ward.shinsa", "--json"];
    with(&shinsa, &choose, None, Some("short")).failed_with("person-passphrase-short");
    done(with(&shinsa, &choose, None, Some(OWN)));
    let info = ["project", "info", "ward.shinsa", "--json"];
    shinsa.run(&info).failed_with("person-passphrase-needed");
    let wrong = with(&shinsa, &info, Some("no such words"), None);
    wrong.failed_with("person-passphrase-wrong");
    assert!(!wrong.said().contains("no such words"), "{wrong:?}");
    let right = done(with(&shinsa, &info, Some(OWN), None));
    assert!(!right.stderr.contains("shinsa person passphrase"), "{right:?}");
    // From a file, too; and the rater, who has none, is asked for none.
    let file = shinsa.file("own.txt", format!("{OWN}\n"));
    let args = ["project", "info", "ward.shinsa", "--person-passphrase-file", &file];
    done(shinsa.run(&args));
    done(shinsa.run(&["project", "info", "ward.shinsa", "--as", "青木"]));

    // Changing it takes the one before.
    with(&shinsa, &choose, Some("no such words"), Some(NEXT))
        .failed_with("person-passphrase-wrong");
    done(with(&shinsa, &choose, Some(OWN), Some(NEXT)));
    with(&shinsa, &info, Some(OWN), None).failed_with("person-passphrase-wrong");
    done(with(&shinsa, &info, Some(NEXT), None));
    // Nothing of it lies in the project in clear.
    let header =
        std::fs::read_to_string(shinsa.path("ward.shinsa/project.json")).expect("a header");
    assert!(!header.contains(NEXT));
}

#[test]
fn a_lead_hands_one_out_and_requires_one_of_everybody() {
    let shinsa = project();
    done(shinsa.run(&["project", "person", "ward.shinsa", "青木"]));
    let required = ["person", "require", "ward.shinsa", "--json"];
    shinsa.run(&required).failed_with("lead-without-passphrase");
    done(with(&shinsa, &["person", "passphrase", "ward.shinsa"], None, Some(OWN)));
    let reset =
        with(&shinsa, &["person", "reset", "ward.shinsa", "青木", "--json"], Some(OWN), None);
    let once = done(reset).last_json()["passphrase"].as_str().expect("a passphrase").to_owned();
    let info = ["project", "info", "ward.shinsa", "--as", "青木", "--json"];
    shinsa.run(&info).failed_with("person-passphrase-needed");
    with(&shinsa, &info, Some(&once), None).failed_with("person-passphrase-new");
    let choose = ["person", "passphrase", "ward.shinsa", "--as", "青木", "--json"];
    done(with(&shinsa, &choose, Some(&once), Some(NEXT)));
    done(with(&shinsa, &info, Some(NEXT), None));
    // A rater neither resets nor requires.
    let reset = ["person", "reset", "ward.shinsa", "lead", "--as", "青木", "--json"];
    with(&shinsa, &reset, Some(NEXT), None).failed_with("lead-only");

    done(with(&shinsa, &["project", "person", "ward.shinsa", "馬場"], Some(OWN), None));
    done(with(&shinsa, &required, Some(OWN), None));
    let info = ["project", "info", "ward.shinsa", "--as", "馬場", "--json"];
    shinsa.run(&info).failed_with("person-passphrase-new");
    done(with(&shinsa, &["person", "passphrase", "ward.shinsa", "--as", "馬場"], None, Some(NEXT)));
    done(with(&shinsa, &info, Some(NEXT), None));
}

/// A project with the demo's outputs and two raters, nobody's ratings.
fn unrated() -> Shinsa {
    let shinsa = project();
    done(shinsa.run(&["rubric", "add", "ward.shinsa", "answer-safety"]));
    for (kind, file) in
        [("cases", "incidents.csv"), ("cases", "questions.en.jsonl"), ("outputs", "outputs.jsonl")]
    {
        done(shinsa.run(&["import", kind, "ward.shinsa", &demo_data(file).to_string_lossy()]));
    }
    for name in ["青木", "馬場", "千葉"] {
        done(shinsa.run(&["project", "person", "ward.shinsa", name]));
    }
    shinsa
}

fn sum(plan: &Value, of: &str) -> u64 {
    let raters = plan["raters"].as_array().expect("a list");
    raters.iter().map(|one| one[of].as_u64().expect("a count")).sum()
}

#[test]
fn a_plan_is_shown_made_and_taken_back() {
    let shinsa = unrated();
    let plan = |more: &[&str]| {
        let wanted = ["assign", "plan", "ward.shinsa", "--overlap", "0.2", "--calibration", "6"];
        let args: Vec<&str> =
            wanted.iter().chain(&["--audit", "0.1"]).chain(more).copied().collect();
        shinsa.json(&args)
    };
    let looked = plan(&["--dry-run", "--json"]);
    assert_eq!(looked["basis"], "guess", "{looked}");
    let show = ["assign", "show", "ward.shinsa", "--json"];
    assert_eq!(shinsa.json(&show)["plan"], Value::Null);
    // The seed that was drawn makes the same plan.
    let seed = looked["request"]["seed"].to_string();
    let made = plan(&["--seed", &seed, "--json"]);
    assert_eq!(made, looked);
    assert_eq!(shinsa.json(&show)["plan"], made);
    let parts = &made["parts"];
    assert_eq!(parts["calibration"], 18, "{made}");
    let all: u64 = parts.as_object().expect("parts").values().filter_map(Value::as_u64).sum();
    assert_eq!(sum(&made, "todo"), all);
    let info = shinsa.json(&["project", "info", "ward.shinsa", "--json"]);
    assert_eq!(made["outputs"], info["outputs"]);

    // What is rated already counts, and stays when the plan is made anew.
    done(shinsa.run(&[
        "import",
        "ratings",
        "ward.shinsa",
        &demo_data("ratings.jsonl").to_string_lossy(),
    ]));
    let again = plan(&["--seconds", "60", "--json"]);
    assert_eq!((again["basis"].as_str(), again["seconds"].as_f64()), (Some("given"), Some(60.0)));
    assert!(sum(&again, "begun") > 0, "{again}");
    let undone = shinsa.json(&["assign", "undo", "ward.shinsa", "--json"]);
    assert_eq!(
        (&undone["withdrawn"], &undone["now"]["request"]["seed"]),
        (&true.into(), &made["request"]["seed"])
    );
    done(shinsa.run(&["assign", "undo", "ward.shinsa"]));
    assert_eq!(shinsa.json(&["assign", "undo", "ward.shinsa", "--json"])["withdrawn"], false);

    // What can't be is refused in words, and a rater plans nothing.
    let bad = ["assign", "plan", "ward.shinsa", "--raters", "9", "--lang", "ja"];
    shinsa.run(&bad).refused(&["一件を評価する人数"]);
    let bad = ["assign", "plan", "ward.shinsa", "--overlap", "1.5", "--json"];
    assert_eq!(
        shinsa.run(&bad).failed_with("assignment-refused").last_json()["error"]["args"]["problem"],
        "overlap-share"
    );
    shinsa
        .run(&["assign", "show", "ward.shinsa", "--as", "青木", "--json"])
        .failed_with("lead-only");
}
