//! Ratings: reading what events add up to. Writing is in `append`, queues in `queue`.

mod append;
mod carry;
mod queue;

use rusqlite::{Row, named_params};
use shinsa_domain::{DeviceId, EventId, OutputId, RaterId, Rating, RatingEvent, RubricRef};

pub use append::ImportedRating;
pub use carry::{Carried, CarryCounts};
pub use queue::{Progress, QueueRow, QueueState};

use crate::column::{json, uuid, uuid_opt};
use crate::error::sqlite;
use crate::page::{Page, Rows};
use crate::{StoreError, View};

fn read(row: &Row<'_>) -> rusqlite::Result<Rating> {
    Ok(Rating {
        rater: RaterId(uuid(row, "rater")?),
        output: OutputId(uuid(row, "output")?),
        rubric: RubricRef { id: row.get("rubric")?, version: row.get("rubric_version")? },
        answers: json(row, "answers")?,
        locked: row.get("locked")?,
        skipped: row.get("skipped")?,
        flag: row.get("flag")?,
        carried: json(row, "carried")?,
        evidence: json(row, "evidence")?,
    })
}

pub(crate) fn read_event(row: &Row<'_>) -> rusqlite::Result<RatingEvent> {
    Ok(RatingEvent {
        id: EventId(uuid(row, "id")?),
        device: DeviceId(uuid(row, "device")?),
        sequence: row.get::<_, i64>("seq")?.unsigned_abs(),
        rater: RaterId(uuid(row, "rater")?),
        output: OutputId(uuid(row, "output")?),
        rubric: RubricRef { id: row.get("rubric")?, version: row.get("rubric_version")? },
        operation: json(row, "body")?,
        parent: uuid_opt(row, "parent")?.map(EventId),
        at: row.get("at")?,
        active_ms: row.get("active_ms")?,
    })
}

/// Hands over the events of every rating, one rating at a time.
pub(crate) fn each_history(
    view: &View<'_>,
    mut each: impl FnMut(&[RatingEvent]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let failed = || sqlite("list-events");
    let mut statement = view.conn.prepare(include_str!("histories.sql")).map_err(failed())?;
    let mut rows = statement.query([]).map_err(failed())?;
    let mut events: Vec<RatingEvent> = vec![];
    while let Some(row) = rows.next().map_err(failed())? {
        let event = read_event(row).map_err(failed())?;
        let another = events.first().is_some_and(|first| {
            (first.rater, first.output, &first.rubric) != (event.rater, event.output, &event.rubric)
        });
        if another {
            each(&events)?;
            events.clear();
        }
        events.push(event);
    }
    if events.is_empty() { Ok(()) } else { each(&events) }
}

impl View<'_> {
    /// The viewer's own rating of an output, if it was begun. `None` too while the viewer
    /// rates the output a second time.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn own_rating(
        &self,
        output: OutputId,
        rubric: &RubricRef,
    ) -> Result<Option<Rating>, StoreError> {
        if self.awaits_second(output)? {
            return Ok(None);
        }
        self.rating_of(self.viewer.rater, output, rubric)
    }

    /// One rater's rating as stored, without a veil: for the store itself, which
    /// has decided who asks.
    pub(crate) fn rating_of(
        &self,
        rater: RaterId,
        output: OutputId,
        rubric: &RubricRef,
    ) -> Result<Option<Rating>, StoreError> {
        let params = named_params! {
            ":rater": rater.0.as_bytes(), ":output": output.0.as_bytes(),
            ":rubric": rubric.id, ":version": rubric.version
        };
        self.first("read-rating", include_str!("read.sql"), params, read)
    }

    /// The ratings of one output by one rubric version, as far as the viewer may
    /// see them, by the ids under which they are shown.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn ratings_of(
        &self,
        output: OutputId,
        rubric: &RubricRef,
    ) -> Result<Vec<Rating>, StoreError> {
        let sql = concat!(
            include_str!("list_of_output.sql"),
            " AND ",
            include_str!("../view/rating_visible.sql"),
            include_str!("../view/unveiled.sql"),
            ")"
        );
        let params = named_params! {
            ":output": output.0.as_bytes(), ":rubric": rubric.id, ":version": rubric.version,
            ":me": self.viewer.rater.0.as_bytes(), ":role": self.role()
        };
        let mut ratings = self.all("list-ratings", sql, params, |row| self.read_veiled(row))?;
        ratings.sort_by_key(|rating| rating.rater);
        Ok(ratings)
    }

    /// The ratings by one rubric version that the viewer may see, in chunks;
    /// with `locked`, only those that their raters have ended. This is what
    /// agreement, gold and exports rest on: a rater's cover only what that rater
    /// has locked (and, without `locked`, the rater's own drafts).
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn ratings(
        &self,
        rubric: &RubricRef,
        locked: bool,
        page: Page,
    ) -> Result<Rows<Rating>, StoreError> {
        let sql = concat!(
            include_str!("list.sql"),
            " AND ",
            include_str!("../view/rating_visible.sql"),
            include_str!("../view/unveiled.sql"),
            ")",
            " ORDER BY t.seq LIMIT :limit"
        );
        let params = named_params! {
            ":rubric": rubric.id, ":version": rubric.version, ":locked": locked,
            ":me": self.viewer.rater.0.as_bytes(), ":role": self.role(),
            ":after": page.after, ":limit": page.limit
        };
        self.page("list-ratings", sql, params, page, |row| self.read_veiled(row))
    }

    /// The history of the ratings of an output by one rubric version, in the
    /// order that counts: everyone's for a lead, otherwise the viewer's own.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn rating_events(
        &self,
        output: OutputId,
        rubric: &RubricRef,
    ) -> Result<Vec<RatingEvent>, StoreError> {
        let params = named_params! {
            ":output": output.0.as_bytes(), ":rubric": rubric.id, ":version": rubric.version,
            ":me": self.viewer.rater.0.as_bytes(), ":role": self.role()
        };
        self.all("list-events", include_str!("events.sql"), params, read_event)
    }

    fn read_veiled(&self, row: &Row<'_>) -> rusqlite::Result<Rating> {
        let mut rating = read(row)?;
        rating.rater = self.veiled(rating.output, rating.rater);
        Ok(rating)
    }
}
