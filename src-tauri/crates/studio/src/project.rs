//! Making, opening and describing a project; who is in it.

use crate::signing::{Actor, SignIn, Whom};
use crate::view::{RaterView, RubricHead};
use crate::{Ctx, Secret, Studio, StudioError};
use serde::{Deserialize, Serialize};
use shinsa_domain::{DeviceId, ProjectId, Rater, RaterId, Role};
use shinsa_fsio as fsio;
use shinsa_store::{KdfCost, NewProject, PassphraseState, Project};
use std::path::{Path, PathBuf};

/// Makes a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CreateProject {
    /// The folder to put it in.
    pub parent: String,
    /// Its name; the folder becomes `NAME.shinsa`.
    pub name: String,
    /// Protects everything in it. It can't be recovered.
    pub passphrase: String,
    /// The name of the person who makes it, its lead.
    pub lead: String,
}

/// Opens a project.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct OpenProject {
    /// The project folder.
    pub path: String,
    /// Its passphrase.
    pub passphrase: String,
    /// Signs in at once, by a name that is in the project.
    #[serde(default)]
    pub rater: Option<String>,
    /// That person's own passphrase, where there is one.
    #[serde(default)]
    pub rater_passphrase: Option<Secret>,
    /// The one to have from now on, where one has to be chosen.
    #[serde(default)]
    pub new_passphrase: Option<Secret>,
}

/// A person to add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AddPerson {
    /// The name used in the project.
    pub name: String,
    /// The profession; may be empty.
    #[serde(default)]
    pub profession: String,
    /// What the person may do.
    pub role: Role,
}

/// What is in a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProjectView {
    /// The project folder.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Cases in it.
    pub cases: u32,
    /// Outputs in it.
    pub outputs: u32,
    /// Ratings the viewer may see.
    pub ratings: u32,
    /// Outputs with gold.
    pub gold: u32,
    /// Verdicts the viewer may see.
    pub verdicts: u32,
    /// Its rubrics.
    pub rubrics: Vec<RubricHead>,
    /// Its people.
    pub raters: Vec<RaterView>,
    /// Who is signed in.
    pub me: Option<RaterView>,
    /// Whether everybody must have a passphrase of their own.
    pub passphrases_required: bool,
}

/// A project opened before on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Recent {
    /// The project folder.
    pub path: String,
    /// Its name.
    pub name: String,
}

/// How many recent projects are remembered.
const RECENT: usize = 12;
const RECENT_FILE: &str = "recent.json";
const DEVICE_FILE: &str = "device.json";
const SMALL: u64 = 1 << 20;

impl Studio {
    /// Makes a project and opens it, signed in as its lead.
    ///
    /// # Errors
    /// `project-exists`, `empty-name`, `empty-passphrase`, or a file error.
    pub fn create(&self, request: &CreateProject) -> Result<ProjectView, StudioError> {
        let lead = Rater {
            id: RaterId::new(self.ctx.now(), self.ctx.random()),
            name: named(&request.lead)?,
            profession: String::new(),
            role: Role::Lead,
        };
        let new = NewProject {
            id: ProjectId::new(self.ctx.now(), self.ctx.random()),
            name: &request.name,
            passphrase: &request.passphrase,
            lead: &lead,
            device: self.device(),
            at: self.ctx.now(),
            cost: KdfCost::default(),
        };
        let (project, lead) = Actor::create(Path::new(&request.parent), &new)?;
        self.hold(project, Some(lead))?;
        self.remember()?;
        self.info()
    }

    /// Opens a project.
    ///
    /// # Errors
    /// `not-a-project`, `wrong-passphrase`, `locked`, `newer-schema` and others
    /// of the store; with `rater`, `unknown-rater` and those of [`Studio::sign_in`]:
    /// no project is then open.
    pub fn open(&self, request: &OpenProject) -> Result<ProjectView, StudioError> {
        self.open_by(request, request.rater.as_deref().map(Whom::Named))
    }

    /// Opens a project, signed in as its first lead; `rater` is not looked at.
    ///
    /// # Errors
    /// As [`Studio::open`].
    pub fn open_as_lead(&self, request: &OpenProject) -> Result<ProjectView, StudioError> {
        self.open_by(request, Some(Whom::FirstLead))
    }

    fn open_by(
        &self,
        request: &OpenProject,
        whom: Option<Whom<'_>>,
    ) -> Result<ProjectView, StudioError> {
        // Let go first: the same project may be the one that is open.
        self.close()?;
        let project = Project::open(Path::new(&request.path), &request.passphrase)?;
        self.hold(project, None)?;
        if let Some(whom) = whom {
            let given = SignIn {
                passphrase: request.rater_passphrase.clone(),
                new_passphrase: request.new_passphrase.clone(),
                ..SignIn::default()
            };
            if let Err(error) = self.sign_in_known(whom, &given) {
                self.close()?;
                return Err(error);
            }
        }
        self.remember()?;
        self.info()
    }

