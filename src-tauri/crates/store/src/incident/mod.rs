//! Incidents taken apart, as models read them: a lead's, like the runs.

use rusqlite::{Row, named_params};
use shinsa_domain::{CaseId, Incident, Role, RunId};

use crate::column::{json, to_json, uuid};
use crate::page::{Found, Inserted};
use crate::{StoreError, Tx, View};

fn read(row: &Row<'_>) -> rusqlite::Result<Incident> {
    Ok(Incident {
        run: RunId(uuid(row, "run")?),
        case: CaseId(uuid(row, "case_id")?),
        sample: row.get("sample")?,
        seed: row.get::<_, i64>("seed")?.cast_unsigned(),
        parts: json(row, "parts")?,
        cut: row.get("cut")?,
    })
}

impl View<'_> {
    /// What a run read, in the order it came. Empty for all but a lead.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn incidents(&self, run: RunId) -> Result<Vec<Incident>, StoreError> {
        let params = named_params! { ":run": run.0.as_bytes(), ":role": self.role() };
        self.all("list-incidents", include_str!("list.sql"), params, read)
    }
}

impl Tx<'_> {
    /// Adds what a model read, by run, case and sample: one that is there with
    /// the same seed and parts is the same; another is a conflict. For a lead only.
    ///
    /// # Errors
    /// `not-found` for a run or case that isn't there, `not-allowed`, or when
    /// the database refuses.
    pub fn insert_incidents(&self, incidents: &[Incident]) -> Result<Inserted, StoreError> {
        self.allow(&[Role::Lead])?;
        let mut inserted = Inserted::default();
        for (index, incident) in incidents.iter().enumerate() {
            let parts = to_json("incidents.parts", &incident.parts)?;
            let params = named_params! {
                ":run": incident.run.0.as_bytes(), ":case": incident.case.0.as_bytes(),
                ":sample": incident.sample
            };
            let there =
                self.view().first("read-incident", include_str!("same.sql"), params, |row| {
                    Ok((row.get::<_, i64>("seed")?, row.get::<_, String>("parts")?))
                })?;
            let found = match there {
                Some((seed, body)) => Found::compare(&[
                    ("seed", seed.cast_unsigned() == incident.seed),
                    ("parts", body == parts),
                ]),
                None => {
                    self.require("run", include_str!("../run/exists.sql"), &incident.run.0)?;
                    self.require("case", include_str!("../case/exists.sql"), &incident.case.0)?;
                    self.execute(
                        include_str!("insert.sql"),
                        named_params! {
                            ":run": incident.run.0.as_bytes(),
                            ":case": incident.case.0.as_bytes(),
                            ":sample": incident.sample,
                            ":seed": incident.seed.cast_signed(),
                            ":parts": parts,
                            ":cut": incident.cut,
                            ":operation": self.seq
                        },
                    )?;
                    Found::New
                }
            };
            inserted.count(index, format!("{}#{}", incident.case, incident.sample), found);
        }
        Ok(inserted)
    }
}
