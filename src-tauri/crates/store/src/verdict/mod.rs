//! Verdicts.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Row, named_params};
use shinsa_domain::{OutputId, Role, RunId, Verdict, VerdictId};

use crate::column::{json, to_json, uuid};
use crate::page::{Found, Inserted, Page, Rows};
use crate::{StoreError, Tx, View};

/// In the column, which is never null: a mass that nobody knows.
pub(crate) const NO_MASS: f64 = -1.0;

fn read(row: &Row<'_>) -> rusqlite::Result<Verdict> {
    Ok(Verdict {
        id: VerdictId(uuid(row, "id")?),
        run: RunId(uuid(row, "run")?),
        output: OutputId(uuid(row, "output")?),
        sample: row.get("sample")?,
        seed: row.get::<_, i64>("seed")?.cast_unsigned(),
        answers: json(row, "answers")?,
        text: row.get("body")?,
        prompt_tokens: row.get("prompt_tokens")?,
        verdict_tokens: row.get("verdict_tokens")?,
        millis: row.get("millis")?,
        mass: row.get::<_, f64>("mass").map(|mass| (mass != NO_MASS).then_some(mass))?,
        levels: json(row, "levels")?,
    })
}

impl View<'_> {
    /// The verdicts of a run that the viewer may see, in the order in which they
    /// came, in chunks.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn verdicts(&self, run: RunId, page: Page) -> Result<Rows<Verdict>, StoreError> {
        let sql = concat!(
            include_str!("list.sql"),
            " AND ",
            include_str!("../view/verdict_visible.sql"),
            include_str!("../view/unveiled.sql"),
            " ORDER BY t.seq LIMIT :limit"
        );
        let params = named_params! {
            ":run": run.0.as_bytes(), ":me": self.viewer.rater.0.as_bytes(), ":role": self.role(),
            ":after": page.after, ":limit": page.limit
        };
        self.page("list-verdicts", sql, params, page, read)
    }

    /// The verdicts on one output that the viewer may see, of all runs.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn verdicts_of(&self, output: OutputId) -> Result<Vec<Verdict>, StoreError> {
        let sql = concat!(
            include_str!("of_output.sql"),
            " AND ",
            include_str!("../view/verdict_visible.sql"),
            include_str!("../view/unveiled.sql"),
            " ORDER BY t.seq"
        );
        let params = named_params! {
            ":output": output.0.as_bytes(), ":me": self.viewer.rater.0.as_bytes(),
            ":role": self.role()
        };
        self.all("list-verdicts", sql, params, read)
    }

    /// Which samples of which outputs a run has, so that it can go on where it
    /// stopped. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn samples_done(
        &self,
        run: RunId,
    ) -> Result<BTreeMap<OutputId, BTreeSet<u32>>, StoreError> {
        self.lead_only("resume-run")?;
        let pairs =
            self.all("list-verdicts", include_str!("done.sql"), [run.0.as_bytes()], |row| {
                Ok((OutputId(uuid(row, "output")?), row.get::<_, u32>("sample")?))
            })?;
        let mut done: BTreeMap<OutputId, BTreeSet<u32>> = BTreeMap::new();
        for (output, sample) in pairs {
            done.entry(output).or_default().insert(sample);
        }
        Ok(done)
    }
}

impl Tx<'_> {
    /// Adds verdicts, by run, output and sample: one that is there with the same
    /// seed and text is the same; another is a conflict. For a lead only.
    ///
    /// # Errors
    /// `not-found` for a run or output that isn't there, `not-allowed`, or when
    /// the database refuses.
    pub fn insert_verdicts(&self, verdicts: &[Verdict]) -> Result<Inserted, StoreError> {
        self.allow(&[Role::Lead])?;
        let mut inserted = Inserted::default();
        for (index, verdict) in verdicts.iter().enumerate() {
            let params = named_params! {
                ":run": verdict.run.0.as_bytes(), ":output": verdict.output.0.as_bytes(),
                ":sample": verdict.sample
            };
            let there =
                self.view().first("read-verdict", include_str!("same.sql"), params, |row| {
                    Ok((row.get::<_, i64>("seed")?, row.get::<_, String>("body")?))
                })?;
            let found = match there {
                Some((seed, text)) => Found::compare(&[
                    ("seed", seed.cast_unsigned() == verdict.seed),
                    ("text", text == verdict.text),
                ]),
                None => {
                    self.insert_verdict(verdict)?;
                    Found::New
                }
            };
            inserted.count(index, format!("{}#{}", verdict.output, verdict.sample), found);
        }
        Ok(inserted)
    }

    fn insert_verdict(&self, verdict: &Verdict) -> Result<(), StoreError> {
        self.require("run", include_str!("../run/exists.sql"), &verdict.run.0)?;
        self.require("output", include_str!("../output/exists.sql"), &verdict.output.0)?;
        self.execute(
            include_str!("insert.sql"),
            named_params! {
                ":id": verdict.id.0.as_bytes(),
                ":run": verdict.run.0.as_bytes(),
                ":output": verdict.output.0.as_bytes(),
                ":sample": verdict.sample,
                ":seed": verdict.seed.cast_signed(),
                ":answers": to_json("verdicts.answers", &verdict.answers)?,
                ":body": verdict.text,
                ":prompt_tokens": verdict.prompt_tokens,
                ":verdict_tokens": verdict.verdict_tokens,
                ":millis": verdict.millis,
                ":mass": verdict.mass.unwrap_or(NO_MASS),
                ":levels": to_json("verdicts.levels", &verdict.levels)?,
                ":operation": self.seq
            },
        )?;
        Ok(())
    }
}
