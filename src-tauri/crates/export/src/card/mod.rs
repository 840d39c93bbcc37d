//! The dataset card: README.md with the YAML head that the Hugging Face hub
//! reads (its "Dataset card" documentation), and the facts in words below.

mod body;
mod head;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use shinsa_domain::{Lang, Provenance, Rubric};

use self::body::{agreement, counts, rubric_text};
use self::head::head;
use crate::error::ExportError;

/// One figure of agreement, as computed elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Criterion id, or `overall`.
    pub criterion: String,
    /// Name of the measure, such as `Krippendorff's alpha (ordinal)`.
    pub measure: String,
    /// The value; `None` where it is undefined.
    pub value: Option<f64>,
    /// Bounds of its interval, where there is one.
    pub interval: Option<(f64, f64)>,
    /// On how many outputs it rests.
    pub n: u64,
    /// Why it is undefined, where it is.
    pub reason: Option<String>,
}

/// One table of the dataset: its files per split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardConfig {
    /// Its name, such as `sft` or `ratings`.
    pub name: String,
    /// Split (`train`, `test`) and path from the card's folder, with `/`.
    pub files: Vec<(String, String)>,
}

/// What a card says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// The dataset's name as people see it.
    pub title: String,
    /// What it is, in a paragraph or two of Markdown.
    pub description: String,
    /// Languages of its cases.
    pub languages: Vec<Lang>,
    /// A license name of the hub, such as `cc-by-4.0`; empty for none chosen.
    pub license: String,
    /// The hub's task names; empty for `text-generation`.
    pub task_categories: Vec<String>,
    /// Its tables; the first is the default.
    pub configs: Vec<CardConfig>,
    /// Name of the long table in the card's folder; empty for none. It is no
    /// config: `datasets` reads all of a repository's with the reader of the first.
    pub long_table: String,
    /// Counts for the text.
    pub cases: u64,
    /// Outputs rated.
    pub outputs: u64,
    /// Ratings behind them.
    pub ratings: u64,
    /// Rows of the largest table: decides the size category.
    pub rows: u64,
    /// Raters per profession; an empty profession is unknown.
    pub raters: BTreeMap<String, u64>,
    /// Gold ratings per provenance.
    pub provenance: BTreeMap<Provenance, u64>,
    /// Outputs without gold because raters differ.
    pub unresolved: u64,
    /// The rubrics used.
    pub rubrics: Vec<Rubric>,
    /// Agreement between raters.
    pub agreement: Vec<Figure>,
    /// True if all cases and outputs were invented.
    pub synthetic: bool,
    /// The prompt that its conversations were rendered by, and its hash; empty for none.
    pub prompt: String,
    /// Program and version that wrote it.
    pub made_by: String,
}

/// The hub's size category for a number of rows.
#[must_use]
pub fn size_category(rows: u64) -> &'static str {
    match rows {
        0..1_000 => "n<1K",
        1_000..10_000 => "1K<n<10K",
        10_000..100_000 => "10K<n<100K",
        100_000..1_000_000 => "100K<n<1M",
        1_000_000..10_000_000 => "1M<n<10M",
        _ => "n>10M",
    }
}

/// Writes the card as `path` (a `README.md`).
///
/// # Errors
/// [`ExportError::File`] if it can't be written.
pub fn write_dataset_card(path: &Path, card: &Card) -> Result<(), ExportError> {
    shinsa_fsio::atomic_write(path, dataset_card(card).as_bytes()).map_err(ExportError::from)
}

