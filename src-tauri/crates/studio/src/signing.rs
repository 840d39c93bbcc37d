//! Who acts: the one place where somebody becomes the person on whose behalf
//! everything runs.
//!
//! An [`Actor`] can be made here only, by signing in or by making the project. No use
//! case takes a person's name or id as the one who acts.

use crate::project::{ProjectView, find, named};
use crate::studio::Open;
use crate::view::RaterView;
use crate::{Ctx, Secret, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{Rater, RaterId, Role};
use shinsa_store::{KdfCost, NewProject, PassphraseState, Project, check_new_passphrase};
use std::path::Path;

/// The person on whose behalf everything runs.
pub(crate) struct Actor(Rater);

impl Actor {
    /// The person.
    pub fn rater(&self) -> &Rater {
        &self.0
    }

    /// Makes a project, whose lead is then the one who acts.
    pub fn create(parent: &Path, new: &NewProject<'_>) -> Result<(Project, Self), StudioError> {
        let project = Project::create(parent, new)?;
        Ok((project, Self(Rater { role: Role::Lead, ..new.lead.clone() })))
    }
}

/// Signs in by name, and by passphrase where that person has one.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SignIn {
    /// The name in the project; a new name becomes a new rater.
    pub name: String,
    /// The profession of a new rater.
    #[serde(default)]
    pub profession: String,
    /// The person's own passphrase, or the one that a lead handed out.
    #[serde(default)]
    pub passphrase: Option<Secret>,
    /// The one to have from now on: where one was handed out, and where the project
    /// asks everybody for one.
    #[serde(default)]
    pub new_passphrase: Option<Secret>,
}

/// Somebody who is in the project already.
#[derive(Clone, Copy)]
pub(crate) enum Whom<'a> {
    /// By name.
    Named(&'a str),
    /// Its first lead.
    FirstLead,
}

/// Changes one's own passphrase.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ChangePassphrase {
    /// The one before, where there is one.
    #[serde(default)]
    pub old: Option<Secret>,
    /// The one from now on.
    pub new: Secret,
}

/// A passphrase for a lead to hand over. It is shown once and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct IssuedPassphrase {
    /// Whose.
    pub name: String,
    /// The passphrase: signs in once, to choose another.
    pub passphrase: String,
}

/// Whether everybody must have a passphrase: the setting's name.
const REQUIRED: &str = "passphrases-required";

impl Studio {
    /// Signs in. A name that the project doesn't know becomes a new rater. Whoever was
    /// signed in stays so when this is refused.
    ///
    /// # Errors
    /// `empty-name`; where the person has a passphrase, `person-passphrase-needed`,
    /// `person-passphrase-wrong`, `person-passphrase-wait`; where they have to choose
    /// one, `person-passphrase-new`, `person-passphrase-short`,
    /// `person-passphrase-same`.
    pub fn sign_in(&self, request: &SignIn) -> Result<RaterView, StudioError> {
        let name = named(&request.name)?;
        self.with(|open| {
            let rater = match find(&open.project, &name)? {
                Some(rater) => rater,
                None => open.join(&self.ctx, name, request)?,
            };
            open.enter(&self.ctx, rater, request)
        })
    }

    /// Signs in as somebody who is in the project, by what `given` holds besides names.
    ///
    /// # Errors
    /// `unknown-rater`, `no-lead`, and those of [`Studio::sign_in`].
    pub(crate) fn sign_in_known(
        &self,
        whom: Whom<'_>,
        given: &SignIn,
    ) -> Result<RaterView, StudioError> {
        self.with(|open| {
            let rater = match whom {
                Whom::Named(name) => known(&open.project, name)?,
                Whom::FirstLead => open.lead_of_project()?,
            };
            open.enter(&self.ctx, rater, given)
        })
    }

    /// Changes the passphrase of the person signed in, or gives them their first.
    ///
    /// # Errors
    /// `not-signed-in`, and those of [`Studio::sign_in`] about passphrases.
    pub fn change_passphrase(&self, request: &ChangePassphrase) -> Result<(), StudioError> {
        self.with(|open| {
            let me = open.rater()?.id;
            let old = request.old.as_ref().map(Secret::words);
            let seat = (open.device(), self.ctx.now());
            let new = request.new.words();
            Ok(open.project.choose_passphrase(me, old, new, KdfCost::default(), seat)?)
        })
    }

