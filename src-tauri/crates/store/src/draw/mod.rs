//! What comes next for whom, and with which probability it was drawn.
//!
//! How likely an output was tells something of what others said of it. So only a lead
//! reads draws; everyone else learns which output is theirs now, and in which way their
//! own were chosen.

use rusqlite::{Row, ToSql, named_params};
use shinsa_domain::{Draw, OutputId, QueueRule, RaterId, Role, RubricRef, RunId, Way};

use crate::column::{json, to_json, uuid, uuid_opt, word};
use crate::page::{Page, Rows};
use crate::{StoreError, Tx, View, words};

fn read(row: &Row<'_>) -> rusqlite::Result<Draw> {
    Ok(Draw {
        rater: RaterId(uuid(row, "rater")?),
        output: OutputId(uuid(row, "output")?),
        rubric: RubricRef { id: row.get("rubric")?, version: row.get("rubric_version")? },
        way: word(row, "way", words::way_from)?,
        probability: row.get("probability")?,
        among: row.get("among")?,
        recipe: json(row, "recipe")?,
        at: row.get("at")?,
    })
}

impl View<'_> {
    /// What holds for everyone's queue, where the lead has set something. Which judging
    /// it names is told to a lead only.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn queue_rule(&self, rubric: &RubricRef) -> Result<Option<QueueRule>, StoreError> {
        let params = named_params! { ":rubric": rubric.id, ":version": rubric.version };
        self.first("read-queue-rule", include_str!("rule.sql"), params, |row| {
            let run = uuid_opt(row, "run")?.map(RunId);
            Ok(QueueRule {
                way: word(row, "way", words::way_from)?,
                run: run.filter(|_| self.viewer.sees_all()),
                raters_choose: row.get("raters_choose")?,
                again_share: row.get("again_share")?,
                again_items: row.get("again_items")?,
                again_days: row.get("again_days")?,
            })
        })
    }

    /// What the viewer has chosen for their own queue.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn queue_wish(&self, rubric: &RubricRef) -> Result<Option<Way>, StoreError> {
        let params = self.own(rubric);
        self.first("read-queue-rule", include_str!("wish.sql"), params.as_slice(), |row| {
            word(row, "way", words::way_from)
        })
    }

    /// The output that was last drawn for the viewer, while it is neither ended nor left
    /// for later.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn drawn(&self, rubric: &RubricRef) -> Result<Option<OutputId>, StoreError> {
        let params = self.own(rubric);
        self.first("read-draw", include_str!("drawn.sql"), params.as_slice(), |row| {
            Ok(OutputId(uuid(row, "output")?))
        })
    }

    /// The places in the viewer's queue that are neither ended nor left for later, in
    /// their order.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn places_left(&self, rubric: &RubricRef) -> Result<Vec<i64>, StoreError> {
        let params = self.own(rubric);
        self.all("list-queue", include_str!("left.sql"), params.as_slice(), |row| row.get("seq"))
    }

    /// How many [`View::places_left`] are.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn count_left(&self, rubric: &RubricRef) -> Result<u64, StoreError> {
        let params = self.own(rubric);
        let sql = include_str!("count_left.sql");
        let n = self
            .first("list-queue", sql, params.as_slice(), |row| row.get::<_, i64>("n"))?
            .unwrap_or_default();
        Ok(n.unsigned_abs())
    }

    /// The output at a place of the viewer's queue.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn output_at(&self, place: i64) -> Result<Option<OutputId>, StoreError> {
        let params = named_params! { ":place": place, ":me": self.viewer.rater.0.as_bytes() };
        self.first("list-queue", include_str!("at_place.sql"), params, |row| {
            Ok(OutputId(uuid(row, "output")?))
        })
    }

    /// Every draw for a rubric version, oldest first. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn draws(&self, rubric: &RubricRef, page: Page) -> Result<Rows<Draw>, StoreError> {
        self.lead_only("list-draws")?;
        let params = named_params! {
            ":rubric": rubric.id, ":version": rubric.version,
            ":after": page.after, ":limit": page.limit
        };
        self.page("list-draws", include_str!("list.sql"), params, page, read)
    }

    /// How many ended ratings rest on each way of drawing; nothing for those that were
    /// not drawn, but opened by hand or imported. Everyone's for a lead, else one's own.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn ways(&self, rubric: &RubricRef) -> Result<Vec<(Option<Way>, u64)>, StoreError> {
        let params = named_params! {
            ":rubric": rubric.id, ":version": rubric.version,
            ":me": self.viewer.rater.0.as_bytes(), ":role": self.role()
        };
        self.all("list-draws", include_str!("ways.sql"), params, |row| {
            let none = row.get_ref("way")?.as_str_or_null()?.is_none();
            let way = if none { None } else { Some(word(row, "way", words::way_from)?) };
            Ok((way, row.get::<_, i64>("n")?.unsigned_abs()))
        })
    }

    /// The viewer and a rubric version, as parameters.
    pub(crate) fn own<'p>(&'p self, rubric: &'p RubricRef) -> [(&'static str, &'p dyn ToSql); 3] {
        [
            (":me", self.viewer.rater.0.as_bytes() as &dyn ToSql),
            (":rubric", &rubric.id),
            (":version", &rubric.version),
        ]
    }
}

