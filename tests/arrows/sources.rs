//! Inside crates and the UI, from the text of the sources.

use shinsa_tests::root;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file below `folder` with one of the endings, sorted.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() {
                if !matches!(
                    name.as_str(),
                    "node_modules" | "target" | "dist" | "gen" | "generated"
                ) {
                    waiting.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// `path:line: text` of every line that `wrong` finds fault with.
fn lines(files: &[PathBuf], wrong: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for path in files {
        let text = fs::read_to_string(path).expect("sources are UTF-8");
        for (number, line) in text.lines().enumerate() {
            if wrong(line) {
                found.push(format!("{}:{}: {}", shown(path), number + 1, line.trim()));
            }
        }
    }
    found
}

fn shown(path: &Path) -> String {
    let root = root();
    path.strip_prefix(&root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn rust() -> Vec<PathBuf> {
    let mut all = files(&root().join("src-tauri"), &[".rs"]);
    all.extend(files(&root().join("tests"), &[".rs"]));
    all
}

/// What an import line imports: the text between its quotes.
fn imported(line: &str) -> Option<&str> {
    let import = ["import ", "} from ", "export * from ", "import("];
    if !import.iter().any(|start| line.trim_start().contains(start)) {
        return None;
    }
    let open = line.find(['"', '\''])?;
    let rest = &line[open + 1..];
    Some(&rest[..rest.find(['"', '\''])?])
}

#[test]
fn the_bridge_alone_talks_to_the_shell() {
    let all = files(&root().join("ui/src"), &[".ts", ".tsx"]);
    let outside: Vec<PathBuf> =
        all.into_iter().filter(|path| !shown(path).starts_with("ui/src/bridge/")).collect();
    let wrong =
        lines(&outside, |line| imported(line).is_some_and(|what| what.starts_with("@tauri-apps")));
    assert!(wrong.is_empty(), "only ui/src/bridge may import @tauri-apps:\n{}", wrong.join("\n"));
}

#[test]
fn the_parts_know_nothing_of_the_domain() {
    let parts = files(&root().join("ui/src/parts"), &[".ts", ".tsx"]);
    let above = ["/rooms", "/bridge", "/app/frame", "/app/router", "/app/open"];
    let wrong = lines(&parts, |line| {
        imported(line).is_some_and(|what| above.iter().any(|room| what.contains(room)))
    });
    assert!(wrong.is_empty(), "ui/src/parts knows no room and no bridge:\n{}", wrong.join("\n"));
}

#[test]
fn the_domain_and_the_figures_touch_no_file_clock_or_chance() {
    let banned = [
        "std::fs",
        "std::env",
        "std::net",
        "std::process",
        "SystemTime",
        "Instant::now",
        "getrandom",
    ];
    for room in ["domain", "stats", "prompt"] {
        let src = files(&root().join("src-tauri/crates").join(room).join("src"), &[".rs"]);
        let wrong = lines(&src, |line| {
            !line.trim_start().starts_with("//") && banned.iter().any(|word| line.contains(word))
        });
        assert!(wrong.is_empty(), "{room} is pure:\n{}", wrong.join("\n"));
    }
}

#[test]
fn no_name_says_manager_helper_or_util() {
    let words = ["Manager", "Helper", "Util"];
    let starts = ["struct ", "enum ", "trait ", "class ", "type ", "interface "];
    let named = |line: &str| {
        starts.iter().any(|start| {
            let Some(at) = line.find(start) else { return false };
            let name: String = line[at + start.len()..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let declares = line[..at].chars().all(|c| c.is_alphanumeric() || " ()".contains(c));
            declares
                && words
                    .iter()
                    .any(|word| name.ends_with(word) || name.ends_with(&format!("{word}s")))
        })
    };
    let mut all = rust();
    all.extend(files(&root().join("ui/src"), &[".ts", ".tsx"]));
    let wrong = lines(&all, named);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let badly_named: Vec<String> = all
        .iter()
        .filter(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
            matches!(
                name.as_str(),
                "util" | "utils" | "helper" | "helpers" | "manager" | "misc" | "common"
            )
        })
        .map(|path| shown(path))
        .collect();
    assert!(badly_named.is_empty(), "{badly_named:?}");
}

#[test]
fn no_source_file_outgrows_a_reader() {
    let mut all = rust();
    all.extend(files(&root().join("ui/src"), &[".ts", ".tsx"]));
    // Generated: nobody reads or splits it.
    all.retain(|path| !path.ends_with("bridge/bindings.ts"));
    let long: Vec<String> = all
        .iter()
        .filter_map(|path| {
            let lines = fs::read_to_string(path).expect("sources are UTF-8").lines().count();
            (lines > 600).then(|| format!("{} has {lines} lines", shown(path)))
        })
        .collect();
    assert!(long.is_empty(), "split these:\n{}", long.join("\n"));
}

#[test]
fn sql_lives_in_files_of_its_own() {
    let src = files(&root().join("src-tauri/crates"), &[".rs"]);
    let starts = ["\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE FROM"];
    let wrong: Vec<String> = lines(&src, |line| starts.iter().any(|sql| line.contains(sql)))
        .into_iter()
        // Asking SQLite about itself, and counting, is no statement worth a name;
        // the schema's dump writes statements over whatever tables there are.
        .filter(|line| {
            ["test", "sqlite_schema", "count(*)", "/schema/dump.rs"]
                .iter()
                .all(|word| !line.contains(word))
        })
        .collect();
    assert!(wrong.is_empty(), "name the statement in a .sql file:\n{}", wrong.join("\n"));
}

/// Sources, scripts, data and pages; not locks and not what tools generate.
fn everything() -> Vec<PathBuf> {
    let endings = [
        ".rs", ".ts", ".tsx", ".md", ".sh", ".py", ".json", ".jsonl", ".toml", ".sql", ".ftl",
        ".css",
    ];
    let mut all = Vec::new();
    for folder in ["src-tauri", "ui", "tests", "resources", "scripts"] {
        all.extend(files(&root().join(folder), &endings));
    }
    for name in ["README.md", "README.ja.md", "ARCHITECTURE.md", "Makefile", "tauri.conf.json"] {
        all.push(root().join(name));
    }
    all.retain(|path| !path.ends_with("package-lock.json"));
    all
}

#[test]
fn nothing_names_a_machine_or_a_registry() {
    // In halves, so that this file does not name them either.
    let words = [
        ["/ro", "ot/"].concat(),
        ["/wo", "rk/"].concat(),
        ["crates", ".io/api"].concat(),
        ["py", "pi.org"].concat(),
        ["registry", ".npmjs"].concat(),
    ];
    let wrong = lines(&everything(), |line| words.iter().any(|word| line.contains(word.as_str())));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_test_is_skipped_and_nothing_is_left_as_a_stub() {
    let words = [
        ["to", "do!("].concat(),
        ["unimple", "mented!("].concat(),
        ["#[ig", "nore]"].concat(), // with its reason, a measurement may be
        ["it.sk", "ip("].concat(),
        ["test.sk", "ip("].concat(),
        ["describe.sk", "ip("].concat(),
        ["FIX", "ME"].concat(),
    ];
    let wrong = lines(&everything(), |line| words.iter().any(|word| line.contains(word.as_str())));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
