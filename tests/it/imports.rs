//! The import table of CONTRIBUTING.md, held by reading the source.

use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms a room may import. `error`, `trace`, `block` and `fnv` are open to all; nobody imports `middleware`.
const TABLE: [(&str, &[&str]); 12] = [
    ("signal", &[]),
    ("catalog", &[]),
    ("coding", &[]),
    ("script", &[]),
    ("consent", &["signal"]),
    ("lists", &["catalog"]),
    ("policy", &["consent", "catalog", "lists", "script"]),
    ("html", &["catalog", "policy"]),
    ("header", &["catalog", "policy"]),
    ("answer", &["signal", "header"]),
    ("site", &["signal", "consent", "policy", "catalog", "coding", "header", "answer"]),
    ("middleware", &["signal", "catalog", "coding", "consent", "lists", "policy", "html", "header", "answer", "site"]),
];

/// Rooms that name neither HTTP nor tower.
const PLAIN: [&str; 5] = ["html", "catalog", "lists", "policy", "script"];

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file, without comments, documentation and tests: tests may walk the paved path.
fn code(path: &Path) -> String {
    if path.ends_with("tests.rs") || path.ends_with("testing.rs") {
        return String::new();
    }
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]");
    lines.filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The rooms that code names as `crate::room`, also within braces.
fn imports(code: &str) -> Vec<String> {
    code.split("crate::")
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap().split(',').map(str::trim).map(room).collect(),
            None => vec![room(rest)],
        })
        .collect()
}

fn room(path: &str) -> String {
    path.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

#[test]
fn rooms_import_only_what_the_table_allows() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (name, allowed) in TABLE {
        for path in files(&src.join(name)) {
            for import in imports(&code(&path)) {
                let known = TABLE.iter().any(|(room, _)| *room == import);
                assert!(
                    !known || import == name || allowed.contains(&import.as_str()),
                    "{} imports {import}, which {name} may not",
                    path.display()
                );
                // The paved path re-exports rooms; taking it would go around the table.
                assert!(
                    known || ["error", "trace", "block", "fnv"].contains(&import.as_str()),
                    "{} imports {import} by way of the crate's root",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn parsers_name_neither_http_nor_tower() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for name in PLAIN {
        for path in files(&src.join(name)) {
            let code = code(&path);
            for word in ["http::", "http_body", "tower_layer", "tower_service", "tower::"] {
                assert!(!code.contains(word), "{} names {word}", path.display());
            }
        }
    }
}

#[test]
fn no_source_file_is_longer_than_may_be() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in files(&src) {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        assert!(lines <= 400 || path.ends_with("tests.rs"), "{} has {lines} lines", path.display());
    }
}
