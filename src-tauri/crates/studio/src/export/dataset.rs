//! The whole dataset as one folder: there when it is complete, or not at all.

use super::material::Material;
use super::{ExportReply, Teller, csv_options, ours, sft};
use crate::{Studio, StudioError};
use shinsa_domain::{CaseId, Provenance};
use shinsa_export::{
    Card, CardConfig, Croissant, CroissantFile, Figure, Written, long_csv, write_croissant,
    write_dataset_card,
};
use shinsa_fsio as fsio;
use shinsa_stats::Resampling;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const SFT_FIELDS: [(&str, &str); 7] = [
    ("id", "sc:Text"),
    ("case", "sc:Text"),
    ("lang", "sc:Text"),
    ("rubric", "sc:Text"),
    ("rubric_version", "sc:Integer"),
    ("provenance", "sc:Text"),
    ("raters", "sc:Integer"),
];
const LONG_TABLE: &str = "ratings.csv";
const LONG_FIELDS: [(&str, &str); 18] = [
    ("case", "sc:Text"),
    ("output", "sc:Text"),
    ("lang", "sc:Text"),
    ("rater", "sc:Text"),
    ("profession", "sc:Text"),
    ("rubric", "sc:Text"),
    ("rubric_version", "sc:Integer"),
    ("criterion", "sc:Text"),
    ("item", "sc:Integer"),
    ("item_text", "sc:Text"),
    ("answer", "sc:Text"),
    ("declined", "sc:Text"),
    ("gold", "sc:Text"),
    ("provenance", "sc:Text"),
    ("evidence", "sc:Text"),
    ("evidence_at", "sc:Text"),
    ("order", "sc:Text"),
    ("probability", "sc:Float"),
];

impl Studio {
    /// Writes SFT split by case, the long table, the card and the metadata.
    pub(super) fn dataset(
        &self,
        path: &Path,
        material: &Material,
        cp932: bool,
        tell: &mut Teller<'_>,
    ) -> Result<ExportReply, StudioError> {
        ours(path)?;
        if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            fsio::create_dir_all(parent)?;
        }
        let folder = fsio::AtomicFolder::create(path)?;
        let mut reply = ExportReply::default();
        let mut files = Vec::new();
        let mut splits = Vec::new();
        for (split, held_out) in [("train", false), ("test", true)] {
            let name = format!("sft-{split}.jsonl");
            let written = sft(&folder.staged().join(&name), material, Some(held_out), tell)?;
            reply.add(if held_out { "sft_test" } else { "sft" }, &path.join(&name), &written);
            // A split without a row is none: readers can't tell its columns.
            if written.lines > 0 {
                files.push(file(&name, "application/jsonlines", &SFT_FIELDS, &written));
                splits.push((split.to_owned(), name));
            }
        }
        let rows = material.long_rows();
        tell.total = rows.len();
        let rows = rows.into_iter().map(Ok::<_, StudioError>);
        let rubrics = std::slice::from_ref(&material.rubric);
        let name = LONG_TABLE;
        let written = long_csv(
            &folder.staged().join(name),
            rubrics,
            csv_options(cp932),
            rows,
            &mut |done| tell.heard(done),
        )?;
        reply.add("csv", &path.join(name), &written);
        files.push(file(name, "text/csv", &LONG_FIELDS, &written));
        // The long table is no config beside it: `datasets` reads all of a
        // repository's with the reader of the first.
        let configs = vec![CardConfig { name: "sft".to_owned(), files: splits }];
        let card = card(material, configs, &reply)?;
        write_dataset_card(&folder.staged().join("README.md"), &card)?;
        let more = Croissant { date: day(self.ctx.now()), files };
        write_croissant(&folder.staged().join("croissant.json"), &card, &more)?;
        folder.commit()?;
        for (name, file) in [("card", "README.md"), ("croissant", "croissant.json")] {
            reply.files.insert(name.to_owned(), path.join(file).display().to_string());
        }
        Ok(reply)
    }
}

fn file(
    name: &str,
    encoding_format: &'static str,
    fields: &[(&'static str, &'static str)],
    written: &Written,
) -> CroissantFile {
    CroissantFile {
        name: name.to_owned(),
        encoding_format,
        sha256: written.sha256.clone(),
        bytes: written.bytes,
        fields: fields.to_vec(),
        description: if encoding_format == "text/csv" {
            "One row per rater, output and criterion.".to_owned()
        } else {
            "Conversations that end with the gold verdict; split by case.".to_owned()
        },
    }
}

/// The day of a time, in UTC, as `YYYY-MM-DD`.
fn day(at: shinsa_domain::Millis) -> String {
    // Civil date from days since 1970, counted in eras of 400 years from March 0000.
    let days = at.div_euclid(86_400_000) + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", year + era * 400 + next)
}

fn card(
    material: &Material,
    configs: Vec<CardConfig>,
    reply: &ExportReply,
) -> Result<Card, StudioError> {
    let table = &material.table;
    let mut raters: BTreeMap<String, u64> = BTreeMap::new();
    for rater in &table.raters {
        *raters.entry(rater.profession.clone()).or_default() += 1;
    }
    let mut provenance: BTreeMap<Provenance, u64> = BTreeMap::new();
    for item in &material.golden {
        *provenance.entry(item.gold.provenance).or_default() += 1;
    }
    let cases: BTreeSet<CaseId> = table.outputs.iter().map(|(_, case)| *case).collect();
    let languages: BTreeSet<_> =
        cases.iter().filter_map(|c| material.cases.get(c)).map(|c| c.lang).collect();
    let agreement =
        table.agreement(&Resampling::seeded(crate::agreement::SEED))?.into_iter().map(|(c, a)| {
            Figure {
                criterion: c.id.clone(),
                measure: a.alpha.method.clone(),
                value: a.alpha.value,
                interval: a.alpha.low.zip(a.alpha.high),
                n: a.alpha.n as u64,
                reason: a.alpha.reason.clone(),
            }
        });
    Ok(Card {
        title: material.title.clone(),
        description: material.rubric.description.en.clone(),
        languages: languages.into_iter().collect(),
        configs,
        long_table: LONG_TABLE.to_owned(),
        cases: cases.len() as u64,
        outputs: table.outputs.len() as u64,
        ratings: table.ratings.len() as u64,
        rows: u64::from(reply.lines.values().copied().max().unwrap_or(0)),
        raters,
        unresolved: table.outputs.len().saturating_sub(material.golden.len()) as u64,
        provenance,
        rubrics: vec![material.rubric.clone()],
        agreement: agreement.collect(),
        synthetic: material.synthetic,
        prompt: format!(
            "{} (BLAKE3 {})",
            material
                .prompt
                .as_ref()
                .map_or_else(|| "judge-short.en@0".to_owned(), ToString::to_string),
            material.template.hash().0
        ),
        made_by: format!("Shinsa {}", env!("CARGO_PKG_VERSION")),
        ..Card::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (at, text) in [
            (0, "1970-01-01"),
            (951_782_400_000, "2000-02-29"),
            (1_709_164_800_000, "2024-02-29"),
            (1_798_675_199_999, "2026-12-30"),
            (-1, "1969-12-31"),
        ] {
            assert_eq!(day(at), text);
        }
    }
}