    /// What is in the open project, as far as the person signed in may see it.
    ///
    /// # Errors
    /// `no-project`.
    pub fn info(&self) -> Result<ProjectView, StudioError> {
        self.with(|open| {
            let raters = open.project.people()?;
            let states = open.project.passphrases()?;
            let shown = |rater: &Rater| {
                RaterView::of(rater, states.get(&rater.id).copied().unwrap_or_default())
            };
            let mut view = ProjectView {
                path: open.project.path().display().to_string(),
                name: open.project.name().to_owned(),
                cases: 0,
                outputs: 0,
                ratings: 0,
                gold: 0,
                verdicts: 0,
                rubrics: Vec::new(),
                raters: raters.iter().map(shown).collect(),
                me: open.rater.as_ref().map(|actor| shown(actor.rater())),
                passphrases_required: open.passphrases_required()?,
            };
            if let Ok(viewer) = open.viewer() {
                let store = open.project.view(&viewer);
                let counts = store.counts()?;
                view.cases = small(counts.cases);
                view.outputs = small(counts.outputs);
                view.ratings = small(counts.ratings);
                view.gold = small(counts.gold);
                view.verdicts = small(counts.verdicts);
                view.rubrics = open.rubric_heads(&viewer)?;
            }
            Ok(view)
        })
    }

    /// Adds a person with a role. For the lead only.
    ///
    /// # Errors
    /// `lead-only`, `empty-name`, `person-exists` for a name that is there with
    /// another role or profession.
    pub fn add_person(&self, request: &AddPerson) -> Result<RaterView, StudioError> {
        let name = named(&request.name)?;
        self.with(|open| {
            open.lead()?;
            let rater = Rater {
                id: RaterId::new(self.ctx.now(), self.ctx.random()),
                name,
                profession: request.profession.trim().to_owned(),
                role: request.role,
            };
            if let Some(there) = find(&open.project, &rater.name)? {
                if (there.role, &there.profession) == (rater.role, &rater.profession) {
                    let states = open.project.passphrases()?;
                    let state = states.get(&there.id).copied().unwrap_or_default();
                    return Ok(RaterView::of(&there, state));
                }
                return Err(StudioError::new(
                    "person-exists",
                    format!("{} is in the project already.", rater.name),
                )
                .with("name", &rater.name));
            }
            let op = open.op(&self.ctx, "add-person")?;
            open.project
                .transact(&op, |tx| tx.insert_raters(std::slice::from_ref(&rater)).map(|_| ()))?;
            Ok(RaterView::of(&rater, PassphraseState::None))
        })
    }

    /// The projects opened before on this machine that are still there, newest first.
    #[must_use]
    pub fn recent(&self) -> Vec<Recent> {
        let Some(file) = self.ctx.places.config.as_ref().map(|c| c.join(RECENT_FILE)) else {
            return Vec::new();
        };
        // A list of conveniences: what can't be read is no reason to stop.
        let text = fsio::read_to_string(&file, SMALL).unwrap_or_default();
        let recent: Vec<Recent> = serde_json::from_str(&text).unwrap_or_default();
        recent.into_iter().filter(|r| shinsa_store::is_project(Path::new(&r.path))).collect()
    }

    fn remember(&self) -> Result<(), StudioError> {
        let Some(config) = self.ctx.places.config.clone() else { return Ok(()) };
        let here = self.with(|open| {
            Ok(Recent {
                path: open.project.path().display().to_string(),
                name: open.project.name().to_owned(),
            })
        })?;
        let mut recent = self.recent();
        recent.retain(|r| r.path != here.path);
        recent.insert(0, here);
        recent.truncate(RECENT);
        fsio::create_dir_all(&config)?;
        fsio::atomic_write(
            &config.join(RECENT_FILE),
            serde_json::to_string_pretty(&recent)?.as_bytes(),
        )?;
        Ok(())
    }
}

/// This machine's id: kept in the configuration folder, new for each studio
/// where there is none.
pub(crate) fn device(ctx: &Ctx) -> DeviceId {
    let file: Option<PathBuf> = ctx.places.config.as_ref().map(|c| c.join(DEVICE_FILE));
    let kept = file.as_ref().and_then(|f| fsio::read_to_string(f, SMALL).ok());
    if let Some(id) = kept.and_then(|text| serde_json::from_str(&text).ok()) {
        return id;
    }
    let id = DeviceId::new(ctx.now(), ctx.random());
    if let (Some(file), Ok(text)) = (&file, serde_json::to_string(&id)) {
        // Without it the next start makes another id, which costs nothing but tidiness.
        let _ = file.parent().map(fsio::create_dir_all);
        let _ = fsio::atomic_write(file, text.as_bytes());
    }
    id
}

pub(crate) fn named(name: &str) -> Result<String, StudioError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(StudioError::new("empty-name", "A name is needed."));
    }
    Ok(name.to_owned())
}

pub(crate) fn find(project: &Project, name: &str) -> Result<Option<Rater>, StudioError> {
    Ok(project.people()?.into_iter().find(|r| r.name == name))
}

/// A count for the shells; nobody has four thousand million of anything here.
pub(crate) fn small(count: impl TryInto<u32>) -> u32 {
    count.try_into().unwrap_or(u32::MAX)
}

impl RaterView {
    pub(crate) fn of(rater: &Rater, passphrase: PassphraseState) -> Self {
        let role = match rater.role {
            Role::Rater => "rater",
            Role::Adjudicator => "adjudicator",
            Role::Lead => "lead",
        };
        Self {
            id: rater.id.to_string(),
            name: rater.name.clone(),
            profession: rater.profession.clone(),
            role: role.to_owned(),
            passphrase: passphrase.into(),
        }
    }
}
