//! A person's own passphrase: what stands between a name and whoever types it.
//!
//! It guards names inside an open project, so that nobody signs in as somebody else
//! by choosing from a list. It encrypts nothing: the database opens by the project's
//! passphrase alone.
//!
//! These are the project's own methods and no view's: they run before there is a
//! viewer, and no view reads what is kept here.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};
use shinsa_domain::{DeviceId, Millis, RaterId, Role, Viewer};
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::column::uuid;
use crate::operation::{Op, Tx};
use crate::project::key::{KdfCost, derive, fill};
use crate::view::{all, first};
use crate::{Project, StoreError, rater};

/// Whether a person has a passphrase of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PassphraseState {
    /// None: the name alone signs in.
    #[default]
    None,
    /// One that a lead handed out: good for choosing one's own.
    Once,
    /// Their own.
    Own,
}

/// Fewest characters of a person's passphrase (NIST SP 800-63B-4, 3.1.1.2: eight
/// where it is not the only thing asked for; the project's comes before it).
const LEAST_PASSPHRASE: usize = 8;

/// Refuses what no person may have as a passphrase.
///
/// # Errors
/// `person-passphrase-short`.
pub fn check_new_passphrase(new: &str) -> Result<(), StoreError> {
    if new.trim().nfkc().count() < LEAST_PASSPHRASE {
        return Err(StoreError::PersonPassphraseShort { least: LEAST_PASSPHRASE });
    }
    Ok(())
}

/// Wrong ones that cost no waiting.
const FREE_MISSES: u32 = 3;
/// The longest wait, in milliseconds: a slip never shuts anyone out for good.
const LONGEST_WAIT: Millis = 60_000;

/// Capital letters and digits that can't be taken for one another.
const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// What is kept of a person's passphrase.
struct Kept {
    cost: KdfCost,
    salt: [u8; 16],
    hash: [u8; 32],
    once: bool,
    misses: u32,
    missed: Option<Millis>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        cost: KdfCost { memory_kib: row.get("memory_kib")?, passes: row.get("passes")? },
        salt: row.get("salt")?,
        hash: row.get("hash")?,
        once: row.get("once")?,
        misses: row.get("misses")?,
        missed: row.get("missed")?,
    })
}

/// Milliseconds until the next try: none for the first few wrong ones, then doubling
/// from a second to a minute. A clock that was set back makes nobody wait longer.
fn wait(misses: u32, missed: Option<Millis>, now: Millis) -> Millis {
    let Some(missed) = missed.filter(|at| misses >= FREE_MISSES && *at <= now) else { return 0 };
    let doublings = (misses - FREE_MISSES).min(6);
    let whole = (1_000 << doublings).min(LONGEST_WAIT);
    (missed.saturating_add(whole) - now).max(0)
}

impl Kept {
    fn of(conn: &Connection, rater: RaterId) -> Result<Option<Self>, StoreError> {
        first(conn, "read-passphrase", include_str!("read.sql"), [rater.0.as_bytes()], read)
    }

    fn state(&self) -> PassphraseState {
        if self.once { PassphraseState::Once } else { PassphraseState::Own }
    }

    /// Whether these are the words, told in a time that doesn't depend on them.
    fn fits(&self, given: &str) -> bool {
        if !self.cost.is_reasonable() {
            return false;
        }
        let given = if self.once { bare(given) } else { Zeroizing::new(given.to_owned()) };
        derive(&given, &self.salt, self.cost).is_some_and(|hash| hash.ct_eq(&self.hash).into())
    }
}

/// A handed-out passphrase as it was drawn, however it was typed.
fn bare(given: &str) -> Zeroizing<String> {
    let letters = given.nfkc().filter(char::is_ascii_alphanumeric);
    Zeroizing::new(letters.map(|c| c.to_ascii_uppercase()).collect())
}

/// Twelve letters in three groups: 59 bits.
fn drawn() -> Result<Zeroizing<String>, StoreError> {
    let mut letters = Zeroizing::new(String::with_capacity(14));
    while letters.len() < 14 {
        let mut byte = [0u8; 1];
        fill(&mut byte)?;
        // 248 is the greatest multiple of 31 in a byte: no letter is likelier.
        if byte[0] < 248 {
            if letters.len() == 4 || letters.len() == 9 {
                letters.push('-');
            }
            letters.push(char::from(LETTERS[usize::from(byte[0]) % LETTERS.len()]));
        }
    }
    Ok(letters)
}

