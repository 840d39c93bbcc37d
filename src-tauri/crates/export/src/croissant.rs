//! Croissant 1.1 metadata (JSON-LD) of a dataset folder, with the vocabulary
//! for responsible AI.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::card::{Card, one_line};
use crate::error::ExportError;

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CroissantFile {
    /// Name in the folder.
    pub name: String,
    /// `application/jsonlines` or `text/csv`.
    pub encoding_format: &'static str,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Columns with their types: `sc:Text`, `sc:Integer`, …
    pub fields: Vec<(&'static str, &'static str)>,
    /// What it holds, in a sentence.
    pub description: String,
}

/// What the metadata says beyond the card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Croissant {
    /// Day of publication, `YYYY-MM-DD`.
    pub date: String,
    /// The files.
    pub files: Vec<CroissantFile>,
}

/// Writes the metadata as `path` (a `croissant.json`).
///
/// # Errors
/// [`ExportError`] if it can't be written.
pub fn write_croissant(path: &Path, card: &Card, more: &Croissant) -> Result<(), ExportError> {
    let text = serde_json::to_string_pretty(&croissant(card, more))
        .map_err(|source| ExportError::Json { path: path.to_path_buf(), row: 1, source })?;
    shinsa_fsio::atomic_write(path, (text + "\n").as_bytes()).map_err(ExportError::from)
}

/// The metadata.
#[must_use]
pub fn croissant(card: &Card, more: &Croissant) -> Value {
    let files = more.files.iter().map(|file| {
        json!({
            "@type": "cr:FileObject",
            "@id": file.name,
            "name": file.name,
            "description": file.description,
            "contentUrl": file.name,
            "encodingFormat": file.encoding_format,
            "contentSize": format!("{} B", file.bytes),
            "sha256": file.sha256,
        })
    });
    let records = more.files.iter().filter(|file| !file.fields.is_empty()).map(record_set);
    let license = if card.license.is_empty() { "unknown" } else { &card.license };
    let languages: Vec<&str> = card.languages.iter().map(|lang| lang.code()).collect();
    let raters: u64 = card.raters.values().sum();
    let professions: Vec<String> = card
        .raters
        .iter()
        .map(|(profession, count)| {
            let name = if profession.is_empty() { "profession not given" } else { profession };
            format!("{name}: {count}")
        })
        .collect();
    #[allow(clippy::cast_precision_loss)] // counts of people's work
    let per_item = if card.outputs == 0 { 0.0 } else { card.ratings as f64 / card.outputs as f64 };
    let personal = if card.synthetic {
        "None: all cases and outputs were invented."
    } else {
        "Cases are written by hospital staff and may name events of real patients; check them before sharing."
    };
    json!({
        "@context": context(),
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": safe_name(&card.title),
        "description": if card.description.is_empty() { &card.title } else { &card.description },
        "license": license,
        "inLanguage": languages,
        "version": "1.0.0",
        "datePublished": more.date,
        "citeAs": format!("{} ({}). {}.", one_line(&card.title), more.date, card.made_by),
        "creator": {"@type": "sc:Organization", "name": card.made_by},
        "isLiveDataset": false,
        "rai:annotationPlatform": card.made_by,
        "rai:annotationsPerItem": format!("{per_item:.2} on average"),
        "rai:annotatorDemographics": format!("{raters} raters ({})", professions.join(", ")),
        "rai:machineAnnotationTools": [],
        "rai:personalSensitiveInformation": personal,
        "distribution": files.collect::<Vec<_>>(),
        "recordSet": records.collect::<Vec<_>>(),
    })
}

fn record_set(file: &CroissantFile) -> Value {
    let stem = file.name.split('.').next().unwrap_or(&file.name);
    let fields = file.fields.iter().map(|(field, kind)| {
        // Readers take a line of JSONL for a row, its fields for columns.
        json!({
            "@type": "cr:Field",
            "@id": format!("{stem}/{field}"),
            "name": field,
            "dataType": kind,
            "source": {"fileObject": {"@id": file.name}, "extract": {"column": field}},
        })
    });
    json!({
        "@type": "cr:RecordSet",
        "@id": stem,
        "name": stem,
        "description": file.description,
        "field": fields.collect::<Vec<_>>(),
    })
}

/// The names that Croissant's readers expect at the top.
fn context() -> Value {
    let mut map = Map::new();
    for (name, value) in [
        ("@language", "en"),
        ("@vocab", "https://schema.org/"),
        ("citeAs", "cr:citeAs"),
        ("column", "cr:column"),
        ("conformsTo", "dct:conformsTo"),
        ("cr", "http://mlcommons.org/croissant/"),
        ("rai", "http://mlcommons.org/croissant/RAI/"),
        ("dct", "http://purl.org/dc/terms/"),
        ("equivalentProperty", "cr:equivalentProperty"),
        ("extract", "cr:extract"),
        ("field", "cr:field"),
        ("fileObject", "cr:fileObject"),
        ("fileProperty", "cr:fileProperty"),
        ("fileSet", "cr:fileSet"),
        ("format", "cr:format"),
        ("includes", "cr:includes"),
        ("isLiveDataset", "cr:isLiveDataset"),
        ("jsonPath", "cr:jsonPath"),
        ("key", "cr:key"),
        ("md5", "cr:md5"),
        ("parentField", "cr:parentField"),
        ("path", "cr:path"),
        ("recordSet", "cr:recordSet"),
        ("references", "cr:references"),
        ("regex", "cr:regex"),
        ("repeated", "cr:repeated"),
        ("replace", "cr:replace"),
        ("samplingRate", "cr:samplingRate"),
        ("sc", "https://schema.org/"),
        ("separator", "cr:separator"),
        ("source", "cr:source"),
        ("subField", "cr:subField"),
        ("transform", "cr:transform"),
    ] {
        map.insert(name.to_owned(), json!(value));
    }
    map.insert("data".to_owned(), json!({"@id": "cr:data", "@type": "@json"}));
    map.insert("dataType".to_owned(), json!({"@id": "cr:dataType", "@type": "@vocab"}));
    map.insert("examples".to_owned(), json!({"@id": "cr:examples", "@type": "@json"}));
    Value::Object(map)
}

/// A name without the characters that some readers refuse.
fn safe_name(title: &str) -> String {
    let safe: String = title
        .chars()
        .map(|c| if c.is_alphanumeric() || "-_ ".contains(c) { c } else { ' ' })
        .collect();
    let safe = safe.split_whitespace().collect::<Vec<_>>().join(" ");
    if safe.is_empty() { "dataset".to_owned() } else { safe }
}