/// The text of the card.
#[must_use]
pub fn dataset_card(card: &Card) -> String {
    let mut text = head(card);
    let out = &mut text;
    // Writing to a String never fails.
    let _ = writeln!(out, "# {}\n", one_line(&card.title));
    if card.synthetic {
        line(out, "**Synthetic: every case and output was invented. Not medical advice.**\n");
    }
    if !card.description.is_empty() {
        line(out, card.description.trim());
        line(out, "");
    }
    counts(out, card);
    for rubric in &card.rubrics {
        rubric_text(out, rubric);
    }
    agreement(out, card);
    line(out, "## Use\n");
    line(out, "Split by `case`, never by row: several outputs and ratings share one case.");
    line(out, "Labels are opinions of experts under the rubric above, not facts about patients.");
    if !card.prompt.is_empty() {
        let _ = writeln!(
            out,
            "\nThe conversations (SFT) were rendered by the judge's prompt {}.",
            one_line(&card.prompt)
        );
    }
    if !card.made_by.is_empty() {
        let _ = writeln!(out, "\nWritten by {}.", one_line(&card.made_by));
    }
    text
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// Text that can't end its heading or table row.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn table_cell(text: &str) -> String {
    one_line(text).replace('\\', "\\\\").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        Card {
            title: "Answer safety: demo".into(),
            languages: vec![Lang::Ja, Lang::En],
            license: "cc-by-4.0".into(),
            configs: vec![
                CardConfig {
                    name: "sft".into(),
                    files: vec![
                        ("train".into(), "sft/train.jsonl".into()),
                        ("test".into(), "sft/test.jsonl".into()),
                    ],
                },
                CardConfig {
                    name: "ratings".into(),
                    files: vec![("train".into(), "ratings.csv".into())],
                },
            ],
            rows: 128,
            raters: BTreeMap::from([("nurse".into(), 2), (String::new(), 1)]),
            provenance: BTreeMap::from([(Provenance::Majority, 3), (Provenance::Unanimous, 9)]),
            rubrics: vec![
                Rubric::from_json(include_str!(
                    "../../../../../resources/rubrics/answer-safety.json"
                ))
                .unwrap(),
            ],
            agreement: vec![
                Figure {
                    criterion: "safety".into(),
                    measure: "alpha | ordinal".into(),
                    value: Some(0.7126),
                    interval: Some((0.61, 0.8)),
                    n: 128,
                    reason: None,
                },
                Figure {
                    criterion: "harm".into(),
                    measure: "alpha".into(),
                    value: None,
                    interval: None,
                    n: 2,
                    reason: Some("no variation".into()),
                },
            ],
            synthetic: true,
            ..Card::default()
        }
    }

    #[test]
    fn the_head_has_the_fields_the_hub_reads() {
        let text = dataset_card(&card());
        let head = text.strip_prefix("---\n").unwrap().split("---\n").next().unwrap();
        assert_eq!(
            head,
            "pretty_name: \"Answer safety: demo\"\nlanguage:\n- ja\n- en\nlicense: cc-by-4.0\n\
             annotations_creators:\n- expert-generated\nsize_categories:\n- n<1K\n\
             task_categories:\n- text-generation\ntags:\n- medical\n- rubric\n- llm-as-a-judge\n\
             - synthetic\nconfigs:\n- config_name: sft\n  default: true\n  data_files:\n  \
             - split: train\n    path: sft/train.jsonl\n  - split: test\n    path: sft/test.jsonl\n\
             - config_name: ratings\n  data_files:\n  - split: train\n    path: ratings.csv\n"
        );
    }

    #[test]
    fn undefined_agreement_is_said_with_its_reason() {
        let text = dataset_card(&card());
        assert!(text.contains("| harm | alpha | undefined (no variation) |  | 2 |"), "{text}");
        assert!(text.contains("| safety | alpha \\| ordinal | 0.713 | 0.610 to 0.800 | 128 |"));
        assert!(text.contains("| Raters | 3 (profession not given 1, nurse 2) |"));
    }

    #[test]
    fn a_name_can_not_break_out_of_the_head() {
        let sly = Card { title: "x\n---\nlicense: mit".into(), license: "no".into(), ..card() };
        let text = dataset_card(&sly);
        assert!(text.contains("pretty_name: \"x --- license: mit\"\n"));
        assert!(text.contains("license: \"no\"\n"));
    }

    #[test]
    fn size_categories_are_the_hubs() {
        for (rows, name) in [(0, "n<1K"), (999, "n<1K"), (1_000, "1K<n<10K"), (50_000_000, "n>10M")]
        {
            assert_eq!(size_category(rows), name);
        }
    }
}