    /// Takes a person's passphrase away, and draws one for the lead to hand over: it
    /// signs in once, to choose another. For the lead only.
    ///
    /// # Errors
    /// `lead-only`, `unknown-rater`, `own-passphrase` for one's own.
    pub fn reset_passphrase(&self, name: &str) -> Result<IssuedPassphrase, StudioError> {
        self.with(|open| {
            let lead = open.lead()?;
            let rater = known(&open.project, name)?;
            if rater.id == lead.rater {
                return Err(StudioError::new(
                    "own-passphrase",
                    "This is your own passphrase. Change it instead.",
                ));
            }
            let op = open.op(&self.ctx, "reset-passphrase")?.with(serde_json::json!(rater.id));
            let drawn = open
                .project
                .transact(&op, |tx| tx.issue_passphrase(rater.id, KdfCost::default()))?;
            Ok(IssuedPassphrase { name: rater.name, passphrase: drawn.to_string() })
        })
    }

    /// Says whether everybody must have a passphrase: who has none then chooses one
    /// at the next sign-in. For the lead only, who goes first.
    ///
    /// # Errors
    /// `lead-only`, `lead-without-passphrase`.
    pub fn require_passphrases(&self, required: bool) -> Result<ProjectView, StudioError> {
        self.with(|open| {
            let lead = open.lead()?;
            if required && open.passphrase_of(lead.rater)? != PassphraseState::Own {
                return Err(StudioError::new(
                    "lead-without-passphrase",
                    "You have no passphrase yet. Choose your own first.",
                ));
            }
            let op = open.op(&self.ctx, "require-passphrases")?;
            open.project.transact(&op, |tx| tx.set_setting(REQUIRED, &required.into()))?;
            Ok(())
        })?;
        self.info()
    }
}

impl Open {
    /// The door: past it `rater` is the one who acts.
    fn enter(
        &mut self,
        ctx: &Ctx,
        rater: Rater,
        request: &SignIn,
    ) -> Result<RaterView, StudioError> {
        let given = request.passphrase.as_ref().map(Secret::words);
        let (device, at) = (self.device(), ctx.now());
        let mut state = self.project.check_passphrase(rater.id, given, device, at)?;
        let must = state == PassphraseState::Once
            || (state == PassphraseState::None && self.passphrases_required()?);
        match &request.new_passphrase {
            // One's own is changed by whoever is signed in, not on the way in.
            Some(new) if state != PassphraseState::Own => {
                let (new, cost) = (new.words(), KdfCost::default());
                self.project.choose_passphrase(rater.id, given, new, cost, (device, at))?;
                state = PassphraseState::Own;
            }
            _ if must => return Err(choose(&rater.name)),
            _ => {}
        }
        let view = RaterView::of(&rater, state);
        self.rater = Some(Actor(rater));
        Ok(view)
    }

    /// A new name in the project. Where everybody must have a passphrase, nobody
    /// joins without one.
    fn join(&mut self, ctx: &Ctx, name: String, request: &SignIn) -> Result<Rater, StudioError> {
        match &request.new_passphrase {
            None if self.passphrases_required()? => return Err(choose(&name)),
            // Said before there is a person whom nobody can sign in as.
            Some(new) => check_new_passphrase(new.words())?,
            None => {}
        }
        let rater = Rater {
            id: RaterId::new(ctx.now(), ctx.random()),
            name,
            profession: request.profession.trim().to_owned(),
            role: Role::Rater,
        };
        // Joining is done on the lead's behalf: only a lead adds people.
        let op = self.op_of_lead(ctx, "join")?;
        self.project
            .transact(&op, |tx| tx.insert_raters(std::slice::from_ref(&rater)).map(|_| ()))?;
        Ok(rater)
    }

    /// Whether everybody must have a passphrase.
    pub(crate) fn passphrases_required(&self) -> Result<bool, StudioError> {
        // The program asks: before somebody has signed in there is nobody else.
        let setting = self.project.view(&self.first_lead()?).setting(REQUIRED)?;
        Ok(setting.and_then(|value| value.as_bool()).unwrap_or(false))
    }

    fn passphrase_of(&self, rater: RaterId) -> Result<PassphraseState, StudioError> {
        Ok(self.project.passphrases()?.get(&rater).copied().unwrap_or_default())
    }
}

/// The person of that name.
fn known(project: &Project, name: &str) -> Result<Rater, StudioError> {
    find(project, name)?.ok_or_else(|| {
        StudioError::new("unknown-rater", format!("No rater is called {name} in this project."))
            .with("name", name)
    })
}

fn choose(name: &str) -> StudioError {
    StudioError::new("person-passphrase-new", format!("{name} has to choose a passphrase."))
        .with("name", name)
}
