//! Tests over the embedded files: both languages say the same things.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use crate::{Lang, Strings, sources};

/// id (or `id.attribute`) -> the variables it uses.
type Catalogue = BTreeMap<String, BTreeSet<String>>;

fn catalogue(text: &str, place: &str) -> Catalogue {
    let resource = fluent_syntax::parser::parse(text)
        .unwrap_or_else(|(_, errors)| panic!("{place} does not parse: {errors:?}"));
    let mut ids = Catalogue::new();
    let mut add = |id: String, pattern: Option<&Pattern<&str>>| {
        let mut names = BTreeSet::new();
        if let Some(pattern) = pattern {
            in_pattern(pattern, &mut names);
        }
        assert!(ids.insert(id.clone(), names).is_none(), "{place}: {id} stands twice");
    };
    for entry in &resource.body {
        let Entry::Message(message) = entry else {
            continue;
        };
        add(message.id.name.to_owned(), message.value.as_ref());
        for attribute in &message.attributes {
            add(format!("{}.{}", message.id.name, attribute.id.name), Some(&attribute.value));
        }
    }
    ids
}

fn in_pattern(pattern: &Pattern<&str>, names: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, names);
        }
    }
}

fn in_expression(expression: &Expression<&str>, names: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, names),
        Expression::Select { selector, variants } => {
            in_inline(selector, names);
            variants.iter().for_each(|variant| in_pattern(&variant.value, names));
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, names: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            names.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            arguments.positional.iter().for_each(|argument| in_inline(argument, names));
        }
        InlineExpression::Placeable { expression } => in_expression(expression, names),
        _ => {}
    }
}

#[test]
fn both_languages_have_the_same_ids_and_variables() {
    for ((name, japanese), (_, english)) in sources(Lang::Ja).into_iter().zip(sources(Lang::En)) {
        let ja = catalogue(japanese, &format!("ja/{name}.ftl"));
        let en = catalogue(english, &format!("en/{name}.ftl"));
        let only = |a: &Catalogue, b: &Catalogue| -> Vec<String> {
            a.keys().filter(|id| !b.contains_key(*id)).cloned().collect()
        };
        assert_eq!(only(&ja, &en), Vec::<String>::new(), "{name}.ftl: only in Japanese");
        assert_eq!(only(&en, &ja), Vec::<String>::new(), "{name}.ftl: only in English");
        for (id, names) in &ja {
            assert_eq!(names, &en[id], "{name}.ftl: {id} uses other variables");
        }
    }
}

#[test]
fn no_id_stands_in_two_files_of_a_language() {
    for lang in Lang::ALL {
        let mut home: BTreeMap<String, &str> = BTreeMap::new();
        for (name, text) in sources(lang) {
            for id in catalogue(text, name).into_keys() {
                if let Some(other) = home.insert(id.clone(), name) {
                    panic!("{lang}: {id} stands in {other}.ftl and in {name}.ftl");
                }
            }
        }
    }
}

#[test]
fn every_id_that_code_asks_for_exists() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let root = crates.join("..").join("..");
    let mut files = Vec::new();
    code_files(&crates, &mut files);
    code_files(&crates.join("..").join("src"), &mut files);
    code_files(&root.join("ui").join("src"), &mut files);
    let strings = Strings::new(Lang::En);
    let mut missing = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for id in asked_ids(&text).into_iter().filter(|id| !strings.has(id)) {
            missing.insert(format!("{id} in {}", file.display()));
        }
    }
    assert!(missing.is_empty(), "no such sentence: {missing:#?}");
}

/// The literals in `t("…"` and `s("…"` (a method or a function of that very name, a line
/// break allowed after the bracket) that look like an id: they have a hyphen.
fn asked_ids(text: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for call in ["t(", "s("] {
        for (at, _) in text.match_indices(call) {
            let before = text[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let rest = text[at + call.len()..].trim_start();
            let literal = rest.strip_prefix('"').and_then(|rest| rest.split('"').next());
            ids.extend(literal.filter(|id| id.contains('-')).map(str::to_owned));
        }
    }
    ids
}

/// Rust and TypeScript, without this crate (its tests ask for what isn't there), tests of
/// the UI and what was fetched or built.
fn code_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !["i18n", "test", "node_modules", "target"].contains(&name) {
            code_files(&path, files);
        } else if [".rs", ".ts", ".tsx"].iter().any(|end| name.ends_with(end))
            && !name.contains(".test.")
        {
            files.push(path);
        }
    }
}
