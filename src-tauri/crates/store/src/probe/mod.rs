//! Probes and their verdicts: a lead's, like all that compares judges.

use rusqlite::{Row, named_params};
use shinsa_domain::{Hash, OutputId, Probe, ProbeVerdict, Role, RunId, Verdict, VerdictId};

use crate::column::{json, json_opt, to_json, uuid, word};
use crate::page::{Page, Rows};
use crate::verdict::NO_MASS;
use crate::{StoreError, Tx, View, words};

fn read(row: &Row<'_>) -> rusqlite::Result<Probe> {
    let hash: Option<String> = row.get("passport_hash")?;
    Ok(Probe {
        id: RunId(uuid(row, "id")?),
        kind: word(row, "kind", words::probe_kind_from)?,
        name: row.get("name")?,
        config: json(row, "config")?,
        state: word(row, "state", words::run_state_from)?,
        started: row.get("started")?,
        ended: row.get("ended")?,
        passport: json_opt(row, "passport")?.zip(hash.map(Hash)),
        figures: json(row, "figures")?,
    })
}

fn read_verdict(row: &Row<'_>) -> rusqlite::Result<ProbeVerdict> {
    Ok(ProbeVerdict {
        arm: word(row, "arm", words::arm_from)?,
        verdict: Verdict {
            id: VerdictId(uuid(row, "id")?),
            run: RunId(uuid(row, "probe")?),
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
        },
    })
}

impl View<'_> {
    /// The probes, oldest first. Empty for all but a lead.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn probes(&self, page: Page) -> Result<Rows<Probe>, StoreError> {
        let params = named_params! {
            ":role": self.role(), ":after": page.after, ":limit": page.limit
        };
        self.page("list-probes", include_str!("list.sql"), params, page, read)
    }

    /// The probe of this name. For a lead only.
    ///
    /// # Errors
    /// `not-allowed`, or when the database can't be read.
    pub fn probe_by_name(&self, name: &str) -> Result<Option<Probe>, StoreError> {
        self.lead_only("read-probe")?;
        self.first("read-probe", include_str!("by_name.sql"), [name], read)
    }

    /// The verdicts of a probe, in the order in which they came. Empty for all but a lead.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn probe_verdicts(
        &self,
        probe: RunId,
        page: Page,
    ) -> Result<Rows<ProbeVerdict>, StoreError> {
        let params = named_params! {
            ":role": self.role(), ":probe": probe.0.as_bytes(),
            ":after": page.after, ":limit": page.limit
        };
        self.page("list-probe-verdicts", include_str!("verdicts.sql"), params, page, read_verdict)
    }
}

impl Tx<'_> {
    /// Adds a probe as it starts. For a lead only.
    ///
    /// # Errors
    /// `name-taken`, `not-allowed`, or when the database refuses.
    pub fn insert_probe(&self, probe: &Probe) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        if self.view().probe_by_name(&probe.name)?.is_some() {
            return Err(StoreError::NameTaken { noun: "probe", name: probe.name.clone() });
        }
        self.execute(
            include_str!("insert.sql"),
            named_params! {
                ":id": probe.id.0.as_bytes(),
                ":kind": words::probe_kind(probe.kind),
                ":name": probe.name,
                ":config": to_json("probes.config", &probe.config)?,
                ":state": words::run_state(probe.state),
                ":started": probe.started,
                ":ended": probe.ended,
                ":passport": passport(probe)?,
                ":passport_hash": probe.passport.as_ref().map(|(_, hash)| hash.0.as_str()),
                ":figures": to_json("probes.figures", &probe.figures)?,
                ":operation": self.seq
            },
        )?;
        Ok(())
    }

    /// Writes how far a probe has come. Kind, name, configuration and start stay. For a
    /// lead only.
    ///
    /// # Errors
    /// `not-found`, `not-allowed`, or when the database refuses.
    pub fn update_probe(&self, probe: &Probe) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        let changed = self.execute(
            include_str!("update.sql"),
            named_params! {
                ":id": probe.id.0.as_bytes(),
                ":state": words::run_state(probe.state),
                ":ended": probe.ended,
                ":passport": passport(probe)?,
                ":passport_hash": probe.passport.as_ref().map(|(_, hash)| hash.0.as_str()),
                ":figures": to_json("probes.figures", &probe.figures)?
            },
        )?;
        if changed == 0 {
            return Err(StoreError::NotFound { noun: "probe", id: probe.id.to_string() });
        }
        Ok(())
    }

    /// Adds a verdict of a probe. For a lead only.
    ///
    /// # Errors
    /// `not-found` for a probe or output that isn't there, `not-allowed`, or when the
    /// database refuses (the sample is there already).
    pub fn insert_probe_verdict(&self, given: &ProbeVerdict) -> Result<(), StoreError> {
        self.allow(&[Role::Lead])?;
        let verdict = &given.verdict;
        self.require("probe", include_str!("exists.sql"), &verdict.run.0)?;
        self.require("output", include_str!("../output/exists.sql"), &verdict.output.0)?;
        self.execute(
            include_str!("insert_verdict.sql"),
            named_params! {
                ":id": verdict.id.0.as_bytes(),
                ":probe": verdict.run.0.as_bytes(),
                ":output": verdict.output.0.as_bytes(),
                ":arm": words::arm(given.arm),
                ":sample": verdict.sample,
                ":seed": verdict.seed.cast_signed(),
                ":answers": to_json("probe_verdicts.answers", &verdict.answers)?,
                ":body": verdict.text,
                ":prompt_tokens": verdict.prompt_tokens,
                ":verdict_tokens": verdict.verdict_tokens,
                ":millis": verdict.millis,
                ":mass": verdict.mass.unwrap_or(NO_MASS),
                ":levels": to_json("probe_verdicts.levels", &verdict.levels)?,
                ":operation": self.seq
            },
        )?;
        Ok(())
    }
}

fn passport(probe: &Probe) -> Result<Option<String>, StoreError> {
    probe.passport.as_ref().map(|(value, _)| to_json("probes.passport", value)).transpose()
}
