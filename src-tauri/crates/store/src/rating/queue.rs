//! Queues: what a rater is to rate, in that rater's own order.

use rusqlite::{Row, ToSql, named_params, params};
use serde::Serialize;
use shinsa_domain::{OutputId, RaterId, Role, RubricRef};

use crate::column::{uuid, word};
use crate::page::{Found, Inserted, Page, Rows};
use crate::{StoreError, Tx, View};

/// How far the viewer's rating of an assigned output has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum QueueState {
    /// Not begun.
    Todo,
    /// Begun, not locked.
    Draft,
    /// Locked.
    Done,
}

/// An assigned output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueueRow {
    /// Its place: greater is later. Pass it to [`View::next_in_queue`].
    pub position: i64,
    /// The output.
    pub output: OutputId,
    /// How far it has come.
    pub state: QueueState,
    /// Whether its rater has left it for later.
    pub skipped: bool,
    /// Whether its rater wants it looked at.
    pub flagged: bool,
}

/// How far a rater has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Outputs assigned.
    pub assigned: u64,
    /// Not begun.
    pub todo: u64,
    /// Begun, not locked.
    pub draft: u64,
    /// Locked.
    pub done: u64,
}

impl QueueState {
    fn from_word(word: &str) -> Option<Self> {
        [Self::Todo, Self::Draft, Self::Done].into_iter().find(|state| state.word() == word)
    }

    fn word(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::Draft => "draft",
            Self::Done => "done",
        }
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<QueueRow> {
    Ok(QueueRow {
        position: row.get("seq")?,
        output: OutputId(uuid(row, "output")?),
        state: word(row, "state", QueueState::from_word)?,
        skipped: row.get("skipped")?,
        flagged: row.get("flagged")?,
    })
}

fn read_progress(row: &Row<'_>) -> rusqlite::Result<Progress> {
    let n = |column: &str| row.get::<_, i64>(column).map(i64::unsigned_abs);
    let (assigned, draft, done) = (n("assigned")?, n("draft")?, n("done")?);
    Ok(Progress { assigned, todo: assigned - draft - done, draft, done })
}

impl View<'_> {
    /// The viewer's queue for a rubric version, in the viewer's order; all of
    /// it, or what is in one state.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn queue(
        &self,
        rubric: &RubricRef,
        state: Option<QueueState>,
        page: Page,
    ) -> Result<Rows<QueueRow>, StoreError> {
        let state = state.map(QueueState::word);
        let params = self.queue_params(rubric, &page.after);
        let mut params: Vec<(&str, &dyn ToSql)> = params.to_vec();
        params.push((":limit", &page.limit));
        if let Some(state) = &state {
            params.push((":state", state));
        }
        let sql = if state.is_some() {
            include_str!("queue_by_state.sql")
        } else {
            include_str!("queue.sql")
        };
        self.page("list-queue", sql, params.as_slice(), page, read)
    }

    /// Where an output stands in the viewer's queue; `None` when it isn't in it.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn place_in_queue(
        &self,
        rubric: &RubricRef,
        output: OutputId,
    ) -> Result<Option<i64>, StoreError> {
        let params = named_params! {
            ":me": self.viewer.rater.0.as_bytes(), ":rubric": rubric.id,
            ":version": rubric.version, ":output": output.0.as_bytes()
        };
        self.first("place-in-queue", include_str!("place.sql"), params, |row| row.get("seq"))
    }

    /// The viewer's first output after `position` that isn't locked, and from
    /// the beginning when none is left after it; those left for later come last.
    /// `None` when all is done.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn next_in_queue(
        &self,
        rubric: &RubricRef,
        position: i64,
    ) -> Result<Option<QueueRow>, StoreError> {
        for (from, skipped) in [(position, false), (0, false), (position, true), (0, true)] {
            let params = self.queue_params(rubric, &from);
            let mut params: Vec<(&str, &dyn ToSql)> = params.to_vec();
            params.push((":skipped", &skipped));
            let row =
                self.first("next-in-queue", include_str!("next.sql"), params.as_slice(), read)?;
            if row.is_some() {
                return Ok(row);
            }
        }
        Ok(None)
    }

    /// How far the viewer has come with a rubric version.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn progress(&self, rubric: &RubricRef) -> Result<Progress, StoreError> {
        let me = Some(self.viewer.rater.0.as_bytes().as_slice());
        let params = named_params! { ":rubric": rubric.id, ":version": rubric.version, ":me": me };
        let all = self.first("progress", include_str!("progress.sql"), params, read_progress)?;
        Ok(all.unwrap_or_default())
    }

    /// Milliseconds of active work on each output that the viewer has finished and that
    /// was timed, ascending. Always the viewer's own: nobody sees another's pace here.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn active_times(&self, rubric: &RubricRef) -> Result<Vec<u64>, StoreError> {
        let params = named_params! {
            ":me": self.viewer.rater.0.as_bytes(), ":rubric": rubric.id, ":version": rubric.version
        };
        self.all("active-times", include_str!("active.sql"), params, |row| {
            Ok(row.get::<_, i64>("active")?.unsigned_abs())
        })
    }

    /// How far everyone has come, by rater. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn team_progress(
        &self,
        rubric: &RubricRef,
    ) -> Result<Vec<(RaterId, Progress)>, StoreError> {
        self.lead_only("team-progress")?;
        let params = named_params! {
            ":rubric": rubric.id, ":version": rubric.version, ":me": None::<&[u8]>
        };
        self.all("progress", include_str!("progress.sql"), params, |row| {
            Ok((RaterId(uuid(row, "rater")?), read_progress(row)?))
        })
    }

    fn queue_params<'p>(
        &'p self,
        rubric: &'p RubricRef,
        after: &'p i64,
    ) -> [(&'static str, &'p dyn ToSql); 4] {
        [
            (":me", self.viewer.rater.0.as_bytes() as &dyn ToSql),
            (":rubric", &rubric.id),
            (":version", &rubric.version),
            (":after", after),
        ]
    }
}

impl Tx<'_> {
    /// Appends outputs to a rater's queue, in this order; one that is in it
    /// already stays where it is. For a lead only.
    ///
    /// # Errors
    /// `not-found` for a rater, output or rubric that isn't there,
    /// `not-allowed`, or when the database refuses.
    pub fn assign(
        &self,
        rater: RaterId,
        rubric: &RubricRef,
        outputs: &[OutputId],
    ) -> Result<Inserted, StoreError> {
        self.allow(&[Role::Lead])?;
        self.require("rater", include_str!("../rater/exists.sql"), &rater.0)?;
        self.require_rubric(rubric)?;
        let mut inserted = Inserted::default();
        for (index, output) in outputs.iter().enumerate() {
            self.require("output", include_str!("../output/exists.sql"), &output.0)?;
            let added = self.execute(
                include_str!("assign.sql"),
                params![
                    rater.0.as_bytes(),
                    output.0.as_bytes(),
                    rubric.id,
                    rubric.version,
                    self.seq
                ],
            )?;
            let found = if added > 0 { Found::New } else { Found::Same };
            inserted.count(index, output, found);
        }
        Ok(inserted)
    }
}
