//! What a card says in words.

use std::fmt::Write;

use shinsa_domain::rubric::Kind;
use shinsa_domain::{Provenance, Rubric};

use super::{Card, line, one_line, table_cell};

pub(super) fn counts(out: &mut String, card: &Card) {
    line(out, "## What is in it\n\n| | |\n|---|---|");
    let raters: u64 = card.raters.values().sum();
    let professions: Vec<String> = card
        .raters
        .iter()
        .map(|(profession, count)| {
            let name = if profession.is_empty() { "profession not given" } else { profession };
            format!("{} {count}", table_cell(name))
        })
        .collect();
    let _ = writeln!(out, "| Cases | {} |", card.cases);
    let _ = writeln!(out, "| Outputs | {} |", card.outputs);
    let _ = writeln!(out, "| Ratings | {} |", card.ratings);
    let _ = writeln!(out, "| Raters | {raters} ({}) |", professions.join(", "));
    for (provenance, count) in &card.provenance {
        let name = match provenance {
            Provenance::Unanimous => "Gold, unanimous",
            Provenance::Majority => "Gold, by majority",
            Provenance::Adjudicated => "Gold, adjudicated",
        };
        let _ = writeln!(out, "| {name} | {count} |");
    }
    let _ = writeln!(out, "| Unresolved | {} |\n", card.unresolved);
    if !card.long_table.is_empty() {
        let name = &card.long_table;
        let _ = writeln!(
            out,
            "`{name}` holds every rating, a row per rater, output and criterion: \
             `load_dataset(\"csv\", data_files=\"{name}\")`.\n"
        );
    }
}

pub(super) fn rubric_text(out: &mut String, rubric: &Rubric) {
    let both = |text: &shinsa_domain::Text| {
        let (en, ja) = (one_line(&text.en), one_line(&text.ja));
        if en.is_empty() || ja.is_empty() || en == ja {
            format!("{en}{}", if en == ja { "" } else { &ja })
        } else {
            format!("{en} / {ja}")
        }
    };
    let _ = writeln!(
        out,
        "## Rubric `{}`, version {}: {}\n",
        rubric.id,
        rubric.version,
        both(&rubric.title)
    );
    line(out, &both(&rubric.description));
    line(out, "");
    for criterion in rubric.asked() {
        let _ = writeln!(out, "- `{}`: {}", criterion.id, both(&criterion.label));
        match &criterion.kind {
            Kind::Scale { levels } => {
                for level in levels {
                    let label = both(&level.label);
                    let described = both(&level.description);
                    let colon = if described.is_empty() { "" } else { ": " };
                    let _ = writeln!(out, "  - {} {label}{colon}{described}", level.value);
                }
            }
            Kind::Deductions { items } => {
                for item in items {
                    let _ =
                        writeln!(out, "  - `{}` −{}: {}", item.id, item.points, both(&item.label));
                }
            }
            Kind::Choice { options } => {
                for option in options {
                    let _ = writeln!(out, "  - `{}`: {}", option.id, both(&option.label));
                }
            }
            Kind::List { each, .. } => {
                for inner in each {
                    let _ =
                        writeln!(out, "  - `{}` for each item: {}", inner.id, both(&inner.label));
                }
            }
            Kind::Number { min, max, step } => {
                let _ = writeln!(out, "  - {min} to {max} in steps of {step}");
            }
            Kind::Points { points } => {
                let _ = writeln!(out, "  - {points} points when met");
            }
            Kind::Flag | Kind::Text { .. } => {}
        }
    }
    line(out, "");
}

pub(super) fn agreement(out: &mut String, card: &Card) {
    if card.agreement.is_empty() {
        return;
    }
    line(out, "## Agreement between raters\n");
    line(out, "| Criterion | Measure | Value | 95 % interval | Outputs |\n|---|---|---|---|---|");
    for figure in &card.agreement {
        let value = match figure.value {
            Some(value) => format!("{value:.3}"),
            None => format!(
                "undefined ({})",
                table_cell(figure.reason.as_deref().unwrap_or("no reason given"))
            ),
        };
        let interval = figure
            .interval
            .map_or_else(String::new, |(low, high)| format!("{low:.3} to {high:.3}"));
        let (criterion, measure) = (table_cell(&figure.criterion), table_cell(&figure.measure));
        let _ = writeln!(out, "| {criterion} | {measure} | {value} | {interval} | {} |", figure.n);
    }
    line(out, "");
}
