//! The one object both shells hold.

use crate::signing::Actor;
use crate::{Ctx, StudioError};
use shinsa_domain::{DeviceId, Rater, Role, Viewer};
use shinsa_store::{Op, Page, Project, Rows, StoreError, View};
use std::sync::{Mutex, PoisonError};

/// At most one open project, and who is using it.
pub struct Studio {
    pub(crate) ctx: Ctx,
    open: Mutex<Option<Open>>,
    device: DeviceId,
}

/// An open project with the person signed in.
pub(crate) struct Open {
    pub project: Project,
    pub rater: Option<Actor>,
    device: DeviceId,
}

impl Studio {
    /// A studio with no project open.
    #[must_use]
    pub fn new(ctx: Ctx) -> Self {
        let device = crate::project::device(&ctx);
        Self { ctx, open: Mutex::new(None), device }
    }

    /// Runs `use_case` on the open project.
    pub(crate) fn with<T>(
        &self,
        use_case: impl FnOnce(&mut Open) -> Result<T, StudioError>,
    ) -> Result<T, StudioError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let open = open.as_mut().ok_or_else(|| {
            StudioError::new("no-project", "No project is open. Open or create one first.")
        })?;
        use_case(open)
    }

    /// Takes the project over, with the person signed in; closes the one before.
    pub(crate) fn hold(&self, project: Project, rater: Option<Actor>) -> Result<(), StudioError> {
        self.close()?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        *open = Some(Open { project, rater, device: self.device });
        Ok(())
    }

    /// Closes the open project, if any: everything is then in its database file.
    ///
    /// # Errors
    /// When the database could not be closed in order; nothing is lost.
    pub fn close(&self) -> Result<(), StudioError> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        match open {
            Some(open) => Ok(open.project.close()?),
            None => Ok(()),
        }
    }

    /// Every row of a list on behalf of the person signed in, chunk by chunk, the
    /// project let go in between: a long read holds up no rating.
    pub(crate) fn chunks<T>(
        &self,
        mut chunk: impl FnMut(&View<'_>, Page) -> Result<Rows<T>, StoreError>,
    ) -> Result<Vec<T>, StudioError> {
        let mut rows = Vec::new();
        let mut page = Page::first(CHUNK);
        loop {
            let read = self.with(|open| {
                let viewer = open.viewer()?;
                Ok(chunk(&open.project.view(&viewer), page)?)
            })?;
            rows.extend(read.rows);
            match read.next {
                Some(next) => page = Page::after(next, CHUNK),
                None => return Ok(rows),
            }
        }
    }

    pub(crate) fn device(&self) -> DeviceId {
        self.device
    }
}

impl Open {
    /// The person signed in.
    pub fn rater(&self) -> Result<&Rater, StudioError> {
        self.rater.as_ref().map(Actor::rater).ok_or_else(|| {
            StudioError::new("not-signed-in", "Nobody is signed in. Choose who you are first.")
        })
    }

    /// This machine.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// The person signed in, as the one who asks.
    pub fn viewer(&self) -> Result<Viewer, StudioError> {
        self.rater().map(|r| Viewer { rater: r.id, role: r.role })
    }

    /// The viewer, if it may do what only a lead may.
    pub fn lead(&self) -> Result<Viewer, StudioError> {
        let viewer = self.viewer()?;
        if viewer.role == Role::Lead {
            Ok(viewer)
        } else {
            Err(StudioError::new(
                "lead-only",
                "Only the project's lead can do this. Sign in as the lead.",
            ))
        }
    }

    /// A named operation on behalf of the project's first lead, for what the
    /// program does by itself.
    pub fn op_of_lead(&self, ctx: &Ctx, name: &'static str) -> Result<Op, StudioError> {
        Ok(Op::new(name, self.first_lead()?, self.device, ctx.now()))
    }

    /// The project's first lead, on whose behalf the program reads what nobody is
    /// shown.
    pub fn first_lead(&self) -> Result<Viewer, StudioError> {
        let lead = self.lead_of_project()?;
        Ok(Viewer { rater: lead.id, role: lead.role })
    }

    /// The project's first lead. There is always one: who makes a project is.
    pub fn lead_of_project(&self) -> Result<Rater, StudioError> {
        let lead = self.project.people()?.into_iter().find(|r| r.role == Role::Lead);
        lead.ok_or_else(|| StudioError::new("no-lead", "The project has no lead."))
    }

    /// A named operation of the person signed in.
    pub fn op(&self, ctx: &Ctx, name: &'static str) -> Result<Op, StudioError> {
        Ok(Op::new(name, self.viewer()?, self.device, ctx.now()))
    }
}

/// Rows of a list that are read at a time: short chunks never hold up a rating.
const CHUNK: u32 = 500;

/// Every row of a list, chunk by chunk.
pub(crate) fn every<T>(
    mut chunk: impl FnMut(Page) -> Result<Rows<T>, StoreError>,
) -> Result<Vec<T>, StudioError> {
    let mut rows = Vec::new();
    let mut page = Page::first(CHUNK);
    loop {
        let read = chunk(page)?;
        rows.extend(read.rows);
        match read.next {
            Some(next) => page = Page::after(next, CHUNK),
            None => return Ok(rows),
        }
    }
}

impl From<shinsa_store::StoreError> for StudioError {
    fn from(error: shinsa_store::StoreError) -> Self {
        let mut args = error.args();
        args.insert("message".to_owned(), error.to_string());
        Self { code: error.code().to_owned(), args }
    }
}
