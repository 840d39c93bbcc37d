//! Signing in: nobody acts as somebody else.

use shinsa_studio::{
    AddPerson, ChangePassphrase, CreateProject, Ctx, OpenProject, OwnPassphrase, Places, Role,
    SignIn, Studio, StudioError,
};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const PROJECT: &str = "spring 転倒 river";
const OWN: &str = "紫の傘と雨の夜に";
const NEXT: &str = "another long one";

fn studio(dir: &Path) -> (Studio, String) {
    let studio = Studio::new(Ctx::fixed(1_750_000_000_000, 7, Places::default()));
    let made = studio
        .create(&CreateProject {
            parent: dir.display().to_string(),
            name: "病棟".into(),
            passphrase: PROJECT.into(),
            lead: "責任者".into(),
        })
        .unwrap();
    (studio, made.path)
}

fn sign_in(
    studio: &Studio,
    name: &str,
    passphrase: Option<&str>,
    new: Option<&str>,
) -> Result<OwnPassphrase, String> {
    let request = SignIn {
        name: name.into(),
        passphrase: passphrase.map(Into::into),
        new_passphrase: new.map(Into::into),
        ..SignIn::default()
    };
    studio.sign_in(&request).map(|view| view.passphrase).map_err(|error| error.code)
}

fn me(studio: &Studio) -> String {
    studio.info().unwrap().me.map(|me| me.name).unwrap_or_default()
}

fn change(studio: &Studio, old: Option<&str>, new: &str) -> Result<(), StudioError> {
    studio.change_passphrase(&ChangePassphrase { old: old.map(Into::into), new: new.into() })
}

#[test]
fn a_name_with_a_passphrase_is_nobody_elses_and_a_refusal_changes_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let (studio, path) = studio(dir.path());
    change(&studio, None, OWN).unwrap();
    assert_eq!(sign_in(&studio, "青木", None, None), Ok(OwnPassphrase::None));
    for given in [None, Some("wrong one")] {
        let code = if given.is_none() { "needed" } else { "wrong" };
        let refused = sign_in(&studio, "責任者", given, None).unwrap_err();
        assert_eq!(refused, format!("person-passphrase-{code}"));
        assert_eq!(me(&studio), "青木", "whoever was signed in still is");
    }
    // A new passphrase beside a wrong one is no way in, nor beside none.
    for given in [None, Some("wrong one")] {
        assert!(sign_in(&studio, "責任者", given, Some(NEXT)).is_err());
    }
    assert_eq!(me(&studio), "青木");
    // Opening as the lead is the same door, by name and without one.
    let open = |rater: Option<&str>, given: Option<&str>| OpenProject {
        path: path.clone(),
        passphrase: PROJECT.into(),
        rater: rater.map(Into::into),
        rater_passphrase: given.map(Into::into),
        ..OpenProject::default()
    };
    let refused = studio.open(&open(Some("責任者"), None)).unwrap_err();
    assert_eq!(refused.code, "person-passphrase-needed");
    assert_eq!(studio.info().unwrap_err().code, "no-project");
    assert_eq!(
        studio.open_as_lead(&open(None, None)).unwrap_err().code,
        "person-passphrase-needed"
    );
    let opened = studio.open_as_lead(&open(None, Some(OWN))).unwrap();
    assert_eq!(opened.me.unwrap().passphrase, OwnPassphrase::Own);
    assert_eq!(studio.open(&open(Some("誰か"), None)).unwrap_err().code, "unknown-rater");
}