impl Project {
    /// Who has a passphrase; nobody else is in the map.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn passphrases(&self) -> Result<BTreeMap<RaterId, PassphraseState>, StoreError> {
        let rows = all(self.conn(), "list-passphrases", include_str!("list.sql"), [], |row| {
            let once: bool = row.get("once")?;
            let state = if once { PassphraseState::Once } else { PassphraseState::Own };
            Ok((RaterId(uuid(row, "rater")?), state))
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Holds what was given against a person's passphrase; where there is none,
    /// nothing is asked. A wrong one is counted, and makes the next try wait.
    ///
    /// # Errors
    /// `person-passphrase-needed`, `person-passphrase-wrong`, `person-passphrase-wait`
    /// with the seconds, `not-found` for somebody who is not in the project.
    pub fn check_passphrase(
        &mut self,
        rater: RaterId,
        given: Option<&str>,
        device: DeviceId,
        at: Millis,
    ) -> Result<PassphraseState, StoreError> {
        let name = self.name_of(rater)?;
        let Some(kept) = Kept::of(self.conn(), rater)? else { return Ok(PassphraseState::None) };
        let wait = wait(kept.misses, kept.missed, at);
        if wait > 0 {
            let seconds = (wait + 999) / 1_000;
            return Err(StoreError::PersonPassphraseWait { name, seconds });
        }
        let given = given.filter(|given| !given.is_empty());
        let Some(given) = given else { return Err(StoreError::PersonPassphraseNeeded { name }) };
        let fits = kept.fits(given);
        if !fits || kept.misses > 0 {
            let what = if fits { "sign-in" } else { "sign-in-refused" };
            let op = Op::new(what, Viewer { rater, role: Role::Rater }, device, at);
            let misses = if fits { 0 } else { kept.misses.saturating_add(1) };
            let missed = (!fits).then_some(at);
            self.transact(&op, |tx| {
                let params = params![rater.0.as_bytes(), misses, missed];
                tx.execute(include_str!("missed.sql"), params).map(|_| ())
            })?;
        }
        if fits { Ok(kept.state()) } else { Err(StoreError::PersonPassphraseWrong { name }) }
    }

    /// Gives a person the passphrase that they chose, in place of the one that they
    /// had, which has to be given, too.
    ///
    /// # Errors
    /// Those of [`Project::check_passphrase`]; `person-passphrase-short`,
    /// `person-passphrase-same` when it is the one before. What was there still stands.
    pub fn choose_passphrase(
        &mut self,
        rater: RaterId,
        old: Option<&str>,
        new: &str,
        cost: KdfCost,
        (device, at): (DeviceId, Millis),
    ) -> Result<(), StoreError> {
        // What can't be taken is said before a try is spent on the old one.
        check_new_passphrase(new)?;
        self.check_passphrase(rater, old, device, at)?;
        if Kept::of(self.conn(), rater)?.is_some_and(|kept| kept.fits(new)) {
            return Err(StoreError::PersonPassphraseSame);
        }
        let op = Op::new("choose-passphrase", Viewer { rater, role: Role::Rater }, device, at);
        self.transact(&op, |tx| tx.keep_passphrase(rater, new, cost, false))
    }

    fn name_of(&self, rater: RaterId) -> Result<String, StoreError> {
        let people = rater::all(self.conn())?;
        let found = people.into_iter().find(|person| person.id == rater);
        found
            .map(|person| person.name)
            .ok_or_else(|| StoreError::NotFound { noun: "rater", id: rater.to_string() })
    }
}

impl Tx<'_> {
    /// Takes a person's passphrase away and draws another one, which the lead hands
    /// over: it signs in once, to choose their own. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, `not-found`, `no-random`, or when the database refuses.
    pub fn issue_passphrase(
        &self,
        rater: RaterId,
        cost: KdfCost,
    ) -> Result<Zeroizing<String>, StoreError> {
        self.allow(&[Role::Lead])?;
        self.require("rater", include_str!("../rater/exists.sql"), &rater.0)?;
        let shown = drawn()?;
        self.keep_passphrase(rater, &bare(&shown), cost, true)?;
        Ok(shown)
    }

    fn keep_passphrase(
        &self,
        rater: RaterId,
        words: &str,
        cost: KdfCost,
        once: bool,
    ) -> Result<(), StoreError> {
        let mut salt = [0u8; 16];
        fill(&mut salt)?;
        let cost = cost.at_least();
        let hash = derive(words, &salt, cost).ok_or_else(|| StoreError::NoRandom {
            detail: "key derivation: refused its parameters".to_owned(),
        })?;
        self.execute(
            include_str!("keep.sql"),
            params![
                rater.0.as_bytes(),
                cost.memory_kib,
                cost.passes,
                salt,
                hash.as_slice(),
                once,
                self.seq
            ],
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_from_a_second_to_a_minute_and_no_further() {
        let waits: Vec<Millis> = (0..12).map(|misses| wait(misses, Some(1_000), 1_000)).collect();
        let expected =
            [0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000];
        assert_eq!(waits, expected);
        assert_eq!(wait(u32::MAX, Some(1_000), 61_000), 0);
        assert_eq!(wait(5, Some(1_000), 2_500), 2_500);
        // The clock was set back: nobody waits for it to catch up.
        assert_eq!(wait(9, Some(1_000_000), 1_000), 0);
    }

    #[test]
    fn a_handed_out_passphrase_is_read_however_it_is_typed() {
        let shown = drawn().unwrap();
        assert_eq!((shown.len(), shown.matches('-').count()), (14, 2));
        let lower = shown.to_lowercase().replace('-', " ");
        let wide: String =
            bare(&shown).chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
        assert_eq!(bare(&lower), bare(&shown));
        assert_eq!(bare(&wide), bare(&shown));
        assert_ne!(*drawn().unwrap(), *shown);
    }
}
