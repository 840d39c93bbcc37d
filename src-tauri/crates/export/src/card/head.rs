//! The YAML head of a card.

use super::{Card, line, one_line, size_category};

pub(super) fn head(card: &Card) -> String {
    let mut out = String::from("---\n");
    let list = |out: &mut String, name: &str, values: &[String]| {
        line(out, &format!("{name}:"));
        for value in values {
            line(out, &format!("- {}", yaml(value)));
        }
    };
    line(&mut out, &format!("pretty_name: {}", yaml(&one_line(&card.title))));
    let languages: Vec<String> = card.languages.iter().map(|lang| lang.code().to_owned()).collect();
    if !languages.is_empty() {
        list(&mut out, "language", &languages);
    }
    let license = if card.license.is_empty() { "unknown" } else { &card.license };
    line(&mut out, &format!("license: {}", yaml(license)));
    line(&mut out, "annotations_creators:\n- expert-generated");
    line(&mut out, &format!("size_categories:\n- {}", size_category(card.rows)));
    if card.task_categories.is_empty() {
        line(&mut out, "task_categories:\n- text-generation");
    } else {
        list(&mut out, "task_categories", &card.task_categories);
    }
    line(&mut out, "tags:\n- medical\n- rubric\n- llm-as-a-judge");
    if card.synthetic {
        line(&mut out, "- synthetic");
    }
    if !card.configs.is_empty() {
        line(&mut out, "configs:");
    }
    for (index, config) in card.configs.iter().enumerate() {
        line(&mut out, &format!("- config_name: {}", yaml(&config.name)));
        if index == 0 {
            line(&mut out, "  default: true");
        }
        line(&mut out, "  data_files:");
        for (split, path) in &config.files {
            line(&mut out, &format!("  - split: {}\n    path: {}", yaml(split), yaml(path)));
        }
    }
    line(&mut out, "---\n");
    out
}

/// A YAML scalar: plain where that is safe, else as a JSON string, which YAML
/// reads too.
fn yaml(text: &str) -> String {
    let plain = !text.is_empty()
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ' '))
        && !text.ends_with(' ')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_lowercase().as_str());
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