impl Tx<'_> {
    /// Sets what holds for everyone's queue from now on. For a lead only.
    ///
    /// # Errors
    /// `not-found` for a rubric or run that isn't there, `not-allowed`, or when the
    /// database refuses (a share or gap out of bounds).
    pub fn set_queue_rule(&self, rubric: &RubricRef, rule: &QueueRule) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        self.require_rubric(rubric)?;
        if let Some(run) = &rule.run {
            self.require("run", include_str!("../run/exists.sql"), &run.0)?;
        }
        self.execute(
            include_str!("insert_rule.sql"),
            named_params! {
                ":rubric": rubric.id, ":version": rubric.version,
                ":way": words::way(rule.way), ":run": rule.run.as_ref().map(|run| run.0.as_bytes()),
                ":raters_choose": rule.raters_choose, ":again_share": rule.again_share,
                ":again_items": rule.again_items, ":again_days": rule.again_days,
                ":operation": self.seq
            },
        )?;
        Ok(())
    }

    /// Keeps what the viewer chooses for their own queue, where the rule lets raters
    /// choose.
    ///
    /// # Errors
    /// `not-allowed` where it doesn't, `not-found` for the rubric.
    pub fn set_queue_wish(&self, rubric: &RubricRef, way: Way) -> Result<(), StoreError> {
        self.require_rubric(rubric)?;
        let free = self.view().queue_rule(rubric)?.is_some_and(|rule| rule.raters_choose);
        if !free {
            self.allow(&[Role::Lead])?;
        }
        self.execute(
            include_str!("insert_wish.sql"),
            named_params! {
                ":me": self.op.viewer.rater.0.as_bytes(), ":rubric": rubric.id,
                ":version": rubric.version, ":way": words::way(way), ":operation": self.seq
            },
        )?;
        Ok(())
    }

    /// Keeps a draw. For a lead only: the program draws on the lead's behalf, since it
    /// weighs what the rater may not see.
    ///
    /// # Errors
    /// `not-found`, `not-allowed`, or when the database refuses (a probability that is
    /// none).
    pub fn insert_draw(&self, draw: &Draw) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        self.require("rater", include_str!("../rater/exists.sql"), &draw.rater.0)?;
        self.require("output", include_str!("../output/exists.sql"), &draw.output.0)?;
        self.require_rubric(&draw.rubric)?;
        self.execute(
            include_str!("insert.sql"),
            named_params! {
                ":rater": draw.rater.0.as_bytes(), ":output": draw.output.0.as_bytes(),
                ":rubric": draw.rubric.id, ":version": draw.rubric.version,
                ":way": words::way(draw.way), ":probability": draw.probability,
                ":among": draw.among, ":recipe": to_json("draws.recipe", &draw.recipe)?,
                ":at": draw.at, ":operation": self.seq
            },
        )?;
        Ok(())
    }
}
