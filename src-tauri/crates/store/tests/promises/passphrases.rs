//! A person's own passphrase: who gets past it, and who doesn't.

use shinsa_domain::*;
use shinsa_store::*;

use crate::sample::{Sample, device};

const OWN: &str = "紫の傘 と 雨の夜";
const T0: Millis = 1_750_000_100_000;

fn check(sample: &mut Sample, given: Option<&str>, at: Millis) -> Result<PassphraseState, String> {
    let rater = sample.raters[0].id;
    sample
        .project
        .check_passphrase(rater, given, device(), at)
        .map_err(|error| error.code().to_owned())
}

fn choose(sample: &mut Sample, old: Option<&str>, new: &str) -> Result<(), String> {
    let rater = sample.raters[0].id;
    sample
        .project
        .choose_passphrase(rater, old, new, KdfCost::LEAST, (device(), T0))
        .map_err(|error| error.code().to_owned())
}

fn issue(sample: &mut Sample, who: usize) -> String {
    let (op, rater) = (sample.op("reset-passphrase"), sample.raters[who].id);
    let drawn = sample.project.transact(&op, |tx| tx.issue_passphrase(rater, KdfCost::LEAST));
    drawn.unwrap().to_string()
}

#[test]
fn a_name_without_a_passphrase_is_asked_for_none_and_one_with_it_for_the_right_one() {
    let mut sample = Sample::new(0);
    assert_eq!(check(&mut sample, None, T0), Ok(PassphraseState::None));
    choose(&mut sample, None, OWN).unwrap();
    assert_eq!(check(&mut sample, None, T0), Err("person-passphrase-needed".into()));
    assert_eq!(check(&mut sample, Some(""), T0), Err("person-passphrase-needed".into()));
    assert_eq!(
        check(&mut sample, Some("紫の傘 と 雨の朝"), T0),
        Err("person-passphrase-wrong".into())
    );
    // As another keyboard writes it: a full-width space, が and such composed otherwise.
    assert_eq!(check(&mut sample, Some("紫の傘\u{3000}と 雨の夜"), T0), Ok(PassphraseState::Own));
    // Nobody else got one by it, and the words are nowhere in the project.
    let states = sample.project.passphrases().unwrap();
    assert_eq!(states, [(sample.raters[0].id, PassphraseState::Own)].into());
    let operations = sample.project.view(&sample.as_lead()).operations(Page::first(99)).unwrap();
    let names: Vec<&str> = operations.rows.iter().map(|o| o.name.as_str()).collect();
    assert!(names.ends_with(&["choose-passphrase", "sign-in-refused", "sign-in"]), "{names:?}");
    assert!(!format!("{operations:?}").contains("紫の傘"));
}

#[test]
fn changing_it_takes_the_one_before_and_a_new_one_that_is_long_enough() {
    let mut sample = Sample::new(0);
    choose(&mut sample, None, OWN).unwrap();
    assert_eq!(
        choose(&mut sample, Some(OWN), "短い合言葉 "),
        Err("person-passphrase-short".into())
    );
    assert_eq!(choose(&mut sample, Some(OWN), OWN), Err("person-passphrase-same".into()));
    assert_eq!(
        choose(&mut sample, None, "another long one"),
        Err("person-passphrase-needed".into())
    );
    let wrong = choose(&mut sample, Some("wrong and long"), "another long one");
    assert_eq!(wrong, Err("person-passphrase-wrong".into()));
    assert_eq!(check(&mut sample, Some(OWN), T0), Ok(PassphraseState::Own));
    choose(&mut sample, Some(OWN), "another long one").unwrap();
    assert_eq!(check(&mut sample, Some(OWN), T0), Err("person-passphrase-wrong".into()));
    assert_eq!(check(&mut sample, Some("another long one"), T0), Ok(PassphraseState::Own));
}

#[test]
fn wrong_ones_make_the_next_try_wait_and_never_for_good_even_after_opening_anew() {
    let mut sample = Sample::new(0);
    choose(&mut sample, None, OWN).unwrap();
    for _ in 0..3 {
        assert_eq!(check(&mut sample, Some("wrong"), T0), Err("person-passphrase-wrong".into()));
    }
    // Now even the right one waits, and waiting is told in seconds.
    let rater = sample.raters[0].id;
    let refused = sample.project.check_passphrase(rater, Some(OWN), device(), T0 + 1).unwrap_err();
    assert_eq!(
        (refused.code(), refused.args()["seconds"].as_str()),
        ("person-passphrase-wait", "1")
    );
    let path = sample.path();
    let dir = tempfile::tempdir().unwrap();
    // Let the lock go by putting another project in its place.
    let other = Sample::new(0);
    drop(std::mem::replace(&mut sample.project, other.project));
    sample.project = Project::open(&path, crate::sample::PASSPHRASE).unwrap();
    drop(dir);
    assert_eq!(check(&mut sample, Some(OWN), T0 + 999), Err("person-passphrase-wait".into()));
    for n in 1..20 {
        let at = T0 + 61_000 * n;
        assert_eq!(check(&mut sample, Some("wrong"), at), Err("person-passphrase-wrong".into()));
    }
    let at = T0 + 61_000 * 20;
    assert_eq!(check(&mut sample, Some(OWN), at), Ok(PassphraseState::Own));
    // And the right one has cleared the slate.
    assert_eq!(check(&mut sample, Some("wrong"), at), Err("person-passphrase-wrong".into()));
    assert_eq!(check(&mut sample, Some(OWN), at), Ok(PassphraseState::Own));
}

#[test]
fn a_lead_hands_out_one_that_is_good_for_choosing_ones_own() {
    let mut sample = Sample::new(0);
    choose(&mut sample, None, OWN).unwrap();
    let once = issue(&mut sample, 0);
    assert_eq!(check(&mut sample, Some(OWN), T0), Err("person-passphrase-wrong".into()));
    let typed = once.to_lowercase().replace('-', "　");
    assert_eq!(check(&mut sample, Some(&typed), T0), Ok(PassphraseState::Once));
    assert_eq!(choose(&mut sample, Some(&once), &once), Err("person-passphrase-same".into()));
    choose(&mut sample, Some(&once), OWN).unwrap();
    assert_eq!(check(&mut sample, Some(OWN), T0), Ok(PassphraseState::Own));
    assert_eq!(check(&mut sample, Some(&once), T0), Err("person-passphrase-wrong".into()));
    // Nobody but a lead hands any out.
    for viewer in [sample.as_rater(0), sample.as_adjudicator()] {
        let (op, rater) = (sample.op_of("reset-passphrase", viewer), sample.raters[1].id);
        let refused = sample
            .project
            .transact(&op, |tx| tx.issue_passphrase(rater, KdfCost::LEAST))
            .unwrap_err();
        assert_eq!(refused.code(), "not-allowed");
    }
    let states = sample.project.passphrases().unwrap();
    assert!(!states.contains_key(&sample.raters[1].id));
}