#[test]
fn a_lead_resets_and_the_person_has_to_choose_before_anything_else() {
    let dir = tempfile::tempdir().unwrap();
    let (studio, _) = studio(dir.path());
    let person = AddPerson { name: "青木".into(), profession: String::new(), role: Role::Rater };
    studio.add_person(&person).unwrap();
    assert_eq!(studio.reset_passphrase("誰か").unwrap_err().code, "unknown-rater");
    assert_eq!(studio.reset_passphrase("責任者").unwrap_err().code, "own-passphrase");
    let once = studio.reset_passphrase("青木").unwrap().passphrase;
    let states: Vec<_> = studio.info().unwrap().raters.iter().map(|r| r.passphrase).collect();
    assert_eq!(states, [OwnPassphrase::None, OwnPassphrase::Once]);

    let given = Some(once.as_str());
    assert_eq!(sign_in(&studio, "青木", given, None).unwrap_err(), "person-passphrase-new");
    assert_eq!(
        sign_in(&studio, "青木", given, Some("short")).unwrap_err(),
        "person-passphrase-short"
    );
    assert_eq!(sign_in(&studio, "青木", given, given).unwrap_err(), "person-passphrase-same");
    assert_eq!(me(&studio), "責任者");
    assert_eq!(sign_in(&studio, "青木", given, Some(OWN)), Ok(OwnPassphrase::Own));
    assert_eq!(sign_in(&studio, "青木", Some(OWN), None), Ok(OwnPassphrase::Own));
    // What was handed out is spent.
    assert_eq!(sign_in(&studio, "青木", given, None).unwrap_err(), "person-passphrase-wrong");

    assert_eq!(studio.reset_passphrase("責任者").unwrap_err().code, "lead-only");
    assert_eq!(studio.require_passphrases(true).unwrap_err().code, "lead-only");
    assert_eq!(
        change(&studio, Some("wrong one"), NEXT).unwrap_err().code,
        "person-passphrase-wrong"
    );
    change(&studio, Some(OWN), NEXT).unwrap();
    assert_eq!(sign_in(&studio, "青木", Some(NEXT), None), Ok(OwnPassphrase::Own));
    // On the way in, one's own is not changed by an accident of a second field.
    assert_eq!(sign_in(&studio, "青木", Some(NEXT), Some(OWN)), Ok(OwnPassphrase::Own));
    assert_eq!(sign_in(&studio, "青木", Some(NEXT), None), Ok(OwnPassphrase::Own));
}

#[test]
fn where_passphrases_are_required_nobody_comes_in_without_one_and_no_half_person_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let (studio, _) = studio(dir.path());
    let person = AddPerson { name: "青木".into(), profession: String::new(), role: Role::Rater };
    studio.add_person(&person).unwrap();
    assert_eq!(studio.require_passphrases(true).unwrap_err().code, "lead-without-passphrase");
    change(&studio, None, OWN).unwrap();
    assert!(studio.require_passphrases(true).unwrap().passphrases_required);
    assert_eq!(sign_in(&studio, "青木", None, None).unwrap_err(), "person-passphrase-new");
    assert_eq!(sign_in(&studio, "新人", None, None).unwrap_err(), "person-passphrase-new");
    assert_eq!(
        sign_in(&studio, "新人", None, Some("short")).unwrap_err(),
        "person-passphrase-short"
    );
    assert_eq!(studio.info().unwrap().raters.len(), 2, "a refused newcomer is not in the project");
    assert_eq!(sign_in(&studio, "新人", None, Some(NEXT)), Ok(OwnPassphrase::Own));
    assert_eq!(sign_in(&studio, "青木", None, Some(NEXT)), Ok(OwnPassphrase::Own));
    sign_in(&studio, "責任者", Some(OWN), None).unwrap();
    assert!(!studio.require_passphrases(false).unwrap().passphrases_required);
    assert_eq!(sign_in(&studio, "次の人", None, None), Ok(OwnPassphrase::None));
}

#[test]
fn guessing_waits_longer_and_longer_and_the_right_one_still_gets_in() {
    let dir = tempfile::tempdir().unwrap();
    let (studio, path) = studio(dir.path());
    change(&studio, None, OWN).unwrap();
    studio.close().unwrap();
    drop(studio);
    let now = Arc::new(AtomicI64::new(1_750_000_000_000));
    let clock = Arc::clone(&now);
    let ctx = Ctx::with_clock(move || clock.load(Ordering::Relaxed), 8, Places::default());
    let studio = Studio::new(ctx);
    studio
        .open(&OpenProject { path, passphrase: PROJECT.into(), ..OpenProject::default() })
        .unwrap();
    for _ in 0..3 {
        assert_eq!(
            sign_in(&studio, "責任者", Some("no such one"), None).unwrap_err(),
            "person-passphrase-wrong"
        );
    }
    assert_eq!(sign_in(&studio, "責任者", Some(OWN), None).unwrap_err(), "person-passphrase-wait");
    // Somebody else is not kept waiting.
    assert_eq!(sign_in(&studio, "青木", None, None), Ok(OwnPassphrase::None));
    now.fetch_add(1_000, Ordering::Relaxed);
    assert_eq!(sign_in(&studio, "責任者", Some(OWN), None), Ok(OwnPassphrase::Own));
}
